//! Holds a request against the published description before any rule is asked.
//!
//! Wrong types, missing members and unknown words are refused here, with the platform's codes; unknown
//! members are ignored, and null counts as absent. The known differences between the document and the
//! platform are the constants of this file.

use super::document::{DOCUMENT, Parameter, Schema};
use super::table::Route;
use crate::sandbox::exchange::Request;
use crate::sandbox::refusal::Refusal;
use jiff::Timestamp;
use serde_json::Value;

/// Operations of which the platform asks less than the document says: what a model requires when it is
/// read is not required when the same model is sent.
const LENIENT: [&str; 1] = ["patchConversationsMessage"];
/// Words that the platform takes in any case: guests' clients send `DISCONNECTED`.
const ANY_CASE: [&str; 1] = ["state"];
/// Words that the published list of a field is too old for: it was rebuilt from an older client.
const NEWER: [(&str, [&str; 2]); 2] = [
    ("metrics", ["oLongestWaiting", "oLongestInteracting"]),
    ("detailMetrics", ["oLongestWaiting", "oLongestInteracting"]),
];
/// How deep a body may be nested. Deeper ones mean nothing to any operation.
const DEPTH_MAX: usize = 32;

/// The body of a request that fits its operation; null where there is none.
pub(in crate::sandbox) fn check(route: &Route, request: &Request) -> Result<Value, Refusal> {
    for parameter in &route.described.parameters {
        if parameter.place == "query" {
            query(parameter, request)?;
        }
    }
    let described = route
        .described
        .parameters
        .iter()
        .find(|one| one.place == "body");
    let body = read(request)?;
    let Some(described) = described else {
        return Ok(body);
    };
    if body.is_null() {
        if described.required {
            return Err(Refusal::bad_request("The request needs a body."));
        }
        return Ok(body);
    }
    if let Some(schema) = &described.schema {
        let lenient = LENIENT.contains(&route.described.operation_id.as_str());
        fits(schema, &body, "", lenient, DEPTH_MAX)?;
    }
    Ok(body)
}

/// The body as JSON; an empty one is null.
pub(in crate::sandbox) fn read(request: &Request) -> Result<Value, Refusal> {
    if !request.has_body() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&request.body).map_err(|cause| {
        Refusal::bad_request(format!("The request could not be read as JSON: {cause}"))
    })
}

fn query(parameter: &Parameter, request: &Request) -> Result<(), Refusal> {
    let name = parameter.name.as_str();
    // Only a list is cut at its commas.
    let (shape, sent) = match parameter.own.kind.as_deref() {
        Some("array") => (
            parameter.own.items.as_deref().unwrap_or(&parameter.own),
            request.query_values(name),
        ),
        _ => (
            &parameter.own,
            request.query_text(name).into_iter().collect(),
        ),
    };
    if sent.is_empty() && parameter.required {
        return Err(
            Refusal::bad_request(format!("The parameter [{name}] is required.")).about(name),
        );
    }
    for text in sent {
        let readable = match shape.kind.as_deref() {
            Some("integer") => text.parse::<i64>().is_ok(),
            Some("number") => text.parse::<f64>().is_ok(),
            Some("boolean") => matches!(text.as_str(), "true" | "false"),
            _ => true,
        };
        if !readable {
            let kind = shape.kind.as_deref().unwrap_or("");
            return Err(wrong_type(name, kind, &text));
        }
        one_of(shape, &text, name)?;
    }
    Ok(())
}

