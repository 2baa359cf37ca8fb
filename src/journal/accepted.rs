//! What runs on record had accepted and did not bring to an end: what makes a conversation `stubborn` that is open all the same.

use std::collections::HashMap;

use super::failure::JournalFailure;
use super::history::History;
use super::stored::Stored;
use crate::domain::beside::Accepted;
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::item::Timings;
use crate::domain::run::Run;

impl History {
    /// Accepted requests for conversations of this organisation, as its newest runs, so many at most, have them. Of a conversation that is
    /// in several runs, the newest that says something of it counts. A run that cannot be read is passed over, and logged: it must not
    /// hide what the others know.
    pub fn accepted(
        &self,
        org_id: &str,
        at_most: usize,
    ) -> Result<HashMap<ConversationId, Vec<Accepted>>, JournalFailure> {
        let found = self.read(|stored| {
            let mut known = HashMap::new();
            let newest_first = stored.readable_runs()?.into_iter().rev();
            let ours = newest_first.filter_map(|run| {
                run_of(stored, run, org_id, self.timings())
                    .inspect_err(|error| {
                        tracing::warn!(%run, %error, "what a run had accepted is not known");
                    })
                    .unwrap_or_default()
            });
            for run in ours.take(at_most) {
                for item in &run.items {
                    if let Some(accepted) = Accepted::of(item) {
                        known.entry(item.plan.id).or_insert(accepted);
                    }
                }
            }
            known.retain(|_, accepted: &mut Vec<Accepted>| !accepted.is_empty());
            Ok(known)
        })?;
        Ok(found.unwrap_or_default())
    }
}

/// The run, if it is this organisation's.
fn run_of(
    stored: Stored<'_>,
    run: RunId,
    org_id: &str,
    timings: &Timings,
) -> Result<Option<Run>, JournalFailure> {
    let (header, _) = stored.header_of(run)?;
    if header.plan.org_id != org_id {
        return Ok(None);
    }
    stored.fold(run, timings).map(|folded| Some(folded.run))
}
