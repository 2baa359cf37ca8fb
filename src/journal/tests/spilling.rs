//! What became of a request outlives a journal that takes nothing more: it is kept elsewhere, and taken in if it fits, and only then.

use std::fs;
use std::path::Path;

use super::*;
use crate::domain::fact::{Class, FinalState, Settled};

/// What somebody made of a file.
type Change = fn(&str) -> String;

const FULL: &str = "PRAGMA query_only=ON";
const MENDED: &str = "PRAGMA query_only=OFF";

fn answered(millis: i64) -> RunFact {
    item(
        millis,
        ItemEvent::Answered {
            class: Class::Accepted,
            receipt: Some(Receipt::default()),
            failure: None,
        },
    )
}

fn settled(millis: i64) -> RunFact {
    item(
        millis,
        ItemEvent::Settled(Settled::new(FinalState::Held, "because")),
    )
}

impl Folder {
    fn spill(&self) -> PathBuf {
        self.0.join("state").join("spill-0001.jsonl")
    }

    fn aside(&self, how: &str) -> PathBuf {
        self.spill().with_extension(format!("jsonl.{how}"))
    }
}

/// A journal that broke between a request and its answer, which was kept, and then the final state.
async fn broken(folder: &Folder) -> (Journal, RunId) {
    let (journal, run) = journal(folder).await;
    journal.record(run, observed(100)).await.unwrap();
    journal.intend(run, close(200)).await.unwrap();
    tell(&journal, FULL).await;
    for fact in [answered(300), settled(400)] {
        let failure = journal.record(run, fact).await.unwrap_err();
        let RecordFailure::Spilled { kept, .. } = &failure else {
            panic!("{failure}")
        };
        assert_eq!(Path::new(kept), folder.spill());
    }
    (journal, run)
}

/// What the run says after it was taken up again: its answer, and its final state.
async fn resumed(journal: &Journal, run: RunId) -> (Option<Class>, Option<FinalState>) {
    tell(journal, MENDED).await;
    journal.release().await;
    let back = journal.reopen(run).await.unwrap();
    assert_eq!(journal.history().verify().unwrap().faults, []);
    let item = &back.items[0];
    let answer = item.sends[0].answer.as_ref().map(|answer| answer.class);
    let state = item.settled.as_ref().map(|(settled, _)| settled.state);
    (answer, state)
}

#[tokio::test]
async fn f27_what_became_of_a_request_is_kept_elsewhere_and_taken_in_at_a_resume() {
    let folder = Folder::new();
    let (journal, run) = broken(&folder).await;
    assert_eq!(
        fs::read_to_string(folder.spill()).unwrap().lines().count(),
        2
    );
    // Whatever else comes, and even where the disk has room again, the run's record goes on only with what was kept.
    for _ in 0..2 {
        let more = journal.record(run, observed(500)).await.unwrap_err();
        assert!(matches!(more, RecordFailure::Unwritable(_)), "{more}");
        let more = journal.intend(run, close(600)).await.unwrap_err();
        assert!(matches!(more, RecordFailure::Unwritable(_)), "{more}");
        tell(&journal, MENDED).await;
    }
    let stored = journal.history().load(run).unwrap();
    assert!(stored.items[0].pending().is_some());
    let answer = resumed(&journal, run).await;
    assert_eq!(answer, (Some(Class::Accepted), Some(FinalState::Held)));
    assert!(!folder.spill().exists() && folder.aside("imported").exists());
}

#[tokio::test]
async fn f27_the_next_start_takes_it_in_by_itself_and_says_so() {
    let folder = Folder::new();
    let (journal, _) = broken(&folder).await;
    drop(journal);
    let options = JournalOptions {
        spill: Some(folder.0.join("state")),
        ..JournalOptions::default()
    };
    let journal = Journal::open_at(&folder.0.join("journal.db"), options).unwrap();
    assert_eq!(journal.told().len(), 1);
    assert!(journal.told()[0].starts_with("run 0001: 2 facts were taken in"));
    let run = journal.history().load(RunId(1)).unwrap();
    assert!(run.items[0].is_settled());
}

#[tokio::test]
async fn taking_in_again_what_was_taken_in_before_it_could_be_put_aside_changes_nothing() {
    let folder = Folder::new();
    let (journal, run) = broken(&folder).await;
    let whole = fs::read_to_string(folder.spill()).unwrap();
    let first: String = whole.split_inclusive('\n').take(1).collect();
    fs::write(folder.spill(), first).unwrap();
    assert_eq!(resumed(&journal, run).await, (Some(Class::Accepted), None));
    // All of it, as if the program had died after the first fact was committed.
    fs::write(folder.spill(), whole).unwrap();
    let answer = resumed(&journal, run).await;
    assert_eq!(answer, (Some(Class::Accepted), Some(FinalState::Held)));
    assert_eq!(journal.history().verify().unwrap().facts, 5);
}

