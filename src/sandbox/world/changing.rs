//! Accepted requests that end nothing: parking, taking over, participant data, after-call work, words,
//! forgetting.
//!
//! Like an ending, each is only an appointment until `tick` gets there; what has become impossible by
//! then is not done.

use super::conversation::{Attributes, Disconnect, Leg, Purpose};
use super::directory::Named;
use super::writing::{Line, Words};
use super::{Applying, By, Due, World};
use crate::sandbox::truth::Change;
use jiff::Timestamp;
use uuid::Uuid;

/// One accepted change.
#[derive(Clone, Debug)]
pub(in crate::sandbox) enum Changing {
    /// A leg is set aside until a time.
    Park(Uuid, Timestamp),
    /// A parked leg is taken up again.
    Resume(Uuid),
    /// An alerting leg is answered.
    Answer(Uuid),
    /// A user takes an agent's leg over.
    TakeOver(Uuid, Named),
    /// A user listens in on an agent's leg.
    Monitor(Uuid, Named),
    /// Participant data is set; an empty value is kept as one.
    Attributes(Uuid, Attributes),
    /// Whether a participant will owe after-call work.
    AfterCallWork(Uuid, bool),
    /// Words are written.
    Say(Line, Words),
    /// The conversation service forgets the conversation.
    Forget,
}

impl World {
    /// Accepts a change.
    pub(in crate::sandbox) fn accept(
        &mut self,
        index: usize,
        change: Changing,
        by: &By,
        applying: Applying,
        now: Timestamp,
    ) {
        // What an agent says is there when the answer is: it names the message.
        let at_once = matches!((&change, applying), (Changing::Say(..), Applying::Usual));
        let at = if at_once {
            Some(now)
        } else {
            self.time_of_effect(applying, now)
        };
        if let Some(at) = at {
            self.due(at, Due::Apply(index, Box::new(change), by.clone()));
        }
        if at_once {
            self.tick(now);
        }
    }

    pub(super) fn apply(&mut self, index: usize, change: Changing, by: &By, at: Timestamp) {
        match change {
            Changing::Park(leg, until) => self.park(index, leg, until, by, at),
            Changing::Resume(leg) => self.resume(index, leg, by, at),
            Changing::Answer(leg) => self.answer(index, leg, by, at),
            Changing::TakeOver(leg, user) => self.take_over(index, leg, &user, by, at),
            Changing::Monitor(leg, user) => self.monitor(index, leg, &user, by, at),
            Changing::Attributes(party, attributes) => {
                self.set_attributes(index, party, attributes, by, at);
            }
            Changing::AfterCallWork(party, required) => {
                self.ask_for_after_call_work(index, party, required, by, at);
            }
            Changing::Say(line, words) => {
                self.say_on(index, line, words, by, at);
            }
            Changing::Forget => self.forget(index, by, at),
        }
    }

    pub(super) fn set_attributes(
        &mut self,
        index: usize,
        participant: Uuid,
        attributes: Attributes,
        by: &By,
        at: Timestamp,
    ) {
        let conversation = self.conversations.get_mut(index);
        if let Some(party) = conversation.and_then(|one| one.participant_mut(participant)) {
            party.attributes.get_or_insert_default().extend(attributes);
            let party = Some((participant, None));
            self.record(index, Change::AttributesChanged, party, by, at);
        }
    }

    fn forget(&mut self, index: usize, by: &By, at: Timestamp) {
        let conversation = self.conversations.get_mut(index);
        if conversation.is_some_and(|one| !std::mem::replace(&mut one.lost, true)) {
            self.record(index, Change::RecordRemoved, None, by, at);
        }
    }

    fn ask_for_after_call_work(
        &mut self,
        index: usize,
        participant: Uuid,
        required: bool,
        by: &By,
        at: Timestamp,
    ) {
        let conversation = self.conversations.get_mut(index);
        let party = conversation.and_then(|one| one.participant_mut(participant));
        let Some(party) = party.filter(|one| one.legs.iter().any(Leg::is_connected)) else {
            return;
        };
        party.wrap_up.required = required;
        let party = Some((participant, None));
        self.record(index, Change::AfterCallWorkChanged, party, by, at);
    }

    /// The user's leg comes up before the agent's goes down, so that nobody is alone meanwhile.
    fn take_over(&mut self, index: usize, leg: Uuid, user: &Named, by: &By, at: Timestamp) {
        let found = self.conversations.get(index).and_then(|one| one.leg(leg));
        let Some((party, _)) = found.filter(|(_, leg)| leg.is_open()) else {
            return;
        };
        let queue = party.queue;
        let joining = self.agent(user, queue, at);
        self.join(index, joining, Leg::connected, by, at);
        self.end_leg(index, leg, Disconnect::Takeover, by, at);
    }

    fn monitor(&mut self, index: usize, leg: Uuid, user: &Named, by: &By, at: Timestamp) {
        let found = self.conversations.get(index).and_then(|one| one.leg(leg));
        let Some((party, _)) = found.filter(|(_, leg)| leg.is_open()) else {
            return;
        };
        let monitored = party.id;
        let mut joining = self.party(Purpose::User, &user.name, at);
        joining.user = Some(user.id);
        joining.monitors = Some(monitored);
        self.join(index, joining, Leg::connected, by, at);
    }
}
