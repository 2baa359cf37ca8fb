//! Why a conversation is still open: the kind and the words for it.

use jiff::Timestamp;

use super::kind::Kind;
use super::roster::Row;

/// A kind with its reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The kind.
    pub kind: Kind,
    /// Which segment keeps it open, since when, in words (`customer left 5h58m ago, agent leg is still connected`).
    pub why: String,
}

/// The diagnosis of a row.
pub fn of(row: &Row, _now: Timestamp) -> Diagnosis {
    let _ = row;
    Diagnosis {
        kind: Kind::Unread,
        why: String::new(),
    }
}
