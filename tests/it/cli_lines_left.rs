//! The console spoken as lines is left in a run, by every way there is, and a run that was left is taken up again: nothing new is started,
//! what is in flight settles, and the journal agrees with the truth.

use rustix::process::Signal;
use serde_json::json;
use unstick::domain::run::RunState;

use crate::cli_lines::{start_run, states};
use crate::support::Home;
use crate::support::ledger::Ledger;
use crate::support::served::Served;
use crate::support::talk::Talk;
use crate::support::waiting::wait_until;

/// A run whose first request that ends something was applied and is not answered.
fn in_flight() -> (Home, Served, Talk) {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut talk = Talk::open(&home, &served);
    let fault = json!({ "step": "legs", "hold": true, "when": "after" });
    served.order(&json!({ "fault": [fault] }));
    start_run(&mut talk);
    served.wait_until_held("/api/v2/conversations/");
    (home, served, talk)
}

fn release(served: &Served) {
    served.order(&json!({ "clear": true, "release": true }));
}

#[test]
fn ctrl_c_in_a_run_starts_nothing_new_and_leads_to_its_report() {
    let (home, served, mut talk) = in_flight();
    talk.signal(Signal::INT);
    talk.wait("Stopping: nothing new is started");
    release(&served);
    let said = talk.wait("Command:");
    assert!(
        said.contains("Done. 3 chats: 1 ended, 2 cancelled."),
        "{said}"
    );
    assert!(said.contains("2 need you:"), "{said}");
    assert_eq!(states(&home, &served), [1, 2, 0]);
    talk.signal(Signal::INT);
    assert_eq!(talk.ended(), Some(0));
}

#[test]
fn ctrl_c_twice_in_a_run_leaves_at_once_and_says_how_to_go_on() {
    let (home, served, mut talk) = in_flight();
    talk.signal(Signal::INT);
    talk.wait("Stopping: nothing new is started");
    talk.signal(Signal::INT);
    release(&served);
    talk.ended();
    let [ended, cancelled, left] = states(&home, &served);
    assert_eq!(ended + cancelled + left, 3);
    assert!(ended <= 1, "something new was started");
}

#[test]
fn sigterm_and_the_end_of_input_stop_a_run_say_how_it_came_out_and_leave() {
    type Way = fn(&mut Talk);
    let ways: [(&str, Way); 2] = [
        ("Stopping, then leaving", |talk| talk.signal(Signal::TERM)),
        ("Input has ended: the run is stopped.", Talk::hang_up),
    ];
    for (words, way) in ways {
        let (home, served, mut talk) = in_flight();
        way(&mut talk);
        talk.wait(words);
        release(&served);
        assert_eq!(talk.ended(), Some(0));
        let text = talk.text();
        assert!(
            text.contains("Done. 3 chats: 1 ended, 2 cancelled."),
            "{text}"
        );
        assert!(text.ends_with('\n'), "{text}");
        assert_eq!(states(&home, &served), [1, 2, 0]);
    }
}

#[test]
fn the_end_of_input_after_a_stop_is_no_second_wish_and_after_wait_none_at_all() {
    let (home, served, mut talk) = in_flight();
    talk.line("stop");
    talk.wait("Stopping: nothing new is started");
    talk.hang_up();
    talk.wait("Input has ended");
    release(&served);
    assert_eq!(talk.ended(), Some(0));
    assert_eq!(states(&home, &served), [1, 2, 0]);

    let (home, served, mut talk) = in_flight();
    talk.line("quit");
    talk.wait("Answer:");
    talk.line("wait");
    talk.wait("Waiting for the run, then leaving.");
    talk.hang_up();
    talk.wait("Input has ended");
    release(&served);
    assert_eq!(talk.ended(), Some(0));
    assert_eq!(states(&home, &served), [3, 0, 0]);
}

#[test]
fn a_reader_that_stalls_keeps_no_stop_from_being_heard() {
    let (home, served, mut talk) = in_flight();
    let stalled = talk.stall();
    // More than fits into a pipe.
    for _ in 0..60 {
        talk.line("help");
    }
    talk.signal(Signal::TERM);
    let ledger = Ledger::of(&home);
    wait_until(
        || !matches!(ledger.newest().unwrap().state, RunState::Running),
        || "the run is not stopped".to_owned(),
    );
    release(&served);
    talk.is_gone();
    drop(stalled);
    assert_eq!(states(&home, &served), [1, 2, 0]);
}

#[test]
fn a_run_that_was_left_is_taken_up_again_by_its_phrase() {
    let (home, served, mut talk) = in_flight();
    talk.child.kill().unwrap();
    talk.ended();
    release(&served);
    let mut talk = Talk::open(&home, &served);
    let said = talk.ask("runs");
    assert!(
        said.contains("cut short, 3 without a final state"),
        "{said}"
    );
    talk.line("resume 1");
    talk.wait("This resumes run 1 of sandbox, SANDBOX: 3 chats");
    talk.phrase("sandbox 3", "Starting in 3 seconds.");
    let said = talk.wait("Done. 3 chats: ");
    assert!(said.contains("3 of 3, "), "{said}");
    talk.line("quit");
    assert_eq!(talk.ended(), Some(0));
    let [ended, _, left] = states(&home, &served);
    assert!(ended >= 2 && left == 0, "{ended} {left}");
}
