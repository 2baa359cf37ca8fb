//! What a final item can say for itself: what the service answered its last request, and whether its state was seen after that.

use super::Item;
use crate::domain::fact::Settled;
use crate::domain::failure::Failure;
use crate::domain::step::Action;

impl Item {
    /// The last request for it, where that was not accepted, and why.
    pub fn refused(&self) -> Option<(&Action, &Failure)> {
        let last = self.sends.last()?;
        Some((&last.action, last.answer.as_ref()?.failure.as_ref()?))
    }

    /// Why it came out so: the reason on record, behind what its last request was answered where the reason leaves that out.
    pub fn why(&self, settled: &Settled) -> String {
        let is_untold = |failure: &Failure| !settled.reason.contains(&failure.short());
        match self.refused() {
            Some((action, failure)) if !settled.state.is_done() && is_untold(failure) => format!(
                "{}: {}; {}",
                action.step().word(),
                failure.what(),
                settled.reason
            ),
            _ => settled.reason.clone(),
        }
    }

    /// It was read after all that was sent for it, and a leg was open: its state is known, and a new plan can take it up.
    pub fn is_seen_open(&self) -> bool {
        let seen = self.seen.as_ref().filter(|_| self.trouble.is_none());
        seen.is_some_and(|seen| !seen.evidence.is_clear())
    }
}
