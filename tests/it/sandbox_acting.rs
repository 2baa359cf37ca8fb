//! What agents, supervisors and operators do to a conversation, and what is refused with which words.

use crate::sandbox_guest::{BRISK, Guest};
use crate::sandbox_sign_in::Program;
use crate::sandbox_support::{Bench, disconnected, participant_path, parties, states};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use unstick::sandbox::Kind;

fn messages(bench: &Bench, label: &str, more: &str) -> String {
    let id = bench.id(label);
    format!("/api/v2/conversations/messages/{id}{more}")
}

fn leg(conversation: &Value, purpose: &str) -> String {
    let party = parties(conversation, purpose)[0];
    party["messages"][0]["id"].as_str().unwrap().to_owned()
}

/// Everything that a console's role lacks.
async fn with_every_permission(bench: &Bench) {
    let all = ["conversation:message:park", "conversation:message:monitor"];
    let given = json!({ "restore_permissions": all });
    bench.order("/sandbox/faults", &given).await;
}

async fn refused(bench: &Bench, method: Method, path: &str, body: Value) -> (u16, String) {
    let (status, body) = bench.ask(method, path, Some(&body)).await;
    let code = body["code"].as_str().unwrap_or_default().to_owned();
    (status.as_u16(), code)
}

#[tokio::test]
async fn a_delete_disconnects_everybody_of_every_medium_and_deletes_nothing() {
    let bench = Bench::named("kinds").await;
    let path = format!("/api/v2/conversations/{}", bench.id("mixed"));
    let (status, body) = bench.ask(Method::DELETE, &path, None).await;
    assert_eq!((status, body), (StatusCode::OK, Value::Null));
    let ended = bench
        .read_until("mixed", |seen| seen["endTime"].is_string())
        .await;
    let customer = parties(&ended, "customer")[0];
    assert_eq!(customer["callbacks"][0]["state"], "disconnected");
    assert_eq!(states(&ended, "agent"), ["disconnected"]);
}

#[tokio::test]
async fn callbacks_are_ended_in_bulk_and_leave_the_messages_up() {
    let bench = Bench::named("kinds").await;
    let before = bench.read("mixed").await;
    let acd = parties(&before, "acd");
    let waiting = acd.iter().find(|one| one["callbacks"].is_array()).unwrap();
    let customer = parties(&before, "customer")[0];
    let path = "/api/v2/conversations/callbacks/bulk/disconnect";
    let named = |leg: &Value| json!({ "conversationId": before["id"], "callbackId": leg["id"] });
    let body = |legs: &[Value]| json!({ "callbackDisconnectIdentifiers": legs });
    let both = [
        named(&waiting["callbacks"][0]),
        named(&customer["callbacks"][0]),
    ];
    let wrong = [both[0].clone(), named(&customer["messages"][0])];
    let said = refused(&bench, Method::POST, path, body(&wrong)).await;
    assert_eq!(said, (404, "not.found".to_owned()));
    let unharmed = bench.read("mixed").await;
    assert_eq!(
        parties(&unharmed, "customer")[0]["callbacks"][0]["state"],
        "connected"
    );
    let (status, _) = bench.ask(Method::POST, path, Some(&body(&both))).await;
    assert_eq!(status, 202);
    let after = bench
        .read_until("mixed", |seen| {
            parties(seen, "customer")[0]["callbacks"][0]["state"] == "disconnected"
        })
        .await;
    assert_eq!(states(&after, "customer"), ["connected"]);
    assert_eq!(after["endTime"], Value::Null);
}

#[tokio::test]
async fn what_shares_a_conversation_with_messages_is_named_beside_them() {
    let bench = Bench::named("kinds").await;
    let seen = bench.get(&messages(&bench, "mixed", "")).await;
    let uris = seen["otherMediaUris"].as_array().unwrap();
    assert_eq!(uris.len(), 1);
    assert!(uris[0].as_str().unwrap().contains("/callbacks/"));
    let text = "[[chat]]\nkind = \"mixed\"\nlabel = \"phone\"\ntype = \"whatsapp\"\n";
    let bench = Bench::of(text).await;
    let seen = bench.read("phone").await;
    assert_eq!(
        parties(&seen, "customer")[0]["messages"][0]["type"],
        "whatsapp"
    );
    let (_, listed) = bench.query(json!({})).await;
    let session = &listed["conversations"][0]["participants"][0]["sessions"][0];
    assert_eq!(session["messageType"], "whatsapp");
}

