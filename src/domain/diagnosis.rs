//! Why a conversation is still open: the kind and the words for it. Judges one read at one moment; it knows no clock, no list order
//! and nothing of what may be done about a kind (that is `guard`).

mod astray;
mod rules;
mod scene;
#[cfg(test)]
mod tests;
mod thresholds;
mod waiting;
pub mod words;

use jiff::Timestamp;

use super::conversation::{Conversation, LegState, Purpose};
use super::horizon::Horizon;
use super::kind::Kind;
use super::parties::Parties;
use super::roster::{FailedRead, Row};
use scene::Scene;

pub use thresholds::Thresholds;

pub(crate) use astray::wants_record;

/// A kind with its reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The kind.
    pub kind: Kind,
    /// Which segment keeps it open, since when, in words (`customer left 5h58m ago, agent leg is still connected`).
    /// It names no person: it stands on screens under the mask, in plans and in packets.
    pub why: String,
}

/// The diagnosis of a row, by the figures that it was given.
pub fn of(row: &Row, now: Timestamp) -> Diagnosis {
    by(row, now, &row.thresholds)
}

/// The diagnosis of a row, by other figures.
pub fn by(row: &Row, now: Timestamp, thresholds: &Thresholds) -> Diagnosis {
    judged(row, now, thresholds, &Horizon::default())
}

/// The diagnosis of a row by its figures, and until when its kind stands; the ages in its words do not stand a second.
pub fn noting(row: &Row, now: Timestamp, horizon: &Horizon) -> Diagnosis {
    judged(row, now, &row.thresholds, horizon)
}

fn judged(row: &Row, now: Timestamp, thresholds: &Thresholds, horizon: &Horizon) -> Diagnosis {
    if let Some(why) = astray::missing(row, now, thresholds) {
        let kind = Kind::Ghost;
        return Diagnosis { kind, why };
    }
    if let Some(why) = unreadable(row, now) {
        let kind = Kind::Unknown;
        return Diagnosis { kind, why };
    }
    let Some(reading) = &row.reading else {
        return without_reading(row);
    };
    let conversation = &reading.conversation;
    if let Some(word) = unknown_word(conversation) {
        return Diagnosis {
            kind: Kind::Unknown,
            why: format!("an open leg says `{word}`, which this version does not know"),
        };
    }
    let scene = Scene::new(row, conversation, now, thresholds, horizon);
    // What is over is judged first: a timer or a transfer that once ran keeps nothing open, and its rule must not claim so.
    rules::OVER
        .iter()
        .chain(rules::TABLE)
        .find_map(|rule| {
            (rule.test)(&scene).map(|why| Diagnosis {
                kind: rule.kind,
                why,
            })
        })
        .unwrap_or_else(|| Diagnosis {
            kind: Kind::Unknown,
            why: format!("no rule fits these parties: {}", Parties::of(conversation)),
        })
}

/// The newest answer shows no conversation that could be judged: what an older read showed says nothing any more.
fn unreadable(row: &Row, now: Timestamp) -> Option<String> {
    if let Some(missing_since) = row.beside.missing_since {
        return Some(astray::not_known(missing_since, now));
    }
    let failed = row.failed_read.as_ref()?;
    row.is_unreadable().then(|| could_not(failed))
}

/// A read that failed and may go better the next time leaves a conversation `unread`.
fn without_reading(row: &Row) -> Diagnosis {
    let why = row.failed_read.as_ref().map(could_not);
    Diagnosis {
        kind: Kind::Unread,
        why: why.unwrap_or_else(|| "not read yet".to_owned()),
    }
}

fn could_not(failed: &FailedRead) -> String {
    format!("could not be read: {}", failed.failure.short())
}

/// A word on an open leg that this program does not know.
fn unknown_word(conversation: &Conversation) -> Option<&str> {
    conversation
        .open_legs()
        .find_map(|(party, leg)| match (&party.purpose, &leg.state) {
            (Purpose::Other(word), _) | (_, LegState::Other(word)) => Some(word.as_str()),
            _ => None,
        })
}
