//! Which conversation is read next: what somebody waits for, then marked, visible, unread oldest first, then reads that have grown old.

use std::collections::{HashMap, HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::ConversationId;
use crate::domain::moment::since;

/// When a read has grown old.
const OLD: SignedDuration = SignedDuration::from_secs(60);
/// When a read of a row on screen has grown old.
const OLD_ON_SCREEN: SignedDuration = SignedDuration::from_secs(20);

/// What is known of a conversation, as far as reading goes.
#[derive(Debug, Clone, Copy)]
struct Known {
    started: Timestamp,
    read_at: Option<Timestamp>,
}

/// The order of reads.
#[derive(Debug, Default)]
pub(super) struct Queue {
    known: HashMap<ConversationId, Known>,
    urgent: VecDeque<ConversationId>,
    marked: Vec<ConversationId>,
    visible: Vec<ConversationId>,
    in_flight: HashSet<ConversationId>,
}

impl Queue {
    /// A conversation is on the list.
    pub(super) fn know(&mut self, id: ConversationId, started: Timestamp) {
        self.known
            .entry(id)
            .and_modify(|known| known.started = started)
            .or_insert(Known {
                started,
                read_at: None,
            });
    }

    /// A listing is done: what it did not name is forgotten.
    pub(super) fn keep(&mut self, named: &HashSet<ConversationId>) {
        self.known.retain(|id, _| named.contains(id));
    }

    /// What is on screen and what is marked.
    pub(super) fn attend(&mut self, visible: Vec<ConversationId>, marked: Vec<ConversationId>) {
        self.visible = visible;
        self.marked = marked;
    }

    /// Somebody waits for these.
    pub(super) fn hurry(&mut self, ids: Vec<ConversationId>) {
        self.urgent = ids.into();
    }

    /// Somebody waits for a read.
    pub(super) fn is_urgent(&self) -> bool {
        !self.urgent.is_empty()
    }

    /// The next one to read; it counts as in flight until [`Queue::done`].
    pub(super) fn next(&mut self, now: Timestamp, urgent_only: bool) -> Option<ConversationId> {
        let next = self
            .urgent
            .pop_front()
            .or_else(|| if urgent_only { None } else { self.pick(now) })?;
        self.in_flight.insert(next);
        Some(next)
    }

    fn pick(&self, now: Timestamp) -> Option<ConversationId> {
        let is_due = |id: &&ConversationId, old: SignedDuration| {
            let grown = self
                .known
                .get(*id)
                .and_then(|known| known.read_at)
                .is_none_or(|at| since(at, now) > old);
            grown && !self.in_flight.contains(*id)
        };
        let attended = self
            .marked
            .iter()
            .find(|id| is_due(id, OLD))
            .or_else(|| self.visible.iter().find(|id| is_due(id, OLD_ON_SCREEN)));
        if let Some(id) = attended {
            return Some(*id);
        }
        let idle = self
            .known
            .iter()
            .filter(|(id, _)| !self.in_flight.contains(*id));
        let (id, known) = idle.min_by_key(|(id, known)| {
            (known.read_at.is_some(), known.read_at, known.started, **id)
        })?;
        known
            .read_at
            .is_none_or(|at| since(at, now) > OLD)
            .then_some(*id)
    }

    /// A read came back, well or not.
    pub(super) fn done(&mut self, id: ConversationId, at: Timestamp) {
        self.in_flight.remove(&id);
        if let Some(known) = self.known.get_mut(&id) {
            known.read_at = Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(bits: u128) -> ConversationId {
        ConversationId::from_u128(bits)
    }

    #[test]
    fn what_somebody_waits_for_is_read_first_then_marked_visible_oldest() {
        let now = Timestamp::from_second(1_000_000).unwrap();
        let mut queue = Queue::default();
        for bits in 1..=6 {
            queue.know(
                id(bits),
                Timestamp::from_second(i64::try_from(bits).unwrap()).unwrap(),
            );
        }
        queue.attend(vec![id(4)], vec![id(5)]);
        queue.hurry(vec![id(6)]);
        let order: Vec<_> = std::iter::from_fn(|| queue.next(now, false))
            .take(6)
            .collect();
        assert_eq!(order, [6, 5, 4, 1, 2, 3].map(id));
        assert_eq!(queue.next(now, false), None, "all are in flight");
        for bits in 1..=6 {
            queue.done(id(bits), now);
        }
        assert_eq!(queue.next(now, false), None, "all were read just now");
        let later = crate::domain::moment::after(now, SignedDuration::from_secs(30));
        assert_eq!(
            queue.next(later, false),
            Some(id(4)),
            "rows on screen are read more often"
        );
    }
}
