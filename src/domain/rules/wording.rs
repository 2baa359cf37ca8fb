//! A rule or guard as somebody wrote it, and what can be wrong with that.

use std::ops::Range;

use super::hint::Hint;
use super::{Guard, Power, Rule};
use crate::domain::filter::Query;
use crate::domain::kind::Severity;

/// A rule or guard as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it fits, in the filter language.
    pub when: &'a str,
    /// How grave that is; rules only.
    pub severity: Option<Severity>,
    /// What may be done.
    pub power: Option<Power>,
    /// Words for the operator.
    pub hint: Option<&'a str>,
}

impl Wording<'_> {
    /// The same with a filter that is understood, so that the rest can be looked at by itself.
    #[must_use]
    pub fn with_any_filter(self) -> Self {
        Self {
            when: "is:stuck",
            ..self
        }
    }
}

/// Which part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// `name`.
    Name,
    /// `when`.
    When,
    /// `terminate`.
    Terminate,
    /// `hint`.
    Hint,
}

impl Part {
    /// Its key in the file.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::When => "when",
            Self::Terminate => "terminate",
            Self::Hint => "hint",
        }
    }
}

/// Why a rule or guard cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct BadWording {
    /// Where.
    pub part: Part,
    /// The bytes of that part's text.
    pub span: Range<usize>,
    /// What is wrong, with the mend.
    pub what: String,
}

/// The longest name, in characters.
const LONGEST_NAME: usize = 40;

impl Rule {
    /// Understands a rule.
    pub fn new(wording: &Wording<'_>) -> Result<Self, BadWording> {
        let when = wording.query()?;
        if when.asks_about_rules() {
            return Err(wording.bad_when(
                "a rule cannot ask about rules. Write what the other rule asks for, or make it a guard",
            ));
        }
        Ok(Self {
            name: wording.name()?,
            severity: wording.severity.unwrap_or(Severity::Unknown),
            power: wording.power.unwrap_or(Power::Allow),
            is_for_sweeps: wording.power == Some(Power::Allow),
            when,
            hint: wording.hint()?,
        })
    }
}

impl Guard {
    /// Understands a guard.
    pub fn new(wording: &Wording<'_>) -> Result<Self, BadWording> {
        let power = wording.power.unwrap_or(Power::Never);
        if power == Power::Allow {
            return Err(BadWording {
                part: Part::Terminate,
                span: 0..0,
                what: "a guard that allows guards nothing. Write `never`, or `warn`, or leave the guard out"
                    .to_owned(),
            });
        }
        Ok(Self {
            name: wording.name()?,
            power,
            when: wording.query()?,
            hint: wording.hint()?,
        })
    }
}

impl Wording<'_> {
    /// A name is one word, so that `rule:NAME` can ask for it.
    fn name(&self) -> Result<String, BadWording> {
        let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let length = self.name.chars().count();
        if length == 0 || length > LONGEST_NAME || !self.name.chars().all(is_plain) {
            return Err(BadWording {
                part: Part::Name,
                span: 0..self.name.len(),
                what: format!(
                    "a name has 1 to {LONGEST_NAME} letters, digits, dots, dashes and underscores"
                ),
            });
        }
        Ok(self.name.to_owned())
    }

    /// What fits everything catches every chat: nobody means that, and a guard that says it would hide that nothing can be ended.
    fn query(&self) -> Result<Query, BadWording> {
        let query: Query =
            self.when
                .parse()
                .map_err(|error: crate::domain::filter::FilterError| BadWording {
                    part: Part::When,
                    what: error.to_string(),
                    span: error.span,
                })?;
        if query.is_everything() {
            return Err(self
                .bad_when("an empty filter fits every chat. Say which are meant, like is:stuck"));
        }
        if query.asks_about_the_console() {
            return Err(self.bad_when(
                "marks and changes belong to the console: neither a rule nor a guard can ask about them",
            ));
        }
        Ok(query)
    }

    fn bad_when(&self, what: &str) -> BadWording {
        BadWording {
            part: Part::When,
            span: 0..self.when.len(),
            what: what.to_owned(),
        }
    }

    fn hint(&self) -> Result<Option<Hint>, BadWording> {
        self.hint
            .map(|hint| {
                Hint::parse(hint).map_err(|(at, what)| BadWording {
                    part: Part::Hint,
                    span: at..hint.len(),
                    what,
                })
            })
            .transpose()
    }
}
