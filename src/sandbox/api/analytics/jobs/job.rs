//! One job: how it stands at a time, and what it finds.

use super::super::asked::{Asked, Order};
use super::super::interval::Interval;
use super::super::sight::{Seen, Sight};
use crate::sandbox::api::picture::time;
use crate::sandbox::world::World;
use jiff::Timestamp;
use serde_json::{Value, json};

/// An asynchronous query, with the times at which it gets further.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) asked: Asked,
    pub(super) order: Order,
    pub(super) interval: Interval,
    /// The interval is of the days on which conversations started, not of their activity.
    pub(super) by_day: bool,
    pub(super) limit: usize,
    pub(super) submitted: Timestamp,
    pub(super) started: Timestamp,
    pub(super) done: Timestamp,
    pub(super) expires: Timestamp,
    /// What the lake knew when it was done.
    pub(super) available: Timestamp,
    pub(super) cancelled: bool,
    /// Where the conversations that it found stand in the world.
    pub(super) found: Option<Vec<usize>>,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Queued,
    Pending,
    Fulfilled,
    Cancelled,
    Expired,
}

impl State {
    /// In the words of `AsyncQueryStatus.state`.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Queued => "QUEUED",
            Self::Pending => "PENDING",
            Self::Fulfilled => "FULFILLED",
            Self::Cancelled => "CANCELLED",
            Self::Expired => "EXPIRED",
        }
    }
}

impl Job {
    pub(super) fn state(&self, now: Timestamp) -> State {
        if self.cancelled {
            State::Cancelled
        } else if now < self.started {
            State::Queued
        } else if now < self.done {
            State::Pending
        } else if now < self.expires {
            State::Fulfilled
        } else {
            State::Expired
        }
    }

    /// `AsyncQueryStatus`.
    pub(super) fn status(&self, now: Timestamp) -> Value {
        let state = self.state(now);
        let over = matches!(state, State::Fulfilled | State::Expired);
        json!({
            "state": state.word(),
            "submissionDate": time(self.submitted),
            "completionDate": if over { time(self.done) } else { Value::Null },
            "expirationDate": if over { time(self.expires) } else { Value::Null },
        })
    }

    /// What it found: looked up once, and the same for every page.
    pub(super) fn found(&mut self, world: &World, sight: Sight<'_>) -> &[usize] {
        if self.found.is_none() {
            self.found = Some(self.search(world, sight));
        }
        self.found.as_deref().unwrap_or_default()
    }

    fn search(&self, world: &World, sight: Sight<'_>) -> Vec<usize> {
        let all = world.conversations.iter().enumerate();
        let seen = all.filter_map(|(index, one)| Some((index, sight.of(one)?)));
        let wanted = seen.filter(|(_, seen)| self.is_meant(*seen) && self.asked.wants(*seen));
        let mut rows: Vec<(Timestamp, usize)> = wanted
            .map(|(index, seen)| (self.order.by.key(seen), index))
            .collect();
        rows.sort_unstable();
        if self.order.descending {
            rows.reverse();
        }
        let indexes = rows.into_iter().map(|(_, index)| index);
        indexes.take(self.limit).collect()
    }

    /// A conversation is active from its start to its end, whether anybody writes or not.
    fn is_meant(&self, seen: Seen<'_>) -> bool {
        let Interval { from, to } = self.interval;
        if self.by_day {
            self.interval.has(seen.one.started)
        } else {
            seen.one.started < to && seen.ended().is_none_or(|ended| ended >= from)
        }
    }
}
