//! A run without a screen is stopped: by signals, by a pause, by a reader that goes away. What is in flight settles, and the journal
//! knows how far it came.

use std::io::{BufRead, BufReader, Read};
use std::process::Child;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::support::Home;
use crate::support::served::Served;

fn terminate(child: &Child) {
    kill_process(Pid::from_child(child), Signal::TERM).unwrap();
}

/// Starts to end the demo's four orphans.
fn start(home: &Home, served: &Served, more: &[&str]) -> Child {
    let flag = served.flag();
    let asked = [
        "terminate",
        &flag,
        "--filter",
        "kind:orphan",
        "--confirm",
        "sandbox 4",
    ];
    home.start(&[&asked[..], more].concat())
}

/// Reads what it says until it says this.
fn wait_for_line(child: &mut Child, words: &str) -> BufReader<std::process::ChildStderr> {
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        let read = told.read_line(&mut line).unwrap();
        assert!(read > 0, "it ended without saying {words:?}");
    }
    told
}

/// Final states of the items of run 1; `open` where there is none.
fn states(home: &Home) -> Vec<String> {
    let shown = home
        .run(&["runs", "show", "1", "--json"])
        .expect(0)
        .json_lines();
    let items = shown[0]["items"].as_array().unwrap();
    let state = |item: &Value| {
        item["settled"]["state"]
            .as_str()
            .unwrap_or("open")
            .to_owned()
    };
    let mut states: Vec<String> = items.iter().map(state).collect();
    states.sort();
    states
}

#[test]
fn sigterm_starts_nothing_new_and_lets_what_is_in_flight_settle() {
    let home = Home::new();
    let served = Served::start(&home, &["demo"]);
    let mut child = start(&home, &served, &["--json"]);
    // Facts are read as they come: the first request that changes something is on its way.
    let mut facts = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(facts.any(|line| line.unwrap().contains("\"what\":\"intended\"")));
    terminate(&child);
    let summary: Value = serde_json::from_str(&facts.last().unwrap().unwrap()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(summary["counts"]["ended"], 1, "{summary}");
    assert_eq!(summary["counts"]["cancelled"], 3, "{summary}");
    assert_eq!(served.ended(&home).len(), 1);
}

#[test]
fn a_second_signal_waits_no_longer_and_says_how_to_go_on() {
    let home = Home::new();
    let faults = home.write("faults.toml", "[[fault]]\nstep = \"legs\"\nhold = true\n");
    let served = Served::start(&home, &["demo", "--faults", faults.to_str().unwrap()]);
    let mut child = start(&home, &served, &[]);
    let mut told = wait_for_line(&mut child, "legs     PATCH");
    terminate(&child);
    let mut line = String::new();
    while !line.contains("stopped") {
        line.clear();
        assert!(told.read_line(&mut line).unwrap() > 0, "it did not stop");
    }
    terminate(&child);
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{rest}");
    assert!(rest.contains("runs resume"), "{rest}");
    assert!(states(&home).contains(&"open".to_owned()));
}

#[test]
fn a_reader_that_goes_away_stops_the_run_quietly() {
    let home = Home::new();
    let served = Served::start(&home, &["demo"]);
    let mut child = start(&home, &served, &["--json"]);
    let mut facts = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(facts.any(|line| line.unwrap().contains("\"what\":\"intended\"")));
    drop(facts);
    let mut words = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut words)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{words}");
    assert!(!words.contains("error: "), "{words}");
    assert!(!words.contains("panicked"), "{words}");
    assert_eq!(
        states(&home),
        ["cancelled", "cancelled", "cancelled", "ended"]
    );
}

#[test]
fn a_missing_permission_halts_with_exit_3() {
    let home = Home::new();
    let faults = home.write(
        "faults.toml",
        "[[fault]]\nstep = \"legs\"\nstatus = 403\ncode = \"missing.any.permissions\"\ntimes = 0\n",
    );
    let served = Served::start(&home, &["demo", "--faults", faults.to_str().unwrap()]);
    let mut child = start(&home, &served, &[]);
    wait_for_line(&mut child, "halted");
    assert_eq!(child.wait().unwrap().code(), Some(3));
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn a_pause_without_a_screen_ends_the_run_with_its_cause_as_exit_code() {
    let home = Home::new();
    let faults = home.write(
        "faults.toml",
        "[[fault]]\nstep = \"legs\"\nstatus = 401\ncode = \"bad.credentials\"\ntimes = 0\n",
    );
    let served = Served::start(&home, &["demo", "--faults", faults.to_str().unwrap()]);
    let mut child = start(&home, &served, &[]);
    wait_for_line(&mut child, "paused");
    assert_eq!(child.wait().unwrap().code(), Some(3));
    assert!(served.changed_by_us(&home).is_empty());
    assert!(!states(&home).contains(&"ended".to_owned()));
}
