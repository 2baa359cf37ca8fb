//! What happens by itself: people write, new chats arrive, timers run.
//!
//! Staged chats keep their legs; only `live` ones go on talking, and a `closing` one closes.

use super::conversation::{Conversation, Leg, Purpose, Side};
use super::directory::FlowKind;
use super::journey::Stage;
use super::{By, Due, World, later};
use crate::sandbox::kind::Kind;
use crate::sandbox::names;
use crate::sandbox::truth::{Actor, Change};
use jiff::Timestamp;
use uuid::Uuid;

const MINUTE_MS: i64 = 60_000;

impl World {
    /// The first appointments of everybody. What was due before the start stays undone: that is what
    /// `timer` and `overdue` chats suffer from.
    pub(super) fn begin_life(&mut self, now: Timestamp) {
        for index in 0..self.conversations.len() {
            let Some(conversation) = self.conversations.get(index) else {
                continue;
            };
            let kind = conversation.kind;
            let timer = conversation.inactivity_timeout.filter(|at| *at > now);
            let parked = conversation.parked().filter(|(_, until)| *until > now);
            if let Some(at) = timer {
                self.watch_timer(index, at, now);
            }
            if let Some((leg, until)) = parked {
                self.due(until, Due::Resume(index, leg));
            }
            if kind == Some(Kind::Live) && self.life.messages {
                self.write_later(index, now);
            }
        }
        self.arrive_later(now);
    }

    /// The next message of a chat comes in two to eight minutes, well before it would look quiet.
    pub(super) fn write_later(&mut self, index: usize, now: Timestamp) {
        let wait = self.chance.between(2 * MINUTE_MS, 8 * MINUTE_MS);
        self.due(later(now, wait), Due::Write(index));
    }

    pub(super) fn write_again(&mut self, index: usize, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        let agent = conversation.open(Purpose::Agent);
        let both = conversation.open(Purpose::Customer).is_some()
            && agent.is_some_and(|one| one.legs.iter().any(Leg::is_connected));
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

    pub(super) fn arrive_and_expect_more(&mut self, at: Timestamp) {
        self.arrive(at);
        self.arrive_later(at);
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
    }

    /// A conversation begins, with nobody in it but its guest.
    pub(super) fn begin(&mut self, guest: &str, deployment: Uuid, at: Timestamp) -> usize {
        let customer = self.party(Purpose::Customer, guest, at);
        let id = self.chance.uuid();
        let index = self.add(Conversation::new(id, deployment, at));
        let by = By::nobody(Actor::Guest);
        self.record(index, Change::ConversationStarted, None, &by, at);
        self.join(index, customer, Leg::connected, &by, at);
        index
    }
}
