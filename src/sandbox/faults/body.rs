//! Bodies that no client should swallow.

use crate::sandbox::exchange::{Answer, Body};
use serde::Deserialize;
use serde_json::{Value, json};

/// What is answered instead of the platform's own body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum BodyLike {
    /// HTML that asks to sign in to a network. Whoever sends it kept the request to themselves.
    CaptivePortal,
    /// JSON of another service: nothing in it is what was asked for.
    OtherJson,
    /// No bytes at all.
    Empty,
    /// JSON that stops in the middle, though the answer is complete.
    Unfinished,
    /// One JSON text of 1 GiB.
    Huge,
    /// 100,000 lists, each in the one before.
    Deep,
    /// A conversation of a million participants.
    Crowd,
    /// The platform's own body with a NUL, a line end and an escape sequence in every name.
    Nul,
    /// The platform's own body with half of a surrogate pair in every name.
    LoneSurrogate,
}

/// A body that is too large to be kept: a head, a piece many times, a tail.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Flood {
    pub(in crate::sandbox) head: &'static str,
    pub(in crate::sandbox) piece: String,
    pub(in crate::sandbox) times: u64,
    pub(in crate::sandbox) tail: &'static str,
}

/// Bytes of the largest body.
const HUGE: u64 = 1 << 30;
/// Bytes that are sent at a time.
const PIECE: u64 = 1 << 16;
const DEEP: usize = 100_000;
/// 999 times 1001, and one more at the end, make a million.
const CROWD: (usize, u64) = (1001, 999);
/// One of the million.
const ONE_OF_MANY: &str =
    "{\"id\":\"00000000-0000-4000-8000-000000000000\",\"purpose\":\"customer\",\"messages\":[]},";
/// Stands in a name until the body is text, where no JSON value could hold what is meant.
const MARK: &str = "\u{e000}sandbox\u{e000}";
const PORTAL: &str = "<!doctype html><html><head><title>Sign in to the network</title></head>\
    <body><form action=\"http://portal.invalid/login\"><input name=\"room\"></form></body></html>\n";

impl BodyLike {
    /// Whether it comes from somebody else than the platform, whom the request never reached.
    pub(super) fn is_somebody_elses(self) -> bool {
        self == Self::CaptivePortal
    }

    /// Puts such a body in the place of an answer's own.
    pub(super) fn replace(self, answer: &mut Answer) {
        let json = |text: String| Body::Text("application/json".to_owned(), text);
        answer.body = match self {
            Self::CaptivePortal => {
                Body::Text("text/html; charset=utf-8".to_owned(), PORTAL.to_owned())
            }
            Self::OtherJson => Body::Json(json!({ "result": "ok", "items": [1, 2, 3] })),
            Self::Empty => Body::Empty,
            Self::Unfinished => {
                let whole = text_of(&answer.body);
                let half = whole.chars().take(whole.chars().count() / 2).collect();
                json(half)
            }
            Self::Huge => Body::Flood(Flood {
                head: "{\"id\":\"",
                piece: "x".repeat(usize::try_from(PIECE).unwrap_or(1)),
                times: HUGE / PIECE,
                tail: "\"}",
            }),
            Self::Deep => json(format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP))),
            Self::Crowd => Body::Flood(Flood {
                head: "{\"participants\":[",
                piece: ONE_OF_MANY.repeat(CROWD.0),
                times: CROWD.1,
                tail: "{\"purpose\":\"customer\"}]}",
            }),
            Self::Nul => json(named(answer, "a\\u0000b\\r\\n\\u001b[2J\\u001b]0;x\\u0007")),
            Self::LoneSurrogate => json(named(answer, "a\\ud83d")),
        };
    }
}

fn text_of(body: &Body) -> String {
    match body {
        Body::Json(value) => value.to_string(),
        Body::Lines(text) | Body::Text(_, text) => text.clone(),
        Body::Empty | Body::Flood(_) => String::new(),
    }
}

/// The body as JSON, every name in it replaced by the content of a JSON string.
fn named(answer: &mut Answer, content: &str) -> String {
    let mut other = json!({ "name": "" });
    let value = answer.json_body_mut().unwrap_or(&mut other);
    mark(value);
    value.to_string().replace(MARK, content)
}

fn mark(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                match member {
                    Value::String(text) if key == "name" => MARK.clone_into(text),
                    other => mark(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mark),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
