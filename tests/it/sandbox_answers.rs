//! Answers that are damaged, slow, outdated or somebody else's, byte by byte.

use crate::sandbox_raw::{ask, hear, request};
use crate::sandbox_support::{Bench, disconnected, participant_path, parties, states};
use reqwest::Method;
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use unstick::sandbox::Change;

const ME: &str = "/api/v2/organizations/me";

async fn rule(bench: &Bench, fault: Value) {
    bench
        .order("/sandbox/faults", &json!({ "fault": [fault] }))
        .await;
}

fn has_ended_something(bench: &Bench) -> bool {
    bench
        .sandbox
        .truth()
        .iter()
        .any(|one| one.what == Change::LegEnded)
}

#[tokio::test]
async fn a_truncated_answer_announces_more_than_it_sends() {
    let bench = Bench::quiet().await;
    for (reset, bytes) in [(false, 10), (true, 10), (false, 0)] {
        rule(
            &bench,
            json!({ "path": ME, "truncate_after": bytes, "reset": reset }),
        )
        .await;
        let heard = ask(&bench, "GET", ME).await;
        assert_eq!((heard.status(), heard.body.len()), (200, bytes));
        assert!(heard.announced() > bytes, "{heard:?}");
        assert_eq!(heard.was_reset, reset);
    }
    // An answer that has no body is given one that is missed.
    let path = participant_path(&bench.read("orphan").await, "agent");
    rule(&bench, json!({ "step": "legs", "truncate_after": 4 })).await;
    let mut sent = request(
        &bench,
        "PATCH",
        &path,
        "content-type: application/json\r\ncontent-length: 24\r\n",
    );
    sent.extend(b"{\"state\":\"disconnected\"}");
    let heard = hear(&bench, &sent).await;
    assert_eq!(
        (heard.status(), heard.announced(), heard.body.len()),
        (202, 5, 4)
    );
    bench
        .read_until("orphan", |seen| seen["endTime"].is_string())
        .await;
    bench.get(ME).await;
}

#[tokio::test]
async fn a_dropped_connection_ends_as_the_rule_says() {
    let bench = Bench::quiet().await;
    for reset in [false, true] {
        rule(&bench, json!({ "path": ME, "drop": true, "reset": reset })).await;
        let heard = ask(&bench, "GET", ME).await;
        assert!(heard.head.is_empty() && heard.body.is_empty(), "{heard:?}");
        assert_eq!(heard.was_reset, reset);
    }
}

