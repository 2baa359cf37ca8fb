//! The operator's guards at the check: what became of a conversation since it was planned, or of the guards, may forbid it now.

use std::sync::Arc;

use super::Driver;
use crate::domain::fact::{FinalState, ItemEvent, RunEvent, Settled};
use crate::domain::ids::ConversationId;
use crate::domain::kind::Kind;
use crate::domain::roster::{Listed, Reading, Row};
use crate::engine::ports::{Clock, Recorder, Terminator};

impl<T: Terminator, R: Recorder, C: Clock> Driver<T, R, C> {
    /// The end of an item that a guard or rule forbids, by what was just read. Nothing where something was sent for it already: that
    /// is seen through. Nothing either where no leg is open: then there is nothing to forbid.
    pub(super) fn forbidden(&self, id: ConversationId, reading: &Reading) -> Option<RunEvent> {
        let rules = self.rules.borrow().clone()?;
        let item = self.machine.run().item(id)?;
        let is_open = reading.conversation.open_legs().next().is_some();
        if item.has_acted() || item.settled.is_some() || !is_open {
            return None;
        }
        let listed = Listed {
            // What only the list says, as the plan had it.
            took_part: (item.plan.kind == Kind::NoShow).then_some(false),
            ..Listed::new(id, reading.conversation.started)
        };
        let row = Row {
            reading: Some(Arc::new(reading.clone())),
            ..Row::new(listed).under(Some(rules))
        };
        let reason = row.forbidden(self.parts.clock.now())?;
        Some(RunEvent::Item {
            conversation: id,
            what: ItemEvent::Settled(Settled::new(FinalState::Held, reason)),
        })
    }
}
