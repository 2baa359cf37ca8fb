//! The terminal while a console is being opened: it shows what is waited for, hears what leaves, and forgets every other key.

use std::pin::pin;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{ConsoleError, Screen, Seat, TICK, gone};
use crate::app::opening::{Awaited, Opening, Wish};
use crate::app::{Msg, Signal};
use crate::engine::ports::Clock;
use crate::ui::Look;

/// Shows a console that is being opened.
#[derive(Debug)]
pub struct Opener<S, C> {
    pub(super) seat: Seat<S>,
    opening: Opening,
    look: Look,
    clock: C,
    /// What is waited for from now on, told by whoever waits.
    awaited: (
        mpsc::UnboundedSender<Awaited>,
        mpsc::UnboundedReceiver<Awaited>,
    ),
}

impl<S: Screen, C: Clock> Opener<S, C> {
    /// On a terminal that was taken over for it. Its first frame is drawn at once.
    pub fn new(
        seat: Seat<S>,
        opening: Opening,
        look: Look,
        clock: C,
    ) -> Result<Self, ConsoleError> {
        let mut opener = Self {
            seat,
            opening,
            look,
            clock,
            awaited: mpsc::unbounded_channel(),
        };
        opener.draw()?;
        Ok(opener)
    }

    /// A way to tell what is waited for.
    pub fn teller(&self) -> mpsc::UnboundedSender<Awaited> {
        self.awaited.0.clone()
    }

    /// Leaves the terminal as it is to the console that was opened.
    pub fn into_seat(self) -> Seat<S> {
        self.seat
    }

    /// Waits until this is done; nothing is the answer where somebody leaves, by a key or by a signal, and the rest is not done then.
    pub async fn wait<T>(
        &mut self,
        work: impl Future<Output = T>,
    ) -> Result<Option<T>, ConsoleError> {
        let mut work = pin!(work);
        let mut next_tick = Instant::now() + TICK;
        loop {
            // Biased: who wants to leave does, whatever is done at the same time.
            tokio::select! {
                biased;
                signal = self.seat.stops.recv() => match signal {
                    Some(Signal::Suspend) => self.suspend()?,
                    _ => return Ok(None),
                },
                typed = self.seat.input.recv() => match typed {
                    None => return Err(ConsoleError::Terminal(gone())),
                    Some(Msg::Key(key)) => match self.opening.wish(key) {
                        Some(Wish::Leave) => return Ok(None),
                        Some(Wish::Suspend) => self.suspend()?,
                        None => continue,
                    },
                    // Terminals cut what no longer fits: what is drawn next must not rely on what was there.
                    Some(Msg::Resized { .. }) => self.seat.screen.clear()?,
                    Some(_) => continue,
                },
                Some(awaited) = self.awaited.1.recv() => self.opening.awaited = awaited,
                () = tokio::time::sleep_until(next_tick) => {
                    next_tick = Instant::now() + TICK;
                    if !self.seat.screen.is_there() {
                        return Err(self.lost(gone()));
                    }
                }
                done = &mut work => return Ok(Some(done)),
            }
            self.draw()?;
        }
    }

    fn suspend(&mut self) -> Result<(), ConsoleError> {
        self.seat.screen.suspend().map_err(|error| self.lost(error))
    }

    fn draw(&mut self) -> Result<(), ConsoleError> {
        let now = self.clock.now();
        let screen = &mut self.seat.screen;
        let drawn = screen.draw_opening(&self.opening, &self.look, now);
        drawn.map_err(|error| self.lost(error))
    }

    fn lost(&self, error: std::io::Error) -> ConsoleError {
        if self.seat.screen.is_given_back() {
            ConsoleError::Panicked
        } else {
            ConsoleError::Terminal(error)
        }
    }
}
