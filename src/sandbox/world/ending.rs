//! How legs and conversations come down: the rules that every kill depends on.
//!
//! An accepted request only makes an appointment; the change happens when `tick` gets there.

use super::aftermath::Aftermath;
use super::conversation::{ChosenCode, Disconnect, Medium, Participant, Purpose, Resistance};
use super::{By, Due, World, later};
use crate::sandbox::truth::{Actor, Change};
use jiff::Timestamp;
use uuid::Uuid;

/// When an accepted change is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Applying {
    /// After the platform's usual wait, never more than 0.8 s with all that follows.
    Usual,
    /// So many milliseconds after it was accepted.
    Late(u32),
    /// Never: the platform lies.
    Never,
}

/// What a wrap-up is to be settled with.
#[derive(Clone, Debug)]
pub(in crate::sandbox) enum WrapUpWish {
    Code(ChosenCode),
    Skip,
    /// Kept, and nothing is settled by it.
    Provisional(ChosenCode),
}

/// An end of a whole conversation.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Ending {
    pub(in crate::sandbox) how: Disconnect,
    /// Whose legs.
    pub(in crate::sandbox) whose: Whose,
    /// Only legs of this medium; absent: of every medium.
    pub(in crate::sandbox) medium: Option<Medium>,
    /// Bots keep their legs.
    pub(in crate::sandbox) spares_bots: bool,
    /// It is a teardown, and settles with this code what is owed.
    pub(in crate::sandbox) teardown: Option<ChosenCode>,
    pub(in crate::sandbox) aftermath: Aftermath,
}

/// Whose legs an ending brings down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Whose {
    Everybody,
    /// The guest is left alone.
    AllButCustomer,
    /// One participant's.
    One(Uuid),
}

impl Ending {
    /// Every leg, and nothing else.
    pub(in crate::sandbox) fn of_all_legs(how: Disconnect) -> Self {
        Self {
            how,
            whose: Whose::Everybody,
            medium: None,
            spares_bots: false,
            teardown: None,
            aftermath: Aftermath::default(),
        }
    }

    fn is_meant(&self, party: &Participant) -> bool {
        let of_them = match self.whose {
            Whose::Everybody => true,
            Whose::AllButCustomer => party.purpose != Purpose::Customer,
            Whose::One(id) => party.id == id,
        };
        of_them && !(self.spares_bots && party.purpose.is_bot())
    }
}

impl World {
    /// Accepts the end of some legs of a conversation.
    pub(in crate::sandbox) fn accept_leg_ends(
        &mut self,
        index: usize,
        legs: &[Uuid],
        how: Disconnect,
        by: &By,
        applying: Applying,
        now: Timestamp,
    ) {
        if !self.takes(index, false) {
            return;
        }
        if let Some(at) = self.time_of_effect(applying, now) {
            for leg in legs {
                self.due(at, Due::EndLeg(index, *leg, how, by.clone()));
            }
        }
    }

    /// Accepts the end of every leg that will be open then.
    pub(in crate::sandbox) fn accept_end_of_all(
        &mut self,
        index: usize,
        ending: Ending,
        by: &By,
        applying: Applying,
        now: Timestamp,
    ) {
        if !self.takes(index, ending.teardown.is_some()) {
            return;
        }
        if let Some(at) = self.time_of_effect(applying, now) {
            self.due(at, Due::EndEverything(index, Box::new(ending), by.clone()));
        }
    }

    /// Whether an accepted ending is ever applied.
    fn takes(&self, index: usize, is_teardown: bool) -> bool {
        match self.conversations.get(index).map(|one| one.resistance) {
            None | Some(Resistance::Nothing) => true,
            Some(Resistance::AllButTeardown) => is_teardown,
            Some(Resistance::Everything) => false,
        }
    }

    /// Accepts a wrap-up.
    pub(in crate::sandbox) fn accept_wrap_up(
        &mut self,
        index: usize,
        participant: Uuid,
        wish: WrapUpWish,
        by: &By,
        applying: Applying,
        now: Timestamp,
    ) {
        if let Some(at) = self.time_of_effect(applying, now) {
            self.due(
                at,
                Due::SettleWrapUp(index, participant, Box::new(wish), by.clone()),
            );
        }
    }

    pub(super) fn time_of_effect(
        &mut self,
        applying: Applying,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let (shortest, longest) = self.apply_ms;
        let wait = match applying {
            Applying::Usual => self.delays.between(shortest.into(), longest.into()),
            Applying::Late(milliseconds) => milliseconds.into(),
            Applying::Never => return None,
        };
        Some(later(now, wait))
    }

    /// Brings one leg down, if it is still up, with everything that follows from it.
    pub(super) fn end_leg(
        &mut self,
        index: usize,
        leg_id: Uuid,
        how: Disconnect,
        by: &By,
        at: Timestamp,
    ) {
        let Some(conversation) = self.conversations.get_mut(index) else {
            return;
        };
        let mut parties = conversation.participants.iter_mut();
        let found = parties.find_map(|party| {
            let mut legs = party.legs.iter_mut();
            let leg = legs.find(|leg| leg.id == leg_id && leg.is_open())?;
            leg.ended = Some((at, how));
            let owes = party.wrap_up.required && leg.connected.is_some();
            let begins = owes && !party.is_open() && party.wrap_up.ended.is_none();
            if begins {
                party.wrap_up.started = Some(at);
            }
            Some((party.id, party.purpose, begins, party.wrap_up.timeout_ms))
        });
        let Some((participant, purpose, owes, timeout_ms)) = found else {
            return;
        };
        let party = Some((participant, Some(leg_id)));
        self.record(index, Change::LegEnded, party, by, at);
        if owes {
            let by = By::nobody(Actor::World);
            self.record(
                index,
                Change::WrapUpOwed,
                Some((participant, None)),
                &by,
                at,
            );
            if timeout_ms > 0 {
                let time_up = later(at, timeout_ms.into());
                self.due(time_up, Due::WrapUpTimeOut(index, participant));
            }
        }
        match purpose {
            Purpose::Customer => self.machines_follow(index, at),
            Purpose::Agent => {
                self.listeners_follow(index, participant, at);
                self.agent_left(index, at);
            }
            _ => {}
        }
        self.end_if_settled(index, by, at);
    }

