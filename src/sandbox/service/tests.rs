//! The door, at times that the tests choose.

use super::*;
use crate::sandbox::exchange::Body;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn start() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn after(seconds: i64) -> Timestamp {
    start() + SignedDuration::from_secs(seconds)
}

fn service(platform: &str) -> Service {
    let text = format!(
        "description = \"x\"\n[platform]\n{platform}\n[[chat]]\nkind = \"live\"\nlabel = \"live\"\n\
         [[chat]]\nkind = \"bot-loop\"\nlabel = \"bot-loop\"\n"
    );
    let scenario = Scenario::parse(&text, "x.toml").unwrap();
    Service::new(&scenario, 1, None, Uuid::nil(), start())
}

fn body(answer: &Answer) -> Value {
    match &answer.body {
        Body::Json(value) => value.clone(),
        _ => Value::Null,
    }
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    let mut all = answer.headers.iter();
    all.find(|(known, _)| *known == name)
        .map(|(_, value)| value.as_str())
}

fn signed_in(service: &mut Service, now: Timestamp) -> String {
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        service.identity.machine.id, service.identity.machine.secret
    );
    let request = Request {
        method: "POST".to_owned(),
        path: "/oauth/token".to_owned(),
        content_type: Some("application/x-www-form-urlencoded".to_owned()),
        body: form.into_bytes(),
        ..Request::default()
    };
    let answer = service.handle(&request, now).answer;
    format!("Bearer {}", body(&answer)["access_token"].as_str().unwrap())
}

fn ask(
    service: &mut Service,
    token: &str,
    method: &str,
    path: &str,
    sent: &Value,
    now: Timestamp,
) -> Answer {
    let request = Request {
        method: method.to_owned(),
        path: path.to_owned(),
        authorization: Some(token.to_owned()),
        content_type: Some("application/json; charset=utf-8".to_owned()),
        body: if sent.is_null() {
            Vec::new()
        } else {
            sent.to_string().into_bytes()
        },
        ..Request::default()
    };
    service.handle(&request, now).answer
}

fn get(service: &mut Service, token: &str, path: &str, now: Timestamp) -> Answer {
    ask(service, token, "GET", path, &Value::Null, now)
}

#[test]
fn a_token_runs_out_when_it_said_it_would() {
    let mut service = service("token_seconds = 300");
    let token = signed_in(&mut service, start());
    let path = "/api/v2/organizations/me";
    assert_eq!(get(&mut service, &token, path, after(299)).status, 200);
    let late = get(&mut service, &token, path, after(300));
    assert_eq!(
        (late.status, &body(&late)["code"]),
        (401, &json!("credentials.expired"))
    );
}

#[test]
fn the_window_is_fixed_and_starts_anew_after_a_minute() {
    let mut service = service("rate_limit = 3");
    let token = signed_in(&mut service, start());
    let path = "/api/v2/organizations/me";
    for (second, count, reset) in [(10, "1", "60"), (20, "2", "50"), (69, "3", "1")] {
        let answer = get(&mut service, &token, path, after(second));
        assert_eq!(answer.status, 200);
        assert_eq!(header(&answer, "inin-ratelimit-count"), Some(count));
        assert_eq!(header(&answer, "inin-ratelimit-reset"), Some(reset));
    }
    let refused = get(&mut service, &token, path, after(69));
    assert_eq!(refused.status, 429);
    assert_eq!(header(&refused, "retry-after"), Some("1"));
    assert_eq!(get(&mut service, &token, path, after(70)).status, 200);
}

#[test]
fn a_request_over_the_limit_applies_nothing() {
    let mut service = service("rate_limit = 1");
    let token = signed_in(&mut service, start());
    let id = service.world.conversations[0].id;
    let path = format!("/api/v2/conversations/messages/{id}");
    get(&mut service, &token, &path, start());
    let refused = ask(
        &mut service,
        &token,
        "PATCH",
        &path,
        &json!({ "state": "disconnected" }),
        start(),
    );
    assert_eq!(refused.status, 429);
    service.world.tick(after(10));
    assert!(service.world.truth().is_empty());
}