#[tokio::test]
async fn what_an_agent_writes_is_in_the_conversation_at_once() {
    let bench = Bench::quiet().await;
    let before = bench.read("live").await;
    let leg = leg(&before, "agent");
    let path = messages(&bench, "live", &format!("/communications/{leg}/messages"));
    let body = json!({ "textBody": "Your refund is booked." });
    let (status, sent) = bench.ask(Method::POST, &path, Some(&body)).await;
    assert_eq!(status, 200);
    assert_eq!(sent["normalizedMessage"]["text"], "Your refund is booked.");
    assert_eq!(sent["direction"], "outbound");
    let id = sent["id"].as_str().unwrap();
    for path in [
        format!("/api/v2/conversations/messages/{id}/details"),
        messages(&bench, "live", &format!("/messages/{id}")),
    ] {
        let read = bench.get(&path).await;
        assert_eq!(read, sent, "{path}");
    }
    let after = bench.read("live").await;
    for purpose in ["customer", "agent"] {
        let listed = parties(&after, purpose)[0]["messages"][0]["messages"].clone();
        let last = listed.as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["messageId"], id, "{purpose}");
    }
}

#[tokio::test]
async fn nobody_writes_where_no_agent_is_connected_nor_without_words() {
    let bench = Bench::named("kinds").await;
    let write = async |label: &str, purpose: &str, body: Value| {
        let seen = bench.read(label).await;
        let legs = parties(&seen, purpose);
        let leg = legs.last().unwrap()["messages"][0]["id"].as_str().unwrap();
        let path = messages(&bench, label, &format!("/communications/{leg}/messages"));
        refused(&bench, Method::POST, &path, body).await
    };
    let text = || json!({ "textBody": "hello" });
    let forbidden = "conversation.error.forbidden.not.active.participant";
    let inactive = "conversation.error.participant.no.active.conversations";
    for (label, purpose, status, code) in [
        ("live", "customer", 403, forbidden),
        ("ringing", "agent", 400, inactive),
        ("parked", "agent", 400, inactive),
        ("alone", "agent", 400, inactive),
    ] {
        let said = write(label, purpose, text()).await;
        assert_eq!(said, (status, code.to_owned()), "{label}");
    }
    for body in [
        json!({}),
        json!({ "textBody": "" }),
        json!({ "textBody": "x".repeat(4001) }),
        json!({ "textBody": "x", "mediaIds": ["m"] }),
    ] {
        let said = write("live", "agent", body).await;
        assert_eq!(said, (400, "bad.request".to_owned()));
    }
    assert!(bench.sandbox.truth().is_empty());
}

#[tokio::test]
async fn a_leg_is_parked_until_its_time_and_taken_up_again() {
    let bench = Bench::quiet().await;
    with_every_permission(&bench).await;
    let before = bench.read("live").await;
    let path = format!("{}/parkingstate", participant_path(&before, "agent"));
    let until = (Timestamp::now() + SignedDuration::from_hours(3)).to_string();
    let park = json!({ "state": "parked", "resumeTime": until });
    let (status, _) = bench.ask(Method::PATCH, &path, Some(&park)).await;
    assert_eq!(status, 204);
    let parked = bench
        .read_until("live", |seen| states(seen, "agent") == ["parked"])
        .await;
    let leg = &parties(&parked, "agent")[0]["messages"][0];
    assert_eq!(leg["resumeTime"].as_str().unwrap()[..19], until[..19]);
    let resume = json!({ "state": "connected" });
    let (status, _) = bench.ask(Method::PATCH, &path, Some(&resume)).await;
    assert_eq!(status, 204);
    let back = bench
        .read_until("live", |seen| states(seen, "agent") == ["connected"])
        .await;
    assert_eq!(
        parties(&back, "agent")[0]["messages"][0]["resumeTime"],
        Value::Null
    );
}

