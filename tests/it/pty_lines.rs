//! The console spoken as lines in a real terminal: no escape sequence whatever happens, and every key on a line of its own.

use rustix::process::Signal;
use std::time::{Duration, Instant};

use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

/// No condition may take longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an answer to a phrase is waited for before it is typed again.
const DEAF: Duration = Duration::from_millis(600);

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

/// Types the phrase until it is taken.
fn phrase(pty: &mut Pty, phrase: &str, words: &str) {
    let deadline = Instant::now() + PATIENCE;
    while !pty.text().contains(words) {
        assert!(Instant::now() < deadline, "{}", pty.text());
        pty.keys(&format!("{phrase}\r"));
        pty.drain(Instant::now() + DEAF);
    }
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
