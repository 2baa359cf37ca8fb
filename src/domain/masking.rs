//! What may be shown of people to somebody who looks over a shoulder: of a name its initials, of a text its length. Pure; who asked for
//! what to be shown is the caller's. Which keys hold what of people is read off the platform's description (`assets/platform/openapi.json`).

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
    /// Names of people, where they can be reached, and what was written about them.
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

/// Whose `name` is a person's, by the key of the object that it stands in. Of a call, `self` and `other` are addresses with a name.
const PEOPLE: [&str; 24] = [
    "self",
    "other",
    "user",
    "targetUser",
    "associatedUser",
    "defaultUser",
    "agent",
    "scoredAgent",
    "evaluator",
    "expertEvaluator",
    "calibrator",
    "assignee",
    "manager",
    "owner",
    "owners",
    "createdBy",
    "modifiedBy",
    "updatedBy",
    "publishedBy",
    "lockedUser",
    "lastModifiedUser",
    "externalContact",
    "contactUser",
    "superiors",
];

/// Names of people under a key of their own, wherever they stand.
const NAMES: [&str; 12] = [
    "participantName",
    "nameRaw",
    "displayName",
    "aniName",
    "callbackUserName",
    "callerIdName",
    "remoteNameDisplayable",
    "fromName",
    "socialUserName",
    "transferTargetName",
    "preferredName",
    "username",
];

/// Where somebody can be reached or is, and what was written about them. Every key with `address` in it is one, too.
const REACH_AND_WORDS: [&str; 31] = [
    "ani",
    "dnis",
    "sessionDnis",
    "callerId",
    "callbackNumbers",
    "callingPartyNumber",
    "remote",
    "cc",
    "bcc",
    "email",
    "fromEmail",
    "jabberId",
    "display",
    "extension",
    "socialMediaId",
    "journeyCustomerId",
    "avatarImageUrl",
    "viewerUrl",
    "geolocation",
    "biography",
    "employerInfo",
    "uuiData",
    "subject",
    "notes",
    "wrapUpNote",
    "comments",
    "agentComments",
    "privateComments",
    "previewText",
    "transcriptPhrase",
    "topicPhrase",
];

fn object(within: &str, entries: &Map<String, Value>, mask: Mask) -> Map<String, Value> {
    let has = |key: &str| entries.contains_key(key);
    let purpose = entries.get("purpose").and_then(Value::as_str);
    let is_person = matches!(purpose, Some("customer" | "external" | "agent" | "user"));
    let is_named = is_person
        || PEOPLE.contains(&within)
        || within.to_lowercase().ends_with("address")
        || has("addressNormalized")
        || has("addressRaw")
        || has("nameRaw");
    // An id of the platform's own has no type of its own.
    let is_foreign_id = has("idType");
    entries
        .iter()
        .map(|(key, value)| {
            let is_name = NAMES.contains(&key.as_str()) || key == "name" && is_named;
            let shown = match value {
                Value::Object(_) | Value::Array(_) if key == "attributes" && mask.attributes => {
                    hidden(value)
                }
                _ if !mask.names => walk(key, value, mask),
                _ if is_name => each(value, &initials),
                _ if REACH_AND_WORDS.contains(&key.as_str()) || key == "id" && is_foreign_id => {
                    each(value, &length)
                }
                // What is more than a text says itself what is personal in it.
                Value::String(_) | Value::Number(_) if is_address(key) => each(value, &length),
                Value::Array(items) if is_address(key) && !items.iter().any(Value::is_object) => {
                    each(value, &length)
                }
                other => walk(key, other, mask),
            };
            (key.clone(), shown)
        })
        .collect()
}

/// It says where somebody can be reached.
fn is_address(key: &str) -> bool {
    key.to_lowercase().contains("address")
}

