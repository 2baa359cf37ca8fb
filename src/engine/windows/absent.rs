//! What whole lists no longer name. Pages shift while they are read, and as many may begin or come back as end: a list that is as long as
//! the service counts may still have missed one. So a conversation is gone only after two whole lists in a row without it, or one after a
//! read has shown its end; a read that shows it open begins the count anew. Where rows cannot be understood, it may be one of them: then
//! only a read tells.

use jiff::Timestamp;

use super::scan::Scan;
use crate::domain::ids::{ByConversation, ConversationId};

/// What the newest whole list of a window did not name.
#[derive(Debug, Default)]
pub(super) struct Absent {
    /// When the first whole list without it was asked for.
    since: ByConversation<Timestamp>,
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
        let may_be_unreadable = scan.unreadable > 0;
        let mut gone = Vec::new();
        for id in named.filter(|id| !scan.seen.contains(id)) {
            let missed = before.get(&id).copied().filter(|_| !may_be_unreadable);
            let mut reasons = over_since(id).into_iter().chain(missed);
            if reasons.any(|since| !is_open_since(id, since)) {
                gone.push(id);
            } else if !may_be_unreadable {
                self.since.insert(id, scan.began);
            }
        }
        gone
    }
}
