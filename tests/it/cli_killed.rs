//! Killed at any moment of a run: the journal tells the truth about it, and a resume brings it to a true end. It never resumes by itself.

use std::thread;

use crate::support::served::Served;
use crate::support::{Home, Ran};

/// How a chat is ended: by which step, and what makes it the step that does.
struct Way {
    kind: &'static str,
    step: &'static str,
    faults: &'static str,
    /// Which request for a chat is that step's.
    nth: u32,
}

const LEGS: Way = Way {
    kind: "orphan",
    step: "legs",
    faults: "",
    nth: 1,
};
/// Where other people's legs are closed to the token, the conversation is closed instead.
const CLOSE: Way = Way {
    kind: "orphan",
    step: "close",
    faults: "[[fault]]\nstep = \"legs\"\ntimes = 0\nstatus = 403\ncode = \"conversation.error.forbidden.not.active.participant\"\n",
    nth: 2,
};
const WRAP_UP: Way = Way {
    kind: "wrap-up",
    step: "wrap-up",
    faults: "",
    nth: 1,
};

/// Dies at a crash point of the journal, once in each step, all at a time: what they do is mostly waiting.
fn killed_at(point: &str, open: usize) {
    thread::scope(|scope| {
        for way in [LEGS, CLOSE, WRAP_UP] {
            let is_of_step = point.ends_with("intent") || point.ends_with("outcome");
            let nth = if is_of_step { way.nth } else { 1 };
            scope.spawn(move || killed(&way, &format!("{point}:{nth}"), open));
        }
    });
}

/// Dies while it ends two chats in a way, then resumes, and compares the journal with the truth.
fn killed(way: &Way, point: &str, open: usize) {
    let Way { kind, step, .. } = way;
    let case = format!("{step}, {point}");
    let home = Home::new();
    // What was accepted is applied before anybody can look, so that only a request can change anything more.
    let scenario = format!(
        "description = \"two\"\n[platform]\napply_ms = [0, 0]\n[[chat]]\nkind = \"{kind}\"\ncount = 2\n"
    );
    let scenario = home.write("two.toml", &scenario);
    let faults = home.write("faults.toml", way.faults);
    let [scenario, faults] = [&scenario, &faults].map(|file| file.to_str().unwrap());
    let served = Served::start(&home, &[scenario, "--faults", faults]);
    let flag = served.flag();
    let mut chats = served.of_kind(&home, kind);
    chats.truncate(2);
    let ids = chats.join(",");
    let output = home
        .command(&["terminate", &flag, "--ids", &ids, "--confirm", "sandbox 2"])
        .env("UNSTICK_CRASH_AT", point)
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        None,
        "{case}: {:#?}",
        Ran::of(&output)
    );

    assert_eq!(unsettled(&home), open, "{case}");
    // Nothing more happens by itself: looking at it sends nothing.
    let before = served.changed_by_us(&home).len();
    home.run(&["list", &flag]).expect(0);
    assert_eq!(served.changed_by_us(&home).len(), before, "{case}");

    let phrase = format!("sandbox {open}");
    home.run(&["runs", "resume", "1", &flag, "--confirm", "sandbox 99"])
        .expect(5);
    home.run(&["runs", "resume", "1", &flag, "--confirm", &phrase])
        .expect(0);
    assert_eq!(unsettled(&home), 0, "{case}");
    chats.sort();
    assert_eq!(served.ended(&home), chats, "{case}");
    let told = home.run(&["runs", "export", "1"]).expect(0).stdout;
    assert!(told.contains(&format!("\"step\":\"{step}\"")), "{case}");
    home.run(&["runs", "verify"]).expect(0);
}

/// Conversations of the run that have no final state.
fn unsettled(home: &Home) -> usize {
    let shown = home.run(&["runs", "show", "1", "--json"]).expect(0);
    let shown = &shown.json_lines()[0];
    let items = shown["items"].as_array().unwrap();
    items
        .iter()
        .filter(|item| item["settled"].is_null())
        .count()
}

#[test]
fn killed_after_the_confirmation_is_recorded() {
    killed_at("after-confirm", 2);
}

#[test]
fn killed_before_a_read_is_recorded() {
    killed_at("before-observation", 2);
}

#[test]
fn killed_after_a_read_is_recorded() {
    killed_at("after-observation", 2);
}

#[test]
fn killed_before_an_intent_is_recorded() {
    killed_at("before-intent", 2);
}

#[test]
fn killed_after_an_intent_is_recorded_and_before_its_first_byte() {
    killed_at("after-intent", 2);
}

#[test]
fn killed_before_an_outcome_is_recorded() {
    killed_at("before-outcome", 2);
}

#[test]
fn killed_after_an_outcome_is_recorded() {
    killed_at("after-outcome", 2);
}

#[test]
fn killed_after_the_outcome_of_the_second_is_recorded() {
    killed(&LEGS, "after-outcome:2", 1);
}

#[test]
fn killed_before_a_final_state_is_recorded() {
    killed_at("before-final", 2);
}

#[test]
fn killed_after_a_final_state_is_recorded() {
    killed_at("after-final", 1);
}

#[test]
fn a_run_that_was_killed_before_it_was_confirmed_cannot_be_resumed() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let output = home
        .command(&[
            "terminate",
            &flag,
            "--filter",
            "kind:orphan",
            "--confirm",
            "sandbox 1",
        ])
        .env("UNSTICK_CRASH_AT", "before-confirm")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), None);
    home.run(&["runs", "resume", "1", &flag, "--confirm", "sandbox 1"])
        .expect(5);
    assert!(served.changed_by_us(&home).is_empty());
}
