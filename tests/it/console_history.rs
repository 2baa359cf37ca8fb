//! Past runs under the hands of somebody who looks for one: columns, filter, copy, runs of other profiles, many runs, a damaged journal.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use tokio::net::TcpListener;
use unstick::app::{Key, KeyCode, Msg, PastPlan, PastRun};
use unstick::domain::fact::{FinalState, RunEvent};
use unstick::domain::ids::RunId;
use unstick::domain::step::Rung;
use unstick::domain::tally::Tally;
use unstick::engine::ports::Recorder as _;
use unstick::sandbox::{Options, Sandbox, Scenario};

use crate::console_desk::{Desk, line_with};
use crate::console_loop;
use crate::console_screens::shoot;
use crate::journal_damage::tamper;
use crate::journal_stage::{confirmed, conversation, crowd, draft, end_one, fact, plan};
use crate::support::Home;

/// The list of the story's runs is open.
fn with_runs(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    desk.keys("H");
    desk.history();
    desk
}

/// A run whose chats came out so: that many of each.
pub(crate) fn run(desk: &Desk, number: u32, states: &[(FinalState, usize)]) -> PastRun {
    let mut tally = Tally::default();
    for (state, count) in states {
        let at = FinalState::ALL.iter().position(|one| one == state).unwrap();
        tally.settled[at] = *count;
        tally.planned += count;
    }
    let created = desk.now - SignedDuration::from_hours(2000 - i64::from(number));
    PastRun {
        id: RunId(number),
        org_id: "org-1".to_owned(),
        profile: "acme-stage".to_owned(),
        operator: "sam".to_owned(),
        note: None,
        created,
        finished: Some(created + SignedDuration::from_secs(9)),
        tally,
        plan: PastPlan::default(),
    }
}

#[test]
fn past_runs_narrowed_down() {
    shoot("runs_filter", |width, height| {
        let mut desk = with_runs(width, height);
        desk.keys("/orphans");
        desk
    });
}

#[test]
fn what_was_asked_is_ended_skipped_or_failed_and_nothing_else() {
    let mut desk = Desk::full(80, 24);
    let states = FinalState::ALL.map(|state| (state, 1));
    let all = run(&desk, 7, &states);
    assert_eq!(
        all.ended() + all.skipped() + all.failed(),
        all.tally.planned
    );
    desk.keys("H");
    desk.runs_are(vec![all]);
    let text = desk.text();
    let line = line_with(&text, "acme-stage");
    let columns: Vec<&str> = line.split_whitespace().collect();
    assert!(
        columns
            .windows(5)
            .any(|five| five == ["7", "2", "2", "3", "00:09"]),
        "{text}"
    );
}

#[test]
fn the_filter_looks_at_number_profile_note_and_outcome() {
    for (words, runs) in [
        ("141", vec!["0141"]),
        ("LOAD test", vec!["0139"]),
        ("held", vec!["0140"]),
        ("cut", vec!["0142"]),
        ("acme-prod -held", vec!["0142", "0141", "0139"]),
        ("nobody", vec![]),
    ] {
        let mut desk = with_runs(80, 24);
        desk.keys(&format!("/{words}\r"));
        let text = desk.text();
        let is_run = |line: &&str| line.contains("acme-prod  ") && !line.contains('[');
        let shown: Vec<String> = text
            .lines()
            .filter(is_run)
            .map(|line| {
                line[..9]
                    .trim_start_matches([' ', '▸'])
                    .chars()
                    .take(4)
                    .collect()
            })
            .collect();
        assert_eq!(shown, runs, "{words}: {text}");
        desk.keys("\u{1b}");
        assert!(desk.text().contains("4 runs kept"), "{}", desk.text());
    }
}

#[test]
fn a_run_is_copied_for_a_ticket_and_the_whole_of_its_note_is_shown() {
    let mut desk = with_runs(80, 24);
    desk.keys("jj");
    let text = desk.text();
    assert!(
        text.contains("RUN 0140  by sam: 12 ended, 2 held; rung close"),
        "{text}"
    );
    assert!(text.contains("NOTE      single chat, then more"), "{text}");
    desk.keys("y");
    let copied = desk.copied().pop().unwrap();
    assert!(
        copied.starts_with("run 0140 of acme-prod, by sam\n"),
        "{copied}"
    );
    assert!(
        copied.contains("14 planned: 12 ended, 2 held\n"),
        "{copied}"
    );
    assert!(copied.ends_with("note: single chat, then more"), "{copied}");
}

