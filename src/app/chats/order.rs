//! The order of the list.

use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use crate::app::tone::{Tone, glyph};
use crate::domain::diagnosis::Diagnosis;
use crate::domain::ids::ConversationId;
use crate::domain::kind::Severity;
use crate::domain::roster::{Roster, Row};

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortKey {
    /// Gravest first, oldest first among equals.
    #[default]
    Severity,
    /// Oldest first.
    Age,
    /// Longest silence first; unread chats last.
    Idle,
    /// By queue.
    Queue,
    /// By agent.
    Agent,
    /// By kind.
    Kind,
    /// By id.
    Id,
}

impl SortKey {
    /// Every key, in the menu's order.
    pub const ALL: [Self; 7] = [
        Self::Severity,
        Self::Age,
        Self::Idle,
        Self::Queue,
        Self::Agent,
        Self::Kind,
        Self::Id,
    ];

    /// The column it stands for.
    pub fn word(self) -> &'static str {
        match self {
            Self::Severity => "SEV",
            Self::Age => "AGE",
            Self::Idle => "IDLE",
            Self::Queue => "QUEUE",
            Self::Agent => "AGENT",
            Self::Kind => "WHY",
            Self::Id => "ID",
        }
    }
}

/// An order: always total, by instants and not by their text, with ties by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// The other way round.
    pub is_reversed: bool,
}

impl Sort {
    /// Sorts ids. Keys are fetched once for each row.
    pub(crate) fn sort(
        self,
        ids: &mut Vec<ConversationId>,
        roster: &Roster,
        diagnoses: &HashMap<ConversationId, Diagnosis>,
    ) {
        let mut rows: Vec<(&Row, Severity, &str)> = ids
            .iter()
            .filter_map(|id| {
                let kind = diagnoses.get(id)?.kind;
                Some((roster.row(*id)?, kind.severity(), kind.word()))
            })
            .collect();
        rows.sort_unstable_by(|a, b| {
            let order = self.compare(a, b);
            let order = if self.is_reversed {
                order.reverse()
            } else {
                order
            };
            order.then_with(|| a.0.listed.id.cmp(&b.0.listed.id))
        });
        *ids = rows.into_iter().map(|(row, ..)| row.listed.id).collect();
    }

    fn compare(self, a: &(&Row, Severity, &str), b: &(&Row, Severity, &str)) -> Ordering {
        let age = || a.0.listed.started.cmp(&b.0.listed.started);
        match self.key {
            SortKey::Severity => Reverse(a.1).cmp(&Reverse(b.1)).then_with(age),
            SortKey::Age => age(),
            SortKey::Idle => {
                let quiet = |row: &Row| {
                    row.reading
                        .as_ref()
                        .map(|reading| reading.conversation.quiet_since())
                };
                match (quiet(a.0), quiet(b.0)) {
                    (Some(a), Some(b)) => a.cmp(&b),
                    (a, b) => b.is_some().cmp(&a.is_some()),
                }
                .then_with(age)
            }
            SortKey::Queue => queue(a.0).cmp(&queue(b.0)).then_with(age),
            SortKey::Agent => agent(a.0).cmp(&agent(b.0)).then_with(age),
            SortKey::Kind => a.2.cmp(b.2).then_with(age),
            SortKey::Id => Ordering::Equal,
        }
    }
}

/// The name of the newest queue.
pub fn queue(row: &Row) -> Option<String> {
    let conversation = &row.reading.as_ref()?.conversation;
    conversation
        .participants
        .iter()
        .rev()
        .find_map(|party| party.queue.as_ref().map(ToString::to_string))
}

/// The name of the newest agent.
pub fn agent(row: &Row) -> Option<String> {
    let read = row.reading.as_ref().and_then(|reading| {
        let party = reading
            .conversation
            .newest_party(|purpose| purpose.is_staff())?;
        party.name.as_ref().map(ToString::to_string)
    });
    read.or_else(|| row.listed.agent.as_ref().map(ToString::to_string))
}

/// The customer's name.
pub fn customer(row: &Row) -> Option<String> {
    let read = row.reading.as_ref().and_then(|reading| {
        let party = reading
            .conversation
            .newest_party(|purpose| purpose.is_customer())?;
        party.name.as_ref().map(ToString::to_string)
    });
    read.or_else(|| row.listed.customer.as_ref().map(ToString::to_string))
}

/// The glyph of a severity.
pub fn severity_glyph(severity: Severity) -> &'static str {
    match severity {
        Severity::Unknown => glyph::UNKNOWN,
        Severity::Fresh => glyph::FRESH,
        Severity::Watch => glyph::WATCH,
        Severity::Stale => glyph::STALE,
        Severity::Stuck => glyph::STUCK,
    }
}

/// The role of a severity.
pub fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::Unknown | Severity::Watch => Tone::Plain,
        Severity::Fresh => Tone::Dim,
        Severity::Stale => Tone::Warn,
        Severity::Stuck => Tone::Bad,
    }
}