#[tokio::test]
async fn a_slow_drip_is_whole_in_the_end() {
    let bench = Bench::quiet().await;
    rule(
        &bench,
        json!({ "path": ME, "body": "0123456789", "drip_ms": 40 }),
    )
    .await;
    let begun = Instant::now();
    let mut answer = bench.send(Method::GET, ME, None).await;
    assert_eq!(answer.headers()["content-length"], "10");
    let mut whole = Vec::new();
    let mut count = 0;
    while let Some(piece) = answer.chunk().await.unwrap() {
        whole.extend_from_slice(&piece);
        count += 1;
    }
    assert_eq!(whole, b"0123456789");
    assert!(count > 1, "it came in one piece");
    assert!(begun.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_redirect_leads_where_the_rule_says_and_applies_nothing() {
    let mut bench = Bench::quiet().await;
    bench.client = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .build()
        .unwrap();
    let path = participant_path(&bench.read("orphan").await, "agent");
    for status in [301, 302, 303, 307, 308] {
        rule(&bench, json!({ "step": "legs", "redirect": status })).await;
        let answer = bench
            .send(Method::PATCH, &path, Some(&disconnected()))
            .await;
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["location"], "/moved");
    }
    let elsewhere = "https://elsewhere.invalid/api/v2?x=1";
    rule(
        &bench,
        json!({ "step": "legs", "redirect": 307, "location": elsewhere }),
    )
    .await;
    let answer = bench
        .send(Method::PATCH, &path, Some(&disconnected()))
        .await;
    assert_eq!(answer.headers()["location"], elsewhere);
    assert!(answer.bytes().await.unwrap().is_empty());
    assert!(!has_ended_something(&bench));
}

#[tokio::test]
async fn a_captive_portal_keeps_the_request_to_itself() {
    let bench = Bench::quiet().await;
    let path = participant_path(&bench.read("orphan").await, "agent");
    rule(
        &bench,
        json!({ "step": "legs", "body_like": "captive-portal" }),
    )
    .await;
    let answer = bench
        .send(Method::PATCH, &path, Some(&disconnected()))
        .await;
    assert_eq!(answer.status(), 200);
    assert!(
        answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
    assert!(answer.text().await.unwrap().starts_with("<!doctype html>"));
    assert!(!has_ended_something(&bench));
}

#[tokio::test]
async fn a_body_is_answered_instead_with_its_type_its_status_and_its_headers() {
    let bench = Bench::quiet().await;
    let fault = json!({
        "path": ME,
        "status": 503,
        "retry_after": "soon",
        "body": "down for lunch",
        "content_type": "text/plain",
        "headers": { "inin-ratelimit-allowed": "60", "x-lunch": "yes" },
    });
    rule(&bench, fault).await;
    let answer = bench.send(Method::GET, ME, None).await;
    assert_eq!(answer.status(), 503);
    let expected = [
        ("retry-after", "soon"),
        ("content-type", "text/plain"),
        ("inin-ratelimit-allowed", "60"),
        ("x-lunch", "yes"),
    ];
    for (name, value) in expected {
        let all: Vec<&str> = answer
            .headers()
            .get_all(name)
            .iter()
            .map(|one| one.to_str().unwrap())
            .collect();
        assert_eq!(all, [value], "{name}");
    }
    assert_eq!(answer.text().await.unwrap(), "down for lunch");
}

async fn text_like(bench: &Bench, body_like: &str, path: &str) -> String {
    rule(bench, json!({ "path": path, "body_like": body_like })).await;
    let answer = bench.send(Method::GET, path, None).await;
    assert_eq!(answer.status(), 200, "{body_like}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn hostile_bodies_are_what_they_are_called() {
    let bench = Bench::quiet().await;
    let conversation = format!("/api/v2/conversations/{}", bench.id("orphan"));
    let other: Value = serde_json::from_str(&text_like(&bench, "other-json", ME).await).unwrap();
    assert!(other.get("id").is_none());
    assert_eq!(text_like(&bench, "empty", ME).await, "");
    let half = text_like(&bench, "unfinished", ME).await;
    assert!(half.starts_with('{') && serde_json::from_str::<Value>(&half).is_err());
    let deep = text_like(&bench, "deep", ME).await;
    assert!(deep.starts_with(&"[".repeat(100_000)) && deep.ends_with(&"]".repeat(100_000)));
    let nul: Value = serde_json::from_str(&text_like(&bench, "nul", &conversation).await).unwrap();
    let named = parties(&nul, "customer")[0]["name"].as_str().unwrap();
    assert!(
        named.contains('\0') && named.contains('\u{1b}'),
        "{named:?}"
    );
    let lone = text_like(&bench, "lone-surrogate", &conversation).await;
    assert!(lone.contains("\"a\\ud83d\""), "{lone}");
    let crowd = text_like(&bench, "crowd", &conversation).await;
    assert!(crowd.starts_with("{\"participants\":[{\"id\":") && crowd.ends_with("}]}"));
    assert_eq!(crowd.matches("\"purpose\"").count(), 1_000_000);
}

#[tokio::test]
async fn a_huge_body_comes_for_as_long_as_somebody_reads_it() {
    let bench = Bench::quiet().await;
    rule(&bench, json!({ "path": ME, "body_like": "huge" })).await;
    let mut answer = bench.send(Method::GET, ME, None).await;
    let mut read = 0;
    while read < 64 << 20 {
        read += answer.chunk().await.unwrap().expect("it goes on").len();
    }
    drop(answer);
    bench.get(ME).await;
}

#[tokio::test]
async fn a_lie_is_told_to_each_conversation_as_often_as_the_rule_says() {
    let bench = Bench::quiet().await;
    rule(
        &bench,
        json!({ "step": "legs", "accepted_but_open": true, "per_conversation": true, "times": 2 }),
    )
    .await;
    for label in ["orphan", "idle"] {
        let path = participant_path(&bench.read(label).await, "agent");
        for _ in 0..2 {
            let (status, _) = bench.ask(Method::PATCH, &path, Some(&disconnected())).await;
            assert_eq!(status, 202);
        }
        let (status, _) = bench.ask(Method::PATCH, &path, Some(&disconnected())).await;
        assert_eq!(status, 202);
        bench
            .read_until(label, |seen| states(seen, "agent") == ["disconnected"])
            .await;
    }
    let truth = bench.sandbox.truth();
    let requests = truth
        .iter()
        .filter(|one| one.what == Change::LegEnded && one.request.is_some());
    assert_eq!(requests.count(), 2, "one that was applied for each");
}

#[tokio::test]
async fn what_was_dropped_is_applied_late() {
    let bench = Bench::quiet().await;
    let path = participant_path(&bench.read("orphan").await, "agent");
    rule(
        &bench,
        json!({ "step": "legs", "drop": true, "apply_late_ms": 1500 }),
    )
    .await;
    let begun = jiff::Timestamp::now();
    assert!(
        bench
            .try_send(Method::PATCH, &path, Some(&disconnected()))
            .await
            .is_err()
    );
    assert_eq!(states(&bench.read("orphan").await, "agent"), ["connected"]);
    bench
        .read_until("orphan", |seen| states(seen, "agent") == ["disconnected"])
        .await;
    let truth = bench.sandbox.truth();
    let ended = truth
        .iter()
        .find(|one| one.what == Change::LegEnded)
        .unwrap();
    assert!(ended.at.duration_since(begun) >= jiff::SignedDuration::from_millis(1400));
}

#[tokio::test]
async fn a_replica_that_lags_shows_what_was_and_then_what_is() {
    let bench = Bench::quiet().await;
    rule(
        &bench,
        json!({ "step": "read", "conversation": "orphan", "times": 0, "stale_ms": 700 }),
    )
    .await;
    bench
        .order(
            "/sandbox/events",
            &json!({ "event": "agent-joins", "conversation": "orphan" }),
        )
        .await;
    let changed = Instant::now();
    assert_eq!(parties(&bench.read("orphan").await, "agent").len(), 1);
    let path = format!("/api/v2/conversations/messages/{}", bench.id("orphan"));
    assert_eq!(
        parties(&bench.get(&path).await, "agent").len(),
        1,
        "the same in its other shape"
    );
    bench
        .read_until("orphan", |seen| parties(seen, "agent").len() == 2)
        .await;
    assert!(changed.elapsed() >= Duration::from_millis(600));
    // What is done meanwhile is done to what is.
    let joined = &bench.sandbox.truth()[0];
    assert_eq!(joined.what, Change::LegConnected);
}

#[tokio::test]
async fn pages_drift_so_that_rows_come_twice_and_not_at_all() {
    let bench = Bench::named("demo").await;
    let page = async |number: u32| {
        let (status, body) = bench
            .query(json!({ "paging": { "pageSize": 10, "pageNumber": number } }))
            .await;
        assert_eq!(status, 200, "{body}");
        let rows = body["conversations"].as_array().unwrap();
        let ids = rows
            .iter()
            .map(|row| row["conversationId"].as_str().unwrap().to_owned());
        ids.collect::<Vec<String>>()
    };
    let (first, second, third) = (page(1).await, page(2).await, page(3).await);
    rule(&bench, json!({ "step": "list", "nth": 2, "page_drift": 3 })).await;
    assert_eq!(page(1).await, first);
    let again = page(2).await;
    assert_eq!((&again[..3], &again[3..]), (&first[7..], &second[..7]));
    rule(&bench, json!({ "step": "list", "page_drift": -2 })).await;
    let skipped = page(2).await;
    assert_eq!((&skipped[..8], &skipped[8..]), (&second[2..], &third[..2]));
    assert_eq!(page(2).await, second);
}

#[tokio::test]
async fn a_wrong_clock_dates_everything_and_hurries_nothing() {
    let bench = Bench::quiet().await;
    let right = bench.read("orphan").await;
    bench
        .order("/sandbox/faults", &json!({ "clock_skew_ms": 600_000 }))
        .await;
    let answer = bench
        .send(
            Method::GET,
            &format!("/api/v2/conversations/{}", bench.id("orphan")),
            None,
        )
        .await;
    let date = answer.headers()["date"].to_str().unwrap().to_owned();
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(&date)
        .unwrap();
    let ahead = date.duration_since(jiff::Timestamp::now()).as_secs();
    assert!((595..=600).contains(&ahead), "{ahead}");
    let wrong: Value = answer.json().await.unwrap();
    let time = |seen: &Value| {
        seen["startTime"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap()
    };
    assert_eq!(time(&wrong).duration_since(time(&right)).as_secs(), 600);
    assert!(bench.sandbox.truth().is_empty(), "no timer ran out");
    // Whoever asks by a right clock misses the platform's last ten minutes.
    let now = jiff::Timestamp::now();
    let listed = async |to: jiff::Timestamp| {
        let from = now - jiff::SignedDuration::from_hours(300);
        let (_, body) = bench
            .query(json!({ "interval": format!("{from}/{to}") }))
            .await;
        body["totalHits"].as_u64().unwrap()
    };
    let ahead = now + jiff::SignedDuration::from_mins(10);
    assert!(listed(now).await <= listed(ahead).await);
    bench
        .order("/sandbox/faults", &json!({ "clock_skew_ms": 0 }))
        .await;
    assert_eq!(time(&bench.read("orphan").await), time(&right));
}

#[tokio::test]
async fn a_rule_that_strikes_carries_out_what_follows_from_it() {
    let bench = Bench::quiet().await;
    let rules = json!({ "fault": [
        { "path": ME, "nth": 2, "then": { "rate_limit": 60 } },
        { "path": ME, "nth": 4, "then": { "expire_tokens": true } },
        { "step": "token", "then": { "swap_organization": true, "fault": [{ "path": ME, "status": 503 }] } },
    ] });
    bench.order("/sandbox/faults", &rules).await;
    let mut bench = bench;
    let allowed = async |bench: &Bench| {
        let answer = bench.send(Method::GET, ME, None).await;
        (
            answer.status().as_u16(),
            answer.headers()["inin-ratelimit-allowed"]
                .to_str()
                .unwrap()
                .to_owned(),
        )
    };
    assert_eq!(allowed(&bench).await, (200, "300".to_owned()));
    assert_eq!(allowed(&bench).await, (200, "60".to_owned()));
    assert_eq!(allowed(&bench).await.0, 200);
    let (status, body) = bench.ask(Method::GET, ME, None).await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (401, &json!("credentials.expired"))
    );
    bench.token = bench.fresh_token().await;
    let (status, _) = bench.ask(Method::GET, ME, None).await;
    assert_eq!(status, 503);
    let other = bench.get(ME).await;
    assert_ne!(other["id"], json!(bench.sandbox.welcome().org_id));
}

#[tokio::test]
async fn an_order_that_contradicts_itself_changes_nothing_at_all() {
    let bench = Bench::quiet().await;
    let order = json!({
        "fault": [{ "path": ME, "status": 500 }, { "path": ME, "drop": true, "redirect": 301 }],
        "rate_limit": 1,
    });
    let (status, body) = bench
        .ask(Method::POST, "/sandbox/faults", Some(&order))
        .await;
    assert_eq!(status, 400);
    let said = body["message"].as_str().unwrap();
    assert!(
        said.starts_with("fault 2, redirect: it does not go with `drop`"),
        "{said}"
    );
    let unknown = json!({ "fault": [{ "path": ME, "statsu": 500 }] });
    let (_, body) = bench
        .ask(Method::POST, "/sandbox/faults", Some(&unknown))
        .await;
    let said = body["message"].as_str().unwrap();
    assert!(
        said.contains("did you mean `status`?") && said.contains("line 1 column"),
        "{said}"
    );
    bench.get(ME).await;
    bench.get(ME).await;
}
