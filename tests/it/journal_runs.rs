//! Runs in the journal: what is recorded is there after a restart, one process at a time, private, exported, verified.

use unstick::domain::fact::{FinalState, ItemEvent, RunEvent};
use unstick::domain::ids::RunId;
use unstick::domain::run::RunState;
use unstick::domain::step::{Action, Rung};
use unstick::engine::ports::{RecordFailure, Recorder};
use unstick::journal::{History, JournalFailure};

use super::journal_stage::*;

#[tokio::test]
async fn what_was_recorded_is_there_after_the_journal_is_closed_and_opened() {
    let scratch = Scratch::new();
    let (journal, run) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    end_one(&journal, run, conversation(1), 1000).await;
    journal
        .record(run, fact(9000, RunEvent::Finished))
        .await
        .unwrap();
    drop(journal);

    let journal = open(&scratch.journal());
    let back = journal.reopen(run).await.unwrap();
    assert_eq!(back.state, RunState::Finished);
    assert_eq!(back.header.operator, "pat");
    assert_eq!(back.items[0].sends.len(), 2);
    assert_eq!(
        back.items[0].settled.as_ref().unwrap().0.state,
        FinalState::Ended
    );
    let verdict = journal.history().verify().unwrap();
    assert_eq!((verdict.runs, verdict.facts), (1, 11));
    assert_eq!(verdict.faults, []);
}

#[tokio::test]
async fn runs_are_listed_newest_first_and_those_that_did_not_finish_are_named() {
    let scratch = Scratch::new();
    let (journal, first) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    end_one(&journal, first, conversation(1), 1000).await;
    journal
        .record(first, fact(9000, RunEvent::Finished))
        .await
        .unwrap();
    journal.release().await;
    let second = journal
        .open(
            draft(plan(Rung::Legs, vec![(conversation(2), crowd())])),
            at(10_000),
        )
        .await
        .unwrap()
        .id;
    journal
        .record(second, fact(10_001, RunEvent::Confirmed))
        .await
        .unwrap();
    journal.release().await;
    journal
        .open(
            draft(plan(Rung::Legs, vec![(conversation(3), crowd())])),
            at(20_000),
        )
        .await
        .unwrap();

    let history = journal.history();
    let runs = history.runs(10).unwrap();
    assert_eq!(
        runs.iter().map(|run| run.header.id.0).collect::<Vec<_>>(),
        [3, 2, 1]
    );
    assert_eq!(runs[2].took.unwrap().as_millis(), 8999);
    assert_eq!(runs[2].tally.of(FinalState::Ended), 1);
    assert_eq!(runs[0].state, RunState::Unconfirmed);
    assert_eq!(history.runs(1).unwrap().len(), 1);
    let unfinished = history.unfinished().unwrap();
    assert_eq!(
        unfinished
            .iter()
            .map(|run| run.header.id)
            .collect::<Vec<_>>(),
        [second]
    );
}

#[test]
fn a_journal_that_does_not_exist_is_empty_and_is_not_made_by_reading() {
    let scratch = Scratch::new();
    let history = History::at(
        &scratch.journal(),
        unstick::domain::item::Timings::default(),
    );
    assert!(history.runs(10).unwrap().is_empty());
    assert!(history.unfinished().unwrap().is_empty());
    assert_eq!(history.verify().unwrap().faults, []);
    assert_eq!(
        history.load(RunId(1)).unwrap_err(),
        JournalFailure::NoSuchRun(RunId(1))
    );
    assert!(!scratch.journal().exists());
}

#[tokio::test]
async fn only_one_holder_carries_out_runs_and_the_other_is_told_who() {
    let scratch = Scratch::new();
    let (journal, run) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    let other = open(&scratch.journal());
    let refused = other
        .open(
            draft(plan(Rung::Close, vec![(conversation(2), crowd())])),
            at(5),
        )
        .await
        .unwrap_err();
    let RecordFailure::Locked(holder) = &refused else {
        panic!("{refused}")
    };
    assert!(
        holder.starts_with(&format!("pid {} on ", std::process::id())),
        "{holder}"
    );
    assert!(holder.contains(" since "), "{holder}");
    assert!(matches!(
        other.reopen(run).await,
        Err(RecordFailure::Locked(_))
    ));
    assert_eq!(
        other.history().runs(10).unwrap().len(),
        1,
        "reading needs no lock, and nothing was created"
    );
    let unlocked = other
        .record(run, fact(6, RunEvent::Resumed))
        .await
        .unwrap_err();
    assert!(matches!(unlocked, RecordFailure::Refused(_)), "{unlocked}");

    journal.release().await;
    assert_eq!(other.reopen(run).await.unwrap().header.id, run);
    assert!(matches!(
        journal.reopen(run).await,
        Err(RecordFailure::Locked(_))
    ));
}

#[tokio::test]
async fn a_run_that_does_not_exist_leaves_the_lock_free() {
    let scratch = Scratch::new();
    let (journal, other) = (open(&scratch.journal()), open(&scratch.journal()));
    assert_eq!(
        journal.reopen(RunId(7)).await.unwrap_err(),
        RecordFailure::NoSuchRun(RunId(7))
    );
    assert!(
        other
            .open(
                draft(plan(Rung::Close, vec![(conversation(1), crowd())])),
                at(0)
            )
            .await
            .is_ok()
    );
}

