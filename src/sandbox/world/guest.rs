//! Guests who speak for themselves, over sockets: they begin, write, go, come back, and are answered.
//!
//! They take the road of everybody else (`life.rs`), only faster, and nobody puts words in their
//! mouths. Knows no frame and no socket.

use super::conversation::{Attributes, Conversation, Disconnect, Leg, Purpose, Side};
use super::journey::Stage;
use super::{By, Due, Words, World, later};
use crate::sandbox::kind::Kind;
use crate::sandbox::names;
use crate::sandbox::scenario::Reach;
use crate::sandbox::truth::Actor;
use jiff::Timestamp;
use uuid::Uuid;

/// The longest time that an agent is seen typing before the answer, in milliseconds.
const TYPING_MS: i64 = 1500;

/// What is under way for a guest who speaks for itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Company {
    /// Somebody will take the guest on.
    routed: bool,
    /// Somebody is about to answer.
    answering: bool,
}

impl World {
    /// A guest who was not there before begins a conversation.
    pub(in crate::sandbox) fn guest_starts(
        &mut self,
        name: Option<&str>,
        deployment: Uuid,
        at: Timestamp,
    ) -> usize {
        let usual = names::guest(&mut self.chance);
        let index = self.begin(name.unwrap_or(&usual), deployment, at);
        self.guest_speaks(index);
        self.receive(index, at);
        index
    }

    /// From now on a conversation's guest speaks for itself: nobody else writes in its place.
    pub(in crate::sandbox) fn guest_speaks(&mut self, index: usize) {
        self.company.entry(index).or_default();
    }

    /// A guest writes. Where the guest's leg was down, the guest is back, and the same conversation
    /// with it; where nobody is left, somebody is found.
    pub(in crate::sandbox) fn guest_writes(
        &mut self,
        index: usize,
        words: Words,
        at: Timestamp,
    ) -> Option<Uuid> {
        self.guest_speaks(index);
        self.customer_leg(index, at);
        let by = By::nobody(Actor::Guest);
        let id = self.say(index, Side::Customer, words, &by, at);
        if self.answerer(index).is_some() {
            self.answer_later(index, at);
        } else if self.is_alone(index) {
            self.receive_again(index, at);
        }
        id
    }

    /// A guest clears the chat: the leg ends, and is known for it.
    pub(in crate::sandbox) fn guest_clears(&mut self, index: usize, at: Timestamp) {
        let leg = self.open_leg(index, Purpose::Customer);
        let conversation = self.conversations.get_mut(index);
        if let Some(leg) = leg.and_then(|leg| conversation?.leg_mut(leg)) {
            leg.cleared = true;
        }
        self.guest_goes(index, Disconnect::Peer, at);
    }

    /// What a guest's page says of the guest, as participant data; nothing where all of it is known.
    pub(in crate::sandbox) fn guest_is(&mut self, index: usize, said: Attributes, at: Timestamp) {
        let one = self.conversations.get(index);
        let customer = one.and_then(|one| one.open(Purpose::Customer));
        let Some(customer) = customer else { return };
        let known = customer.attributes.as_deref();
        let is_known = |(name, value): (&String, &String)| {
            known.is_some_and(|known| known.get(name) == Some(value))
        };
        if !said.iter().all(is_known) {
            let by = By::nobody(Actor::Guest);
            self.set_attributes(index, customer.id, said, &by, at);
        }
    }

    /// A guest ends its part, or it ends by itself where the guest was silent too long.
    pub(in crate::sandbox) fn guest_goes(&mut self, index: usize, how: Disconnect, at: Timestamp) {
        let who = if how == Disconnect::Expired {
            Actor::World
        } else {
            Actor::Guest
        };
        self.leave(index, Purpose::Customer, how, &By::nobody(who), at);
        self.company.remove(&index);
    }

    /// Whether what a guest writes now belongs to this conversation: it is open, or so short a time
    /// over that it comes back.
    pub(in crate::sandbox) fn continues(&self, index: usize, at: Timestamp) -> bool {
        let ended = self.conversations.get(index).map(|one| one.ended);
        ended.is_some_and(|ended| {
            ended.is_none_or(|ended| at.duration_since(ended) < self.threading)
        })
    }

    /// The conversations in which an agent began to type since this was asked last, and when.
    pub(in crate::sandbox) fn take_typing(&mut self) -> Vec<(usize, Timestamp)> {
        std::mem::take(&mut self.typing)
    }

    /// Nobody writes in this guest's place.
    pub(super) fn speaks_for_itself(&self, index: usize) -> bool {
        self.company.contains_key(&index)
    }

    /// The queue that such a guest comes to.
    pub(super) fn queue_of_guest(&self, index: usize) -> Option<usize> {
        let one = self.conversations.get(index)?;
        self.company.get(&index)?;
        let before = one.participants.iter().find_map(|party| party.queue);
        before.or_else(|| Some(self.directory.deployment(one.deployment)?.queue))
    }

    /// How long such a guest waits before the next stage; nothing where it never comes.
    pub(super) fn guest_waits(&mut self, stage: Stage) -> Option<i64> {
        let reach = self.life.guests_reach;
        let comes = match stage {
            Stage::Queue => reach != Reach::Bot,
            Stage::Agent => reach == Reach::Agent,
            Stage::Leave | Stage::WrapUp => false,
        };
        comes.then(|| self.between(self.life.guest_waits_ms))
    }

