//! Rounds on a clock that stands still until everybody waits for it.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::*;
use crate::app::Signal;

const EVERY: Option<Duration> = Some(Duration::from_secs(600));

/// What comes of a round.
#[derive(Clone, Copy)]
enum Came {
    /// Nothing was to be done.
    Quiet,
    /// Chats were ended, and it would leave so.
    Acted(Exit),
    /// The same, and it went wrong.
    Wrong(Exit),
    /// It failed before anything was sent.
    Failed(Exit),
}

use Came::{Acted, Failed, Quiet, Wrong};

impl Came {
    fn outcome(self) -> Result<Round, Trouble> {
        let round = |exit, has_acted, is_last| Round {
            exit,
            has_acted,
            is_last,
        };
        match self {
            Quiet => Ok(round(Exit::NothingMatched, false, false)),
            Acted(exit) => Ok(round(exit, true, false)),
            Wrong(exit) => Ok(round(exit, true, true)),
            Failed(exit) => Err(Trouble::said(exit, "why")),
        }
    }
}

/// Carries out what a script says, then a signal comes; when each round began, in seconds, and how it ended.
async fn play(every: Option<Duration>, took: u64, script: &[Came]) -> (Vec<u64>, Exit) {
    let (signals, mut stops) = mpsc::channel(4);
    let start = Instant::now();
    let mut began = Vec::new();
    let ended = carry_on(every, &mut stops, async |number, _| {
        began.push(start.elapsed().as_secs());
        tokio::time::sleep(Duration::from_secs(took)).await;
        let nth = usize::try_from(number).unwrap();
        if nth == script.len() {
            signals.try_send(Signal::Stop).unwrap();
        }
        script[nth - 1].outcome()
    })
    .await;
    (began, ended.unwrap_or_else(|trouble| trouble.exit))
}

#[tokio::test(start_paused = true)]
async fn the_next_round_is_counted_from_the_beginning_of_the_last_and_never_overlaps_it() {
    let (began, exit) = play(EVERY, 7, &[Quiet; 3]).await;
    assert_eq!(began, [0, 600, 1200]);
    assert_eq!(exit, Exit::Interrupted, "nothing was ever sent");
    let (began, _) = play(EVERY, 900, &[Quiet; 3]).await;
    assert_eq!(began, [0, 900, 1800]);
}

#[tokio::test(start_paused = true)]
async fn once_is_one_round_and_leaves_as_it_came_out() {
    let outcomes = [
        (Quiet, Exit::NothingMatched),
        (Acted(Exit::NotEnded), Exit::NotEnded),
        (Failed(Exit::Unreachable), Exit::Unreachable),
        (Failed(Exit::Refused), Exit::Refused),
    ];
    for (came, exit) in outcomes {
        assert_eq!(play(None, 1, &[came, Quiet]).await, (vec![0], exit));
    }
}

#[tokio::test(start_paused = true)]
async fn a_round_that_could_not_read_is_tried_again_and_anything_else_that_goes_wrong_ends_it() {
    let away = Failed(Exit::Unreachable);
    let (began, exit) = play(EVERY, 1, &[away, away, Acted(Exit::Done), Quiet]).await;
    assert_eq!((began.len(), exit), (4, Exit::Done));
    for exit in [Exit::SignIn, Exit::Refused, Exit::Usage, Exit::Internal] {
        let script = [Acted(Exit::Done), Failed(exit), Quiet];
        assert_eq!(play(EVERY, 1, &script).await, (vec![0, 600], exit));
    }
    // After something was sent, unreachable is no longer a matter of the next round.
    let script = [Wrong(Exit::Unreachable), Quiet];
    assert_eq!(play(EVERY, 1, &script).await, (vec![0], Exit::Unreachable));
}

#[tokio::test(start_paused = true)]
async fn what_earlier_rounds_left_open_is_not_forgotten_when_it_is_stopped() {
    let (done, open) = (Acted(Exit::Done), Acted(Exit::NotEnded));
    assert_eq!(play(EVERY, 1, &[done, Quiet]).await.1, Exit::Done);
    assert_eq!(play(EVERY, 1, &[open, done]).await.1, Exit::NotEnded);
    let stopped = Failed(Exit::Interrupted);
    let script = [open, stopped, Quiet];
    assert_eq!(
        play(EVERY, 1, &script).await,
        (vec![0, 600], Exit::NotEnded)
    );
    let script = [Quiet, stopped, Quiet];
    assert_eq!(play(EVERY, 1, &script).await.1, Exit::Interrupted);
}
