//! Which conversations an event told of since they were read: read at once, but each at most every two seconds, however often it is told.
//! Reads may lag behind events, so what somebody looks at is read once more a little later.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::{ConversationId, Conversations};
use crate::domain::moment::{after, since};

/// Events that come in so short a time are one reason to read.
const APART: SignedDuration = SignedDuration::from_secs(2);
/// How long after an event the second look comes.
const SECOND_LOOK: SignedDuration = SignedDuration::from_secs(5);

/// Conversations that something was told of.
#[derive(Debug, Default)]
pub(super) struct Told {
    waiting: Conversations,
    /// Second looks, and when they are due.
    second: VecDeque<(Timestamp, ConversationId)>,
    /// One that nobody looks at had its turn; the next is somebody else's.
    is_served: bool,
}

impl Told {
    /// Something happened in it; `seen_at` is when, if somebody looks at it.
    pub(super) fn note(&mut self, id: ConversationId, seen_at: Option<Timestamp>) {
        self.waiting.insert(id);
        if let Some(at) = seen_at
            && !self.second.iter().any(|(_, other)| *other == id)
        {
            self.second.push_back((after(at, SECOND_LOOK), id));
        }
    }

    /// Second looks that are due wait from now on.
    pub(super) fn ripen(&mut self, now: Timestamp) {
        while let Some((at, id)) = self.second.front().copied() {
            if at > now {
                return;
            }
            self.second.pop_front();
            self.waiting.insert(id);
        }
    }

    /// It is read now: what is told from here on is another reason.
    pub(super) fn served(&mut self, id: ConversationId) {
        self.waiting.remove(&id);
    }

    /// An event told of it since it was read.
    pub(super) fn holds(&self, id: ConversationId) -> bool {
        self.waiting.contains(&id)
    }

    /// One that nobody looks at, at every second asking: a busy queue must not keep the rest from ever being read.
    pub(super) fn pick(
        &mut self,
        is_due: impl Fn(ConversationId) -> bool,
    ) -> Option<ConversationId> {
        if std::mem::take(&mut self.is_served) {
            return None;
        }
        let due = self.waiting.iter().copied().filter(|id| is_due(*id));
        let picked = due.min();
        self.is_served = picked.is_some();
        picked
    }
}

/// What was read at `read_at` may be read again because of an event.
pub(super) fn is_due(read_at: Option<Timestamp>, now: Timestamp) -> bool {
    let is_apart = |at| since(at, now) >= APART || since(at, now).is_negative();
    read_at.is_none_or(is_apart)
}
