//! Who writes what: the words of people and bots, with the rule that no two messages share a time.

use super::conversation::{Content, Conversation, Leg, Message, Participant, Purpose, Side};
use super::{By, World, later};
use crate::sandbox::names;
use crate::sandbox::truth::{Actor, Change};
use jiff::Timestamp;
use std::borrow::Cow;
use uuid::Uuid;

/// What somebody writes.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Words {
    pub(in crate::sandbox) text: Cow<'static, str>,
    pub(in crate::sandbox) content: Option<Content>,
}

/// Who writes it, where, and under which id.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) struct Line {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) side: Side,
    /// The leg to write on; absent: any open one of the side.
    pub(in crate::sandbox) leg: Option<Uuid>,
}

impl From<&'static str> for Words {
    fn from(text: &'static str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            content: None,
        }
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self {
            text: Cow::Owned(text),
            content: None,
        }
    }
}

impl Side {
    fn purpose(self) -> Purpose {
        match self {
            Self::Customer => Purpose::Customer,
            Self::Agent => Purpose::Agent,
            Self::Bot => Purpose::Botflow,
        }
    }

    pub(super) fn actor(self) -> Actor {
        match self {
            Self::Customer => Actor::Guest,
            Self::Agent => Actor::Agent,
            Self::Bot => Actor::World,
        }
    }
}

impl Conversation {
    /// The open leg on which a side writes; a flow writes where there is no bot.
    fn leg_to_write_on(&self, side: Side) -> Option<(&Participant, &Leg)> {
        let flow = (side == Side::Bot).then(|| self.open(Purpose::Workflow));
        let party = self.open(side.purpose()).or(flow.flatten())?;
        let leg = party.legs.iter().find(|leg| leg.is_open_message())?;
        Some((party, leg))
    }
}

impl World {
    /// A line that is to be written, with an id of its own.
    pub(in crate::sandbox) fn line(&mut self, side: Side, leg: Option<Uuid>) -> Line {
        Line {
            id: self.chance.uuid(),
            side,
            leg,
        }
    }

    /// Somebody writes one of the usual lines on an open conversation.
    pub(super) fn write(&mut self, index: usize, side: Side, at: Timestamp) {
        let words: &[&'static str] = match side {
            Side::Customer => &names::GUEST_LINES,
            Side::Agent => &names::AGENT_LINES,
            Side::Bot => &names::BOT_LINES,
        };
        let words = Words::from(self.chance.word(words));
        self.say(index, side, words, &By::nobody(side.actor()), at);
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
        let line = self.line(side, None);
        self.say_on(index, line, words, by, at)
    }

    pub(super) fn say_on(
        &mut self,
        index: usize,
        line: Line,
        words: Words,
        by: &By,
        at: Timestamp,
    ) -> Option<Uuid> {
        let Line { id, side, leg } = line;
        let conversation = self.conversations.get_mut(index)?;
        let author = match leg {
            Some(leg) => conversation
                .leg(leg)
                .filter(|(_, leg)| leg.is_open_message()),
            None => conversation.leg_to_write_on(side),
        };
        let author = author.map(|(party, leg)| (party.id, Some(leg.id)))?;
        // Two messages never share a time, so that their order is never in doubt. Only the message
        // bears the later one: the log's own time never goes back.
        let last = conversation.messages.last().map(|one| one.at);
        let stamped = last.map_or(at, |last| at.max(later(last, 1)));
        conversation.messages.push(Message {
            id,
            at: stamped,
            side,
            text: words.text,
            content: words.content.map(Box::new),
        });
        self.restart_timer(index, at);
        self.record(index, Change::MessageWritten, Some(author), by, at);
        if let Some(truth) = self.truth.last_mut() {
            truth.message = Some(id);
        }
        Some(id)
    }
}
