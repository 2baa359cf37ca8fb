//! Other processes: one killed around a commit leaves exactly what was committed and a free lock; one that comes second is refused.

use std::path::PathBuf;
use std::process::Command;

use unstick::domain::ids::RunId;
use unstick::domain::step::Rung;
use unstick::engine::ports::Recorder;

use super::journal_stage::*;

/// Each point, and how many facts are there after it.
const POINTS: [(&str, usize); 13] = [
    ("before-confirm", 0),
    ("after-confirm", 1),
    ("before-observation", 1),
    ("after-observation", 2),
    ("before-intent", 2),
    ("after-intent", 3),
    ("before-outcome", 3),
    ("after-outcome", 4),
    ("after-intent:2", 6),
    ("before-outcome:2", 6),
    ("after-observation:4", 9),
    ("before-final", 9),
    ("after-final", 10),
];

const NAME: &str = "journal_crash::a_run_killed_around_a_commit_keeps_exactly_what_was_committed";

#[tokio::test]
async fn a_run_killed_around_a_commit_keeps_exactly_what_was_committed() {
    // In the process that is to die, this test is the run.
    if let Some(path) = std::env::var_os("UNSTICK_TEST_DOOMED_JOURNAL").map(PathBuf::from) {
        let (journal, run) =
            confirmed(&path, plan(Rung::Close, vec![(conversation(1), crowd())])).await;
        return end_one(&journal, run, conversation(1), 1000).await;
    }
    for (point, facts) in POINTS {
        let scratch = Scratch::new();
        let died = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME])
            .env("UNSTICK_CRASH_AT", point)
            .env("UNSTICK_TEST_DOOMED_JOURNAL", scratch.journal())
            .output()
            .unwrap();
        assert!(!died.status.success(), "{point} is passed");
        let journal = open(&scratch.journal());
        let run = journal.reopen(RunId(1)).await.unwrap();
        let verdict = journal.history().verify().unwrap();
        assert_eq!((verdict.facts, verdict.faults.len()), (facts, 0), "{point}");
        assert_eq!(run.confirmed.is_some(), facts >= 1, "{point}");
        assert_eq!(
            run.items[0].pending().is_some(),
            [3, 6].contains(&facts),
            "{point}"
        );
        assert_eq!(run.items[0].is_settled(), facts == 10, "{point}");
        assert_eq!(
            journal.history().unfinished().unwrap().len(),
            usize::from(facts >= 1),
            "{point}"
        );
    }
}

const SECOND: &str = "journal_crash::a_second_process_is_told_which_one_holds_the_journal";

#[tokio::test]
async fn a_second_process_is_told_which_one_holds_the_journal() {
    if let Some(path) = std::env::var_os("UNSTICK_TEST_HELD_JOURNAL").map(PathBuf::from) {
        println!("{}", open(&path).reopen(RunId(1)).await.unwrap_err());
        return;
    }
    let scratch = Scratch::new();
    let (_journal, _) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    let second = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", SECOND, "--nocapture"])
        .env("UNSTICK_TEST_HELD_JOURNAL", scratch.journal())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&second.stdout);
    assert!(
        said.contains(&format!(
            "another unstick holds the journal (pid {} on ",
            std::process::id()
        )),
        "{said}"
    );
}
