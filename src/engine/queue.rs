//! Which conversation is read next: what somebody waits for, then marked and visible ones of which an event told, then marked, visible,
//! others of which an event told, unread oldest first, then reads that have grown old. What has ended is not asked about again.

use std::collections::{BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::{ByConversation, ConversationId, Conversations};
use crate::domain::moment::{Nanos, since};
use crate::domain::roster::LIST_LAG;

use super::told::{self, Told};

/// When a read has grown old.
const OLD: SignedDuration = SignedDuration::from_secs(60);
/// When a read of a row on screen has grown old.
const OLD_ON_SCREEN: SignedDuration = SignedDuration::from_secs(20);

/// What has ended and is named by the list all the same is looked at again this long after the read before: nearly always the list is
/// late, but perhaps its customer came back.
const AGAIN: SignedDuration = SignedDuration::from_mins(2);

/// What is known of a conversation, as far as reading goes.
#[derive(Debug, Clone, Copy)]
struct Known {
    started: Nanos,
    /// When it was read, or that failed.
    read_at: Option<Nanos>,
    /// When a read showed it open.
    open_at: Option<Nanos>,
}

/// What a read has shown to be over.
#[derive(Debug, Clone, Copy)]
struct Over {
    /// When it ended.
    ended: Timestamp,
    read_at: Timestamp,
    /// It is being read again because of an event, or because the list names it; nobody waits for that.
    is_checked: bool,
}

/// The order of reads. What is next stands in front, so that a pick costs the same whether ten or a hundred thousand wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    known: ByConversation<Known>,
    /// Those never read, oldest conversation first.
    unread: BTreeSet<(Nanos, ConversationId)>,
    /// The others in the order in which they were read. What was read again since, or is known no more, stays until its turn comes.
    read: VecDeque<(Nanos, ConversationId)>,
    /// What a read has shown to be over: the list goes on naming it for a while.
    over: ByConversation<Over>,
    urgent: VecDeque<ConversationId>,
    marked: Vec<ConversationId>,
    visible: Vec<ConversationId>,
    in_flight: Conversations,
    told: Told,
}

impl Queue {
    /// A conversation is on the list.
    pub(super) fn know(&mut self, id: ConversationId, started: Timestamp) {
        let started = started.into();
        let before = self.known.get(&id).copied();
        if before.is_some_and(|known| known.started == started) {
            return;
        }
        self.take_out(id);
        let known = Known {
            started,
            read_at: before.and_then(|known| known.read_at),
            open_at: before.and_then(|known| known.open_at),
        };
        self.known.insert(id, known);
        // What was read keeps its turn.
        if known.read_at.is_none() {
            self.put_in(id);
        }
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
            .is_some_and(|over| since(over.ended, now) < LIST_LAG)
    }

