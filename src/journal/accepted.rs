//! What runs on record had accepted and did not bring to an end: what makes a conversation `stubborn` that is open all the same.

use std::collections::HashMap;

use super::failure::JournalFailure;
use super::history::History;
use crate::domain::beside::Accepted;
use crate::domain::ids::ConversationId;

impl History {
    /// Accepted requests for conversations of this organisation, as the newest runs, so many at most, have them. Of a conversation that is
    /// in several runs, the newest counts.
    pub fn accepted(
        &self,
        org_id: &str,
        at_most: usize,
    ) -> Result<HashMap<ConversationId, Vec<Accepted>>, JournalFailure> {
        let found = self.read(|stored| {
            let mut known = HashMap::new();
            let runs = stored.runs()?;
            let newest = runs.len().saturating_sub(at_most);
            for run in runs.into_iter().skip(newest) {
                let run = stored.fold(run, self.timings())?.run;
                if run.header.plan.org_id == org_id {
                    let items = run.items.iter();
                    known.extend(items.map(|item| (item.plan.id, Accepted::of(item))));
                }
            }
            known.retain(|_, accepted: &mut Vec<Accepted>| !accepted.is_empty());
            Ok(known)
        })?;
        Ok(found.unwrap_or_default())
    }
}
