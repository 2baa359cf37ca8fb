//! A tree of JSON as lines: folded where it is folded, with what changed since the read before marked. Marks go by what was answered,
//! masked or not; what is shown is masked where it has to be.

use std::collections::BTreeSet;

use serde_json::Value;

use super::folds::Folds;
use crate::app::text_view::{PageLine, Place};
use crate::app::tone::{Tone, Words};

/// A value as it was answered, and as it may be shown. Both have the same shape.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// As answered.
    pub raw: &'a Value,
    /// As shown.
    pub shown: &'a Value,
}

/// What became of a value since the read before.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Same,
    Changed,
    New,
    Gone,
}

impl Mark {
    fn sign(self) -> &'static str {
        match self {
            Self::Same => " ",
            Self::Changed => "*",
            Self::New => "+",
            Self::Gone => "-",
        }
    }
}

/// A value and where it stands.
struct Node<'a> {
    key: Option<String>,
    pointer: String,
    /// The pointer of what it is in.
    parent: String,
    depth: usize,
    now: Seen<'a>,
    before: Option<Seen<'a>>,
    mark: Mark,
    comma: &'static str,
}

/// The lines of a tree; with the read before, what changed is marked.
pub fn lines(now: Seen<'_>, before: Option<Seen<'_>>, folds: &Folds) -> Vec<PageLine> {
    let mut lines = Lines {
        folds,
        has_before: before.is_some(),
        out: Vec::new(),
    };
    lines.node(&Node {
        key: None,
        pointer: String::new(),
        parent: String::new(),
        depth: 0,
        now,
        before,
        mark: mark(now, before, before.is_some()),
        comma: "",
    });
    lines.out
}

/// How many values differ: scalars, and whatever is new or gone.
pub fn changes(now: &Value, before: &Value) -> usize {
    match (now, before) {
        (Value::Object(now), Value::Object(before)) => {
            let keys: BTreeSet<&String> = now.keys().chain(before.keys()).collect();
            keys.into_iter()
                .map(|key| match (now.get(key), before.get(key)) {
                    (Some(now), Some(before)) => changes(now, before),
                    _ => 1,
                })
                .sum()
        }
        (Value::Array(now), Value::Array(before)) => {
            let both = now.iter().zip(before);
            let within: usize = both.map(|(now, before)| changes(now, before)).sum();
            within + now.len().abs_diff(before.len())
        }
        (now, before) => usize::from(now != before),
    }
}

fn mark(now: Seen<'_>, before: Option<Seen<'_>>, has_before: bool) -> Mark {
    match before {
        None if has_before => Mark::New,
        Some(before) if before.raw != now.raw => Mark::Changed,
        _ => Mark::Same,
    }
}

struct Lines<'a> {
    folds: &'a Folds,
    has_before: bool,
    out: Vec<PageLine>,
}

