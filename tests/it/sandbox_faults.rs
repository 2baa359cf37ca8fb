//! Trouble on order, and surprises.

use crate::sandbox_support::{Bench, disconnected, participant_path, parties, states};
use reqwest::Method;
use serde_json::{Value, json};
use unstick::sandbox::Change;

async fn fault(bench: &Bench, fault: Value) {
    bench
        .order("/sandbox/faults", &json!({ "fault": [fault] }))
        .await;
}

fn endings(bench: &Bench) -> usize {
    let truth = bench.sandbox.truth();
    truth
        .iter()
        .filter(|one| one.what == Change::LegEnded)
        .count()
}

#[tokio::test]
async fn the_second_end_of_one_conversation_is_answered_429_and_nothing_is_applied() {
    let bench = Bench::quiet().await;
    fault(&bench, json!({ "step": "legs", "conversation": "orphan", "nth": 2, "status": 429, "retry_after": 7 })).await;
    let path = participant_path(&bench.read("orphan").await, "agent");
    let other = participant_path(&bench.read("idle").await, "agent");
    let state = disconnected();
    let mut seen = Vec::new();
    for path in [&path, &other, &path, &path] {
        seen.push(bench.send(Method::PATCH, path, Some(&state)).await);
    }
    assert_eq!(seen[0].status(), 202);
    assert_eq!(seen[1].status(), 202);
    assert_eq!(seen[2].status(), 429);
    assert_eq!(seen[2].headers()["retry-after"], "7");
    assert_ne!(seen[3].status(), 429);
}

#[tokio::test]
async fn a_dropped_answer_is_applied_or_not_as_the_fault_says() {
    for (when, applied) in [("before", false), ("after", true)] {
        let bench = Bench::quiet().await;
        let path = participant_path(&bench.read("orphan").await, "agent");
        fault(
            &bench,
            json!({ "step": "legs", "drop": true, "when": when }),
        )
        .await;
        let answer = bench
            .try_send(Method::PATCH, &path, Some(&disconnected()))
            .await;
        assert!(
            answer.is_err(),
            "the connection is closed without an answer"
        );
        if applied {
            bench
                .read_until("orphan", |seen| seen["endTime"].is_string())
                .await;
        }
        // Whatever is still to come would be ordered before this event, which is seen.
        bench
            .order(
                "/sandbox/events",
                &json!({ "event": "customer-writes", "conversation": "orphan", "after_ms": 900 }),
            )
            .await;
        bench
            .read_until("orphan", |seen| {
                states(seen, "customer").contains(&"connected")
            })
            .await;
        assert_eq!(endings(&bench), usize::from(applied));
    }
}

#[tokio::test]
async fn a_lie_is_accepted_and_nothing_is_applied() {
    let bench = Bench::quiet().await;
    fault(&bench, json!({ "step": "legs", "accepted_but_open": true })).await;
    let path = participant_path(&bench.read("orphan").await, "agent");
    let (status, _) = bench.ask(Method::PATCH, &path, Some(&disconnected())).await;
    assert_eq!(status, 202);
    bench
        .order(
            "/sandbox/events",
            &json!({ "event": "agent-joins", "conversation": "orphan", "after_ms": 900 }),
        )
        .await;
    let seen = bench
        .read_until("orphan", |seen| parties(seen, "agent").len() == 2)
        .await;
    assert_eq!(states(&seen, "agent"), ["connected", "connected"]);
}

#[tokio::test]
async fn a_held_request_is_answered_when_it_is_released() {
    let bench = Bench::quiet().await;
    let path = participant_path(&bench.read("orphan").await, "agent");
    fault(
        &bench,
        json!({ "step": "legs", "hold": true, "when": "after" }),
    )
    .await;
    let request = bench
        .client
        .patch(bench.url(&path))
        .bearer_auth(&bench.token);
    let held = tokio::spawn(request.json(&disconnected()).send());
    bench
        .read_until("orphan", |seen| seen["endTime"].is_string())
        .await;
    assert!(!held.is_finished(), "it is applied, but not answered");
    bench
        .order("/sandbox/faults", &json!({ "release": true }))
        .await;
    assert_eq!(held.await.unwrap().unwrap().status(), 202);
}

