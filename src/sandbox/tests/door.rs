//! Any requests at any times: nothing panics, every answer is as published, and what is refused leaves
//! no trace.

use super::bodies::one;
use super::published::{OPERATIONS, Operation};
use super::{cases, published, requests};
use crate::sandbox::api::table;
use crate::sandbox::exchange::{Answer, Body, Request};
use crate::sandbox::random::Random;
use crate::sandbox::scenario::Scenario;
use crate::sandbox::service::Service;
use crate::sandbox::truth::Truth;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use uuid::Uuid;

/// What the gateway answers, whatever an operation lists.
const UNLISTED: [u16; 2] = [405, 413];
/// Requests of one case.
const REQUESTS: usize = 12;
/// The time from one request to the next, in milliseconds. Clocks of machines are set back at times.
const STEPS: [i64; 7] = [0, 1, 300, 5000, 600_000, 100_000_000, -2000];
const SCENARIO: &str = "description = \"x\"\n[platform]\nrate_limit = 1000000\n\
    [[chat]]\nkind = \"live\"\n[[chat]]\nkind = \"serving\"\nwrap_up = true\n\
    [[chat]]\nkind = \"wrap-up\"\n[[chat]]\nkind = \"bot-loop\"\n[[chat]]\nkind = \"ringing\"\n\
    [[chat]]\nkind = \"parked\"\n";

fn start() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn service() -> Service {
    let scenario = Scenario::parse(SCENARIO, "x.toml").unwrap();
    Service::new(&scenario, 7, None, Uuid::nil(), start())
}

fn json(answer: &Answer) -> Value {
    match &answer.body {
        Body::Json(value) => value.clone(),
        Body::Empty => Value::Null,
        Body::Text(_, text) => serde_json::from_str(text).unwrap(),
        Body::Lines(_) | Body::Flood(_) => panic!("an operation answered with no JSON"),
    }
}

/// The tokens of a program and of a user, who hold every permission there is.
fn signed_in(service: &mut Service) -> [String; 2] {
    let client = &service.identity.machine;
    let request = requests::sign_in(&client.id, &client.secret);
    let answer = service.handle(&request, start()).answer;
    let token = json(&answer)["access_token"].as_str().unwrap().to_owned();
    let user = user_signed_in(service);
    let all = OPERATIONS.values().flat_map(Operation::permissions);
    let all: Vec<String> = all.map(str::to_owned).collect();
    service.identity.roles.give(&all, None);
    [token, user]
}

/// The token of the first user, got with a code and a secret.
fn user_signed_in(service: &mut Service) -> String {
    let client = service.identity.people.clone();
    let page = service
        .handle(&requests::consent(&client.id), start())
        .answer;
    let user = service.world.directory.agents[0].id;
    let allowed = service
        .handle(&requests::allow(&page, user), start())
        .answer;
    let sent = allowed.headers.iter().find(|(name, _)| *name == "location");
    let code = sent.unwrap().1.split("code=").nth(1).unwrap();
    let request = requests::exchange(code, &client.id, &client.secret);
    let answer = service.handle(&request, start()).answer;
    json(&answer)["access_token"].as_str().unwrap().to_owned()
}

/// What is wrong with an answer, if anything.
fn complaint(request: &Request, answer: &Answer) -> Option<String> {
    let status = answer.status;
    if status >= 400 {
        let body = json(answer);
        if body["code"].as_str().is_none_or(str::is_empty) || body["status"] != status {
            return Some(format!("{status} without the standard body: {body}"));
        }
        let error = serde_json::json!({ "$ref": "#/definitions/ErrorBody" });
        if let Some(problem) = published::misfit(&error, &body) {
            return Some(problem);
        }
    }
    if UNLISTED.contains(&status) {
        return None;
    }
    // A request that was spoiled may be another operation's, or no one's.
    let Ok((route, _)) = table::find(None, &request.method, &request.segments()) else {
        return (status != 401 && status != 404).then(|| format!("{status} for no operation"));
    };
    let operation = &OPERATIONS[&route.described.operation_id];
    let listed = if status < 400 {
        operation.successes().contains(&status)
    } else {
        operation.lists(status)
    };
    if !listed {
        return Some(format!("{status} is not published"));
    }
    let body = match &answer.body {
        Body::Empty => Vec::new(),
        _ if operation.method == "HEAD" => Vec::new(),
        _ => json(answer).to_string().into_bytes(),
    };
    operation.complaint(status, &body)
}

/// The truth without what differs from answer to answer.
fn truth(service: &Service) -> Vec<Truth> {
    let mut truth = service.world.truth().to_vec();
    for cause in truth.iter_mut().filter_map(|one| one.request.as_mut()) {
        cause.correlation_id.clear();
    }
    truth
}

#[test]
fn most_operations_are_served_by_what_is_made_up_here() {
    let mut served = BTreeSet::new();
    for seed in 0..150 {
        let mut random = Random::stream(seed, "use");
        let mut service = service();
        let tokens = signed_in(&mut service);
        let words = requests::words_of(&service.world);
        for _ in 0..REQUESTS {
            let request = requests::any(&service.world, &words, &tokens, &mut random);
            let found = table::find(None, &request.method, &request.segments());
            let id = found.map(|(route, _)| route.described.operation_id.as_str());
            if service.handle(&request, start()).answer.status < 400 {
                served.extend(id.ok());
            }
        }
    }
    let never: Vec<&String> = OPERATIONS
        .keys()
        .filter(|id| !served.contains(id.as_str()))
        .collect();
    assert!(served.len() > 40, "never served: {never:?}");
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn fuzz_the_door_answers_anything_as_published_and_what_it_refuses_leaves_no_trace(seed: u64) {
        let mut random = Random::stream(seed, "door");
        // The other service is asked only what this one did not refuse.
        let (mut asked, mut spared) = (service(), service());
        let tokens = signed_in(&mut asked);
        prop_assert_eq!(&tokens, &signed_in(&mut spared));
        let mut now = start();
        for _ in 0..REQUESTS {
            let words = requests::words_of(&asked.world);
            let request = requests::any(&asked.world, &words, &tokens, &mut random);
            now += SignedDuration::from_millis(*one(&mut random, &STEPS));
            let answer = asked.handle(&request, now).answer;
            let problem = complaint(&request, &answer);
            prop_assert!(problem.is_none(), "{}: {}", problem.unwrap_or_default(), requests::told(&request));
            // Time passes for both alike.
            spared.settle(now);
            if answer.status < 400 {
                let same = spared.handle(&request, now).answer;
                prop_assert_eq!((same.status, json(&same)), (answer.status, json(&answer)), "{}", requests::told(&request));
            }
        }
        let later = now + SignedDuration::from_hours(1);
        asked.settle(later);
        spared.settle(later);
        prop_assert_eq!(truth(&asked), truth(&spared));
    }
}
