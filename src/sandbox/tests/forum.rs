//! Any combination of the forum's switches, and any of its requests in any order: what is refused leaves no
//! trace, what ends is ended by that request, and the world stays one that can be.

use super::bodies::one;
use super::{cases, requests};
use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::random::Random;
use crate::sandbox::scenario::Scenario;
use crate::sandbox::service::Service;
use crate::sandbox::truth::{Actor, Change, Truth};
use crate::sandbox::world::conversation::{Conversation, Participant, Purpose};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

/// Requests of one case.
const REQUESTS: usize = 16;
/// Every switch that has words, with all of them.
const SWITCHES: [(&str, &[&str]); 13] = [
    (
        "delete",
        &["\"conflict\"", "\"not-allowed\"", "\"accepted\""],
    ),
    ("deleted", &["\"ended\"", "\"forgotten\""]),
    ("closed", &["\"wrapper\"", "\"everybody\""]),
    ("put_wrap_up", &["\"required\"", "\"optional\""]),
    ("close", &["\"absent\"", "\"wrapper\"", "\"everybody\""]),
    ("agent_context", &["\"anybody\"", "\"agent\""]),
    ("empty_post", &["\"everybody\"", "\"wrapper\""]),
    (
        "status_patch",
        &["\"refused-while-active\"", "\"accepted\""],
    ),
    (
        "messaging_close",
        &["\"refused-while-held\"", "\"accepted\""],
    ),
    ("routing_status", &["\"ends\"", "\"nothing\""]),
    ("state_patch", &["\"nothing\"", "\"ends\""]),
    ("again", &["\"accepted\"", "\"conflict\""]),
    ("guest_returns", &["true", "false"]),
];
const CHATS: [&str; 6] = ["idle", "ringing", "orphan", "mixed", "reopen", "wrap-up"];
/// Method, path with the conversation and a participant in it, body.
const ASKED: [(&str, &str, &str); 16] = [
    ("DELETE", "/conversations/webmessaging/{c}", ""),
    (
        "PATCH",
        "/conversations/webmessaging/{c}",
        r#"{"state":"closed"}"#,
    ),
    (
        "PUT",
        "/conversations/webmessaging/{c}",
        r#"{"state":"closed"}"#,
    ),
    (
        "PUT",
        "/conversations/webmessaging/{c}",
        r#"{"state":"closed","wrapupCode":{"id":"{code}"}}"#,
    ),
    ("POST", "/conversations/webmessaging/{c}/close", ""),
    ("POST", "/conversations/{c}", "{}"),
    (
        "PATCH",
        "/messaging/conversations/{c}",
        r#"{"status":"closed"}"#,
    ),
    ("POST", "/messaging/conversations/{c}/close", ""),
    (
        "PUT",
        "/interactions/{c}/routingStatus",
        r#"{"status":"completed"}"#,
    ),
    ("PATCH", "/conversations/messaging/{c}", "{}"),
    ("DELETE", "/conversations/messaging/{c}", ""),
    (
        "POST",
        "/conversations/webmessaging/{c}/participants/{p}/end",
        r#"{"ended":true}"#,
    ),
    (
        "PATCH",
        "/conversations/webchat/{c}",
        r#"{"status":"closed"}"#,
    ),
    (
        "PATCH",
        "/conversations/webchat/{c}/participants/{p}",
        r#"{"status":"closed"}"#,
    ),
    (
        "POST",
        "/conversations/webchat/{c}/participants/{p}",
        r#"{"status":"closed"}"#,
    ),
    (
        "POST",
        "/conversations/webchat/{c}/participants",
        r#"{"disposition":"closed"}"#,
    ),
];

fn start() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// A scenario with any switches, unless they contradict each other.
fn scenario(random: &mut Random) -> Option<Scenario> {
    let switches = SWITCHES.map(|(name, words)| format!("{name} = {}\n", one(random, words)));
    let chats = CHATS.map(|kind| {
        format!(
            "[[chat]]\nkind = \"{kind}\"\nwrap_up = {}\n",
            kind == "idle"
        )
    });
    let text = format!(
        "description = \"x\"\ndialect = \"forum\"\n[forum]\n{}[platform]\nrate_limit = 1000000\n{}",
        switches.concat(),
        chats.concat()
    );
    Scenario::parse(&text, "x.toml").ok()
}