#[test]
fn the_cursor_stays_on_its_run_when_a_newer_one_comes() {
    let mut desk = with_runs(80, 24);
    desk.keys("jj");
    let mut runs = desk.app.history.runs.clone().unwrap();
    let newer = PastRun {
        id: RunId(143),
        ..runs[0].clone()
    };
    runs.insert(0, newer);
    desk.runs_are(runs);
    assert!(desk.text().contains("RUN 0140"), "{}", desk.text());
}

#[test]
fn a_run_that_was_cut_short_says_how_many_are_open_and_where_it_is_resumed() {
    let mut desk = with_runs(80, 24);
    let text = desk.text();
    let line = line_with(&text, " 0142 ");
    assert!(line.contains("3 open"), "{line}");
    assert!(desk.text().contains("R resumes it, by its phrase"));
    desk.keys("j");
    assert!(
        desk.text().contains("Run 0142 was cut short: go to it"),
        "{}",
        desk.text()
    );
}

#[test]
fn older_runs_that_are_still_read_are_announced_and_join_below() {
    let mut desk = Desk::full(80, 24);
    desk.keys("H");
    assert!(
        desk.text().contains("reading the journal"),
        "{}",
        desk.text()
    );
    let done = [(FinalState::Ended, 1)];
    let runs: Vec<PastRun> = (1..=120)
        .rev()
        .map(|number| run(&desk, number, &done))
        .collect();
    desk.newest_runs_are(runs[..50].to_vec());
    assert!(
        desk.text()
            .contains("the newest 50 runs; reading older ones"),
        "{}",
        desk.text()
    );
    desk.runs_are(runs.clone());
    assert!(desk.text().contains("120 runs kept"), "{}", desk.text());
    // Looked up again, nothing that is known disappears meanwhile.
    desk.keys("G");
    desk.newest_runs_are(runs[..50].to_vec());
    assert!(desk.text().contains("120 runs kept"), "{}", desk.text());
    assert!(
        line_with(&desk.text(), "▸").contains("0001"),
        "{}",
        desk.text()
    );
}

#[test]
fn while_older_runs_are_read_a_second_look_does_not_say_that_these_are_all() {
    let mut desk = Desk::full(80, 24);
    let done = [(FinalState::Ended, 1)];
    let runs: Vec<PastRun> = (71..=120)
        .rev()
        .map(|number| run(&desk, number, &done))
        .collect();
    desk.newest_runs_are(runs.clone());
    desk.keys("H");
    desk.newest_runs_are(runs);
    let text = desk.text();
    assert!(
        text.contains("the newest 50 runs; reading older ones"),
        "{text}"
    );
}

#[test]
fn a_report_is_copied_for_a_ticket_with_ids_and_nobody_s_name() {
    let mut desk = Desk::full(80, 24);
    desk.run_whole();
    desk.keys("y");
    let copied = desk.copied().pop().unwrap();
    for words in [
        "run 0142 of acme-prod (PROD), by sam",
        "8 planned: 5 ended, 1 wrap-up-owed, 1 held, 1 escalate, 1 with an INCIDENT",
        "26 requests: 25 ok, 1 slowed down 429",
        "note: INC-4821 flow publish left legs open",
        "c05be6a7-77b0-4d8e-9a51-0e6c2f6b1d20 escalate: every request was accepted",
        "  correlation: 8c41b0de-5b4e-4a07-9c1c-2f0d5a7719ee",
    ] {
        assert!(copied.contains(words), "{words} is not in\n{copied}");
    }
    for chat in crate::console_world::chats() {
        for name in [chat.customer, chat.agent] {
            assert!(
                name.is_empty() || !copied.contains(name),
                "{name} is in\n{copied}"
            );
        }
    }
}

