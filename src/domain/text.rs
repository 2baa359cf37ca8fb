//! Text that came from outside, made safe. Customers choose their names and words, and a terminal obeys what it is sent; so everything
//! the service says passes through [`Text::clean`] before any other layer sees it. What reaches the program in other ways (a plan file,
//! a journal, an argument) is made safe once more where it leaves: [`whole`] on the screen, [`lines`] and [`json`] in printed output.

mod letters;
mod room;

use std::borrow::Cow;
use std::fmt;
use std::fmt::Write as _;
use std::sync::Arc;

pub use room::{cells, cut, even, fit};
use serde::{Deserialize, Serialize};

use letters::{Fate, Letters, written};

/// Stands for every character that is not let through.
const SHOWN: char = '\u{fffd}';

/// What formulas begin with, in the wide forms too that some spreadsheets take for the same.
const FORMULA: [char; 8] = [
    '=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
];

/// A short text in which nothing controls, reorders, hides or overdraws.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Text(Arc<str>);

impl Text {
    /// The longest text that is kept, in characters.
    pub const MAX: usize = 400;

    /// Makes a text safe: each character that could move a cursor, reorder or hide text becomes a `�`, so that it can be seen that there
    /// was one; joiners and variation selectors go without a trace; line ends and tabs become blanks; the rest stays.
    pub fn clean(raw: &str) -> Self {
        if raw.len() <= Self::MAX && is_plain(raw) {
            return Self(raw.trim().into());
        }
        Self(cleaned(raw, Self::MAX).trim().into())
    }

    /// A text that was made safe before, from where it was kept in another form: nothing is looked at again.
    pub(in crate::domain) fn again(clean: &str) -> Self {
        Self(clean.into())
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The same for a text of any length, where it is shown whole.
pub fn whole(raw: &str) -> Cow<'_, str> {
    if is_plain(raw) {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(cleaned(raw, usize::MAX))
    }
}

/// The same for a text of several lines, which stay lines.
pub fn lines(raw: &str) -> Cow<'_, str> {
    if raw.split('\n').all(is_plain) {
        return Cow::Borrowed(raw);
    }
    let safe: Vec<Cow<'_, str>> = raw.split('\n').map(whole).collect();
    Cow::Owned(safe.join("\n"))
}

/// The same for lines of JSON, in which nothing is lost: what is not let through is written as an escape. Such characters can only
/// stand inside of strings, so the JSON says what it said before.
pub fn json(raw: &str) -> Cow<'_, str> {
    if raw.split('\n').all(is_plain) {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut letters = Letters::default();
    for character in raw.chars() {
        if letters.fate(character) == Fate::Kept || character == '\n' {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

/// The same for a cell of a table that a spreadsheet may open: what it would take for a formula gets the apostrophe that makes it text.
/// Some take a semicolon for the end of a cell, whatever the quotes around it say; what follows is looked at alike.
pub fn cell(raw: &str) -> String {
    let safe = whole(raw);
    let parts = safe.split(';').map(|part| {
        let bare = part.trim_start_matches([' ', '"', '\'']).trim_start();
        let mark = if bare.starts_with(FORMULA) { "'" } else { "" };
        format!("{mark}{part}")
    });
    parts.collect::<Vec<_>>().join(";")
}

/// The same for a cell of a Markdown table, as a span of code: there links, HTML and emphasis are only characters. What ends a span or a
/// cell in some readers and not in others gives way to what looks like it.
pub fn code(raw: &str) -> String {
    let safe = whole(raw).replace('|', "\u{a6}").replace('`', "'");
    match safe.trim() {
        "" => String::new(),
        text => format!("`{text}`"),
    }
}

/// Whether somebody may type this character into a line of text: nothing that would be shown as a `�` in it.
pub fn may_be_typed(character: char) -> bool {
    let mut letters = Letters::default();
    letters.fate('a');
    matches!(letters.fate(character), Fate::Kept | Fate::Gone)
}

/// Nothing but what is on a plain keyboard: nearly every text. It is safe, and takes a cell a letter.
pub fn is_plain(text: &str) -> bool {
    // By pieces that are looked at whole: many letters at a time, without a way out after each.
    text.as_bytes().chunks(32).all(|piece| {
        let is_plain = |byte: &u8| (b' '..=b'~').contains(byte);
        piece.iter().fold(true, |all, byte| all & is_plain(byte))
    })
}

fn cleaned(raw: &str, longest: usize) -> String {
    let mut out = String::with_capacity(raw.len().min(longest));
    let mut letters = Letters::default();
    let mut taken = 0;
    for character in raw.chars() {
        let fate = letters.fate(character);
        if fate == Fate::Gone {
            continue;
        }
        if taken == longest {
            out.push('…');
            break;
        }
        taken += 1;
        out.push(match fate {
            Fate::Blank => ' ',
            Fate::Shown => SHOWN,
            Fate::Kept | Fate::Gone => written(character),
        });
    }
    out
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self::clean(&raw)
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self::clean(raw)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0.as_ref().to_owned()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests;
