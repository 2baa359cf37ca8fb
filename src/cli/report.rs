//! What became of a run: what needs somebody first, then the rest; and what a plan would do.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::exit::Exit;
use super::{guests, printed};
use crate::domain::fact::FinalState;
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::plan::Plan;
use crate::domain::rehearsal::{Rehearsed, Verdict};
use crate::domain::run::{Run, RunState};
use crate::domain::tally::Tally;
use crate::domain::told::Telling;

/// The report in words.
pub(super) fn page(run: &Run, told: &[(ConversationId, Telling)]) -> String {
    let mut items: Vec<&Item> = run.items.iter().collect();
    items.sort_by_key(|item| urgency(item));
    let lines: Vec<[String; 4]> = items.iter().map(|item| line(item)).collect();
    let mut text = printed::table(["STATE", "KIND", "ID", "WHY"], &lines);
    let tally = run.tally();
    let open = tally.planned - tally.finals();
    let _ = write!(text, "\nrun {}: {}", run.header.id, counts(&tally));
    if open > 0 {
        let _ = write!(
            text,
            "; {open} without a final state. Resume: unstick runs resume {}",
            run.header.id.0
        );
    }
    if tally.incidents > 0 {
        let _ = write!(text, "; {} with an incident", tally.incidents);
    }
    if let Some(why) = cut_short(run) {
        let _ = write!(text, "\n{why}");
    }
    text.push('\n');
    text.push_str(&guests::page(told));
    text.push_str("Not watched for late effects: that needs an open console.\n");
    text
}

/// How many came out how: `4 ended, 5 cancelled`.
fn counts(tally: &Tally) -> String {
    let states = FinalState::ALL.iter();
    let counts = states
        .filter(|state| tally.of(**state) > 0)
        .map(|state| format!("{} {}", tally.of(*state), state.word()));
    counts.collect::<Vec<_>>().join(", ")
}

/// For whoever leaves: what became of a run that is over and has not ended all, and where to read more. Nothing of one that has.
pub(super) fn shortfall(run: &Run) -> Option<String> {
    let (tally, id) = (run.tally(), run.header.id);
    let incidents = match tally.incidents {
        0 => String::new(),
        count => format!("; {count} with an incident"),
    };
    let counts = counts(&tally);
    (run.finished.is_some() && !tally.is_all_done())
        .then(|| format!("run {id}: {counts}{incidents}; unstick runs show {}", id.0))
}

/// What needs somebody first: incidents, then what is not ended, then what is.
fn urgency(item: &Item) -> (bool, usize) {
    let settled = item.settled.as_ref().map(|(settled, _)| settled);
    let has_incident = settled.is_some_and(|settled| settled.incident.is_some());
    let rank = match settled.map(|settled| settled.state) {
        None => 0,
        Some(FinalState::Escalate) => 1,
        Some(FinalState::Unresolved) => 2,
        Some(FinalState::Held) => 3,
        Some(FinalState::WrapUpOwed) => 4,
        Some(FinalState::Cancelled) => 5,
        Some(FinalState::EndedElsewhere) => 6,
        Some(FinalState::Ended) => 7,
    };
    (!has_incident, rank)
}

/// One conversation in the report.
pub(super) fn line(item: &Item) -> [String; 4] {
    let (state, why) = match &item.settled {
        Some((settled, _)) => {
            let mut why = item.why(settled);
            if settled.reopened {
                why.push_str("; reopened by its customer");
            }
            if let Some(incident) = &settled.incident {
                why = format!("INCIDENT: {incident}; {why}");
            }
            (settled.state.word(), why)
        }
        None => ("open", "no final state yet".to_owned()),
    };
    [
        state.to_owned(),
        item.plan.kind.word().to_owned(),
        item.plan.id.to_string(),
        why,
    ]
}

fn cut_short(run: &Run) -> Option<String> {
    match run.cut_short.as_ref()? {
        RunState::Stopping(by) => Some(format!("stopped: {by}")),
        RunState::Halted(_, why) => Some(format!("halted: {why}")),
        _ => None,
    }
}

/// The last line of `--json`.
pub(super) fn summary(run: &Run, exit: Exit, told: &[(ConversationId, Telling)]) -> Value {
    let tally = run.tally();
    let counts: Map<String, Value> = FinalState::ALL
        .iter()
        .map(|state| (state.word().to_owned(), json!(tally.of(*state))))
        .collect();
    json!({
        "event": "summary",
        "run": run.header.id,
        "planned": tally.planned,
        "counts": counts,
        "open": tally.planned - tally.finals(),
        "incidents": tally.incidents,
        "requests": tally.requests,
        "cut_short": cut_short(run),
        "watched_for_late_effects": false,
        "guests": guests::data(told),
        "exit": exit.number(),
    })
}

/// What a run of a plan would do, for `--dry-run`.
pub(super) fn intentions(plan: &Plan, rehearsed: &[Rehearsed]) -> String {
    let lines: Vec<[String; 5]> = plan
        .items
        .iter()
        .map(|item| {
            let verdict = rehearsed.iter().find(|one| one.id == item.id);
            let first = match verdict.map(|one| &one.verdict) {
                Some(Verdict::Goes(first)) => first.clone(),
                // What a recipe sends first stands in its steps, and depends on what is read.
                _ if plan.recipe.recipe().is_some() => "-".to_owned(),
                _ => item.first_action(plan.rung).to_owned(),
            };
            [
                item.kind.word().to_owned(),
                first,
                item.request_bound(plan).to_string(),
                item.id.to_string(),
                verdict.map_or_else(String::new, |one| check(&one.verdict)),
            ]
        })
        .collect();
    printed::table(["KIND", "FIRST", "REQUESTS", "ID", "CHECK"], &lines)
}

/// The same as data: the plan, and what came of each check.
pub(super) fn intended(plan: &Plan, rehearsed: &[Rehearsed]) -> Value {
    let checked = rehearsed.iter().map(|one| match &one.verdict {
        Verdict::Goes(first) => json!({ "id": one.id, "verdict": "goes", "first": first }),
        Verdict::Ends(state, reason) => {
            json!({ "id": one.id, "verdict": "ends", "state": state, "reason": reason })
        }
        Verdict::Unread(why) => json!({ "id": one.id, "verdict": "unread", "reason": why }),
    });
    json!({ "plan": plan, "rehearsed": checked.collect::<Vec<_>>() })
}

/// What the check of a run would make of it; what would be sent first has a column of its own.
fn check(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Goes(_) => "fits the plan".to_owned(),
        Verdict::Ends(..) | Verdict::Unread(_) => verdict.words(),
    }
}