    /// Queue and bot legs, and alerts that nobody answered, end by themselves a moment after the
    /// customer's.
    fn machines_follow(&mut self, index: usize, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        if conversation.bot_stays || conversation.open(Purpose::Customer).is_some() {
            return;
        }
        let legs = conversation.participants.iter().flat_map(|party| {
            let machine = party.purpose.is_machine();
            party
                .legs
                .iter()
                .filter(move |leg| leg.is_open_message() && (machine || leg.is_alerting()))
        });
        let legs: Vec<Uuid> = legs.map(|leg| leg.id).collect();
        for leg in legs {
            let moment = later(at, self.delays.between(20, 80));
            let by = By::nobody(Actor::World);
            self.due(moment, Due::EndLeg(index, leg, Disconnect::Peer, by));
        }
    }

    /// Who listens in on an agent hears nothing any more once that one is gone.
    fn listeners_follow(&mut self, index: usize, agent: Uuid, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        let is_up = conversation
            .participant(agent)
            .is_some_and(Participant::is_in_chat);
        let parties = conversation.participants.iter();
        let listeners = parties.filter(|one| one.monitors == Some(agent) && !is_up);
        let legs: Vec<Uuid> = listeners.flat_map(|one| one.open_legs(None)).collect();
        for leg in legs {
            self.end_leg(index, leg, Disconnect::Peer, &By::nobody(Actor::World), at);
        }
    }

    /// Brings open legs down, and settles what is owed where it is a teardown.
    pub(super) fn end_everything(&mut self, index: usize, ending: &Ending, by: &By, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        let before = self.before(index);
        let parties = conversation.participants.iter();
        let parties = parties.filter(|party| ending.is_meant(party));
        let legs: Vec<Uuid> = parties
            .flat_map(|party| party.open_legs(ending.medium))
            .collect();
        for leg in legs {
            self.end_leg(index, leg, ending.how, by, at);
        }
        if let Some(code) = &ending.teardown {
            self.resynchronize(index, code, by, at);
        }
        self.follow(index, &ending.aftermath, &before, by, at);
    }

    /// What a teardown does beside ending legs.
    fn resynchronize(&mut self, index: usize, code: &ChosenCode, by: &By, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        let parties = conversation.participants.iter();
        let owing = parties.filter(|party| party.wrap_up.is_owed());
        let owing: Vec<Uuid> = owing.map(|party| party.id).collect();
        self.mend(index, at);
        for participant in owing {
            self.finish_wrap_up(index, participant, Some(code), by, at);
        }
    }

    /// Does what was sent for the wrap-up of one participant. A code that comes before the end is
    /// kept for it.
    pub(super) fn settle_wrap_up(
        &mut self,
        index: usize,
        participant: Uuid,
        wish: &WrapUpWish,
        by: &By,
        at: Timestamp,
    ) {
        let conversation = self.conversations.get_mut(index);
        let Some(party) = conversation.and_then(|one| one.participant_mut(participant)) else {
            return;
        };
        let wrap_up = &mut party.wrap_up;
        if wrap_up.ended.is_some() {
            return;
        }
        let settles = match wish {
            WrapUpWish::Code(code) => {
                wrap_up.code = Some(Box::new(code.clone()));
                !wrap_up.runs_its_time()
            }
            WrapUpWish::Skip => {
                wrap_up.skipped = true;
                true
            }
            WrapUpWish::Provisional(code) => {
                wrap_up.provisional = Some(Box::new(code.clone()));
                false
            }
        };
        if settles {
            self.finish_wrap_up(index, participant, None, by, at);
        } else {
            let party = Some((participant, None));
            self.record(index, Change::AfterCallWorkChanged, party, by, at);
        }
    }

    /// Ends the after-call work of one participant; `code` is for one who has none yet.
    pub(super) fn finish_wrap_up(
        &mut self,
        index: usize,
        participant: Uuid,
        code: Option<&ChosenCode>,
        by: &By,
        at: Timestamp,
    ) {
        let conversation = self.conversations.get_mut(index);
        let Some(party) = conversation.and_then(|one| one.participant_mut(participant)) else {
            return;
        };
        let wrap_up = &mut party.wrap_up;
        if wrap_up.ended.is_some() {
            return;
        }
        if let Some(code) = code {
            wrap_up.code.get_or_insert_with(|| Box::new(code.clone()));
        }
        wrap_up.ended = Some(at);
        self.record(index, Change::WrapUpDone, Some((participant, None)), by, at);
        self.end_if_settled(index, by, at);
    }

    pub(super) fn end_if_settled(&mut self, index: usize, by: &By, at: Timestamp) {
        let Some(conversation) = self.conversations.get_mut(index) else {
            return;
        };
        if conversation.ended.is_none() && conversation.is_settled() {
            conversation.ended = Some(at);
            conversation.inactivity_timeout = None;
            self.record(index, Change::ConversationEnded, None, by, at);
        }
    }

    /// The code that the platform fills in when nobody chose one.
    pub(in crate::sandbox) fn system_code(&self) -> ChosenCode {
        let code = &self.directory.system_code;
        ChosenCode {
            id: code.id.to_string(),
            name: code.name.clone(),
            ..ChosenCode::default()
        }
    }
}
