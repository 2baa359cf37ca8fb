//! Why a key does nothing now: one home for each action's reason. What is pressed is answered with it, and the palette and the help show
//! the same words beside what is off.

mod inspect;

use jiff::Timestamp;

use super::action::{Action, Mode};
use super::chats::{nothing, view_place};
use super::extent::Class;
use super::lookout::{Lookout, profiles, recipes};
use super::msg::PastRun;
use super::planning::{self, codes, dry_run};
use super::{App, Screen, as_curl, board, copying, exporting, messages, paging, view_name};
use crate::domain::vendor_page;

/// Said twice where a stop is asked for twice.
pub(crate) const STOPPING: &str = "already stopping: what is in flight settles; Ctrl-C quits now";
/// A run cannot be left alone: nobody would hear the answers of what is in flight.
pub(crate) const NO_SUSPEND: &str =
    "a run is under way: stop it or let it finish before suspending";

/// Neither the profile nor `--write` would change anything.
const STARTED_READ_ONLY: &str =
    "read-only by --read-only (or UNSTICK_READ_ONLY). Start again without it";

/// Why an action cannot be done where the operator is now; absent when it can be.
pub fn why_not(app: &App, mode: Mode, action: Action, now: Timestamp) -> Option<String> {
    let why = match mode {
        Mode::Chats => chats(app, action, now),
        Mode::Inspect => inspect::why_not(app, action, now),
        Mode::Plan => plan(app, action, now),
        Mode::Board => on_board(app, action),
        Mode::Report => report(app, action, now),
        Mode::Runs => runs(app, action),
        Mode::Copy => copy(app, action),
        Mode::Messages => messages::why_not(app, action),
        Mode::Requests => requests(app, action),
        Mode::Export => exporting::why_not(app, action),
        Mode::Profiles => profiles::why_not(app, action, now),
        Mode::Recipes => recipes::why_not(app, action),
        Mode::Pulse => view_place(action).and_then(|place| no_view(app, place)),
        _ => None,
    };
    why.or_else(|| on_any_screen(app, action))
}

/// Reasons that are the same wherever the key works.
fn on_any_screen(app: &App, action: Action) -> Option<String> {
    match action {
        Action::Suspend => unless(!app.is_running(), NO_SUSPEND),
        Action::Pager => unless(!app.is_running(), paging::NO_PAGER),
        Action::Export => exporting::why_not_open(app),
        Action::CopyCurl => as_curl::why_not(app),
        _ => None,
    }
}

/// Answers who asked for it with the reason; `by` is the key that was pressed, or the action's name.
pub(crate) fn answer(app: &mut App, by: &str, why: &str, now: Timestamp) {
    app.notices.warn(format!("{by}: {why}"), now);
}

/// Why nothing can be planned now, whatever is marked.
pub(crate) fn no_plan(app: &App, now: Timestamp) -> Option<String> {
    if let Some(why) = no_writes(app) {
        return Some(why);
    }
    if app.extent.class() <= Class::Mini {
        return Some("off, too small to show a plan (needs 60x12)".to_owned());
    }
    if let Some(why) = run_goes_on(app) {
        return Some(why);
    }
    app.link.is_down(now).then(|| {
        let again = app.key(Mode::Chats, Action::Refresh);
        format!("off, chats cannot be read now. {again} in the list tries again")
    })
}

/// Why this run, or without one the newest that was cut short, cannot be resumed now.
pub(crate) fn no_resume(app: &App, run: Option<&PastRun>) -> Option<String> {
    let Some(run) = run else {
        return Some("no run of this organisation was cut short".to_owned());
    };
    if run.org_id != app.settings.scope.org_id {
        return Some(format!("run {} was made on another organisation", run.id));
    }
    no_writes(app).or_else(|| run_goes_on(app))
}