impl Lines<'_> {
    fn node(&mut self, node: &Node<'_>) {
        let (open, shut) = match node.now.shown {
            Value::Object(entries) if !entries.is_empty() => ("{", "}"),
            Value::Array(items) if !items.is_empty() => ("[", "]"),
            scalar => return self.scalar(node, scalar),
        };
        let is_open = node.mark != Mark::Gone && self.folds.is_open(&node.pointer, node.depth);
        let place = |is_head| Place {
            pointer: node.pointer.clone(),
            container: node.pointer.clone(),
            parent: node.parent.clone(),
            is_open,
            is_head,
        };
        let count = count_words(node.now.shown);
        if !is_open {
            let words = self
                .begin(node, "▸")
                .and(Tone::Plain, preview(node.now.shown))
                .and(Tone::Plain, node.comma)
                .and(Tone::Dim, format!("  {count}"));
            return self.push(node, words, place(true));
        }
        let head = self
            .begin(node, "▾")
            .and(Tone::Plain, open)
            .and(Tone::Dim, format!("  {count}"));
        self.push(node, head, place(true));
        self.children(node);
        let end = self
            .margin(node, " ", " ")
            .and(Tone::Plain, format!("{shut}{}", node.comma));
        self.push(node, end, place(false));
    }

    fn scalar(&mut self, node: &Node<'_>, value: &Value) {
        let tone = match node.mark {
            Mark::Same => Tone::Plain,
            Mark::Gone => Tone::Dim,
            Mark::Changed | Mark::New => Tone::Accent,
        };
        let mut words = self
            .begin(node, " ")
            .and(tone, value.to_string())
            .and(Tone::Plain, node.comma);
        if let (Mark::Changed, Some(before)) = (node.mark, node.before) {
            let was = if before.shown == node.now.shown {
                "  was another one of the same length".to_owned()
            } else {
                format!("  was {}", preview(before.shown))
            };
            words = words.and(Tone::Dim, was);
        }
        let place = Place {
            pointer: node.pointer.clone(),
            container: node.parent.clone(),
            parent: node.parent.clone(),
            is_open: true,
            is_head: false,
        };
        self.push(node, words, place);
    }

    fn children(&mut self, node: &Node<'_>) {
        match (node.now.raw, node.now.shown) {
            (Value::Object(raw), Value::Object(shown)) => {
                let earlier = node
                    .before
                    .and_then(|before| Some((before.raw.as_object()?, before.shown.as_object()?)));
                let gone = earlier.map_or(0, |(raw_before, _)| {
                    raw_before
                        .keys()
                        .filter(|key| !raw.contains_key(*key))
                        .count()
                });
                let last = raw.len() + gone;
                for (at, ((key, raw), shown)) in raw.iter().zip(shown.values()).enumerate() {
                    let before = earlier.and_then(|(raw, shown)| {
                        Some(Seen {
                            raw: raw.get(key)?,
                            shown: shown.get(key)?,
                        })
                    });
                    let comma = if at + 1 < last { "," } else { "" };
                    self.child(
                        node,
                        Some(key),
                        &escaped(key),
                        Seen { raw, shown },
                        before,
                        comma,
                    );
                }
                let dropped = earlier
                    .into_iter()
                    .flat_map(|(before, shown)| before.iter().zip(shown.values()));
                for ((key, was), shown) in dropped.filter(|((key, _), _)| !raw.contains_key(*key)) {
                    self.gone(node, Some(key), &escaped(key), Seen { raw: was, shown });
                }
            }
            (Value::Array(raw), Value::Array(shown)) => {
                let earlier = node
                    .before
                    .and_then(|before| Some((before.raw.as_array()?, before.shown.as_array()?)));
                for (at, (one, shown)) in raw.iter().zip(shown).enumerate() {
                    let before = earlier.and_then(|(raw, shown)| {
                        Some(Seen {
                            raw: raw.get(at)?,
                            shown: shown.get(at)?,
                        })
                    });
                    let comma = if at + 1 < raw.len() { "," } else { "" };
                    let now = Seen { raw: one, shown };
                    self.child(node, None, &at.to_string(), now, before, comma);
                }
                let dropped = earlier
                    .into_iter()
                    .flat_map(|(before, shown)| before.iter().zip(shown));
                for (at, (was, shown)) in dropped.enumerate().skip(raw.len()) {
                    self.gone(node, None, &at.to_string(), Seen { raw: was, shown });
                }
            }
            _ => {}
        }
    }

    fn child(
        &mut self,
        node: &Node<'_>,
        key: Option<&String>,
        step: &str,
        now: Seen<'_>,
        before: Option<Seen<'_>>,
        comma: &'static str,
    ) {
        let has_before = self.has_before && node.mark != Mark::New;
        self.node(&Node {
            key: key.cloned(),
            pointer: format!("{}/{step}", node.pointer),
            parent: node.pointer.clone(),
            depth: node.depth + 1,
            now,
            before,
            mark: mark(now, before, has_before),
            comma,
        });
    }

    /// What the read before had and this one has not.
    fn gone(&mut self, node: &Node<'_>, key: Option<&String>, step: &str, was: Seen<'_>) {
        self.node(&Node {
            key: key.cloned(),
            pointer: format!("{}/{step}", node.pointer),
            parent: node.pointer.clone(),
            depth: node.depth + 1,
            now: was,
            before: None,
            mark: Mark::Gone,
            comma: "",
        });
    }

    /// Number, mark, indent, sign of folding.
    fn margin(&self, node: &Node<'_>, mark: &str, sign: &str) -> Words {
        let indent = " ".repeat((node.depth * 2).min(MOST_INDENT));
        Words::new(Tone::Dim, format!("{:>4} ", self.out.len() + 1))
            .and(Tone::Warn, mark)
            .and(Tone::Plain, format!("{indent}{sign} "))
    }

    fn begin(&self, node: &Node<'_>, sign: &str) -> Words {
        let words = self.margin(node, node.mark.sign(), sign);
        match &node.key {
            Some(key) => words.and(Tone::Plain, format!("{}: ", Value::String(key.clone()))),
            None => words,
        }
    }

    fn push(&mut self, node: &Node<'_>, words: Words, place: Place) {
        self.out.push(PageLine {
            words,
            hang: 10 + (node.depth * 2).min(MOST_INDENT),
            place: Some(place),
            value: None,
        });
    }
}

/// However deep a tree is, its lines stay on the screen.
const MOST_INDENT: usize = 24;

/// A key as a step of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// `.participants[3].state` for `/participants/3/state`.
pub fn path_words(pointer: &str) -> String {
    let steps = pointer.split('/').skip(1).map(|step| {
        let is_place = !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
        if is_place {
            format!("[{step}]")
        } else {
            format!(".{}", step.replace("~1", "/").replace("~0", "~"))
        }
    });
    let path: String = steps.collect();
    if path.is_empty() {
        ".".to_owned()
    } else {
        path
    }
}

fn count_words(value: &Value) -> String {
    let (count, one, many) = match value {
        Value::Object(entries) => (entries.len(), "key", "keys"),
        Value::Array(items) => (items.len(), "item", "items"),
        _ => return String::new(),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Keys that say most of what a folded object is.
const TELLING: [&str; 5] = ["purpose", "state", "name", "type", "messageTime"];
/// How many of them are shown.
const TOLD: usize = 3;

/// A value on one line: a scalar whole, an object by what tells most of it.
fn preview(value: &Value) -> String {
    match value {
        Value::Object(entries) => {
            let is_plain = |key: &str| {
                let value = entries.get(key)?;
                (!value.is_object() && !value.is_array()).then(|| format!("\"{key}\": {value}"))
            };
            let telling = TELLING.into_iter().filter_map(is_plain);
            let mut told: Vec<String> = telling.take(TOLD).collect();
            if told.is_empty() {
                told.extend(is_plain("id"));
            }
            match told.len() {
                0 => "{ … }".to_owned(),
                count if count == entries.len() => format!("{{ {} }}", told.join(", ")),
                _ => format!("{{ {}, … }}", told.join(", ")),
            }
        }
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(_) => "[ … ]".to_owned(),
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests;
