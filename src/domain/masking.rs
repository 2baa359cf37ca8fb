//! What may be shown of people to somebody who looks over a shoulder: of a name its initials, of a text its length. Pure; who asked for
//! what to be shown is the caller's.

use serde_json::{Map, Value};

/// The most initials that are shown of one name.
const INITIALS: usize = 4;

/// `M. O.` for `M. Okafor`.
pub fn initials(name: &str) -> String {
    let letters = name
        .split_whitespace()
        .filter_map(|part| part.chars().find(|letter| letter.is_alphanumeric()));
    let short: Vec<String> = letters
        .take(INITIALS)
        .map(|letter| format!("{letter}."))
        .collect();
    if short.is_empty() && !name.trim().is_empty() {
        return "?".to_owned();
    }
    short.join(" ")
}

/// `[38 characters]`.
pub fn length(text: &str) -> String {
    match text.chars().count() {
        1 => "[1 character]".to_owned(),
        count => format!("[{count} characters]"),
    }
}

/// What of a tree is hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mask {
    /// The values of participant attributes.
    pub attributes: bool,
    /// Names of people, and addresses.
    pub names: bool,
}

impl Mask {
    /// Everything that is personal.
    pub const ALL: Self = Self {
        attributes: true,
        names: true,
    };
}

/// An answer of the conversation service or of analytics, with what is personal in it hidden.
pub fn masked(value: &Value, mask: Mask) -> Value {
    walk("", value, mask)
}

fn walk(key: &str, value: &Value, mask: Mask) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| walk(key, item, mask)).collect(),
        Value::Object(entries) => Value::Object(object(key, entries, mask)),
        other => other.clone(),
    }
}

fn object(within: &str, entries: &Map<String, Value>, mask: Mask) -> Map<String, Value> {
    let purpose = entries.get("purpose").and_then(Value::as_str);
    let is_person = matches!(purpose, Some("customer" | "external" | "agent" | "user"));
    let is_named = is_person || within.to_lowercase().ends_with("address");
    entries
        .iter()
        .map(|(key, value)| {
            let shown = match value {
                Value::Object(_) | Value::Array(_) if key == "attributes" && mask.attributes => {
                    hidden(value)
                }
                Value::String(text) if mask.names && is_personal(key, is_named) => {
                    Value::String(of_person(key, text))
                }
                other => walk(key, other, mask),
            };
            (key.clone(), shown)
        })
        .collect()
}

/// Whether a text under this key names a person or says where they can be reached.
fn is_personal(key: &str, is_named: bool) -> bool {
    match key {
        "name" => is_named,
        "participantName" | "nameRaw" | "displayName" | "ani" | "dnis" => true,
        _ => key == "address" || key.starts_with("address"),
    }
}

fn of_person(key: &str, text: &str) -> String {
    if key.to_lowercase().contains("name") {
        initials(text)
    } else {
        length(text)
    }
}

/// Every value replaced by its length.
fn hidden(value: &Value) -> Value {
    match value {
        Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.clone(), hidden(value)))
            .collect::<Map<String, Value>>()
            .into(),
        Value::Array(items) => items.iter().map(hidden).collect(),
        Value::String(text) => Value::String(length(text)),
        other => Value::String(length(&other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_names_the_initials_stay_and_of_texts_the_length() {
        for (name, wanted) in [
            ("M. Okafor", "M. O."),
            ("日本 太郎", "日. 太."),
            ("", ""),
            ("--", "?"),
        ] {
            assert_eq!(initials(name), wanted);
        }
        assert_eq!(length("a"), "[1 character]");
        assert_eq!(length("order 5513"), "[10 characters]");
    }

    #[test]
    fn attributes_and_people_are_hidden_and_queues_and_ids_are_not() {
        let answer = serde_json::json!({ "id": "c1", "participants": [
            { "purpose": "customer", "name": "Mia Okafor", "attributes": { "order": "5513", "deep": { "a": ["secret"] }, "n": 42 },
              "messages": [{ "id": "l1", "toAddress": { "name": "Mia Okafor", "addressNormalized": "mia@example.test" } }] },
            { "purpose": "acd", "name": "Billing EU", "queueId": "q1" },
        ] });
        let text = masked(&answer, Mask::ALL).to_string();
        for gone in ["Mia", "Okafor", "5513", "secret", "42", "example.test"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        for kept in [
            "c1",
            "l1",
            "q1",
            "Billing EU",
            "M. O.",
            "order",
            "[4 characters]",
        ] {
            assert!(text.contains(kept), "{kept} not in {text}");
        }
        let only = masked(
            &answer,
            Mask {
                attributes: true,
                names: false,
            },
        )
        .to_string();
        assert!(
            only.contains("Mia Okafor") && !only.contains("5513"),
            "{only}"
        );
    }
}
