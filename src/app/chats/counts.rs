//! How many chats there are, by what is known of them.

use crate::domain::kind::{Kind, Severity};
use crate::domain::roster::Row;

/// How many chats there are, by what is known of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// On the list and not over.
    pub listed: usize,
    /// Of those, read at least once, and not unreadable since.
    pub read: usize,
    /// Of those, asked for and not to be had so far.
    pub unreadable: usize,
    /// Stuck.
    pub stuck: usize,
    /// Stale.
    pub stale: usize,
}

impl Counts {
    pub(super) fn add(&mut self, row: &Row, kind: Kind, severity: Severity) {
        if row.over_since.is_some() {
            return;
        }
        self.stuck += usize::from(severity == Severity::Stuck);
        self.stale += usize::from(severity == Severity::Stale);
        if kind.is_astray() {
            return;
        }
        self.listed += 1;
        let is_unread = kind == Kind::Unread || row.is_unreadable();
        self.read += usize::from(!is_unread);
        self.unreadable += usize::from(is_unread && row.failed_read.is_some());
    }

    /// What is not known of the list, in words; nothing where all of it was read.
    pub fn gap(&self) -> Option<String> {
        let waiting = self.listed - self.read - self.unreadable;
        match (waiting, self.unreadable) {
            (0, 0) => None,
            (waiting, 0) => Some(format!("{waiting} not read yet")),
            (0, failed) => Some(format!("{failed} could not be read")),
            (waiting, failed) => Some(format!("{waiting} not read yet, {failed} could not be")),
        }
    }

    /// The count beside the name of a built-in view; the operator's own are counted when they are open.
    pub fn of_view(&self, view: usize) -> Option<usize> {
        match view {
            0 => Some(self.listed),
            1 => Some(self.stuck),
            2 => Some(self.stale),
            _ => None,
        }
    }
}
