//! Journals of every earlier version: each opens, loses nothing, says nothing that it did not say before, and its unfinished run goes on.
//!
//! Each file was made by the program as it was at that version of the schema, with
//! `UNSTICK_MAKE_GOLDEN=tests/it/journal/golden/v5.db cargo test --test it journal_golden::make`, which writes the three runs below and
//! packs the file. A new version gets a new file in the same way, before its first release; an old file is never made again.

use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use unstick::domain::fact::{Class, FinalState, ItemEvent, RunEvent};
use unstick::domain::ids::RunId;
use unstick::domain::item::Timings;
use unstick::domain::step::{Action, Rung};
use unstick::engine::ports::Recorder;
use unstick::journal::{History, Journal, JournalFailure, JournalOptions};

use super::journal_stage::*;

/// Versions that were released, or are to be, each as a file. 2 and 3 lived for an hour, between two of them.
const GOLDEN: [(usize, &[u8]); 3] = [
    (1, include_bytes!("journal/golden/v1.db")),
    (4, include_bytes!("journal/golden/v4.db")),
    (5, include_bytes!("journal/golden/v5.db")),
];

/// Puts a golden file where a journal is looked for.
fn placed(golden: &[u8]) -> Scratch {
    let scratch = Scratch::new();
    std::fs::create_dir_all(scratch.journal().parent().unwrap()).unwrap();
    std::fs::write(scratch.journal(), golden).unwrap();
    scratch
}

fn history(path: &Path) -> History {
    History::at(path, Timings::default())
}

/// Everything that a reader is told: counts, and every fact of every run.
fn told(path: &Path) -> Vec<String> {
    let verdict = history(path).verify().unwrap();
    assert_eq!(verdict.faults, []);
    let mut told = vec![format!("{} runs, {} facts", verdict.runs, verdict.facts)];
    told.extend((1..=3).map(|run| history(path).export_json(RunId(run)).unwrap()));
    told.extend((1..=3).map(|run| history(path).export_csv(RunId(run)).unwrap()));
    told
}

fn version(path: &Path) -> i64 {
    Connection::open(path)
        .unwrap()
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap()
}

#[tokio::test]
async fn a_journal_of_every_earlier_version_opens_says_what_it_said_and_goes_on() {
    for (was, golden) in GOLDEN {
        let scratch = placed(golden);
        let path = scratch.journal();
        let before = told(&path);
        assert_eq!(before[0], "3 runs, 17 facts");
        assert_eq!(
            version(&path),
            i64::try_from(was).unwrap(),
            "reading changes nothing"
        );

        let journal = open(&path);
        assert_eq!(told(&path), before);
        is_copied(&path, was, &before);

        let unfinished = journal.history().unfinished().unwrap();
        let ids: Vec<RunId> = unfinished.iter().map(|run| run.header.id).collect();
        assert_eq!(ids, [RunId(2)]);
        carry_on(&journal).await;
        assert_eq!(history(&path).verify().unwrap().faults, []);
        assert!(history(&path).unfinished().unwrap().is_empty());
    }
}

