//! Purging: whole finished runs go, and nothing else does, by any way; what is left of them is sealed, and no byte of them stays.

use std::path::{Path, PathBuf};
use std::process::Command;

use rusqlite::Connection;
use unstick::domain::evidence::Evidence;
use unstick::domain::fact::{FinalState, RunEvent};
use unstick::domain::ids::RunId;
use unstick::domain::item::Timings;
use unstick::domain::step::Rung;
use unstick::engine::ports::{RecordFailure, Recorder, RunDraft};
use unstick::journal::{History, Journal, JournalFailure, Purged};

use super::journal_stage::*;

/// A note that can be searched for.
const CANARY: &str = "canary-note-4711";

fn history(path: &Path) -> History {
    History::at(path, Timings::default())
}

/// Records a run that ends one conversation, or leaves it at its confirmation.
async fn add_run(journal: &Journal, number: u128, is_finished: bool) -> RunId {
    // One that stays open owes wrap-up too, so that every table holds something.
    let owed = if is_finished {
        Vec::new()
    } else {
        owing().wrap_up
    };
    let planned = Evidence {
        wrap_up: owed,
        ..crowd()
    };
    let plan = plan(Rung::Close, vec![(conversation(number), planned)]);
    let draft = RunDraft {
        note: Some(CANARY.to_owned()),
        ..draft(plan)
    };
    let run = journal.open(draft, at(0)).await.unwrap().id;
    let confirmed = fact(1, RunEvent::Confirmed);
    journal.record(run, confirmed).await.unwrap();
    if is_finished {
        end_one(journal, run, conversation(number), 1000).await;
        let finished = fact(9000, RunEvent::Finished);
        journal.record(run, finished).await.unwrap();
    }
    journal.release().await;
    run
}

/// Files of a folder that hold these bytes.
fn holding(folder: &Path, bytes: &[u8]) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let found = std::fs::read(path).unwrap();
            found.windows(bytes.len()).any(|window| window == bytes)
        })
        .collect()
}

#[tokio::test]
async fn purged_runs_leave_number_counts_and_hash_and_verifying_goes_on_over_them() {
    let scratch = Scratch::new();
    let path = scratch.journal();
    let journal = open(&path);
    for number in 1..=4 {
        add_run(&journal, number, true).await;
    }
    let last = |run| {
        let lines = history(&path).export_markdown(RunId(run)).unwrap();
        let line = lines.lines().find(|line| line.contains("last hash"));
        line.unwrap().split('`').nth(1).unwrap().to_owned()
    };
    let ends = [last(2), last(1)];
    let purged = journal.purge(vec![RunId(2), RunId(1)], at(20_000)).await;
    let expected = Purged {
        runs: vec![RunId(2), RunId(1)],
        left: None,
    };
    assert_eq!(purged, Ok(expected));

    let verdict = history(&path).verify().unwrap();
    assert_eq!((verdict.runs, verdict.facts, verdict.purged), (2, 22, 2));
    assert_eq!(verdict.faults, []);
    let left: Vec<(i64, String, i64, String)> = behind(&path)
        .prepare("SELECT run_id, end_chain, facts, entry FROM purged ORDER BY number")
        .unwrap()
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let hashes: Vec<&String> = left.iter().map(|row| &row.1).collect();
    assert_eq!(hashes, ends.iter().collect::<Vec<_>>());
    assert_eq!((left[0].0, left[0].2), (2, 11));
    let entry: serde_json::Value = serde_json::from_str(&left[0].3).unwrap();
    assert_eq!(entry["settled"], serde_json::json!([["ended", 1]]));
    assert_eq!(
        (&entry["planned"], &entry["requests"]),
        (&1.into(), &6.into())
    );

    let gone = history(&path).load(RunId(1)).unwrap_err();
    assert!(matches!(gone, JournalFailure::Purged { .. }), "{gone}");
    let numbers = |path: &Path| -> Vec<u32> {
        let runs = history(path).runs(9).unwrap();
        runs.iter().map(|run| run.header.id.0).collect()
    };
    assert_eq!(numbers(&path), [4, 3]);
    // The newest go too, and no number is given twice.
    journal
        .purge(vec![RunId(3), RunId(4)], at(30_000))
        .await
        .unwrap();
    assert_eq!(add_run(&journal, 5, true).await, RunId(5));
    assert_eq!(numbers(&path), [5]);
    assert_eq!(history(&path).verify().unwrap().faults, []);
}

