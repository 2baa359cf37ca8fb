//! Past runs from the journal; and runs that were cut short, which are offered for resuming and never resumed by themselves.

pub mod words;

use jiff::Timestamp;

use super::action::{Action, Mode};
use super::confirm::{Confirm, Deed};
use super::extent::{Class, Extent};
use super::msg::{PastRun, RunRecord, RunsFound};
use super::narrowing::Narrowing;
use super::report::Report;
use super::run_log::{RunLog, Whose};
use super::scroll::follow;
use super::update::step_of;
use super::{App, Effect, Overlay, Screen, why_not};
use crate::domain::fact::FinalState;
use crate::domain::ids::RunId;

/// The journal's runs as far as they are known.
#[derive(Debug, Default)]
pub struct History {
    /// Newest first; absent until the journal answered.
    pub runs: Option<Vec<PastRun>>,
    /// Why they, or some of them, cannot be read.
    pub error: Option<String>,
    /// How many are there and cannot be read.
    pub damaged: usize,
    /// What is known of those before the oldest of them.
    pub older: Older,
    wanted: Option<Wanted>,
    /// The number of the newest look at the journal.
    look: u32,
    /// How often the journal has answered.
    answers: u32,
}

/// Runs that are older than all that are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Older {
    /// There are none.
    #[default]
    None,
    /// They are being read.
    Awaited,
    /// There are some, and they are not read here.
    Left,
    /// They cannot be read.
    Unreadable,
}

/// A run that somebody waits for, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Wanted {
    run: RunId,
    what_for: WhatFor,
    /// Where it was asked for.
    from: Mode,
}

/// What a run is loaded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WhatFor {
    Report,
    Resume,
}

/// The screen's own state.
#[derive(Debug, Default)]
pub struct RunsScreen {
    /// The run that the cursor is on; without one it is on the newest.
    pub at: Option<RunId>,
    /// The first line on screen.
    pub top: usize,
    /// What narrows it down.
    pub narrowing: Narrowing,
}

impl RunsScreen {
    /// The runs that are shown, newest first.
    pub fn shown<'a>(&self, history: &'a History) -> Vec<&'a PastRun> {
        let runs = history.runs.iter().flatten();
        runs.filter(|run| !self.narrowing.is_on() || self.narrowing.fits(&words::haystack(run)))
            .collect()
    }

    /// The line of the cursor. Where its run is not shown that is the next older one, else the last.
    pub fn line(&self, shown: &[&PastRun]) -> usize {
        let Some(at) = self.at else { return 0 };
        let found = shown.iter().position(|run| run.id <= at);
        found.unwrap_or(shown.len().saturating_sub(1))
    }

    /// The run under the cursor.
    pub fn chosen<'a>(&self, history: &'a History) -> Option<&'a PastRun> {
        let shown = self.shown(history);
        shown.get(self.line(&shown)).copied()
    }
}

/// Rows at the foot: what is known of the chosen run, and where there is room what runs come to.
pub fn foot(extent: Extent) -> usize {
    match extent.class() {
        Class::Wide => 15,
        Class::Normal => 4,
        _ => 0,
    }
}

/// Rows of the list: all but heading, heads, foot, status and hints.
fn rows(extent: Extent) -> usize {
    extent.page_rows().saturating_sub(1 + foot(extent)).max(1)
}

impl History {
    /// The number of the newest look at the journal: answers to earlier ones are dropped.
    pub fn newest_look(&self) -> u32 {
        self.look
    }

    /// How often the journal has answered which runs there are.
    pub(crate) fn answers(&self) -> u32 {
        self.answers
    }

    /// A run is on its way from the journal.
    pub(crate) fn is_waiting(&self) -> bool {
        self.wanted.is_some()
    }

    /// The newest run of this organisation that was cut short.
    pub fn unfinished(&self, org_id: &str) -> Option<&PastRun> {
        self.runs
            .iter()
            .flatten()
            .find(|run| run.finished.is_none() && run.org_id == org_id && run.open_count() > 0)
    }
}

/// The words that offer a run for resuming.
pub fn offer(app: &App, run: &PastRun) -> String {
    let key = app.key(Mode::Chats, Action::Resume);
    format!(
        "Run {} was cut short: {} of {} unsettled. {key} resumes it, by its phrase",
        run.id,
        run.open_count(),
        run.tally.planned
    )
}

/// Looks at the journal anew.
pub(crate) fn look(app: &mut App) -> Effect {
    app.history.look = app.history.look.wrapping_add(1);
    Effect::LoadHistory(app.history.look)
}

/// The journal answered. What an earlier look brings is older than what this one will.
pub(crate) fn arrived(app: &mut App, look: u32, answer: Result<RunsFound, String>) -> Vec<Effect> {
    let history = &mut app.history;
    if look != history.look {
        return Vec::new();
    }
    history.answers = history.answers.wrapping_add(1);
    match answer {
        Ok(found) => {
            history.error = words::damage(&found.damaged);
            history.damaged = found.damaged.len();
            history.older = if found.has_older {
                Older::Left
            } else {
                Older::None
            };
            history.runs = Some(found.runs);
        }
        Err(why) => {
            history.error = Some(why);
            if history.older == Older::Awaited {
                history.older = Older::Unreadable;
            }
        }
    }
    fit(app);
    Vec::new()
}

