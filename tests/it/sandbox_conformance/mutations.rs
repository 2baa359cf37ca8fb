//! Bodies that a shape of the document forbids, each one step away from a good one.

use super::published::resolved;
use serde_json::{Value, json};

/// What is wrong, and the body.
pub(crate) type Bad = (String, Vec<u8>);

/// Everything that is one step away from `good` and wrong; missing members only where they are missed.
pub(crate) fn of(shape: &'static Value, good: &Value, lenient: bool) -> Vec<Bad> {
    let mut found = Vec::new();
    within(shape, good, "", lenient, &mut |what, bad| {
        found.push((what, bad.to_string().into_bytes()));
    });
    found
}

/// Calls back with every wrong version of the value.
fn within(
    shape: &'static Value,
    good: &Value,
    at: &str,
    lenient: bool,
    tell: &mut dyn FnMut(String, Value),
) {
    let shape = resolved(shape);
    for (what, wrong) in wrong(shape) {
        tell(format!("{what} at `{at}`"), wrong);
    }
    match good {
        Value::Object(members) => {
            let required = shape["required"].as_array();
            for name in required.into_iter().flatten().filter_map(Value::as_str) {
                if members.contains_key(name) && !lenient {
                    let mut without = members.clone();
                    without.remove(name);
                    tell(format!("`{at}.{name}` missing"), json!(without));
                }
            }
            let properties = shape["properties"].as_object();
            for (name, property) in properties.into_iter().flatten() {
                let inner = members.get(name).unwrap_or(&Value::Null);
                within(
                    property,
                    inner,
                    &format!("{at}.{name}"),
                    lenient,
                    &mut |what, bad| {
                        let mut changed = members.clone();
                        changed.insert(name.clone(), bad);
                        tell(what, json!(changed));
                    },
                );
            }
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                let shape = &shape["items"];
                within(
                    shape,
                    first,
                    &format!("{at}[0]"),
                    lenient,
                    &mut |what, bad| {
                        let mut changed = items.clone();
                        changed[0] = bad;
                        tell(what, json!(changed));
                    },
                );
            }
        }
        _ => {}
    }
}

/// Values that a shape forbids by themselves.
fn wrong(shape: &Value) -> Vec<(&'static str, Value)> {
    let mut found = match shape["type"].as_str() {
        Some("object") => vec![
            ("a text for an object", json!("x")),
            ("a list for an object", json!([])),
        ],
        Some("array") => vec![
            ("a text for a list", json!("x")),
            ("an object for a list", json!({})),
        ],
        Some("string") => vec![
            ("a number for a text", json!(7)),
            ("an object for a text", json!({ "a": 1 })),
        ],
        Some("integer") => vec![
            ("a text for a number", json!("7")),
            ("a fraction for a whole number", json!(1.5)),
        ],
        Some("number") => vec![("a text for a number", json!("7"))],
        Some("boolean") => vec![
            ("a text for yes or no", json!("true")),
            ("a number for yes or no", json!(1)),
        ],
        _ => Vec::new(),
    };
    if shape.get("enum").is_some() {
        found.push(("an unknown word", json!("no-such-word")));
    }
    if shape["format"] == "date-time" {
        found.push(("a time that is none", json!("yesterday")));
    }
    found
}