/// Every text and number in it made into this. What is absent stays absent.
fn each(value: &Value, shown: &impl Fn(&str) -> String) -> Value {
    match value {
        Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.clone(), each(value, shown)))
            .collect::<Map<String, Value>>()
            .into(),
        Value::Array(items) => items.iter().map(|item| each(item, shown)).collect(),
        Value::String(text) => Value::String(shown(text)),
        Value::Number(number) => Value::String(shown(&number.to_string())),
        Value::Null | Value::Bool(_) => value.clone(),
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

    #[test]
    fn every_key_that_names_or_reaches_a_person_is_hidden() {
        let answer = serde_json::json!({ "participants": [
            { "purpose": "customer", "aniName": "Mia Okafor", "ani": "+49 30 1234", "calls": [{ "clientIpAddress": "192.0.2.7",
              "uuiData": "case Okafor", "self": { "name": "Mia Okafor", "addressNormalized": "x", "nameRaw": "Mia Okafor" },
              "other": { "name": "Ana Lima", "nameRaw": "Ana Lima" } }],
              "callbacks": [{ "callbackUserName": "Mia Okafor", "callbackNumbers": ["+49 30 1234", "+49 30 5678"], "callerId": "+49 30 1234",
              "callerIdName": "Mia Okafor" }],
              "emails": [{ "subject": "Okafor's refund" }], "socialExpressions": [{ "socialUserName": "mia okafor", "previewText": "from mia" }],
              "wrapup": { "code": "w1", "notes": "Mrs Okafor called" },
              "journeyContext": { "customer": { "id": "mia@example.test", "idType": "email" },
              "customerSession": { "id": "s1", "type": "web" } } },
            { "participantName": "Ana Lima", "purpose": "agent", "sessions": [{ "remoteNameDisplayable": "Mia Okafor",
              "remote": "+49 30 1234", "sessionDnis": "+49 30 9999", "destinationAddresses": ["mia@example.test"], "cc": ["lima@example.test"],
              "bcc": ["lima@example.test"], "journeyCustomerId": "mia@example.test", "videoAddressSelf": "lima@example.test",
              "segments": [{ "wrapUpNote": "Mrs Okafor called", "subject": "Okafor's refund", "wrapUpCode": "w1" }],
              "flow": { "flowName": "Triage", "transferTargetName": "Ana Lima", "transferTargetAddress": "lima@example.test" } }] },
            { "purpose": "acd", "name": "Billing EU", "evaluations": [{ "agent": { "id": "u1", "name": "Ana Lima", "email": "lima@example.test",
              "username": "lima", "preferredName": "Lima", "department": "Billing" }, "evaluator": { "id": "u2", "name": "Ana Lima" },
              "answers": { "comments": "Lima did well", "agentComments": "Lima", "privateComments": "Lima" } }] },
        ] });
        let text = masked(&answer, Mask::ALL).to_string();
        for gone in [
            "Mia",
            "mia",
            "Okafor",
            "okafor",
            "Lima",
            "lima",
            "+49",
            "192.0.2.7",
            "example.test",
        ] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
        for kept in [
            "w1",
            "s1",
            "u1",
            "u2",
            "Triage",
            "Billing EU",
            "Billing",
            "\"email\"",
            "M. O.",
        ] {
            assert!(text.contains(kept), "{kept} not in {text}");
        }
        let plain = Mask {
            attributes: true,
            names: false,
        };
        assert_eq!(masked(&answer, plain), answer);
    }

    #[test]
    fn what_is_no_text_is_hidden_too() {
        let answer = serde_json::json!({ "callerId": 49_301_234, "callbackNumbers": [49_301_234], "wrapup": { "notes": { "of": "Okafor" } },
            "geolocation": { "city": "Ghent", "latitude": "51.05" } });
        let text = masked(&answer, Mask::ALL).to_string();
        for gone in ["4930", "Okafor", "Ghent", "51.05"] {
            assert!(!text.contains(gone), "{gone} in {text}");
        }
    }
}