fn no_writes(app: &App) -> Option<String> {
    if let Some(why) = &app.settings.no_writes {
        return Some(format!(
            "read-only, {why}. What to do is said in full on leaving"
        ));
    }
    if app.profiles.is_narrowed {
        let key = app.key(Mode::Profiles, Action::Narrow);
        return Some(format!(
            "read-only since {key} in profiles. Start the program again to end chats"
        ));
    }
    if app.settings.is_started_read_only {
        return Some(STARTED_READ_ONLY.to_owned());
    }
    (!app.settings.writes).then(|| {
        format!(
            "{} is read-only. Start with --write, or set write = true in the profile",
            app.settings.scope.profile
        )
    })
}

fn run_goes_on(app: &App) -> Option<String> {
    app.is_running().then(|| {
        let shows = app.key(Mode::Chats, Action::ToBoard);
        format!("a run is under way; {shows} in the list shows it")
    })
}

/// The words where something that an action needs is not there.
fn unless(is_there: bool, why: &str) -> Option<String> {
    (!is_there).then(|| why.to_owned())
}

fn chats(app: &App, action: Action, now: Timestamp) -> Option<String> {
    let list = &app.chats;
    let has_cursor = list.cursor.is_some();
    if let Some(why) = not_yet(app, action) {
        return Some(why);
    }
    match action {
        Action::Open | Action::Transcript if app.link.is_signed_out() => None,
        Action::Open if nothing::meant(app).is_some() => None,
        Action::Open | Action::Transcript => unless(has_cursor, "there is no chat to open"),
        Action::Plan if list.marks.is_empty() && !has_cursor => {
            Some("there is no chat to plan".to_owned())
        }
        Action::Plan => no_plan(app, now),
        Action::Mark | Action::Range => unless(has_cursor, "there is no chat to mark"),
        Action::MarkAll => no_mark_all(app),
        Action::Invert => unless(has_cursor, "there is no chat to mark"),
        Action::Unmark => unless(!list.marks.is_empty(), "no chat is marked"),
        Action::OnlyMarked => unless(
            list.only_marked || !list.marks.is_empty(),
            "no chat is marked",
        ),
        Action::ToBoard => {
            let key = app.key(Mode::Chats, Action::Runs);
            let words = format!("no run was started here yet; {key} shows past runs");
            unless(app.is_running() || app.live.is_some(), &words)
        }
        Action::Resume => {
            let newest = app.history.unfinished(&app.settings.scope.org_id);
            no_resume(app, newest)
        }
        // What an empty list says of its trouble can be copied.
        Action::Copy => unless(
            has_cursor || app.link.trouble.is_some(),
            "there is no chat to copy from",
        ),
        Action::OpenPage => no_page(app),
        Action::Columns => unless(
            app.extent.class() > Class::Mini,
            "off, too small to choose columns (needs 60x12)",
        ),
        Action::SaveView | Action::RenameView | Action::RemoveView => {
            view_name::why_not(app, action)
        }
        action => view_place(action).and_then(|place| no_view(app, place)),
    }
}

/// What acts on the list, or on a chat of it, waits until the one in view is the one that was asked for.
fn not_yet(app: &App, action: Action) -> Option<String> {
    let percent = app.chats.filtering()?;
    matches!(
        action,
        Action::Open
            | Action::Transcript
            | Action::OpenPage
            | Action::Copy
            | Action::Plan
            | Action::Mark
            | Action::Range
            | Action::MarkAll
            | Action::Invert
            | Action::Export
    )
    .then(|| format!("not yet, the list is still being filtered ({percent} %)"))
}

/// Marks are for one plan, so no more are taken at once than it may hold.
fn no_mark_all(app: &App) -> Option<String> {
    let (count, limit) = (app.chats.shown().len(), app.settings.max_batch);
    if count > limit {
        return Some(format!(
            "{count} is over the batch limit of {limit}: narrow the filter, or raise limits.max_batch"
        ));
    }
    unless(count > 0, "there is no chat to mark")
}

fn no_view(app: &App, place: usize) -> Option<String> {
    (place >= app.views().count()).then(|| {
        format!(
            "there is no view {}; {} saves what the list shows as one",
            place + 1,
            app.key(Mode::Chats, Action::SaveView)
        )
    })
}

