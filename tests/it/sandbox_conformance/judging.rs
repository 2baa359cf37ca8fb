//! What is right and wrong with an answer.

use super::published::{self, Operation};
use reqwest::Response;
use serde_json::Value;
use std::collections::BTreeSet;

/// Statuses that come all the same where the document does not list them, and why.
const UNLISTED: [(u16, &str); 2] = [
    (
        405,
        "the document lists operations, and a method that is none is no operation",
    ),
    (
        413,
        "the limit of 512,000 bytes is the gateway's: it holds for older operations too",
    ),
];

/// Codes of refusals: those of the document, and those that only other pages name.
const OTHER_CODES: [&str; 6] = [
    "too.many.requests.retry.after",
    "method.not.allowed",
    "request.entity.too.large",
    "credentials.expired",
    "conversation.error.forbidden.not.active.participant",
    "notification.channel.not.found",
];

/// An answer, read.
pub(crate) struct Seen {
    pub(crate) status: u16,
    correlation: String,
    pub(crate) allow: Option<String>,
    content_type: Option<String>,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) async fn of(answer: Response) -> Self {
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map(|value| value.to_str().unwrap().to_owned())
        };
        Self {
            status: answer.status().as_u16(),
            correlation: header("inin-correlation-id").unwrap_or_default(),
            allow: header("allow"),
            content_type: header("content-type"),
            retry_after: header("retry-after"),
            body: answer.bytes().await.unwrap().to_vec(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or("").to_owned()
    }
}

/// What the checks found wrong, said at the end all at once.
#[derive(Default)]
pub(crate) struct Complaints(Vec<String>);

impl Complaints {
    pub(crate) fn add(&mut self, operation: &Operation, asked: &str, problem: &str) {
        let Operation { method, path, .. } = operation;
        let id = operation.id();
        self.0.push(format!(
            "{id} ({method} {path}) asked {asked}:\n  {problem}"
        ));
    }

    /// Whether the status is listed and the body fits.
    pub(crate) fn hold(&mut self, operation: &Operation, asked: &str, seen: &Seen) {
        let Seen { status, .. } = *seen;
        if !operation.lists(status) && !UNLISTED.iter().any(|(known, _)| *known == status) {
            self.add(operation, asked, &format!("{status} is not published"));
            return;
        }
        if let Some(problem) = operation.complaint(status, &seen.body) {
            self.add(operation, asked, &format!("{status}, {problem}"));
        }
        let is_json = seen.content_type.as_deref() == Some("application/json");
        if !seen.body.is_empty() && !is_json {
            self.add(operation, asked, "a body that does not say it is JSON");
        }
        if seen.correlation.is_empty() {
            self.add(operation, asked, "no correlation id");
        }
    }

    /// Whether a refusal is the one that was expected, in the standard words.
    pub(crate) fn refused(&mut self, operation: &Operation, asked: &str, seen: &Seen, wanted: u16) {
        if seen.status != wanted {
            let body = String::from_utf8_lossy(&seen.body);
            let problem = format!("{} instead of {wanted}: {body}", seen.status);
            self.add(operation, asked, &problem);
            return;
        }
        self.hold(operation, asked, seen);
        if operation.method == "HEAD" {
            return;
        }
        let body = seen.json();
        if body["status"] != wanted || body["contextId"] != seen.correlation.as_str() {
            self.add(operation, asked, "status or contextId are not the answer's");
        }
        if !codes().contains(&seen.code()) {
            let problem = format!("nobody knows the code `{}`", seen.code());
            self.add(operation, asked, &problem);
        }
    }

    pub(crate) fn say(self) {
        let count = self.0.len();
        assert!(count == 0, "{count} complaints:\n{}", self.0.join("\n"));
    }
}

/// Every error code of the document, and the few others.
fn codes() -> BTreeSet<String> {
    fn within(value: &Value, found: &mut BTreeSet<String>) {
        if let Some(codes) = value["x-inin-error-codes"].as_object() {
            found.extend(codes.keys().cloned());
        }
        match value {
            Value::Object(members) => members.values().for_each(|one| within(one, found)),
            Value::Array(items) => items.iter().for_each(|one| within(one, found)),
            _ => {}
        }
    }
    let mut found: BTreeSet<String> = OTHER_CODES.map(str::to_owned).into();
    within(&published::DOCUMENT["paths"], &mut found);
    found
}
