//! Finding, reading and ending conversations.

use crate::sandbox_support::{Bench, disconnected, participant_path, parties, states};
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use unstick::sandbox::{Actor, Change};

fn open_web_messaging() -> Value {
    json!({
        "order": "asc",
        "orderBy": "conversationStart",
        "conversationFilters": [{ "type": "and", "predicates": [
            { "type": "dimension", "dimension": "conversationEnd", "operator": "notExists" } ] }],
        "segmentFilters": [{ "type": "and", "predicates": [
            { "type": "dimension", "dimension": "mediaType", "operator": "matches", "value": "message" },
            { "type": "dimension", "dimension": "messageType", "operator": "matches", "value": "webmessaging" } ] }],
    })
}

#[tokio::test]
async fn the_demo_lists_its_thirty_open_chats_oldest_first_in_pages() {
    let bench = Bench::named("demo").await;
    let mut seen = Vec::new();
    for page in 1..=3 {
        let mut query = open_web_messaging();
        query["paging"] = json!({ "pageSize": 14, "pageNumber": page });
        let (status, body) = bench.query(query).await;
        assert_eq!(status, 200, "{body}");
        assert_eq!(body["totalHits"], 30);
        let rows = body["conversations"].as_array().unwrap();
        assert_eq!(rows.len(), if page == 3 { 2 } else { 14 });
        seen.extend(rows.iter().map(|row| {
            let start = row["conversationStart"].as_str().unwrap().to_owned();
            (start, row["conversationId"].as_str().unwrap().to_owned())
        }));
    }
    assert!(seen.is_sorted_by_key(|(start, _)| start.clone()));
    seen.sort_by(|left, right| left.1.cmp(&right.1));
    seen.dedup();
    assert_eq!(seen.len(), 30);
}

#[tokio::test]
async fn both_pictures_of_a_conversation_have_their_own_shape() {
    let bench = Bench::quiet().await;
    let nested = bench.read("orphan").await;
    let flat = bench
        .get(&format!(
            "/api/v2/conversations/messages/{}",
            bench.id("orphan")
        ))
        .await;
    let agent = parties(&nested, "agent")[0];
    assert_eq!(agent["messages"][0]["state"], "connected");
    assert_eq!(agent["state"], Value::Null);
    let agent = parties(&flat, "agent")[0];
    assert_eq!(agent["state"], "connected");
    assert_eq!(agent["messages"][0]["messageMetadata"]["type"], "Text");
    assert_eq!(agent["user"]["name"], agent["name"]);
    assert_eq!(flat["startTime"], Value::Null);
    assert!(nested["startTime"].is_string());
}

