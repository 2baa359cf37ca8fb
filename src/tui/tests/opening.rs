//! What is waited for before there is a console: who goes first, what is forgotten, how it ends.

use std::future::pending;

use super::*;
use crate::app::KeyCode;
use crate::app::action::keymap::Keymap;
use crate::app::opening::Awaited;

struct Opened {
    opener: Opener<Counted, Still>,
    keys: mpsc::Sender<Msg>,
    signals: mpsc::Sender<Signal>,
}

fn opened() -> Opened {
    let (keys, input) = mpsc::channel(512);
    let (signals, stops) = mpsc::channel(4);
    let seat = Seat {
        screen: Counted::default(),
        input,
        stops,
    };
    let opening = Opening {
        label: "SANDBOX".to_owned(),
        profile: "sandbox".to_owned(),
        place: "built in".to_owned(),
        writes: false,
        keys: Keymap::default(),
        awaited: Awaited::Ready,
        began: Timestamp::UNIX_EPOCH,
    };
    let opener = Opener::new(seat, opening, Look::default(), Still).unwrap();
    Opened {
        opener,
        keys,
        signals,
    }
}

fn typed(key: Key) -> Msg {
    Msg::Key(key)
}

#[tokio::test(start_paused = true)]
async fn the_first_frame_comes_before_anything_is_waited_for() {
    let opened = opened();
    assert_eq!(opened.opener.into_seat().screen.openings, 1);
}

#[tokio::test(start_paused = true)]
async fn who_wants_to_leave_does_whatever_is_done_at_the_same_time() {
    for leaves in [Key::char('q'), Key::plain(KeyCode::Esc), Key::ctrl('c')] {
        let mut opened = opened();
        opened.keys.send(typed(leaves)).await.unwrap();
        assert_eq!(opened.opener.wait(async {}).await.unwrap(), None);
    }
    let mut opened = opened();
    opened.signals.send(Signal::Stop).await.unwrap();
    assert_eq!(opened.opener.wait(async {}).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn every_other_key_is_forgotten_and_draws_nothing() {
    let mut opened = opened();
    for letter in "2*xT sandbox 9".chars() {
        opened.keys.send(typed(Key::char(letter))).await.unwrap();
    }
    let paste = Msg::Paste("q".to_owned());
    opened.keys.send(paste).await.unwrap();
    assert_eq!(opened.opener.wait(async { 1 }).await.unwrap(), Some(1));
    let mut seat = opened.opener.into_seat();
    assert!(seat.input.try_recv().is_err(), "it is left to the console");
    assert_eq!(seat.screen.openings, 1);
}

#[tokio::test(start_paused = true)]
async fn a_step_a_size_and_a_second_draw_a_frame_each() {
    let mut opened = opened();
    opened.opener.teller().send(Awaited::SignIn).unwrap();
    let resized = Msg::Resized {
        width: 90,
        height: 20,
    };
    opened.keys.send(resized).await.unwrap();
    let work = tokio::time::sleep(Duration::from_millis(2500));
    assert_eq!(opened.opener.wait(work).await.unwrap(), Some(()));
    let screen = opened.opener.into_seat().screen;
    assert_eq!((screen.openings, screen.clears), (5, 1));
}

#[tokio::test(start_paused = true)]
async fn a_terminal_that_is_gone_is_noticed_within_a_second() {
    let mut opened = opened();
    opened.opener.seat.screen.is_gone.set(true);
    let wait = opened.opener.wait(pending::<()>());
    let lost = tokio::time::timeout(TICK * 2, wait).await.unwrap();
    assert!(matches!(lost, Err(ConsoleError::Terminal(_))), "{lost:?}");
}
