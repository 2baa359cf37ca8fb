//! `unstick` alone: the console, composed and opened; and what is in flight let to settle once it has closed.

mod before;
mod engine;
mod recorder;

use std::sync::Arc;

use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::access;
use super::choice::{Choice, Handed};
use super::connect::Connection;
use super::exit::Exit;
use super::interrupted::{interrupted, unless_stopped};
use super::look;
use super::names;
use super::output;
use super::profiles;
use super::reload::{Stamps, Watch};
use super::switching::{Flags, Next, Start, Switchboard};
use super::trouble::Trouble;
use super::{abandoned, again, browser};
use crate::app::action::keymap::Keymap;
use crate::app::action::{Action, Mode};
use crate::app::chats::{Column, OWN_VIEWS, Sort, View};
use crate::app::{App, AppSettings, Configured, Signal, WrapUpCode};
use crate::crash;
use crate::domain::feed::Command;
use crate::domain::ids::RunId;
use crate::domain::item::Timings;
use crate::domain::text::Text;
use crate::engine::ports::Clock;
use crate::genesys::Timeouts;
use crate::journal::{History, JournalFailure, NEWEST};
use crate::settings::{Chosen, Paths, Settings};
use crate::tui::{self, Console, ConsoleError, Seat, Terminal};
use crate::ui::Look;
use before::Before;
use engine::{engine, settle};
use recorder::Recorder;

/// Facts on their way to the screen; a slow screen slows the engine.
const FACTS: usize = 256;

/// What lasts from one profile's console to the next.
struct Desk<'a> {
    paths: &'a Paths,
    look: Look,
    flags: Flags,
    /// The terminal, while no console has it.
    seat: Option<Seat<Terminal>>,
    /// What the console before left behind; nothing for the first.
    before: Option<Before>,
    /// Journals of consoles before, which may have last words.
    recorders: Vec<Recorder>,
}

/// How a console was left.
enum Left {
    /// For good.
    Exit(Exit),
    /// For another profile.
    For(Box<Next>),
}

/// Opens the console, and returns when it was left. The settings were read from files with these stamps.
pub(super) async fn run(
    choice: &Choice,
    settings: &Settings,
    paths: &Paths,
    read: Stamps,
) -> Result<Exit, Trouble> {
    let look = look::chosen(choice, settings, paths).or_refuse()?;
    let mut stops = tui::stops()?;
    let choice = unless_stopped(&mut stops, with_secret(choice, settings)).await?;
    let prepared = Connection::prepare(&choice, settings, paths, Timeouts::default());
    let prepared = unless_stopped(&mut stops, prepared).await?;
    let mut desk = Desk {
        paths,
        look,
        flags: Flags::of(&choice, &prepared.profile.name),
        seat: None,
        before: None,
        recorders: Vec::new(),
    };
    let first = async |connection: &mut Connection| {
        let entered = async {
            connection.enter_patiently(&choice).await?;
            // A code that cannot be resolved now is asked for by the plan: nothing is ended on a guess.
            Ok(connection.wrap_up(None).await.ok().flatten())
        };
        let wrap_up = unless_stopped(&mut stops, entered).await?;
        let start = Start {
            choice: choice.clone(),
            settings: settings.clone(),
            read,
            wrap_up,
            note: None,
        };
        // On the heap: the whole console is a large thing to carry through every command's future.
        Box::pin(desk.open(connection, start, &mut stops)).await
    };
    let mut left = prepared.during(first).await?;
    loop {
        let Next {
            mut connection,
            mut start,
        } = match left {
            Left::Exit(exit) => return Ok(exit),
            Left::For(next) => *next,
        };
        if desk
            .before
            .as_ref()
            .is_some_and(|before| before.is_narrowed)
        {
            desk.flags.narrow();
            (start.choice.read_only, start.choice.write) = (true, false);
            connection.profile.write = false;
        }
        let following = async |connection: &mut Connection| {
            Box::pin(desk.open(connection, start, &mut stops)).await
        };
        left = connection.during(following).await?;
    }
}