#[test]
fn a_wide_report_masks_the_agents_it_names() {
    let mut desk = Desk::full(140, 40);
    desk.run_whole();
    let text = desk.text();
    assert!(
        line_with(&text, "3f2a9c41 M. Okafor").contains("Ana Lima"),
        "{text}"
    );
    desk.keys("z");
    let text = desk.text();
    assert!(
        !text.contains("Ana Lima") && text.contains("A. L."),
        "{text}"
    );
}

#[test]
fn with_a_thousand_runs_a_key_is_answered_at_once() {
    let mut desk = Desk::full(140, 40);
    desk.keys("H");
    let done = [(FinalState::Ended, 9), (FinalState::Held, 1)];
    let runs = (1..=1000).rev().map(|number| run(&desk, number, &done));
    let runs = runs.collect();
    desk.runs_are(runs);
    let before = Instant::now();
    desk.keys("/held -open");
    for _ in 0..10 {
        desk.press(Key::plain(KeyCode::Down));
    }
    let each = before.elapsed() / 21;
    assert!(desk.text().contains("1000 of 1000 runs"), "{}", desk.text());
    assert!(each < Duration::from_millis(250), "{each:?}");
}

#[test]
fn a_run_of_another_organisation_is_shown_and_not_planned_again_here() {
    let mut desk = Desk::full(80, 24);
    let Msg::Loaded(id, record) = desk.cut_short() else {
        panic!("a run");
    };
    let mut record = record.unwrap();
    let mut theirs = (*record.header.plan).clone();
    theirs.org_id = "org-2".to_owned();
    record.header.plan = std::sync::Arc::new(theirs);
    let at = desk.now;
    for item in record.header.plan.items.clone() {
        let what = unstick::domain::fact::ItemEvent::Settled(unstick::domain::fact::Settled::new(
            FinalState::Held,
            "customer wrote",
        ));
        let event = RunEvent::Item {
            conversation: item.id,
            what,
        };
        record
            .facts
            .push(unstick::domain::fact::RunFact { at, event });
    }
    desk.keys("H\r");
    desk.tell(Msg::Loaded(id, Ok(record)));
    assert!(desk.text().contains("Run 0142 report"), "{}", desk.text());
    assert!(
        desk.text().contains("As the journal has it."),
        "{}",
        desk.text()
    );
    desk.keys("r");
    let text = desk.text();
    assert!(
        text.contains("r: run 0142 was made on another organisation"),
        "{text}"
    );
    assert!(desk.app.planning().is_none());
}

/// The newest come first, all of them follow, and a damaged one is named and hides no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_journal_with_a_damaged_run_all_others_are_listed_and_it_is_named() {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options::new(Scenario::named("quiet").unwrap());
    let sandbox = Sandbox::start(options, listener).await.unwrap();
    let path = home.path("journal.db");
    let whole = || plan(Rung::Close, vec![(conversation(1), crowd())]);
    let (journal, first) = confirmed(&path, whole()).await;
    end_one(&journal, first, conversation(1), 1000).await;
    journal
        .record(first, fact(9000, RunEvent::Finished))
        .await
        .unwrap();
    journal.release().await;
    for number in 2..=60 {
        let at = 10_000 * number;
        let header = journal
            .open(draft(whole()), crate::journal_stage::at(at))
            .await
            .unwrap();
        journal
            .record(header.id, fact(at + 1, RunEvent::Confirmed))
            .await
            .unwrap();
        journal.release().await;
    }
    drop(journal);
    tamper(
        &path,
        "UPDATE fact SET fact='{' WHERE run_id=1 AND seq=(SELECT max(seq) FROM fact WHERE run_id=1)",
    );
    let journal = crate::journal_stage::open(&path);
    let mut desk = console_loop::Desk::open(&sandbox, &journal).await;
    desk.until("of 7").await;
    desk.types("H").await;
    desk.until("59 runs kept, newest first; 1 damaged").await;
    desk.until("run 0001 is damaged and not listed: unstick runs says why")
        .await;
    desk.types("G").await;
    desk.until("▸ 0002").await;
    desk.leave().await;
    sandbox.stop().await;
}
