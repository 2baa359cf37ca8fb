//! What whole lists no longer name. Pages shift while they are read, and as many may begin or come back as end: a list that is as long as
//! the service counts may still have missed one. So a conversation is gone only after two whole lists in a row without it, or one after a
//! read has shown its end; a read that shows it open begins the count anew.

use std::collections::HashMap;

use jiff::Timestamp;

use super::scan::Scan;
use crate::domain::ids::ConversationId;

/// What the newest whole list of a window did not name.
#[derive(Debug, Default)]
pub(super) struct Absent {
    /// When the first whole list without it was asked for.
    since: HashMap<ConversationId, Timestamp>,
}

impl Absent {
    /// Nothing is missed.
    pub(super) fn is_empty(&self) -> bool {
        self.since.is_empty()
    }

    /// A page names it.
    pub(super) fn found(&mut self, id: ConversationId) {
        self.since.remove(&id);
    }

    /// A whole list is there, of those that were named before; gives what is gone. `over_since` says when a read showed an end, and
    /// `is_open_since` whether one has shown the conversation open after a time.
    pub(super) fn listed(
        &mut self,
        scan: &Scan,
        named: impl Iterator<Item = ConversationId>,
        over_since: impl Fn(ConversationId) -> Option<Timestamp>,
        is_open_since: &dyn Fn(ConversationId, Timestamp) -> bool,
    ) -> Vec<ConversationId> {
        let before = std::mem::take(&mut self.since);
        let mut gone = Vec::new();
        for id in named.filter(|id| !scan.seen.contains_key(id)) {
            let reasons = [over_since(id), before.get(&id).copied()];
            let mut reasons = reasons.into_iter().flatten();
            if reasons.any(|since| !is_open_since(id, since)) {
                gone.push(id);
            } else {
                self.since.insert(id, scan.began);
            }
        }
        gone
    }
}