fn signed_in(service: &mut Service) -> String {
    let client = &service.identity.machine;
    let request = requests::sign_in(&client.id, &client.secret);
    let answer = service.handle(&request, start()).answer;
    let body = answer.json_body().unwrap();
    format!("Bearer {}", body["access_token"].as_str().unwrap())
}

fn asked(service: &Service, token: &str, random: &mut Random) -> (Request, Uuid) {
    let (method, path, body) = *one(random, &ASKED);
    let conversation = one(random, &service.world.conversations);
    let party = one(random, &conversation.participants).id;
    let code = service.world.directory.codes[0].id;
    let filled = |text: &str| {
        text.replace("{c}", &conversation.id.to_string())
            .replace("{p}", &party.to_string())
            .replace("{code}", &code.to_string())
    };
    let request = Request {
        method: method.to_owned(),
        path: format!("/api/v2{}", filled(path)),
        authorization: Some(token.to_owned()),
        content_type: Some("application/json".to_owned()),
        body: filled(body).into_bytes(),
        ..Request::default()
    };
    (request, conversation.id)
}

/// What is wrong with what a request did, if anything.
fn complaint(request: &Request, about: Uuid, answer: &Answer, news: &[Truth]) -> Option<String> {
    let status = answer.status;
    if ![200, 202, 400, 403, 404, 405, 409].contains(&status) {
        return Some(format!("{status} is in no thread"));
    }
    if status >= 400 {
        let body = answer.json_body().cloned().unwrap_or(Value::Null);
        if body["status"] != json!(status) {
            return Some(format!("{status} without the standard body: {body}"));
        }
        return (!news.is_empty()).then(|| format!("refused, and yet {news:?}"));
    }
    let stray = news.iter().find(|line| {
        let by_request = line
            .request
            .as_ref()
            .is_some_and(|cause| cause.path == request.path);
        let follows = matches!(line.who, Actor::World | Actor::Guest);
        line.conversation != about || !(by_request || follows)
    });
    stray.map(|line| format!("a change of somebody else's: {line:?}"))
}

/// What cannot be, if anything.
fn impossible(one: &Conversation) -> Option<String> {
    if one.ended.is_some() && !one.is_settled() {
        return Some("it is over with a leg up, or something owed".to_owned());
    }
    let customers = one
        .participants
        .iter()
        .filter(|party| party.purpose == Purpose::Customer);
    let legs = |party: &Participant| party.open_legs(None).len();
    let is_two = customers.clone().count() != 1 || customers.map(legs).any(|legs| legs > 2);
    is_two.then(|| "its customer is there twice".to_owned())
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn fuzz_any_switches_and_any_order_of_the_forums_requests_make_sense(seed: u64) {
        let mut random = Random::stream(seed, "forum");
        let Some(scenario) = scenario(&mut random) else { return Ok(()) };
        let mut service = Service::new(&scenario, seed, None, Uuid::nil(), start());
        let token = signed_in(&mut service);
        let mut now = start();
        for _ in 0..REQUESTS {
            let (request, about) = asked(&service, &token, &mut random);
            let before = service.world.truth().len();
            let answer = service.handle(&request, now).answer;
            // All that follows is over by then: a guest who comes back, too.
            now += SignedDuration::from_secs(1);
            service.settle(now);
            let told = requests::told(&request);
            let news = &service.world.truth()[before..];
            let problem = complaint(&request, about, &answer, news);
            prop_assert!(problem.is_none(), "{}: {told}", problem.unwrap_or_default());
            let problem = service.world.conversations.iter().find_map(impossible);
            prop_assert!(problem.is_none(), "{}: {told}", problem.unwrap_or_default());
        }
        let truth = service.world.truth();
        let returns = truth.iter().filter(|line| line.what == Change::LegConnected);
        let mut returned: Vec<Uuid> = returns.map(|line| line.conversation).collect();
        let all = returned.len();
        returned.sort_unstable();
        returned.dedup();
        prop_assert_eq!(returned.len(), all, "a guest came back more than once");
    }
}
