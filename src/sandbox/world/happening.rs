//! What people do in the middle of everything: the surprises that tests and demos order.

use super::conversation::{Disconnect, Leg, Message, Purpose, Side, Straying};
use super::{By, Due, Words, World, WrapUpWish, later};
use crate::sandbox::names;
use crate::sandbox::truth::{Actor, Change};
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

/// Something that somebody other than the API's client does to a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Happening {
    /// A human agent comes in, connected.
    AgentJoins,
    /// An agent's leg ends.
    AgentLeaves,
    /// An agent writes.
    AgentWrites,
    /// The guest writes; an ended conversation comes back with the same id.
    CustomerWrites,
    /// The guest ends the chat.
    CustomerLeaves,
    /// The guest's leg is replaced by a new one, with a new id and connect time.
    GuestReborn,
    /// An agent finishes the wrap-up.
    WrapUpDone,
    /// Analytics hears nothing more of it: what ends now stays open there.
    IndexLosesTrack,
    /// Analytics shows it as over from now on, and hears nothing more of it.
    IndexShowsOver,
    /// The bot's flow ends the chat.
    BotEnds,
}

impl World {
    /// Orders something for a time.
    pub(in crate::sandbox) fn order(&mut self, index: usize, what: Happening, at: Timestamp) {
        self.due(at, Due::Happen(index, what));
    }

    pub(super) fn happen(&mut self, index: usize, what: Happening, at: Timestamp) {
        let guest = By::nobody(Actor::Guest);
        let agent = By::nobody(Actor::Agent);
        match what {
            Happening::AgentJoins => self.agent_joins(index, at),
            Happening::AgentLeaves => {
                self.leave(index, Purpose::Agent, Disconnect::Client, &agent, at);
            }
            Happening::AgentWrites => self.write(index, Side::Agent, at),
            Happening::CustomerWrites => {
                self.customer_leg(index, at);
                self.write(index, Side::Customer, at);
            }
            Happening::CustomerLeaves => {
                self.leave(index, Purpose::Customer, Disconnect::Peer, &guest, at);
            }
            Happening::GuestReborn => {
                // The new leg comes first, so that queue and bot do not follow the old one.
                let old = self.open_leg(index, Purpose::Customer);
                self.new_customer_leg(index, at);
                if let Some(old) = old {
                    self.end_leg(index, old, Disconnect::Transfer, &guest, at);
                }
            }
            Happening::WrapUpDone => self.agent_wraps_up(index, &agent, at),
            Happening::IndexLosesTrack => self.lead_astray(index, Straying::Open, at),
            Happening::IndexShowsOver => self.lead_astray(index, Straying::Over, at),
            Happening::BotEnds => self.bot_ends(index, at),
        }
    }

    pub(super) fn open_leg(&self, index: usize, purpose: Purpose) -> Option<Uuid> {
        let party = self.conversations.get(index)?.open(purpose)?;
        party
            .legs
            .iter()
            .find(|leg| leg.is_open())
            .map(|leg| leg.id)
    }

    pub(super) fn leave(
        &mut self,
        index: usize,
        purpose: Purpose,
        how: Disconnect,
        by: &By,
        at: Timestamp,
    ) {
        if let Some(leg) = self.open_leg(index, purpose) {
            self.end_leg(index, leg, how, by, at);
        }
    }

    /// Nobody joins what has ended; only the guest can bring that back.
    pub(super) fn agent_joins(&mut self, index: usize, at: Timestamp) {
        let present = self.conversations.get(index);
        if present.is_none_or(|one| one.ended.is_some()) {
            return;
        }
        let chosen = self.chance.index(self.directory.agents.len());
        let Some(named) = self.directory.agents.get(chosen).cloned() else {
            return;
        };
        let mut party = self.party(Purpose::Agent, &named.name, at);
        party.user = Some(named.id);
        party.queue = self
            .conversations
            .get(index)
            .and_then(|conversation| conversation.participants.iter().find_map(|one| one.queue));
        self.join(index, party, &By::nobody(Actor::Agent), at);
    }

    /// Makes sure that the guest has a leg to write on.
    pub(super) fn customer_leg(&mut self, index: usize, at: Timestamp) {
        if self.open_leg(index, Purpose::Customer).is_none() {
            self.new_customer_leg(index, at);
        }
    }

    fn new_customer_leg(&mut self, index: usize, at: Timestamp) {
        let leg = self.chance.uuid();
        let Some(conversation) = self.conversations.get_mut(index) else {
            return;
        };
        let ended = conversation.ended.take();
        conversation.revived = ended.map(|ended| (ended, at)).or(conversation.revived);
        let mut all = conversation.participants.iter_mut();
        let Some(customer) = all.find(|one| one.purpose == Purpose::Customer) else {
            return;
        };
        customer.legs.push(Leg::connected(leg, at));
        let party = Some((customer.id, Some(leg)));
        let by = By::nobody(Actor::Guest);
        if ended.is_some() {
            self.record(index, Change::ConversationReopened, None, &by, at);
        }
        self.record(index, Change::LegConnected, party, &by, at);
    }

    fn agent_wraps_up(&mut self, index: usize, by: &By, at: Timestamp) {
        let owing = self.conversations.get(index).and_then(|conversation| {
            let mut all = conversation.participants.iter();
            all.find(|one| one.wrap_up.is_owed()).map(|one| one.id)
        });
        let code = self.directory.codes.first().cloned();
        if let (Some(participant), Some(code)) = (owing, code) {
            let wish = WrapUpWish::Code(super::conversation::ChosenCode {
                id: code.id.to_string(),
                name: code.name,
                notes: None,
            });
            self.settle_wrap_up(index, participant, &wish, by, at);
        }
    }

    /// Somebody writes one of the usual lines on an open conversation.
    pub(super) fn write(&mut self, index: usize, side: Side, at: Timestamp) {
        let (words, actor): (&[&'static str], _) = match side {
            Side::Customer => (&names::GUEST_LINES, Actor::Guest),
            Side::Agent => (&names::AGENT_LINES, Actor::Agent),
            Side::Bot => (&names::BOT_LINES, Actor::World),
        };
        let words = Words::from(self.chance.word(words));
        self.say(index, side, words, &By::nobody(actor), at);
    }

    /// Somebody who is up writes; the message's id, or nothing where nobody of that side is up.
    pub(super) fn say(
        &mut self,
        index: usize,
        side: Side,
        words: Words,
        by: &By,
        at: Timestamp,
    ) -> Option<Uuid> {
        let purpose = match side {
            Side::Customer => Purpose::Customer,
            Side::Agent => Purpose::Agent,
            Side::Bot => Purpose::Botflow,
        };
        let id = self.chance.uuid();
        let leg = self.open_leg(index, purpose);
        let conversation = self.conversations.get_mut(index)?;
        let author = conversation.open(purpose).map(|one| one.id)?;
        // Two messages never share a time, so that their order is never in doubt.
        let last = conversation.messages.last().map(|one| one.at);
        let at = last.map_or(at, |last| at.max(later(last, 1)));
        conversation.messages.push(Message {
            id,
            at,
            side,
            text: words.text,
            content: words.content.map(Box::new),
        });
        self.restart_timer(index, at);
        self.record(index, Change::MessageWritten, Some((author, leg)), by, at);
        if let Some(truth) = self.truth.last_mut() {
            truth.message = Some(id);
        }
        Some(id)
    }
}
