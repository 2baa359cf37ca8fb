//! A run without a screen is stopped: by signals, by a pause, by a reader that goes away. What is in flight settles, and the journal
//! knows how far it came.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use serde_json::{Value, json};
use unstick::domain::fact::{Class, ItemEvent, RunEvent};
use unstick::domain::ids::RunId;

use crate::support::Home;
use crate::support::ledger::Ledger;
use crate::support::served::Served;
use crate::support::waiting::{wait_for, wait_until};

fn terminate(child: &Child) {
    signal(child, Signal::TERM);
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
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

/// Which read of a chat is its check, after two while it is planned, and which is the second of its verification.
const CHECK: u32 = 3;
const VERIFY: u32 = 5;

/// Longer than a read may be relied on.
const ASLEEP: Duration = Duration::from_millis(2300);

/// Lets time go by while a program stands still, which is what the tests that use it are about: it sleeps, and nobody can wait for less.
fn sleep_through(child: &Child) {
    let (_, status) = waitpid(Some(Pid::from_child(child)), WaitOptions::UNTRACED)
        .unwrap()
        .unwrap();
    assert!(status.stopped(), "it ended instead");
    thread::sleep(ASLEEP);
}

/// A read of any chat that stands still.
fn read(nth: u32, when: &str) -> Value {
    json!({ "step": "read", "per_conversation": true, "nth": nth, "hold": true, "when": when })
}

/// Every signal that asks to leave.
const LEAVING: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::HUP];

/// A run of the demo's four orphans that stands still at this request, and everything about it.
struct Standing {
    home: Home,
    served: Served,
    child: Child,
    told: BufReader<std::process::ChildStderr>,
}

impl Standing {
    fn at(fault: &Value) -> Self {
        let home = Home::new();
        let served = Served::start(&home, &["demo"]);
        served.order(&json!({ "fault": [fault] }));
        let mut child = start(&home, &served, &[]);
        served.wait_until_held("/api/v2/");
        let told = BufReader::new(child.stderr.take().unwrap());
        Self {
            home,
            served,
            child,
            told,
        }
    }

    /// Sends it, and waits until it is heard.
    fn signal(&mut self, asked: Signal, words: &str) {
        signal(&self.child, asked);
        self.hear(words);
    }

