//! Past runs in the console's words, read from the journal of this machine.

use crate::app::{Msg, PastPlan, PastRun, RunRecord};
use crate::domain::ids::RunId;
use crate::domain::kind::Kind;
use crate::domain::plan::PlanItem;
use crate::journal::{History, NEWEST, Readable, RunSummary};

/// The newest runs that the console lists; older ones are for `unstick runs`.
const LISTED: usize = 2000;
/// How much of a plan's hash is shown.
const HASH: usize = 8;

/// Every run that can be read, newest first; and why any cannot be. The newest are told before the others are read.
pub(super) fn runs(history: &History, tell: &dyn Fn(Msg)) {
    for most in [NEWEST, LISTED] {
        match history.readable(most) {
            Ok(found) => {
                let is_all = found.runs.len() + found.unreadable.len() < most;
                let wrong = wrong(&found);
                let runs = found.runs.into_iter().map(past).collect();
                if !is_all && most == NEWEST {
                    tell(Msg::NewestRuns(runs));
                    continue;
                }
                tell(Msg::History(Ok(runs)));
                return wrong
                    .into_iter()
                    .for_each(|wrong| tell(Msg::History(Err(wrong))));
            }
            Err(failure) => {
                let words = format!("the journal cannot be read: {failure}");
                return tell(Msg::History(Err(words)));
            }
        }
    }
}

/// Which runs are there and cannot be read.
fn wrong(found: &Readable) -> Option<String> {
    let runs: Vec<String> = found
        .unreadable
        .iter()
        .map(|(run, _)| run.to_string())
        .collect();
    match runs.as_slice() {
        [] => None,
        [run] => Some(format!(
            "run {run} is damaged and not listed: unstick runs says why"
        )),
        runs => Some(format!(
            "{} runs are damaged and not listed ({}): unstick runs says why",
            runs.len(),
            runs.join(", ")
        )),
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