#[test]
fn whether_a_bots_leg_lists_its_messages_is_a_switch() {
    for (switch, lists) in [("true", true), ("false", false)] {
        let mut service = service(&format!("machine_legs_list_messages = {switch}"));
        let token = signed_in(&mut service, start());
        let id = service
            .world
            .find_by_name("bot-loop")
            .map(|index| service.world.conversations[index].id);
        let answer = get(
            &mut service,
            &token,
            &format!("/api/v2/conversations/{}", id.unwrap()),
            start(),
        );
        let seen = body(&answer);
        let bot = &seen["participants"][1];
        assert_eq!(bot["purpose"], "botflow");
        assert_eq!(
            !bot["messages"][0]["messages"]
                .as_array()
                .unwrap()
                .is_empty(),
            lists
        );
    }
}

#[test]
fn a_leg_lists_what_was_written_while_it_was_up_by_the_same_ids() {
    let mut service = service("");
    let token = signed_in(&mut service, start());
    let id = service.world.conversations[0].id;
    let seen = body(&get(
        &mut service,
        &token,
        &format!("/api/v2/conversations/{id}"),
        start(),
    ));
    let listed = |purpose: &str| -> Vec<Value> {
        let all = seen["participants"].as_array().unwrap();
        let party = all.iter().find(|one| one["purpose"] == purpose).unwrap();
        party["messages"][0]["messages"].as_array().unwrap().clone()
    };
    let (customer, agent) = (listed("customer"), listed("agent"));
    assert!(!agent.is_empty() && agent.len() < customer.len());
    assert!(agent.iter().all(|message| customer.contains(message)));
}

#[test]
fn other_peoples_legs_can_be_closed_to_a_client() {
    let mut service = service("legs_of_others = false");
    let token = signed_in(&mut service, start());
    let one = &service.world.conversations[0];
    let path = format!("/api/v2/conversations/messages/{}", one.id);
    let leg = format!("{path}/participants/{}", one.participants[0].id);
    let state = json!({ "state": "disconnected" });
    let refused = ask(&mut service, &token, "PATCH", &leg, &state, start());
    assert_eq!(refused.status, 403);
    assert_eq!(
        body(&refused)["code"],
        "conversation.error.forbidden.not.active.participant"
    );
    assert_eq!(
        ask(&mut service, &token, "PATCH", &path, &state, start()).status,
        200
    );
}

#[test]
fn every_answer_carries_a_correlation_id_of_its_own() {
    let mut service = service("");
    let token = signed_in(&mut service, start());
    let mut seen = BTreeSet::new();
    for path in [
        "/api/v2/organizations/me",
        "/api/v2/nothing",
        "/oauth/token",
    ] {
        let answer = get(&mut service, &token, path, start());
        seen.insert(header(&answer, "inin-correlation-id").unwrap().to_owned());
    }
    assert_eq!(seen.len(), 3);
}

#[test]
fn an_absent_fact_is_left_out_and_never_null() {
    fn has_null(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(items) => items.iter().any(has_null),
            Value::Object(members) => members.values().any(has_null),
            _ => false,
        }
    }
    let mut service = service("");
    let token = signed_in(&mut service, start());
    let id = service.world.conversations[0].id;
    let seen = body(&get(
        &mut service,
        &token,
        &format!("/api/v2/conversations/{id}"),
        start(),
    ));
    assert!(!has_null(&seen));
    assert!(seen.get("endTime").is_none());
}

#[test]
fn how_an_ending_of_what_has_ended_is_answered_is_a_switch() {
    for (switch, of_leg, of_all) in [
        ("refused", 400, 200),
        ("not-found", 404, 404),
        ("accepted", 202, 200),
    ] {
        let mut service = service(&format!("already_ended = \"{switch}\""));
        let token = signed_in(&mut service, start());
        let one = &service.world.conversations[0];
        let path = format!("/api/v2/conversations/messages/{}", one.id);
        let leg = format!("{path}/participants/{}", one.participants[0].id);
        let state = json!({ "state": "disconnected" });
        ask(&mut service, &token, "PATCH", &path, &state, start());
        assert_eq!(
            ask(&mut service, &token, "PATCH", &leg, &state, after(5)).status,
            of_leg
        );
        assert_eq!(
            ask(&mut service, &token, "PATCH", &path, &state, after(5)).status,
            of_all
        );
    }
}

