//! What guests are told of the world: what was written, who types, and that somebody ended it.
//!
//! Everything comes from the log of what happened, the guest's own messages too.

use super::Guests;
use super::desk::Desk;
use super::entry::{Author, Entry, Presence, What};
use super::envelope::Envelope;
use super::session::{Key, Session, State};
use crate::sandbox::exchange::Outbox;
use crate::sandbox::random::Random;
use crate::sandbox::scenario::{End, OnDisconnect};
use crate::sandbox::truth::{Actor, Change, Truth};
use crate::sandbox::world::World;
use crate::sandbox::world::conversation::{
    Conversation, Disconnect, Leg, Medium, Message, Participant, Purpose, Side,
};
use jiff::Timestamp;
use serde_json::{Map, json};
use uuid::Uuid;

impl Guests {
    /// What happened in the world since the last time, oldest first.
    pub(in crate::sandbox) fn observe(
        &mut self,
        world: &mut World,
        news: &[Truth],
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let mut typing = world.take_typing().into_iter().peekable();
        let mut desk = Desk { world, now, out };
        for line in news {
            while let Some((index, _)) = typing.next_if(|(_, at)| *at <= line.at) {
                self.tell_of_typing(index, &mut desk);
            }
            self.tell_of(line, &mut desk);
        }
        for (index, _) in typing {
            self.tell_of_typing(index, &mut desk);
        }
    }

    /// Tells a guest of one change, if it is one that guests are told of.
    pub(super) fn tell_of(&mut self, line: &Truth, desk: &mut Desk<'_>) {
        let key = self.by_conversation.get(&line.conversation).copied();
        let Some(key) = key.filter(|key| self.sessions.get(key).is_some_and(Session::is_alive))
        else {
            return;
        };
        match line.what {
            Change::MessageWritten => self.deliver(key, line, desk),
            Change::LegConnected => self.welcome_back(key, line, desk),
            Change::LegEnded if self.is_gone(key, line, desk) => {}
            Change::LegEnded => self.tell_of_end(key, line, desk),
            _ => {}
        }
    }

    /// The guest's own leg is up again: whoever ends it then tells of it anew.
    fn welcome_back(&mut self, key: Key, line: &Truth, desk: &mut Desk<'_>) {
        let one = conversation(desk.world, line.conversation);
        let party = one.and_then(|one| one.participant(line.participant?));
        let session = self.sessions.get_mut(&key);
        if let Some(session) =
            session.filter(|_| party.is_some_and(|one| one.purpose == Purpose::Customer))
        {
            session.is_over = false;
        }
    }

    fn deliver(&mut self, key: Key, line: &Truth, desk: &mut Desk<'_>) {
        let one = conversation(desk.world, line.conversation);
        let message = one.and_then(|one| {
            let mut newest_first = one.messages.iter().rev();
            newest_first.find(|message| Some(message.id) == line.message)
        });
        let (Some(one), Some(message), Some(session)) = (one, message, self.sessions.get_mut(&key))
        else {
            return;
        };
        if message.side == Side::Customer {
            session.is_over = false;
        }
        let (entry, tracing) = entry_of(&mut self.chance, one, message, session);
        let envelope = Envelope::message(&entry).traced(tracing.as_deref());
        session.entries.push(entry);
        self.tell_all(key, &envelope.about(Some(line.conversation)), desk);
    }

    /// Whether the guest's own leg was cleared or ran out, on order and not by a frame of the guest's;
    /// its sockets are told so.
    fn is_gone(&mut self, key: Key, line: &Truth, desk: &mut Desk<'_>) -> bool {
        let one = conversation(desk.world, line.conversation);
        let found = one.and_then(|one| one.leg(line.communication?));
        let own = found.filter(|(party, _)| party.purpose == Purpose::Customer);
        let Some((cleared, how)) = own.map(|(_, leg)| (leg.cleared, leg.ended)) else {
            return false;
        };
        if cleared {
            self.wipe(key, None, desk);
        } else if how.is_some_and(|(_, how)| how == Disconnect::Expired) {
            self.run_out(key, desk);
        } else {
            return false;
        }
        true
    }

    fn tell_of_end(&mut self, key: Key, line: &Truth, desk: &mut Desk<'_>) {
        let one = conversation(desk.world, line.conversation);
        let Some((end, author)) = one.and_then(|one| end_of(one, line)) else {
            return;
        };
        let deployment = desk.world.directory.deployment(key.deployment);
        let mode = deployment.map_or(OnDisconnect::Off, |one| one.disconnect);
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        let was_over = std::mem::replace(&mut session.is_over, true);
        if was_over || mode == OnDisconnect::Off || !self.rules.told_of.contains(&end) {
            return;
        }
        let is_read_only = mode == OnDisconnect::ReadOnly;
        let mut metadata = Map::new();
        if is_read_only || self.rules.says_not_read_only {
            metadata.insert("readOnly".to_owned(), json!(is_read_only.to_string()));
        }
        let entry = Entry {
            id: self.chance.uuid(),
            at: session.stamp(line.at),
            from: author,
            what: What::Presence(Presence::Disconnect),
            metadata,
        };
        if is_read_only {
            session.state = State::ReadOnly;
        }
        let envelope = Envelope::message(&entry).about(Some(line.conversation));
        session.entries.push(entry);
        self.tell_all(key, &envelope, desk);
    }

