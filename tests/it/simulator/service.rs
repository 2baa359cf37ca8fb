//! A model of the service: conversations in which people come, write and leave, and requests that take effect when they please. It keeps
//! the truth that the oracle compares with the journal.

use std::collections::HashMap;

use jiff::Timestamp;
use unstick::domain::conversation::{
    Conversation, Medium, Message, Participant, Purpose, Side, WrapUp,
};
use unstick::domain::ids::{CommunicationId, ConversationId};
use unstick::domain::step::Action;

use crate::support::dice::Dice;
use crate::support::parties::{close, conversation, leg, party};

/// When a simulation begins, in milliseconds.
pub(crate) const BEGIN: i64 = 1_772_460_000_000;

/// A time as the domain has it.
pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

/// What people do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deed {
    AgentJoins,
    CustomerWrites,
    /// The customer's leg is replaced by another.
    Reborn,
    /// Somebody else ends it.
    EndedElsewhere,
    /// A call is added.
    CallJoins,
    /// It is readable no longer, whether it is over or not.
    Vanishes,
}

/// A person's leg that a request of ours closed and that the plan does not name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) conversation: ConversationId,
    pub(crate) at: i64,
}

/// A request of ours that reached the service.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub(crate) conversation: ConversationId,
    pub(crate) action: Action,
    pub(crate) at: i64,
}

/// One conversation with what is true of it beside what is shown.
#[derive(Debug)]
pub(crate) struct Chat {
    pub(crate) conversation: Conversation,
    /// Requests are accepted and do nothing.
    pub(crate) is_liar: bool,
    /// A request of ours closed one of its legs.
    pub(crate) closed_by_us: bool,
    /// It cannot be read any longer.
    pub(crate) is_gone: bool,
}

/// The service.
#[derive(Debug)]
pub(crate) struct Service {
    chats: HashMap<ConversationId, Chat>,
    pub(crate) agents_wrap_up: bool,
    pub(crate) machines_stay: bool,
    pub(crate) hits: Vec<Hit>,
    pub(crate) arrivals: Vec<Arrival>,
    next_key: u128,
}

