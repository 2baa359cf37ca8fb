//! How a console is waited for until it can be opened: in view on the terminal that it will have, or in silence, where nothing is drawn.

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::ears::{Ears, terminal};
use super::exit;
use crate::app::Signal;
use crate::app::action::keymap::Keymap;
use crate::app::opening::{Awaited, Opening};
use crate::cli::choice::Choice;
use crate::cli::connect::{Connection, place_of};
use crate::cli::exit::Exit;
use crate::cli::interrupted::{interrupted, unless_stopped};
use crate::cli::pretend::Pretend;
use crate::cli::trouble::Trouble;
use crate::clock::WallClock;
use crate::engine::ports::Clock;
use crate::genesys::Timeouts;
use crate::settings::profile::{SANDBOX, SANDBOX_LABEL};
use crate::settings::region::shown;
use crate::settings::{Chosen, Paths, Settings};
use crate::tui::{self, Opener, Seat, Terminal};
use crate::ui::Look;

/// Until a console can be opened.
pub(super) enum Wait {
    /// Nothing is drawn.
    Silent(mpsc::Receiver<Signal>),
    /// On its terminal.
    Seen(Box<Opener<Terminal, WallClock>>),
}

impl Wait {
    /// From now on in view: the terminal is taken over, and shows what is opened.
    pub(super) fn in_view(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
        look: Look,
    ) -> Result<Self, Trouble> {
        let Self::Silent(mut before) = self else {
            return Ok(self);
        };
        let stops = tui::signals()?;
        // One that came since is heard by nobody else.
        if before.try_recv().is_ok() {
            return Err(interrupted());
        }
        let mut screen = terminal(paths, settings.kitty)?;
        let input = screen.keyboard()?;
        let seat = Seat {
            screen,
            input,
            stops,
        };
        let clock = WallClock::start();
        let opening = opening(choice, settings, paths, clock);
        let opener = Opener::new(seat, opening, look, clock).map_err(given_up)?;
        Ok(Self::Seen(Box::new(opener)))
    }

    /// A way to tell what is waited for.
    pub(super) fn teller(&self) -> impl Fn(Awaited) + use<> {
        let told = match self {
            Self::Silent(_) => None,
            Self::Seen(opener) => Some(opener.teller()),
        };
        move |awaited| {
            if let Some(told) = &told {
                // Nobody hears it any more where somebody has left.
                let _ = told.send(awaited);
            }
        }
    }

    /// Works until it is done or somebody leaves, whichever is first.
    pub(super) async fn until<T>(
        &mut self,
        work: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        match self {
            Self::Silent(stops) => unless_stopped(stops, work).await,
            // On the heap, as there.
            Self::Seen(opener) => match opener.wait(Box::pin(work)).await {
                Ok(Some(done)) => done,
                Ok(None) => Err(interrupted()),
                Err(error) => Err(given_up(error)),
            },
        }
    }

    /// How the console is heard that was waited for.
    pub(super) fn into_ears(self, clock: WallClock) -> Result<Ears, Trouble> {
        match self {
            Self::Seen(opener) => Ok(Ears::Seat(Box::new(opener.into_seat()))),
            Self::Silent(mut before) => {
                let ears = Ears::Lines {
                    input: tui::lines(clock)?,
                    stops: tui::signals()?,
                };
                // One that came since is heard by nobody else.
                if before.try_recv().is_ok() {
                    return Err(interrupted());
                }
                Ok(ears)
            }
        }
    }
}

/// The terminal was lost before there was a console.
fn given_up(error: tui::ConsoleError) -> Trouble {
    match exit(Err(error)) {
        Ok(exit) => Trouble::silent(exit),
        Err(trouble) => trouble,
    }
}

/// What is known before anything is asked.
fn opening(choice: &Choice, settings: &Settings, paths: &Paths, clock: WallClock) -> Opening {
    let (label, profile, place, writes) = match &settings.chosen {
        Chosen::Profile(profile) => (
            profile.label.clone(),
            profile.name.clone(),
            place_of(profile),
            profile.write,
        ),
        Chosen::Sandbox => (
            SANDBOX_LABEL.to_owned(),
            SANDBOX.to_owned(),
            shown(&Pretend::meant(choice.wanted_sandbox(), paths)),
            !settings.is_read_only(),
        ),
    };
    let (keys, _) = Keymap::of(&settings.keys);
    Opening {
        label,
        profile,
        place,
        writes,
        keys,
        awaited: Awaited::Ready,
        began: clock.now(),
    }
}

/// Everything that needs no request, away from here: what takes its time there, a keyring or a large sandbox, must not keep a key from being
/// heard.
pub(super) async fn prepared(
    choice: &Choice,
    settings: &Settings,
    paths: &Paths,
) -> Result<Connection, Trouble> {
    let (choice, settings, paths) = (choice.clone(), settings.clone(), paths.clone());
    // It ends with this.
    let mut task = JoinSet::new();
    task.spawn(async move {
        Connection::prepare(&choice, &settings, &paths, Timeouts::default()).await
    });
    match task.join_next().await {
        Some(Ok(prepared)) => prepared,
        // It panicked, which was said already.
        _ => Err(Trouble::silent(Exit::Internal)),
    }
}
