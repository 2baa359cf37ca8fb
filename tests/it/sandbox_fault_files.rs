//! The catalogue of faults that a client must survive, each as a file of faults and what it does on the wire.
//!
//! F22 to F25 are in `sandbox_mischief`, the unknown authority of F40 is in `sandbox_tls`.

use crate::sandbox_ear::{Ear, dial};
use crate::sandbox_guest::Guest;
use crate::sandbox_raw::ask;
use crate::sandbox_support::{Bench, disconnected, participant_path, parties, states};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use unstick::sandbox::{Change, FaultOrders, Options, Scenario};

const ME: &str = "/api/v2/organizations/me";

/// The scenario `quiet` with a file of faults.
async fn with(faults: &str) -> Bench {
    let mut options = Options::new(Scenario::named("quiet").unwrap());
    options.faults = FaultOrders::parse(faults, "faults.toml").unwrap();
    let mut bench = Bench::start(options).await;
    bench.client = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()
        .unwrap();
    bench
}

async fn end(bench: &Bench, path: &str) -> reqwest::Result<Response> {
    bench
        .try_send(Method::PATCH, path, Some(&disconnected()))
        .await
}

async fn agent_of(bench: &Bench, label: &str) -> String {
    participant_path(&bench.read(label).await, "agent")
}

async fn code(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap_or_default();
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}

/// How many legs a request of ours has ended.
fn applied(bench: &Bench) -> usize {
    let truth = bench.sandbox.truth();
    let ours = truth
        .iter()
        .filter(|one| one.what == Change::LegEnded && one.request.is_some());
    ours.count()
}

/// F01, F02: before the read, and a moment after it.
#[tokio::test]
async fn an_agent_joins_before_the_turn_or_in_the_window_after_the_read() {
    let bench = with(
        "[[event]]\nevent = \"agent-joins\"\nconversation = \"orphan\"\n\
         [[fault]]\nstep = \"read\"\nconversation = \"idle\"\nevent = \"agent-joins\"\nevent_after_ms = 300\n",
    )
    .await;
    assert_eq!(parties(&bench.read("orphan").await, "agent").len(), 2);
    assert_eq!(parties(&bench.read("idle").await, "agent").len(), 1);
    bench
        .read_until("idle", |seen| parties(seen, "agent").len() == 2)
        .await;
}

/// F03, F04, F44: another guest's leg, a call, another queue.
#[tokio::test]
async fn the_conversation_becomes_another_one_between_two_reads() {
    let bench = with(
        "[[fault]]\nstep = \"read\"\nconversation = \"orphan\"\nevent = \"customer-writes\"\n\
         [[fault]]\nstep = \"read\"\nconversation = \"live\"\nevent = \"guest-reborn\"\n\
         [[fault]]\nstep = \"read\"\nconversation = \"idle\"\nevent = \"voice-leg-added\"\n",
    )
    .await;
    let ids = |seen: &Value| -> Vec<Value> {
        let legs = parties(seen, "customer")[0]["messages"].as_array().unwrap();
        let open = legs.iter().filter(|leg| leg["state"] == "connected");
        open.map(|leg| leg["id"].clone()).collect()
    };
    let before = bench.read("live").await;
    let after = bench
        .read_until("live", |seen| ids(seen) != ids(&before))
        .await;
    assert_eq!(ids(&after).len(), 1);
    bench
        .read_until("orphan", |seen| {
            states(seen, "customer").contains(&"connected")
        })
        .await;
    bench
        .read_until("idle", |seen| {
            let all = seen["participants"].as_array().unwrap();
            all.iter().any(|one| {
                one["calls"]
                    .as_array()
                    .is_some_and(|calls| !calls.is_empty())
            })
        })
        .await;
    let transfer = json!({ "event": "transfer", "conversation": "live", "queue": "Returns" });
    bench.order("/sandbox/events", &transfer).await;
    let queues = |seen: &Value| {
        let all = seen["participants"].as_array().unwrap();
        let named = all.iter().filter(|one| one["queueName"] == "Returns");
        named.count()
    };
    bench.read_until("live", |seen| queues(seen) > 0).await;
}

