//! `GET /notifications/availabletopics`: what can be subscribed to, in as much detail as is asked for.

use crate::sandbox::api::document::{DOCUMENT, Schema, Topic};
use crate::sandbox::exchange::Answer;
use crate::sandbox::notify::topic::{Rule, rule};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use serde_json::{Map, Value, json};

/// How deep a payload is described. Deeper objects are only said to be objects: some hold themselves.
const DEPTH_MAX: usize = 6;

/// Every published topic; all of them are public here, so that leaving out previews leaves out none.
pub(in crate::sandbox) fn topics(
    _service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let expanded = call.request.query_values("expand");
    let entities: Vec<Value> = DOCUMENT
        .topics
        .iter()
        .filter_map(|topic| Some(shown(topic, rule(&topic.topic)?, &expanded)))
        .collect();
    Ok(Answer::ok(json!({ "entities": entities })))
}

/// The id alone, and beside it what was asked for.
fn shown(topic: &Topic, rule: &Rule, expanded: &[String]) -> Value {
    let mut shown = Map::new();
    shown.insert("id".to_owned(), json!(topic.topic));
    for wanted in expanded {
        shown.extend(members(wanted, topic, rule));
    }
    Value::Object(shown)
}

fn members(wanted: &str, topic: &Topic, rule: &Rule) -> Vec<(String, Value)> {
    let one = |value: Value| vec![(wanted.to_owned(), value)];
    let needs_current_user = rule.own && rule.permissions.is_empty();
    match wanted {
        "description" => one(json!(rule.says)),
        "enforced" => one(json!(true)),
        "visibility" => one(json!("Public")),
        "transports" => one(json!(["Websocket"])),
        "publicApiTemplateUriPaths" => one(json!(rule.paths)),
        "topicParameters" => one(parameters(&topic.topic)),
        "schema" => one(payload(topic)),
        "permissionDetails" => one(json!(details(rule))),
        "requiresPermissions" => vec![
            (wanted.to_owned(), json!(rule.permissions)),
            ("requiresDivisionPermissions".to_owned(), json!(false)),
            (
                "requiresAnyValidator".to_owned(),
                json!(rule.permissions.len() > 1),
            ),
            ("requiresCurrentUser".to_owned(), json!(needs_current_user)),
            (
                "requiresCurrentUserOrPermission".to_owned(),
                json!(rule.own && !needs_current_user),
            ),
        ],
        _ => Vec::new(),
    }
}

fn parameters(pattern: &str) -> Value {
    let pieces = pattern.split('.').filter(|piece| piece.starts_with('{'));
    let names: Vec<&str> = pieces.map(|piece| piece.trim_matches(['{', '}'])).collect();
    json!(names)
}

fn details(rule: &Rule) -> Vec<Value> {
    if rule.permissions.is_empty() && rule.own {
        return vec![json!({
            "type": "requiresCurrentUser",
            "allowsCurrentUser": true,
            "enforced": true,
        })];
    }
    if rule.permissions.is_empty() {
        return Vec::new();
    }
    vec![json!({
        "type": "requiresPermissions",
        "permissions": rule.permissions,
        "allowsCurrentUser": rule.own,
        "enforced": true,
    })]
}

/// The payload as a JSON schema.
fn payload(topic: &Topic) -> Value {
    let definition = DOCUMENT.definitions.get(&topic.payload);
    definition.map_or_else(|| json!({}), |schema| described(schema, DEPTH_MAX))
}

/// A shape as a JSON schema of its own, without references.
fn described(schema: &Schema, depth: usize) -> Value {
    let schema = DOCUMENT.resolve(schema);
    let mut shown = Map::new();
    let mut say = |name: &str, value: Value| {
        shown.insert(name.to_owned(), value);
    };
    if let Some(kind) = &schema.kind {
        say("type", json!(kind));
    }
    if let Some(format) = &schema.format {
        say("format", json!(format));
    }
    if !schema.words.is_empty() {
        say("enum", json!(schema.words));
    }
    let Some(depth) = depth.checked_sub(1) else {
        return Value::Object(shown);
    };
    if !schema.properties.is_empty() {
        let properties = schema.properties.iter();
        let properties: Map<String, Value> = properties
            .map(|(name, shape)| (name.clone(), described(shape, depth)))
            .collect();
        say("properties", Value::Object(properties));
    }
    if let Some(items) = &schema.items {
        say("items", described(items, depth));
    }
    if let Some(more) = &schema.additional_properties {
        say("additionalProperties", described(more, depth));
    }
    Value::Object(shown)
}