#[tokio::test]
async fn parking_is_refused_in_its_documented_ways() {
    let bench = Bench::named("kinds").await;
    let live = bench.read("live").await;
    let path = format!("{}/parkingstate", participant_path(&live, "agent"));
    let park = || json!({ "state": "parked" });
    let said = refused(&bench, Method::PATCH, &path, park()).await;
    assert_eq!(said, (403, "missing.any.permissions".to_owned()));
    with_every_permission(&bench).await;
    let past = json!({ "state": "parked", "resumeTime": "2020-01-01T00:00:00Z" });
    let inactive = "conversation.error.participant.no.active.conversations";
    for (body, code) in [
        (past, "bad.request"),
        (
            json!({ "state": "parked", "resumeTime": "soon" }),
            "invalid.date",
        ),
        (json!({ "state": "alerting" }), "invalid.value"),
        (json!({ "state": "connected" }), inactive),
    ] {
        let said = refused(&bench, Method::PATCH, &path, body.clone()).await;
        assert_eq!(said, (400, code.to_owned()), "{body}");
    }
    let ringing = bench.read("ringing").await;
    let last = parties(&ringing, "agent").last().unwrap()["id"].clone();
    let more = format!("/participants/{}/parkingstate", last.as_str().unwrap());
    let path = messages(&bench, "ringing", &more);
    let said = refused(&bench, Method::PATCH, &path, park()).await;
    assert_eq!(said, (400, inactive.to_owned()));
    assert!(bench.sandbox.truth().is_empty());
}

#[tokio::test]
async fn an_alerting_leg_can_be_answered_and_no_other_state_is_taken() {
    let bench = Bench::named("kinds").await;
    let before = bench.read("ringing").await;
    let last = parties(&before, "agent").last().unwrap()["id"].clone();
    let more = format!("/participants/{}", last.as_str().unwrap());
    let path = messages(&bench, "ringing", &more);
    let (status, body) = bench
        .ask(Method::PATCH, &path, Some(&json!({ "state": "dialing" })))
        .await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (400, &json!("invalid.value"))
    );
    let answer = json!({ "state": "connected" });
    let (status, _) = bench.ask(Method::PATCH, &path, Some(&answer)).await;
    assert_eq!(status, 202);
    let answered = bench
        .read_until("ringing", |seen| {
            states(seen, "agent").last() == Some(&"connected")
        })
        .await;
    assert_eq!(states(&answered, "acd"), ["disconnected"]);
}

