//! The console while it is open, drawn or spoken: what it needs around it, from its first turn to its last.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::before::Before;
use super::ears::Ears;
use crate::app::{App, Msg, Signal};
use crate::cli::again;
use crate::cli::browser::Opener;
use crate::cli::choice::Choice;
use crate::cli::connect::Connection;
use crate::cli::keeping::{Keeper, LastWords};
use crate::cli::names;
use crate::cli::reload::{Stamps, Watch};
use crate::cli::report;
use crate::clock::WallClock;
use crate::crash;
use crate::domain::feed::Fact;
use crate::domain::ids::RunId;
use crate::domain::names::Names;
use crate::engine::Engine;
use crate::journal::History;
use crate::settings::{Paths, Settings};
use crate::tui::{self, AskProfile, AskRecipes, Console, ConsoleError, Seat, Terminal, Voice};
use crate::ui::Look;

/// What lies around the console while it is open.
pub(super) struct Around<'a> {
    pub(super) connection: &'a Connection,
    pub(super) choice: &'a Choice,
    /// Who opens a browser, where one may be opened.
    pub(super) opener: Option<&'a Opener>,
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
    /// Who gets other profiles ready.
    pub(super) profiles: Option<AskProfile>,
    /// Who looks recipes up, and compares them.
    pub(super) recipes: AskRecipes,
}

/// What a console is made of beside what lies around it and how it is heard.
pub(super) struct Stage {
    pub(super) app: App,
    pub(super) look: Look,
    pub(super) history: History,
    pub(super) engine: Engine,
    pub(super) facts: mpsc::Receiver<Fact>,
}

impl Stage {
    fn parts(
        self,
        clock: WallClock,
        input: mpsc::Receiver<Msg>,
        stops: mpsc::Receiver<Signal>,
    ) -> tui::Parts<(), WallClock> {
        tui::Parts {
            app: self.app,
            look: self.look,
            screen: (),
            history: self.history,
            clock,
            engine: self.engine,
            facts: self.facts,
            input,
            stops,
        }
    }
}

/// How a console was left.
pub(super) struct Played<S> {
    /// The run that was left before it was done.
    pub(super) unfinished: Option<RunId>,
    /// What its last run came to, where that has not ended all.
    pub(super) shortfall: Option<String>,
    /// Where to, if for another profile.
    pub(super) onward: Option<Onward<S>>,
}

/// From one console to the next.
pub(super) struct Onward<S> {
    /// The profile that the next is for.
    pub(super) to: String,
    pub(super) before: Before,
    /// The terminal, as it is.
    pub(super) seat: Seat<S>,
}

impl Around<'_> {
    /// Opens the console as it is heard, and waits until it was left. The terminal is given back then, before anything is said; but not to
    /// nobody, where another console follows.
    pub(super) async fn open(
        self,
        stage: Stage,
        ears: Ears,
    ) -> Result<Played<Terminal>, ConsoleError> {
        let clock = self.connection.clock;
        let seat = match ears {
            Ears::Lines { input, stops } => {
                let parts = stage.parts(clock, input, stops).before(Voice::new()?);
                let played = Box::pin(self.play(parts)).await?;
                return Ok(Played {
                    unfinished: played.unfinished,
                    shortfall: played.shortfall,
                    onward: None,
                });
            }
            Ears::Seat(mut seat) => {
                seat.forget_typed();
                *seat
            }
        };
        let parts = stage.parts(clock, seat.input, seat.stops);
        Box::pin(self.play(parts.before(seat.screen))).await
    }

    /// Takes turns until the console was left. The terminal is given back then, but not where another console follows on it.
    async fn play<S: tui::Screen>(
        self,
        parts: tui::Parts<S, WallClock>,
    ) -> Result<Played<S>, ConsoleError> {
        let Self {
            connection,
            choice,
            opener,
            paths,
            ..
        } = self;
        let sign_in = again::sign_in(connection, &parts.engine, choice, opener, paths);
        let mut console = Console::new(parts)?
            .with_sign_in(Some(sign_in))
            .with_profiles(self.profiles)
            .with_recipes(Some(self.recipes));
        let overrides = choice.overrides(choice.profile.clone(), choice.sandbox.is_some());
        // It ends with this console. Without a thread to be had nothing is read again.
        let _watched = overrides.ok().and_then(|overrides| {
            let watch = Watch::new(paths, overrides, self.settings, self.read);
            watch.spawn(console.teller()).ok()
        });
        if let Some(keeper) = self.keeper
            && let Ok((wishes, last)) = keeper.spawn(console.teller())
        {
            *self.last_words = Some(last);
            console = console.with_keeper(Some(wishes));
        }
        crash::panic_if_told("console");
        let left = console.run().await;
        let app = console.app();
        let learnt = app.roster.names();
        if learnt != self.kept {
            names::keep(connection, learnt);
        }
        match left {
            // A terminal that goes away in a run is a way of leaving like any other.
            Err(ConsoleError::Terminal(_)) if app.live.is_some() => {}
            left => left?,
        }
        let unfinished = app.unfinished();
        let run = app.live.as_ref().map(|live| &live.run);
        let shortfall = run.and_then(report::shortfall);
        let bound_for = app.profiles.bound_for.clone();
        let onward = bound_for.map(|to| (to, Before::of(app)));
        Ok(Played {
            unfinished,
            shortfall,
            onward: onward.map(|(to, before)| Onward {
                to,
                before,
                seat: console.into_seat(),
            }),
        })
    }
}