    /// Notes whether somebody is on the way to such a guest.
    pub(super) fn is_routed(&mut self, index: usize, routed: bool) {
        if let Some(company) = self.company.get_mut(&index) {
            company.routed = routed;
        }
    }

    /// Such a guest was taken on by somebody else meanwhile.
    pub(super) fn is_taken(&self, index: usize) -> bool {
        let one = self.conversations.get(index);
        self.speaks_for_itself(index) && one.is_some_and(|one| one.open(Purpose::Agent).is_some())
    }

    /// The bot greets, where the deployment has one.
    fn receive(&mut self, index: usize, at: Timestamp) {
        let one = self.conversations.get(index);
        let deployment = one.and_then(|one| self.directory.deployment(one.deployment));
        if let Some(flow) = deployment.and_then(|one| one.flow) {
            self.bot_joins(index, flow, at);
            self.answer_later(index, at);
        }
        self.advance_later(index, Stage::Queue, at);
    }

    /// Somebody is found for a guest whom nobody is left to answer.
    fn receive_again(&mut self, index: usize, at: Timestamp) {
        let routed = self.company.get(&index).is_some_and(|one| one.routed);
        if routed {
            return;
        }
        if self.life.guests_reach == Reach::Bot {
            self.receive(index, at);
        } else {
            self.advance_later(index, Stage::Queue, at);
        }
    }

    fn is_alone(&self, index: usize) -> bool {
        let others = [
            Purpose::Workflow,
            Purpose::Botflow,
            Purpose::Acd,
            Purpose::Agent,
        ];
        let one = self.conversations.get(index);
        one.is_some_and(|one| others.iter().all(|purpose| one.open(*purpose).is_none()))
    }

    /// Who would answer. The agents and bots of chats that were staged as stuck are stuck.
    fn answerer(&self, index: usize) -> Option<Side> {
        let one = self.conversations.get(index)?;
        let lively = matches!(
            one.kind,
            None | Some(Kind::Live | Kind::Serving | Kind::InBot)
        );
        let connected = |purpose| {
            let legs = one.open(purpose).map(|party| party.legs.iter());
            legs.is_some_and(|mut legs| legs.any(Leg::is_connected))
        };
        if !lively || one.open(Purpose::Customer).is_none() {
            None
        } else if connected(Purpose::Agent) {
            Some(Side::Agent)
        } else if connected(Purpose::Botflow) && self.bot_of(index).answers {
            Some(Side::Bot)
        } else {
            None
        }
    }

    /// Whoever is there answers in a while, once for all that was written until then.
    pub(super) fn answer_later(&mut self, index: usize, at: Timestamp) {
        let Some(side) = self.answerer(index) else {
            return;
        };
        let Some(company) = self.company.get_mut(&index) else {
            return;
        };
        if std::mem::replace(&mut company.answering, true) {
            return;
        }
        let wait = self.between(match side {
            Side::Agent => self.life.agent_answers_ms,
            Side::Customer | Side::Bot => self.life.bot_answers_ms,
        });
        if side == Side::Agent {
            let from = later(at, wait - TYPING_MS.min(wait / 2));
            self.due(from, Due::Type(index));
        }
        self.due(later(at, wait), Due::AnswerGuest(index));
    }

    pub(super) fn answer_guest(&mut self, index: usize, at: Timestamp) {
        if let Some(company) = self.company.get_mut(&index) {
            company.answering = false;
        }
        if let Some(side) = self.answerer(index) {
            self.answer_as(index, side, at);
        }
    }

    /// Whoever has not spoken yet says hello.
    fn answer_as(&mut self, index: usize, side: Side, at: Timestamp) {
        let hello = match side {
            Side::Agent => names::AGENT_LINES.first(),
            Side::Bot => names::BOT_LINES.first(),
            Side::Customer => None,
        };
        let one = self.conversations.get(index);
        let has_spoken = one.is_some_and(|one| one.messages.iter().any(|one| one.side == side));
        match hello.filter(|_| !has_spoken) {
            Some(hello) => {
                let (words, by) = (Words::from(*hello), By::nobody(side.actor()));
                self.say(index, side, words, &by, at);
            }
            None => self.write(index, side, at),
        }
    }

    pub(super) fn type_something(&mut self, index: usize, at: Timestamp) {
        if self.answerer(index) == Some(Side::Agent) {
            self.typing.push((index, at));
        }
    }

    /// A bot's flow ends the conversation.
    pub(super) fn bot_ends(&mut self, index: usize, at: Timestamp) {
        let is_with_bot = |one: &Conversation| {
            one.open(Purpose::Botflow).is_some() || one.open(Purpose::Workflow).is_some()
        };
        if self.conversations.get(index).is_some_and(is_with_bot) {
            let by = By::nobody(Actor::World);
            self.end_all_of(index, Purpose::Botflow, Disconnect::System, &by, at);
            self.end_all_of(index, Purpose::Workflow, Disconnect::System, &by, at);
            self.leave(index, Purpose::Customer, Disconnect::System, &by, at);
        }
    }

    fn between(&mut self, (shortest, longest): (u32, u32)) -> i64 {
        self.chance.between(shortest.into(), longest.into())
    }
}