#[tokio::test]
async fn what_is_left_of_a_purged_run_is_sealed() {
    let changes = [
        "UPDATE purged SET entry=replace(entry,'\"incidents\":0','\"incidents\":1')",
        "UPDATE purged SET facts=12",
        "UPDATE purged SET end_chain=chain",
        "UPDATE purged SET seal=chain",
        "UPDATE purged SET run_id=9",
        "DELETE FROM purged WHERE number=1",
    ];
    for change in changes {
        let scratch = Scratch::new();
        let path = scratch.journal();
        let journal = open(&path);
        for number in 1..=3 {
            add_run(&journal, number, true).await;
        }
        journal
            .purge(vec![RunId(1), RunId(2)], at(0))
            .await
            .unwrap();
        drop(journal);
        let connection = Connection::open(&path).unwrap();
        let rules: [String; 2] = ["purged_ro", "purged_nd"].map(|name| {
            let sql = "SELECT sql FROM sqlite_schema WHERE name=?";
            connection.query_row(sql, [name], |row| row.get(0)).unwrap()
        });
        let change = if change.contains("run_id=9") {
            format!("{change} WHERE number=1")
        } else {
            change.to_owned()
        };
        connection
            .execute_batch(&format!(
                "DROP TRIGGER purged_ro; DROP TRIGGER purged_nd; {change}; {}; {};",
                rules[0], rules[1]
            ))
            .unwrap();
        assert!(
            !history(&path).verify().unwrap().faults.is_empty(),
            "{change}"
        );
    }
}

#[tokio::test]
async fn a_run_that_is_not_over_is_not_purged_and_one_that_never_began_is() {
    let scratch = Scratch::new();
    let path = scratch.journal();
    let journal = open(&path);
    add_run(&journal, 1, true).await;
    add_run(&journal, 2, false).await;
    let unconfirmed = draft(plan(Rung::Legs, vec![(conversation(3), crowd())]));
    journal.open(unconfirmed, at(0)).await.unwrap();
    journal.release().await;

    let found = history(&path).purgeable(at(100_000), None).unwrap();
    let ids = |runs: &[unstick::journal::RunSummary]| -> Vec<u32> {
        runs.iter().map(|run| run.header.id.0).collect()
    };
    assert_eq!(
        (ids(&found.runs), ids(&found.unfinished)),
        (vec![1, 3], vec![2])
    );
    let young = history(&path).purgeable(at(9000), None).unwrap();
    assert_eq!(ids(&young.runs), [3], "run 1 finished then, not before");

    // All or none.
    let refused = journal.purge(vec![RunId(1), RunId(2)], at(0)).await;
    assert!(
        matches!(&refused, Err(RecordFailure::Refused(why)) if why.contains("only finished runs")),
        "{refused:?}"
    );
    assert_eq!(history(&path).runs(9).unwrap().len(), 3);
    journal
        .purge(vec![RunId(1), RunId(3)], at(0))
        .await
        .unwrap();
    assert_eq!(ids(&history(&path).runs(9).unwrap()), [2]);
}

