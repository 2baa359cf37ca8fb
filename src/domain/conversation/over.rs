//! Whether a conversation is over, as its read shows it.

use jiff::Timestamp;

use super::{Conversation, WrapUp};

impl Conversation {
    /// A party still owes after-call work.
    pub fn owes_wrap_up(&self) -> bool {
        self.participants
            .iter()
            .any(|party| matches!(party.wrap_up, WrapUp::Owed { .. }))
    }

    /// Since when it is over: the end that it names; else, with every leg closed and nothing owed, when the last leg was closed. A leg
    /// that was closed at no known time proves no time.
    pub fn over_since(&self) -> Option<Timestamp> {
        if self.ended.is_some() {
            return self.ended;
        }
        if self.owes_wrap_up() || self.open_legs().next().is_some() {
            return None;
        }
        let ends: Option<Vec<Timestamp>> = self.legs().map(|(_, leg)| leg.ended).collect();
        ends?.into_iter().max()
    }
}
