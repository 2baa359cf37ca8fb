//! Wishes to leave, by signals and by a terminal that is gone; and what a console has still to say when it leaves.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

use super::{Console, ConsoleError, Screen};
use crate::app::{Key, Msg, Signal};
use crate::engine::ports::Clock;

/// How long the last words may stand still before a console that was asked to leave does so without them.
const LAST_WORDS: Duration = Duration::from_millis(500);

impl<S: Screen, C: Clock> Console<S, C> {
    /// What was said last is written, however slowly somebody reads; but who was asked to leave waits for no reader for long.
    pub(super) async fn say_rest(&mut self) -> Result<(), ConsoleError> {
        loop {
            let parts = &mut self.parts;
            parts.screen.say_rest(&parts.app)?;
            if parts.screen.is_shown() {
                return Ok(());
            }
            tokio::select! {
                biased;
                shown = parts.screen.shown() => shown?,
                Some(signal) = parts.stops.recv() => {
                    self.is_asked_to_leave |= signal != Signal::Suspend;
                }
                () = tokio::time::sleep(LAST_WORDS), if self.is_asked_to_leave => return Ok(()),
            }
        }
    }

    /// A signal, as a wish; but none is the one that only says what was seen already, that the terminal is gone, nor a key that a pager hears.
    /// Where the console is spoken and has no keys, Ctrl-C is the key that it is elsewhere.
    pub(super) fn heard(&mut self, signal: Signal) -> Msg {
        let has_pager =
            self.lent.is_some() || self.pagers_until.is_some_and(|it| Instant::now() < it);
        let is_key = matches!(signal, Signal::Interrupt | Signal::Suspend);
        if (has_pager && is_key) || std::mem::take(&mut self.is_hang_up_due) {
            Msg::Tick
        } else if signal == Signal::Interrupt && self.parts.app.spoken.is_some() {
            Msg::Key(Key::ctrl('c'))
        } else {
            Msg::Signal(signal)
        }
    }

    /// The terminal is gone: a wish to leave, unless that was said already. A second wish would not wait for what is in flight.
    pub(super) fn lose(&mut self, error: io::Error) -> Msg {
        self.lost = Some(if self.parts.screen.is_given_back() {
            ConsoleError::Panicked
        } else {
            ConsoleError::Terminal(error)
        });
        if self.is_asked_to_leave {
            Msg::Tick
        } else {
            self.is_hang_up_due = true;
            Msg::Signal(Signal::HangUp)
        }
    }
}
