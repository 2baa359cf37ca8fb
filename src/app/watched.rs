//! The chats that the runs of this console let go of and that it still looks at for late effects: leaving would end that, unseen.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::run_log::RunLog;
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::item::Timings;
use crate::domain::moment::{after, since};
use crate::domain::watch::is_loose;

/// How long the last look itself may take.
const LAST_LOOK: SignedDuration = SignedDuration::from_secs(30);

/// Which are looked at, by their runs, and until when.
#[derive(Debug, Default)]
pub struct Watched(BTreeMap<RunId, (Timestamp, BTreeSet<ConversationId>)>);

impl Watched {
    /// A run has finished.
    pub(crate) fn note(&mut self, log: &RunLog, now: Timestamp) {
        let loose = log.run.items.iter().filter(|item| is_loose(item));
        let loose = loose.map(|item| item.plan.id).collect();
        let span = Timings::default().watch.into_iter().max();
        let until = after(now, span.unwrap_or_default() + LAST_LOOK);
        self.0.insert(log.run.header.id, (until, loose));
    }

    /// A late effect was seen: this chat is looked at no more.
    pub(crate) fn seen(&mut self, run: RunId, id: ConversationId) {
        if let Some((_, chats)) = self.0.get_mut(&run) {
            chats.remove(&id);
        }
    }

    /// The run whose chats are looked at the longest, and for how long still.
    pub fn left(&self, now: Timestamp) -> Option<(RunId, SignedDuration)> {
        let looked_at = self.0.iter().filter(|(_, (_, chats))| !chats.is_empty());
        let left = looked_at.map(|(run, (until, _))| (*run, since(now, *until)));
        left.filter(|(_, left)| left.is_positive())
            .max_by_key(|(_, left)| *left)
    }
}