    /// Reads what it says until it says this.
    fn hear(&mut self, words: &str) {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert!(self.told.read_line(&mut line).unwrap() > 0, "no {words:?}");
        }
    }

    fn release(&self) {
        self.served
            .order(&json!({ "clear": true, "release": true }));
    }

    /// Waits for its end: the exit code, and the rest of what it said.
    fn end(&mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.told.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

/// The same with each signal, all at a time.
fn with_each(what: impl Fn(Signal) + Sync) {
    thread::scope(|scope| {
        for signal in LEAVING {
            let what = &what;
            scope.spawn(move || what(signal));
        }
    });
}

#[test]
fn f34_a_signal_before_anything_was_planned_leaves_at_once_with_130() {
    with_each(|signal| {
        let mut run = Standing::at(&json!({ "step": "list", "hold": true }));
        self::signal(&run.child, signal);
        let (code, words) = run.end();
        assert_eq!(code, Some(130), "{words}");
        assert!(
            words.contains("interrupted before anything was sent"),
            "{words}"
        );
        assert!(run.served.changed_by_us(&run.home).is_empty());
    });
}

#[test]
fn f34_a_signal_before_the_run_is_open_leaves_at_once_with_130() {
    with_each(|signal| {
        // Asked once when the program starts, and once more before the run may begin.
        let path = "/organizations/me";
        let mut run = Standing::at(&json!({ "path": path, "nth": 2, "hold": true }));
        self::signal(&run.child, signal);
        let (code, words) = run.end();
        assert_eq!(code, Some(130), "{words}");
        let runs = run.home.run(&["runs", "--json"]).expect(0).json_lines();
        assert!(runs.is_empty(), "{runs:?}");
    });
}

#[test]
fn f34_a_signal_before_anything_was_sent_cancels_everything_with_130() {
    with_each(|signal| {
        let mut run = Standing::at(&read(CHECK, "before"));
        run.signal(signal, "stopping");
        run.release();
        let (code, words) = run.end();
        assert_eq!(code, Some(130), "{words}");
        assert_eq!(states(&run.home), ["cancelled"; 4]);
        assert!(run.served.changed_by_us(&run.home).is_empty());
    });
}

#[test]
fn f34_a_signal_while_a_request_is_in_flight_lets_it_settle_and_starts_nothing_more() {
    with_each(|signal| {
        let mut run = Standing::at(&json!({ "step": "legs", "hold": true, "when": "after" }));
        run.signal(signal, "stopping");
        run.release();
        let (code, words) = run.end();
        assert_eq!(code, Some(1), "{words}");
        let expected = ["cancelled", "cancelled", "cancelled", "ended"];
        assert_eq!(states(&run.home), expected);
        assert_eq!(run.served.ended(&run.home).len(), 1);
    });
}

#[test]
fn f34_a_signal_while_a_chat_is_verified_brings_its_verification_to_the_end() {
    with_each(|signal| {
        let mut run = Standing::at(&read(VERIFY, "before"));
        run.signal(signal, "stopping");
        run.release();
        let (code, words) = run.end();
        assert_eq!(code, Some(1), "{words}");
        let expected = ["cancelled", "cancelled", "cancelled", "ended"];
        assert_eq!(states(&run.home), expected);
    });
}

#[test]
fn f34_a_second_and_a_third_signal_wait_for_nothing_and_leave_what_is_in_flight_for_a_resume() {
    thread::scope(|scope| {
        for (signal, presses) in [(Signal::INT, 2), (Signal::TERM, 2), (Signal::INT, 3)] {
            scope.spawn(move || {
                let held = json!({ "step": "legs", "hold": true, "when": "after" });
                let mut run = Standing::at(&held);
                run.signal(signal, "stopping");
                // A third one leaves at once, whatever is on record by then: what was not begun shall be.
                for _ in 0..3 {
                    run.hear("cancelled");
                }
                let since = Instant::now();
                for _ in 1..presses {
                    self::signal(&run.child, signal);
                }
                let (code, words) = run.end();
                assert!(since.elapsed() < Duration::from_secs(15), "it waited");
                assert_eq!(code, Some(1), "{words}");
                let expected = ["cancelled", "cancelled", "cancelled", "open"];
                assert_eq!(states(&run.home), expected);
                run.release();
                let flag = run.served.flag();
                let resume = ["runs", "resume", "1", &flag, "--confirm", "sandbox 1"];
                run.home.run(&resume).expect(1);
                let expected = ["cancelled", "cancelled", "cancelled", "ended"];
                assert_eq!(states(&run.home), expected);
                assert_eq!(run.served.ended(&run.home).len(), 1);
            });
        }
    });
}

#[test]
fn f34_what_does_not_settle_is_waited_for_35_seconds_and_no_longer() {
    // Each request about the first chat hangs, until the program gives each of them up.
    let held = json!({ "path": "/conversations/", "method": "PATCH", "times": 0, "hold": true });
    let mut run = Standing::at(&held);
    run.served.order(&json!({ "fault": [
        { "step": "read", "times": 0, "hold": true },
    ] }));
    let since = Instant::now();
    run.signal(Signal::TERM, "stopping");
    let (code, words) = run.end();
    let took = since.elapsed();
    assert!(took < Duration::from_secs(50), "{took:?}: {words}");
    assert!(
        took > Duration::from_secs(25),
        "it did not wait: {took:?}: {words}"
    );
    assert_eq!(code, Some(1), "{words}");
    assert!(words.contains("runs resume"), "{words}");
}

#[test]
fn f34_ctrl_z_during_a_run_is_refused_with_words() {
    let held = json!({ "step": "legs", "hold": true, "when": "after" });
    let mut run = Standing::at(&held);
    run.signal(Signal::TSTP, "it is not suspended");
    run.release();
    let (code, words) = run.end();
    assert_eq!(code, Some(0), "{words}");
    assert_eq!(states(&run.home), ["ended"; 4]);
}

#[test]
fn f29_a_program_that_slept_between_a_read_and_its_request_reads_again() {
    let mut run = Standing::at(&read(CHECK, "after"));
    signal(&run.child, Signal::STOP);
    run.release();
    sleep_through(&run.child);
    signal(&run.child, Signal::CONT);
    let (code, words) = run.end();
    assert_eq!(code, Some(0), "{words}");
    rests_on_fresh_reads(&run, 2);
}

#[test]
fn f29_a_program_that_slept_between_an_intent_and_its_first_byte_sends_nothing_and_reads_again() {
    let home = Home::new();
    let served = Served::start(&home, &["demo"]);
    let flag = served.flag();
    let asked = [
        "terminate",
        &flag,
        "--filter",
        "kind:orphan",
        "--confirm",
        "sandbox 4",
    ];
    let mut child = home
        .command(&asked)
        .env("UNSTICK_STOP_AT", "after-intent")
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    sleep_through(&child);
    assert!(served.changed_by_us(&home).is_empty());
    signal(&child, Signal::CONT);
    let told = BufReader::new(child.stderr.take().unwrap());
    let mut run = Standing {
        home,
        served,
        child,
        told,
    };
    let (code, words) = run.end();
    assert_eq!(code, Some(0), "{words}");
    rests_on_fresh_reads(&run, 2);
    let facts = Ledger::of(&run.home).facts(RunId(1));
    let first = facts.iter().find_map(|fact| match &fact.event {
        RunEvent::Item {
            what: ItemEvent::Answered { class, .. },
            ..
        } => Some(*class),
        _ => None,
    });
    assert_eq!(first, Some(Class::NotApplied), "the old intent was sent");
}

/// Every request that was sent rests on a read of at most two seconds; the first chat was read so often before it was ended.
fn rests_on_fresh_reads(run: &Standing, reads: usize) {
    assert_eq!(states(&run.home), ["ended"; 4]);
    assert_eq!(run.served.ended(&run.home).len(), 4);
    let facts = Ledger::of(&run.home).facts(RunId(1));
    let mut first = 0;
    let mut newest = HashMap::new();
    let mut intent = HashMap::new();
    for fact in &facts {
        let RunEvent::Item { conversation, what } = &fact.event else {
            continue;
        };
        match what {
            ItemEvent::Observed { read_at, .. } => {
                first += usize::from(intent.is_empty());
                newest.insert(*conversation, *read_at);
            }
            ItemEvent::Intended { .. } => {
                intent.insert(*conversation, fact.at.duration_since(newest[conversation]));
            }
            ItemEvent::Answered {
                class: Class::Accepted,
                ..
            } => {
                let age = intent[conversation];
                assert!(age <= SignedDuration::from_secs(2), "{age:?} old");
            }
            ItemEvent::Answered { .. } => intent.clear(),
            _ => {}
        }
    }
    assert!(first >= reads, "it was read {first} times: {facts:#?}");
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

/// A secret may be waited for, where another program gives it.
#[test]
fn a_signal_ends_the_wait_for_a_secret_that_does_not_come() {
    let home = Home::new();
    let nowhere = "http://127.0.0.1:1";
    home.write(
        "home/config/config.toml",
        &format!("[profiles.near]\napi_url = \"{nowhere}\"\nlogin_url = \"{nowhere}\"\nclient_id = \"c\"\n"),
    );
    for arguments in [
        &["login", "near"][..],
        &["list"],
        &["terminate", "--filter", "stuck"],
    ] {
        let mut command = home.command(arguments);
        command.args(["--profile=near", "--no-input", "--secret-fd=0"]);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let folder = format!("/proc/{}/fd", child.id());
        let pipe = fs::read_link(format!("{folder}/0")).unwrap();
        // It is opened once more to be read.
        let is_pipe = |file: &fs::DirEntry| fs::read_link(file.path()).is_ok_and(|to| to == pipe);
        let is_read = || {
            let files = fs::read_dir(&folder).unwrap().flatten();
            files.filter(is_pipe).count() >= 2
        };
        wait_until(is_read, || {
            format!("{arguments:?}: the secret is not waited for")
        });
        signal(&child, Signal::INT);
        let left = wait_for(
            || child.try_wait().unwrap(),
            || format!("{arguments:?}: it waits still"),
        );
        assert_eq!(left.code(), Some(130), "{arguments:?}");
    }
}
