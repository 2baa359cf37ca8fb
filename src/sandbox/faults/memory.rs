//! What conversations looked like, for reads that lag behind.
//!
//! Nothing is kept before somebody orders such a read; from then on the conversations that it is about
//! are kept as they were after each change.

use crate::sandbox::world::conversation::Conversation;
use jiff::Timestamp;
use std::collections::{HashMap, VecDeque};

/// Pictures kept of one conversation. Older ones would be older than any replica.
const KEPT_MAX: usize = 1000;
/// How many conversations may be kept without being named.
pub(in crate::sandbox) const ALL_MAX: usize = 10_000;

/// Pictures of the past, by the place of the conversation in the world.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Memory {
    kept: HashMap<usize, VecDeque<(Timestamp, Conversation)>>,
    /// Whether conversations are kept that nobody named.
    all: bool,
}

impl Memory {
    /// Keeps a conversation from now on.
    pub(in crate::sandbox) fn watch(&mut self, index: usize, one: &Conversation) {
        let pictures = self.kept.entry(index).or_default();
        if pictures.is_empty() {
            // It was so before: a change in this very millisecond must not take its place.
            pictures.push_back((Timestamp::MIN, one.clone()));
        }
    }

    /// Keeps every conversation, also those to come.
    pub(in crate::sandbox) fn watch_all(&mut self, all: &[Conversation]) {
        self.all = true;
        for (index, one) in all.iter().enumerate() {
            self.watch(index, one);
        }
    }

    pub(in crate::sandbox) fn is_watching(&self) -> bool {
        self.all || !self.kept.is_empty()
    }

    /// A conversation has changed.
    pub(in crate::sandbox) fn note(&mut self, index: usize, one: &Conversation, now: Timestamp) {
        if self.all {
            self.kept.entry(index).or_default();
        }
        let Some(pictures) = self.kept.get_mut(&index) else {
            return;
        };
        if pictures.back().is_some_and(|(at, _)| *at == now) {
            pictures.pop_back();
        }
        pictures.push_back((now, one.clone()));
        if pictures.len() > KEPT_MAX {
            pictures.pop_front();
        }
    }

    /// A conversation as it was at a time, or as it was first seen.
    pub(in crate::sandbox) fn as_of(&self, index: usize, at: Timestamp) -> Option<&Conversation> {
        let pictures = self.kept.get(&index)?;
        let then = pictures.iter().rev().find(|(since, _)| *since <= at);
        then.or_else(|| pictures.front()).map(|(_, one)| one)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::scenario::Scenario;
    use crate::sandbox::world::World;

    #[test]
    fn a_change_in_the_millisecond_of_the_order_does_not_take_the_place_of_what_was() {
        let now: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let scenario = Scenario::named("quiet").unwrap();
        let world = World::new(&scenario, 1, None, now);
        let before = world.conversations[0].clone();
        let mut after = before.clone();
        after.ended = Some(now);
        let mut memory = Memory::default();
        memory.watch(0, &before);
        memory.note(0, &after, now);
        let a_moment_ago = "2026-11-20T11:59:59Z".parse().unwrap();
        assert_eq!(memory.as_of(0, a_moment_ago).unwrap().ended, None);
        assert_eq!(memory.as_of(0, now).unwrap().ended, Some(now));
    }
}