#[tokio::test]
async fn what_does_not_fit_is_put_aside_and_the_run_goes_on_by_reading() {
    let changes: [(&str, Change); 6] = [
        ("another chain", |text| {
            text.replacen("\"follows\":\"", "\"follows\":\"0", 1)
        }),
        ("another number", |text| {
            text.replace("\"seq\":4", "\"seq\":5")
        }),
        ("another run", |text| text.replace("\"run\":1", "\"run\":2")),
        ("no JSON", |_| "nonsense\n".to_owned()),
        ("the second without the first", |text| {
            text.split_inclusive('\n').skip(1).collect()
        }),
        // Accepted twice: the journal's own rules refuse the second.
        ("an outcome of nothing", |text| {
            let line = text.split_inclusive('\n').take(1).collect::<String>();
            let line: super::super::spill::Spilled = serde_json::from_str(&line).unwrap();
            let again = super::super::spill::Spilled {
                seq: line.seq + 1,
                follows: line.chain(),
                ..line.clone()
            };
            format!("{}\n{}\n", line.line(), again.line())
        }),
    ];
    for (what, change) in changes {
        let folder = Folder::new();
        let (journal, run) = broken(&folder).await;
        let text = fs::read_to_string(folder.spill()).unwrap();
        fs::write(folder.spill(), change(&text)).unwrap();
        let (answer, state) = resumed(&journal, run).await;
        let expected = (what == "an outcome of nothing").then_some(Class::Accepted);
        assert_eq!((answer, state), (expected, None), "{what}");
        assert!(!folder.spill().exists(), "{what}");
        let kept = fs::read_to_string(folder.aside("refused")).unwrap();
        assert_eq!(kept, change(&text), "{what}");
    }
}

#[tokio::test]
async fn a_last_line_that_was_cut_off_is_not_there() {
    let folder = Folder::new();
    let (journal, run) = broken(&folder).await;
    let text = fs::read_to_string(folder.spill()).unwrap();
    fs::write(folder.spill(), &text[..text.len() - 9]).unwrap();
    assert_eq!(resumed(&journal, run).await, (Some(Class::Accepted), None));
}

#[tokio::test]
async fn f27_what_can_be_kept_nowhere_is_given_out_once_and_fits_where_it_belongs() {
    let folder = Folder::new();
    let (journal, run) = journal(&folder).await;
    // A file where the folder should be.
    fs::write(folder.0.join("state"), "").unwrap();
    journal.record(run, observed(100)).await.unwrap();
    journal.intend(run, close(200)).await.unwrap();
    tell(&journal, FULL).await;
    let failure = journal.record(run, answered(300)).await.unwrap_err();
    assert!(matches!(failure, RecordFailure::Unkept { .. }), "{failure}");
    let lines = journal.unkept().await;
    assert_eq!(lines.len(), 1);
    assert!(journal.unkept().await.is_empty());

    fs::remove_file(folder.0.join("state")).unwrap();
    fs::create_dir(folder.0.join("state")).unwrap();
    fs::write(folder.spill(), format!("{}\n", lines[0])).unwrap();
    assert_eq!(resumed(&journal, run).await, (Some(Class::Accepted), None));
}

#[cfg(unix)]
#[tokio::test]
async fn t61_a_spill_is_private_and_is_written_through_no_link() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new();
    let (_journal, _) = broken(&folder).await;
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.spill()), 0o600);
    assert_eq!(mode(&folder.0.join("state")), 0o700);

    let links: [fn(&Path, &Path) -> std::io::Result<()>; 2] = [
        |from, to| symlink(from, to),
        |from, to| fs::hard_link(from, to),
    ];
    for link in links {
        let folder = Folder::new();
        let (journal, run) = journal(&folder).await;
        let victim = folder.0.join("victim");
        fs::write(&victim, "precious").unwrap();
        fs::create_dir(folder.0.join("state")).unwrap();
        link(&victim, &folder.spill()).unwrap();
        journal.record(run, observed(100)).await.unwrap();
        journal.intend(run, close(200)).await.unwrap();
        tell(&journal, FULL).await;
        let failure = journal.record(run, answered(300)).await.unwrap_err();
        assert!(matches!(failure, RecordFailure::Unkept { .. }), "{failure}");
        assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    }
}
