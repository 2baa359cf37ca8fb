//! A sandbox that speaks the forum's dialect, requests as the threads write them, and what they really ended.

use crate::sandbox_support::{Bench, parties, states};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use unstick::sandbox::{Change, Truth};

/// The chats: one of each that a closing meets, and one whose data is changed to know that time has passed.
const CAST: &str = "[platform]\napply_ms = [5, 5]\nanalytics_lag_ms = 250\n\
    [[chat]]\nkind = \"idle\"\nlabel = \"one\"\nwrap_up = true\n\
    [[chat]]\nkind = \"idle\"\nlabel = \"plain\"\n\
    [[chat]]\nkind = \"ringing\"\nlabel = \"ringing\"\n\
    [[chat]]\nkind = \"mixed\"\nlabel = \"mixed\"\n\
    [[chat]]\nkind = \"orphan\"\nlabel = \"orphan\"\n\
    [[chat]]\nkind = \"reopen\"\nlabel = \"over\"\n\
    [[chat]]\nkind = \"idle\"\nlabel = \"clock\"\n";

/// The longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// The operations of the threads, by method and path.
pub(crate) const WEB_MESSAGING: &str = "/api/v2/conversations/webmessaging/{c}";
pub(crate) const WEB_MESSAGING_CLOSE: &str = "/api/v2/conversations/webmessaging/{c}/close";
pub(crate) const END: &str = "/api/v2/conversations/webmessaging/{c}/participants/{p}/end";
pub(crate) const CONVERSATION: &str = "/api/v2/conversations/{c}";
pub(crate) const STATUS: &str = "/api/v2/messaging/conversations/{c}";
pub(crate) const STATUS_CLOSE: &str = "/api/v2/messaging/conversations/{c}/close";
pub(crate) const ROUTING: &str = "/api/v2/interactions/{c}/routingStatus";
pub(crate) const MESSAGING: &str = "/api/v2/conversations/messaging/{c}";
pub(crate) const WEB_CHAT: &str = "/api/v2/conversations/webchat/{c}";
pub(crate) const WEB_CHAT_PARTY: &str = "/api/v2/conversations/webchat/{c}/participants/{p}";
pub(crate) const WEB_CHAT_PARTIES: &str = "/api/v2/conversations/webchat/{c}/participants";

