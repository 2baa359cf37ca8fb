//! What a run on record left `escalate`: its way through the published requests is at an end, and a leg is still open.

use super::exit::Exit;
use super::trouble::Trouble;
use crate::domain::fact::FinalState;
use crate::domain::ids::ConversationId;
use crate::domain::item::Timings;
use crate::journal::History;
use crate::settings::Paths;

/// Conversations of this organisation that a run on record left `escalate`: only these may be torn down.
pub(super) fn on_record(paths: &Paths, org_id: &str) -> Result<Vec<ConversationId>, Trouble> {
    let history = History::at(&paths.journal_file(), Timings::default());
    let damaged = |failure| Trouble::new(Exit::Usage, anyhow::Error::new(failure));
    let mut ids = Vec::new();
    for summary in history.runs(usize::MAX).map_err(damaged)? {
        if summary.header.plan.org_id != org_id || summary.tally.of(FinalState::Escalate) == 0 {
            continue;
        }
        let run = history.load(summary.header.id).map_err(damaged)?;
        ids.extend(run.items.iter().filter_map(|item| {
            let (settled, _) = item.settled.as_ref()?;
            (settled.state == FinalState::Escalate).then_some(item.plan.id)
        }));
    }
    Ok(ids)
}