/// The flags, with the secret that they hand over for the profile that is opened: it can be read once.
async fn with_secret(choice: &Choice, settings: &Settings) -> Result<Choice, Trouble> {
    let mut choice = choice.clone();
    if matches!(settings.chosen, Chosen::Profile(_)) {
        choice.handed = match access::secret_given(&choice).await? {
            Some(secret) => Handed::Known(secret),
            None => Handed::Nothing,
        };
    }
    Ok(choice)
}

impl Desk<'_> {
    /// Opens the console of a profile, and waits until it was left.
    async fn open(
        &mut self,
        connection: &Connection,
        start: Start,
        stops: &mut mpsc::Receiver<Signal>,
    ) -> Result<Left, Trouble> {
        let paths = self.paths;
        let before = self.before.take();
        let Start {
            choice,
            settings,
            read,
            wrap_up,
            note,
        } = start;
        let recorder = Recorder::of(connection, paths, before.is_none());
        let (configured, wrong) = configured(connection, &settings, paths);
        let trouble = recorder.trouble.as_ref();
        let mut app = App::new(app_settings(connection, configured, wrap_up, trouble));
        if let Some(wrong) = wrong {
            app.notices.warn(wrong, connection.clock.now());
        }
        if settings.profiles.is_empty() && choice.profile.is_none() && choice.sandbox.is_none() {
            let key = app.key(Mode::Chats, Action::Profiles);
            let words = format!(
                "No profile is set up: this is the built-in sandbox. {key} says how to connect one"
            );
            app.notices.tell(words, connection.clock.now());
        }
        let kept = names::kept(connection);
        app.roster.absorb_names(&kept);
        match &before {
            Some(before) => {
                for told in recorder.told() {
                    app.notices.warn(told, connection.clock.now());
                }
                before.pass_on(&mut app, note);
            }
            // `unstick runs` looks at all of them.
            None => abandoned::close(paths, NEWEST).await,
        }
        app.remember(connection.accepted(paths));
        let signals = if self.seat.is_none() {
            Some(tui::signals()?)
        } else {
            None
        };
        // One that came since is heard by nobody else.
        if before.is_none() && stops.try_recv().is_ok() {
            return Err(interrupted());
        }
        let (told, facts) = mpsc::channel(FACTS);
        let (engine, task) = engine(connection, recorder.journal.clone(), told)?;
        engine.send(Command::KnowNames(Arc::clone(&kept)));
        let seat = self.seat(signals)?;
        let switchboard = Switchboard::begin(connection, &self.flags, paths);
        let left = async {
            let mut console = Console::new(tui::Parts {
                app,
                look: self.look,
                screen: seat.screen,
                history: History::at(&paths.journal_file(), Timings::default()),
                clock: connection.clock,
                engine: engine.clone(),
                facts,
                input: seat.input,
                stops: seat.stops,
            })?
            .with_sign_in(Some(again::sign_in(connection, &engine, &choice, paths)))
            .with_profiles(switchboard.asker());
            let overrides = choice.overrides(choice.profile.clone(), choice.sandbox.is_some());
            if let Ok(overrides) = overrides {
                // It ends with the console, which it tells.
                Watch::new(paths, overrides, &settings, read).spawn(console.teller());
            }
            crash::panic_if_told("console");
            let left = console.run().await;
            let app = console.app();
            let learnt = app.roster.names();
            if *learnt != kept {
                names::keep(connection, learnt);
            }
            left?;
            let unfinished = app.unfinished();
            let bound_for = app.profiles.bound_for.clone();
            if bound_for.is_some() {
                self.before = Some(Before::of(app));
                self.seat = Some(console.into_seat());
            }
            Ok((unfinished, bound_for))
            // The terminal is given back here, before anything is said; but not to nobody, where another console follows.
        }
        .await;
        let bound_for = left
            .as_ref()
            .ok()
            .and_then(|(_, bound_for)| bound_for.clone());
        settle(&engine, task, bound_for.is_none()).await;
        if let Some(next) = switchboard.end(bound_for.as_deref()).await {
            self.recorders.push(recorder);
            return Ok(Left::For(Box::new(next)));
        }
        self.seat = None;
        for recorder in self.recorders.iter().chain([&recorder]) {
            recorder.last_words().await;
        }
        exit(left.map(|(unfinished, _)| unfinished)).map(Left::Exit)
    }

    /// The terminal: taken over now, or as the console before left it.
    fn seat(&mut self, signals: Option<mpsc::Receiver<Signal>>) -> Result<Seat<Terminal>, Trouble> {
        match (self.seat.take(), signals) {
            (Some(mut seat), _) => {
                seat.forget_typed();
                Ok(seat)
            }
            (None, stops) => {
                let screen = Terminal::enter(browser::open)?;
                let input = tui::keyboard()?;
                let stops = stops.map_or_else(tui::signals, Ok)?;
                Ok(Seat {
                    screen,
                    input,
                    stops,
                })
            }
        }
    }
}

