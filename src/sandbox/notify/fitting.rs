//! Fits a value to a definition of the published description, so that no event invents a member.
//!
//! The shapes of events differ from those of requests in what they leave out and in how they write
//! their words; a value made for the latter becomes one of the former here.

use crate::sandbox::api::document::{DOCUMENT, Schema};
use serde_json::{Map, Value};

/// Words that events write otherwise: the ending of the one stands for that of the other.
const RENAMED: [(&str, &str); 1] = [(".donotdisturb", ".dnd")];

/// The value as a definition knows it: members that it does not have, or that hold what it cannot, are
/// left out, and words are written as it writes them.
pub(super) fn fitted(definition: &str, value: Value) -> Value {
    let schema = DOCUMENT.definitions.get(definition);
    let fitted = schema.and_then(|schema| fit(schema, value));
    fitted.unwrap_or_else(|| Value::Object(Map::new()))
}

fn fit(schema: &Schema, value: Value) -> Option<Value> {
    let schema = DOCUMENT.resolve(schema);
    match (schema.kind.as_deref(), value) {
        (_, Value::Null) => None,
        (Some("object"), Value::Object(members)) => Some(object(schema, members)),
        (Some("array"), Value::Array(items)) => {
            let shape = schema.items.as_deref()?;
            let items = items.into_iter().filter_map(|item| fit(shape, item));
            Some(Value::Array(items.collect()))
        }
        (Some("string"), Value::String(text)) => word(schema, text).map(Value::String),
        (Some("integer"), value @ Value::Number(_)) => value.as_i64().map(Value::from),
        (Some("number"), value @ Value::Number(_)) | (Some("boolean"), value @ Value::Bool(_)) => {
            Some(value)
        }
        (None, value) => Some(value),
        (Some(_), _) => None,
    }
}

fn object(schema: &Schema, members: Map<String, Value>) -> Value {
    let known = members.into_iter().filter_map(|(name, member)| {
        let own = schema.properties.get(&name);
        let shape = own.or(schema.additional_properties.as_deref())?;
        Some((name, fit(shape, member)?))
    });
    Value::Object(known.collect())
}

fn word(schema: &Schema, text: String) -> Option<String> {
    if schema.words.is_empty() {
        return Some(text);
    }
    let renamed = RENAMED.iter().find_map(|(here, there)| {
        let start = text.strip_suffix(here)?;
        Some(format!("{start}{there}"))
    });
    let text = renamed.unwrap_or(text);
    let mut known = schema.words.iter().filter_map(Value::as_str);
    let found = known.find(|word| word.eq_ignore_ascii_case(&text));
    found.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_definition_does_not_have_is_left_out_and_words_are_written_as_it_writes_them() {
        let sent = json!({
            "id": "a",
            "invented": 1,
            "endTime": null,
            "recentTransfers": [{ "id": "t", "state": "Pending", "transferType": "Sideways" }],
            "participants": [{ "purpose": "agent", "attributes": { "any": "name" }, "wrapupRequired": "yes",
                "messages": [{ "state": "connected", "disconnectType": "transfer.donotdisturb" }] }],
        });
        let fitted = fitted("QueueConversationEventTopicConversation", sent);
        let wanted = json!({
            "id": "a",
            "recentTransfers": [{ "id": "t", "state": "pending" }],
            "participants": [{ "purpose": "agent", "attributes": { "any": "name" },
                "messages": [{ "state": "connected", "disconnectType": "transfer.dnd" }] }],
        });
        assert_eq!(fitted, wanted);
    }
}
