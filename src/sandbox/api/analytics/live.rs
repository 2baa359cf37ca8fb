//! Live observations: what waits, alerts and interacts this very moment. They never lag, and strays are not in them.

use super::filters::{Field, Found};
use crate::sandbox::world::World;
use crate::sandbox::world::conversation::{Conversation, Leg, Participant, Purpose};
use crate::sandbox::world::directory::Directory;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// What is observed of a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum State {
    /// In a queue, with no agent alerted for it.
    Waiting,
    Alerting,
    /// Connected to an agent, and not parked.
    Interacting,
}

/// A leg that is in one of those states.
#[derive(Clone, Copy)]
pub(in crate::sandbox) struct Observed<'a> {
    pub(in crate::sandbox) state: State,
    pub(in crate::sandbox) since: Timestamp,
    one: &'a Conversation,
    party: &'a Participant,
    leg: &'a Leg,
    directory: &'a Directory,
}

/// What an activity query can group and filter by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ActivityField {
    AddressFrom,
    AddressTo,
    ConversationId,
    Direction,
    MediaType,
    ParticipantName,
    QueueId,
    SessionId,
    UserId,
    Never,
}

/// Everything that is observed now, the oldest conversation first.
pub(in crate::sandbox) fn observed(world: &World) -> impl Iterator<Item = Observed<'_>> {
    let open = world.conversations.iter();
    let open = open.filter(|one| one.ended.is_none() && !one.lost);
    open.flat_map(move |one| {
        let alerted = one.participants.iter().any(is_alerted);
        let legs = one
            .participants
            .iter()
            .flat_map(|party| party.legs.iter().map(move |leg| (party, leg)));
        legs.filter_map(move |(party, leg)| {
            let (state, since) = state(party, leg, alerted)?;
            Some(Observed {
                state,
                since,
                one,
                party,
                leg,
                directory: &world.directory,
            })
        })
    })
}

fn is_alerted(party: &Participant) -> bool {
    let mut legs = party.legs.iter();
    party.purpose == Purpose::Agent && legs.any(Leg::is_alerting)
}

fn state(party: &Participant, leg: &Leg, alerted: bool) -> Option<(State, Timestamp)> {
    if !leg.is_open_message() || leg.is_parked() {
        return None;
    }
    let (state, since) = match (party.purpose, leg.connected) {
        (Purpose::Acd, Some(since)) if !alerted => (State::Waiting, since),
        (Purpose::Agent, Some(since)) => (State::Interacting, since),
        (Purpose::Agent, None) => (State::Alerting, leg.alerting?),
        _ => return None,
    };
    Some((state, since))
}

impl<'a> Observed<'a> {
    pub(super) fn conversation(&self) -> String {
        self.one.id.to_string()
    }

    /// The index of its queue.
    pub(in crate::sandbox) fn queue(&self) -> Option<usize> {
        self.party.queue
    }

    /// The agent.
    pub(super) fn user(&self) -> Option<Uuid> {
        self.party.user
    }

    /// What a field holds.
    pub(super) fn field(&self, field: ActivityField) -> Found<'a> {
        let guest = self.one.participants.first();
        match field {
            ActivityField::AddressFrom => Found::maybe(guest, |guest| Found::Id(guest.id)),
            ActivityField::AddressTo => Found::Id(self.one.deployment),
            ActivityField::ConversationId => Found::Id(self.one.id),
            ActivityField::Direction => Found::Text("inbound"),
            ActivityField::MediaType => Found::Text("message"),
            ActivityField::ParticipantName => Found::maybe(guest, |guest| Found::Text(&guest.name)),
            ActivityField::QueueId => {
                let queue = self.party.queue;
                let queue = queue.and_then(|queue| self.directory.queues.get(queue));
                Found::maybe(queue, |queue| Found::Id(queue.id))
            }
            ActivityField::SessionId => Found::Id(self.leg.id),
            ActivityField::UserId => Found::maybe(self.party.user, Found::Id),
            ActivityField::Never => Found::Nothing,
        }
    }

    fn written(&self, field: ActivityField) -> Option<String> {
        self.field(field).written()
    }

    /// The members that `ConversationActivityEntityData` and `ObservationValue` share, and some more.
    pub(super) fn value<const N: usize>(&self, more: [(&str, Value); N]) -> Value {
        let shared = [
            ("conversationId", json!(self.one.id)),
            ("sessionId", json!(self.leg.id)),
            ("userId", json!(self.party.user)),
            (
                "participantName",
                json!(self.written(ActivityField::ParticipantName)),
            ),
            ("direction", json!("inbound")),
            (
                "addressFrom",
                json!(self.written(ActivityField::AddressFrom)),
            ),
            ("addressTo", json!(self.written(ActivityField::AddressTo))),
        ];
        let all = shared.into_iter().chain(more);
        all.map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// The queue's id.
    pub(super) fn queue_id(&self) -> Option<String> {
        self.written(ActivityField::QueueId)
    }
}

impl Field for ActivityField {
    fn dimension(word: &str) -> Self {
        match word {
            "addressFrom" => Self::AddressFrom,
            "addressTo" => Self::AddressTo,
            "conversationId" => Self::ConversationId,
            "direction" => Self::Direction,
            "mediaType" => Self::MediaType,
            "participantName" => Self::ParticipantName,
            "queueId" => Self::QueueId,
            "sessionId" => Self::SessionId,
            "userId" => Self::UserId,
            _ => Self::Never,
        }
    }

    fn metric(_: &str) -> Self {
        Self::Never
    }

    fn property() -> Self {
        Self::Never
    }
}

/// The oldest half and the newest half of what is too long, in order; and whether it was too long.
pub(super) fn truncated<T>(mut all: Vec<T>, most: usize) -> (Vec<T>, bool) {
    let surplus = all.len().saturating_sub(most);
    if surplus > 0 {
        let half = most.div_ceil(2);
        all.drain(half..half + surplus);
    }
    (all, surplus > 0)
}

/// As the platform writes the longest of something: the moment it began, in milliseconds since 1970.
pub(in crate::sandbox) fn epoch(at: Timestamp) -> i64 {
    at.as_millisecond()
}
