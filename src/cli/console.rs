//! `unstick` alone: the console, composed and opened; and what is in flight let to settle once it has closed.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::choice::Choice;
use super::connect::Connection;
use super::exit::Exit;
use super::interrupted::{interrupted, unless_stopped};
use super::keeping::{self, Keeper};
use super::look;
use super::names;
use super::output;
use super::profiles;
use super::reload::Stamps;
use super::stage::Around;
use super::terminate::{print_unkept, try_journal};
use super::trouble::Trouble;
use super::{abandoned, browser};
use crate::app::action::keymap::Keymap;
use crate::app::action::{Action, Mode};
use crate::app::chats::{Column, OWN_VIEWS, Sort, View};
use crate::app::{App, AppSettings, Configured, Signal, WrapUpCode};
use crate::domain::feed::{Command, Fact};
use crate::domain::item::Timings;
use crate::domain::text::Text;
use crate::engine::Engine;
use crate::engine::ports::Clock;
use crate::genesys::Timeouts;
use crate::journal::{History, Journal, JournalFailure, NEWEST};
use crate::settings::paths::private_folder;
use crate::settings::{Paths, Settings};
use crate::tui::{self, ConsoleError, Terminal, Voice};
use crate::ui::Look;

/// How long requests in flight may take to settle after the console has closed.
const SETTLE: Duration = Duration::from_secs(37);
/// Facts on their way to the screen; a slow screen slows the engine.
const FACTS: usize = 256;

/// What is known before the console is open, beside what was configured.
struct Start {
    look: Look,
    wrap_up: Option<WrapUpCode>,
    /// The files that say something, as they were when they were read.
    read: Stamps,
}

/// Opens the console, and returns when it was left. The settings were read from files with these stamps.
pub(super) async fn run(
    choice: &Choice,
    settings: &Settings,
    paths: &Paths,
    read: Stamps,
) -> Result<Exit, Trouble> {
    let look = if choice.is_spoken() {
        // Nothing is drawn.
        Look::default()
    } else {
        look::chosen(choice, settings, paths).or_refuse()?
    };
    let mut stops = tui::stops()?;
    let prepared = Connection::prepare(choice, settings, paths, Timeouts::default());
    let prepared = unless_stopped(&mut stops, prepared).await?;
    let opened = async |connection: &mut Connection| {
        let entered = async {
            connection.enter_patiently(choice).await?;
            // A code that cannot be resolved now is asked for by the plan: nothing is ended on a guess.
            Ok(connection.wrap_up(None).await.ok().flatten())
        };
        let start = Start {
            look,
            wrap_up: unless_stopped(&mut stops, entered).await?,
            read,
        };
        // On the heap: the whole console is a large thing to carry through every command's future.
        Box::pin(open(connection, choice, settings, paths, start, &mut stops)).await
    };
    prepared.during(opened).await
}

