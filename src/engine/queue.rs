//! Which conversation is read next: what somebody waits for, then marked and visible ones of which an event told, then marked, visible,
//! others of which an event told, unread oldest first, then reads that have grown old. What has ended is not asked about again.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::ConversationId;
use crate::domain::moment::since;
use crate::domain::roster::LIST_LAG;

use super::told::{self, Told};

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

/// The order of reads. Sorted sets say what is next, so that a pick costs the same whether ten or a hundred thousand wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    known: HashMap<ConversationId, Known>,
    /// Those never read, oldest conversation first.
    unread: BTreeSet<(Timestamp, ConversationId)>,
    /// The others, oldest read first, and of one moment the oldest conversation.
    read: BTreeSet<(Timestamp, Timestamp, ConversationId)>,
    /// What a read has shown to be over, and when it ended: the list goes on naming it for a while.
    over: HashMap<ConversationId, Timestamp>,
    urgent: VecDeque<ConversationId>,
    marked: Vec<ConversationId>,
    visible: Vec<ConversationId>,
    in_flight: HashSet<ConversationId>,
    told: Told,
}

impl Queue {
    /// A conversation is on the list.
    pub(super) fn know(&mut self, id: ConversationId, started: Timestamp) {
        let before = self.known.get(&id).copied();
        if before.is_some_and(|known| known.started == started) {
            return;
        }
        self.take_out(id);
        let read_at = before.and_then(|known| known.read_at);
        self.known.insert(id, Known { started, read_at });
        self.put_in(id);
    }

    /// The list no longer names it.
    pub(super) fn forget(&mut self, id: ConversationId) {
        self.take_out(id);
        self.known.remove(&id);
        self.told.served(id);
    }

