//! A journal that is not as it was written: verifying names the row, a damaged file is told clearly, and nothing panics.

use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;
use unstick::domain::fact::RunEvent;
use unstick::domain::ids::RunId;
use unstick::domain::item::Timings;
use unstick::domain::run::Run;
use unstick::domain::step::Rung;
use unstick::engine::ports::Recorder;
use unstick::journal::{History, Journal, JournalFailure, JournalOptions};

use super::journal_stage::*;

/// A journal of one finished run, closed.
async fn finished(path: &Path) -> RunId {
    let (journal, run) = confirmed(path, plan(Rung::Close, vec![(conversation(1), crowd())])).await;
    end_one(&journal, run, conversation(1), 1000).await;
    journal
        .record(run, fact(9000, RunEvent::Finished))
        .await
        .expect("the last fact");
    run
}

fn history(path: &Path) -> History {
    History::at(path, Timings::default())
}

fn try_open(path: &Path) -> Result<Journal, JournalFailure> {
    Journal::open_at(path, JournalOptions::default())
}

/// Changes rows as somebody would who knows the file: takes the rules away, and puts them back as they were.
pub(crate) fn tamper(path: &Path, statement: &str) {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("PRAGMA foreign_keys=OFF").unwrap();
    let rules: Vec<(String, String)> = connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type='trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    for (name, _) in &rules {
        connection
            .execute_batch(&format!("DROP TRIGGER {name}"))
            .unwrap();
    }
    assert!(
        connection.execute(statement, []).unwrap() > 0,
        "{statement} changes something"
    );
    for (_, rule) in &rules {
        connection.execute_batch(rule).unwrap();
    }
}

#[tokio::test]
async fn i26_verifying_names_the_row_that_was_tampered_with() {
    let cases = [
        (
            "UPDATE fact SET fact=replace(fact,'corr-1','corr-2') WHERE seq=4",
            "run 0001, fact 4: it was changed",
        ),
        (
            "UPDATE fact SET at_ms=at_ms+1 WHERE seq=5",
            "run 0001, fact 5: its time was changed",
        ),
        (
            "DELETE FROM fact WHERE seq=6",
            "run 0001, fact 7: the fact before it is missing",
        ),
        (
            "UPDATE observation SET fits=0 WHERE seq=2",
            "run 0001, fact 2: its row in `observation`",
        ),
        (
            "UPDATE intent SET participant_id='x' WHERE seq=3",
            "run 0001, fact 3: its row in `intent`",
        ),
        (
            "UPDATE outcome SET class='NOT_APPLIED' WHERE seq=4",
            "run 0001, fact 4: its row in `outcome`",
        ),
        (
            "UPDATE final SET state='held'",
            "run 0001, fact 10: its row in `final`",
        ),
        ("DELETE FROM final", "run 0001, fact 10: its row in `final`"),
        (
            "UPDATE plan_leg SET purpose='external' WHERE purpose='customer'",
            "run 0001: its row in `plan_leg`",
        ),
        (
            "UPDATE run SET operator='sam'",
            "run 0001: its row in `run`",
        ),
        (
            "UPDATE run SET header=replace(header,'pat','sam')",
            "run 0001: its header was changed",
        ),
        (
            "UPDATE run SET confirmed_ms=confirmed_ms+1",
            "run 0001: its confirmation was changed",
        ),
        (
            "INSERT INTO final SELECT run_id,9,conversation_id,2,state,reason,reopened,incident,at_ms FROM final",
            "run 0001: `final` holds 2 rows where its facts account for 1",
        ),
    ];
    for (statement, named) in cases {
        let scratch = Scratch::new();
        let run = finished(&scratch.journal()).await;
        assert_eq!(history(&scratch.journal()).verify().unwrap().faults, []);
        tamper(&scratch.journal(), statement);
        let faults = history(&scratch.journal()).verify().unwrap().faults;
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        assert!(first.starts_with(named), "{statement}: {faults:?}");
        if !statement.contains("header") {
            let refused = open(&scratch.journal())
                .reopen(run)
                .await
                .unwrap_err()
                .to_string();
            assert!(refused.contains("is damaged"), "{refused}");
        }
    }
}

#[tokio::test]
async fn a_run_that_was_removed_leaves_a_gap_that_shows() {
    let scratch = Scratch::new();
    let journal = open(&scratch.journal());
    for number in 1..=3 {
        journal
            .open(
                draft(plan(
                    Rung::Close,
                    vec![(conversation(number), evidence(Vec::new()))],
                )),
                at(0),
            )
            .await
            .unwrap();
    }
    drop(journal);
    tamper(&scratch.journal(), "DELETE FROM plan_item WHERE run_id=2");
    tamper(&scratch.journal(), "DELETE FROM run WHERE id=2");
    let faults = history(&scratch.journal()).verify().unwrap().faults;
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!((faults[0].run, faults[0].fact), (RunId(3), None));
}

