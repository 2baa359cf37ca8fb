//! Transfers: from agent to agent and from queue to queue, done, given up, or hung.

use super::conversation::{Conversation, Disconnect, Medium, Purpose};
use super::directory::Named;
use super::journey::Stage;
use super::{By, Due, World, later};
use crate::sandbox::truth::{Actor, Change};
use jiff::Timestamp;
use uuid::Uuid;

/// One transfer of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Transfer {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) at: Timestamp,
    pub(in crate::sandbox) state: TransferState,
    /// The agent who began it.
    pub(in crate::sandbox) by: Option<Uuid>,
    pub(in crate::sandbox) to: Destination,
}

/// Where a transfer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Destination {
    /// A queue, an index of the directory.
    Queue(usize),
    /// An agent, by user id.
    Agent(Uuid),
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum TransferState {
    Pending,
    Complete,
    Canceled,
    Timeout,
}

impl TransferState {
    /// The word of `TransferResponse.state`.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Complete => "Complete",
            Self::Canceled => "Canceled",
            Self::Timeout => "Timeout",
        }
    }
}

impl World {
    /// An agent sends the conversation on. `done` says whether that ever comes to an end.
    pub(super) fn transfer(&mut self, index: usize, to: Destination, done: bool, at: Timestamp) {
        let id = self.chance.uuid();
        let Some(conversation) = self.conversations.get_mut(index) else {
            return;
        };
        if conversation.ended.is_some() {
            return;
        }
        let agent = conversation.open(Purpose::Agent);
        let (by, party) = (
            agent.and_then(|one| one.user),
            agent.map(|one| (one.id, None)),
        );
        conversation.transfers.push(Transfer {
            id,
            at,
            state: TransferState::Pending,
            by,
            to,
        });
        self.record(
            index,
            Change::TransferStarted,
            party,
            &By::nobody(Actor::Agent),
            at,
        );
        if done {
            let wait = self.chance.between(1000, 2000);
            self.due(later(at, wait), Due::TransferDone(index, id));
        }
    }

    /// A queue takes the conversation over; another agent is alerted, and takes over by answering.
    pub(super) fn finish_transfer(&mut self, index: usize, id: Uuid, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        let mut all = conversation.transfers.iter();
        let pending = all.find(|one| one.id == id && one.state == TransferState::Pending);
        let Some(transfer) = pending.copied() else {
            return;
        };
        if conversation.open(Purpose::Customer).is_none() {
            self.settle_transfer(index, id, TransferState::Canceled, at);
            return;
        }
        match transfer.to {
            Destination::Queue(queue) => {
                let by = By::nobody(Actor::Agent);
                self.end_all_of(index, Purpose::Agent, Disconnect::Transfer, &by, at);
                self.end_all_of(index, Purpose::Acd, Disconnect::Transfer, &by, at);
                self.waits_in(index, queue, at);
                if self.is_served(index) {
                    self.advance_later(index, Stage::Agent, at);
                }
                self.settle_transfer(index, id, TransferState::Complete, at);
            }
            Destination::Agent(user) => self.alert_colleague(index, user, at),
        }
    }

    fn alert_colleague(&mut self, index: usize, user: Uuid, at: Timestamp) {
        let mut agents = self.directory.agents.iter();
        let colleague = agents.find(|one| one.id == user).map(|one| Named {
            id: one.id,
            name: one.name.clone(),
        });
        let queue = self.conversations.get(index).and_then(Conversation::queue);
        if let Some(colleague) = colleague {
            self.alert(index, &colleague, queue, &By::nobody(Actor::Agent), at);
        }
    }

    /// The agent to whom a conversation was sent has answered: the one who sent it lets go.
    pub(super) fn transfer_was_answered(&mut self, index: usize, leg: Uuid, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        let answered = conversation.leg(leg).and_then(|(party, _)| party.user);
        let mut all = conversation.transfers.iter();
        let pending = all.find(|one| {
            one.state == TransferState::Pending
                && answered.is_some_and(|user| one.to == Destination::Agent(user))
        });
        let Some(transfer) = pending.copied() else {
            return;
        };
        let parties = conversation.participants.iter();
        let others = parties
            .filter(|one| one.purpose == Purpose::Agent && one.user != answered)
            .flat_map(|one| one.open_legs(Some(Medium::Message)));
        let others: Vec<Uuid> = others.collect();
        for other in others {
            let by = By::nobody(Actor::Agent);
            self.end_leg(index, other, Disconnect::Transfer, &by, at);
        }
        self.settle_transfer(index, transfer.id, TransferState::Complete, at);
    }

    /// The agent to whom a conversation was sent let it ring: it stays where it was.
    pub(super) fn transfer_timed_out(&mut self, index: usize, user: Option<Uuid>, at: Timestamp) {
        let transfers = self
            .conversations
            .get(index)
            .map(|one| one.transfers.iter());
        let pending = transfers.and_then(|mut all| {
            all.find(|one| {
                one.state == TransferState::Pending
                    && user.is_some_and(|user| one.to == Destination::Agent(user))
            })
        });
        if let Some(id) = pending.map(|one| one.id) {
            self.settle_transfer(index, id, TransferState::Timeout, at);
        }
    }

    fn settle_transfer(&mut self, index: usize, id: Uuid, state: TransferState, at: Timestamp) {
        let transfers = self
            .conversations
            .get_mut(index)
            .map(|one| &mut one.transfers);
        let found = transfers.and_then(|all| all.iter_mut().find(|one| one.id == id));
        if let Some(transfer) = found {
            transfer.state = state;
            self.record(
                index,
                Change::TransferEnded,
                None,
                &By::nobody(Actor::World),
                at,
            );
        }
    }
}