/// F05.
#[tokio::test]
async fn a_polite_liar_accepts_everything_and_does_nothing() {
    let bench = with("[[fault]]\nstep = \"legs\"\ntimes = 0\naccepted_but_open = true\n").await;
    let path = agent_of(&bench, "orphan").await;
    for _ in 0..3 {
        assert_eq!(end(&bench, &path).await.unwrap().status(), 202);
    }
    // Whatever was accepted is applied within 0.8 s; this event comes after that.
    let later = json!({ "event": "customer-writes", "conversation": "orphan", "after_ms": 900 });
    bench.order("/sandbox/events", &later).await;
    let seen = bench
        .read_until("orphan", |seen| {
            states(seen, "customer").contains(&"connected")
        })
        .await;
    assert_eq!(states(&seen, "agent"), ["connected"]);
}

/// F06.
#[tokio::test]
async fn a_stale_replica_is_contradicted_by_an_event() {
    let bench =
        with("[[fault]]\nstep = \"read\"\nconversation = \"live\"\ntimes = 0\nstale_ms = 3000\n")
            .await;
    let agent = parties(&bench.read("live").await, "agent")[0].clone();
    let topic = format!(
        "v2.routing.queues.{}.conversations.messages",
        agent["queueId"].as_str().unwrap()
    );
    let mut ear = Ear::on(&bench, std::slice::from_ref(&topic)).await;
    let joins = json!({ "event": "agent-joins", "conversation": "live" });
    bench.order("/sandbox/events", &joins).await;
    let told = ear.event(&topic).await;
    assert_eq!(parties(&told["eventBody"], "agent").len(), 2);
    assert_eq!(parties(&bench.read("live").await, "agent").len(), 1);
}

/// F08.
#[tokio::test]
async fn the_servers_clock_is_ten_minutes_ahead() {
    let bench = with("clock_skew_ms = 600000\n").await;
    let heard = ask(&bench, "GET", ME).await;
    let date =
        jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(heard.header("date").unwrap());
    let ahead = date
        .unwrap()
        .duration_since(jiff::Timestamp::now())
        .as_secs();
    assert!((590..=600).contains(&ahead), "{ahead}");
}

/// F09, F10: the list fails, and where it comes its pages drift.
#[tokio::test]
async fn the_list_fails_for_as_long_as_it_should_and_its_pages_drift() {
    let bench = with(
        "[[fault]]\nstep = \"list\"\ntimes = 3\nstatus = 504\n\
         [[fault]]\nstep = \"list\"\nnth = 5\npage_drift = 1\n",
    )
    .await;
    for _ in 0..3 {
        assert_eq!(bench.query(json!({})).await.0, 504);
    }
    let page = async |number: u32| {
        let (status, body) = bench
            .query(json!({ "paging": { "pageSize": 2, "pageNumber": number } }))
            .await;
        assert_eq!(status, 200);
        body["conversations"].as_array().unwrap().clone()
    };
    let first = page(1).await;
    assert_eq!(
        page(2).await[0]["conversationId"],
        first[1]["conversationId"]
    );
}

/// F11, F12, F13: nothing comes back; it was applied not at all, at once, or late.
#[tokio::test]
async fn a_lost_answer_says_nothing_of_what_was_applied() {
    let cases = [
        ("when = \"before\"\ndrop = true", Some(0)),
        ("when = \"after\"\ndrop = true", Some(1)),
        ("drop = true\napply_late_ms = 1200", None),
    ];
    for (fault, expected) in cases {
        let bench = with(&format!("[[fault]]\nstep = \"legs\"\n{fault}\n")).await;
        let path = agent_of(&bench, "orphan").await;
        assert!(end(&bench, &path).await.is_err(), "{fault}");
        let later = json!({ "event": "agent-writes", "conversation": "live", "after_ms": 900 });
        bench.order("/sandbox/events", &later).await;
        let wrote = async || {
            bench
                .sandbox
                .truth()
                .iter()
                .any(|one| one.what == Change::MessageWritten)
        };
        let begun = Instant::now();
        while !wrote().await {
            assert!(begun.elapsed() < Duration::from_secs(10));
            tokio::task::yield_now().await;
        }
        assert_eq!(applied(&bench), expected.unwrap_or(0), "{fault}");
        if expected.is_none() {
            bench
                .read_until("orphan", |seen| states(seen, "agent") == ["disconnected"])
                .await;
            assert_eq!(applied(&bench), 1);
        }
    }
}