#[tokio::test]
async fn a_run_that_was_taken_up_again_or_tampered_with_is_not_purged() {
    let scratch = Scratch::new();
    let path = scratch.journal();
    let journal = open(&path);
    let run = add_run(&journal, 1, true).await;
    journal.reopen(run).await.unwrap();
    journal
        .record(run, fact(9500, RunEvent::Recovered))
        .await
        .unwrap();
    journal.release().await;
    assert!(journal.purge(vec![run], at(0)).await.is_err());
    assert_eq!(history(&path).runs(9).unwrap().len(), 1);

    let connection = behind(&path);
    let rule: String = connection
        .query_row(
            "SELECT sql FROM sqlite_schema WHERE name='run_frozen'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    connection
        .execute_batch(&format!("DROP TRIGGER run_frozen; DROP TRIGGER run_confirmed_once; UPDATE run SET operator='sam'; {rule}"))
        .unwrap();
    assert!(journal.purge(vec![run], at(0)).await.is_err());
}

#[tokio::test]
async fn no_statement_removes_anything_but_a_whole_finished_run() {
    let scratch = Scratch::new();
    let path = scratch.journal();
    let journal = open(&path);
    add_run(&journal, 1, true).await;
    add_run(&journal, 2, false).await;
    add_run(&journal, 3, true).await;
    journal.purge(vec![RunId(3)], at(0)).await.unwrap();
    drop(journal);
    let connection = behind(&path);
    let count = |table: &str| -> i64 {
        connection
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
                row.get(0)
            })
            .unwrap()
    };
    let tables: Vec<String> = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type='table'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(tables.len() >= 12, "{tables:?}");
    let counts = || -> Vec<i64> { tables.iter().map(|table| count(table)).collect() };
    let before = counts();
    let hash = "0".repeat(64);
    let leave = |run: &str, chain: &str, end: &str, facts: &str| {
        format!(
            "INSERT INTO purged SELECT 2,{run},{chain},{end},{facts},'{{}}','{hash}' FROM run WHERE id=1"
        )
    };
    let end = "(SELECT chain FROM fact WHERE run_id=1 ORDER BY seq DESC LIMIT 1)";
    let mut ways: Vec<String> = tables
        .iter()
        .map(|table| format!("DELETE FROM {table}"))
        .collect();
    ways.extend(tables.iter().map(|table| match table.as_str() {
        "run" => "UPDATE run SET id=3 WHERE id=1".to_owned(),
        "purged" => "UPDATE purged SET run_id=1".to_owned(),
        // To the number of a run that may be deleted.
        table => format!("UPDATE {table} SET run_id=3"),
    }));
    ways.extend([
        // An unfinished run, one that is there no more, one that never was.
        leave("2", "(SELECT chain FROM run WHERE id=2)", "(SELECT chain FROM fact WHERE run_id=2)", "1"),
        leave("3", "chain", end, "11"),
        leave("9", "chain", end, "11"),
        // Not what is true of it.
        leave("1", &format!("'{hash}'"), end, "11"),
        leave("1", "chain", &format!("'{hash}'"), "11"),
        leave("1", "chain", end, "10"),
        // Not the next one, or over one that is there.
        leave("1", "chain", end, "11").replace("SELECT 2,", "SELECT 3,"),
        leave("1", "chain", end, "11").replace("INTO purged SELECT 2,", "OR REPLACE INTO purged SELECT 1,"),
        // A run in the place of another, and the number of one that is gone.
        "INSERT OR REPLACE INTO run SELECT id,org_id,api_host,client_id,profile,label,operator,rung,wrap_up,plan_sha256,max_items,verify_gap_ms,created_ms,header,chain,NULL FROM run WHERE id=1".to_owned(),
        "INSERT INTO run SELECT 3,org_id,api_host,client_id,profile,label,operator,rung,wrap_up,plan_sha256,0,verify_gap_ms,created_ms,header,chain,NULL FROM run WHERE id=1".to_owned(),
        "INSERT OR REPLACE INTO fact SELECT run_id,seq,at_ms,'{}',chain FROM fact WHERE run_id=1 AND seq=2".to_owned(),
    ]);
    for way in &ways {
        // Nothing of these runs was ever gone: those tables are empty.
        let is_idle = [" absence", " ending", " stranger"]
            .iter()
            .any(|table| way.contains(table));
        let done = connection.execute(way, []);
        assert!(is_idle || done.is_err(), "{way}");
        assert_eq!(counts(), before, "{way}");
    }
    // The one way there is removes all of it.
    connection
        .execute(&leave("1", "chain", end, "11"), [])
        .unwrap();
    let of_first: i64 = tables
        .iter()
        .filter(|table| *table != "purged")
        .map(|table| {
            let id = if table == "run" { "id" } else { "run_id" };
            let sql = format!("SELECT count(*) FROM {table} WHERE {id}=1");
            connection
                .query_row::<i64, _, _>(&sql, [], |row| row.get(0))
                .unwrap()
        })
        .sum();
    assert_eq!(of_first, 0);
    assert_eq!(
        history(&path).verify().unwrap().faults.len(),
        1,
        "and it shows that nobody sealed it"
    );
}

