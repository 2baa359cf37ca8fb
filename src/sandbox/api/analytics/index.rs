//! Lists of conversations that a query asks for, kept from one page to the next.
//!
//! A list is made once by asking every conversation of its days. Afterwards only those are asked again
//! that changed, as their changes pass the horizon of analytics, so that a page costs what it shows.

use super::asked::{Asked, OrderBy};
use super::interval::Interval;
use super::sight::Sight;
use crate::sandbox::world::World;
use jiff::Timestamp;
use std::collections::{BTreeSet, HashSet};

#[cfg(test)]
mod tests;

/// As many lists are kept; the one that was asked for least recently makes room.
const LISTS_MAX: usize = 8;
/// As many changes are remembered for lists that nobody asks for meanwhile.
const PASSED_MAX: usize = 50_000;

/// The lists, and the changes that they have not heard of.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Index {
    lists: Vec<List>,
    horizon: Option<Timestamp>,
    /// How much of the world's log was read.
    read: usize,
    /// Changes behind the horizon.
    pending: BTreeSet<(Timestamp, usize)>,
    /// Conversations that were changed, or whose changes passed the horizon, in that order.
    passed: Vec<usize>,
    /// How many passed before those.
    forgotten: usize,
}

/// What a list is of.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Subject {
    pub(super) asked: Asked,
    pub(super) days: Interval,
    pub(super) by: OrderBy,
}

#[derive(Debug)]
struct List {
    subject: Subject,
    /// What each is sorted by, and where it stands in the world.
    rows: Vec<(Timestamp, usize)>,
    /// How many of the passed changes it has heard of.
    heard: usize,
}

impl Index {
    /// The conversations that are asked for, in ascending order, as analytics knows them at a horizon.
    pub(super) fn list(
        &mut self,
        subject: Subject,
        world: &World,
        horizon: Timestamp,
    ) -> &[(Timestamp, usize)] {
        self.advance(world, horizon);
        let sight = Sight {
            directory: &world.directory,
            horizon,
        };
        let until = self.forgotten + self.passed.len();
        let known = self.lists.iter().position(|list| list.subject == subject);
        let list = match known.map(|position| self.lists.remove(position)) {
            Some(mut list) => {
                let news = list.heard.saturating_sub(self.forgotten);
                list.refresh(self.passed.get(news..).unwrap_or_default(), world, sight);
                list.heard = until;
                list
            }
            None => List {
                rows: subject.rows(world, sight),
                subject,
                heard: until,
            },
        };
        // The most recently asked for is the last.
        self.lists.push(list);
        if self.lists.len() > LISTS_MAX {
            self.lists.remove(0);
        }
        self.lists.last().map_or(&[], |list| &list.rows)
    }

    /// Lets the changes pass that are visible from a horizon. One that goes back, as when the lag is made
    /// longer, makes all lists void.
    fn advance(&mut self, world: &World, horizon: Timestamp) {
        if self.horizon.is_some_and(|before| horizon < before) {
            *self = Self::default();
        }
        self.horizon = Some(horizon);
        let log = world.touched();
        for (at, index) in log.get(self.read..).unwrap_or_default() {
            // At once too: a change can take an older fact away, as a second parking does of the first.
            self.passed.push(*index);
            if *at > horizon {
                self.pending.insert((*at, *index));
            }
        }
        self.read = log.len();
        while let Some((at, index)) = self.pending.pop_first() {
            if at > horizon {
                self.pending.insert((at, index));
                break;
            }
            self.passed.push(index);
        }
        let surplus = self.passed.len().saturating_sub(PASSED_MAX);
        if surplus > 0 {
            self.passed.drain(..surplus);
            self.forgotten += surplus;
            let forgotten = self.forgotten;
            self.lists.retain(|list| list.heard >= forgotten);
        }
    }
}

impl Subject {
    /// The whole list, by asking every conversation of its days.
    pub(super) fn rows(&self, world: &World, sight: Sight<'_>) -> Vec<(Timestamp, usize)> {
        let all = world.started_between(self.days.from, self.days.to);
        let mut rows: Vec<(Timestamp, usize)> = all
            .filter_map(|(index, _)| Some((self.key(index, world, sight)?, index)))
            .collect();
        if self.by != OrderBy::ConversationStart {
            rows.sort_unstable();
        }
        rows
    }

    /// What a conversation is sorted by; nothing when it is not asked for.
    fn key(&self, index: usize, world: &World, sight: Sight<'_>) -> Option<Timestamp> {
        let seen = sight.of(world.conversations.get(index)?)?;
        let asked = self.days.has(seen.one.started) && self.asked.wants(seen);
        asked.then(|| self.by.key(seen))
    }
}

impl List {
    /// Asks again those that changed.
    fn refresh(&mut self, changed: &[usize], world: &World, sight: Sight<'_>) {
        let mut moved = HashSet::new();
        let mut fresh = Vec::new();
        for index in changed {
            let key = self.subject.key(*index, world, sight);
            let row = key.map(|key| (key, *index));
            // Most changes are messages, and move nothing.
            let stays = row.is_some_and(|row| self.rows.binary_search(&row).is_ok());
            if !stays && moved.insert(*index) {
                fresh.extend(row);
            }
        }
        if moved.is_empty() {
            return;
        }
        self.rows.retain(|(_, index)| !moved.contains(index));
        self.rows.extend(fresh);
        // Two sorted runs, which this sort merges in one pass when the second is sorted too.
        self.rows.sort();
    }
}
