//! What a console is put together from, with a screen or before it has one.

use tokio::sync::mpsc;

use crate::app::{App, Msg, Signal};
use crate::domain::feed::Fact;
use crate::engine::Engine;
use crate::journal::History;
use crate::ui::Look;

/// What a console is made of.
#[derive(Debug)]
pub struct Parts<S, C> {
    /// The console as a value.
    pub app: App,
    /// How it looks.
    pub look: Look,
    /// Where it is drawn.
    pub screen: S,
    /// Past runs.
    pub history: History,
    /// The time.
    pub clock: C,
    /// Who carries out what it asks for.
    pub engine: Engine,
    /// What the engine tells.
    pub facts: mpsc::Receiver<Fact>,
    /// Keys, pastes and sizes.
    pub input: mpsc::Receiver<Msg>,
    /// Wishes of the system.
    pub stops: mpsc::Receiver<Signal>,
}

impl<C> Parts<(), C> {
    /// The same, before a screen.
    pub fn before<S>(self, screen: S) -> Parts<S, C> {
        Parts {
            app: self.app,
            look: self.look,
            screen,
            history: self.history,
            clock: self.clock,
            engine: self.engine,
            facts: self.facts,
            input: self.input,
            stops: self.stops,
        }
    }
}
