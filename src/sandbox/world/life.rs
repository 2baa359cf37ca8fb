//! What happens by itself: people write, new chats arrive, are served and end.
//!
//! Staged chats keep their legs; only `live` ones go on talking, and a `closing` one closes.

use super::conversation::{Conversation, Disconnect, Purpose, Side};
use super::directory::FlowKind;
use super::{By, Due, World, later};
use crate::sandbox::kind::Kind;
use crate::sandbox::names;
use crate::sandbox::truth::{Actor, Change};
use jiff::Timestamp;
use uuid::Uuid;

/// Where an arrived chat goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Queue,
    Agent,
    Leave,
}

const MINUTE_MS: i64 = 60_000;
/// How long the inactivity timer of a `closing` chat runs.
pub(super) const INACTIVITY_MS: i64 = 45 * MINUTE_MS;

impl World {
    /// The first appointments of everybody.
    pub(super) fn begin_life(&mut self, now: Timestamp) {
        for index in 0..self.conversations.len() {
            let Some(conversation) = self.conversations.get(index) else {
                continue;
            };
            let (kind, timer) = (conversation.kind, conversation.inactivity_timeout);
            if let Some(at) = timer {
                self.due(at, Due::TimeOut(index));
            }
            if kind == Some(Kind::Live) && self.life.messages {
                self.write_later(index, now);
            }
        }
        self.arrive_later(now);
    }

    /// A message from either side starts a running timer anew.
    pub(super) fn restart_timer(&mut self, index: usize, at: Timestamp) {
        let timer = later(at, INACTIVITY_MS);
        if let Some(conversation) = self.conversations.get_mut(index)
            && conversation.inactivity_timeout.is_some()
        {
            conversation.inactivity_timeout = Some(timer);
            self.due(timer, Due::TimeOut(index));
        }
    }

    /// The timer ran out, unless it was started anew since this was due.
    pub(super) fn time_out(&mut self, index: usize, at: Timestamp) {
        let conversation = self.conversations.get(index);
        if conversation.is_some_and(|one| one.inactivity_timeout == Some(at)) {
            let by = By::nobody(Actor::World);
            self.end_everything(index, Disconnect::Inactivity, &by, None, at);
        }
    }

    /// The next message of a chat comes in two to eight minutes, well before it would look quiet.
    fn write_later(&mut self, index: usize, now: Timestamp) {
        let wait = self.chance.between(2 * MINUTE_MS, 8 * MINUTE_MS);
        self.due(later(now, wait), Due::Write(index));
    }

    pub(super) fn write_again(&mut self, index: usize, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        let both = conversation.open(Purpose::Customer).is_some()
            && conversation.open(Purpose::Agent).is_some();
        if !both || self.speaks_for_itself(index) {
            return;
        }
        let side = match conversation.messages.last().map(|message| message.side) {
            Some(Side::Customer) => Side::Agent,
            _ => Side::Customer,
        };
        self.write(index, side, at);
        self.write_later(index, at);
    }

    fn arrive_later(&mut self, now: Timestamp) {
        let an_hour = 60 * MINUTE_MS;
        let Some(usual) = an_hour.checked_div(self.life.arrivals_per_hour.into()) else {
            return;
        };
        let wait = self.chance.between(usual / 2, usual + usual / 2);
        self.due(later(now, wait), Due::Arrive);
    }

    /// A guest comes, and a bot greets.
    pub(super) fn arrive(&mut self, at: Timestamp) {
        let guest = names::guest(&mut self.chance);
        let index = self.begin(&guest, self.directory.first_deployment(), at);
        self.write(index, Side::Customer, at);
        let flow = self
            .directory
            .flow_named(None, FlowKind::Bot, &mut self.chance);
        if let Some(flow) = flow.map(|flow| flow.id) {
            self.bot_joins(index, flow, at);
            self.write(index, Side::Bot, at);
        }
        self.advance_later(index, Stage::Queue, at);
        self.arrive_later(at);
    }

