//! Clocks that run by themselves: the queue's inactivity timer and the limits of after-call work.

use super::conversation::{Disconnect, Medium, Purpose};
use super::{By, Due, Ending, World, later};
use crate::sandbox::truth::{Actor, Change};
use jiff::Timestamp;
use uuid::Uuid;

const MINUTE_MS: i64 = 60_000;
/// How long the inactivity timer of a staged `closing` chat runs.
pub(super) const INACTIVITY_MS: i64 = 45 * MINUTE_MS;

impl World {
    /// A message from either side starts the timer anew: where one runs, and where the queue of a
    /// connected agent has one. While a leg is parked none runs.
    pub(super) fn restart_timer(&mut self, index: usize, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        let runs = conversation.inactivity_timeout.is_some();
        let agent = conversation.open(Purpose::Agent);
        let parked = agent.is_some_and(|one| one.legs.iter().any(super::Leg::is_parked));
        let queue = agent.filter(|one| one.legs.iter().any(super::Leg::is_connected));
        let queue = queue.and_then(|party| self.directory.queues.get(party.queue?));
        let limit = queue.and_then(|queue| queue.inactivity);
        let limit = limit.map(|(seconds, _)| i64::from(seconds) * 1000);
        let limit = match (limit, runs) {
            _ if parked => None,
            (Some(limit), _) => Some(limit),
            (None, true) => Some(INACTIVITY_MS),
            (None, false) => return,
        };
        let deadline = limit.map(|limit| later(at, limit));

        let Some(conversation) = self.conversations.get_mut(index) else {
            return;
        };
        conversation.inactivity_timeout = deadline;
        if let Some(deadline) = deadline {
            self.watch_timer(index, deadline, at);
        }
    }

    /// Makes the appointments of a timer: the warning a minute before, or at once where there is less,
    /// and the end.
    pub(super) fn watch_timer(&mut self, index: usize, deadline: Timestamp, now: Timestamp) {
        let warning = later(deadline, -MINUTE_MS).max(now);
        self.due(warning, Due::Warn(index, deadline));
        self.due(deadline, Due::TimeOut(index));
    }

    /// Both sides are told that a minute is left, unless somebody wrote since.
    pub(super) fn warn(&mut self, index: usize, deadline: Timestamp, at: Timestamp) {
        let conversation = self.conversations.get(index);
        if conversation.is_some_and(|one| one.inactivity_timeout == Some(deadline)) {
            let by = By::nobody(Actor::World);
            self.record(index, Change::InactivityWarned, None, &by, at);
        }
    }

    /// The timer ran out, unless it was started anew since this was due.
    pub(super) fn time_out(&mut self, index: usize, at: Timestamp) {
        let Some(conversation) = self.conversations.get_mut(index) else {
            return;
        };
        if conversation.inactivity_timeout != Some(at) {
            return;
        }
        conversation.inactivity_timeout = None;
        let queue = conversation.open(Purpose::Agent).and_then(|one| one.queue);
        let queue = queue.and_then(|queue| self.directory.queues.get(queue));
        let flow = queue.and_then(|queue| queue.inactivity_flow);
        if let Some(flow) = flow {
            self.send_to_flow(index, flow, at);
        } else {
            let ending = Ending {
                medium: Some(Medium::Message),
                ..Ending::of_all_legs(Disconnect::Inactivity)
            };
            self.end_everything(index, &ending, &By::nobody(Actor::World), at);
        }
    }

    /// The platform fills a code in where the time for one is up.
    pub(super) fn wrap_up_time_out(&mut self, index: usize, participant: Uuid, at: Timestamp) {
        let conversation = self.conversations.get(index);
        let party = conversation.and_then(|one| one.participant(participant));
        if party.is_some_and(|one| one.wrap_up.is_owed()) {
            let code = self.system_code();
            let by = By::nobody(Actor::World);
            self.finish_wrap_up(index, participant, Some(&code), &by, at);
        }
    }
}
