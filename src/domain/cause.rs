//! Why a chat is left out of a plan, as a word to count by. The plan says it in a sentence; what becomes of it goes by this, and never by
//! how the sentence begins.

use super::kind::{Bulk, Kind};

/// What leaves a chat out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Cause {
    /// It is not as the operator saw it.
    Changed,
    /// The operator dropped it.
    Dropped,
    /// A guard of the operator's.
    Guard,
    /// A rule of the operator's.
    Rule,
    /// It is healthy.
    Healthy,
    /// Its kind is ended one at a time.
    OneByOne,
    /// It was not read, cannot be, or its read is too old.
    Unread,
    /// It is not listed as open any more.
    Gone,
    /// The filter does not show it any more.
    Filter,
    /// Nothing of it can be ended in this way, or a code is missing.
    Work,
    /// Read from a file, where only the sentence stands.
    #[default]
    Untold,
}

impl Cause {
    /// In the order in which they are counted: what the operator should know of first.
    pub const ALL: [Self; 11] = [
        Self::Changed,
        Self::Guard,
        Self::Rule,
        Self::Dropped,
        Self::Unread,
        Self::Gone,
        Self::OneByOne,
        Self::Healthy,
        Self::Filter,
        Self::Work,
        Self::Untold,
    ];

    /// After a count: `11 healthy`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Dropped => "dropped by you",
            Self::Guard => "by a guard",
            Self::Rule => "by a rule",
            Self::Healthy => "healthy",
            Self::OneByOne => "one at a time",
            Self::Unread => "not read",
            Self::Gone => "gone",
            Self::Filter => "not in the filter",
            Self::Work => "not to be ended so",
            Self::Untold => "for other reasons",
        }
    }

    /// What a chat of this kind is left out for.
    pub(super) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Unread | Kind::Unknown => Self::Unread,
            kind if kind.bulk() == Bulk::OneByOne => Self::OneByOne,
            _ => Self::Healthy,
        }
    }
}

/// Why one chat is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// To count by.
    pub cause: Cause,
    /// In words, for the plan.
    pub reason: String,
}

impl Refusal {
    /// For this cause, in these words.
    pub(super) fn new(cause: Cause, reason: impl Into<String>) -> Self {
        Self {
            cause,
            reason: reason.into(),
        }
    }
}
