//! Long work says how far it is, how long it takes and what it waits for: reading the list, reading a plan again, a run.

use jiff::SignedDuration;

use crate::console_desk::Desk;
use crate::console_world::{Chat, chats, settings};
use unstick::domain::feed::{Fact, Gauge};

/// A list of which nothing was read.
fn unread() -> Desk {
    let mut desk = Desk::new(settings("PROD", true), 80, 24);
    let rows: Vec<_> = chats().iter().map(Chat::listed).collect();
    desk.list_unread(rows);
    desk
}

/// The rate as the engine tells it.
fn gauge(desk: &mut Desk, used: u32, shut_for: Option<i64>) {
    let shut_until = shut_for.map(|seconds| desk.now + SignedDuration::from_secs(seconds));
    desk.fact(Fact::Gauge(Gauge {
        used,
        allowed: 20,
        shut_until,
        clock_ahead: None,
    }));
}

#[test]
fn what_is_not_read_yet_says_how_long_that_takes_or_what_it_waits_for() {
    let mut desk = unread();
    gauge(&mut desk, 20, None);
    desk.pass(1000);
    assert!(
        desk.text().contains("0 stuck of 0 read; 17 not read yet\n"),
        "{}",
        desk.text()
    );
    for chat in chats().iter().take(5) {
        desk.fact(chat.read(desk.now));
        desk.pass(3000);
    }
    let text = desk.text();
    assert!(
        text.contains("12 not read yet, about 30s at 20 a minute"),
        "{text}"
    );
    gauge(&mut desk, 20, Some(12));
    let text = desk.text();
    assert!(text.contains("12 not read yet, again in 12s"), "{text}");
    gauge(&mut desk, 20, None);
    desk.keys("p");
    desk.pass(7000);
    let text = desk.text();
    assert!(
        text.contains("12 not read yet, while paused only what is in view"),
        "{text}"
    );
}

#[test]
fn a_plan_that_is_read_again_says_how_long_that_takes_or_what_it_waits_for() {
    let mut desk = Desk::full(80, 24);
    desk.mark_stuck();
    desk.keys("x");
    gauge(&mut desk, 16, None);
    let text = desk.text();
    assert!(
        text.contains("About 10s more: 20 requests a minute are allowed."),
        "{text}"
    );
    gauge(&mut desk, 16, Some(7));
    let text = desk.text();
    assert!(text.contains("429: nothing is asked for 7s"), "{text}");
    gauge(&mut desk, 0, None);
    let text = desk.text();
    assert!(!text.contains("more: 20 requests"), "{text}");
}

#[test]
fn a_board_on_which_nothing_moves_says_what_the_run_waits_for() {
    let mut desk = Desk::full(80, 24);
    desk.run_half();
    gauge(&mut desk, 3, Some(9));
    let text = desk.text();
    assert!(text.contains("The run goes on by itself in 9s"), "{text}");
    gauge(&mut desk, 20, None);
    let text = desk.text();
    assert!(
        text.contains("All 20 requests of this minute are used"),
        "{text}"
    );
    desk.keys("bU");
    let text = desk.text();
    assert!(text.contains("not read yet, the run goes first"), "{text}");
}
