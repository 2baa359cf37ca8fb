//! A run of this console from its confirmation to its end, and leaving while it goes on.

use jiff::Timestamp;

use super::action::{Action, Mode};
use super::attention::announce;
use super::board::Board;
use super::confirm::Deed;
use super::report::Report;
use super::run_log::{RunLog, Whose, needs_eye};
use super::{App, Effect, Overlay, Screen, history, run_news, why_not};
use crate::domain::beside::Accepted;
use crate::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact};
use crate::domain::feed::Command;
use crate::domain::ids::RunId;
use crate::domain::run::Run;

/// The phrase was typed: the engine is asked, and the board shows what it says.
pub(crate) fn begin(app: &mut App, deed: Deed) -> Vec<Effect> {
    let command = match deed {
        Deed::Start { plan, note } => {
            app.awaited = Some(plan.clone());
            app.live = None;
            Command::Start { plan, note }
        }
        Deed::Resume { run, .. } => {
            app.awaited = app.past.as_ref().map(|past| past.run.header.plan.clone());
            Command::Resume(run)
        }
    };
    let planned = app.awaited.iter().flat_map(|plan| &plan.items);
    let known = app.roster.only(planned.map(|item| item.id));
    app.screens.clear();
    app.screens.push(Screen::Board(Board::default()));
    let known = Command::KnowRows(Box::new(known));
    vec![Effect::Engine(known), Effect::Engine(command)]
}

/// The run exists: a new one, or one that is taken up again, of whose past the journal told.
pub(crate) fn opened(app: &mut App, run: Run) -> Vec<Effect> {
    app.awaited = None;
    let number = run.header.id;
    let before = app
        .past
        .take_if(|past| past.run.header.id == number)
        .map(|past| past.taken_up(run.clone()));
    let mut live = before.unwrap_or_else(|| RunLog::new(run, &app.roster));
    live.is_stopping = std::mem::take(&mut app.is_stop_awaited);
    app.live = Some(live);
    Vec::new()
}

/// It was not opened, or it is left as it stands.
pub(crate) fn refused(app: &mut App, why: &str, now: Timestamp) -> Vec<Effect> {
    let is_under_way = app.awaited.is_none() && app.is_running();
    if let Some(live) = app.live.as_mut().filter(|_| is_under_way) {
        live.is_left = true;
        app.overlay = None;
        app.screens.clear();
        app.screens.push(Screen::Report(Report::new(Whose::Live)));
        app.notices.warn(why.to_owned(), now);
        let mut effects = vec![history::look(app)];
        effects.extend(announce(app, "the run cannot go on"));
        effects.extend(leave_if_asked(app));
        return effects;
    }
    app.awaited = None;
    app.is_stop_awaited = false;
    app.screens
        .retain(|screen| !matches!(screen, Screen::Board(_)));
    app.notices
        .warn(format!("not started, nothing was sent: {why}"), now);
    leave_if_asked(app)
}

/// Something happened in it.
pub(crate) fn happened(app: &mut App, id: RunId, fact: &RunFact, now: Timestamp) -> Vec<Effect> {
    let late = late_effect(app, id, fact, now);
    let Some(live) = app.live.as_mut().filter(|live| live.run.header.id == id) else {
        return late;
    };
    live.apply(fact);
    run_news::keep(app, fact, now);
    let Some(live) = &app.live else {
        return late;
    };
    if let RunEvent::Item { conversation, .. } = &fact.event
        && let Some(accepted) = live.run.item(*conversation).and_then(Accepted::of)
    {
        app.roster.accept(*conversation, accepted);
        app.chats.note_row(&app.roster, *conversation, now);
    }
    if !late.is_empty() {
        return late;
    }
    if fact.event == RunEvent::Finished {
        return finished(app, now);
    }
    super::board::fit(app);
    Vec::new()
}

/// What was seen after the end of a run is told wherever the operator is, and past runs are looked up anew.
fn late_effect(app: &mut App, run: RunId, fact: &RunFact, now: Timestamp) -> Vec<Effect> {
    let RunEvent::Item {
        conversation,
        what: ItemEvent::LateEffect { incident, receipt },
    } = &fact.event
    else {
        return Vec::new();
    };
    app.watched.seen(run, *conversation);
    let id = conversation.short();
    let words = format!("INCIDENT in run {run}, {id}: {incident}");
    let correlation = receipt.correlation.as_ref().map(ToString::to_string);
    app.notices.warn_of(words, correlation, now);
    vec![history::look(app)]
}