/// The exit code of a console that was left, with a run that was not done or without one.
fn exit(left: Result<Option<RunId>, ConsoleError>) -> Result<Exit, Trouble> {
    match left {
        Ok(None) => Ok(Exit::Done),
        Ok(Some(run)) => {
            output::words(&format!(
                "run {run} was left before it was done: unstick runs resume {}",
                run.0
            ));
            Ok(Exit::NotEnded)
        }
        // A terminal that has gone is a way of leaving, and there is nobody left to tell.
        Err(ConsoleError::Terminal(_)) => Ok(Exit::Interrupted),
        Err(error @ (ConsoleError::EngineGone | ConsoleError::Panicked)) => {
            Err(Trouble::new(Exit::Internal, error)
                .hint("what was done is in the journal: unstick runs"))
        }
    }
}

/// What the console goes by, and the first thing of it that cannot be used.
fn configured(
    connection: &Connection,
    settings: &Settings,
    paths: &Paths,
) -> (Configured, Option<String>) {
    let (keys, bad) = Keymap::of(&settings.keys);
    let columns =
        |said: Option<&Vec<String>>| Column::named(said.into_iter().flatten().map(String::as_str));
    let views = settings.views.iter().take(OWN_VIEWS).map(|view| View {
        name: Text::clean(&view.name),
        filter: view.filter.clone().unwrap_or_default(),
        sort: view.sort.as_deref().and_then(Sort::named),
        columns: columns(view.columns.as_ref()),
    });
    let file = settings.config.clone();
    let file = file.unwrap_or_else(|| paths.config_file());
    let sort = settings.ui.sort.as_deref().and_then(Sort::named);
    let configured = Configured {
        thresholds: connection.thresholds.clone(),
        rules: connection.rules.clone(),
        recent_reply: connection.profile.limits.recent_reply,
        keys,
        views: views.collect(),
        sort: sort.unwrap_or_default(),
        columns: columns(settings.ui.columns.as_ref()),
        manners: look::manners(&settings.ui),
        profiles: profiles::known(settings),
        file: Some(file.display().to_string()),
        is_named: settings.is_named,
    };
    let wrong = bad.first().map(|bad| {
        let what = Text::clean(&bad.what);
        format!("keys: {what}. The others apply: unstick config check")
    });
    (configured, wrong)
}

fn app_settings(
    connection: &Connection,
    configured: Configured,
    wrap_up: Option<WrapUpCode>,
    trouble: Option<&JournalFailure>,
) -> AppSettings {
    let profile = &connection.profile;
    AppSettings {
        scope: connection.scope.clone(),
        label: profile.label.clone(),
        place: connection.place.clone(),
        writes: profile.write && trouble.is_none(),
        no_writes: trouble.map(JournalFailure::short),
        max_batch: profile.limits.max_batch,
        max_parallel: profile.limits.max_parallel,
        per_minute: profile.limits.requests_per_minute,
        require_note: profile.limits.require_note,
        configured,
        wrap_up,
        privacy: profile.privacy,
        zone: TimeZone::system(),
        started: connection.clock.now(),
    }
}
