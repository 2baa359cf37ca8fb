//! Runs that a sandbox took with it: a program was killed in mid-run, and the pretend organisation died too. Nobody can read any more
//! what became of their conversations, so such a run is closed as unresolved instead of being offered for resuming for ever.

use crate::clock::WallClock;
use crate::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact, Settled};
use crate::domain::item::{Item, Timings};
use crate::domain::run::Run;
use crate::engine::ports::{Clock, RecordFailure, Recorder};
use crate::journal::History;
use crate::settings::Paths;
use crate::settings::profile::SANDBOX;

use super::pretend;
use super::terminate::journal_of;

/// Who stopped them, in the journal's words.
const GONE: &str = "its sandbox is gone";

/// Closes the unfinished runs among the newest ones whose sandbox is gone. The journal is written, under its lock, only if there are any:
/// otherwise this reads. Nothing is sent, and what cannot be closed stays as it is. What is to be said of it is the answer.
pub(super) async fn close(paths: &Paths, newest: usize) -> Vec<String> {
    let mut said = Vec::new();
    let history = History::at(&paths.journal_file(), Timings::default());
    // A journal that cannot be read is told of by whoever reads it next.
    let Ok(runs) = history.runs(newest) else {
        return said;
    };
    let mut abandoned = Vec::new();
    for run in runs {
        let header = &run.header;
        if run.is_unfinished()
            && header.plan.profile == SANDBOX
            && pretend::is_gone(&header.api_url, &header.plan.org_id, paths).await
        {
            abandoned.push(header.id);
        }
    }
    if abandoned.is_empty() {
        return said;
    }
    let Ok(journal) = journal_of(paths) else {
        return said;
    };
    said.extend_from_slice(journal.told());
    for id in abandoned {
        let closed = async {
            let run = journal.reopen(id).await?;
            // Another process may have closed it since it was looked at.
            let facts = if run.finished.is_some() {
                Vec::new()
            } else {
                last_facts(&run)
            };
            for event in facts {
                let at = WallClock::start().now();
                journal.record(id, RunFact { at, event }).await?;
            }
            Ok(())
        }
        .await;
        journal.release().await;
        match closed {
            Ok(()) => said.push(format!("run {id} is closed as unresolved: {GONE}")),
            // Somebody carries out a run: whatever is to be closed can wait.
            Err(RecordFailure::Locked(_)) => break,
            Err(failure) => said.push(format!(
                "warning: run {id} cannot be closed, though {GONE}: {failure}"
            )),
        }
    }
    said
}

/// What brings a run to its end of which nothing more can be known.
fn last_facts(run: &Run) -> Vec<RunEvent> {
    let mut facts = vec![RunEvent::Stopped {
        by: GONE.to_owned(),
    }];
    for item in run.open_items() {
        let about = |what: ItemEvent| RunEvent::Item {
            conversation: item.plan.id,
            what,
        };
        if item.pending().is_some() {
            facts.push(about(Item::answer_lost()));
        }
        let what = if item.sends.is_empty() {
            "nothing had been sent for it"
        } else {
            "what became of it is not known"
        };
        let reason = format!("{GONE}; {what}");
        facts.push(about(ItemEvent::Settled(Settled::new(
            FinalState::Unresolved,
            reason,
        ))));
    }
    facts.push(RunEvent::Finished);
    facts
}
