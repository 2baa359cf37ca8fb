//! What a predicate asks of a field, and what a field can hold.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

/// What is found in a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum Found<'a> {
    Nothing,
    Text(&'a str),
    Id(Uuid),
    Time(Timestamp),
    Flag(bool),
    Number(f64),
}

/// `NumericRange`.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub(in super::super) struct Range {
    gt: Option<f64>,
    gte: Option<f64>,
    lt: Option<f64>,
    lte: Option<f64>,
}

/// What must be found.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Condition {
    Exists,
    Missing,
    Is(Wanted),
    Within(Range),
}

/// A value in each form that a field can have.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) struct Wanted {
    text: String,
    id: Option<Uuid>,
    time: Option<i64>,
    number: Option<f64>,
}

impl Condition {
    /// Reads an operator with what it compares to; nothing where that is missing.
    pub(super) fn read(
        operator: Option<&str>,
        value: Option<String>,
        range: Option<Range>,
    ) -> Option<Self> {
        match (operator, value, range) {
            (Some("exists"), ..) => Some(Self::Exists),
            (Some("notExists"), ..) => Some(Self::Missing),
            (_, Some(value), _) => Some(Self::Is(Wanted::from(value))),
            (_, None, Some(range)) => Some(Self::Within(range)),
            (_, None, None) => None,
        }
    }

    pub(super) fn holds(&self, found: Found<'_>) -> bool {
        match self {
            Self::Exists => found != Found::Nothing,
            Self::Missing => found == Found::Nothing,
            Self::Is(wanted) => wanted.is(found),
            Self::Within(range) => match found {
                Found::Number(number) => range.has(number),
                _ => false,
            },
        }
    }
}

impl From<String> for Wanted {
    fn from(text: String) -> Self {
        Self {
            id: text.parse().ok(),
            time: text
                .parse()
                .ok()
                .map(|time: Timestamp| time.as_millisecond()),
            number: text.parse().ok(),
            text,
        }
    }
}

impl Wanted {
    /// Words are compared in any case, times by the millisecond that is shown of them.
    fn is(&self, found: Found<'_>) -> bool {
        match found {
            Found::Nothing => false,
            Found::Text(text) => text.eq_ignore_ascii_case(&self.text),
            Found::Id(id) => self.id == Some(id),
            Found::Time(time) => self.time == Some(time.as_millisecond()),
            Found::Flag(flag) => {
                let word = if flag { "true" } else { "false" };
                word.eq_ignore_ascii_case(&self.text)
            }
            Found::Number(number) => self.number == Some(number),
        }
    }
}

impl Range {
    fn has(self, number: f64) -> bool {
        self.gt.is_none_or(|bound| number > bound)
            && self.gte.is_none_or(|bound| number >= bound)
            && self.lt.is_none_or(|bound| number < bound)
            && self.lte.is_none_or(|bound| number <= bound)
    }
}

impl<'a> Found<'a> {
    /// What an absent fact is, and what a present one.
    pub(in super::super) fn maybe<T>(fact: Option<T>, found: impl FnOnce(T) -> Found<'a>) -> Self {
        fact.map_or(Found::Nothing, found)
    }

    /// The value as the platform writes it.
    pub(in super::super) fn written(self) -> Option<String> {
        match self {
            Found::Nothing => None,
            Found::Text(text) => Some(text.to_owned()),
            Found::Id(id) => Some(id.to_string()),
            Found::Time(time) => Some(format!("{time:.3}")),
            Found::Flag(flag) => Some(flag.to_string()),
            Found::Number(number) => Some(number.to_string()),
        }
    }
}
