//! The one conversation that somebody looks into: its reads bring the whole answer, and every request about it is told. And all
//! requests, while somebody looks at those.

use crate::domain::feed::Fact;
use crate::domain::ids::ConversationId;

use super::ports::Org;

/// What is looked into, and how much of it was told.
#[derive(Debug, Default)]
pub(super) struct Inspection {
    of: Option<ConversationId>,
    /// The newest request that was told.
    heard: u64,
    /// Somebody looks at all requests, and the newest one that was told to them.
    all_after: Option<u64>,
}

impl Inspection {
    /// Somebody looks into another one, or into none any more.
    pub(super) fn turn_to(&mut self, id: Option<ConversationId>) {
        (self.of, self.heard) = (id, 0);
    }

    /// Somebody looks at all requests, or nobody does any more.
    pub(super) fn follow_all(&mut self, is_followed: bool) {
        self.all_after = is_followed.then_some(0);
    }

    /// It is this one.
    pub(super) fn is_of(&self, id: ConversationId) -> bool {
        self.of == Some(id)
    }

    /// Nobody looks at any requests.
    pub(super) fn is_over(&self) -> bool {
        self.of.is_none() && self.all_after.is_none()
    }

    /// Requests that were not told yet: about it, and all.
    pub(super) fn news(&mut self, org: &impl Org) -> Vec<Fact> {
        let about = self.news_about(org);
        about.into_iter().chain(self.news_of_all(org)).collect()
    }

    fn news_of_all(&mut self, org: &impl Org) -> Option<Fact> {
        let heard = self.all_after.as_mut()?;
        let lines = org.requests_after(*heard);
        *heard = lines.last()?.number;
        Some(Fact::AllRequests(lines))
    }

    fn news_about(&mut self, org: &impl Org) -> Option<Fact> {
        let id = self.of?;
        let lines = org.requests_about(id, self.heard);
        self.heard = lines.last()?.number;
        Some(Fact::Requests { id, lines })
    }
}