#[cfg(unix)]
#[tokio::test]
async fn folder_journal_and_lock_can_be_read_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let (_journal, _) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    let folder = scratch.journal().parent().unwrap().to_owned();
    assert_eq!(
        folder.metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );
    let modes: Vec<u32> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().permissions().mode() & 0o777)
        .collect();
    assert!(modes.len() >= 3, "journal, its log and its lock");
    assert!(modes.iter().all(|mode| *mode == 0o600), "{modes:?}");
}

#[tokio::test]
async fn an_intent_gives_a_permit_and_is_not_recorded_as_a_plain_fact() {
    let scratch = Scratch::new();
    let (journal, run) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    journal
        .record(run, item_fact(100, conversation(1), observed(50, crowd())))
        .await
        .unwrap();
    let action = Action::Legs {
        participant: participant(1),
    };
    let intent = item_fact(
        150,
        conversation(1),
        ItemEvent::Intended {
            action: action.clone(),
            attempt: 1,
        },
    );
    assert!(matches!(
        journal.record(run, intent.clone()).await,
        Err(RecordFailure::Refused(_))
    ));
    assert!(matches!(
        journal.intend(run, fact(120, RunEvent::Resumed)).await,
        Err(RecordFailure::Refused(_))
    ));
    let permit = journal.intend(run, intent).await.unwrap();
    assert_eq!(
        (permit.conversation(), permit.action()),
        (conversation(1), &action)
    );
    let stored: i64 = behind(&scratch.journal())
        .query_row("SELECT count(*) FROM intent", [], |row| row.get(0))
        .unwrap();
    assert_eq!(stored, 1);
}

#[tokio::test]
async fn a_refused_fact_leaves_no_trace_and_the_run_goes_on() {
    let scratch = Scratch::new();
    let (journal, run) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    journal
        .record(run, item_fact(100, conversation(1), observed(50, crowd())))
        .await
        .unwrap();
    let close = |millis| {
        item_fact(
            millis,
            conversation(1),
            ItemEvent::Intended {
                action: Action::Close,
                attempt: 1,
            },
        )
    };
    let stale = journal.intend(run, close(2_051)).await.unwrap_err();
    assert_eq!(
        stale,
        RecordFailure::Refused("I3: no fresh fitting evidence".to_owned())
    );
    assert!(matches!(
        journal
            .record(run, item_fact(2100, conversation(1), accepted()))
            .await,
        Err(RecordFailure::Refused(_))
    ));
    assert!(matches!(
        journal.record(run, fact(2200, RunEvent::Finished)).await,
        Err(RecordFailure::Refused(_))
    ));
    journal.intend(run, close(2_050)).await.unwrap();
    assert_eq!(journal.history().verify().unwrap().faults, []);
    assert_eq!(journal.history().load(run).unwrap().items[0].sends.len(), 1);
}

#[tokio::test]
async fn an_unresolved_conversation_may_get_a_later_final_state_and_no_further_send() {
    let scratch = Scratch::new();
    let (journal, run) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    let id = conversation(1);
    journal
        .record(run, item_fact(100, id, settled(FinalState::Unresolved)))
        .await
        .unwrap();
    journal
        .record(run, fact(200, RunEvent::Finished))
        .await
        .unwrap();
    journal.release().await;
    let back = journal.reopen(run).await.unwrap();
    assert_eq!(
        back.items[0].settled.as_ref().unwrap().0.state,
        FinalState::Unresolved
    );
    journal
        .record(run, fact(300, RunEvent::Recovered))
        .await
        .unwrap();
    journal
        .record(run, item_fact(400, id, observed(350, crowd())))
        .await
        .unwrap();
    let again = journal
        .intend(
            run,
            item_fact(
                450,
                id,
                ItemEvent::Intended {
                    action: Action::Close,
                    attempt: 1,
                },
            ),
        )
        .await
        .unwrap_err();
    assert!(again.to_string().contains("it may only be read"), "{again}");
    journal
        .record(run, item_fact(500, id, settled(FinalState::Held)))
        .await
        .unwrap();
    let numbers: i64 = behind(&scratch.journal())
        .query_row("SELECT max(number) FROM final", [], |row| row.get(0))
        .unwrap();
    assert_eq!(numbers, 2);
    assert_eq!(
        journal.history().load(run).unwrap().items[0]
            .settled
            .as_ref()
            .unwrap()
            .0
            .state,
        FinalState::Held
    );
}

#[tokio::test]
async fn an_export_holds_every_fact_and_no_cell_is_a_formula() {
    let scratch = Scratch::new();
    let (journal, run) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    end_one(&journal, run, conversation(1), 1000).await;
    let lines: Vec<serde_json::Value> = journal
        .history()
        .export_json(run)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 11);
    assert_eq!(lines[0]["header"]["operator"], "pat");
    assert_eq!(lines[4]["what"], "answered");
    let text = journal.history().export_csv(run).unwrap();
    let mut table = csv::Reader::from_reader(text.as_bytes());
    let headings = table.headers().unwrap().clone();
    let line = table.records().next().unwrap().unwrap();
    let cell = |name: &str| {
        line.get(headings.iter().position(|heading| heading == name).unwrap())
            .unwrap()
            .to_owned()
    };
    assert_eq!(cell("state"), "ended");
    assert_eq!(cell("note"), "'=clean-up");
    assert_eq!(cell("correlation"), "corr-1 corr-1");
    assert_eq!(
        journal.history().export_json(RunId(9)).unwrap_err(),
        JournalFailure::NoSuchRun(RunId(9))
    );
}
