//! The console while it is open, drawn or spoken: what it needs around it, from its first turn to its last.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::choice::Choice;
use super::connect::Connection;
use super::keeping::{Keeper, LastWords};
use super::reload::{Stamps, Watch};
use super::{names, person};
use crate::app::Msg;
use crate::clock::WallClock;
use crate::crash;
use crate::domain::feed::Command;
use crate::domain::ids::RunId;
use crate::domain::names::Names;
use crate::engine::Engine;
use crate::settings::{Grant, Paths, Settings};
use crate::tui::{self, Console, ConsoleError, SignIn};

/// What lies around the console while it is open.
pub(super) struct Around<'a> {
    pub(super) connection: &'a Connection,
    pub(super) choice: &'a Choice,
    pub(super) settings: &'a Settings,
    pub(super) paths: &'a Paths,
    /// The names that were known before.
    pub(super) kept: &'a Arc<Names>,
    /// The files that say something, as they were when they were read.
    pub(super) read: Stamps,
    /// Who keeps what the next start finds again.
    pub(super) keeper: Option<Keeper>,
    /// What of that is still being written once the console has closed.
    pub(super) last_words: &'a mut Option<LastWords>,
}

impl Around<'_> {
    /// Takes turns until the console was left; answers which run it left before it was done.
    pub(super) async fn play<S: tui::Screen>(
        self,
        parts: tui::Parts<S, WallClock>,
    ) -> Result<Option<RunId>, ConsoleError> {
        let Self {
            connection, choice, ..
        } = self;
        let sign_in = sign_in(connection, &parts.engine, choice);
        let mut console = Console::new(parts)?.with_sign_in(sign_in);
        let overrides = choice.overrides(choice.profile.clone(), choice.sandbox.is_some());
        if let Ok(overrides) = overrides {
            // It ends with the console, which it tells.
            let watch = Watch::new(self.paths, overrides, self.settings, self.read);
            watch.spawn(console.teller());
        }
        if let Some(keeper) = self.keeper
            && let Ok((wishes, last)) = keeper.spawn(console.teller())
        {
            *self.last_words = Some(last);
            console = console.with_keeper(Some(wishes));
        }
        crash::panic_if_told("console");
        let left = console.run().await;
        let learnt = console.app().roster.names();
        if learnt != self.kept {
            names::keep(connection, learnt);
        }
        left?;
        Ok(console.app().unfinished())
    }
}

/// How a person signs in again, one attempt at a time; afterwards the list is asked for at once.
fn sign_in(connection: &Connection, engine: &Engine, choice: &Choice) -> Option<SignIn> {
    if connection.profile.grant != Grant::Code {
        return None;
    }
    let may_open = choice.may_open_a_browser();
    let org_id = connection.scope.org_id.clone();
    let (client, limiter) = (connection.client.clone(), connection.limiter.clone());
    let (engine, busy) = (engine.clone(), Arc::new(Mutex::new(())));
    Some(SignIn::new(move |answers| {
        let (client, limiter, org_id) = (client.clone(), limiter.clone(), org_id.clone());
        let (engine, busy) = (engine.clone(), Arc::clone(&busy));
        tokio::spawn(async move {
            let Ok(_one) = busy.try_lock() else { return };
            let again = person::again(&client, &limiter, may_open, &org_id).await;
            let said = again.map_or_else(|why| why, |()| "signed in again".to_owned());
            // Nobody listens any more once the console has left.
            let _ = answers.send(Msg::Said(said));
            engine.send(Command::Refresh);
        });
    }))
}