#[tokio::test]
async fn only_a_user_listens_in_or_takes_over() {
    let bench = Bench::quiet().await;
    with_every_permission(&bench).await;
    let before = bench.read("live").await;
    let path = participant_path(&before, "agent");
    let everything = json!({ "restore_permissions": ["conversation:message:monitor"] });
    for what in ["monitor", "takeover"] {
        let path = format!("{path}/{what}");
        let said = refused(&bench, Method::POST, &path, Value::Null).await;
        assert_eq!(said, (403, "not.authorized".to_owned()), "{what}");
    }
    bench.order("/sandbox/faults", &everything).await;
    let program = Program::of(&bench).await;
    let token = program.token_for(0).await;
    let post = async |what: &str| {
        let request = bench.client.post(bench.url(&format!("{path}/{what}")));
        let answer = request.bearer_auth(&token).send().await.unwrap();
        answer.status().as_u16()
    };
    assert_eq!(post("monitor").await, 201);
    bench
        .read_until("live", |seen| states(seen, "user") == ["connected"])
        .await;
    assert_eq!(post("takeover").await, 200);
    let after = bench
        .read_until("live", |seen| {
            states(seen, "agent") == ["disconnected", "connected"]
        })
        .await;
    let agents = parties(&after, "agent");
    assert_eq!(agents[0]["messages"][0]["disconnectType"], "takeover");
    assert_eq!(agents[1]["userId"], program.user(0));
    let own = bench.client.get(bench.url("/api/v2/conversations"));
    let own = own.bearer_auth(&token).send().await.unwrap();
    let own: Value = own.json().await.unwrap();
    let ids: Vec<&Value> = own["entities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["id"])
        .collect();
    assert!(ids.contains(&&after["id"]), "{own}");
}

#[tokio::test]
async fn a_client_of_its_own_has_no_conversations() {
    let bench = Bench::quiet().await;
    for path in ["/api/v2/conversations", "/api/v2/conversations/messages"] {
        let own = bench.get(path).await;
        assert_eq!((&own["entities"], &own["total"]), (&json!([]), &json!(0)));
    }
}

#[tokio::test]
async fn participant_data_is_added_to_shown_and_found_by_time() {
    let bench = Bench::quiet().await;
    let path = format!(
        "{}/attributes",
        participant_path(&bench.read("live").await, "customer")
    );
    let first = json!({ "attributes": { "order": "4711", "mood": "calm" } });
    let (status, whole) = bench.ask(Method::PATCH, &path, Some(&first)).await;
    assert_eq!((status.as_u16(), &whole), (202, &first));
    bench
        .read_until("live", |seen| {
            parties(seen, "customer")[0]["attributes"]["order"] == "4711"
        })
        .await;
    let more = json!({ "attributes": { "mood": "cross" } });
    let (_, whole) = bench.ask(Method::PATCH, &path, Some(&more)).await;
    assert_eq!(
        whole["attributes"],
        json!({ "order": "4711", "mood": "cross" })
    );
    let nothing = refused(&bench, Method::PATCH, &path, json!({})).await;
    let code = "conversation.error.participant.attribute.null";
    assert_eq!(nothing, (400, code.to_owned()));
    bench
        .read_until("live", |seen| {
            parties(seen, "customer")[0]["attributes"]["mood"] == "cross"
        })
        .await;
    let search = "/api/v2/conversations/participants/attributes/search";
    let from = Timestamp::now() - SignedDuration::from_hours(24 * 9);
    let span = json!({ "type": "DATE_RANGE", "fields": ["startTime"],
        "startValue": from.to_string(), "endValue": Timestamp::now().to_string() });
    let (status, found) = bench
        .ask(Method::POST, search, Some(&json!({ "query": [span] })))
        .await;
    assert_eq!(status, 200);
    let rows = found["results"]["conversations"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "only what has data");
    assert_eq!(rows[0]["conversationId"], bench.id("live"));
    assert_eq!(
        rows[0]["participantData"][0]["participantAttributes"]["mood"],
        "cross"
    );
    let not = json!({ "type": "EXACT", "fields": ["conversationId"], "value": bench.id("live"), "operator": "NOT" });
    let (_, none) = bench
        .ask(Method::POST, search, Some(&json!({ "query": [span, not] })))
        .await;
    assert_eq!(none["results"]["conversations"], json!([]));
    let by_name = json!({ "query": [{ "type": "EXACT", "fields": ["mood"], "value": "cross" }] });
    let said = refused(&bench, Method::POST, search, by_name).await;
    assert_eq!(said, (400, "bad.request".to_owned()));
    let cursor = json!({ "cursor": "made-up" });
    let said = refused(&bench, Method::POST, search, cursor).await;
    assert_eq!(said, (400, "bad.request".to_owned()));
}

#[tokio::test]
async fn a_search_goes_on_from_its_cursor() {
    let bench = Bench::of(
        "platform = { apply_ms = [1, 1] }\n[[chat]]\nkind = \"live\"\nlabel = \"live\"\ncount = 60\n",
    )
    .await;
    for staged in bench.sandbox.staged() {
        let seen = bench.read(&staged.label.unwrap()).await;
        let path = format!("{}/attributes", participant_path(&seen, "customer"));
        let body = json!({ "attributes": { "number": "1" } });
        bench.send(Method::PATCH, &path, Some(&body)).await;
    }
    let last = bench
        .sandbox
        .staged()
        .last()
        .unwrap()
        .label
        .clone()
        .unwrap();
    bench
        .read_until(&last, |seen| {
            parties(seen, "customer")[0]["attributes"]["number"] == "1"
        })
        .await;
    let search = "/api/v2/conversations/participants/attributes/search";
    let mut ids = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let (_, page) = bench
            .ask(Method::POST, search, Some(&json!({ "cursor": cursor })))
            .await;
        let rows = page["results"]["conversations"].as_array().unwrap().clone();
        ids.extend(rows.iter().map(|row| row["conversationId"].to_string()));
        cursor = page["cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 60);
}

#[tokio::test]
async fn wrap_up_is_noted_settled_and_read_back() {
    let bench = Bench::named("kinds").await;
    let codes = bench.get("/api/v2/routing/wrapupcodes").await;
    let code = &codes["entities"][0]["id"];
    let seen = bench.read("wrap-up").await;
    let party = participant_path(&seen, "agent");
    let path = format!("{party}/communications/{}/wrapup", leg(&seen, "agent"));
    assert_eq!(bench.get(&format!("{party}/wrapup")).await, json!({}));
    let missing = refused(&bench, Method::POST, &path, json!({ "notes": "x" })).await;
    let required = "conversation.error.wrapup.code.required";
    assert_eq!(missing, (400, required.to_owned()));
    let note = json!({ "notes": "asked the warehouse", "provisional": true });
    let (status, _) = bench.ask(Method::POST, &path, Some(&note)).await;
    assert_eq!(status, 202);
    bench
        .read_until("wrap-up", |seen| {
            parties(seen, "agent")[0]["wrapup"]["provisional"] == true
        })
        .await;
    assert_eq!(bench.get(&path).await, json!({}), "nothing is assigned yet");
    let noted = bench.get(&format!("{path}?provisional=true")).await;
    assert_eq!(noted["notes"], "asked the warehouse");
    let settle = json!({ "wrapup": { "code": code, "notes": "done", "tags": ["a"] } });
    let (status, _) = bench.ask(Method::PATCH, &party, Some(&settle)).await;
    assert_eq!(status, 202);
    bench
        .read_until("wrap-up", |seen| seen["endTime"].is_string())
        .await;
    let assigned = bench.get(&path).await;
    assert_eq!(
        (&assigned["code"], &assigned["notes"]),
        (code, &json!("done"))
    );
    assert!(assigned["endTime"].is_string());
}

#[tokio::test]
async fn what_a_queue_insists_on_cannot_be_skipped_and_a_customer_owes_nothing() {
    let text = "[[queue]]\nname = \"Strict\"\nwrap_up = \"mandatory\"\n\
        [[queue]]\nname = \"Asking\"\nwrap_up = \"agent-requested\"\n\
        [[chat]]\nkind = \"serving\"\nlabel = \"strict\"\nqueue = \"Strict\"\n\
        [[chat]]\nkind = \"serving\"\nlabel = \"asking\"\nqueue = \"Asking\"\n\
        [[chat]]\nkind = \"serving\"\nlabel = \"easy\"\nqueue = \"Returns\"\n";
    let bench = Bench::of(text).await;
    let skip = || json!({ "wrapupSkipped": true });
    let cannot = "conversation.error.wrapup.cannot.skip".to_owned();
    let strict = bench.read("strict").await;
    assert_eq!(parties(&strict, "agent")[0]["wrapupPrompt"], "mandatory");
    let path = participant_path(&strict, "agent");
    let said = refused(&bench, Method::PATCH, &path, skip()).await;
    assert_eq!(said, (400, cannot.clone()));
    let path = participant_path(&bench.read("easy").await, "agent");
    let (status, _) = bench.ask(Method::PATCH, &path, Some(&skip())).await;
    assert_eq!(status, 202);
    let path = participant_path(&strict, "customer");
    let said = refused(&bench, Method::PATCH, &path, skip()).await;
    assert_eq!(said.0, 400);
    let work = async |label: &str, required: bool| {
        let seen = bench.read(label).await;
        let id = parties(&seen, "agent")[0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!(
            "/api/v2/conversations/aftercallwork/{}/participants/{id}/communications/{}",
            bench.id(label),
            leg(&seen, "agent")
        );
        let body = json!({ "afterCallWorkRequired": required });
        bench.ask(Method::PATCH, &path, Some(&body)).await
    };
    assert_eq!(work("strict", false).await.1["code"], json!(cannot));
    assert_eq!(work("easy", true).await.0, 400);
    let (status, body) = work("asking", true).await;
    assert_eq!(
        (status.as_u16(), body),
        (200, json!({ "afterCallWorkRequired": true }))
    );
    bench
        .read_until("asking", |seen| {
            parties(seen, "agent")[0]["wrapupRequired"] == true
        })
        .await;
    let path = participant_path(&bench.read("asking").await, "agent");
    bench
        .send(Method::PATCH, &path, Some(&disconnected()))
        .await;
    bench
        .read_until("asking", |seen| {
            parties(seen, "agent")[0]["messages"][0]["afterCallWork"]["state"] == "pending"
        })
        .await;
    let (status, body) = work("asking", false).await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (
            400,
            &json!("conversation.error.participant.no.active.conversations")
        )
    );
}

#[tokio::test]
async fn what_the_service_has_lost_is_in_analytics_alone() {
    let bench = Bench::named("course-5").await;
    let path = format!("/api/v2/conversations/{}", bench.id("ghost"));
    let not_found = (404, "conversation.error.conversation.not.found".to_owned());
    assert_eq!(
        refused(&bench, Method::GET, &path, Value::Null).await,
        not_found
    );
    let teardown = format!("{path}/disconnect");
    let said = refused(&bench, Method::POST, &teardown, Value::Null).await;
    assert_eq!(said, not_found);
    let ended = async |label: &str| {
        let id = bench.id(label);
        let path = format!("/api/v2/analytics/conversations/{id}/details");
        bench.get(&path).await["conversationEnd"].is_string()
    };
    assert!(!ended("ghost").await && !ended("desync").await);
    assert!(bench.read("desync").await["endTime"].is_string());
    bench
        .order("/sandbox/faults", &json!({ "analytics_lag_ms": 0 }))
        .await;
    let teardown = format!("/api/v2/conversations/{}/disconnect", bench.id("desync"));
    bench.send(Method::POST, &teardown, None).await;
    let begun = std::time::Instant::now();
    while !ended("desync").await {
        assert!(begun.elapsed() < std::time::Duration::from_secs(10));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_hung_transfer_stands_in_both_pictures_newest_first() {
    let bench = Bench::named("kinds").await;
    let order = json!({ "event": "transfer-hangs", "conversation": "transfer" });
    bench.order("/sandbox/events", &order).await;
    for seen in [
        bench.read("transfer").await,
        bench.get(&messages(&bench, "transfer", "")).await,
    ] {
        let transfers = seen["recentTransfers"].as_array().unwrap();
        assert_eq!(transfers.len(), 2);
        let issued = |at: usize| transfers[at]["dateIssued"].as_str().unwrap();
        assert!(issued(0) > issued(1));
        assert_eq!(transfers[1]["state"], "Pending");
        assert!(transfers[1]["initiator"]["userId"].is_string());
    }
}

#[tokio::test]
async fn switches_decide_what_nobody_has_verified() {
    let text = "[platform]\ndelete_status = 204\nended_readable_minutes = 0\n\
        close_spares_bots = true\nteardown_disconnect_type = \"other\"\nwrap_up_of_others = false\n\
        [[chat]]\nkind = \"serving\"\nlabel = \"gone\"\n\
        [[chat]]\nkind = \"bot-loop\"\nlabel = \"bot\"\nbot_stays = true\n\
        [[chat]]\nkind = \"wrap-up\"\nlabel = \"owing\"\n";
    let bench = Bench::of(text).await;
    let path = format!("/api/v2/conversations/{}", bench.id("gone"));
    let (status, _) = bench.ask(Method::DELETE, &path, None).await;
    assert_eq!(status, 204);
    let begun = std::time::Instant::now();
    while bench.ask(Method::GET, &path, None).await.0 != 404 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(10));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    bench
        .send(
            Method::PATCH,
            &messages(&bench, "bot", ""),
            Some(&disconnected()),
        )
        .await;
    let spared = bench
        .read_until("bot", |seen| states(seen, "customer") == ["disconnected"])
        .await;
    assert_eq!(states(&spared, "botflow"), ["connected"]);
    let owing = bench.read("owing").await;
    let path = format!(
        "{}/communications/{}/wrapup",
        participant_path(&owing, "agent"),
        leg(&owing, "agent")
    );
    let codes = bench.get("/api/v2/routing/wrapupcodes").await;
    let body = json!({ "code": codes["entities"][0]["id"] });
    let said = refused(&bench, Method::POST, &path, body).await;
    assert_eq!(said.0, 403);
}

#[tokio::test]
async fn a_guest_hears_what_an_agent_was_made_to_say() {
    let bench = Bench::of(BRISK).await;
    let (mut guest, id) = Guest::served(&bench).await;
    let path = format!("/api/v2/conversations/{id}");
    let seen = bench.get(&path).await;
    let leg = leg(&seen, "agent");
    let path = format!("/api/v2/conversations/messages/{id}/communications/{leg}/messages");
    let body = json!({ "textBody": "A word from the desk." });
    let (_, sent) = bench.ask(Method::POST, &path, Some(&body)).await;
    let heard = guest
        .until(|frame| frame["body"]["text"] == "A word from the desk.")
        .await;
    assert_eq!(heard["body"]["direction"], "Outbound");
    let id = sent["id"].as_str().unwrap().replace('-', "");
    assert_eq!(heard["body"]["id"], id);
}

#[tokio::test]
async fn a_clear_and_an_expiry_on_order_reach_the_guest_who_is_there() {
    let bench = Bench::of(&format!("{BRISK}[guest]\ntells_expiry = true\n")).await;
    for (event, class, how) in [
        ("guest-clears", "SessionClearedEvent", "peer"),
        ("session-expires", "SessionExpiredEvent", "session.expired"),
    ] {
        let (mut guest, id) = Guest::served(&bench).await;
        let order = json!({ "event": event, "conversation": id });
        bench.order("/sandbox/events", &order).await;
        guest.until(|frame| frame["class"] == class).await;
        let seen = bench.get(&format!("/api/v2/conversations/{id}")).await;
        let customer = parties(&seen, "customer")[0];
        assert_eq!(customer["messages"][0]["disconnectType"], how);
        assert_eq!(states(&seen, "agent"), ["connected"], "the agent is left");
    }
}

#[tokio::test]
async fn the_agent_of_an_away_chat_is_offline_until_signed_in_again() {
    let bench = Bench::named("kinds").await;
    let seen = bench.read("away").await;
    let user = parties(&seen, "agent")[0]["userId"].as_str().unwrap();
    let path = format!("/api/v2/users/{user}?expand=presence&expand=routingStatus");
    let standing = async || {
        let user = bench.get(&path).await;
        let presence = &user["presence"]["presenceDefinition"]["systemPresence"];
        (presence.clone(), user["routingStatus"]["status"].clone())
    };
    assert_eq!(standing().await, (json!("Offline"), json!("OFF_QUEUE")));
    let back = json!({ "event": "agent-back", "conversation": "away" });
    bench.order("/sandbox/events", &back).await;
    let (presence, routing) = standing().await;
    assert_eq!(presence, "On Queue");
    assert_ne!(routing, "OFF_QUEUE");
}

#[tokio::test]
async fn an_unlisted_chat_is_over_for_analytics_and_open_to_read() {
    let bench = Bench::of("[[chat]]\nkind = \"serving\"\nlabel = \"x\"\nunlisted = true\n").await;
    assert_eq!(states(&bench.read("x").await, "agent"), ["connected"]);
    let path = format!("/api/v2/analytics/conversations/{}/details", bench.id("x"));
    let details = bench.get(&path).await;
    assert!(details["conversationEnd"].is_string(), "{details:#}");
}

#[tokio::test]
async fn the_bots_of_a_bad_publish_keep_who_comes() {
    let bench = Bench::named("bad-flow").await;
    let stuck = bench.sandbox.staged();
    let stranded = stuck.iter().filter(|one| one.kind == Kind::BotLoop).count();
    assert_eq!(stranded, 200);
    let seen = bench.read("stranded-200").await;
    assert_eq!(parties(&seen, "botflow")[0]["name"], "Order Status Bot");
}