#[tokio::test]
async fn an_accepted_end_of_a_leg_takes_effect_later_and_ends_the_conversation() {
    let bench = Bench::quiet().await;
    let before = bench.read("orphan").await;
    let path = participant_path(&before, "agent");
    let sent = Timestamp::now();
    let answer = bench
        .send(Method::PATCH, &path, Some(&disconnected()))
        .await;
    let answered = Timestamp::now();
    assert_eq!(answer.status(), 202);
    let correlation = answer.headers()["inin-correlation-id"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(answer.bytes().await.unwrap().is_empty());
    let after = bench
        .read_until("orphan", |seen| seen["endTime"].is_string())
        .await;
    assert_eq!(states(&after, "agent"), ["disconnected"]);
    let truth = bench.sandbox.truth();
    let ended = truth
        .iter()
        .find(|one| one.what == Change::LegEnded)
        .unwrap();
    assert!(ended.at.duration_since(sent) >= SignedDuration::from_millis(99));
    assert!(ended.at.duration_since(answered) <= SignedDuration::from_millis(701));
    let cause = ended.request.as_ref().unwrap();
    assert_eq!(
        ended.who,
        Actor::Client(bench.sandbox.welcome().client_id.clone())
    );
    assert_eq!((cause.method.as_str(), &cause.path), ("PATCH", &path));
    assert_eq!(cause.correlation_id, correlation);
    assert_eq!(ended.conversation.to_string(), bench.id("orphan"));
}

#[tokio::test]
async fn a_second_end_of_the_same_participant_is_refused() {
    let bench = Bench::quiet().await;
    let path = participant_path(&bench.read("orphan").await, "agent");
    bench
        .send(Method::PATCH, &path, Some(&disconnected()))
        .await;
    bench
        .read_until("orphan", |seen| seen["endTime"].is_string())
        .await;
    let (status, body) = bench.ask(Method::PATCH, &path, Some(&disconnected())).await;
    assert_eq!(status, 400);
    assert_eq!(
        body["code"],
        "conversation.error.participant.no.active.conversations"
    );
}

#[tokio::test]
async fn ending_an_agent_who_owes_wrap_up_leaves_the_conversation_open_until_a_code_comes() {
    let bench = Bench::quiet().await;
    let before = bench.read("owes-wrap-up").await;
    for purpose in ["agent", "customer"] {
        let path = participant_path(&before, purpose);
        bench
            .send(Method::PATCH, &path, Some(&disconnected()))
            .await;
    }
    let owing = bench
        .read_until("owes-wrap-up", |seen| {
            states(seen, "agent") == ["disconnected"]
                && states(seen, "customer") == ["disconnected"]
        })
        .await;
    let agent = parties(&owing, "agent")[0];
    assert_eq!(owing["endTime"], Value::Null);
    assert_eq!(agent["messages"][0]["afterCallWork"]["state"], "pending");
    assert!(agent["startAcwTime"].is_string());
    let leg = agent["messages"][0]["id"].as_str().unwrap();
    let path = format!(
        "{}/communications/{leg}/wrapup",
        participant_path(&owing, "agent")
    );
    let wrong = json!({ "code": "no such code" });
    let (status, body) = bench.ask(Method::POST, &path, Some(&wrong)).await;
    assert_eq!(status, 400);
    assert_eq!(body["code"], "conversation.error.wrapup.code.required");
    let codes = bench
        .get("/api/v2/routing/wrapupcodes?name=Customer%20left")
        .await;
    let code = &codes["entities"][0]["id"];
    let (status, _) = bench
        .ask(Method::POST, &path, Some(&json!({ "code": code })))
        .await;
    assert_eq!(status, 202);
    let settled = bench
        .read_until("owes-wrap-up", |seen| seen["endTime"].is_string())
        .await;
    let agent = parties(&settled, "agent")[0];
    assert_eq!(agent["wrapup"]["code"], *code);
    assert_eq!(agent["messages"][0]["afterCallWork"]["state"], "complete");
}

#[tokio::test]
async fn the_teardown_fills_what_is_owed_with_the_system_code() {
    let bench = Bench::quiet().await;
    let path = format!("/api/v2/conversations/{}/disconnect", bench.id("wrap-up"));
    let (status, body) = bench.ask(Method::POST, &path, None).await;
    assert_eq!(status, 202);
    assert!(body.is_string());
    let ended = bench
        .read_until("wrap-up", |seen| seen["endTime"].is_string())
        .await;
    assert_eq!(
        parties(&ended, "agent")[0]["wrapup"]["name"],
        "ININ-WRAP-UP-TIMEOUT"
    );
}

#[tokio::test]
async fn closing_answers_with_the_conversation_and_brings_every_leg_down() {
    let bench = Bench::named("kinds").await;
    let path = format!("/api/v2/conversations/messages/{}", bench.id("parked"));
    let body = json!({ "state": "DISCONNECTED" });
    let (status, body) = bench.ask(Method::PATCH, &path, Some(&body)).await;
    assert_eq!(status, 200);
    assert_eq!(states(&body, "agent"), ["parked"]);
    let ended = bench
        .read_until("parked", |seen| seen["endTime"].is_string())
        .await;
    assert_eq!(states(&ended, "customer"), ["disconnected"]);
}

#[tokio::test]
async fn machines_follow_the_customer_unless_the_bot_stays() {
    let chat = |label: &str, stays: bool| {
        format!("[[chat]]\nkind = \"bot-loop\"\nlabel = \"{label}\"\nbot_stays = {stays}\n")
    };
    let bench = Bench::of(&(chat("goes", false) + &chat("stays", true))).await;
    for label in ["goes", "stays"] {
        let path = participant_path(&bench.read(label).await, "customer");
        bench
            .send(Method::PATCH, &path, Some(&disconnected()))
            .await;
    }
    bench
        .read_until("goes", |seen| seen["endTime"].is_string())
        .await;
    let stays = bench
        .read_until("stays", |seen| states(seen, "customer") == ["disconnected"])
        .await;
    assert_eq!(states(&stays, "botflow"), ["connected"]);
    let path = format!("/api/v2/conversations/messages/{}", bench.id("stays"));
    bench
        .send(Method::PATCH, &path, Some(&disconnected()))
        .await;
    bench
        .read_until("stays", |seen| seen["endTime"].is_string())
        .await;
}

#[tokio::test]
async fn one_leg_can_be_ended_by_its_own_id_and_takes_no_other_state() {
    let bench = Bench::quiet().await;
    let before = bench.read("orphan").await;
    let leg = parties(&before, "agent")[0]["messages"][0]["id"]
        .as_str()
        .unwrap();
    let path = format!(
        "{}/communications/{leg}",
        participant_path(&before, "agent")
    );
    let (status, body) = bench
        .ask(Method::PATCH, &path, Some(&json!({ "state": "connected" })))
        .await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (400, &json!("communication.state.required"))
    );
    let (status, _) = bench.ask(Method::PATCH, &path, Some(&disconnected())).await;
    assert_eq!(status, 202);
    bench
        .read_until("orphan", |seen| seen["endTime"].is_string())
        .await;
}

