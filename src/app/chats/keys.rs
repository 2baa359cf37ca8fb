//! What keys do in the list of chats. Nothing here can end a chat: `x` opens a plan.

use jiff::Timestamp;

use super::VIEWS;
use crate::app::action::{Action, Mode};
use crate::app::extent::Class;
use crate::app::scroll::Move;
use crate::app::{App, Effect, Overlay, Screen, copying, inspect, planning, running};
use crate::domain::feed::Command;
use crate::domain::sorting::SortKey;

/// Does an action of the list.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let rows = app.extent.chat_rows();
    if let Some(step) = super::super::update::step_of(action) {
        app.chats.go(step, rows, now);
        return Vec::new();
    }
    match action {
        Action::Open => return open(app, now),
        Action::Plan => return planning::open_from_list(app, now),
        Action::Mark => mark(app, rows, now),
        Action::Range => {
            app.chats.range = match app.chats.range {
                None => app.chats.cursor,
                Some(_) => None,
            };
        }
        Action::MarkAll => mark_all(app, now),
        Action::Invert => {
            let shown = app.chats.shown().to_vec();
            app.chats.marks.invert(&shown);
        }
        Action::Unmark => {
            app.chats.marks.clear();
            app.chats.only_marked = false;
            app.reorder(now, false);
        }
        Action::OnlyMarked => {
            app.chats.only_marked = !app.chats.only_marked;
            app.reorder(now, false);
        }
        Action::Filter => app.chats.filter.begin(),
        Action::Sort => {
            let at = SortKey::ALL
                .iter()
                .position(|key| *key == app.chats.sort.key);
            app.overlay = Some(Overlay::Sort(at.unwrap_or(0)));
        }
        Action::Reverse => {
            app.chats.sort.is_reversed = !app.chats.sort.is_reversed;
            app.reorder(now, true);
        }
        Action::View1 => view(app, 0, now),
        Action::View2 => view(app, 1, now),
        Action::View3 => view(app, 2, now),
        Action::View4 => view(app, 3, now),
        Action::View5 => view(app, 4, now),
        Action::View6 => view(app, 5, now),
        Action::View7 => view(app, 6, now),
        Action::View8 => view(app, 7, now),
        Action::View9 => view(app, 8, now),
        Action::Pause => {
            app.link.is_paused = !app.link.is_paused;
            return vec![Effect::Engine(Command::PausePolling(app.link.is_paused))];
        }
        Action::Refresh if app.link.wants_a_person() => return sign_in(app, now),
        Action::Refresh => {
            app.reorder(now, true);
            return vec![Effect::Engine(Command::Refresh)];
        }
        Action::Copy => copying::open(app, now),
        Action::OpenPage => return copying::browse(app, now),
        Action::Transcript => {
            let mut effects = open(app, now);
            effects.extend(inspect::press(app, Action::Transcript, now));
            return effects;
        }
        Action::Back => back(app, now),
        Action::ToBoard => running::to_board(app, now),
        Action::Runs => return super::super::history::open(app),
        Action::Resume => return super::super::history::resume_newest(app, now),
        _ => {}
    }
    Vec::new()
}

fn open(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let Some(id) = app.chats.cursor else {
        if app.link.wants_a_person() {
            return sign_in(app, now);
        }
        app.notices.tell("there is no chat to open", now);
        return Vec::new();
    };
    app.screens
        .push(Screen::Inspect(Box::new(inspect::Inspect::new(id))));
    vec![Effect::Engine(Command::Read(vec![id]))]
}

fn sign_in(app: &mut App, now: Timestamp) -> Vec<Effect> {
    app.notices
        .tell("sign in in the browser, within two minutes", now);
    vec![Effect::SignIn]
}

/// One key goes back one step: the range, then only-marked, then the filter. Marks stay.
fn back(app: &mut App, now: Timestamp) {
    if app.chats.range.take().is_some() {
        return;
    }
    if app.chats.only_marked {
        app.chats.only_marked = false;
    } else if app.chats.filter.text().is_empty() {
        let key = app.key(Mode::Chats, Action::Quit);
        app.notices
            .tell(format!("this is the list; {key} quits"), now);
        return;
    } else {
        app.chats.filter.set("");
    }
    app.reorder(now, false);
}

fn mark(app: &mut App, rows: usize, now: Timestamp) {
    if let Some((from, to)) = app.chats.range_lines() {
        let ids: Vec<_> = app
            .chats
            .shown()
            .iter()
            .copied()
            .skip(from)
            .take(to + 1 - from)
            .collect();
        app.chats.range = None;
        app.chats.marks.mark_all(ids);
        return;
    }
    if let Some(id) = app.chats.cursor {
        app.chats.marks.toggle(id);
        app.chats.go(Move::Down, rows, now);
    }
}

/// Marks what is shown, or nothing at all when that is more than one plan may hold.
fn mark_all(app: &mut App, now: Timestamp) {
    let shown = app.chats.shown().to_vec();
    let limit = app.settings.max_batch;
    if shown.len() > limit {
        let words = format!(
            "{} is over the batch limit of {limit}: narrow the filter, or raise limits.max_batch",
            shown.len()
        );
        app.notices.warn(words, now);
    } else {
        app.chats.marks.mark_all(shown);
    }
}

/// Opens a view: one of the built-in ones, else of the operator's own.
fn view(app: &mut App, index: usize, now: Timestamp) {
    let configured = &app.settings.configured;
    let mut is_sorted = false;
    let own = index.checked_sub(VIEWS.len());
    if let Some((_, filter)) = VIEWS.get(index) {
        app.chats.filter.set(filter);
        app.chats.columns.clone_from(&configured.columns);
    } else if let Some(view) = own.and_then(|own| configured.views.get(own)) {
        app.chats.filter.set(&view.filter);
        app.chats.columns.clone_from(if view.columns.is_empty() {
            &configured.columns
        } else {
            &view.columns
        });
        if let Some(sort) = view.sort {
            app.chats.sort = sort;
            is_sorted = true;
        }
    } else {
        let words = format!(
            "there is no view {}; the configuration names views",
            index + 1
        );
        app.notices.tell(words, now);
        return;
    }
    app.chats.only_marked = false;
    app.reorder(now, is_sorted);
}

/// Why nothing can be planned now, if so. A disabled key answers with the reason.
pub(crate) fn why_no_plan(app: &App, now: Timestamp) -> Option<String> {
    let key = app.key(Mode::Chats, Action::Plan);
    if let Some(why) = &app.settings.no_writes {
        return Some(format!(
            "{key}: read-only, {why}. What to do is said in full on leaving"
        ));
    }
    if !app.settings.writes {
        return Some(format!(
            "{key}: {} is read-only. Start with --write, or set write = true in the profile",
            app.settings.scope.profile
        ));
    }
    if app.extent.class() <= Class::Mini {
        return Some(format!(
            "{key} is off: too small to show a plan (needs 60x12)"
        ));
    }
    if app.is_running() {
        let shows = app.key(Mode::Chats, Action::ToBoard);
        return Some(format!("{key}: a run is under way; {shows} shows it"));
    }
    app.link.is_down(now).then(|| {
        let again = app.key(Mode::Chats, Action::Refresh);
        format!("{key} is off: chats cannot be read now. {again} tries again")
    })
}