/// F14.
#[tokio::test]
async fn a_200_is_followed_by_a_reset() {
    let bench =
        with("[[fault]]\npath = \"/organizations/me\"\ntruncate_after = 20\nreset = true\n").await;
    let heard = ask(&bench, "GET", ME).await;
    assert_eq!(
        (heard.status(), heard.body.len(), heard.was_reset),
        (200, 20, true)
    );
}

/// F15.
#[tokio::test]
async fn a_token_runs_out_in_mid_run_and_then_none_is_good() {
    let mut bench = with(
        "[[fault]]\npath = \"/organizations/me\"\nnth = 3\nthen = { expire_tokens = true }\n\
         [[fault]]\npath = \"/organizations/me\"\nnth = 5\ntimes = 0\nthen = { revoke_tokens = true }\n",
    )
    .await;
    let mut seen = Vec::new();
    for turn in 1..=6 {
        let answer = bench.send(Method::GET, ME, None).await;
        seen.push(code(answer).await);
        if turn >= 3 {
            bench.token = bench.fresh_token().await;
        }
    }
    let codes: Vec<&str> = seen.iter().map(|(_, code)| code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "",
            "",
            "credentials.expired",
            "",
            "bad.credentials",
            "bad.credentials"
        ]
    );
}

/// F16, F17, F35, F36, F38, F40: statuses with and without a time to come back.
#[tokio::test]
async fn statuses_come_with_their_codes_and_times() {
    let bench = with(
        "[[fault]]\npath = \"/me\"\nstatus = 429\nretry_after = 7\n\
         [[fault]]\npath = \"/me\"\nnth = 2\nstatus = 429\n\
         [[fault]]\npath = \"/me\"\nnth = 3\nstatus = 429\nretry_after = \"in a while\"\n\
         [[fault]]\npath = \"/me\"\nnth = 4\nstatus = 429\nretry_after = 3600\n\
         [[fault]]\npath = \"/me\"\nnth = 5\nstatus = 503\n\
         [[fault]]\npath = \"/me\"\nnth = 6\nstatus = 407\nheaders = { proxy-authenticate = \"Basic\" }\n\
         [[fault]]\nmethod = \"DELETE\"\npath = \"/api/v2/conversations/*\"\nstatus = 405\n\
         [[fault]]\nmethod = \"DELETE\"\npath = \"/api/v2/conversations/*\"\nnth = 2\nstatus = 409\n\
         [[fault]]\nstep = \"close\"\ntimes = 0\nstatus = 400\ncode = \"invalid.value\"\n",
    )
    .await;
    let limited = "too.many.requests.retry.after";
    let expected = [
        (429, limited, Some("7")),
        (429, limited, None),
        (429, limited, Some("in a while")),
        (429, limited, Some("3600")),
        (503, "service.unavailable", None),
        (407, "internal.server.error", None),
    ];
    for (status, word, retry_after) in expected {
        let answer = bench.send(Method::GET, ME, None).await;
        let said = answer
            .headers()
            .get("retry-after")
            .map(|text| text.to_str().unwrap().to_owned());
        assert_eq!(said.as_deref(), retry_after);
        assert_eq!(code(answer).await, (status, word.to_owned()));
    }
    let path = format!("/api/v2/conversations/{}", bench.id("orphan"));
    for status in [405, 409] {
        assert_eq!(
            bench.send(Method::DELETE, &path, None).await.status(),
            status
        );
    }
    let path = format!("/api/v2/conversations/messages/{}", bench.id("orphan"));
    for _ in 0..4 {
        assert_eq!(
            code(end(&bench, &path).await.unwrap()).await,
            (400, "invalid.value".to_owned())
        );
    }
    assert!(bench.sandbox.truth().is_empty());
}

