//! The console stopped in a real terminal, in each phase of a run: by keys, by signals, by a terminal that goes away.

use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};
use unstick::domain::fact::FinalState;

use crate::pty_console::{open, start_run};
use crate::support::Home;
use crate::support::ledger::{Broken, Ledger, reckon};
use crate::support::pty::Pty;
use crate::support::served::Served;

/// A console with a run of three chats, which stands still at this request.
struct Standing {
    home: Home,
    served: Served,
    pty: Pty,
}

/// The first request that ends something: applied, and not answered.
fn in_flight() -> Value {
    json!({ "step": "legs", "hold": true, "when": "after" })
}

impl Standing {
    fn at(fault: &Value) -> Self {
        let home = Home::new();
        let served = Served::start(&home, &["quiet"]);
        let mut pty = open(&home, &served);
        start_run(&mut pty);
        // In the seconds before the start.
        served.order(&json!({ "fault": [fault] }));
        served.wait_until_held("/api/v2/conversations/");
        pty.wait_for_text("Terminating 3 chats");
        Self { home, served, pty }
    }

    fn release(&self) {
        self.served
            .order(&json!({ "clear": true, "release": true }));
    }

    /// How many chats of the run came out so; the journal is whole, and agrees with the truth.
    fn states(&self) -> [usize; 3] {
        let ledger = Ledger::of(&self.home);
        let run = ledger.newest().unwrap();
        let mut broken = Broken::default();
        ledger.verify(&mut broken);
        let tally = run.tally();
        let left = run.open_items().count();
        if left == 0 {
            reckon(&run, &self.served.told("truth"), &mut broken);
        }
        assert!(broken.is_nothing(), "{broken:#?}");
        let of = |state| tally.of(state);
        [of(FinalState::Ended), of(FinalState::Cancelled), left]
    }
}

#[test]
fn f34_esc_and_ctrl_c_in_flight_stop_the_run_and_lead_to_its_report() {
    for key in ["\x1b", "\x03"] {
        let mut run = Standing::at(&in_flight());
        run.pty.keys(key);
        run.pty.wait_for_text("STOPPING");
        run.release();
        run.pty.wait_for_text("Run 0001 report");
        assert_eq!(run.states(), [1, 2, 0]);
        run.pty.keys("\x03");
        assert_eq!(run.pty.ended().exit_code(), 0);
        run.pty.is_as_found();
        let text = run.pty.text();
        let said = "run 0001: 1 ended, 2 cancelled; unstick runs show 1";
        assert!(text.contains(said), "{text}");
    }
}

#[test]
fn f34_ctrl_c_twice_leaves_at_once_and_says_how_to_go_on() {
    let mut run = Standing::at(&in_flight());
    let since = Instant::now();
    run.pty.keys("\x03");
    run.pty.wait_for_text("STOPPING");
    run.pty.keys("\x03");
    assert_eq!(run.pty.ended().exit_code(), 1);
    assert!(since.elapsed() < Duration::from_secs(20), "it waited");
    run.pty.is_as_found();
    let text = run.pty.text();
    assert!(text.contains("unstick runs resume 1"), "{text}");
    assert_eq!(run.states(), [0, 2, 1]);
    run.release();
    let flag = run.served.flag();
    let resume = ["runs", "resume", "1", &flag, "--confirm", "sandbox 1"];
    run.home.run(&resume).expect(1);
    assert_eq!(run.states(), [1, 2, 0]);
}

#[test]
fn f34_signals_in_flight_let_it_settle_and_then_leave() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut run = Standing::at(&in_flight());
        run.pty.signal(signal);
        run.pty.wait_for_text("STOPPING");
        run.release();
        run.pty.ended();
        run.pty.is_as_found();
        assert_eq!(run.states(), [1, 2, 0]);
    }
}

#[test]
fn f34_three_signals_leave_at_once() {
    let mut run = Standing::at(&in_flight());
    let since = Instant::now();
    // Three of a kind at the same moment could arrive as one.
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        run.pty.signal(signal);
    }
    run.pty.ended();
    assert!(since.elapsed() < Duration::from_secs(20), "it waited");
    run.pty.is_as_found();
    let [ended, cancelled, left] = run.states();
    assert_eq!((ended, cancelled + left), (0, 3));
    assert!(left >= 1, "what is in flight has no outcome yet");
}

#[test]
fn f34_a_terminal_that_goes_away_in_flight_lets_it_settle() {
    let Standing { home, served, pty } = Standing::at(&in_flight());
    let (took, _) = pty.hang_up_and(|| {
        served.order(&json!({ "clear": true, "release": true }));
    });
    assert!(took < Duration::from_secs(36), "{took:?}");
    let run = Ledger::of(&home).newest().unwrap();
    assert!(run.finished.is_some(), "{:?}", run.tally());
    assert_eq!(run.tally().of(FinalState::Ended), 1);
    assert_eq!(run.tally().of(FinalState::Cancelled), 2);
}

#[test]
fn f34_before_anything_was_sent_everything_is_cancelled() {
    let mut run = Standing::at(&json!({ "step": "read", "times": 0, "hold": true }));
    run.pty.keys("\x03");
    run.pty.wait_for_text("STOPPING");
    run.release();
    run.pty.wait_for_text("Run 0001 report");
    assert_eq!(run.states(), [0, 3, 0]);
    assert!(run.served.changed_by_us(&run.home).is_empty());
    run.pty.keys("\x03");
    run.pty.ended();
}

#[test]
fn f34_a_paused_run_is_stopped_like_any_other() {
    let mut run = Standing::at(&in_flight());
    run.pty.keys("p");
    run.pty.wait_for_text("PAUSED");
    run.release();
    run.pty.wait_for_text("✓ 1 ended");
    run.pty.keys("\x1b");
    run.pty.wait_for_text("Run 0001 report");
    assert_eq!(run.states(), [1, 2, 0]);
    run.pty.keys("\x03");
    run.pty.ended();
}

#[test]
fn f34_ctrl_z_and_sigtstp_in_flight_are_refused_with_words() {
    let mut run = Standing::at(&in_flight());
    run.pty.keys("\x1a");
    run.pty.wait_for_text("before suspending");
    run.pty.keys("j");
    run.pty.wait_for("the words gone", |screen| {
        !screen.contents().contains("before suspending")
    });
    run.pty.signal(Signal::TSTP);
    run.pty.wait_for_text("before suspending");
    run.release();
    run.pty.wait_for_text("Run 0001 report");
    assert_eq!(run.states(), [3, 0, 0]);
    run.pty.keys("\x03");
    run.pty.ended();
}

#[test]
fn sigtstp_on_the_list_gives_the_terminal_back_until_the_program_is_continued() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served);
    pty.signal(Signal::TSTP);
    pty.suspended();
    pty.signal(Signal::CONT);
    pty.wait_for("the console again", vt100::Screen::alternate_screen);
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
}
