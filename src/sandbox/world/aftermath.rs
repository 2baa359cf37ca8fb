//! What follows an ending of the forum's dialect beside the end of legs: a code for the agents, and a guest
//! who is back before all is over.

use super::conversation::{ChosenCode, Conversation, Purpose};
use super::happening::{Details, Happening};
use super::{By, Due, World, WrapUpWish, later};
use crate::sandbox::scenario::OnDisconnect;
use jiff::Timestamp;
use uuid::Uuid;

/// How long after the ending the guest is back, shortest and longest, in milliseconds.
const BACK_MS: (i64, i64) = (20, 80);

/// What follows an ending.
#[derive(Clone, Debug, Default)]
pub(in crate::sandbox) struct Aftermath {
    /// The after-call work of the agents who were up, or who owed some, is settled with it.
    pub(in crate::sandbox) code: Option<ChosenCode>,
    /// The guest, if it was up, is back with a new leg; once, and not where it may write no more.
    pub(in crate::sandbox) guest_returns: bool,
}

/// Who was there before an ending.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// Agents who were up, or who owe after-call work.
    agents: Vec<Uuid>,
    customer: bool,
}

impl World {
    pub(super) fn before(&self, index: usize) -> Before {
        let Some(one) = self.conversations.get(index) else {
            return Before::default();
        };
        let agents = one.participants.iter().filter(|party| {
            let mut legs = party.legs.iter();
            let is_up = legs.any(|leg| leg.is_open_message() && !leg.is_alerting());
            party.purpose == Purpose::Agent && (is_up || party.wrap_up.is_owed())
        });
        Before {
            agents: agents.map(|party| party.id).collect(),
            customer: one.open(Purpose::Customer).is_some(),
        }
    }

    pub(super) fn follow(
        &mut self,
        index: usize,
        aftermath: &Aftermath,
        before: &Before,
        by: &By,
        at: Timestamp,
    ) {
        if let Some(code) = &aftermath.code {
            let wish = WrapUpWish::Code(code.clone());
            for agent in &before.agents {
                self.settle_wrap_up(index, *agent, &wish, by, at);
            }
        }
        if aftermath.guest_returns && before.customer && self.may_return(index, at) {
            if let Some(one) = self.conversations.get_mut(index) {
                one.returned = true;
            }
            let moment = later(at, self.delays.between(BACK_MS.0, BACK_MS.1));
            let details = Box::<Details>::default();
            self.due(moment, Due::Happen(index, Happening::GuestReborn, details));
        }
    }

    fn may_return(&self, index: usize, at: Timestamp) -> bool {
        let one = self.conversations.get(index);
        let is_read_only = |one: &Conversation| {
            let deployment = self.directory.deployment(one.deployment);
            deployment.is_some_and(|one| one.disconnect == OnDisconnect::ReadOnly)
        };
        let may = one.is_some_and(|one| !one.returned && !is_read_only(one));
        may && self.continues(index, at)
    }
}