/// Every operation of the threads, with a body that fits it: an empty text where it takes none.
pub(crate) const OPERATIONS: [(&str, &str, &str); 15] = [
    ("DELETE", WEB_MESSAGING, ""),
    ("PATCH", WEB_MESSAGING, r#"{"state":"closed"}"#),
    (
        "PUT",
        WEB_MESSAGING,
        r#"{"state":"closed","wrapupCode":{"id":"{code}"}}"#,
    ),
    ("POST", WEB_MESSAGING_CLOSE, ""),
    ("POST", CONVERSATION, "{}"),
    ("PATCH", STATUS, r#"{"status":"closed"}"#),
    ("POST", STATUS_CLOSE, ""),
    (
        "PUT",
        ROUTING,
        r#"{"status":"completed","reason":"Agent ended"}"#,
    ),
    ("PATCH", MESSAGING, r#"{"state":"closed"}"#),
    ("DELETE", MESSAGING, ""),
    ("POST", END, r#"{"ended":true,"endedReason":"agent"}"#),
    ("PATCH", WEB_CHAT, r#"{"status":"closed"}"#),
    ("PATCH", WEB_CHAT_PARTY, r#"{"status":"closed"}"#),
    ("POST", WEB_CHAT_PARTY, r#"{"status":"closed"}"#),
    (
        "POST",
        WEB_CHAT_PARTIES,
        r#"{"participantId":"{p}","disposition":"closed"}"#,
    ),
];

/// A sandbox with the cast, under these switches.
pub(crate) async fn forum(switches: &str) -> Bench {
    forum_with(switches, "").await
}

/// The same, with more of a scenario before the cast.
pub(crate) async fn forum_with(switches: &str, more: &str) -> Bench {
    Bench::of(&format!(
        "dialect = \"forum\"\n[forum]\n{switches}\n{more}\n{CAST}"
    ))
    .await
}

/// The cast without the dialect.
pub(crate) async fn platform() -> Bench {
    Bench::of(CAST).await
}

/// A chat as it was before anything was sent to it.
pub(crate) struct Chat {
    pub(crate) before: Value,
    code: String,
}

impl Chat {
    pub(crate) async fn of(bench: &Bench, label: &str) -> Self {
        let codes = bench.get("/api/v2/routing/wrapupcodes").await;
        Self {
            before: bench.read(label).await,
            code: codes["entities"][0]["id"].as_str().unwrap().to_owned(),
        }
    }

    pub(crate) fn code(&self) -> &str {
        &self.code
    }

    /// A path or a body with its places filled; `{p}` is the participant of a purpose.
    pub(crate) fn filled(&self, text: &str, purpose: &str) -> String {
        let party = parties(&self.before, purpose);
        let party = party.first().map_or("", |one| one["id"].as_str().unwrap());
        text.replace("{c}", self.before["id"].as_str().unwrap())
            .replace("{p}", party)
            .replace("{code}", &self.code)
    }

    /// Sends one of the threads' requests about the customer.
    pub(crate) async fn send(
        &self,
        bench: &Bench,
        method: &str,
        path: &str,
        body: &str,
    ) -> Response {
        self.send_about(bench, "customer", method, path, body).await
    }

    pub(crate) async fn send_about(
        &self,
        bench: &Bench,
        purpose: &str,
        method: &str,
        path: &str,
        body: &str,
    ) -> Response {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let url = bench.url(&self.filled(path, purpose));
        let mut request = bench.client.request(method, url).bearer_auth(&bench.token);
        if !body.is_empty() {
            request = request
                .header("content-type", "application/json")
                .body(self.filled(body, purpose));
        }
        request.send().await.unwrap()
    }

    /// The same for its status and the answer's JSON.
    pub(crate) async fn ask(
        &self,
        bench: &Bench,
        method: &str,
        path: &str,
        body: &str,
    ) -> (u16, Value) {
        let answer = self.send(bench, method, path, body).await;
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    /// What the truth tells of it.
    pub(crate) fn truth(&self, bench: &Bench) -> Vec<Truth> {
        let truth = bench.sandbox.truth().into_iter();
        let id = self.before["id"].as_str().unwrap();
        truth
            .filter(|line| line.conversation.to_string() == id)
            .collect()
    }

    /// Whose legs ended, in the order of the alphabet, each by that request and no other.
    pub(crate) fn ended_by(&self, bench: &Bench, method: &str, path: &str) -> Vec<&str> {
        let truth = self.truth(bench);
        let ends = truth.iter().filter(|line| line.what == Change::LegEnded);
        let mut purposes: Vec<&str> = ends
            .map(|line| {
                let cause = line.request.as_ref().expect("a request caused it");
                assert_eq!((cause.method.as_str(), cause.path.as_str()), (method, path));
                let id = line.participant.unwrap().to_string();
                let mut all = self.before["participants"].as_array().unwrap().iter();
                let party = all.find(|one| one["id"] == *id).expect("it was there");
                party["purpose"].as_str().unwrap()
            })
            .collect();
        purposes.sort_unstable();
        purposes
    }
}

/// Waits until everything that was accepted before is applied: what is accepted now is applied later.
pub(crate) async fn settled(bench: &Bench) {
    let clock = bench.read("clock").await;
    let customer = parties(&clock, "customer")[0]["id"].as_str().unwrap();
    let id = bench.id("clock");
    let path = format!("/api/v2/conversations/messages/{id}/participants/{customer}/attributes");
    let count = || {
        let truth = bench.sandbox.truth();
        let changes = truth
            .iter()
            .filter(|line| line.what == Change::AttributesChanged);
        changes.count()
    };
    let (before, begun) = (count(), Instant::now());
    let body = json!({ "attributes": { "turn": before.to_string() } });
    let (status, said) = bench.ask(Method::PATCH, &path, Some(&body)).await;
    assert_eq!(status, 202, "{said}");
    let mut turns = tokio::time::interval(Duration::from_millis(5));
    while count() == before {
        turns.tick().await;
        assert!(begun.elapsed() < PATIENCE, "time stands still");
    }
}

/// The same, and so long that a guest who comes back would have come.
pub(crate) async fn nobody_returned(bench: &Bench) {
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(150) {
        settled(bench).await;
    }
}

/// The states of the customer's legs, oldest first.
pub(crate) fn customer_states(conversation: &Value) -> Vec<&str> {
    states(conversation, "customer")
}
