//! JSON that has the shape of the document here and there, and nonsense elsewhere.

use super::published::resolved;
use crate::sandbox::random::Random;
use serde_json::{Map, Value, json};

/// How deep a body is built.
const DEPTH: u32 = 5;
/// The most members that are tried of those that need not be there.
const OPTIONAL_MAX: usize = 6;

/// Whether something with a chance of so many in a hundred happens.
pub(super) fn happens(random: &mut Random, percent: i64) -> bool {
    random.between(1, 100) <= percent
}

/// One of a list.
pub(super) fn one<'a, T>(random: &mut Random, all: &'a [T]) -> &'a T {
    &all[random.index(all.len())]
}

/// A body for a shape; the words are such as could mean something. So many in a hundred of its values
/// are nonsense.
pub(super) fn of(
    shape: &'static Value,
    words: &[String],
    nonsense: i64,
    random: &mut Random,
) -> Value {
    let mut making = Making {
        words,
        nonsense,
        random,
    };
    making.value(shape, DEPTH)
}

struct Making<'a> {
    words: &'a [String],
    nonsense: i64,
    random: &'a mut Random,
}

impl Making<'_> {
    fn value(&mut self, shape: &'static Value, depth: u32) -> Value {
        if happens(self.random, self.nonsense) {
            return anything(self.random);
        }
        let shape = resolved(shape);
        match shape["type"].as_str() {
            Some("object") => self.object(shape, depth),
            Some("array") if depth > 0 => {
                let count = self.random.between(0, 3);
                (0..count)
                    .map(|_| self.value(&shape["items"], depth - 1))
                    .collect()
            }
            Some("array") => json!([]),
            Some("string") => self.text(shape),
            Some("integer") => one(
                self.random,
                &[
                    json!(0),
                    json!(1),
                    json!(-1),
                    json!(25),
                    json!(1000),
                    json!(i64::MAX),
                    json!(u64::MAX),
                    json!(i64::MIN),
                ],
            )
            .clone(),
            Some("number") => one(
                self.random,
                &[json!(0), json!(0.5), json!(-1e300), json!(7)],
            )
            .clone(),
            Some("boolean") => json!(happens(self.random, 50)),
            _ => anything(self.random),
        }
    }

    fn object(&mut self, shape: &'static Value, depth: u32) -> Value {
        let mut members = Map::new();
        let Some(depth) = depth.checked_sub(1) else {
            return json!({});
        };
        let properties = shape["properties"].as_object();
        let required = shape["required"].as_array();
        let required: Vec<&str> = required
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let mut tried = 0;
        for (name, property) in properties.into_iter().flatten() {
            let wanted = if required.contains(&name.as_str()) {
                happens(self.random, 97)
            } else {
                tried < OPTIONAL_MAX && happens(self.random, 25)
            };
            if wanted {
                tried += 1;
                members.insert(name.clone(), self.value(property, depth));
            }
        }
        if let Some(more) = shape
            .get("additionalProperties")
            .filter(|more| more.is_object())
        {
            for _ in 0..self.random.between(0, 2) {
                let name = one(self.random, self.words).clone();
                members.insert(name, self.value(more, depth));
            }
        }
        if happens(self.random, self.nonsense) {
            members.insert("unheardOf".to_owned(), anything(self.random));
        }
        Value::Object(members)
    }

    fn text(&mut self, shape: &'static Value) -> Value {
        if let Some(known) = shape["enum"].as_array() {
            return one(self.random, known).clone();
        }
        if shape["format"] == "date-time" {
            let times = [
                "2026-11-20T12:00:00.000Z",
                "1970-01-01T00:00:00Z",
                "2126-01-01T00:00:00+02:00",
            ];
            return json!(one(self.random, &times));
        }
        json!(one(self.random, self.words))
    }
}

/// Any value at all.
fn anything(random: &mut Random) -> Value {
    let long = "x".repeat(5000);
    let all = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(1e-9),
        json!(u64::MAX),
        json!(""),
        json!("no-such-word"),
        json!("\u{0}\u{202e}💥"),
        json!(long),
        json!("yesterday"),
        json!("9999-12-31T23:59:59Z/0000-01-01T00:00:00Z"),
        json!([]),
        json!({}),
        json!([null, [], {}]),
        json!({ "": { "": [1] } }),
    ];
    one(random, &all).clone()
}

/// A body as bytes: mostly what it says, else cut, bent, too deep, or no text at all.
pub(super) fn bytes(body: &Value, random: &mut Random) -> Vec<u8> {
    let text = body.to_string();
    let digits = "9".repeat(400);
    match random.between(0, 24) {
        0 => text.as_bytes()[..text.len() / 2].to_vec(),
        1 => [text.as_bytes(), b"\xff\xfe\x00"].concat(),
        2 => "[".repeat(4000).into_bytes(),
        3 => "{\"a\":".repeat(4000).into_bytes(),
        4 => format!("[{digits},{digits}e{digits},-0.{digits}]").into_bytes(),
        5 => b"\xef\xbb\xbf{}".to_vec(),
        6 => format!("{{\"state\":\"connected\",\"state\":{text}}}").into_bytes(),
        7 => b"  \r\n\t ".to_vec(),
        8 => b"null".to_vec(),
        9 => Vec::new(),
        _ => text.into_bytes(),
    }
}
