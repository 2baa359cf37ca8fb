//! Killed at any moment of a run: the journal tells the truth about it, and a resume brings it to a true end. It never resumes by itself.

use crate::support::served::Served;
use crate::support::{Home, Ran};

/// Dies at a crash point of the journal while it ends two orphans, then resumes, and compares the journal with the truth.
fn killed_at(point: &str, open: usize) {
    let home = Home::new();
    let scenario = "description = \"two\"\n[[chat]]\nkind = \"orphan\"\ncount = 2\n";
    let scenario = home.write("two.toml", scenario);
    let served = Served::start(&home, &[scenario.to_str().unwrap()]);
    let flag = served.flag();
    let orphans = served.of_kind(&home, "orphan");
    let ids = orphans[..2].join(",");
    let output = home
        .command(&["terminate", &flag, "--ids", &ids, "--confirm", "sandbox 2"])
        .env("UNSTICK_CRASH_AT", point)
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        None,
        "{point}: {:#?}",
        Ran::of(&output)
    );

    let shown = home
        .run(&["runs", "show", "1", "--json"])
        .expect(0)
        .json_lines();
    let unsettled = |shown: &serde_json::Value| {
        let items = shown["items"].as_array().unwrap();
        items
            .iter()
            .filter(|item| item["settled"].is_null())
            .count()
    };
    assert_eq!(unsettled(&shown[0]), open, "{point}");
    // Nothing more happens by itself: looking at it sends nothing.
    let before = served.changed_by_us(&home).len();
    home.run(&["list", &flag]).expect(0);
    assert_eq!(served.changed_by_us(&home).len(), before, "{point}");

    let phrase = format!("sandbox {open}");
    home.run(&["runs", "resume", "1", &flag, "--confirm", "sandbox 99"])
        .expect(5);
    home.run(&["runs", "resume", "1", &flag, "--confirm", &phrase])
        .expect(0);
    let shown = home
        .run(&["runs", "show", "1", "--json"])
        .expect(0)
        .json_lines();
    assert_eq!(unsettled(&shown[0]), 0, "{point}");
    let mut wanted = orphans[..2].to_vec();
    wanted.sort();
    assert_eq!(served.ended(&home), wanted, "{point}");
    home.run(&["runs", "verify"]).expect(0);
}

#[test]
fn killed_before_a_read_is_recorded() {
    killed_at("before-observation", 2);
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
    killed_at("after-outcome:2", 1);
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
