//! What a console leaves to the one that follows it, for another profile on the same terminal.

use tokio::sync::mpsc;

use super::{AskProfile, Console, Parts, Screen};
use crate::app::{Msg, Signal};
use crate::engine::ports::Clock;

/// What a console leaves to the one that follows it on the same terminal.
#[derive(Debug)]
pub struct Seat<S> {
    /// Where it was drawn.
    pub screen: S,
    /// Keys, pastes and sizes.
    pub input: mpsc::Receiver<Msg>,
    /// Wishes of the system.
    pub stops: mpsc::Receiver<Signal>,
}

impl<S> Seat<S> {
    /// What was typed for the console that was left is not meant for the next.
    pub fn forget_typed(&mut self) {
        while self.input.try_recv().is_ok() {}
    }
}

impl<S: Screen, C: Clock> Console<S, C> {
    /// The same console, from which another profile can be opened.
    pub fn with_profiles(mut self, profiles: Option<AskProfile>) -> Self {
        self.profiles = profiles;
        self
    }

    /// Leaves, and keeps the terminal as it is for the console that follows.
    pub fn into_seat(self) -> Seat<S> {
        let Parts {
            screen,
            input,
            stops,
            ..
        } = self.parts;
        Seat {
            screen,
            input,
            stops,
        }
    }
}
