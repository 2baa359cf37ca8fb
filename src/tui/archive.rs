//! Past runs in the console's words, read from the journal of this machine.

use crate::app::{PastRun, RunRecord};
use crate::domain::ids::RunId;
use crate::journal::{History, RunSummary};

/// The newest runs that the console lists; older ones are for `unstick runs`.
const LISTED: usize = 500;

/// Every run, newest first; or why they cannot be read.
pub(super) fn runs(history: &History) -> Result<Vec<PastRun>, String> {
    let runs = history
        .runs(LISTED)
        .map_err(|failure| failure.to_string())?;
    Ok(runs.into_iter().map(past).collect())
}

/// One run with everything that happened in it; or why it cannot be read.
pub(super) fn run(history: &History, id: RunId) -> Result<Box<RunRecord>, String> {
    let (header, facts) = history.facts(id).map_err(|failure| failure.to_string())?;
    Ok(Box::new(RunRecord { header, facts }))
}

fn past(run: RunSummary) -> PastRun {
    let plan = &run.header.plan;
    PastRun {
        id: run.header.id,
        org_id: plan.org_id.clone(),
        profile: plan.profile.clone(),
        operator: run.header.operator,
        note: run.header.note,
        created: run.header.created,
        finished: run.finished,
        tally: run.tally,
    }
}
