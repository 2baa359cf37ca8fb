//! How legs and conversations come down: the rules that every kill depends on.
//!
//! An accepted request only makes an appointment; the change happens when `tick` gets there.

use super::conversation::{ChosenCode, Disconnect, Purpose};
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
        how: Disconnect,
        wish: Option<WrapUpWish>,
        by: &By,
        applying: Applying,
        now: Timestamp,
    ) {
        if let Some(at) = self.time_of_effect(applying, now) {
            self.due(at, Due::EndEverything(index, how, by.clone(), wish));
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
            self.due(at, Due::SettleWrapUp(index, participant, wish, by.clone()));
        }
    }

    fn time_of_effect(&mut self, applying: Applying, now: Timestamp) -> Option<Timestamp> {
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
        let found = conversation
            .participants
            .iter_mut()
            .find_map(|participant| {
                let leg = participant
                    .legs
                    .iter_mut()
                    .find(|leg| leg.id == leg_id && leg.is_open())?;
                leg.ended = Some((at, how));
                let owes = participant.wrap_up.required && leg.connected.is_some();
                if owes && !participant.is_open() && participant.wrap_up.ended.is_none() {
                    participant.wrap_up.started = Some(at);
                }
                Some((
                    participant.id,
                    participant.purpose,
                    participant.wrap_up.is_owed(),
                ))
            });
        let Some((participant, purpose, owes)) = found else {
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
        }
        if purpose == Purpose::Customer {
            self.machines_follow(index, at);
        }
        self.end_if_settled(index, by, at);
    }

    /// Queue and bot legs end by themselves a moment after the customer's.
    fn machines_follow(&mut self, index: usize, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        if conversation.bot_stays || conversation.open(Purpose::Customer).is_some() {
            return;
        }
        let legs: Vec<Uuid> = conversation
            .participants
            .iter()
            .filter(|one| one.purpose.is_machine())
            .flat_map(|one| {
                one.legs
                    .iter()
                    .filter(|leg| leg.is_open())
                    .map(|leg| leg.id)
            })
            .collect();
        for leg in legs {
            let moment = later(at, self.delays.between(20, 80));
            let by = By::nobody(Actor::World);
            self.due(moment, Due::EndLeg(index, leg, Disconnect::Peer, by));
        }
    }

    /// Brings every open leg down, and settles what is owed where a wish says with what.
    pub(super) fn end_everything(
        &mut self,
        index: usize,
        how: Disconnect,
        by: &By,
        wish: Option<&WrapUpWish>,
        at: Timestamp,
    ) {
        let legs = self
            .conversations
            .get(index)
            .map(super::conversation::Conversation::open_legs);
        for leg in legs.unwrap_or_default() {
            self.end_leg(index, leg, how, by, at);
        }
        // Only a teardown brings a wish of its own for everybody.
        let Some(wish) = wish else { return };
        self.mend(index, at);
        let owing: Vec<Uuid> = self.conversations.get(index).map_or_else(Vec::new, |one| {
            let owing = one
                .participants
                .iter()
                .filter(|party| party.wrap_up.is_owed());
            owing.map(|party| party.id).collect()
        });
        for participant in owing {
            self.settle_wrap_up(index, participant, wish, by, at);
        }
    }

    /// Settles the wrap-up of one participant; a code that comes before the end is kept for it.
    pub(super) fn settle_wrap_up(
        &mut self,
        index: usize,
        participant: Uuid,
        wish: &WrapUpWish,
        by: &By,
        at: Timestamp,
    ) {
        let Some(conversation) = self.conversations.get_mut(index) else {
            return;
        };
        let mut all = conversation.participants.iter_mut();
        let Some(party) = all.find(|one| one.id == participant) else {
            return;
        };
        if party.wrap_up.ended.is_some() {
            return;
        }
        match wish {
            WrapUpWish::Code(code) => party.wrap_up.code = Some(code.clone()),
            WrapUpWish::Skip => party.wrap_up.skipped = true,
        }
        party.wrap_up.ended = Some(at);
        self.record(index, Change::WrapUpDone, Some((participant, None)), by, at);
        self.end_if_settled(index, by, at);
    }

    fn end_if_settled(&mut self, index: usize, by: &By, at: Timestamp) {
        let Some(conversation) = self.conversations.get_mut(index) else {
            return;
        };
        if conversation.ended.is_none() && conversation.is_settled() {
            conversation.ended = Some(at);
            self.record(index, Change::ConversationEnded, None, by, at);
        }
    }
}