    fn tell_of_typing(&mut self, index: usize, desk: &mut Desk<'_>) {
        let Some(one) = desk.world.conversations.get(index) else {
            return;
        };
        let key = self.by_conversation.get(&one.id).copied();
        let name = name_of(one, &[Purpose::Agent], desk.now);
        let metadata = self.correlated(Map::new());
        let session = key.and_then(|key| Some((key, self.sessions.get_mut(&key)?)));
        let Some((key, session)) = session.filter(|(_, session)| session.is_alive()) else {
            return;
        };
        let entry = Entry {
            id: self.chance.uuid(),
            at: session.stamp(desk.now),
            from: Author::Human { name },
            what: What::Typing,
            metadata,
        };
        self.tell_all(key, &Envelope::message(&entry), desk);
    }
}

/// A message as its guest sees it, and the trace of the request that brought it.
pub(super) fn entry_of(
    chance: &mut Random,
    one: &Conversation,
    message: &Message,
    session: &mut Session,
) -> (Entry, Option<String>) {
    let pending = session.pending.remove(&message.id).unwrap_or_default();
    let from = match message.side {
        Side::Customer => Author::Guest {
            message: chance.uuid(),
        },
        Side::Agent => Author::Human {
            name: name_of(one, &[Purpose::Agent], message.at),
        },
        Side::Bot => Author::Bot {
            name: name_of(one, &BOTS, message.at),
        },
    };
    let mut metadata = pending.metadata;
    let correlation = chance.uuid().to_string();
    metadata.insert("correlationId".to_owned(), json!(correlation));
    let entry = Entry {
        id: message.id,
        at: session.stamp(message.at),
        from,
        what: What::Text(
            message.text.to_string(),
            message.content.as_deref().cloned(),
        ),
        metadata,
    };
    (entry, pending.tracing)
}

const BOTS: [Purpose; 2] = [Purpose::Botflow, Purpose::Workflow];

fn conversation(world: &World, id: Uuid) -> Option<&Conversation> {
    world.conversations.get(world.find(&id.to_string())?)
}

/// The participant of one of these purposes who was there at a time, the newest first.
fn present<'a>(
    one: &'a Conversation,
    purposes: &'a [Purpose],
    at: Timestamp,
) -> impl Iterator<Item = (&'a Participant, &'a Leg)> {
    let parties = one.participants.iter().rev();
    let parties = parties.filter(|party| purposes.contains(&party.purpose));
    let legs = parties.flat_map(|party| party.legs.iter().map(move |leg| (party, leg)));
    let legs = legs.filter(|(_, leg)| leg.medium == Medium::Message);
    legs.filter(move |(_, leg)| {
        leg.began().is_some_and(|from| from <= at) && leg.ended.is_none_or(|(until, _)| until >= at)
    })
}

/// What the one is called who speaks: whoever is only alerted says nothing.
fn name_of(one: &Conversation, purposes: &[Purpose], at: Timestamp) -> Option<String> {
    let mut all = present(one, purposes, at);
    let named = all.find(|(_, leg)| leg.connected.is_some_and(|from| from <= at));
    named.map(|(party, _)| party.name.clone())
}

/// What it means for the guest that a leg ended, and in whose name it is told; nothing where it goes
/// on, or where the guest ended it.
///
/// Verified are the end of an agent's leg and of a bot's flow; that a whole conversation's end and one
/// in a queue are told too, and a transfer is not, is assumed.
fn end_of(one: &Conversation, line: &Truth) -> Option<(End, Author)> {
    let party = one.participant(line.participant?)?;
    let mut legs = party.legs.iter();
    let leg = legs.find(|leg| Some(leg.id) == line.communication)?;
    let (at, how) = leg.ended.filter(|_| leg.medium == Medium::Message)?;
    let stays = |purposes: &[Purpose]| {
        present(one, purposes, at).any(|(_, leg)| leg.ended.is_none_or(|(until, _)| until > at))
    };
    let agent = name_of(one, &[Purpose::Agent], at);
    let bot = name_of(one, &BOTS, at);
    let served = stays(&[
        Purpose::Agent,
        Purpose::Acd,
        Purpose::Botflow,
        Purpose::Workflow,
    ]);
    let guest_stays = stays(&[Purpose::Customer]);
    let is_handed_on = matches!(
        how,
        Disconnect::Transfer
            | Disconnect::Takeover
            | Disconnect::NoAnswer
            | Disconnect::NotAvailable
    );
    let end = match party.purpose {
        Purpose::Customer => {
            if line.who == Actor::Guest || how == Disconnect::Expired || guest_stays {
                return None;
            }
            let by_flow = line.who == Actor::World && how == Disconnect::System;
            if agent.is_none() && present(one, &[Purpose::Acd], at).next().is_some() {
                End::Queue
            } else if by_flow && agent.is_none() && bot.is_some() {
                End::Bot
            } else {
                End::Conversation
            }
        }
        _ if is_handed_on || served || !guest_stays => return None,
        Purpose::Agent if leg.connected.is_some() => End::Agent,
        Purpose::Botflow | Purpose::Workflow => End::Bot,
        _ => return None,
    };
    let author = match (agent, bot) {
        (Some(name), _) => Author::Human { name: Some(name) },
        (None, Some(name)) => Author::Bot { name: Some(name) },
        (None, None) => Author::Human { name: None },
    };
    Some((end, author))
}
