//! `unstick` alone: the console, composed and opened, drawn or spoken; one for each profile that is opened, and what is in flight let to
//! settle once it has closed.

mod before;
mod configured;
mod ears;
mod engine;
mod opening;
mod recorder;
mod stage;

use std::sync::Arc;

use tokio::sync::mpsc;

use super::browser::Opener;
use super::choice::{Choice, Handed};
use super::connect::Connection;
use super::exit::Exit;
use super::interrupted::unless_stopped;
use super::keeping::{self, Keeper};
use super::look;
use super::names;
use super::output;
use super::recipes::aside::Aside;
use super::reload::Stamps;
use super::switching::{Flags, Next, Start, Switchboard};
use super::trouble::Trouble;
use super::{abandoned, access, way};
use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::opening::Awaited;
use crate::app::planning::recipes::Recipes;
use crate::app::tone::Tone;
use crate::domain::feed::Command;
use crate::domain::ids::RunId;
use crate::domain::item::Timings;
use crate::domain::names::Names;
use crate::engine::ports::Clock;
use crate::journal::{History, NEWEST};
use crate::settings::{Chosen, Grant, Paths, Settings};
use crate::tui::{self, ConsoleError, Seat, Terminal};
use crate::ui::Look;
use before::Before;
use configured::{app_settings, configured};
use ears::Ears;
use engine::{engine, settle};
use opening::{Wait, prepared};
use recorder::Recorder;
use stage::{Around, Stage};

/// Facts on their way to the screen; a slow screen slows the engine.
const FACTS: usize = 256;

/// What lasts from one profile's console to the next.
struct Desk<'a> {
    paths: &'a Paths,
    look: Look,
    flags: Flags,
    /// Who opens a browser, where one may be opened.
    opener: Option<Opener>,
    /// The terminal, while no console has it.
    seat: Option<Seat<Terminal>>,
    /// What the console before left behind; nothing for the first.
    before: Option<Before>,
    /// The newest run that a console before left before it was done.
    unfinished: Option<RunId>,
    /// What runs came to that have not ended all, said once the terminal is given back.
    shortfalls: Vec<String>,
    /// Journals of consoles before, which may have last words.
    recorders: Vec<Recorder>,
    /// What there is to note of the first console's start, said where it stays to be read.
    notes: Vec<String>,
}

/// What a console opens with, beside what it is of.
struct Ready {
    recorder: Recorder,
    kept: Arc<Names>,
    app: App,
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
    let is_seen = !choice.is_spoken();
    let look = if is_seen {
        look::chosen(choice, settings, paths).or_refuse()?
    } else {
        Look::default()
    };
    let mut stops = tui::stops()?;
    let choice = unless_stopped(&mut stops, with_secret(choice, settings)).await?;
    let mut wait = Wait::Silent(stops);
    // A person is told on the terminal as it is where to sign in.
    let by_person = matches!(&settings.chosen, Chosen::Profile(it) if it.grant == Grant::Code);
    if is_seen && !by_person {
        wait = wait.in_view(&choice, settings, paths, look)?;
    }
    let may_open = choice.may_open_a_browser();
    let opener = may_open.then(Opener::begin).transpose()?;
    let prepared = wait.until(prepared(&choice, settings, paths)).await?;
    let mut desk = Desk {
        paths,
        look,
        flags: Flags::of(&choice, &prepared.profile.name),
        opener,
        seat: None,
        before: None,
        unfinished: None,
        shortfalls: Vec::new(),
        recorders: Vec::new(),
        notes: Vec::new(),
    };
    let first = async |connection: &mut Connection| {
        if by_person {
            wait.until(connection.sign_in(&choice)).await?;
            if is_seen {
                wait = wait.in_view(&choice, settings, paths, look)?;
            }
        }
        let tell = wait.teller();
        let entered = async {
            let note = connection.enter_patiently(&tell).await?;
            tell(Awaited::Code);
            let start = Start {
                choice: choice.clone(),
                settings: settings.clone(),
                read,
                wrap_up: connection.wrap_up_if_known().await,
                note,
                held: Vec::new(),
            };
            let ready = desk.ready(connection, &start, &tell).await;
            Ok((start, ready))
        };
        let (start, ready) = wait.until(entered).await?;
        let ears = wait.into_ears(connection.clock)?;
        // On the heap: the whole console is a large thing to carry through every command's future.
        Box::pin(desk.open(connection, start, ready, ears)).await
    };
    let left = prepared.during(first).await;
    let left = match left {
        Ok(left) => desk.go_on(left).await,
        Err(trouble) => Err(trouble),
    };
    desk.say_notes();
    left
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
    /// From one console to the next, until one is left for good.
    async fn go_on(&mut self, mut left: Left) -> Result<Exit, Trouble> {
        loop {
            let Next {
                mut connection,
                mut start,
            } = match left {
                Left::Exit(exit) => return Ok(exit),
                Left::For(next) => *next,
            };
            if let Some(before) = &self.before {
                if before.is_narrowed {
                    self.flags.narrow();
                }
                before.hold(&mut connection, &mut start);
            }
            let following = async |connection: &mut Connection| {
                let ready = self.ready(connection, &start, &|_| ()).await;
                let seat = self
                    .seat
                    .take()
                    .ok_or_else(|| Trouble::silent(Exit::Internal))?;
                let ears = Ears::Seat(Box::new(seat));
                Box::pin(self.open(connection, start, ready, ears)).await
            };
            left = connection.during(following).await?;
        }
    }

