//! Who typed, or the system, wants to leave: by Ctrl-C, a signal, or the end of input. What only says again that nobody is there any more is
//! no second wish, for that would not wait for what is in flight.

use jiff::Timestamp;

use super::say;
use crate::app::{App, Effect, Overlay, Signal, confirm, running};

/// Ctrl-C was pressed: what it does is told like everything else.
pub(crate) fn note_interrupt(app: &mut App) {
    if let Some(spoken) = &mut app.spoken {
        spoken.interrupted += 1;
        spoken.queue.clear();
        spoken.awaited = None;
    }
}

/// A signal to leave came. Whether it says nothing new of a run that is being stopped already: that the terminal is gone, or once more what
/// the end of input said.
pub(crate) fn was_known(app: &mut App, signal: Signal) -> bool {
    let is_stopping = app.is_running() && running::is_stopping(app);
    let Some(spoken) = &mut app.spoken else {
        return false;
    };
    let says_the_end_again = std::mem::take(&mut spoken.is_signal_due);
    is_stopping && (says_the_end_again || signal == Signal::HangUp)
}

/// Nobody types any more: what was asked for is answered, then the console leaves. A run is stopped as by a signal, unless it was stopped
/// already or is waited for, and nothing is started.
pub(crate) fn ended(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let Some(spoken) = &mut app.spoken else {
        return Vec::new();
    };
    spoken.is_ending = true;
    if matches!(app.overlay, Some(Overlay::Confirm(_))) {
        confirm::call_off(app, now);
    }
    let is_leaving = std::mem::replace(&mut app.is_leaving, true);
    if !app.is_running() {
        return Vec::new();
    }
    let is_stopping = running::is_stopping(app);
    let (words, is_news) = match (is_stopping, is_leaving) {
        (true, _) => ("Input has ended: leaving when the run has stopped.", false),
        (false, true) => ("Input has ended: leaving when the run is done.", false),
        (false, false) => ("Input has ended: the run is stopped.", true),
    };
    say(app, words);
    if let Some(spoken) = app.spoken.as_mut().filter(|_| is_news) {
        spoken.is_signal_due = true;
    }
    if is_news {
        running::interrupt(app, now)
    } else {
        Vec::new()
    }
}