    /// A read has shown that it ended then. The list is late with that, and until it could know, what it says of it counts for nothing.
    pub(super) fn is_over(&self, id: ConversationId, now: Timestamp) -> bool {
        self.over
            .get(&id)
            .is_some_and(|ended| since(*ended, now) < LIST_LAG)
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

    /// An event told of this one. What is not on the list is left to the next listing.
    pub(super) fn told(&mut self, id: ConversationId, now: Timestamp) {
        if self.known.contains_key(&id) {
            let is_in_view = self.marked.contains(&id) || self.visible.contains(&id);
            self.told.note(id, is_in_view.then_some(now));
        }
    }

    /// Events may have been missed: what somebody looks at is read again.
    pub(super) fn resync(&mut self) {
        let attended = self.marked.iter().chain(&self.visible);
        attended.for_each(|id| self.told.note(*id, None));
    }

    /// Somebody waits for a read, or looks at what an event told of.
    pub(super) fn is_urgent(&self, now: Timestamp) -> bool {
        !self.urgent.is_empty() || self.told_in_view(now).is_some()
    }

    fn told_in_view(&self, now: Timestamp) -> Option<ConversationId> {
        let mut attended = self.marked.iter().chain(&self.visible);
        let told = attended.find(|id| self.told.holds(**id) && self.may_be_read(**id, now));
        told.copied()
    }

    /// It is known, not being read, and was not just now.
    fn may_be_read(&self, id: ConversationId, now: Timestamp) -> bool {
        let known = self.known.get(&id);
        known.is_some_and(|known| told::is_due(known.read_at, now)) && !self.in_flight.contains(&id)
    }

    /// The next one to read; it counts as in flight until [`Queue::done`].
    pub(super) fn next(&mut self, now: Timestamp, urgent_only: bool) -> Option<ConversationId> {
        self.told.ripen(now);
        let next = self
            .urgent
            .pop_front()
            .or_else(|| if urgent_only { None } else { self.pick(now) })?;
        self.take_out(next);
        self.told.served(next);
        self.in_flight.insert(next);
        Some(next)
    }

    fn pick(&mut self, now: Timestamp) -> Option<ConversationId> {
        if let Some(id) = self.told_in_view(now) {
            return Some(id);
        }
        let is_due = |id: &&ConversationId, old: SignedDuration| {
            self.known.get(*id).is_some_and(|known| {
                !self.in_flight.contains(*id) && known.read_at.is_none_or(|at| since(at, now) > old)
            })
        };
        let attended = self
            .marked
            .iter()
            .find(|id| is_due(id, OLD))
            .or_else(|| self.visible.iter().find(|id| is_due(id, OLD_ON_SCREEN)));
        if let Some(id) = attended {
            return Some(*id);
        }
        let mut told = std::mem::take(&mut self.told);
        let elsewhere = told.pick(|id| self.may_be_read(id, now));
        self.told = told;
        if elsewhere.is_some() {
            return elsewhere;
        }
        if let Some((_, id)) = self.unread.first() {
            return Some(*id);
        }
        let (read_at, _, id) = self.read.first()?;
        (since(*read_at, now) > OLD).then_some(*id)
    }

    /// A read came back; `ended` is when it showed the conversation to have ended.
    pub(super) fn done(&mut self, id: ConversationId, at: Timestamp, ended: Option<Timestamp>) {
        self.in_flight.remove(&id);
        if let Some(ended) = ended.filter(|ended| since(*ended, at) < LIST_LAG) {
            self.over.insert(id, ended);
            self.known.remove(&id);
            self.over.retain(|_, ended| since(*ended, at) < LIST_LAG);
            return;
        }
        self.over.remove(&id);
        if let Some(known) = self.known.get_mut(&id) {
            known.read_at = Some(at);
        }
        self.put_in(id);
    }

    /// A read that shows it open makes it known, also where the list does not name it.
    pub(super) fn saw_open(&mut self, id: ConversationId, started: Timestamp, at: Timestamp) {
        self.done(id, at, None);
        self.take_out(id);
        let read_at = Some(at);
        self.known.insert(id, Known { started, read_at });
        self.put_in(id);
    }

    /// Whether a read is newer than this.
    pub(super) fn is_read_since(&self, id: ConversationId, at: Timestamp) -> bool {
        let read_at = self.known.get(&id).and_then(|known| known.read_at);
        read_at.is_some_and(|read_at| read_at > at)
    }

    fn take_out(&mut self, id: ConversationId) {
        if let Some(known) = self.known.get(&id) {
            match known.read_at {
                Some(at) => self.read.remove(&(at, known.started, id)),
                None => self.unread.remove(&(known.started, id)),
            };
        }
    }

    fn put_in(&mut self, id: ConversationId) {
        if self.in_flight.contains(&id) {
            return;
        }
        if let Some(known) = self.known.get(&id) {
            match known.read_at {
                Some(at) => self.read.insert((at, known.started, id)),
                None => self.unread.insert((known.started, id)),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::after;

    fn id(bits: u128) -> ConversationId {
        ConversationId::from_u128(bits)
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn what_somebody_waits_for_is_read_first_then_marked_visible_oldest() {
        let now = second(1_000_000);
        let mut queue = Queue::default();
        for bits in 1..=6 {
            queue.know(id(bits), second(i64::try_from(bits).unwrap()));
        }
        queue.attend(vec![id(4)], vec![id(5)]);
        queue.hurry(vec![id(6)]);
        let order: Vec<_> = std::iter::from_fn(|| queue.next(now, false))
            .take(6)
            .collect();
        assert_eq!(order, [6, 5, 4, 1, 2, 3].map(id));
        assert_eq!(queue.next(now, false), None, "all are in flight");
        for bits in 1..=6 {
            queue.done(id(bits), now, None);
        }
        assert_eq!(queue.next(now, false), None, "all were read just now");
        let later = after(now, SignedDuration::from_secs(30));
        assert_eq!(
            queue.next(later, false),
            Some(id(4)),
            "rows on screen are read more often"
        );
    }

    #[test]
    fn what_has_ended_or_is_listed_no_more_is_not_read_again_even_on_screen() {
        let now = second(1_000_000);
        let mut queue = Queue::default();
        for bits in 1..=3 {
            queue.know(id(bits), second(5));
        }
        queue.attend(vec![id(1), id(2)], vec![id(1), id(2)]);
        assert_eq!(queue.next(now, false), Some(id(1)));
        queue.done(id(1), now, Some(now));
        queue.forget(id(2));
        let later = after(now, SignedDuration::from_mins(2));
        assert_eq!(queue.next(later, false), Some(id(3)));
        assert_eq!(queue.next(later, false), None);
        assert!(queue.is_over(id(1), later));
        assert!(!queue.is_over(id(2), later));
        // The list goes on naming it long after its end: that is no lag any more.
        let much_later = after(now, SignedDuration::from_mins(31));
        assert!(!queue.is_over(id(1), much_later));
        queue.know(id(1), second(5));
        assert_eq!(queue.next(much_later, false), Some(id(1)));
        queue.done(id(1), much_later, Some(now));
        assert_eq!(queue.next(much_later, false), None, "it was read just now");
    }

    #[test]
    fn a_chat_that_a_read_shows_open_is_read_on_whether_it_is_listed_or_not() {
        let now = second(1_000_000);
        let mut queue = Queue::default();
        queue.hurry(vec![id(7)]);
        assert_eq!(queue.next(now, true), Some(id(7)));
        queue.saw_open(id(7), second(5), now);
        let later = after(now, SignedDuration::from_secs(61));
        assert_eq!(queue.next(later, false), Some(id(7)));
    }
}