#[test]
fn the_disconnect_type_that_an_ending_leaves_is_a_switch() {
    for switch in ["client", "system", "peer"] {
        let mut service = service(&format!("disconnect_type = \"{switch}\""));
        let token = signed_in(&mut service, start());
        let path = format!(
            "/api/v2/conversations/messages/{}",
            service.world.conversations[0].id
        );
        ask(
            &mut service,
            &token,
            "PATCH",
            &path,
            &json!({ "state": "disconnected" }),
            start(),
        );
        let seen = body(&get(&mut service, &token, &path, after(5)));
        assert_eq!(seen["participants"][0]["disconnectType"], switch);
    }
}

#[test]
fn a_late_effect_comes_when_it_was_ordered() {
    let mut service = service("");
    service
        .obey(
            serde_json::from_value(
                json!({ "fault": [{ "step": "close", "apply_late_ms": 45_000 }] }),
            )
            .unwrap(),
            start(),
        )
        .unwrap();
    let token = signed_in(&mut service, start());
    let path = format!(
        "/api/v2/conversations/messages/{}",
        service.world.conversations[0].id
    );
    ask(
        &mut service,
        &token,
        "PATCH",
        &path,
        &json!({ "state": "disconnected" }),
        start(),
    );
    let state = |seen: &Value| seen["participants"][0]["state"].clone();
    assert_eq!(
        state(&body(&get(&mut service, &token, &path, after(44)))),
        "connected"
    );
    assert_eq!(
        state(&body(&get(&mut service, &token, &path, after(45)))),
        "disconnected"
    );
}

/// The reply to the ending of the first conversation, with one fault on it.
fn ended_with(fault: &Value) -> (Service, Reply, Request) {
    let mut service = service("");
    let orders = json!({ "fault": [fault] });
    service
        .obey(serde_json::from_value(orders).unwrap(), start())
        .unwrap();
    let token = signed_in(&mut service, start());
    let request = Request {
        method: "PATCH".to_owned(),
        path: format!(
            "/api/v2/conversations/messages/{}",
            service.world.conversations[0].id
        ),
        authorization: Some(token),
        content_type: Some("application/json".to_owned()),
        body: b"{\"state\":\"disconnected\"}".to_vec(),
        ..Request::default()
    };
    let reply = service.handle(&request, start());
    (service, reply, request)
}

#[test]
fn an_answer_can_be_lost_of_what_is_applied_much_later() {
    let (mut service, reply, _) =
        ended_with(&json!({ "drop": true, "apply_late_ms": 20_000, "step": "close" }));
    assert!(reply.cut.is_some());
    service.world.tick(after(19));
    assert!(service.world.conversations[0].ended.is_none());
    service.world.tick(after(20));
    assert!(service.world.conversations[0].ended.is_some());
}

#[test]
fn a_held_request_can_be_lied_about_when_it_goes_on() {
    let fault = json!({ "hold": true, "accepted_but_open": true, "step": "close" });
    let (mut service, reply, request) = ended_with(&fault);
    assert!(reply.hold);
    let answer = service.resume(&request, &reply.unapplied.unwrap(), after(5));
    assert_eq!(answer.status, 200);
    service.world.tick(after(60));
    assert!(service.world.truth().is_empty());
}

#[test]
fn a_fault_without_times_strikes_once_and_with_zero_for_ever() {
    for (times, statuses) in [
        (1, [200, 500, 200, 200]),
        (2, [200, 500, 500, 200]),
        (0, [200, 500, 500, 500]),
    ] {
        let mut service = service("");
        let fault = json!({ "path": "organizations", "nth": 2, "times": times, "status": 500 });
        let orders = json!({ "fault": [fault] });
        service
            .obey(serde_json::from_value(orders).unwrap(), start())
            .unwrap();
        let token = signed_in(&mut service, start());
        let seen =
            statuses.map(|_| get(&mut service, &token, "/api/v2/organizations/me", start()).status);
        assert_eq!(seen, statuses);
    }
}