/// F36.
#[tokio::test]
async fn two_of_five_requests_fail_in_a_brown_out() {
    let bench = with(
        "[[fault]]\npath = \"/organizations/me\"\nprobability = 0.4\nseed = 5\nstatus = 503\n",
    )
    .await;
    let mut failed = 0;
    for _ in 0..100 {
        failed += u32::from(bench.send(Method::GET, ME, None).await.status() == 503);
    }
    assert!((25..=55).contains(&failed), "{failed} of 100");
}

/// F18, F19b: what is allowed shrinks in mid-run.
#[tokio::test]
async fn the_limit_drops_and_a_permission_is_lost_at_the_third_item() {
    let bench = with(
        "[[fault]]\nstep = \"legs\"\nnth = 3\nthen = { rate_limit = 60, remove_permissions = \
         [\"conversation:communication:disconnect\", \"conversation:participant:wrapup\"] }\n",
    )
    .await;
    let mut seen = Vec::new();
    for label in ["orphan", "idle", "live"] {
        let path = agent_of(&bench, label).await;
        let answer = end(&bench, &path).await.unwrap();
        let allowed = answer.headers()["inin-ratelimit-allowed"]
            .to_str()
            .unwrap()
            .to_owned();
        seen.push((allowed, code(answer).await));
    }
    assert_eq!(seen[1], ("300".to_owned(), (202, String::new())));
    assert_eq!(
        seen[2],
        ("60".to_owned(), (403, "missing.any.permissions".to_owned()))
    );
}

/// F18b, F19: it ended elsewhere and is not there any more, or never was for us.
#[tokio::test]
async fn a_conversation_is_not_there() {
    let bench = with(
        "[[fault]]\nstep = \"legs\"\nconversation = \"orphan\"\nstatus = 404\nevent = \"agent-leaves\"\n\
         code = \"conversation.error.conversation.not.found\"\n\
         [[fault]]\nconversation = \"idle\"\ntimes = 0\nstatus = 404\n",
    )
    .await;
    let path = agent_of(&bench, "orphan").await;
    let expected = (404, "conversation.error.conversation.not.found".to_owned());
    assert_eq!(code(end(&bench, &path).await.unwrap()).await, expected);
    bench
        .read_until("orphan", |seen| states(seen, "agent") == ["disconnected"])
        .await;
    assert_eq!(applied(&bench), 0);
    let path = format!("/api/v2/conversations/{}", bench.id("idle"));
    for _ in 0..2 {
        let answer = bench.send(Method::GET, &path, None).await;
        assert_eq!(code(answer).await, (404, "not.found".to_owned()));
    }
}

/// F20, F21, F26, F39: somebody else answers, or the platform as nobody should.
#[tokio::test]
async fn answers_lead_elsewhere_or_are_none() {
    let bench = with(
        "[[fault]]\npath = \"/me\"\nredirect = 308\nlocation = \"http://elsewhere.invalid/\"\n\
         [[fault]]\npath = \"/me\"\nnth = 2\nbody_like = \"captive-portal\"\n\
         [[fault]]\npath = \"/me\"\nnth = 3\nbody_like = \"deep\"\n\
         [[fault]]\npath = \"/me\"\nnth = 4\nbody = \"slow\"\ndrip_ms = 50\n",
    )
    .await;
    let answer = bench.send(Method::GET, ME, None).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (308, &"http://elsewhere.invalid/".parse().unwrap())
    );
    let answer = bench.send(Method::GET, ME, None).await;
    assert!(answer.text().await.unwrap().contains("<html>"));
    let answer = bench.send(Method::GET, ME, None).await;
    assert!(answer.text().await.unwrap().starts_with("[[["));
    let begun = Instant::now();
    let answer = bench.send(Method::GET, ME, None).await;
    assert_eq!(answer.text().await.unwrap(), "slow");
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

/// F33.
#[tokio::test]
async fn the_second_token_stands_for_another_organisation() {
    let mut bench =
        with("[[fault]]\nstep = \"token\"\nnth = 2\nthen = { swap_organization = true }\n").await;
    let own = json!(bench.sandbox.welcome().org_id);
    assert_eq!(bench.get(ME).await["id"], own);
    bench.token = bench.fresh_token().await;
    assert_ne!(bench.get(ME).await["id"], own);
    assert_ne!(
        bench.get("/api/v2/tokens/me").await["organization"]["id"],
        own
    );
}

