//! When the rounds of a sweep begin, and what ends it. The next round is counted from the beginning of the last one, and never begins
//! before that has ended.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::app::Signal;
use crate::cli::exit::Exit;
use crate::cli::interrupted::interrupted;
use crate::cli::output;
use crate::cli::trouble::Trouble;

/// How a round came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Round {
    /// How it would leave, were it the only one.
    pub(super) exit: Exit,
    /// Chats were ended in it, or it was tried.
    pub(super) has_acted: bool,
    /// No other follows: it went wrong, or somebody wanted to stop.
    pub(super) is_last: bool,
}

/// Rounds until one is the last. Where nothing could be read, which is all that has happened then, the next round tries again; whatever else
/// goes wrong ends the sweep. A signal between two rounds ends it at once.
pub(super) async fn carry_on(
    every: Option<Duration>,
    stops: &mut mpsc::Receiver<Signal>,
    mut round: impl AsyncFnMut(u32, &mut mpsc::Receiver<Signal>) -> Result<Round, Trouble>,
) -> Result<Exit, Trouble> {
    let mut acted: Vec<Exit> = Vec::new();
    let mut number = 0_u32;
    loop {
        number = number.saturating_add(1);
        let began = Instant::now();
        let came = round(number, stops).await;
        let Some(every) = every else {
            return came.map(|round| round.exit);
        };
        match came {
            Ok(round) => {
                if round.has_acted {
                    acted.push(round.exit);
                }
                if round.is_last {
                    return Ok(Exit::first(acted.into_iter().chain([round.exit])));
                }
            }
            Err(trouble) if trouble.exit == Exit::Unreachable => {
                output::words(&format!(
                    "round {number} read nothing, and the next one tries again: {}",
                    trouble.on_a_line()
                ));
            }
            Err(trouble) if trouble.exit == Exit::Interrupted => return left(acted),
            Err(trouble) => return Err(trouble),
        }
        tokio::select! {
            biased;
            _ = stops.recv() => return left(acted),
            () = sleep_until(began + every) => {}
        }
    }
}

/// Left between rounds, or before one sent anything: what earlier ones did counts.
fn left(acted: Vec<Exit>) -> Result<Exit, Trouble> {
    if acted.is_empty() {
        return Err(interrupted());
    }
    Ok(Exit::first(acted))
}

#[cfg(test)]
mod tests;
