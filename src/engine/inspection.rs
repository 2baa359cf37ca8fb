//! The one conversation that somebody looks into: its reads bring the whole answer, and every request about it is told.

use crate::domain::feed::Fact;
use crate::domain::ids::ConversationId;

use super::ports::Org;

/// What is looked into, and how much of it was told.
#[derive(Debug, Default)]
pub(super) struct Inspection {
    of: Option<ConversationId>,
    /// The newest request that was told.
    heard: u64,
}

impl Inspection {
    /// Somebody looks into another one, or into none any more.
    pub(super) fn turn_to(&mut self, id: Option<ConversationId>) {
        *self = Self { of: id, heard: 0 };
    }

    /// It is this one.
    pub(super) fn is_of(&self, id: ConversationId) -> bool {
        self.of == Some(id)
    }

    /// Requests about it that were not told yet.
    pub(super) fn news(&mut self, org: &impl Org) -> Option<Fact> {
        let id = self.of?;
        let lines = org.requests_about(id, self.heard);
        self.heard = lines.last()?.number;
        Some(Fact::Requests { id, lines })
    }
}