#[tokio::test]
async fn a_request_held_before_it_is_applied_is_applied_on_release() {
    let bench = Bench::quiet().await;
    let path = participant_path(&bench.read("orphan").await, "agent");
    fault(
        &bench,
        json!({ "step": "legs", "hold": true, "event": "customer-writes" }),
    )
    .await;
    let request = bench
        .client
        .patch(bench.url(&path))
        .bearer_auth(&bench.token);
    let held = tokio::spawn(request.json(&disconnected()).send());
    bench
        .read_until("orphan", |seen| {
            states(seen, "customer").contains(&"connected")
        })
        .await;
    assert_eq!(endings(&bench), 0);
    bench
        .order("/sandbox/faults", &json!({ "release": true }))
        .await;
    assert_eq!(held.await.unwrap().unwrap().status(), 202);
    bench
        .read_until("orphan", |seen| states(seen, "agent") == ["disconnected"])
        .await;
}

#[tokio::test]
async fn sign_in_and_the_list_can_fail_too() {
    let bench = Bench::quiet().await;
    fault(&bench, json!({ "step": "token", "status": 503 })).await;
    fault(&bench, json!({ "path": "details/query", "status": 502 })).await;
    let secret = bench.sandbox.welcome().client_secret.clone();
    let refused = bench
        .sign_in(&secret, "grant_type=client_credentials")
        .await;
    assert_eq!(refused.status(), 503);
    let (status, body) = bench.query(json!({})).await;
    assert_eq!(status, 502);
    assert!(body["contextId"].is_string());
    let (status, _) = bench.query(json!({})).await;
    assert_eq!(status, 200, "a fault strikes once unless it says otherwise");
}

#[tokio::test]
async fn an_unreachable_sandbox_closes_every_connection_until_it_is_told_to_stop() {
    let bench = Bench::quiet().await;
    bench
        .order("/sandbox/faults", &json!({ "unreachable_ms": 600_000 }))
        .await;
    let path = "/api/v2/organizations/me";
    assert!(bench.try_send(Method::GET, path, None).await.is_err());
    bench
        .order("/sandbox/faults", &json!({ "unreachable_ms": 0 }))
        .await;
    bench.get(path).await;
}

#[tokio::test]
async fn a_reborn_guest_has_a_new_leg_on_the_same_conversation() {
    let bench = Bench::quiet().await;
    let before = bench.read("live").await;
    bench
        .order(
            "/sandbox/events",
            &json!({ "event": "guest-reborn", "conversation": "live" }),
        )
        .await;
    let after = bench.read("live").await;
    assert_eq!(states(&after, "customer"), ["disconnected", "connected"]);
    assert_eq!(states(&after, "agent"), ["connected"]);
    assert_eq!(after["endTime"], Value::Null);
    let id = |seen: &Value, leg: usize| parties(seen, "customer")[0]["messages"][leg]["id"].clone();
    assert_eq!(id(&before, 0), id(&after, 0));
    assert_ne!(id(&after, 0), id(&after, 1));
}