#[tokio::test]
async fn t66_no_byte_of_a_purged_run_is_left_in_any_file() {
    let scratch = Scratch::new();
    let path = scratch.journal();
    let folder = path.parent().unwrap();
    let journal = open(&path);
    // A console that is open elsewhere and reads nothing now: the database's log stays as long.
    let other = open(&path);
    let id = conversation(1).to_string();
    add_run(&journal, 1, true).await;
    add_run(&journal, 2, true).await;
    // What an earlier version left beside it.
    let copy = folder.join("journal.v1.db");
    let copied = behind(&path).execute("VACUUM INTO ?", [copy.to_str().unwrap()]);
    copied.unwrap();
    for bytes in [CANARY, &id] {
        assert!(
            holding(folder, bytes.as_bytes()).len() >= 3,
            "the search finds what is there"
        );
    }
    let purged = journal
        .purge(vec![RunId(1), RunId(2)], at(0))
        .await
        .unwrap();
    assert_eq!(purged.left, None);
    for bytes in [CANARY, &id] {
        assert_eq!(holding(folder, bytes.as_bytes()), Vec::<PathBuf>::new());
    }
    drop(other);
}

#[tokio::test]
async fn a_reader_that_holds_the_old_bytes_is_told_of_and_the_next_purge_makes_up_for_it() {
    let scratch = Scratch::new();
    let path = scratch.journal();
    let journal = open(&path);
    add_run(&journal, 1, true).await;
    let reader = behind(&path);
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM fact;")
        .unwrap();
    let purged = journal.purge(vec![RunId(1)], at(0)).await.unwrap();
    assert!(purged.left.is_some());
    assert!(history(&path).runs(9).unwrap().is_empty());
    drop(reader);
    assert_eq!(journal.purge(Vec::new(), at(0)).await.unwrap().left, None);
    assert!(holding(path.parent().unwrap(), CANARY.as_bytes()).is_empty());
}

const CUT_OFF: &str = "journal_purge::a_purge_that_is_cut_off_removed_all_or_nothing";

#[tokio::test]
async fn a_purge_that_is_cut_off_removed_all_or_nothing() {
    if let Some(path) = std::env::var_os("UNSTICK_TEST_DOOMED_PURGE").map(PathBuf::from) {
        let _ = open(&path).purge(vec![RunId(1), RunId(2)], at(0)).await;
        return;
    }
    for (point, left) in [("before-purge", 2), ("after-purge", 0)] {
        let scratch = Scratch::new();
        let path = scratch.journal();
        let journal = open(&path);
        add_run(&journal, 1, true).await;
        add_run(&journal, 2, true).await;
        drop(journal);
        let died = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", CUT_OFF])
            .env("UNSTICK_CRASH_AT", point)
            .env("UNSTICK_TEST_DOOMED_PURGE", &path)
            .output()
            .unwrap();
        assert!(!died.status.success(), "{point} is passed");
        let verdict = history(&path).verify().unwrap();
        assert_eq!((verdict.runs, verdict.faults.len()), (left, 0), "{point}");
        let runs = history(&path).runs(9).unwrap();
        assert!(
            runs.iter().all(|run| run.tally.of(FinalState::Ended) == 1),
            "{point}"
        );
        open(&path).purge(Vec::new(), at(0)).await.unwrap();
        assert_eq!(
            holding(path.parent().unwrap(), CANARY.as_bytes()).is_empty(),
            left == 0,
            "{point}"
        );
    }
}
