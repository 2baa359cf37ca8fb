//! Past runs in the console's words, read from the journal of this machine.

use crate::app::{Msg, PastPlan, PastRun, RunRecord, RunsFound};
use crate::domain::ids::RunId;
use crate::domain::kind::Kind;
use crate::domain::plan::PlanItem;
use crate::journal::{History, NEWEST, Readable, RunSummary};

/// The newest runs that the console lists; older ones are for `unstick runs`.
const LISTED: usize = 2000;
/// How much of a plan's hash is shown.
const HASH: usize = 8;

/// Every run that can be read, newest first, and which cannot. The newest are told before the others are read.
pub(super) fn runs(history: &History, look: u32, tell: &dyn Fn(Msg)) {
    for most in [NEWEST, LISTED] {
        // One more than is told says whether there are others.
        let found = match history.readable(most + 1) {
            Ok(found) => found,
            Err(failure) => {
                let words = format!("the journal cannot be read: {failure}");
                return tell(Msg::History(look, Err(words)));
            }
        };
        let found = told(found, most);
        if !found.has_older || most == LISTED {
            return tell(Msg::History(look, Ok(found)));
        }
        tell(Msg::NewestRuns(look, found.runs));
    }
}

/// So many of them, and whether there are others.
fn told(mut found: Readable, most: usize) -> RunsFound {
    let has_older = found.runs.len() + found.unreadable.len() > most;
    if has_older {
        let oldest = found.runs.last().map(|run| run.header.id);
        let damaged = found.unreadable.last().map(|(run, _)| *run);
        if damaged.is_some_and(|damaged| oldest.is_none_or(|oldest| damaged < oldest)) {
            found.unreadable.pop();
        } else {
            found.runs.pop();
        }
    }
    RunsFound {
        runs: found.runs.into_iter().map(past).collect(),
        damaged: found.unreadable.into_iter().map(|(run, _)| run).collect(),
        has_older,
    }
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
        plan: PastPlan {
            rung: plan.rung,
            recipe: plan.recipe.recipe().map(|recipe| recipe.name.clone()),
            filter: plan.filter.clone(),
            wrap_up: plan.wrap_up.clone(),
            hash: plan.hash.chars().take(HASH).collect(),
            kinds: kinds(&plan.items),
        },
        operator: run.header.operator,
        note: run.header.note,
        created: run.header.created,
        finished: run.finished,
        tally: run.tally,
    }
}

/// How many there are of each kind, in the order in which they come.
fn kinds(items: &[PlanItem]) -> Vec<(Kind, usize)> {
    let mut kinds: Vec<(Kind, usize)> = Vec::new();
    for item in items {
        match kinds.iter_mut().find(|(kind, _)| *kind == item.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((item.kind, 1)),
        }
    }
    kinds
}
