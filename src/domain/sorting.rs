//! The order of the list. Sorts on instants, never on the words that show them, so a tick of the clock moves no row; ties go by id.

use std::borrow::Borrow;
use std::cmp::Ordering;

use jiff::Timestamp;

use super::ids::ConversationId;
use super::kind::Severity;
use super::roster::Row;
use super::shown;
use super::text::Text;

/// What to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SortKey {
    /// Gravest first.
    Severity,
    /// Oldest first.
    Age,
    /// Longest silence first.
    Idle,
    /// Kinds in the order of their table.
    Kind,
    /// Queue names.
    Queue,
    /// Agent names.
    Agent,
    /// Customer names.
    Customer,
    /// Ids.
    Id,
    /// Longest in queue first.
    Wait,
}

impl SortKey {
    /// Every key, in the order of a menu.
    pub const ALL: &'static [Self] = &[
        Self::Severity,
        Self::Age,
        Self::Idle,
        Self::Kind,
        Self::Queue,
        Self::Agent,
        Self::Customer,
        Self::Id,
        Self::Wait,
    ];

    /// The key's name on screen, in settings and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Severity => "sev",
            Self::Age => "age",
            Self::Idle => "idle",
            Self::Kind => "kind",
            Self::Queue => "queue",
            Self::Agent => "agent",
            Self::Customer => "cust",
            Self::Id => "id",
            Self::Wait => "wait",
        }
    }

    /// The key of this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.word() == word)
    }
}

/// Keys in the order in which they count, each as it is or turned round. What is not known comes last either way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortOrder {
    /// The keys; `true` turns one round.
    pub keys: Vec<(SortKey, bool)>,
}

impl Default for SortOrder {
    fn default() -> Self {
        Self {
            keys: vec![(SortKey::Severity, false), (SortKey::Age, false)],
        }
    }
}

/// A row's place by one key; what compares as less comes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Moment(Timestamp),
    Rank(usize),
    Word(String),
    Id(ConversationId),
}

/// The ids of these rows, in order; how grave each is, is told.
pub fn sorted<R: Borrow<Row>>(
    rows: impl Iterator<Item = R>,
    order: &SortOrder,
    now: Timestamp,
    severity: impl Fn(&Row) -> Severity,
) -> Vec<ConversationId> {
    let mut places: Vec<(Vec<Option<Place>>, ConversationId)> = rows
        .map(|row| {
            let row = row.borrow();
            let keys = order.keys.iter();
            let places = keys
                .map(|(key, _)| place(row, *key, now, &severity))
                .collect();
            (places, row.listed.id)
        })
        .collect();
    places.sort_by(|(left, left_id), (right, right_id)| {
        let pairs = left.iter().zip(right).zip(&order.keys);
        pairs
            .map(|((left, right), (_, is_reversed))| {
                compare(left.as_ref(), right.as_ref(), *is_reversed)
            })
            .find(|ordering| ordering.is_ne())
            .unwrap_or_else(|| left_id.cmp(right_id))
    });
    places.into_iter().map(|(_, id)| id).collect()
}

fn compare(left: Option<&Place>, right: Option<&Place>, is_reversed: bool) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) if is_reversed => right.cmp(left),
        (Some(left), Some(right)) => left.cmp(right),
        (left, right) => left.is_none().cmp(&right.is_none()),
    }
}

fn place(
    row: &Row,
    key: SortKey,
    now: Timestamp,
    severity: &impl Fn(&Row) -> Severity,
) -> Option<Place> {
    let word = |name: Option<&Text>| name.map(|name| Place::Word(name.as_str().to_lowercase()));
    match key {
        SortKey::Age => Some(Place::Moment(row.listed.started)),
        SortKey::Idle => {
            let reading = row.reading.as_ref()?;
            Some(Place::Moment(reading.conversation.quiet_since()))
        }
        SortKey::Wait => {
            let reading = row.reading.as_ref()?;
            Some(Place::Moment(reading.conversation.queue_leg()?.since?))
        }
        SortKey::Severity => match severity(row) {
            Severity::Stuck => Some(Place::Rank(0)),
            Severity::Stale => Some(Place::Rank(1)),
            Severity::Watch => Some(Place::Rank(2)),
            Severity::Fresh => Some(Place::Rank(3)),
            Severity::Unknown => None,
        },
        SortKey::Kind => row
            .reading
            .as_ref()
            .map(|_| Place::Rank(row.kind(now) as usize)),
        SortKey::Queue => word(shown::queue(row)),
        SortKey::Agent => word(shown::agent(row)),
        SortKey::Customer => word(shown::customer(row)),
        SortKey::Id => Some(Place::Id(row.listed.id)),
    }
}

#[cfg(test)]
mod tests;