async fn open(
    connection: &Connection,
    choice: &Choice,
    settings: &Settings,
    paths: &Paths,
    start: Start,
    stops: &mut mpsc::Receiver<Signal>,
) -> Result<Exit, Trouble> {
    let Start {
        look,
        wrap_up,
        read,
    } = start;
    let recorder = Recorder::of(connection, paths);
    let (configured, wrong) = configured(connection, settings, paths);
    let trouble = recorder.trouble.as_ref();
    let told = app_settings(connection, configured, wrap_up, trouble, paths);
    let mut app = App::new(told);
    if choice.is_spoken() {
        app = app.aloud();
    }
    if let Some(wrong) = wrong {
        app.notices.warn(wrong, connection.clock.now());
    }
    if settings.profiles.is_empty() && choice.profile.is_none() && choice.sandbox.is_none() {
        let how = match &app.spoken {
            None => format!(
                "{} says how to connect one",
                app.key(Mode::Chats, Action::Profiles)
            ),
            Some(_) => "`unstick login` connects one".to_owned(),
        };
        let words = format!("No profile is set up: this is the built-in sandbox. {how}");
        app.notices.tell(words, connection.clock.now());
    }
    keeping::take_up(&mut app, settings, paths);
    let kept = names::kept(connection);
    app.roster.absorb_names(&kept);
    // `unstick runs` looks at all of them.
    abandoned::close(paths, NEWEST).await;
    app.remember(connection.accepted(paths));
    let spoken = choice.is_spoken().then(tui::lines).transpose()?;
    let signals = match &spoken {
        Some((teller, _)) => tui::signals_beside(teller)?,
        None => tui::signals()?,
    };
    // One that came since is heard by nobody else.
    if stops.try_recv().is_ok() {
        return Err(interrupted());
    }
    let (told, facts) = mpsc::channel(FACTS);
    let (engine, task) = engine(connection, recorder.journal.clone(), told)?;
    engine.send(Command::KnowNames(Arc::clone(&kept)));
    let keeper = app.keeping.refusal().is_none();
    let keeper = keeper.then(|| Keeper::of(&app, paths));
    let mut last_words = None;
    let around = Around {
        connection,
        choice,
        settings,
        paths,
        kept: &kept,
        read,
        keeper,
        last_words: &mut last_words,
    };
    let parts = |app, input| tui::Parts {
        app,
        look,
        screen: (),
        history: History::at(&paths.journal_file(), Timings::default()),
        clock: connection.clock,
        engine: engine.clone(),
        facts,
        input,
        stops: signals,
    };
    let left = async {
        if let Some((_, input)) = spoken {
            let parts = parts(app, input).before(Voice::new());
            return Box::pin(around.play(parts)).await;
        }
        let mut screen = terminal(paths, settings.kitty)?;
        let input = screen.keyboard()?;
        let parts = parts(app, input).before(screen);
        Box::pin(around.play(parts)).await
        // The terminal is given back here, before anything is said.
    }
    .await;
    if let Some(last_words) = last_words {
        last_words.wait().await;
    }
    settle(&engine, task).await;
    recorder.last_words().await;
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

/// The terminal, taken over. Without a folder of our own, what is too long for a clipboard is not copied.
fn terminal(paths: &Paths, kitty: bool) -> std::io::Result<Terminal> {
    let folder = private_folder(&paths.run);
    let folder = folder.is_ok().then(|| paths.run.clone());
    Terminal::enter(browser::open, folder, kitty)
}

/// The journal that runs of this console go into. Without one the console only looks.
struct Recorder {
    journal: Option<Journal>,
    /// Why there is none although the profile may write.
    trouble: Option<JournalFailure>,
}

impl Recorder {
    fn of(connection: &Connection, paths: &Paths) -> Self {
        let opened = connection.profile.write.then(|| try_journal(paths));
        match opened {
            Some(Ok(journal)) => Self {
                journal: Some(journal),
                trouble: None,
            },
            Some(Err(failure)) => Self {
                journal: None,
                trouble: Some(failure),
            },
            None => Self {
                journal: None,
                trouble: None,
            },
        }
    }

    /// Says what the screen had no room for, now that it is given back.
    async fn last_words(&self) {
        if let Some(failure) = &self.trouble {
            output::words(&format!("warning: read-only: {failure}"));
        }
        if let Some(journal) = &self.journal {
            print_unkept(journal).await;
        }
    }
}

/// An engine that may carry plans out, or one that can only look.
fn engine(
    connection: &Connection,
    journal: Option<Journal>,
    facts: mpsc::Sender<Fact>,
) -> Result<(Engine, JoinHandle<()>), Trouble> {
    if let Some(journal) = journal {
        return Ok(Engine::spawn(connection.parts(journal, true)?, facts));
    }
    Ok(Engine::spawn_read_only(
        connection.client.clone(),
        connection.clock,
        connection.limiter.clone(),
        connection.profile.limits.horizon_days,
        facts,
    ))
}

/// Starts nothing new and waits for what is in flight; a signal stops the waiting, the next one exits.
async fn settle(engine: &Engine, mut task: JoinHandle<()>) {
    engine.send(Command::Shutdown);
    let Ok(mut stops) = tui::stops() else { return };
    let quick = Duration::from_millis(300);
    if tokio::time::timeout(quick, &mut task).await.is_ok() {
        return;
    }
    output::words("letting what is in flight settle (35 s at most; Ctrl-C leaves at once)");
    tokio::select! {
        _ = &mut task => {}
        _ = stops.recv() => {}
        () = tokio::time::sleep(SETTLE) => {}
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
    paths: &Paths,
) -> AppSettings {
    let exports = History::at(&paths.journal_file(), Timings::default()).exports();
    let profile = &connection.profile;
    AppSettings {
        scope: connection.scope.clone(),
        label: profile.label.clone(),
        place: connection.place.clone(),
        api_url: profile.api_url().as_str().to_owned(),
        exports: tui::shown_path(&exports),
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