    /// A conversation begins, with nobody in it but its guest.
    pub(super) fn begin(&mut self, guest: &str, deployment: Uuid, at: Timestamp) -> usize {
        let customer = self.party(Purpose::Customer, guest, at);
        let conversation = Conversation {
            id: self.chance.uuid(),
            label: None,
            deployment,
            kind: None,
            started: at,
            ended: None,
            revived: None,
            participants: Vec::new(),
            messages: Vec::new(),
            inactivity_timeout: None,
            bot_stays: false,
            stray: None,
        };
        let index = self.add(conversation);
        let by = By::nobody(Actor::Guest);
        self.record(index, Change::ConversationStarted, None, &by, at);
        self.join(index, customer, &by, at);
        index
    }

    pub(super) fn bot_joins(&mut self, index: usize, flow: Uuid, at: Timestamp) {
        let flow = self.directory.flows.iter().find(|one| one.id == flow);
        if let Some(flow) = flow.cloned() {
            let mut bot = self.party(Purpose::Botflow, &flow.name, at);
            bot.flow = Some(flow.id);
            self.join(index, bot, &By::nobody(Actor::World), at);
        }
    }

    pub(super) fn advance_later(&mut self, index: usize, stage: Stage, at: Timestamp) {
        let wait = if self.speaks_for_itself(index) {
            self.guest_waits(stage)
        } else {
            let (shortest, longest) = match stage {
                Stage::Queue => (MINUTE_MS / 3, MINUTE_MS),
                Stage::Agent => (MINUTE_MS / 3, 2 * MINUTE_MS),
                Stage::Leave => (5 * MINUTE_MS, 15 * MINUTE_MS),
            };
            Some(self.chance.between(shortest, longest))
        };
        self.is_routed(index, wait.is_some());
        if let Some(wait) = wait {
            self.due(later(at, wait), Due::Advance(index, stage));
        }
    }

    /// A chat goes on: from the bot to a queue, to an agent, and to its end.
    pub(super) fn advance(&mut self, index: usize, stage: Stage, at: Timestamp) {
        self.is_routed(index, false);
        let present = self.conversations.get(index);
        let is_gone = present.is_none_or(|one| one.open(Purpose::Customer).is_none());
        if is_gone || self.is_taken(index) {
            return;
        }
        let by = By::nobody(Actor::World);
        let next = match stage {
            Stage::Queue => {
                self.end_all_of(index, Purpose::Botflow, Disconnect::Transfer, &by, at);
                let chosen = self.chance.index(self.directory.queues.len());
                let chosen = self.queue_of_guest(index).unwrap_or(chosen);
                let queue = self.directory.queues.get(chosen).cloned();
                let name = queue.map_or_else(String::new, |queue| queue.name);
                let mut party = self.party(Purpose::Acd, &name, at);
                party.queue = Some(chosen);
                self.join(index, party, &by, at);
                Stage::Agent
            }
            Stage::Agent => {
                self.end_all_of(index, Purpose::Acd, Disconnect::Transfer, &by, at);
                self.agent_joins(index, at);
                if self.speaks_for_itself(index) {
                    self.answer_later(index, at);
                } else {
                    self.write(index, Side::Agent, at);
                    if self.life.messages {
                        self.write_later(index, at);
                    }
                }
                Stage::Leave
            }
            Stage::Leave => {
                let guest = By::nobody(Actor::Guest);
                self.end_all_of(index, Purpose::Customer, Disconnect::Peer, &guest, at);
                self.end_all_of(index, Purpose::Agent, Disconnect::Peer, &by, at);
                return;
            }
        };
        self.advance_later(index, next, at);
    }

    pub(super) fn end_all_of(
        &mut self,
        index: usize,
        purpose: Purpose,
        how: Disconnect,
        by: &By,
        at: Timestamp,
    ) {
        let legs = self
            .conversations
            .get(index)
            .map_or_else(Vec::new, |conversation| {
                let parties = conversation.participants.iter();
                let legs = parties
                    .filter(|one| one.purpose == purpose)
                    .flat_map(|one| &one.legs);
                legs.filter(|leg| leg.is_open()).map(|leg| leg.id).collect()
            });
        for leg in legs {
            self.end_leg(index, leg, how, by, at);
        }
    }
}