    /// The list names it, though a read has shown it to be over: answers that, and sees to it that it is looked at again before long.
    pub(super) fn is_named_though_over(&mut self, id: ConversationId, now: Timestamp) -> bool {
        let is_over = self.is_over(id, now);
        let over = self.over.get(&id).filter(|_| is_over);
        if over.is_some_and(|over| since(over.read_at, now) >= AGAIN) {
            self.told.note(id, None);
        }
        is_over
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

    /// An event told of this one, which may be that its customer came back. What is not on the list is left to the next listing.
    pub(super) fn told(&mut self, id: ConversationId, now: Timestamp) {
        if self.known.contains_key(&id) || self.is_over(id, now) {
            self.told.note(id, self.is_in_view(id).then_some(now));
        }
    }

    /// It is marked or on screen.
    fn is_in_view(&self, id: ConversationId) -> bool {
        self.marked.contains(&id) || self.visible.contains(&id)
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
        let known = known.map(|known| known.read_at.map(Timestamp::from));
        let read_at = known.or_else(|| self.over.get(&id).map(|over| Some(over.read_at)));
        read_at.is_some_and(|at| told::is_due(at, now)) && !self.in_flight.contains(&id)
    }

    /// The next one to read; it counts as in flight until it is back.
    pub(super) fn next(&mut self, now: Timestamp, urgent_only: bool) -> Option<ConversationId> {
        self.told.ripen(now);
        let urgent = self.urgent.pop_front();
        let picked = if urgent_only { None } else { Some(now) };
        let next = urgent.or_else(|| self.pick(picked?))?;
        if let Some(over) = self.over.get_mut(&next) {
            over.is_checked = urgent.is_none();
        }
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
                let is_old = |at: Nanos| since(at.into(), now) > old;
                !self.in_flight.contains(*id) && known.read_at.is_none_or(is_old)
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
        while let Some((read_at, id)) = self.read.front().copied() {
            let is_newest = is_newest(&self.known, read_at, id);
            if is_newest && !self.in_flight.contains(&id) {
                let age = since(read_at.into(), now);
                // A clock that was set back stops nothing.
                return (age > OLD || age.is_negative()).then_some(id);
            }
            self.read.pop_front();
        }
        None
    }

    /// A read failed. What was over is as far as anybody knows.
    pub(super) fn failed(&mut self, id: ConversationId, at: Timestamp) {
        if let Some(over) = self.over.get_mut(&id) {
            over.read_at = at;
        }
        self.put_back(id, at);
    }

    fn put_back(&mut self, id: ConversationId, at: Timestamp) {
        self.in_flight.remove(&id);
        if let Some(known) = self.known.get_mut(&id) {
            known.read_at = Some(at.into());
        }
        self.put_in(id);
    }

    /// A read showed that it ended then. Answers whether that is news, or what somebody waits for or looks at: its wrap-up may be done.
    pub(super) fn saw_over(&mut self, id: ConversationId, ended: Timestamp, at: Timestamp) -> bool {
        if since(ended, at) >= LIST_LAG {
            self.over.remove(&id);
            self.put_back(id, at);
            return true;
        }
        self.in_flight.remove(&id);
        self.known.remove(&id);
        let over = Over {
            ended,
            read_at: at,
            is_checked: false,
        };
        let before = self.over.insert(id, over);
        let told = &mut self.told;
        self.over.retain(|id, over| {
            let is_fresh = since(over.ended, at) < LIST_LAG;
            if !is_fresh {
                told.served(*id);
            }
            is_fresh
        });
        self.is_in_view(id)
            || before.is_none_or(|before| !before.is_checked || before.ended != ended)
    }

    /// A read that shows it open makes it known, also where the list does not name it, or where it was over before.
    pub(super) fn saw_open(&mut self, id: ConversationId, started: Timestamp, at: Timestamp) {
        self.in_flight.remove(&id);
        self.over.remove(&id);
        self.take_out(id);
        let known = Known {
            started: started.into(),
            read_at: Some(at.into()),
            open_at: Some(at.into()),
        };
        self.known.insert(id, known);
        self.put_in(id);
    }

    /// Whether a read has shown it open after this.
    pub(super) fn is_open_since(&self, id: ConversationId, at: Timestamp) -> bool {
        let open_at = self.known.get(&id).and_then(|known| known.open_at);
        open_at.is_some_and(|open_at| open_at > at.into())
    }

    fn take_out(&mut self, id: ConversationId) {
        if let Some(known) = self.known.get(&id) {
            self.unread.remove(&(known.started, id));
        }
    }

    fn put_in(&mut self, id: ConversationId) {
        if self.in_flight.contains(&id) {
            return;
        }
        let Some(known) = self.known.get(&id) else {
            return;
        };
        let Some(at) = known.read_at else {
            self.unread.insert((known.started, id));
            return;
        };
        // As long as something is unread, nobody comes to what has become untrue.
        if self.read.len() > 2 * self.known.len() {
            let known = &self.known;
            self.read.retain(|(at, id)| is_newest(known, *at, *id));
        }
        self.read.push_back((at, id));
    }
}

/// It is known, and was not read again after this.
fn is_newest(known: &ByConversation<Known>, read_at: Nanos, id: ConversationId) -> bool {
    let known = known.get(&id);
    known.is_some_and(|known| known.read_at == Some(read_at))
}

#[cfg(test)]
mod tests;
