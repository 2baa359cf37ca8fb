//! The live board: one row per chat, one column per step of the rung. Rows keep their places; what is settled stays in sight.

mod cells;

pub use cells::{Cell, cell, result, settled_words};

use jiff::{SignedDuration, Timestamp};

use super::action::Action;
use super::extent::Class;
use super::run_log::{RunLog, Whose, needs_eye};
use super::scroll::follow;
use super::trace::Trace;
use super::{App, Effect, Screen, running, update::step_of};
use crate::domain::feed::Command;
use crate::domain::item::Item;
use crate::domain::moment::since;
use crate::domain::run::RunState;

/// The board's own state.
#[derive(Debug, Default)]
pub struct Board {
    /// The line of the cursor.
    pub line: usize,
    /// The first line on screen.
    pub top: usize,
    /// Only what needs an eye is shown.
    pub only_failed: bool,
}

/// The items a board shows.
pub fn items<'a>(log: &'a RunLog, board: &Board) -> Vec<&'a Item> {
    log.run
        .items
        .iter()
        .filter(|item| !board.only_failed || needs_eye(item))
        .collect()
}

/// How many rows there is room for.
pub fn room(app: &App) -> usize {
    let count = app.live.as_ref().map_or(0, |live| live.run.items.len());
    match app.extent.class() {
        // A third of a wide board is for the requests of the chosen row, and for the events.
        Class::Wide => {
            let free = app.extent.rows_below(8);
            count.max(3).min(free.saturating_sub(14).max(3))
        }
        Class::Normal => app.extent.rows_below(9),
        Class::Compact => app.extent.rows_below(6),
        Class::Mini | Class::TooSmall => app.extent.rows_below(5),
    }
}

pub(crate) fn fit(app: &mut App) {
    let rows = room(app);
    let Some(log) = &app.live else { return };
    for screen in &mut app.screens {
        if let Screen::Board(board) = screen {
            let count = items(log, board).len();
            board.line = board.line.min(count.saturating_sub(1));
            board.top = follow(board.top, board.line, rows, count);
        }
    }
}

/// Does an action of the board.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let rows = room(app);
    match action {
        Action::StopRun => return running::stop(app, "operator", now),
        Action::PauseRun => {
            let is_paused = app
                .live
                .as_ref()
                .is_some_and(|live| matches!(live.run.state, RunState::Paused(_)));
            return vec![Effect::Engine(Command::PauseRun(!is_paused))];
        }
        Action::ToList => {
            app.screens.clear();
            return Vec::new();
        }
        _ => {}
    }
    let (Some(log), Some(Screen::Board(board))) = (&app.live, app.screens.last_mut()) else {
        return Vec::new();
    };
    if let Some(step) = step_of(action) {
        board.line = step.from(board.line, rows, items(log, board).len());
    }
    match action {
        Action::FailedOnly => {
            board.only_failed = !board.only_failed;
            board.line = 0;
        }
        Action::Open => {
            if let Some(id) = items(log, board).get(board.line).map(|item| item.plan.id) {
                app.screens.push(Screen::Trace(Trace::new(Whose::Live, id)));
            }
        }
        _ => {}
    }
    fit(app);
    Vec::new()
}

/// How long the run has gone on, and how much longer it may take, by what it took so far.
pub fn times(log: &RunLog, now: Timestamp) -> (SignedDuration, Option<SignedDuration>) {
    let began = log.run.confirmed.unwrap_or(log.run.header.created);
    let elapsed = since(began, log.run.finished.unwrap_or(now));
    let tally = log.run.tally();
    let (since_when, before) = log.began.unwrap_or((began, 0));
    let done = tally.finals().saturating_sub(before);
    let left = tally.planned - tally.finals();
    let eta = (done > 0 && left > 0).then(|| {
        let taken = since(since_when, now).as_millis().max(0);
        let milliseconds =
            taken / i128::try_from(done).unwrap_or(1) * i128::try_from(left).unwrap_or(0);
        SignedDuration::from_millis(i64::try_from(milliseconds).unwrap_or(i64::MAX))
    });
    (elapsed, eta)
}
