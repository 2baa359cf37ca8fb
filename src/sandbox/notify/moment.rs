//! One change of the truth log, with the party and the leg that it happened to.

use crate::sandbox::truth::{Change, Truth};
use crate::sandbox::world::conversation::{Conversation, Leg, Participant, Purpose};
use crate::sandbox::world::directory::Directory;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// What happened, and to whom.
#[derive(Clone, Copy)]
pub(super) struct Moment<'a> {
    pub(super) truth: &'a Truth,
    pub(super) one: &'a Conversation,
    /// Nothing where it happened to the conversation as a whole.
    pub(super) party: Option<&'a Participant>,
    /// The leg it happened to, else the party's last.
    pub(super) leg: Option<&'a Leg>,
    pub(super) directory: &'a Directory,
}

impl<'a> Moment<'a> {
    pub(super) fn new(truth: &'a Truth, one: &'a Conversation, directory: &'a Directory) -> Self {
        let party = truth.participant.and_then(|id| one.participant(id));
        let mut legs = party.into_iter().flat_map(|party| &party.legs);
        let leg = legs.find(|leg| Some(leg.id) == truth.communication);
        Self {
            truth,
            one,
            party,
            leg: leg.or_else(|| party.and_then(|party| party.legs.last())),
            directory,
        }
    }

    /// A leg came up: it rings, or is connected without having rung.
    pub(super) fn begins(&self) -> bool {
        match self.truth.what {
            Change::LegAlerting => true,
            Change::LegConnected => self.leg.is_some_and(|leg| leg.alerting.is_none()),
            _ => false,
        }
    }

    /// A leg that rang was answered.
    pub(super) fn answers(&self) -> bool {
        self.truth.what == Change::LegConnected && !self.begins()
    }

    pub(super) fn ends(&self) -> bool {
        self.truth.what == Change::LegEnded
    }

    pub(super) fn purpose(&self) -> Option<Purpose> {
        self.party.map(|party| party.purpose)
    }

    /// How the leg came down, as analytics spells it.
    pub(super) fn ending(&self) -> Option<&'static str> {
        let (_, how) = self.leg?.ended?;
        Some(how.analytics_word())
    }

    pub(super) fn queue_id(&self) -> Option<String> {
        let queue = self.directory.queues.get(self.party?.queue?)?;
        Some(queue.id.to_string())
    }

    /// The division of the queue that the conversation was in last.
    pub(super) fn division(&self) -> Uuid {
        self.directory.division_of(self.one.queue()).id
    }

    /// How long the leg was connected, in milliseconds.
    pub(super) fn connected_ms(&self) -> Option<i64> {
        let leg = self.leg?;
        Some(milliseconds(leg.connected?, leg.ended?.0))
    }

    /// How long it rang, whether it was answered or not.
    pub(super) fn alerting_ms(&self) -> Option<i64> {
        let leg = self.leg?;
        let until = leg.connected.or(leg.ended.map(|(at, _)| at));
        Some(milliseconds(leg.alerting?, until?))
    }

    /// How long after-call work took; nothing where there was none.
    pub(super) fn after_call_work_ms(&self) -> Option<i64> {
        let work = &self.party?.wrap_up;
        Some(milliseconds(work.started?, work.ended?))
    }

    /// The agent who answered what waited in this queue leg.
    pub(super) fn answered_by(&self) -> Option<&'a Participant> {
        let (waited, began) = (self.party?, self.leg?.began()?);
        let mut agents = self.one.participants.iter();
        agents.find(|one| {
            let answered = |leg: &Leg| leg.connected.is_some_and(|at| at >= began);
            one.purpose == Purpose::Agent
                && one.queue == waited.queue
                && one.legs.iter().any(answered)
        })
    }

    /// Where the guest wrote from and to.
    pub(super) fn addresses(&self) -> (Value, Value) {
        let guest = self.one.participants.first();
        (
            json!(guest.map(|guest| guest.id)),
            json!(self.one.deployment),
        )
    }
}

fn milliseconds(from: Timestamp, to: Timestamp) -> i64 {
    to.as_millisecond().saturating_sub(from.as_millisecond())
}
