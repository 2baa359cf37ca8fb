//! Exactly what a read was answered, kept only for the conversation that somebody looks into: a tree in which every text is safe. Keys
//! are in alphabetical order, whatever order the service gave them.

use std::fmt;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::failure::Receipt;
use super::text::Text;

/// An answer as a tree.
#[derive(Clone, PartialEq, Eq)]
pub struct RawRead {
    /// When the request left, by this machine's clock.
    pub read_at: Timestamp,
    /// How it went.
    pub receipt: Receipt,
    /// The answer, made safe.
    pub body: Value,
}

impl RawRead {
    /// An answer, made safe here once.
    pub fn new(read_at: Timestamp, receipt: Receipt, body: Value) -> Self {
        Self {
            read_at,
            receipt,
            body: safe(body),
        }
    }

    /// The messages that the answer names, text or structured, of whoever wrote them: each once, oldest first. What was written in them
    /// is another request.
    pub fn message_ids(&self) -> Vec<Text> {
        let items = |value: &Value, key: &str| {
            let list = value.get(key).and_then(Value::as_array);
            list.cloned().unwrap_or_default()
        };
        let mut found: Vec<(String, String)> = items(&self.body, "participants")
            .iter()
            .flat_map(|party| items(party, "messages"))
            .flat_map(|leg| items(&leg, "messages"))
            .filter(has_words)
            .filter_map(|message| {
                let word = |key: &str| Some(message.get(key)?.as_str()?.to_owned());
                Some((word("messageTime").unwrap_or_default(), word("messageId")?))
            })
            .collect();
        found.sort();
        let mut ids: Vec<Text> = Vec::new();
        for (_, id) in found {
            let id = Text::clean(&id);
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }
}

/// Events and receipts are nobody's words.
fn has_words(message: &Value) -> bool {
    let form = message
        .pointer("/messageMetadata/type")
        .and_then(Value::as_str);
    matches!(form, None | Some("Text" | "Structured"))
}

/// What was answered is personal data: no log shows it.
impl fmt::Debug for RawRead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawRead")
            .field("read_at", &self.read_at)
            .field("receipt", &self.receipt)
            .finish_non_exhaustive()
    }
}

/// A tree in which every key and every text is safe.
pub fn safe(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(Text::clean(&text).into()),
        Value::Array(items) => items.into_iter().map(safe).collect(),
        Value::Object(entries) => {
            let mut clean = Map::new();
            for (key, value) in entries {
                clean.insert(free_key(&clean, Text::clean(&key).into()), safe(value));
            }
            Value::Object(clean)
        }
        other => other,
    }
}

/// Two keys that are the same once they are safe are both kept.
fn free_key(taken: &Map<String, Value>, wanted: String) -> String {
    let mut key = wanted;
    while taken.contains_key(&key) {
        key.push('\u{fffd}');
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_texts_are_made_safe_and_none_is_lost() {
        let hostile =
            serde_json::json!({ "a\u{202e}": "x\u{1b}[2J", "a\u{202d}": [1, null, true] });
        let safe = safe(hostile);
        let text = safe.to_string();
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{text}"
        );
        assert_eq!(safe.as_object().unwrap().len(), 2, "{text}");
    }

    #[test]
    fn messages_are_named_once_in_their_order_and_events_not_at_all() {
        let body = serde_json::json!({ "participants": [
            { "messages": [{ "messages": [
                { "messageId": "m2", "messageTime": "2026-03-02T08:00:02Z" },
                { "messageId": "e1", "messageTime": "2026-03-02T08:00:03Z", "messageMetadata": { "type": "Event" } },
            ] }] },
            { "messages": [{ "messages": [
                { "messageId": "m1", "messageTime": "2026-03-02T08:00:01Z", "messageMetadata": { "type": "Text" } },
                { "messageId": "m2", "messageTime": "2026-03-02T08:00:02Z" },
            ] }] },
        ] });
        let read = RawRead::new(Timestamp::UNIX_EPOCH, Receipt::default(), body);
        let ids: Vec<String> = read.message_ids().iter().map(ToString::to_string).collect();
        assert_eq!(ids, ["m1", "m2"]);
    }
}
