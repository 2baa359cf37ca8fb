//! The console spoken as lines in a real terminal: no escape sequence whatever happens, and every key on a line of its own.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::json;
use unstick::domain::run::RunState;

use crate::cli_lines::states;
use crate::support::Home;
use crate::support::ledger::Ledger;
use crate::support::pty::Pty;
use crate::support::served::Served;
use crate::support::talk::READING;
use crate::support::waiting::wait_until;

fn open(home: &Home, served: &Served, more: &[(&str, &str)], arguments: &[&str]) -> Pty {
    let flag = served.flag();
    let all: Vec<&str> = arguments.iter().copied().chain([flag.as_str()]).collect();
    let mut pty = Pty::start(Home::binary(), &all, home, more);
    pty.wait_for_text("Command (help for list):");
    pty
}

fn ask(pty: &mut Pty, line: &str, words: &str) {
    pty.keys(&format!("{line}\r"));
    pty.wait_for_text(words);
}

/// Types the phrase, once, when the question has been there for long enough to be read.
fn phrase(pty: &mut Pty, phrase: &str, words: &str) {
    pty.drain(Instant::now() + READING);
    ask(pty, phrase, words);
}

fn plan_one(pty: &mut Pty) {
    ask(pty, "filter kind:orphan", "kind:orphan: 1 chat");
    ask(pty, "mark 1", "1 marked.");
    ask(pty, "plan", "\"terminate\" asks for the phrase");
    ask(pty, "terminate", "Phrase:");
}

/// What came from the program and from the echo: text, and the ends of lines.
#[track_caller]
fn is_plain(pty: &Pty) {
    let text = String::from_utf8_lossy(&pty.raw).into_owned();
    let odd: Vec<char> = text
        .chars()
        .filter(|letter| letter.is_control() && !"\r\n".contains(*letter))
        .collect();
    assert!(odd.is_empty(), "{odd:?} in {text}");
}

#[test]
fn a_dumb_terminal_gets_lines_from_the_list_to_the_report() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served, &[("TERM", "dumb")], &[]);
    plan_one(&mut pty);
    phrase(&mut pty, "sandbox 1", "Done. 1 chat: 1 ended.");
    pty.wait_for_text("Recorded as run 1");
    ask(&mut pty, "quit", "quit");
    assert_eq!(pty.ended().exit_code(), 0);
    is_plain(&pty);
    pty.is_as_found();
    assert_eq!(served.ended(&home), [served.id("orphan")]);
}

#[test]
fn ctrl_c_at_the_question_cancels_and_at_the_prompt_leaves() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served, &[], &["--accessible"]);
    plan_one(&mut pty);
    pty.keys("\x03");
    pty.wait_for_text("Cancelled: nothing was sent.");
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 0);
    is_plain(&pty);
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn the_end_of_input_and_every_signal_leave_the_terminal_as_it_was() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    for signal in [
        None,
        Some(Signal::TERM),
        Some(Signal::HUP),
        Some(Signal::INT),
    ] {
        let mut pty = open(&home, &served, &[], &["--accessible"]);
        match signal {
            // Ctrl-D on an empty line.
            None => pty.keys("\x04"),
            Some(signal) => pty.signal(signal),
        }
        assert_eq!(pty.ended().exit_code(), 0, "{signal:?}");
        is_plain(&pty);
        pty.is_as_found();
    }
    let pty = open(&home, &served, &[], &["--accessible"]);
    let (took, _) = pty.hang_up();
    assert!(took < Duration::from_secs(20), "{took:?}");
}

/// For so long output is held back: longer than the question is deaf.
const HELD: Duration = Duration::from_secs(1);

#[test]
fn a_phrase_that_was_typed_while_its_question_was_held_back_does_not_count() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served, &[], &["--accessible"]);
    ask(&mut pty, "filter kind:orphan", "kind:orphan: 1 chat");
    ask(&mut pty, "plan 1", "\"terminate\" asks for the phrase");
    pty.keys("\x13");
    for line in ["terminate\r", "sandbox 1\r"] {
        pty.keys(line);
        pty.drain(Instant::now() + HELD);
    }
    pty.keys("\x11");
    pty.wait_for_text("it does not count");
    // What was taken as a wrong phrase, or no phrase, is left.
    ask(&mut pty, "\x03", "Cancelled: nothing was sent.");
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 0);
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn a_phrase_without_enter_before_the_end_of_input_does_not_count() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served, &[], &["--accessible"]);
    plan_one(&mut pty);
    pty.drain(Instant::now() + HELD);
    pty.keys("sandbox 1\x04");
    pty.drain(Instant::now() + HELD);
    pty.keys("\x04");
    assert_eq!(pty.ended().exit_code(), 0);
    assert!(served.changed_by_us(&home).is_empty());
}

/// The terminal is closed in a run, of which something was said first: what is in flight settles.
fn close_in_a_run(before: &[(&str, &str)], states_then: [usize; 3]) {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served, &[], &["--accessible"]);
    served.order(&json!({ "fault": [{ "step": "legs", "hold": true, "when": "after" }] }));
    ask(&mut pty, "view stuck", "is:stuck: 3 chats");
    ask(&mut pty, "mark all", "3 marked.");
    ask(&mut pty, "plan", "\"terminate\" asks for the phrase");
    ask(&mut pty, "terminate", "Phrase:");
    phrase(&mut pty, "sandbox 3", "Starting in 3 seconds.");
    served.wait_until_held("/api/v2/conversations/");
    for (line, words) in before {
        ask(&mut pty, line, words);
    }
    let (_, status) = pty.hang_up_and(|| {
        let ledger = Ledger::of(&home);
        wait_until(
            || !matches!(ledger.newest().unwrap().state, RunState::Running),
            || "the run is not stopped".to_owned(),
        );
        served.order(&json!({ "clear": true, "release": true }));
    });
    assert_eq!(states(&home, &served), states_then);
    assert_eq!(status.exit_code(), 0);
}

#[test]
fn closing_the_terminal_in_a_run_lets_what_is_in_flight_settle() {
    close_in_a_run(&[], [1, 2, 0]);
}

#[test]
fn closing_the_terminal_after_a_stop_is_no_second_wish() {
    close_in_a_run(&[("stop", "Stopping: nothing new is started")], [1, 2, 0]);
}

#[test]
fn a_signal_is_heard_while_output_is_held_back() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served, &[], &["--accessible"]);
    pty.keys("\x13");
    pty.keys("list\r");
    pty.drain(Instant::now() + HELD);
    pty.signal(Signal::TERM);
    assert_eq!(pty.ended().exit_code(), 0);
}

#[test]
fn a_lines_console_is_suspended_and_goes_on() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served, &[], &["--accessible"]);
    pty.signal(Signal::TSTP);
    pty.stopped();
    pty.signal(Signal::CONT);
    ask(&mut pty, "status", "Live, the list is ");
    ask(&mut pty, "quit", "quit");
    assert_eq!(pty.ended().exit_code(), 0);
}