/// F37: nobody gets through, and whoever was connected is no more.
#[tokio::test]
async fn a_total_outage_cuts_sockets_too() {
    let bench =
        with("[[fault]]\npath = \"/me\"\nnth = 2\nthen = { unreachable_ms = 600000 }\n").await;
    let mut ear = Ear::open(&bench).await;
    let mut guest = Guest::arrive(&bench).await;
    bench.get(ME).await;
    bench.send(Method::GET, ME, None).await;
    assert!(ear.next_or_close().await.unwrap_err().is_none());
    assert!(guest.next_or_close().await.unwrap_err().is_none());
    assert!(bench.try_send(Method::GET, ME, None).await.is_err());
    let uri = format!(
        "{}/v1?deploymentId={}",
        bench.url("").replacen("http", "ws", 1),
        bench.sandbox.welcome().deployment_id
    );
    assert!(dial(&uri).await.is_err());
    bench
        .order("/sandbox/faults", &json!({ "unreachable_ms": 0 }))
        .await;
    bench.get(ME).await;
}

/// F41.
#[tokio::test]
async fn names_carry_what_no_terminal_should_get() {
    let bench = with("[[fault]]\nstep = \"read\"\nbody_like = \"nul\"\n").await;
    let seen = bench.read("orphan").await;
    let name = parties(&seen, "customer")[0]["name"].as_str().unwrap();
    assert!(
        name.contains('\0') && name.contains("\u{1b}[2J"),
        "{name:?}"
    );
}

#[tokio::test]
async fn sockets_of_guests_are_slow_and_then_cut_and_others_are_not() {
    let bench = with("[[socket]]\nof = \"guests\"\ndelay_ms = 300\n").await;
    let mut guest = Guest::connect(&bench, uuid::Uuid::new_v4()).await;
    let begun = Instant::now();
    guest.configure(false).await;
    assert!(begun.elapsed() >= Duration::from_millis(300));
    let mut ear = Ear::open(&bench).await;
    let cut = json!({ "socket": [{ "of": "guests", "cut_ms": 0, "reset": true }] });
    bench.order("/sandbox/faults", &cut).await;
    while let Ok(frame) = guest.next_or_close().await {
        assert_eq!(frame["type"], "message", "what was on its way");
    }
    ear.drain().await;
    let (guest, _) = Guest::resume(&bench, guest.token).await;
    drop(guest);
}

#[tokio::test]
async fn a_socket_is_refused_like_any_request() {
    let bench = with("[[fault]]\npath = \"/v1*\"\nstatus = 503\n[[fault]]\npath = \"/v1*\"\nnth = 2\ndrop = true\n").await;
    let uri = format!(
        "{}/v1?deploymentId={}",
        bench.url("").replacen("http", "ws", 1),
        bench.sandbox.welcome().deployment_id
    );
    let refused = dial(&uri).await.unwrap_err();
    assert!(refused.to_string().contains("503"), "{refused}");
    assert!(dial(&uri).await.is_err());
    Guest::arrive(&bench).await;
}

#[test]
fn a_file_of_faults_that_cannot_be_followed_is_refused_with_its_line() {
    let home = crate::support::Home::new();
    let cases = [
        (
            "[[fault]]\ndrop = true\nstatus = 500\n",
            ["faults.toml:3: status: ", "does not go with `drop`"],
        ),
        (
            "[[fault]]\nstep = \"leg\"\nstatus = 500\n",
            ["faults.toml:2: step: ", "`legs`"],
        ),
        (
            "\n[[event]]\nevent = \"agent-joins\"\nconversation = \"orphn\"\n",
            ["faults.toml:4: conversation: ", "`orphn`"],
        ),
        (
            "rate_limit = 1\nremove_permissions = [\"a:b:c\"]\n",
            ["faults.toml:2: remove_permissions: ", "`a:b:c`"],
        ),
    ];
    for (text, words) in cases {
        home.write("faults.toml", text);
        home.run(&["list", "--sandbox=quiet", "--faults", "faults.toml"])
            .refused(2, &words);
    }
}
