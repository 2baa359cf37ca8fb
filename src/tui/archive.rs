//! Past runs in the console's words, read from the journal of this machine.

use crate::app::{Msg, PastRun, RunRecord};
use crate::domain::ids::RunId;
use crate::journal::{History, RunSummary};

/// The newest runs that the console lists; older ones are for `unstick runs`.
const LISTED: usize = 500;

/// Every run that can be read, newest first; and why any cannot be.
pub(super) fn runs(history: &History) -> Vec<Msg> {
    let found = match history.readable(LISTED) {
        Ok(found) => found,
        Err(failure) => return vec![Msg::History(Err(failure.to_string()))],
    };
    let mut told = vec![Msg::History(Ok(found.runs.into_iter().map(past).collect()))];
    if !found.unreadable.is_empty() {
        let runs: Vec<String> = found
            .unreadable
            .iter()
            .map(|(run, _)| run.to_string())
            .collect();
        let words = format!("of run {} in it. `unstick runs` says why", runs.join(", "));
        told.push(Msg::History(Err(words)));
    }
    told
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
