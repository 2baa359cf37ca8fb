//! What people and bots do in the middle of everything: the surprises that tests and demos order.

use super::conversation::{
    ChosenCode, Conversation, Destination, Disconnect, Leg, Medium, Purpose, Side, Straying,
};
use super::directory::Named;
use super::journey::Stage;
use super::{By, Due, Words, World, WrapUpWish};
use crate::sandbox::scenario::Span;
use crate::sandbox::truth::{Actor, Change};
use jiff::{SignedDuration, Timestamp};
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
    /// The bot writes.
    BotWrites,
    /// The bot's flow ends the chat.
    BotEnds,
    /// The guest writes; inside the threading window an ended conversation comes back with its id.
    CustomerWrites,
    /// The guest ends the chat.
    CustomerLeaves,
    /// The guest clears the chat.
    GuestClears,
    /// The guest's session runs out.
    SessionExpires,
    /// The guest's leg is replaced by a new one, with a new id and connect time.
    GuestReborn,
    /// A new guest comes. The only happening that needs no conversation.
    GuestArrives,
    /// An agent finishes the wrap-up.
    WrapUpDone,
    /// The agent sends it to another queue, or to the agent that is named.
    Transfer,
    /// The same, and it never comes to an end.
    TransferHangs,
    /// The agent sets it aside.
    Park,
    /// The agent takes it up again.
    Unpark,
    /// A call joins the conversation.
    VoiceLegAdded,
    /// The call ends.
    VoiceLegEnds,
    /// The agent of the conversation signs out. That ends nothing.
    AgentAway,
    /// The agent signs in again.
    AgentBack,
    /// Analytics hears nothing more of it: what ends now stays open there.
    IndexLosesTrack,
    /// Analytics shows it as over from now on, and hears nothing more of it.
    IndexShowsOver,
}

/// What a happening may say more exactly. What it does not need is ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(in crate::sandbox) struct Details {
    /// What is written.
    pub(in crate::sandbox) text: Option<String>,
    /// The queue it is sent to, by name.
    pub(in crate::sandbox) queue: Option<String>,
    /// The agent who comes, or to whom it is sent, by name.
    pub(in crate::sandbox) agent: Option<String>,
    /// How long it is set aside. Absent: an hour.
    #[serde(rename = "for")]
    pub(in crate::sandbox) span: Option<Span>,
}

/// How long an agent sets a chat aside who does not say.
const PARKED: SignedDuration = SignedDuration::from_hours(1);

impl World {
    /// Orders something for a time.
    pub(in crate::sandbox) fn order(&mut self, index: usize, what: Happening, at: Timestamp) {
        self.order_exactly(index, what, Details::default(), at);
    }

    /// Orders something for a time, with its details.
    pub(in crate::sandbox) fn order_exactly(
        &mut self,
        index: usize,
        what: Happening,
        details: Details,
        at: Timestamp,
    ) {
        self.due(at, Due::Happen(index, what, Box::new(details)));
    }

    pub(super) fn happen(
        &mut self,
        index: usize,
        what: Happening,
        details: &Details,
        at: Timestamp,
    ) {
        let guest = By::nobody(Actor::Guest);
        let agent = By::nobody(Actor::Agent);
        match what {
            Happening::AgentJoins => self.agent_joins(index, details.agent.as_deref(), at),
            Happening::AgentLeaves => {
                self.leave(index, Purpose::Agent, Disconnect::Client, &agent, at);
            }
            Happening::AgentWrites => self.write_text(index, Side::Agent, details, at),
            Happening::BotWrites => self.write_text(index, Side::Bot, details, at),
            Happening::BotEnds => self.bot_ends(index, at),
            Happening::IndexLosesTrack => self.lead_astray(index, Straying::Open, at),
            Happening::IndexShowsOver => self.lead_astray(index, Straying::Over, at),
            Happening::CustomerWrites => {
                let place = self.guest_returns(index, at);
                self.write_text(place, Side::Customer, details, at);
            }
            Happening::GuestClears => self.guest_clears(index, at),
            Happening::CustomerLeaves => {
                self.leave(index, Purpose::Customer, Disconnect::Peer, &guest, at);
            }
            Happening::SessionExpires => self.guest_goes(index, Disconnect::Expired, at),
            Happening::GuestReborn => {
                // The new leg comes first, so that queue and bot do not follow the old one.
                let old = self.open_leg(index, Purpose::Customer);
                self.new_customer_leg(index, at);
                if let Some(old) = old {
                    self.end_leg(index, old, Disconnect::Transfer, &guest, at);
                }
            }
            Happening::GuestArrives => self.arrive(at),
            Happening::WrapUpDone => self.agent_wraps_up(index, &agent, at),
            Happening::Transfer | Happening::TransferHangs => {
                let to = self.destination(index, details);
                self.transfer(index, to, what == Happening::Transfer, at);
            }
            Happening::Park => {
                let span = details.span.map_or(PARKED, |span| span.0);
                let until = at.checked_add(span).unwrap_or(at);
                if let Some(leg) = self.open_leg(index, Purpose::Agent) {
                    self.park(index, leg, until, &agent, at);
                }
            }
            Happening::Unpark => {
                if let Some(leg) = self.open_leg(index, Purpose::Agent) {
                    self.resume(index, leg, &agent, at);
                }
            }
            Happening::VoiceLegAdded => self.call_joins(index, at),
            Happening::VoiceLegEnds => self.call_ends(index, at),
            Happening::AgentAway => self.agent_moves(index, details, true, at),
            Happening::AgentBack => self.agent_moves(index, details, false, at),
        }
    }

