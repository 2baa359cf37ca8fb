//! Reads of a conversation that fail in a row, and what analytics knows of one that cannot be found.

use jiff::{SignedDuration, Timestamp};

use super::Item;
use crate::domain::failure::{Failure, Receipt};
use crate::domain::moment::after;

/// Reads that failed one after the other.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// The newest failure.
    pub failure: Failure,
    /// How many in a row.
    pub count: u32,
    /// How many of the newest kind in a row.
    pub alike: u32,
    /// When the newest came.
    pub at: Timestamp,
}

/// What analytics said of a conversation since reads say that it is not there, or since its teardown was to be sent, or was.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// How often it was asked.
    pub asked: u32,
    /// How often in a row it gave no answer.
    pub failed: u32,
    /// When it answered last, or failed to.
    pub asked_at: Option<Timestamp>,
    /// When the question was sent that it answered last; its word is as old as that.
    pub sent_at: Option<Timestamp>,
    /// When it ended, as analytics had it last.
    pub ended: Option<Timestamp>,
    /// Why the newest question had no answer.
    pub failure: Option<Failure>,
}

impl Item {
    /// Folds a read that failed.
    pub(super) fn miss(&mut self, at: Timestamp, failure: &Failure) {
        let before = self.trouble.take();
        let count = before.as_ref().map_or(1, |trouble| trouble.count + 1);
        let alike = before
            .filter(|trouble| trouble.failure.kind == failure.kind)
            .map_or(1, |trouble| trouble.alike + 1);
        if alike == 1 {
            self.proof = Proof::default();
        }
        self.trouble = Some(Trouble {
            failure: failure.clone(),
            count,
            alike,
            at,
        });
        self.requests += 1;
    }

    /// Folds what analytics said. It counts only while reads say that the conversation is not there (after a resume they are asked anew),
    /// or show no leg that could be closed.
    pub(super) fn trace(
        &mut self,
        at: Timestamp,
        sent_at: Option<Timestamp>,
        ended: Option<Timestamp>,
        failure: Option<&Failure>,
    ) {
        self.requests += 1;
        if self.trouble.is_some() || self.plan.is_stray() {
            self.proof = Proof {
                asked: self.proof.asked + 1,
                failed: failure.map_or(0, |_| self.proof.failed + 1),
                asked_at: Some(at),
                sent_at,
                ended,
                failure: failure.cloned(),
            };
        }
    }
}

/// When a request was sent whose answer was recorded at this time, as nearly as a journal that does not name it tells.
pub(super) fn sent_at(recorded: Timestamp, receipt: &Receipt) -> Timestamp {
    let took = i64::try_from(receipt.took_ms).unwrap_or(i64::MAX);
    after(recorded, SignedDuration::from_millis(took.saturating_neg()))
}
