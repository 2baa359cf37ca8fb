//! Lets the thread that reads the keyboard rest while another program has the terminal: two that read it would each get half of the keys.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossterm::event;

/// How long the thread may take to come to rest: it is woken for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// What is there already is found within this time; crossterm does not even look where there is none.
const AT_ONCE: Duration = Duration::from_millis(1);

/// What the thread does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum State {
    #[default]
    Reading,
    /// It is asked to rest.
    Asked,
    Resting,
}

/// The rest of one thread, shared with whoever asks for it.
#[derive(Debug, Default)]
pub(super) struct Rest {
    state: Mutex<State>,
    changed: Condvar,
}

impl Rest {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.lock() = state;
        self.changed.notify_all();
    }

    /// Has the thread rest, and says whether it does.
    pub(super) fn begin(&self) -> bool {
        self.set(State::Asked);
        wake();
        let is_asked = |state: &mut State| *state == State::Asked;
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), PATIENCE, is_asked);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let rests = *state == State::Resting;
        if !rests {
            *state = State::Reading;
        }
        rests
    }

    /// Has it read on.
    pub(super) fn end(&self) {
        self.set(State::Reading);
    }

    /// In the thread, before each reading: rests as long as somebody wants that. What was typed before is dropped: it was meant for a
    /// screen that is not there any more.
    pub(super) fn here(&self) {
        if *self.lock() != State::Asked {
            return;
        }
        while event::poll(AT_ONCE).is_ok_and(|is_there| is_there) && event::read().is_ok() {}
        let mut state = self.lock();
        if *state == State::Asked {
            *state = State::Resting;
            self.changed.notify_all();
        }
        let is_resting = |state: &mut State| *state == State::Resting;
        drop(self.changed.wait_while(state, is_resting));
    }
}

/// Wakes a thread that waits for a key: a change of size, which there was none of, is reported like one.
#[cfg(unix)]
fn wake() {
    use rustix::process::{Signal, getpid, kill_process};
    // Without it the next key wakes the thread.
    let _ = kill_process(getpid(), Signal::WINCH);
}

#[cfg(not(unix))]
fn wake() {}
