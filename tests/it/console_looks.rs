//! Looks at the journal: damaged runs, runs that are not listed, answers that come late, and what nobody has looked at yet.

use unstick::app::{Effect, Msg, PastRun, RunsFound};
use unstick::domain::fact::FinalState;
use unstick::domain::ids::RunId;

use crate::console_desk::Desk;
use crate::console_history::run;

#[test]
fn where_all_runs_are_damaged_nobody_is_told_that_there_was_none() {
    let damaged = RunsFound {
        damaged: vec![RunId(1)],
        ..RunsFound::default()
    };
    let mut desk = Desk::full(80, 24);
    desk.keys("H");
    desk.runs_found(damaged.clone());
    let text = desk.text();
    assert!(text.contains("none of its runs can be read"), "{text}");
    assert!(text.contains("run 0001 is damaged"), "{text}");
    assert!(text.contains("1 damaged"), "{text}");
    assert!(!text.contains("no run was made"), "{text}");
    let mut desk = crate::console_lines::desk();
    let before = desk.said();
    desk.line("runs");
    desk.runs_found(damaged);
    let said = desk.said_since(before);
    assert!(
        said.contains("Not all can be read: run 0001 is damaged"),
        "{said}"
    );
    assert!(said.contains("None of its runs can be read."), "{said}");
    assert!(!said.contains("no run in the journal"), "{said}");
}

#[test]
fn an_earlier_look_at_the_journal_that_answers_late_changes_nothing() {
    let mut desk = Desk::full(80, 24);
    desk.keys("H");
    let earlier = desk.app.history.newest_look();
    // Looked up again before that was answered, as at the end of a run.
    desk.keys("\u{1b}H");
    let mut open = run(&desk, 7, &[(FinalState::Ended, 1)]);
    let done = open.clone();
    open.finished = None;
    open.tally.planned += 1;
    let before = |open: &PastRun| RunsFound {
        runs: vec![open.clone()],
        ..RunsFound::default()
    };
    desk.newest_runs_are(vec![done.clone()]);
    desk.tell(Msg::History(earlier, Ok(before(&open))));
    desk.tell(Msg::NewestRuns(earlier, vec![open.clone()]));
    desk.tell(Msg::History(earlier, Err("it was locked".to_owned())));
    let text = desk.text();
    assert!(
        !text.contains("1 open") && !text.contains("locked"),
        "{text}"
    );
    assert!(
        text.contains("reading older ones"),
        "all did not come yet: {text}"
    );
    desk.runs_are(vec![done]);
    assert!(desk.text().contains("1 run kept"), "{}", desk.text());
}

#[test]
fn runs_that_are_not_listed_are_said_wherever_runs_are_counted() {
    let mut desk = Desk::full(140, 40);
    desk.keys("H");
    let mut recent = run(&desk, 9, &[(FinalState::Ended, 1)]);
    recent.created = desk.now;
    desk.runs_found(RunsFound {
        runs: vec![recent.clone()],
        damaged: Vec::new(),
        has_older: true,
    });
    let text = desk.text();
    assert!(
        text.contains("the newest 1 runs; older: unstick runs"),
        "{text}"
    );
    assert!(
        text.contains("LAST 30 DAYS  at least 1 run, 1 chat over"),
        "{text}"
    );
    desk.keys("/nowhere\r");
    let text = desk.text();
    assert!(
        text.contains("none of the newest 1 runs has these words"),
        "{text}"
    );
    assert!(text.contains("0 of the newest 1 runs"), "{text}");
    // What could not be read is not for ever on its way.
    let mut desk = Desk::full(80, 24);
    desk.keys("H");
    desk.newest_runs_are(vec![recent]);
    let look = desk.app.history.newest_look();
    desk.tell(Msg::History(
        look,
        Err("the journal cannot be read: it is gone".to_owned()),
    ));
    let text = desk.text();
    assert!(text.contains("older ones cannot be read"), "{text}");
    assert!(!text.contains("reading older"), "{text}");
}

#[test]
fn where_nobody_has_looked_it_is_not_said_that_no_run_ended_a_chat() {
    const DENIED: &str = "No run on record has ended";
    let empty = || {
        let mut desk = Desk::full(80, 24);
        let healthy = crate::console_world::chats().into_iter();
        let healthy = healthy.filter(|chat| chat.customer == "T. Adeyemi");
        desk.list(&healthy.collect::<Vec<_>>());
        desk.pass(12_000);
        desk.keys("2");
        desk
    };
    let mut desk = empty();
    let text = desk.text();
    assert!(text.contains("No stuck chats"), "{text}");
    assert!(text.contains("The journal is still being read."), "{text}");
    let held = run(&desk, 7, &[(FinalState::Held, 1)]);
    desk.newest_runs_are(vec![held.clone()]);
    assert!(!desk.text().contains(DENIED), "{}", desk.text());
    desk.runs_found(RunsFound {
        runs: vec![held.clone()],
        damaged: Vec::new(),
        has_older: true,
    });
    let text = desk.text();
    assert!(
        text.contains("None of the newest 1 runs has ended"),
        "{text}"
    );
    desk.runs_found(RunsFound {
        runs: vec![held.clone()],
        damaged: vec![RunId(3)],
        has_older: false,
    });
    let text = desk.text();
    assert!(
        text.contains("Not every run on record can be read"),
        "{text}"
    );
    desk.runs_are(vec![held]);
    assert!(desk.text().contains(DENIED), "{}", desk.text());
    let ended = run(&desk, 8, &[(FinalState::Ended, 1)]);
    desk.runs_are(vec![ended]);
    assert!(desk.text().contains("(run 0008)."), "{}", desk.text());
}

#[test]
fn a_filter_that_may_name_somebody_is_hidden_at_the_foot_while_names_are_masked() {
    let shown = |filter: &str, keys: &str| {
        let mut desk = Desk::full(80, 24);
        desk.keys("H");
        let mut one = run(&desk, 7, &[(FinalState::Ended, 1)]);
        one.plan.filter = Some(filter.to_owned());
        desk.runs_are(vec![one]);
        desk.keys(keys);
        desk.keys("y");
        let copied = desk.effects.iter().rev().find_map(|effect| match effect {
            Effect::Copy(_, text) => Some(text.clone()),
            _ => None,
        });
        format!("{}\n{}", desk.text(), copied.unwrap())
    };
    for naming in [
        "cust:\"M. Okafor\"",
        "is:stuck -agent:Okafor",
        "Okafor",
        "attr:who=Okafor",
        "name:Okafor",
    ] {
        assert!(shown(naming, "").contains("Okafor"), "{naming}");
        let masked = shown(naming, "z");
        assert!(!masked.contains("Okafor"), "{naming}: {masked}");
        assert!(masked.contains("filter hidden"), "{naming}: {masked}");
    }
    assert!(shown("is:stuck agent:off queue:Claims", "z").contains("filter is:stuck"));
}