fn fits(
    schema: &Schema,
    value: &Value,
    field: &str,
    lenient: bool,
    depth: usize,
) -> Result<(), Refusal> {
    let schema = DOCUMENT.resolve(schema);
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Refusal::bad_request("The request is nested too deeply.").about(field));
    };
    match (schema.kind.as_deref(), value) {
        (_, Value::Null) | (None, _) => Ok(()),
        (Some("object"), Value::Object(members)) => {
            let missing = schema
                .required
                .iter()
                .find(|name| members.get(name.as_str()).is_none_or(Value::is_null));
            if let Some(name) = missing.filter(|_| !lenient) {
                let path = inside(field, name);
                return Err(
                    Refusal::bad_request(format!("The field [{path}] is required.")).about(&path),
                );
            }
            for (name, member) in members {
                let shape = schema.properties.get(name);
                if let Some(shape) = shape.or(schema.additional_properties.as_deref()) {
                    fits(shape, member, &inside(field, name), lenient, depth)?;
                }
            }
            Ok(())
        }
        (Some("array"), Value::Array(items)) => {
            let Some(shape) = schema.items.as_deref() else {
                return Ok(());
            };
            items.iter().enumerate().try_for_each(|(at, item)| {
                fits(shape, item, &format!("{field}[{at}]"), lenient, depth)
            })
        }
        (Some("string"), Value::String(text)) => string(schema, text, field),
        (Some("integer"), Value::Number(number)) if number.is_i64() || number.is_u64() => {
            at_least(schema, number.as_f64(), field)
        }
        (Some("number"), Value::Number(number)) => at_least(schema, number.as_f64(), field),
        (Some("boolean"), Value::Bool(_)) => Ok(()),
        (Some(kind), sent) => Err(wrong_type(field, kind, &shown(sent))),
    }
}

fn string(schema: &Schema, text: &str, field: &str) -> Result<(), Refusal> {
    if schema.format.as_deref() == Some("date-time") && !is_date_time(text) {
        return Err(Refusal::invalid_date().about(field));
    }
    let length = text.chars().count();
    let short = schema.min_length.is_some_and(|least| length < least);
    let long = schema.max_length.is_some_and(|most| length > most);
    if short || long {
        let problem = format!("The field [{field}] has {length} characters, which is not allowed.");
        return Err(Refusal::bad_request(problem).about(field));
    }
    one_of(schema, text, field)
}

/// ISO 8601 with the `T`, as the platform says in its refusal; our reader alone would take more.
fn is_date_time(text: &str) -> bool {
    let has_t = text.as_bytes().get(10).is_some_and(|byte| *byte == b'T');
    has_t && !text.contains('[') && text.parse::<Timestamp>().is_ok()
}

fn one_of(schema: &Schema, text: &str, field: &str) -> Result<(), Refusal> {
    if schema.words.is_empty() {
        return Ok(());
    }
    let words: Vec<&str> = schema.words.iter().filter_map(Value::as_str).collect();
    let name = field.rsplit('.').next().unwrap_or(field);
    let known = words
        .iter()
        .any(|word| *word == text || (ANY_CASE.contains(&name) && word.eq_ignore_ascii_case(text)));
    let list = name.split('[').next().unwrap_or(name);
    let newer = NEWER
        .iter()
        .any(|(field, words)| *field == list && words.contains(&text));
    if known || newer {
        return Ok(());
    }
    Err(Refusal::invalid_value(&cut(text), name, &words).about(field))
}

fn at_least(schema: &Schema, number: Option<f64>, field: &str) -> Result<(), Refusal> {
    match (schema.minimum, number) {
        (Some(least), Some(number)) if number < least => Err(Refusal::bad_request(format!(
            "The field [{field}] must be at least {least}."
        ))
        .about(field)),
        _ => Ok(()),
    }
}

fn wrong_type(field: &str, kind: &str, sent: &str) -> Refusal {
    let field = if field.is_empty() { "body" } else { field };
    Refusal::new(
        400,
        "bad.request",
        format!(
            "Value [{}] is not valid for the field [{field}] of type [{kind}].",
            cut(sent)
        ),
    )
    .about(field)
}

fn inside(field: &str, name: &str) -> String {
    if field.is_empty() {
        name.to_owned()
    } else {
        format!("{field}.{name}")
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        other => other.to_string(),
    }
}

/// A refusal repeats what was sent, not all of it.
fn cut(text: &str) -> String {
    const LONGEST: usize = 100;
    let mut shown: String = text.chars().take(LONGEST).collect();
    if text.chars().count() > LONGEST {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_time_of_the_platforms_spelling_is_a_time() {
        for (text, is_one) in [
            ("2026-11-20T12:00:00.000Z", true),
            ("2026-11-20T12:00:00+02:00", true),
            ("2026-11-20 12:00:00Z", false),
            ("2026-11-20T12:00:00", false),
            ("2026-11-20T12:00:00+01:00[Europe/Paris]", false),
            ("2026-13-20T12:00:00Z", false),
            ("2026-11-20", false),
            ("ééééé", false),
        ] {
            assert_eq!(is_date_time(text), is_one, "{text}");
        }
    }
}
