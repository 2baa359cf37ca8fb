//! The words of a rule, with placeholders for what is so of one conversation: `customer left {cust.left} ago`.

use jiff::Timestamp;

use crate::domain::conversation::Purpose;
use crate::domain::diagnosis::words::Naming;
use crate::domain::filter::nearest;
use crate::domain::moment::{short, since};
use crate::domain::roster::Row;
use crate::domain::shown;
use crate::domain::text::Text;

/// What is shown for what is not known.
const UNKNOWN: &str = "?";

/// A placeholder: its word, what it stands for, and how that is found. Names of people go through the naming that is handed over.
type Placeholder = (
    &'static str,
    &'static str,
    fn(&Row, Naming<'_>, Timestamp) -> Option<String>,
);

/// Every placeholder.
pub const PLACEHOLDERS: [Placeholder; 11] = [
    ("age", "how long ago the chat began", |row, _, now| {
        Some(short(row.age(now)))
    }),
    ("idle", "how long nobody has written", |row, _, now| {
        row.idle(now).map(short)
    }),
    (
        "cust.left",
        "how long ago the customer left",
        |row, _, now| left(row, Purpose::is_customer, now),
    ),
    ("cust.name", "the customer's name", |row, naming, _| {
        Some(naming(shown::customer(row)?.as_str()))
    }),
    (
        "agent.left",
        "how long ago the agent left",
        |row, _, now| left(row, Purpose::is_staff, now),
    ),
    ("agent.name", "the agent's name", |row, naming, _| {
        Some(naming(shown::agent(row)?.as_str()))
    }),
    ("queue.name", "the queue's name", |row, _, _| {
        named(shown::queue(row))
    }),
    ("bot.name", "the bot's or flow's name", |row, _, _| {
        named(shown::bot(row))
    }),
    ("kind", "the kind", |row, _, now| {
        Some(row.kind(now).word().to_owned())
    }),
    ("msgs", "how many messages there are", |row, _, _| {
        let reading = row.reading.as_ref()?;
        Some(reading.conversation.messages.len().to_string())
    }),
    ("id", "the chat's short id", |row, _, _| {
        Some(row.listed.id.short())
    }),
];

fn named(name: Option<&Text>) -> Option<String> {
    name.map(ToString::to_string)
}

/// How long ago the last of them left; not known while one of them is there.
fn left(row: &Row, fits: fn(&Purpose) -> bool, now: Timestamp) -> Option<String> {
    let conversation = &row.reading.as_ref()?.conversation;
    let ends: Option<Vec<Timestamp>> = conversation
        .legs()
        .filter(|(party, _)| fits(&party.purpose))
        .map(|(_, leg)| leg.ended.filter(|_| !leg.is_open()))
        .collect();
    let last = ends?.into_iter().max()?;
    Some(short(since(last, row.platform_time(now))))
}

/// Words with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hint(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    /// A place in [`PLACEHOLDERS`].
    Value(usize),
}

impl Hint {
    /// Reads a text; what is wrong comes with the byte at which it begins. Whatever a terminal would obey is taken out.
    pub(super) fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            let at = text.len() - rest.len() + open;
            let (before, inner) = rest.split_at(open);
            let Some(close) = inner.find('}') else {
                return Err((
                    at,
                    "the placeholder has no end. Put a } after it".to_owned(),
                ));
            };
            let word = inner.get(1..close).unwrap_or_default();
            let place = PLACEHOLDERS.iter().position(|(known, ..)| *known == word);
            let Some(place) = place else {
                return Err((at, unknown(word)));
            };
            pieces.push(Piece::Words(clean(before)));
            pieces.push(Piece::Value(place));
            rest = inner.get(close + 1..).unwrap_or_default();
        }
        pieces.push(Piece::Words(clean(rest)));
        Ok(Self(pieces))
    }

    /// The words for one conversation, with people named so.
    pub(super) fn words(&self, row: &Row, naming: Naming<'_>, now: Timestamp) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Words(words) => words.clone(),
                Piece::Value(place) => PLACEHOLDERS
                    .get(*place)
                    .and_then(|(.., value)| value(row, naming, now))
                    .unwrap_or_else(|| UNKNOWN.to_owned()),
            })
            .collect()
    }
}

/// Blanks at the ends matter here, and cleaning must not eat them.
fn clean(words: &str) -> String {
    let inner = Text::clean(words).to_string();
    let blank = |is: bool| if is { " " } else { "" };
    let (before, after) = (words.starts_with(' '), words.ends_with(' '));
    let trimmed = inner.trim();
    if trimmed.is_empty() {
        return blank(before).to_owned();
    }
    format!("{}{trimmed}{}", blank(before), blank(after))
}

fn unknown(word: &str) -> String {
    let said = Text::clean(word);
    let near = nearest(word, PLACEHOLDERS.iter().map(|(known, ..)| *known)).unwrap_or("age");
    format!("there is no placeholder `{{{said}}}`. Did you mean {{{near}}}?")
}