#[tokio::test]
async fn a_journal_without_its_rules_is_not_opened_for_recording() {
    let scratch = Scratch::new();
    finished(&scratch.journal()).await;
    Connection::open(scratch.journal())
        .unwrap()
        .execute_batch("DROP TRIGGER intent_evidence")
        .unwrap();
    let failure = try_open(&scratch.journal()).unwrap_err();
    assert!(
        matches!(failure, JournalFailure::Damaged { .. }),
        "{failure}"
    );
    assert_eq!(
        history(&scratch.journal()).runs(10).unwrap().len(),
        1,
        "it can still be read"
    );
}

#[test]
fn what_is_no_journal_is_told_apart_from_a_damaged_and_a_newer_one() {
    let scratch = Scratch::new();
    let path = scratch.journal();
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(
        &path,
        "some other file, long enough to have a header of its own".repeat(20),
    )
    .unwrap();
    let damaged = try_open(&path).unwrap_err();
    assert!(
        matches!(damaged, JournalFailure::Damaged { .. }),
        "{damaged}"
    );
    assert!(
        damaged.to_string().contains("journal.db") && damaged.to_string().contains("move it aside"),
        "{damaged}"
    );
    assert!(matches!(
        history(&path).runs(10),
        Err(JournalFailure::Damaged { .. })
    ));

    std::fs::remove_file(&path).unwrap();
    Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE notes(text)")
        .unwrap();
    assert!(matches!(
        try_open(&path),
        Err(JournalFailure::NotAJournal { .. })
    ));
    assert!(matches!(
        history(&path).runs(10),
        Err(JournalFailure::NotAJournal { .. })
    ));

    std::fs::remove_file(&path).unwrap();
    drop(open(&path));
    Connection::open(&path)
        .unwrap()
        .execute_batch("PRAGMA user_version=99")
        .unwrap();
    assert!(matches!(
        try_open(&path),
        Err(JournalFailure::Newer { found: 99, .. })
    ));
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let scratch = Scratch::new();
    let file = scratch.journal().parent().unwrap().to_owned();
    std::fs::write(&file, "a file where the folder should be").unwrap();
    let failure = try_open(&scratch.journal()).unwrap_err();
    assert!(
        matches!(failure, JournalFailure::Unusable { .. }),
        "{failure}"
    );
    assert!(
        failure.to_string().contains("Check the folder"),
        "{failure}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_journal_is_not_followed() {
    let scratch = Scratch::new();
    let path = scratch.journal();
    drop(open(&path));
    let elsewhere = path.with_file_name("elsewhere.db");
    std::fs::rename(&path, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    assert!(try_open(&path).is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn t61_a_link_in_the_place_of_the_lock_is_not_written_through() {
    let scratch = Scratch::new();
    let path = scratch.journal();
    let journal = open(&path);
    let victim = path.with_file_name("victim");
    std::fs::write(&victim, "precious").unwrap();
    let lock = path.with_extension("lock");
    std::fs::remove_file(&lock).unwrap();
    std::os::unix::fs::symlink(&victim, &lock).unwrap();
    let draft = draft(plan(Rung::Close, vec![(conversation(1), crowd())]));
    let refused = journal.open(draft, at(0)).await.unwrap_err();
    assert!(refused.to_string().contains("lock"), "{refused}");
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "precious");
}

#[cfg(unix)]
#[test]
fn t61_a_folder_that_others_could_write_to_is_closed_to_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new();
    let folder = scratch.journal().parent().unwrap().to_owned();
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o777)).unwrap();
    drop(open(&scratch.journal()));
    let mode = folder.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

/// What a reader is told about a run.
fn told(run: &Run) -> String {
    format!(
        "{:?}",
        (
            &run.header,
            &run.items,
            &run.state,
            run.confirmed,
            run.finished
        )
    )
}

fn pristine() -> (Vec<u8>, String) {
    let scratch = Scratch::new();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let run = runtime.block_on(finished(&scratch.journal()));
    let bytes = std::fs::read(scratch.journal()).expect("a journal");
    (
        bytes,
        told(&history(&scratch.journal()).load(run).expect("a run")),
    )
}

/// How many damaged files are tried: a few, or as many as `PROPTEST_CASES` says.
fn cases() -> u32 {
    let said = std::env::var("PROPTEST_CASES").ok();
    said.and_then(|said| said.parse().ok()).unwrap_or(64)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t23_changed_bytes_are_found_or_change_nothing_and_never_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..12),
        cut in prop::option::weighted(0.1, any::<prop::sample::Index>()),
    ) {
        static PRISTINE: std::sync::LazyLock<(Vec<u8>, String)> = std::sync::LazyLock::new(pristine);
        let (mut bytes, truth) = PRISTINE.clone();
        for (place, change) in changes {
            let place = place.index(bytes.len());
            bytes[place] ^= change;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let scratch = Scratch::new();
        let path = scratch.journal();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &bytes).unwrap();

        let history = history(&path);
        let verdict = history.verify();
        let loaded = history.load(RunId(1));
        let _ = (history.runs(10), history.unfinished(), history.export_json(RunId(1)), history.export_csv(RunId(1)));
        if let (Ok(verdict), Ok(run)) = (&verdict, &loaded) && verdict.faults.is_empty() {
            prop_assert_eq!(told(run), truth);
        }
        match try_open(&path) {
            Ok(journal) => drop(journal),
            Err(failure) => prop_assert!(failure.to_string().contains("journal.db"), "{}", failure),
        }
    }
}
