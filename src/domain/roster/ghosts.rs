//! What is over, and how long it stays on the list.

use jiff::{SignedDuration, Timestamp};

use super::{Known, Listed, Reading, Roster};
use crate::domain::ids::ConversationId;
use crate::domain::moment::since;

/// How long the list may go on naming what has ended; what it names after that is a stray of analytics. The lag of analytics is
/// not published; seconds to minutes are usual.
pub const LIST_LAG: SignedDuration = SignedDuration::from_mins(30);

/// How long a conversation that is over stays on the list.
pub const GHOST: SignedDuration = SignedDuration::from_secs(10);

impl Roster {
    /// The list was made anew and no longer names these. A reading newer than that wins, and is told after it.
    pub fn lose(&mut self, ids: &[ConversationId], at: Timestamp) {
        for id in ids {
            if self.has(*id) {
                self.known.change().over.entry(*id).or_insert(at);
            }
        }
    }

    /// Forgets rows that have been over for a while, except those that `keep` names (marked rows stay visible). Answers which.
    pub fn forget_ghosts(
        &mut self,
        now: Timestamp,
        keep: impl Fn(ConversationId) -> bool,
    ) -> Vec<ConversationId> {
        let mut gone = Vec::new();
        if self.known.over.is_empty() {
            return gone;
        }
        let Known {
            packed,
            over,
            failed,
            missing,
            ..
        } = self.known.change();
        over.retain(|id, over| {
            let is_kept = since(*over, now) < GHOST || keep(*id);
            if !is_kept {
                packed.remove(*id);
                failed.remove(id);
                missing.remove(id);
                gone.push(*id);
            }
            is_kept
        });
        gone
    }
}

/// The newest read showed that it has ended, and the list is not so much later that it ought to know.
pub(super) fn has_ended(listed: &Listed, reading: Option<&Reading>) -> bool {
    let ended = reading.and_then(|reading| reading.conversation.ended);
    ended.is_some_and(|ended| {
        let seen = listed.seen_at;
        seen.is_none_or(|seen| since(ended, seen) < LIST_LAG)
    })
}
