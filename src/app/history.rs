//! Past runs from the journal; and runs that were cut short, which are offered for resuming and never resumed by themselves.

use jiff::Timestamp;

use super::action::{Action, Mode};
use super::confirm::{Confirm, Deed};
use super::msg::{PastRun, RunRecord};
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
    /// Why they cannot be read.
    pub error: Option<String>,
    wanted: Option<Wanted>,
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
    /// The line of the cursor.
    pub line: usize,
    /// The first line on screen.
    pub top: usize,
}

impl History {
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

/// The journal answered.
pub(crate) fn arrived(
    app: &mut App,
    answer: Result<Vec<PastRun>, String>,
    _now: Timestamp,
) -> Vec<Effect> {
    match answer {
        Ok(runs) => {
            app.history.runs = Some(runs);
            app.history.error = None;
        }
        Err(why) => app.history.error = Some(why),
    }
    fit(app);
    Vec::new()
}

/// Opens the list of past runs.
pub(crate) fn open(app: &mut App) -> Vec<Effect> {
    app.screens.push(Screen::Runs(RunsScreen::default()));
    vec![Effect::LoadHistory]
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
pub(crate) fn press(app: &mut App, action: Action) -> Vec<Effect> {
    let rows = app.extent.rows_below(6);
    let runs = app.history.runs.as_deref().unwrap_or_default();
    let Some(Screen::Runs(screen)) = app.screens.last_mut() else {
        return Vec::new();
    };
    if let Some(step) = step_of(action) {
        screen.line = step.from(screen.line, rows, runs.len());
        fit(app);
        return Vec::new();
    }
    let chosen = runs.get(screen.line).cloned();
    match (action, chosen) {
        (Action::Back, _) => {
            app.screens.pop();
        }
        (Action::Open, Some(run)) => {
            return load(app, run.id, WhatFor::Report);
        }
        (Action::Resume, Some(run)) => return load_to_resume(app, &run),
        _ => {}
    }
    Vec::new()
}

pub(crate) fn fit(app: &mut App) {
    let rows = app.extent.rows_below(6);
    let count = app.history.runs.as_ref().map_or(0, Vec::len);
    for screen in &mut app.screens {
        if let Screen::Runs(screen) = screen {
            screen.line = screen.line.min(count.saturating_sub(1));
            screen.top = follow(screen.top, screen.line, rows, count);
        }
    }
}
