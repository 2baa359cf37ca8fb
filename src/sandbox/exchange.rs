//! A request and an answer as plain values, so that everything behind the socket stays pure.

use super::faults::Flood;
use serde_json::Value;

/// One request, as far as any rule looks at it.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    /// Upper case.
    pub(super) method: String,
    /// Without the query, as sent.
    pub(super) path: String,
    /// The query, as sent.
    pub(super) query: String,
    /// The `Authorization` header.
    pub(super) authorization: Option<String>,
    /// The `Content-Type` header.
    pub(super) content_type: Option<String>,
    /// The `Origin` header, which says whose page asks.
    pub(super) origin: Option<String>,
    /// The whole body.
    pub(super) body: Vec<u8>,
}

impl Request {
    /// The path without its leading slash, in pieces.
    pub(super) fn segments(&self) -> Vec<&str> {
        self.path.trim_matches('/').split('/').collect()
    }

    /// Every value of a query parameter that is a list, repeated or separated by commas.
    pub(super) fn query_values(&self, name: &str) -> Vec<String> {
        let sent = self.query_texts(name);
        let pieces = sent.iter().flat_map(|value| value.split(','));
        let named = pieces.map(str::trim).filter(|piece| !piece.is_empty());
        named.map(str::to_owned).collect()
    }

    /// The value of a query parameter that is one text, the first if it is repeated.
    pub(super) fn query_text(&self, name: &str) -> Option<String> {
        self.query_texts(name).into_iter().next()
    }

    fn query_texts(&self, name: &str) -> Vec<String> {
        let pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        let meant = pairs.filter(|(key, _)| *key == name || decoded(key) == name);
        meant.map(|(_, value)| decoded(value)).collect()
    }

    /// Whether the body holds anything but white space.
    pub(super) fn has_body(&self) -> bool {
        !self.body.iter().all(u8::is_ascii_whitespace)
    }

    /// Whether the content type is the given one, parameters aside.
    pub(super) fn is_of_type(&self, wanted: &str) -> bool {
        self.content_type.as_deref().is_some_and(|sent| {
            let media = sent.split(';').next().unwrap_or(sent).trim();
            media.eq_ignore_ascii_case(wanted)
        })
    }
}

/// Undoes the encoding of forms and queries; what is not readable stays as it is.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let pair: Vec<u8> = rest.by_ref().take(2).collect();
                match std::str::from_utf8(&pair).map(|hex| u8::from_str_radix(hex, 16)) {
                    Ok(Ok(value)) => bytes.push(value),
                    _ => bytes.push(b'%'),
                }
            }
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What a body holds.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// Nothing.
    Empty,
    /// One JSON value.
    Json(Value),
    /// One JSON value a line.
    Lines(String),
    /// Any text, with the media type that it is sent as.
    Text(String, String),
    /// More than anybody should keep.
    Flood(Flood),
}

/// One answer.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(&'static str, String)>,
    /// Headers that take the place of whatever would be there.
    pub(super) set: Vec<(String, String)>,
    pub(super) body: Body,
}

impl Answer {
    /// 200 with a JSON body; absent members are left out, as the platform does.
    pub(super) fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    /// Any status with a JSON body.
    pub(super) fn json(status: u16, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            set: Vec::new(),
            body: Body::Json(without_nulls(body)),
        }
    }

    /// Any status without a body.
    pub(super) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            set: Vec::new(),
            body: Body::Empty,
        }
    }

    /// 200 with one JSON value a line.
    pub(super) fn lines(values: impl IntoIterator<Item = Value>) -> Self {
        let text = values.into_iter().fold(String::new(), |mut text, value| {
            text.push_str(&value.to_string());
            text.push('\n');
            text
        });
        Self {
            status: 200,
            headers: Vec::new(),
            set: Vec::new(),
            body: Body::Lines(text),
        }
    }

    /// Any status with a text of any media type.
    pub(super) fn text(status: u16, media: &str, text: String) -> Self {
        Self {
            status,
            headers: Vec::new(),
            set: Vec::new(),
            body: Body::Text(media.to_owned(), text),
        }
    }

    /// The body, where it is JSON.
    pub(super) fn json_body(&self) -> Option<&Value> {
        match &self.body {
            Body::Json(body) => Some(body),
            Body::Empty | Body::Lines(_) | Body::Text(..) | Body::Flood(_) => None,
        }
    }

    /// The same to be changed, also where it was written as text.
    pub(super) fn json_body_mut(&mut self) -> Option<&mut Value> {
        if let Body::Text(media, text) = &self.body
            && media.starts_with("application/json")
            && let Ok(value) = serde_json::from_str(text)
        {
            self.body = Body::Json(value);
        }
        match &mut self.body {
            Body::Json(body) => Some(body),
            Body::Empty | Body::Lines(_) | Body::Text(..) | Body::Flood(_) => None,
        }
    }

    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// The platform leaves absent members out; it never sends null.
pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, member)| !member.is_null())
            .map(|(key, member)| (key, without_nulls(member)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// A WebSocket, by a number of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SocketId(pub(super) u64);

/// What goes out on a WebSocket without being asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Push {
    /// One text frame.
    Text(String),
    /// A close frame with its code and reason.
    Close(u16, String),
    /// The connection ends without a close frame.
    Cut,
    /// The same, by a TCP reset.
    Reset,
}

/// What is to go out, in its order.
pub(super) type Outbox = Vec<(SocketId, Push)>;