fn no_page(app: &App) -> Option<String> {
    let Some(id) = copying::target(app) else {
        return Some("there is no chat to open".to_owned());
    };
    let page = vendor_page::address(&app.settings.scope, id);
    unless(page.is_some(), vendor_page::NONE)
}

fn plan(app: &App, action: Action, now: Timestamp) -> Option<String> {
    let planning = app.planning()?;
    let chosen = planning.under_cursor();
    match action {
        Action::WrapUp => codes::why_not(app, planning),
        Action::Recipe => planning::recipes::why_not(app, planning),
        Action::Rung => planning::recipes::why_no_rung(app, planning),
        Action::DryRun => dry_run::why_not(app, planning, now),
        // Its rows are not in view.
        Action::Open | Action::Drop if !planning.is_read() => Some(planning::BEING_READ.to_owned()),
        Action::Open => unless(chosen.is_some(), "there is no chat to open"),
        Action::Drop if planning.left_out().is_some() => Some("it is left out already".to_owned()),
        Action::Drop => unless(chosen.is_some(), "there is no row to drop"),
        Action::Terminate => no_plan(app, now).or_else(|| {
            planning.why_locked(
                app.settings.require_note,
                &app.settings.configured.keys,
                now,
            )
        }),
        _ => None,
    }
}

fn on_board(app: &App, action: Action) -> Option<String> {
    match action {
        Action::StopRun => {
            let is_stopping = app.live.as_ref().is_some_and(|live| live.is_stopping);
            unless(!is_stopping, STOPPING)
        }
        Action::Open => {
            let Some(Screen::Board(board)) = app.screens.last() else {
                return None;
            };
            let has_rows = app
                .live
                .as_ref()
                .is_some_and(|log| !board::items(log, board).is_empty());
            unless(has_rows, "there is no chat to look into")
        }
        _ => None,
    }
}

fn report(app: &App, action: Action, now: Timestamp) -> Option<String> {
    let Some(Screen::Report(report)) = app.screens.last() else {
        return None;
    };
    let log = app.run_log(report.whose)?;
    match action {
        Action::PlanAgain if log.run.header.plan.org_id != app.settings.scope.org_id => Some(
            format!("run {} was made on another organisation", log.run.header.id),
        ),
        Action::PlanAgain if log.needs_you().is_empty() => {
            Some("every chat of this run is over".to_owned())
        }
        Action::PlanAgain => no_plan(app, now),
        _ => None,
    }
}

fn runs(app: &App, action: Action) -> Option<String> {
    let Some(Screen::Runs(screen)) = app.screens.last() else {
        return None;
    };
    let chosen = screen.chosen(&app.history);
    match action {
        Action::Copy => unless(chosen.is_some(), "there is no run to copy"),
        Action::Open => unless(chosen.is_some(), "there is no run to open"),
        Action::Resume if chosen.is_none() => Some("there is no run to resume".to_owned()),
        Action::Resume => no_resume(app, chosen),
        _ => None,
    }
}

fn requests(app: &App, action: Action) -> Option<String> {
    let Some(Screen::Lookout(Lookout::Requests(screen))) = app.screens.last() else {
        return None;
    };
    let chosen = screen.chosen(&app.requests);
    let has_id = chosen.is_some_and(|line| line.receipt.correlation.is_some());
    match action {
        Action::Open => unless(chosen.is_some(), "there is no request to look at"),
        Action::Copy => unless(has_id, "this request has no correlation id"),
        _ => None,
    }
}

fn copy(app: &App, action: Action) -> Option<String> {
    match action {
        Action::CopyLink => no_page(app),
        Action::CopyId | Action::CopyCommand => unless(
            copying::target(app).is_some(),
            "there is no chat to copy from",
        ),
        Action::CopyMarked => unless(!app.chats.marks.is_empty(), "no chat is marked"),
        Action::CopySummary | Action::CopyRow | Action::CopyJson => {
            let row = copying::target(app).and_then(|id| app.roster.row(id));
            unless(row.is_some(), "it is no longer on the list")
        }
        _ => None,
    }
}