#[tokio::test]
async fn analytics_shows_an_end_only_after_its_lag() {
    let bench = Bench::of(
        "platform = { analytics_lag_ms = 600000 }\n[[chat]]\nkind = \"orphan\"\nlabel = \"orphan\"\n",
    )
    .await;
    let path = format!("/api/v2/conversations/messages/{}", bench.id("orphan"));
    bench
        .send(Method::PATCH, &path, Some(&disconnected()))
        .await;
    bench
        .read_until("orphan", |seen| seen["endTime"].is_string())
        .await;
    let (_, open) = bench.query(open_web_messaging()).await;
    assert_eq!(open["totalHits"], 1, "analytics is late");
    bench
        .order("/sandbox/faults", &json!({ "analytics_lag_ms": 0 }))
        .await;
    let (_, open) = bench.query(open_web_messaging()).await;
    assert_eq!(open["totalHits"], 0);
    let (_, all) = bench.query(json!({})).await;
    assert!(all["conversations"][0]["conversationEnd"].is_string());
}

#[tokio::test]
async fn analytics_says_whether_the_customer_took_part() {
    let bench = Bench::named("kinds").await;
    for (label, took_part) in [("no-show", false), ("bot-loop", true)] {
        let (_, body) = bench
            .query(
                json!({ "conversationFilters": [{ "type": "and", "predicates": [
                { "dimension": "conversationId", "value": bench.id(label) } ] }] }),
            )
            .await;
        assert_eq!(body["totalHits"], 1);
        assert_eq!(body["conversations"][0]["customerParticipation"], took_part);
    }
}

#[tokio::test]
async fn the_texts_of_messages_are_read_by_id() {
    let bench = Bench::quiet().await;
    let seen = bench.read("orphan").await;
    let listed = parties(&seen, "agent")[0]["messages"][0]["messages"]
        .as_array()
        .unwrap();
    let ids: Vec<&Value> = listed.iter().map(|message| &message["messageId"]).collect();
    let path = format!(
        "/api/v2/conversations/messages/{}/messages/bulk",
        bench.id("orphan")
    );
    let (status, body) = bench.ask(Method::POST, &path, Some(&json!(ids))).await;
    assert_eq!(status, 200);
    let entities = body["entities"].as_array().unwrap();
    assert_eq!(entities.len(), ids.len());
    assert!(
        entities
            .iter()
            .all(|one| one["normalizedMessage"]["text"].is_string())
    );
}

#[tokio::test]
async fn ten_thousand_chats_are_listed_by_the_hundred() {
    use unstick::sandbox::{Options, Scenario};
    let options = Options {
        chats: Some(10_000),
        ..Options::new(Scenario::named("demo").unwrap())
    };
    let bench = Bench::start(options).await;
    let mut query = open_web_messaging();
    query["paging"] = json!({ "pageSize": 100, "pageNumber": 100 });
    let (status, body) = bench.query(query).await;
    assert_eq!(status, 200);
    assert_eq!(body["totalHits"], 10_000);
    assert_eq!(body["conversations"].as_array().unwrap().len(), 100);
}

#[tokio::test]
async fn the_truth_and_the_start_line_need_no_token() {
    let bench = Bench::quiet().await;
    bench
        .order(
            "/sandbox/events",
            &json!({ "event": "customer-writes", "conversation": "live" }),
        )
        .await;
    let text = reqwest::get(bench.url("/sandbox/truth"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let line: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&line["who"], &line["what"]),
        (&json!("guest"), &json!("message-written"))
    );
    let welcome: Value = reqwest::get(bench.url("/sandbox/"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(
        welcome,
        serde_json::to_value(bench.sandbox.welcome()).unwrap()
    );
}
