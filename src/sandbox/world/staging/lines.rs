//! What was written in a staged conversation, and who wrote last.

use super::{Moments, Stage};
use crate::sandbox::kind::Kind;
use crate::sandbox::names;
use crate::sandbox::world::conversation::{Message, Side};
use crate::sandbox::world::later;
use jiff::Timestamp;
use std::borrow::Cow;

impl Stage<'_> {
    /// What was written, strictly in order, the last message at its moment.
    pub(super) fn messages(&mut self) -> Vec<Message> {
        let Moments {
            start,
            answer,
            last,
            ..
        } = self.moments;
        let sides = match self.kind {
            Kind::NoShow => return Vec::new(),
            Kind::BotLoop | Kind::InBot => [Side::Customer, Side::Bot],
            Kind::Waiting | Kind::LongWait | Kind::Ringing | Kind::Ghost => {
                [Side::Customer, Side::Customer]
            }
            Kind::IdleUs | Kind::WrapUp => [Side::Agent, Side::Customer],
            Kind::Live if self.random.between(0, 1) == 0 => [Side::Agent, Side::Customer],
            _ => [Side::Customer, Side::Agent],
        };
        let mut messages = vec![self.message(Side::Customer, start)];
        let greeting = later(start, 1200);
        if greeting < answer.min(self.moments.handover.max(start)) {
            messages.push(self.message(Side::Bot, greeting));
        }
        let from = if sides.contains(&Side::Agent) {
            answer
        } else {
            start
        };
        let span = i64::try_from(last.duration_since(from).as_millis()).unwrap_or(0);
        let count = 2 * self.random.between(1, 4);
        for (number, side) in (1..=count).zip(sides.iter().copied().cycle()) {
            let at = later(from, span * number / count);
            if messages.last().is_none_or(|message| message.at < at) {
                messages.push(self.message(side, at));
            }
        }
        messages
    }

    fn message(&mut self, side: Side, at: Timestamp) -> Message {
        let words: &[&'static str] = match side {
            Side::Customer => &names::GUEST_LINES,
            Side::Agent => &names::AGENT_LINES,
            Side::Bot => &names::BOT_LINES,
        };
        Message {
            id: self.random.uuid(),
            at,
            side,
            text: Cow::Borrowed(self.random.word(words)),
            content: None,
        }
    }
}