/// The newest runs came first. Older ones that are known stay until all of them come.
pub(crate) fn newest_came(app: &mut App, look: u32, mut newest: Vec<PastRun>) -> Vec<Effect> {
    if look != app.history.look {
        return Vec::new();
    }
    let oldest = newest.last().map(|run| run.id);
    let known = app.history.runs.take();
    // Until all of them came once, no look says that there are no others.
    if known.is_none() || app.history.older == Older::Unreadable {
        app.history.older = Older::Awaited;
    }
    let older = known.into_iter().flatten();
    newest.extend(older.filter(|run| oldest.is_some_and(|oldest| run.id < oldest)));
    app.history.runs = Some(newest);
    fit(app);
    Vec::new()
}

/// Opens the list of past runs.
pub(crate) fn open(app: &mut App) -> Vec<Effect> {
    app.screens.push(Screen::Runs(RunsScreen::default()));
    vec![look(app)]
}

/// From the list: loads the newest run that was cut short, for its phrase.
pub(crate) fn resume_newest(app: &mut App) -> Vec<Effect> {
    let newest = app.history.unfinished(&app.settings.scope.org_id).cloned();
    newest.map_or_else(Vec::new, |run| load_to_resume(app, &run))
}

fn load_to_resume(app: &mut App, run: &PastRun) -> Vec<Effect> {
    // Asked again here: nothing but this loads a run for its phrase.
    if why_not::no_resume(app, Some(run)).is_some() {
        return Vec::new();
    }
    load(app, run.id, WhatFor::Resume)
}

fn load(app: &mut App, run: RunId, what_for: WhatFor) -> Vec<Effect> {
    app.history.wanted = Some(Wanted {
        run,
        what_for,
        from: app.mode(),
    });
    vec![Effect::LoadRun(run)]
}

/// Whoever has gone elsewhere does not wait for a run any more: nothing opens over what they do now.
pub(crate) fn give_up(app: &mut App) {
    let mode = app.mode();
    app.history.wanted.take_if(|wanted| wanted.from != mode);
}

/// A run came from the journal.
pub(crate) fn loaded(
    app: &mut App,
    id: RunId,
    answer: Result<Box<RunRecord>, String>,
    now: Timestamp,
) -> Vec<Effect> {
    let Some(wanted) = app.history.wanted.take_if(|wanted| wanted.run == id) else {
        // Asked for by a screen that is gone, or before another one.
        return Vec::new();
    };
    let record = match answer {
        Ok(record) => record,
        Err(why) => {
            app.notices
                .warn(format!("run {id} cannot be read: {why}"), now);
            return Vec::new();
        }
    };
    let log = RunLog::of_record(*record, &app.roster);
    let count = log.run.open_items().count();
    let unresolved = log.run.tally().of(FinalState::Unresolved);
    let profile = log.run.header.plan.profile.clone();
    match wanted.what_for {
        WhatFor::Report => {
            app.past = Some(log);
            app.screens.push(Screen::Report(Report::new(Whose::Past)));
            super::report::fit(app);
        }
        WhatFor::Resume if !log.run.has_more_to_do() => {
            app.notices
                .tell(format!("run {id} has nothing left to resume"), now);
        }
        WhatFor::Resume if !app.is_running() => {
            app.past = Some(log);
            let deed = Deed::Resume {
                run: id,
                profile,
                count,
                unresolved,
            };
            app.overlay = Some(Overlay::Confirm(Box::new(Confirm::of(deed))));
        }
        WhatFor::Resume => {}
    }
    Vec::new()
}

/// Does an action of the list of past runs.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let rows = rows(app.extent);
    let Some(Screen::Runs(screen)) = app.screens.last_mut() else {
        return Vec::new();
    };
    let shown = screen.shown(&app.history);
    if let Some(step) = step_of(action) {
        let line = step.from(screen.line(&shown), rows, shown.len());
        screen.at = shown.get(line).map(|run| run.id);
        fit(app);
        return Vec::new();
    }
    let chosen = shown.get(screen.line(&shown)).map(|run| (*run).clone());
    match (action, chosen) {
        (Action::Back, _) => {
            if !screen.narrowing.clear() {
                app.screens.pop();
            }
            fit(app);
        }
        (Action::Filter, _) => screen.narrowing.begin(),
        (Action::Open, Some(run)) => {
            return load(app, run.id, WhatFor::Report);
        }
        (Action::Resume, Some(run)) => return load_to_resume(app, &run),
        (Action::Copy, Some(run)) => {
            return vec![Effect::Copy("the run", words::copied(app, &run, now))];
        }
        _ => {}
    }
    Vec::new()
}

pub(crate) fn fit(app: &mut App) {
    let rows = rows(app.extent);
    for screen in &mut app.screens {
        if let Screen::Runs(screen) = screen {
            let shown = screen.shown(&app.history);
            screen.top = follow(screen.top, screen.line(&shown), rows, shown.len());
        }
    }
}
