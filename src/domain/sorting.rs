//! The order of the list. Sorts on instants, never on the words that show them, so a tick of the clock moves no row; ties go by id.

use std::borrow::Borrow;

use jiff::Timestamp;

use super::ids::ConversationId;
use super::kind::{Kind, Severity};
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

/// How many bytes of a place are kept where it stands: as many as most orders come to without names.
const HEAD: usize = 16;

/// A row's place in an order, as bytes that compare as the order does: short enough to sort a hundred thousand of them without the rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    head: [u8; HEAD],
    /// What of it is longer.
    rest: Box<[u8]>,
    /// Whose place it is; ties go by it.
    pub id: ConversationId,
}

impl Place {
    /// The place of a row; how grave it is and its kind are told where they count.
    pub fn of(
        row: &Row,
        order: &SortOrder,
        severity: impl Fn() -> Severity,
        kind: impl Fn() -> Kind,
    ) -> Self {
        let mut bytes = Vec::with_capacity(2 * HEAD);
        for (key, is_reversed) in &order.keys {
            // What is known comes first, turned round or not.
            let from = bytes.len();
            bytes.push(0);
            if write(row, *key, &severity, &kind, &mut bytes).is_none() {
                bytes.truncate(from);
                bytes.push(1);
            } else if *is_reversed {
                for byte in bytes.iter_mut().skip(from + 1) {
                    *byte = !*byte;
                }
            }
        }
        Self::at(&bytes, row.listed.id)
    }

    /// No place but that of the id.
    pub fn nowhere(id: ConversationId) -> Self {
        Self::at(&[], id)
    }

    fn at(bytes: &[u8], id: ConversationId) -> Self {
        let mut head = [0; HEAD];
        for (place, byte) in head.iter_mut().zip(bytes) {
            *place = *byte;
        }
        Self {
            head,
            rest: bytes.get(HEAD..).unwrap_or_default().into(),
            id,
        }
    }
}

/// The ids of these rows, in order; how grave each is, is told.
pub fn sorted<R: Borrow<Row>>(
    rows: impl Iterator<Item = R>,
    order: &SortOrder,
    now: Timestamp,
    severity: impl Fn(&Row) -> Severity,
) -> Vec<ConversationId> {
    let places = rows.map(|row| {
        let row: &Row = row.borrow();
        Place::of(row, order, || severity(row), || row.kind(now))
    });
    let mut places: Vec<Place> = places.collect();
    places.sort_unstable();
    places.into_iter().map(|place| place.id).collect()
}

/// Writes what a row has for a key; nothing where that is not known. No two that differ begin alike and end there, so that what stands
/// behind them never counts before they do.
fn write(
    row: &Row,
    key: SortKey,
    severity: &impl Fn() -> Severity,
    kind: &impl Fn() -> Kind,
    bytes: &mut Vec<u8>,
) -> Option<()> {
    let reading = row.reading.as_ref();
    match key {
        SortKey::Age => moment(row.listed.started, bytes),
        SortKey::Idle => moment(reading?.conversation.quiet_since(), bytes),
        SortKey::Wait => moment(reading?.conversation.queue_leg()?.since?, bytes),
        SortKey::Severity => bytes.push(match severity() {
            Severity::Stuck => 0,
            Severity::Stale => 1,
            Severity::Watch => 2,
            Severity::Fresh => 3,
            Severity::Unknown => return None,
        }),
        SortKey::Kind => {
            reading?;
            bytes.push(kind() as u8);
        }
        SortKey::Queue => word(shown::queue(row)?, bytes),
        SortKey::Agent => word(shown::agent(row)?, bytes),
        SortKey::Customer => word(shown::customer(row)?, bytes),
        SortKey::Id => bytes.extend(row.listed.id.as_u128().to_be_bytes()),
    }
    Some(())
}

/// Nanoseconds, from long before the first moment that there is: 80 bits hold them all.
fn moment(at: Timestamp, bytes: &mut Vec<u8>) {
    let nanos = at.as_nanosecond() + (1 << 78);
    bytes.extend(nanos.to_be_bytes().into_iter().skip(6));
}

/// A word without regard to case. It ends with two zeros, and a zero within it is no end.
fn word(word: &Text, bytes: &mut Vec<u8>) {
    for byte in word.as_str().to_lowercase().bytes() {
        bytes.push(byte);
        if byte == 0 {
            bytes.push(u8::MAX);
        }
    }
    bytes.extend([0, 0]);
}

#[cfg(test)]
mod tests;
