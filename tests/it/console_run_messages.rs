//! What of a run stays among the messages: pauses, halts, what was not ended, incidents, its end; with the time, and with the id by which
//! the service knows the request.

use unstick::domain::fact::{FinalState, HaltCause, ItemEvent, RunEvent, Settled};
use unstick::domain::failure::{Failure, FailureKind};

use crate::console_desk::Desk;
use crate::console_states::failure;
use crate::console_world::receipt;

const CORRELATION: &str = "8c41b0de-5b4e-4a07-9c1c-2f0d5a7719ee";

/// What was said about the run, oldest first.
fn said(desk: &Desk) -> Vec<String> {
    let kept = desk.app.notices.kept().rev();
    kept.map(|notice| notice.text.clone())
        .filter(|text| text.contains("142"))
        .collect()
}

/// A read of the run failed.
fn failed(desk: &mut Desk) {
    let failure = Failure {
        receipt: receipt(503, 90),
        ..failure(FailureKind::ServiceFault, Some(503))
    };
    desk.item("6a1f3d88", ItemEvent::ReadFailed { failure });
}

#[test]
fn what_was_not_ended_incidents_and_the_end_are_kept_and_what_ended_is_not() {
    let mut desk = Desk::full(80, 24);
    desk.run_whole();
    let said = said(&desk);
    for words in [
        "run 0142 began: 8 to end",
        "run 0142 2b9c44e6 held: ",
        "run 0142 c05be6a7 escalate: ",
        "run 0142 9e41b3f0 wrap-up-owed: ",
        "run 0142 5d90f1c8 INCIDENT: customer wrote",
        "run 0142 is done: ",
    ] {
        let times = said.iter().filter(|text| text.starts_with(words)).count();
        assert_eq!(times, 1, "{words}: {said:#?}");
    }
    assert!(
        said.iter().all(|text| !text.contains("3f2a9c41")),
        "{said:#?}"
    );
    // The report says its own things: none of it lies over that.
    assert!(desk.app.notices.current(desk.now).is_none());
    desk.keys(":messages\r");
    let text = desk.text();
    assert!(text.contains("14:2") && text.contains("INCIDENT"), "{text}");
    // The second newest is the incident; the one below rests on its check.
    desk.keys("jY");
    assert_eq!(desk.copied(), [CORRELATION]);
}

#[test]
fn a_run_that_pauses_or_halts_by_itself_says_so_at_once_to_who_is_elsewhere() {
    for (event, words) in [
        (
            RunEvent::Paused {
                why: "the service is at fault".to_owned(),
            },
            "run 0142 paused: the service is at fault",
        ),
        (
            RunEvent::Halted {
                cause: HaltCause::Offline,
                why: "the service cannot be reached".to_owned(),
            },
            "run 0142 halted: the service cannot be reached",
        ),
    ] {
        let mut desk = Desk::full(80, 24);
        desk.run_half();
        failed(&mut desk);
        desk.run_fact(event.clone());
        let current = desk.app.notices.current(desk.now);
        assert!(current.is_none(), "the board says it itself: {current:?}");
        let mut desk = Desk::full(80, 24);
        desk.run_half();
        desk.keys("b");
        failed(&mut desk);
        desk.run_fact(event);
        desk.pass(60_000);
        assert!(desk.text().contains(words), "{}", desk.text());
        desk.keys(":messages\r");
        assert!(desk.text().contains(words), "{}", desk.text());
        desk.keys("Y");
        assert_eq!(desk.copied(), [CORRELATION]);
    }
}

#[test]
fn a_pause_is_told_also_where_the_board_lies_under_another_screen() {
    for keys in ["L", ":messages\r", "?"] {
        let mut desk = Desk::full(80, 24);
        desk.run_half();
        desk.keys(keys);
        failed(&mut desk);
        desk.pause("the service is at fault");
        let current = desk.app.notices.current(desk.now);
        let text = current
            .map(|notice| notice.text.clone())
            .unwrap_or_default();
        assert!(text.contains("paused: the service"), "{keys:?}: {text}");
    }
}

#[test]
fn a_run_that_ends_under_another_screen_takes_nobody_away_from_it() {
    let mut desk = Desk::full(80, 24);
    desk.run_half();
    desk.keys("L");
    desk.carry_on();
    let text = desk.text();
    assert!(text.contains(" Requests "), "{text}");
    assert!(text.contains("run 0142 is done"), "{text}");
    desk.keys("\u{1b}");
    assert!(desk.text().contains("Run 0142 report"), "{}", desk.text());
}

#[test]
fn what_there_can_be_hundreds_of_pushes_no_incident_out_of_the_messages() {
    let mut desk = Desk::full(80, 24);
    desk.run_whole();
    let settled = |state| ItemEvent::Settled(Settled::new(state, "customer wrote"));
    for _ in 0..600 {
        // The same chat again: for the messages it is one more that was held.
        desk.app
            .live
            .as_mut()
            .unwrap()
            .run
            .items
            .iter_mut()
            .for_each(|item| item.settled = None);
        desk.item("2b9c44e6", settled(FinalState::Held));
    }
    let said = said(&desk);
    for words in ["INCIDENT", "began: 8 to end", "held: customer wrote"] {
        assert!(said.iter().any(|text| text.contains(words)), "{words}");
    }
    assert!(said.len() <= 500);
}

#[test]
fn a_pause_of_the_operator_rests_on_no_request() {
    let mut desk = Desk::full(80, 24);
    desk.run_half();
    failed(&mut desk);
    desk.pass(10_000);
    desk.pause("by the operator");
    desk.keys("b:messages\rY");
    let text = desk.text();
    assert!(text.contains("run 0142 paused: by the operator"), "{text}");
    assert!(text.contains("carries no correlation id"), "{text}");
}