    /// Opens the console of a profile, and waits until it was left.
    async fn open(
        &mut self,
        connection: &Connection,
        start: Start,
        ready: Ready,
        ears: Ears,
    ) -> Result<Left, Trouble> {
        let Ready {
            recorder,
            kept,
            app,
        } = ready;
        let (told, facts) = mpsc::channel(FACTS);
        let (engine, task) = engine(connection, recorder.journal.clone(), told)?;
        engine.send(Command::KnowNames(Arc::clone(&kept)));
        let switchboard =
            Switchboard::begin(connection, &self.flags, self.opener.as_ref(), self.paths);
        // A spoken console has no command that asks for another profile, and could not go on as another one.
        let profiles = (!start.choice.is_spoken()).then(|| switchboard.asker());
        let aside = Aside::begin(self.paths);
        let keeper = app.keeping.refusal().is_none();
        let keeper = keeper.then(|| Keeper::of(&app, self.paths));
        let mut last_words = None;
        let around = Around {
            connection,
            choice: &start.choice,
            opener: self.opener.as_ref(),
            settings: &start.settings,
            paths: self.paths,
            kept: &kept,
            read: start.read,
            keeper,
            last_words: &mut last_words,
            profiles,
            recipes: aside.asker(),
        };
        let stage = Stage {
            app,
            look: self.look,
            history: History::at(&self.paths.journal_file(), Timings::default()),
            engine: engine.clone(),
            facts,
        };
        let played = Box::pin(around.open(stage, ears)).await;
        if let Some(last_words) = last_words {
            last_words.wait().await;
        }
        aside.end().await;
        let (left, onward) = match played {
            Ok(played) => {
                self.unfinished = played.unfinished.or(self.unfinished);
                self.shortfalls.extend(played.shortfall);
                (Ok(self.unfinished), played.onward)
            }
            Err(error) => (Err(error), None),
        };
        settle(&engine, task, onward.is_none()).await;
        let bound_for = onward.as_ref().map(|onward| onward.to.clone());
        let next = switchboard.end(bound_for.as_deref()).await;
        if let (Some(next), Some(onward)) = (next, onward) {
            self.flags.leave(onward.before.as_left(&connection.profile));
            self.recorders.push(recorder);
            self.before = Some(onward.before);
            self.seat = Some(onward.seat);
            return Ok(Left::For(Box::new(next)));
        }
        self.say_last_words(&recorder).await;
        if let Some(name) = bound_for {
            let words = format!("{name} could not be opened after all");
            return Err(Trouble::said(Exit::Internal, words).hint("start the program again"));
        }
        exit(left).map(Left::Exit)
    }

    /// The console as it opens: what is known and what is wrong so far, and what the one before left to it.
    async fn ready(
        &mut self,
        connection: &Connection,
        start: &Start,
        tell: &impl Fn(Awaited),
    ) -> Ready {
        if connection.profile.is_pretend() {
            tell(Awaited::Dialect);
        }
        let recipes = way::here(connection, self.paths).await;
        tell(Awaited::Records);
        let recorder = Recorder::of(connection, self.paths);
        let kept = names::kept(connection);
        let mut app = first_view(connection, start, self.paths, &recorder, recipes);
        app.roster.absorb_names(&kept);
        let now = connection.clock.now();
        if let Some(before) = self.before.take() {
            for told in recorder.told() {
                app.notices.warn(told, now);
            }
            before.pass_on(&mut app, start.note.clone(), &start.held);
        } else {
            let told = start.note.clone().into_iter().chain(recorder.told());
            // `unstick runs` looks at all of them.
            let closed = abandoned::close(self.paths, NEWEST).await;
            self.notes = told.chain(closed).collect();
            if app.spoken.is_some() {
                self.say_notes();
            }
            for note in &self.notes {
                app.notices.record_of(Tone::Warn, note, None, now);
            }
        }
        app.remember(connection.accepted(self.paths));
        Ready {
            recorder,
            kept,
            app,
        }
    }

    /// What there is to note of the start, where no console has the terminal.
    fn say_notes(&mut self) {
        for note in self.notes.drain(..) {
            output::words(&note);
        }
    }

    /// Of every journal that was open, now that the terminal is given back.
    async fn say_last_words(&mut self, newest: &Recorder) {
        self.say_notes();
        for recorder in self.recorders.iter().chain([newest]) {
            recorder.last_words().await;
        }
        for shortfall in self.shortfalls.drain(..) {
            output::words(&shortfall);
        }
    }
}

/// The console as it is before anything is asked, with what is wrong so far.
fn first_view(
    connection: &Connection,
    start: &Start,
    paths: &Paths,
    recorder: &Recorder,
    recipes: Recipes,
) -> App {
    let (choice, settings) = (&start.choice, &start.settings);
    let (configured, wrong) = configured(connection, settings, paths);
    let (wrap_up, trouble) = (start.wrap_up.clone(), recorder.trouble.as_ref());
    let chosen = (wrap_up, recipes);
    let told = app_settings(connection, configured, chosen, trouble, paths);
    let mut app = App::new(told);
    if choice.is_spoken() {
        app = app.aloud();
    }
    if let Some(wrong) = wrong {
        app.notices.warn(wrong, connection.clock.now());
    }
    if settings.profiles.is_empty() && choice.profile.is_none() && choice.sandbox.is_none() {
        app.notices.tell(no_profile(&app), connection.clock.now());
    }
    keeping::take_up(&mut app, connection, settings, paths);
    app
}

/// Where nothing is set up.
fn no_profile(app: &App) -> String {
    let how = match &app.spoken {
        None => format!(
            "{} says how to connect one",
            app.key(Mode::Chats, Action::Profiles)
        ),
        Some(_) => "`unstick login` connects one".to_owned(),
    };
    format!("No profile is set up: this is the built-in sandbox. {how}")
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