impl Service {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        Self {
            chats: HashMap::new(),
            agents_wrap_up: dice.in_ten(3),
            machines_stay: dice.in_ten(3),
            hits: Vec::new(),
            arrivals: Vec::new(),
            next_key: 1,
        }
    }

    fn key(&mut self) -> u128 {
        self.next_key += 1;
        self.next_key
    }

    /// A chat of a shape that is stuck in one way or another.
    pub(crate) fn stage(&mut self, dice: &mut Dice) -> ConversationId {
        let shapes: [&[(Purpose, bool)]; 6] = [
            &[(Purpose::Customer, false), (Purpose::Agent, true)],
            &[(Purpose::Customer, true), (Purpose::Agent, true)],
            &[(Purpose::Customer, true), (Purpose::Bot, true)],
            &[(Purpose::Customer, true)],
            &[(Purpose::Customer, false), (Purpose::Bot, true)],
            &[
                (Purpose::Customer, true),
                (Purpose::Agent, true),
                (Purpose::Queue, true),
            ],
        ];
        let started = BEGIN - 6 * 3_600_000;
        let id = ConversationId::from_u128(self.key() << 64);
        let participants = dice
            .of(&shapes)
            .iter()
            .map(|(purpose, is_open)| self.party(purpose, *is_open, started))
            .collect();
        let conversation = conversation(id, at(started), participants);
        let chat = Chat {
            conversation,
            is_liar: dice.in_thousand(10),
            closed_by_us: false,
            is_gone: false,
        };
        self.chats.insert(id, chat);
        id
    }

    fn party(&mut self, purpose: &Purpose, is_open: bool, since: i64) -> Participant {
        party(self.key(), purpose, is_open, at(since))
    }

    pub(crate) fn chat(&self, id: ConversationId) -> &Chat {
        &self.chats[&id]
    }

    /// When it ended, as analytics has it at this time: three seconds late.
    pub(crate) fn ended_by_analytics(&self, now: i64, id: ConversationId) -> Option<i64> {
        let ended = self.chats[&id].conversation.ended?.as_millisecond();
        (ended + 3000 <= now).then_some(ended)
    }

    /// What a read shows now.
    pub(crate) fn show(&self, id: ConversationId) -> Conversation {
        self.chats[&id].conversation.clone()
    }

    /// People do something.
    pub(crate) fn happen(&mut self, now: i64, id: ConversationId, deed: Deed) {
        if matches!(deed, Deed::Vanishes) {
            self.chats.get_mut(&id).unwrap().is_gone = true;
            return;
        }
        let is_over = self.chats[&id].conversation.open_legs().next().is_none();
        if is_over && !matches!(deed, Deed::CustomerWrites | Deed::Reborn) {
            return;
        }
        let newcomer = match deed {
            Deed::AgentJoins => Some(self.party(&Purpose::Agent, true, now)),
            Deed::CallJoins => {
                let mut party = self.party(&Purpose::Customer, true, now);
                party.legs[0].medium = Medium::Other("call".into());
                Some(party)
            }
            _ => None,
        };
        let key = self.key();
        let owes = self.agents_wrap_up;
        let chat = self.chats.get_mut(&id).unwrap();
        let conversation = &mut chat.conversation;
        conversation.participants.extend(newcomer);
        match deed {
            Deed::AgentJoins | Deed::CallJoins | Deed::Vanishes => {}
            Deed::CustomerWrites => conversation.messages.push(Message {
                id: format!("m{key}").as_str().into(),
                at: at(now),
                from: Side::Customer,
            }),
            Deed::Reborn => {
                close(conversation, at(now), false, |party, _| {
                    party.purpose.is_customer()
                });
                let customers = conversation.participants.iter_mut();
                if let Some(party) = customers.into_iter().find(|p| p.purpose.is_customer()) {
                    party.legs.push(leg(key, true, at(now)));
                }
            }
            Deed::EndedElsewhere => {
                close(conversation, at(now), owes, |_, _| true);
            }
        }
        settle(conversation, now);
    }

    /// A request of ours takes effect. People's legs that the plan does not name and that it closes are hits.
    pub(crate) fn apply(
        &mut self,
        now: i64,
        id: ConversationId,
        action: &Action,
        is_planned: impl Fn(CommunicationId) -> bool,
    ) {
        let (owes, stay) = (self.agents_wrap_up, self.machines_stay);
        let chat = self.chats.get_mut(&id).unwrap();
        if chat.is_liar {
            return;
        }
        let conversation = &mut chat.conversation;
        let closed = match action {
            Action::Legs { participant } => {
                let mut closed = close(conversation, at(now), owes, |party, leg| {
                    party.id == *participant && leg.medium == Medium::WebMessaging
                });
                let is_left = conversation
                    .open_legs()
                    .any(|(party, _)| party.purpose.is_human());
                if !is_left && !stay {
                    closed.extend(close(conversation, at(now), false, |party, _| {
                        !party.purpose.is_human()
                    }));
                }
                closed
            }
            Action::Close | Action::Teardown => close(conversation, at(now), owes, |_, _| true),
            Action::Recipe(sending) => unreachable!("{sending:?}"),
            Action::WrapUp { participant, .. } => {
                let mut parties = conversation.participants.iter_mut();
                if let Some(party) = parties.find(|party| party.id == *participant) {
                    party.wrap_up = WrapUp::NotOwed;
                }
                Vec::new()
            }
        };
        chat.closed_by_us |= !closed.is_empty();
        settle(conversation, now);
        let hits = closed
            .into_iter()
            .filter(|(leg, is_human)| *is_human && !is_planned(*leg));
        self.hits.extend(hits.map(|_| Hit {
            conversation: id,
            at: now,
        }));
    }
}

fn settle(conversation: &mut Conversation, now: i64) {
    let is_open = conversation.open_legs().next().is_some();
    conversation.ended = (!is_open).then_some(conversation.ended.unwrap_or(at(now)));
}