/// Every item is final: the report follows the board, and only what needs an eye stays marked.
fn finished(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let Some(live) = &app.live else {
        return Vec::new();
    };
    app.watched.note(live, now);
    for item in live.run.items.iter().filter(|item| !needs_eye(item)) {
        app.chats.marks.unmark(item.plan.id);
    }
    let number = live.run.header.id;
    let tally = live.run.tally();
    let ended = tally.of(FinalState::Ended) + tally.of(FinalState::EndedElsewhere);
    let done = format!("run {number} is done: {ended} of {} ended", tally.planned);
    if matches!(app.overlay, Some(Overlay::Quit)) {
        app.overlay = None;
    }
    let board = app
        .screens
        .iter()
        .position(|screen| matches!(screen, Screen::Board(_)));
    let is_in_view = matches!(
        app.screens.last(),
        Some(Screen::Board(_) | Screen::Trace(_))
    );
    if board.is_some() && is_in_view {
        app.screens
            .retain(|screen| !matches!(screen, Screen::Board(_) | Screen::Trace(_)));
        app.screens.push(Screen::Report(Report::new(Whose::Live)));
        app.notices.record_news(done.clone(), now);
        app.notices.was_of_run();
    } else if let Some(board) = board {
        // What is read just now stays; whoever comes back to the board finds the report there.
        if let Some(screen) = app.screens.get_mut(board) {
            *screen = Screen::Report(Report::new(Whose::Live));
        }
        let key = app.key(app.mode(), Action::Back);
        app.notices
            .tell(format!("{done}; {key} leads to the report"), now);
    } else {
        let key = app.key(Mode::Chats, Action::ToBoard);
        app.notices
            .tell(format!("{done}; {key} shows the report"), now);
    }
    app.reorder(now, false);
    let mut effects = vec![history::look(app)];
    effects.extend(announce(app, &done));
    effects.extend(leave_if_asked(app));
    effects
}

fn leave_if_asked(app: &App) -> Vec<Effect> {
    if app.is_leaving {
        vec![Effect::Quit]
    } else {
        Vec::new()
    }
}

/// Asks the run to stop, once.
pub(crate) fn stop(app: &mut App, by: &str, now: Timestamp) -> Vec<Effect> {
    let is_known = app.live.as_ref().is_some_and(|live| live.is_stopping);
    if is_known {
        app.notices.tell(why_not::STOPPING, now);
        return Vec::new();
    }
    app.is_stop_awaited = app.awaited.is_some();
    if let Some(live) = &mut app.live {
        live.is_stopping = true;
    }
    vec![Effect::Engine(Command::StopRun { by: by.to_owned() })]
}

/// The run was asked to stop, be it before the engine had opened it.
pub(crate) fn is_stopping(app: &App) -> bool {
    let is_stopping = app.live.as_ref().is_some_and(|live| live.is_stopping);
    is_stopping || (app.awaited.is_some() && app.is_stop_awaited)
}

/// Ctrl-C, or a signal: leaves at once where nothing runs; else stops the run first, and leaves at the second.
pub(crate) fn interrupt(app: &mut App, now: Timestamp) -> Vec<Effect> {
    if !app.is_running() || is_stopping(app) {
        return vec![Effect::Quit];
    }
    let by = if app.is_leaving {
        "a signal"
    } else {
        "operator"
    };
    stop(app, by, now)
}

/// `q` at the top: leaves, or asks first while a run goes on.
pub(crate) fn ask_to_quit(app: &mut App) -> Vec<Effect> {
    if !app.is_running() {
        return vec![Effect::Quit];
    }
    app.overlay = Some(Overlay::Quit);
    Vec::new()
}

/// An answer to the quit dialog.
pub(crate) fn answer_quit(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    app.overlay = None;
    match action {
        Action::StopAndQuit => {
            app.is_leaving = true;
            stop(app, "operator", now)
        }
        Action::WaitAndQuit => {
            app.is_leaving = true;
            Vec::new()
        }
        _ => {
            app.is_leaving = false;
            Vec::new()
        }
    }
}

/// Shows the run under way, or the report of the newest one.
pub(crate) fn to_board(app: &mut App) {
    if app.is_running() {
        app.screens.push(Screen::Board(Board::default()));
    } else if app.live.is_some() {
        app.screens.push(Screen::Report(Report::new(Whose::Live)));
    }
}
