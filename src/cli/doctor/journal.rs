//! The journal: whether it can be opened and is whole, who holds it, where it lies; and what it remembers of this client. It is only read.

use std::path::Path;

use jiff::Timestamp;

use super::configuration::in_time;
use super::line::{Group, Line};
use crate::cli::beacon::is_alive;
use crate::cli::exit::Exit;
use crate::domain::fact::{ItemEvent, RunEvent};
use crate::domain::failure::FailureKind;
use crate::domain::item::Timings;
use crate::domain::plan::Scope;
use crate::journal::{Condition, History, JournalFailure, NEWEST, Verdict};
use crate::settings::Paths;

const GROUP: Group = Group::Journal;

/// Less is little, in bytes: a run of ten chats takes some 100 KB.
const LITTLE: u64 = 64 * 1024 * 1024;

/// What can be said of the journal.
pub(super) async fn lines(paths: &Paths, scope: Option<Scope>) -> Vec<Line> {
    let path = paths.journal_file();
    let found = Condition::of(&path);
    let mut lines = vec![contents(&path, &found).await, place(&path, &found)];
    if let Some(signed) = &found.lock {
        lines.push(lock(signed));
    }
    if let Some(scope) = scope.filter(|_| found.is_there) {
        lines.push(legs_of_others(&path, scope).await);
    }
    lines
}

async fn contents(path: &Path, found: &Condition) -> Line {
    const CHECK: &str = "journal";
    if !found.is_there {
        let what = format!("none yet; the first run makes {}", path.display());
        return Line::ok(GROUP, CHECK, what);
    }
    match history(path, History::verify).await {
        None => Line::unknown(GROUP, CHECK, "it takes longer than 3 s to verify")
            .mend("unstick runs verify"),
        Some(Err(failure)) => Line::bad(GROUP, CHECK, failure.to_string(), Exit::Usage),
        Some(Ok(verdict)) => verified(&verdict),
    }
}

fn verified(verdict: &Verdict) -> Line {
    const CHECK: &str = "journal";
    match verdict.faults.first() {
        None => {
            let what = format!("{} runs, {} facts, whole", verdict.runs, verdict.facts);
            Line::ok(GROUP, CHECK, what)
        }
        Some(fault) => {
            let more = verdict.faults.len();
            let what = format!("not as it was written, in {more} places; the first: {fault}");
            Line::bad(GROUP, CHECK, what, Exit::Usage).mend("unstick runs verify shows them all")
        }
    }
}

fn place(path: &Path, found: &Condition) -> Line {
    const CHECK: &str = "its place";
    let folder = path.parent().unwrap_or(path).display();
    if let Some(kind) = found.remote {
        let what = format!("{folder} is on another machine ({kind}): nothing is ended with it");
        return Line::bad(GROUP, CHECK, what, Exit::Usage)
            .mend("UNSTICK_HOME names another folder");
    }
    if let Some(why) = &found.no_room {
        let what = format!("{folder} takes nothing: {why}");
        return Line::bad(GROUP, CHECK, what, Exit::Usage)
            .mend("check its permissions and the free space");
    }
    let free = found.free.map_or_else(
        || "free space unknown".to_owned(),
        |free| format!("{} MB free", free / 1_000_000),
    );
    if found.free.is_some_and(|free| free < LITTLE) {
        return Line::warn(GROUP, CHECK, format!("{folder}: {free}"))
            .mend("a run that finds the disk full stops; make room");
    }
    if let Some(kind) = found.in_memory {
        let what = format!("{folder} is in memory ({kind}): gone when this machine starts anew");
        return Line::warn(GROUP, CHECK, what).mend("UNSTICK_HOME names another folder");
    }
    Line::ok(GROUP, CHECK, format!("{folder}, {free}"))
}

/// A lock with a name on it: of a process that carries out a run, or of one that was killed.
fn lock(signed: &str) -> Line {
    const CHECK: &str = "its lock";
    let pid = signed
        .strip_prefix("pid ")
        .and_then(|rest| rest.split(' ').next()?.parse().ok());
    if pid.is_some_and(|pid| !is_alive(pid)) {
        let what = format!("left behind by {signed}; the next run takes it");
        return Line::ok(GROUP, CHECK, what);
    }
    Line::warn(
        GROUP,
        CHECK,
        format!("held by {signed}: it carries out a run"),
    )
    .mend("wait for it, or stop it; looking is free meanwhile")
}

/// Whether this client was told that other people's legs are closed to it, as the newest runs on record have it.
async fn legs_of_others(path: &Path, scope: Scope) -> Line {
    const CHECK: &str = "legs of others";
    if scope.org_id.is_empty() {
        let why = "nobody says which organisation this is, so that none of the runs on record can be told to be of it";
        return Line::unknown(GROUP, CHECK, why);
    }
    let found = history(path, move |history| last_refusal(history, &scope)).await;
    match found {
        None | Some(Err(_)) => Line::unknown(GROUP, CHECK, "the journal cannot be looked through"),
        Some(Ok(None)) => {
            let what = format!("not refused to this client in the newest {NEWEST} runs");
            Line::ok(GROUP, CHECK, what)
        }
        Some(Ok(Some(at))) => {
            let what = format!("closed to this client, last said {at:.0}; chats are ended whole");
            Line::warn(GROUP, CHECK, what).mend("the rung `close` does it; nothing is to be done")
        }
    }
}

fn last_refusal(history: &History, scope: &Scope) -> Result<Option<Timestamp>, JournalFailure> {
    for run in history.runs(NEWEST)? {
        let plan = &run.header.plan;
        if plan.org_id != scope.org_id || plan.client_id != scope.client_id {
            continue;
        }
        let (_, facts) = history.facts(run.header.id)?;
        let is_refusal = |event: &RunEvent| {
            matches!(
                event,
                RunEvent::Item { what: ItemEvent::Answered { failure: Some(failure), .. }, .. }
                    if failure.kind == FailureKind::NotYourLeg
            )
        };
        let last = facts.iter().rev().find(|fact| is_refusal(&fact.event));
        if let Some(fact) = last {
            return Ok(Some(fact.at));
        }
    }
    Ok(None)
}

/// Asks the journal on a thread of its own, and waits only so long.
async fn history<T: Send + 'static>(
    path: &Path,
    ask: impl FnOnce(&History) -> T + Send + 'static,
) -> Option<T> {
    let history = History::at(path, Timings::default());
    in_time(move || ask(&history)).await
}
