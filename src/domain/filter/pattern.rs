//! Texts to look for: plain ones with smart case, and regular expressions.

use regex::{Regex, RegexBuilder};

/// The most memory a compiled expression may take, in bytes: a filter is typed by hand.
const REGEX_LIMIT: usize = 256 * 1024;

/// The shortest beginning of an id that stands for it, in characters.
const ID_BEGINNING: usize = 6;

/// How a text is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It occurs somewhere.
    Has,
    /// It is the whole.
    Is,
    /// It is not the whole.
    IsNot,
    /// The regular expression fits somewhere.
    Like,
}

/// A text to look for. Without a capital letter case does not count (smart case).
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    /// As written.
    pub(super) text: String,
    is_strict: bool,
    regex: Option<Regex>,
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.regex.is_some() == other.regex.is_some()
    }
}

impl Eq for Pattern {}

impl Pattern {
    /// A plain text.
    pub(super) fn plain(text: String) -> Self {
        Self {
            is_strict: text.chars().any(char::is_uppercase),
            text,
            regex: None,
        }
    }

    /// A regular expression, or what is wrong with it on one line.
    pub(super) fn regex(text: String) -> Result<Self, String> {
        let is_strict = has_capital_outside_escapes(&text);
        let built = RegexBuilder::new(&text)
            .case_insensitive(!is_strict)
            .size_limit(REGEX_LIMIT)
            .dfa_size_limit(REGEX_LIMIT)
            .nest_limit(32)
            .build();
        let regex = built.map_err(|error| {
            let said = error.to_string();
            let last = said.lines().last().unwrap_or_default();
            last.trim_start_matches("error: ").trim().to_owned()
        })?;
        Ok(Self {
            text,
            is_strict,
            regex: Some(regex),
        })
    }

    /// Does it name this id? A few letters are no id, though they may stand in many: six of its beginning at least, or all of it.
    pub(super) fn is_id(&self, how: How, id: &str) -> bool {
        let wanted = self.text.to_lowercase();
        match how {
            How::Has => wanted.len() >= ID_BEGINNING && id.to_lowercase().starts_with(&wanted),
            How::Is | How::IsNot => id.to_lowercase() == wanted,
            How::Like => false,
        }
    }

    /// Does the text fit?
    pub(super) fn fits(&self, how: How, text: &str) -> bool {
        if let Some(regex) = &self.regex {
            return regex.is_match(text);
        }
        let (wanted, found) = if self.is_strict {
            (self.text.clone(), text.to_owned())
        } else {
            (self.text.to_lowercase(), text.to_lowercase())
        };
        match how {
            How::Has | How::Like => found.contains(&wanted),
            How::Is | How::IsNot => found == wanted,
        }
    }
}

/// `\S` and its like are no capitals of the operator's.
fn has_capital_outside_escapes(text: &str) -> bool {
    let mut is_escaped = false;
    text.chars().any(|letter| {
        let counts = !is_escaped && letter.is_uppercase();
        is_escaped = !is_escaped && letter == '\\';
        counts
    })
}