    pub(super) fn open_leg(&self, index: usize, purpose: Purpose) -> Option<Uuid> {
        let party = self.conversations.get(index)?.open(purpose)?;
        let mut legs = party.legs.iter();
        legs.find(|leg| leg.is_open_message()).map(|leg| leg.id)
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

    fn write_text(&mut self, index: usize, side: Side, details: &Details, at: Timestamp) {
        match details.text.clone() {
            Some(text) => {
                let by = By::nobody(side.actor());
                self.say(index, side, Words::from(text), &by, at);
            }
            None => self.write(index, side, at),
        }
    }

    /// Where a guest's next message belongs: this conversation, inside the threading window brought
    /// back with its id; after it, a new one.
    fn guest_returns(&mut self, index: usize, at: Timestamp) -> usize {
        if self.continues(index, at) {
            self.customer_leg(index, at);
            return index;
        }
        let Some(one) = self.conversations.get(index) else {
            return index;
        };
        let customer = one.participants.first();
        let name = customer.map_or_else(String::new, |party| party.name.clone());
        let new = self.begin(&name, one.deployment, at);
        self.advance_later(new, Stage::Queue, at);
        new
    }

    /// Makes sure that the guest has a leg to write on.
    pub(super) fn customer_leg(&mut self, index: usize, at: Timestamp) {
        if self.open_leg(index, Purpose::Customer).is_none() {
            self.new_customer_leg(index, at);
        }
    }

    /// Gives the customer a new leg, and brings an ended conversation back to life with it; where
    /// agents work here, somebody is found for it.
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
        if ended.is_some() && self.life.is_lively() && !self.speaks_for_itself(index) {
            self.advance_later(index, Stage::Queue, at);
        }
    }

    /// Nobody joins what has ended; only the guest can bring that back.
    pub(super) fn agent_joins(&mut self, index: usize, wanted: Option<&str>, at: Timestamp) {
        let present = self.conversations.get(index);
        if present.is_none_or(|one| one.ended.is_some()) {
            return;
        }
        let queue = present.and_then(|one| one.participants.iter().find_map(|party| party.queue));
        let named = wanted.and_then(|name| self.agent_named(name));
        let Some(named) = named.or_else(|| self.some_agent(index)) else {
            return;
        };
        let party = self.agent(&named, queue, at);
        self.join(index, party, Leg::connected, &By::nobody(Actor::Agent), at);
    }

    fn agent_named(&self, name: &str) -> Option<Named> {
        let mut agents = self.directory.agents.iter();
        let agent = agents.find(|agent| agent.is_called(name))?;
        Some(Named {
            id: agent.id,
            name: agent.name.clone(),
        })
    }

    /// The agent of a conversation, or the one that is named, signs out or in.
    fn agent_moves(&mut self, index: usize, details: &Details, away: bool, at: Timestamp) {
        let named = details.agent.as_deref();
        let named = named.and_then(|name| self.agent_named(name));
        let one = self.conversations.get(index);
        let own = one.and_then(|one| one.open(Purpose::Agent)?.user);
        match named.map(|agent| agent.id).or(own) {
            Some(user) if away => self.directory.sign_out(user, at),
            Some(user) => self.directory.sign_in(user, at),
            None => {}
        }
    }

    /// The queue or agent that is named; a name that nobody has means the next queue.
    fn destination(&self, index: usize, details: &Details) -> Destination {
        let agent = details.agent.as_deref();
        if let Some(agent) = agent.and_then(|name| self.agent_named(name)) {
            return Destination::Agent(agent.id);
        }
        let queues = &self.directory.queues;
        let wanted = details.queue.as_deref();
        let wanted = wanted.and_then(|name| queues.iter().position(|one| one.name == name));
        let one = self.conversations.get(index);
        let now_in = one.and_then(Conversation::queue);
        let next = now_in.map_or(0, |queue| (queue + 1) % queues.len().max(1));
        Destination::Queue(wanted.unwrap_or(next))
    }

    pub(super) fn agent_wraps_up(&mut self, index: usize, by: &By, at: Timestamp) {
        let owing = self.conversations.get(index).and_then(|conversation| {
            let mut all = conversation.participants.iter();
            all.find(|one| one.wrap_up.is_owed()).map(|one| one.id)
        });
        let code = self.directory.codes.first().cloned();
        if let (Some(participant), Some(code)) = (owing, code) {
            let wish = WrapUpWish::Code(ChosenCode {
                id: code.id.to_string(),
                name: code.name,
                ..ChosenCode::default()
            });
            self.settle_wrap_up(index, participant, &wish, by, at);
        }
    }

    /// A call comes up beside the messages, on the customer's side and on the agent's.
    fn call_joins(&mut self, index: usize, at: Timestamp) {
        for purpose in [Purpose::Customer, Purpose::Agent] {
            let conversation = self.conversations.get(index);
            let party = conversation
                .and_then(|one| one.open(purpose))
                .map(|one| one.id);
            if let Some(party) = party {
                self.add_leg(index, party, Medium::Call, &By::nobody(Actor::Guest), at);
            }
        }
    }

    fn call_ends(&mut self, index: usize, at: Timestamp) {
        let conversation = self.conversations.get(index);
        let legs = conversation.map_or_else(Vec::new, |one| one.open_legs_of(Some(Medium::Call)));
        for leg in legs {
            self.end_leg(index, leg, Disconnect::Peer, &By::nobody(Actor::Guest), at);
        }
    }
}
