//! The report of a run that was cut short: what stopped it stands above all else, a chat says what the service refused for it, and what
//! came out alike is said once.

use jiff::SignedDuration;
use unstick::app::{Effect, Key, KeyCode};
use unstick::domain::fact::{Class, FinalState, HaltCause, ItemEvent, RunEvent};
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::step::Action;
use unstick::domain::text::Text;

use crate::console_desk::Desk;
use crate::console_screens::shoot;
use crate::console_world::{called, id, receipt, slot};

const OPEN: &str = "stopped with a leg still open; make a new plan for it";
const UNTOUCHED: &str = "stopped before anything was sent for it";

/// What the service says to whom may not end anybody's leg.
fn no_permission() -> Failure {
    Failure {
        kind: FailureKind::NotPermitted {
            permissions: vec![Text::clean("conversation:communication:disconnect")],
        },
        code: Some(Text::clean("missing.any.permissions")),
        said: Text::clean(called(slot::SAID, "Not allowed to disconnect")),
        receipt: receipt(403, 71),
    }
}

/// Two ended; then one request is refused, which halts the run: two more are left with a leg open, three were not begun.
fn halted(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    desk.confirm();
    desk.pass(3100);
    if !desk.open_run() {
        return desk;
    }
    desk.end("3f2a9c41");
    desk.end("b81e07d2");
    let begun = ["e2264b7f", "6a1f3d88"];
    for short in begun {
        desk.check(short);
        let legs = desk.legs(short);
        desk.send(short, legs, Class::Accepted, 202);
    }
    refuse(&mut desk, "5d90f1c8");
    for short in begun {
        desk.check(short);
        desk.settle(short, FinalState::Unresolved, OPEN);
    }
    for short in ["9e41b3f0", "c05be6a7", "2b9c44e6"] {
        desk.settle(short, FinalState::Cancelled, UNTOUCHED);
    }
    desk.run_fact(RunEvent::Finished);
    desk.draw();
    desk
}

/// The close of a chat is refused for want of a permission, which halts the run; its leg is still open.
fn refuse(desk: &mut Desk, short: &str) {
    desk.check(short);
    let action = Action::Close;
    desk.item(short, ItemEvent::Intended { action, attempt: 1 });
    let failure = no_permission();
    let why = failure.words();
    desk.item(
        short,
        ItemEvent::Answered {
            class: Class::NotApplied,
            receipt: None,
            failure: Some(failure),
        },
    );
    let cause = HaltCause::Permission;
    desk.run_fact(RunEvent::Halted { cause, why });
    desk.check(short);
    desk.settle(short, FinalState::Unresolved, OPEN);
}

/// The row that has these words.
fn place(text: &str, words: &str) -> usize {
    let found = text.lines().position(|row| row.contains(words));
    found.unwrap_or_else(|| panic!("no {words} in\n{text}"))
}

/// The screen's words with one blank between each two, whatever lines they stand in.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_report_of_a_run_that_was_halted() {
    shoot("report_halted", halted);
}

#[test]
fn what_cut_a_run_short_stands_above_who_needs_somebody_and_in_the_status_row() {
    let mut desk = halted(80, 24);
    let text = desk.text();
    assert!(
        place(&text, "CUT SHORT") < place(&text, "NEEDS YOU"),
        "{text}"
    );
    let cause = "403 no permission: Not allowed to disconnect";
    assert!(
        flowing(&text).contains(&format!("CUT SHORT {cause}")),
        "{text}"
    );
    let status = text.lines().nth(22).unwrap();
    assert!(status.contains("Halted: 403 no permission"), "{text}");
}

#[test]
fn a_report_says_how_many_lines_are_below_until_none_is() {
    let mut desk = halted(80, 24);
    let status = |desk: &mut Desk| desk.text().lines().nth(22).unwrap().to_owned();
    let before = status(&mut desk);
    let count = before.split_whitespace().next().unwrap();
    let count: usize = count.parse().unwrap_or_else(|_| panic!("{before}"));
    assert!(before.contains(" more below"), "{before}");
    desk.keys("G");
    assert!(!status(&mut desk).contains("more below"));
    // A terminal with so many rows more shows all of it.
    let rows = u16::try_from(24 + count).unwrap();
    let mut tall = halted(80, rows);
    assert!(!tall.text().contains("more below"), "{}", tall.text());
    let mut less = halted(80, rows - 1);
    assert!(less.text().contains(" 1 more below"), "{}", less.text());
}

#[test]
fn a_chat_says_what_was_refused_for_it_and_what_helps_and_nothing_that_contradicts_it() {
    let mut desk = halted(80, 60);
    let text = flowing(&desk.text());
    let why = "close: 403 no permission: Not allowed to disconnect; stopped with a leg still open";
    assert!(text.contains(&format!("why: {why}")), "{text}");
    let next =
        "ask an administrator for conversation:communication:disconnect, then r plans it again";
    assert!(text.contains(&format!("next: {next}")), "{text}");
    assert!(!text.contains("reads it again"), "{text}");
    // Whose state nobody has seen since the last request is read first.
    let mut desk = Desk::full(80, 60);
    let record = desk.with_unresolved();
    desk.keys("H\r");
    desk.tell(record);
    let text = flowing(&desk.text());
    assert!(
        text.contains("R reads it again and sends nothing"),
        "{text}"
    );
}

#[test]
fn what_came_out_alike_is_one_entry_and_each_of_its_chats_can_be_opened() {
    let mut desk = halted(80, 60);
    let text = desk.text();
    assert_eq!(
        text.matches(UNTOUCHED).count(),
        2,
        "counts, and why: {text}"
    );
    assert!(text.contains("3 cancelled"), "{text}");
    assert!(text.contains("2 unresolved"), "{text}");
    let mut opened = Vec::new();
    for _ in 0..8 {
        desk.keys("\r");
        let title = desk.text().lines().nth(1).unwrap().to_owned();
        opened.push(title.split_whitespace().nth(3).unwrap().to_owned());
        desk.keys("\u{1b}j");
    }
    let first = id("5d90f1c8").short();
    assert_eq!(opened[0], first, "what halted the run comes first");
    opened.sort();
    opened.dedup();
    assert_eq!(opened.len(), 8, "{opened:?}");
}

#[test]
fn a_wide_report_shows_the_correlation_of_who_needs_somebody_and_rows_of_the_others() {
    let mut desk = halted(140, 40);
    let text = desk.text();
    let row = text.lines().nth(place(&text, "5d90f1c8")).unwrap();
    assert!(
        row.contains("8c41b0de-5b4e-4a07-9c1c-2f0d5a7719ee"),
        "{text}"
    );
    assert!(
        place(&text, "CORRELATION OF") < place(&text, "3f2a9c41"),
        "{text}"
    );
}

#[test]
fn a_report_that_is_copied_says_what_cut_the_run_short_and_what_was_refused() {
    let mut desk = halted(80, 24);
    desk.keys("y");
    let copied = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(_, text) => Some(text.clone()),
        _ => None,
    });
    let copied = copied.unwrap();
    assert!(copied.contains("cut short: 403 no permission"), "{copied}");
    assert!(
        copied.contains("unresolved: close: 403 no permission"),
        "{copied}"
    );
}

#[test]
fn what_was_written_on_another_day_is_said_with_its_day() {
    let mut desk = Desk::full(140, 40);
    desk.now += SignedDuration::from_hours(24);
    desk.press(Key::plain(KeyCode::Enter));
    let text = desk.text();
    let line = text.lines().nth(place(&text, "wrote 02 Mar"));
    assert!(line.is_some(), "{text}");
}