/// A journal of an earlier version has a private copy beside it that says the same; one of this version has none.
fn is_copied(path: &Path, was: usize, before: &[String]) {
    let was_version = i64::try_from(was).unwrap();
    let copy = path.with_file_name(format!("journal.v{was}.db"));
    if version(path) == was_version {
        assert!(!copy.exists());
        return;
    }
    assert_eq!(
        (told(&copy), version(&copy)),
        (before.to_vec(), was_version)
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = copy.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// The run that was cut off goes on: what was sent without a known answer is read, and both chats come to an end.
async fn carry_on(journal: &Journal) {
    let run = RunId(2);
    let back = journal.reopen(run).await.unwrap();
    assert!(back.items[0].pending().is_some() && !back.items[1].is_settled());
    let lost = ItemEvent::Answered {
        class: Class::Ambiguous,
        receipt: None,
        failure: None,
    };
    let empty = || evidence(Vec::new());
    let mut events = vec![(10_000, RunEvent::Recovered)];
    let mut item = |millis, number, what| {
        let conversation = conversation(number);
        events.push((millis, RunEvent::Item { conversation, what }));
    };
    item(10_001, 2, lost);
    item(10_100, 2, observed(10_050, empty()));
    item(13_200, 2, observed(13_150, empty()));
    item(13_300, 2, settled(FinalState::Ended));
    item(13_400, 3, settled(FinalState::Cancelled));
    events.push((13_500, RunEvent::Finished));
    for (millis, event) in events {
        journal.record(run, fact(millis, event)).await.unwrap();
    }
    journal.release().await;
}

const CUT_OFF: &str = "journal_golden::a_migration_that_is_cut_off_is_made_at_the_next_start";

#[test]
fn a_migration_that_is_cut_off_is_made_at_the_next_start() {
    if let Some(path) = std::env::var_os("UNSTICK_TEST_DOOMED_MIGRATION").map(PathBuf::from) {
        drop(open(&path));
        return;
    }
    for point in ["before-migration", "after-migration"] {
        let scratch = placed(GOLDEN[0].1);
        let path = scratch.journal();
        let before = told(&path);
        let died = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", CUT_OFF])
            .env("UNSTICK_CRASH_AT", point)
            .env("UNSTICK_TEST_DOOMED_MIGRATION", &path)
            .output()
            .unwrap();
        assert!(!died.status.success(), "{point} is passed");
        assert_eq!(told(&path), before, "{point}");
        drop(open(&path));
        assert_eq!(told(&path), before, "{point}");
        assert_eq!(
            told(&path.with_file_name("journal.v1.db")),
            before,
            "{point}"
        );
    }
}

#[test]
fn a_journal_is_not_changed_under_a_run_of_an_earlier_version() {
    let scratch = placed(GOLDEN[0].1);
    let path = scratch.journal();
    let mut lock = std::fs::File::create(path.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    std::io::Write::write_all(&mut lock, b"pid 7 on elsewhere").unwrap();
    let failure = Journal::open_at(&path, JournalOptions::default()).unwrap_err();
    assert!(
        matches!(&failure, JournalFailure::Held { who, .. } if who == "pid 7 on elsewhere"),
        "{failure}"
    );
    assert_eq!(version(&path), 1);
    drop(lock);
    drop(open(&path));
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_copy_is_not_written_through() {
    let scratch = placed(GOLDEN[0].1);
    let path = scratch.journal();
    let victim = path.with_file_name("victim");
    std::fs::write(&victim, "precious").unwrap();
    std::os::unix::fs::symlink(&victim, path.with_file_name("journal.v1.db")).unwrap();
    drop(open(&path));
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
}

/// Run 1 is finished; run 2 was cut off between an intent and its answer; run 3 is finished and left its chat unresolved.
#[tokio::test]
async fn make() {
    let Some(golden) = std::env::var_os("UNSTICK_MAKE_GOLDEN").map(PathBuf::from) else {
        return;
    };
    let scratch = Scratch::new();
    let ended = plan(Rung::Close, vec![(conversation(1), crowd())]);
    let (journal, first) = confirmed(&scratch.journal(), ended).await;
    end_one(&journal, first, conversation(1), 1000).await;
    let finished = fact(9000, RunEvent::Finished);
    journal.record(first, finished).await.unwrap();
    journal.release().await;
    drop(journal);

    let cut = plan(
        Rung::Close,
        vec![(conversation(2), crowd()), (conversation(3), owing())],
    );
    let (journal, second) = confirmed(&scratch.journal(), cut).await;
    let id = conversation(2);
    let seen = item_fact(100, id, observed(50, crowd()));
    journal.record(second, seen).await.unwrap();
    let what = ItemEvent::Intended {
        action: Action::Close,
        attempt: 1,
    };
    journal
        .intend(second, item_fact(150, id, what))
        .await
        .unwrap();
    journal.release().await;
    drop(journal);

    let lost = plan(Rung::Legs, vec![(conversation(4), crowd())]);
    let (journal, third) = confirmed(&scratch.journal(), lost).await;
    let unknown = item_fact(100, conversation(4), settled(FinalState::Unresolved));
    journal.record(third, unknown).await.unwrap();
    let finished = fact(200, RunEvent::Finished);
    journal.record(third, finished).await.unwrap();
    journal.release().await;
    drop(journal);

    Connection::open(scratch.journal())
        .unwrap()
        .execute_batch("PRAGMA journal_mode=DELETE; PRAGMA page_size=1024; VACUUM;")
        .unwrap();
    std::fs::copy(scratch.journal(), golden).unwrap();
}
