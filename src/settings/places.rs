//! Where in the text of a file something stands: by its keys, and back from a place to its keys. So that what is found wrong after
//! reading, in a filter say, is named with its line and column like what the parser finds.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One step down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Under this key.
    Key(String),
    /// The item of this number, from 0.
    Item(usize),
}

/// A way down from the top of a file.
pub(super) type Way = Vec<Step>;

/// A way of keys and numbers: `way!["rule", 2, "when"]`.
pub(super) fn way(section: &str, item: usize, key: &str) -> Way {
    vec![
        Step::Key(section.to_owned()),
        Step::Item(item),
        Step::Key(key.to_owned()),
    ]
}

/// A way of keys alone.
pub(super) fn keys<const N: usize>(keys: [&str; N]) -> Way {
    keys.map(|key| Step::Key(key.to_owned())).to_vec()
}

/// Everything that stands in a file.
#[derive(Debug, Default)]
pub(super) struct Places {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    way: Way,
    /// The key with the value, or the item.
    key: Range<usize>,
    value: Range<usize>,
}

impl Places {
    /// The places of a table that was read.
    pub(super) fn of(table: &DeTable<'_>) -> Self {
        let mut places = Self::default();
        places.enter_table(&[], table);
        places
    }

    fn enter_table(&mut self, above: &[Step], table: &DeTable<'_>) {
        for (key, value) in table {
            let step = Step::Key(key.get_ref().to_string());
            self.enter(above, step, key.span(), value);
        }
    }

    fn enter(
        &mut self,
        above: &[Step],
        step: Step,
        key: Range<usize>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let way = [above, &[step]].concat();
        match value.get_ref() {
            DeValue::Table(table) => self.enter_table(&way, table),
            DeValue::Array(items) => {
                for (number, item) in items.iter().enumerate() {
                    self.enter(&way, Step::Item(number), item.span(), item);
                }
            }
            _ => {}
        }
        self.entries.push(Entry {
            way,
            key,
            value: value.span(),
        });
    }

    fn entry(&self, way: &[Step]) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.way == way)
    }

    /// The byte at which the key stands that leads there; where there is none, that of the nearest thing above it.
    pub(super) fn key(&self, way: &[Step]) -> usize {
        self.above(way).map_or(0, |entry| entry.key.start)
    }

    /// The byte at which a value begins; that of a table is its head.
    pub(super) fn value(&self, way: &[Step]) -> usize {
        self.entry(way).map_or(0, |entry| entry.value.start)
    }

    /// The byte of a value, and what is `offset` bytes into the text that it says: `text` is the whole file.
    pub(super) fn within(&self, text: &str, way: &[Step], offset: usize) -> usize {
        let Some(entry) = self.entry(way) else {
            return self.key(way);
        };
        let raw = text.get(entry.value.clone()).unwrap_or_default();
        entry.value.start + raw_offset(raw, offset)
    }

    fn above(&self, way: &[Step]) -> Option<&Entry> {
        let (_, rest) = way.split_last()?;
        self.entry(way).or_else(|| self.above(rest))
    }

    /// The way to what stands at this byte: the innermost key or value.
    pub(super) fn at(&self, byte: usize) -> Option<&Way> {
        let holds = |range: &Range<usize>| range.contains(&byte);
        let sizes = self.entries.iter().filter_map(|entry| {
            let around = [&entry.key, &entry.value];
            let size = around
                .into_iter()
                .filter(|range| holds(range))
                .map(ExactSizeIterator::len)
                .min()?;
            Some((size, std::cmp::Reverse(entry.way.len()), &entry.way))
        });
        sizes
            .min_by_key(|(size, depth, _)| (*size, *depth))
            .map(|(.., way)| way)
    }
}

/// How many bytes into a text as it is written something is that is `offset` bytes into what it says.
fn raw_offset(raw: &str, offset: usize) -> usize {
    let fences = [("\"\"\"", true), ("'''", false), ("\"", true), ("'", false)];
    let Some((fence, has_escapes)) = fences.iter().find(|(fence, _)| raw.starts_with(fence)) else {
        return 0;
    };
    let mut at = fence.len();
    if fence.len() == 3 && raw.get(at..).is_some_and(|rest| rest.starts_with('\n')) {
        at += 1;
    }
    let mut said = 0;
    let inner = raw.get(at..).unwrap_or_default();
    let mut letters = inner.chars();
    while said < offset {
        let Some(letter) = letters.next() else { break };
        if letter == '\\' && *has_escapes {
            let escape = letters.next().unwrap_or_default();
            at += 1 + escape.len_utf8();
            said += escape.len_utf8();
        } else {
            at += letter.len_utf8();
            said += letter.len_utf8();
        }
    }
    at
}

/// Takes what stands there out of a table that was read.
pub(super) fn remove(table: &mut DeTable<'_>, way: &[Step]) {
    let Some((Step::Key(key), rest)) = way.split_first() else {
        return;
    };
    if rest.is_empty() {
        table.remove(key.as_str());
        return;
    }
    if let Some(value) = table.get_mut(key.as_str()) {
        remove_below(value.get_mut(), rest);
    }
}

fn remove_below(value: &mut DeValue<'_>, way: &[Step]) {
    match (value, way.split_first()) {
        (DeValue::Table(table), Some((Step::Key(_), _))) => remove(table, way),
        (DeValue::Array(items), Some((Step::Item(number), rest))) => {
            if rest.is_empty() {
                let kept = items.iter().enumerate().filter(|(at, _)| at != number);
                *items = kept.map(|(_, item)| item.clone()).collect();
            } else if let Some(item) = items.get_mut(*number) {
                remove_below(item.get_mut(), rest);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_within_a_text_is_found_through_quotes_and_escapes() {
        let cases = [
            ("when = 'is:stuck idle>45'", 9, "idle"),
            ("when = \"queue:\\\"A B\\\" idle>45\"", 12, "idle"),
            ("when = '''\nis:stuck idle>45'''", 9, "idle"),
            ("when = \"\"\"is:stuck idle>45\"\"\"", 9, "idle"),
        ];
        for (text, offset, word) in cases {
            let table = DeTable::parse(text).unwrap();
            let places = Places::of(table.get_ref());
            let at = places.within(text, &keys(["when"]), offset);
            assert!(text[at..].starts_with(word), "{text}: {}", &text[at..]);
        }
    }

    #[test]
    fn what_stands_at_a_byte_is_found_and_taken_out() {
        let text = "a = 1\n[[b]]\nc = { d = 2, e = [3, 4] }\n[[b]]\nc = 5\n";
        let mut table = DeTable::parse(text).unwrap().into_inner();
        let places = Places::of(&table);
        let at = |word: &str| places.at(text.find(word).unwrap()).unwrap().clone();
        assert_eq!(at("4")[4], Step::Item(1));
        assert_eq!(at("d =").last(), Some(&Step::Key("d".to_owned())));
        remove(&mut table, &at("4"));
        remove(&mut table, &at("d ="));
        let left = Places::of(&table);
        let last = [at("e ="), vec![Step::Item(0)]].concat();
        assert!(left.entry(&last).is_some());
        assert!(left.entry(&at("4")).is_none() && left.entry(&at("d =")).is_none());
    }
}