#[tokio::test]
async fn an_order_with_an_unknown_member_changes_nothing() {
    let bench = Bench::quiet().await;
    let order = json!({ "fault": [{ "step": "list", "status": 500 }, { "stp": "list" }] });
    let (status, body) = bench
        .ask(Method::POST, "/sandbox/faults", Some(&order))
        .await;
    assert_eq!(status, 400);
    assert!(body["message"].as_str().unwrap().contains("stp"));
    let (status, _) = bench.query(json!({})).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn an_order_that_names_what_is_not_there_is_refused() {
    let bench = Bench::quiet().await;
    let cases = [
        (
            json!({ "fault": [{ "conversation": "orphn", "status": 500 }] }),
            "orphn",
        ),
        (json!({ "fault": [{ "status": 99 }] }), "99"),
        (
            json!({ "remove_permissions": ["routing:queue:vew"] }),
            "routing:queue:view",
        ),
    ];
    for (order, word) in cases {
        let (status, body) = bench
            .ask(Method::POST, "/sandbox/faults", Some(&order))
            .await;
        assert_eq!(status, 400, "{order}");
        assert!(body["message"].as_str().unwrap().contains(word), "{body}");
    }
}

#[tokio::test]
async fn a_request_held_before_it_is_applied_is_forgotten_when_its_client_goes_away() {
    let bench = Bench::quiet().await;
    let path = participant_path(&bench.read("orphan").await, "agent");
    fault(
        &bench,
        json!({ "step": "legs", "hold": true, "event": "customer-writes" }),
    )
    .await;
    let request = bench
        .client
        .patch(bench.url(&path))
        .bearer_auth(&bench.token);
    let held = tokio::spawn(request.json(&disconnected()).send());
    bench
        .read_until("orphan", |seen| {
            states(seen, "customer").contains(&"connected")
        })
        .await;
    held.abort();
    assert!(held.await.unwrap_err().is_cancelled());
    // Two whole exchanges, in which the server sees that the connection is gone.
    bench.read("orphan").await;
    bench.read("idle").await;
    bench
        .order("/sandbox/faults", &json!({ "release": true }))
        .await;
    bench
        .order(
            "/sandbox/events",
            &json!({ "event": "agent-joins", "conversation": "orphan", "after_ms": 900 }),
        )
        .await;
    bench
        .read_until("orphan", |seen| parties(seen, "agent").len() == 2)
        .await;
    assert_eq!(endings(&bench), 0);
}

/// Waits until so many requests are told as held, and gives how far each has come.
async fn held(bench: &Bench, count: usize) -> Vec<String> {
    let begun = std::time::Instant::now();
    let mut turns = tokio::time::interval(std::time::Duration::from_millis(20));
    loop {
        turns.tick().await;
        let told = bench.send(Method::GET, "/sandbox/held", None).await;
        let told = told.text().await.unwrap();
        let lines = told.lines().map(|line| serde_json::from_str(line).unwrap());
        let all: Vec<serde_json::Value> = lines.collect();
        if all.len() == count {
            let stage = |one: &serde_json::Value| one["stage"].as_str().unwrap().to_owned();
            return all.iter().map(stage).collect();
        }
        assert!(begun.elapsed().as_secs() < 60, "{all:?}");
    }
}

#[tokio::test]
async fn what_is_held_is_told_with_how_far_it_has_come() {
    let bench = Bench::quiet().await;
    let path = participant_path(&bench.read("orphan").await, "agent");
    for (more, stage) in [
        (json!({ "when": "before" }), "unapplied"),
        (json!({ "when": "after" }), "applied"),
        (json!({ "hold_after": 0 }), "answering"),
        (json!({ "hold_after": 3 }), "answering"),
    ] {
        let mut order = json!({ "step": "legs", "hold": true });
        order
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        fault(&bench, order).await;
        assert!(held(&bench, 0).await.is_empty());
        let request = bench
            .client
            .patch(bench.url(&path))
            .bearer_auth(&bench.token);
        let mut answer = tokio::spawn(request.json(&disconnected()).send());
        assert_eq!(held(&bench, 1).await, [stage]);
        if stage == "answering" {
            // The head is here, and the body is not.
            let mut head = (&mut answer).await.unwrap().unwrap();
            let length = order_of(&more) + 1;
            assert_eq!(head.content_length(), Some(length));
            if length > 1 {
                let piece = head.chunk().await.unwrap().unwrap();
                assert_eq!(u64::try_from(piece.len()).unwrap(), length - 1);
            }
            assert_eq!(held(&bench, 1).await, [stage]);
            bench
                .order("/sandbox/faults", &json!({ "release": true }))
                .await;
            assert_eq!(head.bytes().await.unwrap().len(), 1);
        } else {
            answer.abort();
        }
        // Released or gone: either way it is held no longer.
        held(&bench, 0).await;
        bench
            .order("/sandbox/faults", &json!({ "clear": true }))
            .await;
    }
}

fn order_of(more: &serde_json::Value) -> u64 {
    more["hold_after"].as_u64().unwrap()
}
