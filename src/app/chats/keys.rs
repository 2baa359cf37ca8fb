//! What keys do in the list of chats. Nothing here can end a chat: `x` opens a plan.

use jiff::Timestamp;

use super::{VIEWS, nothing, view_place};
use crate::app::action::{Action, Mode};
use crate::app::scroll::Move;
use crate::app::typing::narrowed;
use crate::app::{
    App, Effect, Overlay, Screen, columns, copying, inspect, planning, running, view_name,
};
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
        Action::MarkAll => {
            let (marks, shown) = app.chats.marking();
            marks.mark_all(shown.iter().copied());
        }
        Action::Invert => {
            let (marks, shown) = app.chats.marking();
            marks.invert(shown);
        }
        Action::Unmark => {
            app.chats.marks.clear();
            let is_another_list = std::mem::take(&mut app.chats.only_marked);
            app.reorder(now, is_another_list);
        }
        Action::OnlyMarked => {
            app.chats.only_marked = !app.chats.only_marked;
            app.reorder(now, true);
        }
        Action::Filter => app.chats.filter.begin(),
        Action::Sort => {
            let at = SortKey::ALL
                .iter()
                .position(|key| *key == app.chats.sort.key);
            app.overlay = Some(Overlay::Sort(at.unwrap_or(0)));
        }
        Action::Columns => columns::open(app),
        Action::SaveView | Action::RenameView => view_name::open(app, action),
        Action::RemoveView => return view_name::remove(app),
        Action::Reverse => {
            app.chats.sort.is_reversed = !app.chats.sort.is_reversed;
            app.reorder(now, true);
        }
        Action::Pause => {
            app.link.is_paused = !app.link.is_paused;
            return vec![Effect::Engine(Command::PausePolling(app.link.is_paused))];
        }
        Action::Refresh if app.link.is_signed_out() => return sign_in(app, now),
        Action::Refresh => {
            app.reorder(now, true);
            return vec![Effect::Engine(Command::Refresh)];
        }
        Action::Copy if app.chats.cursor.is_none() => {
            return vec![Effect::Copy("what is wrong", nothing::copied(app, now))];
        }
        Action::Copy => copying::open(app),
        Action::OpenPage => return copying::browse(app),
        Action::Transcript => {
            let mut effects = open(app, now);
            effects.extend(inspect::press(app, Action::Transcript, now));
            return effects;
        }
        Action::Back => back(app, now),
        Action::ToBoard => running::to_board(app),
        Action::Runs => return super::super::history::open(app),
        Action::Resume => return super::super::history::resume_newest(app),
        action => {
            if let Some(place) = view_place(action) {
                view(app, place, now);
            }
        }
    }
    Vec::new()
}

fn open(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let Some(id) = app.chats.cursor else {
        if app.link.is_signed_out() {
            return sign_in(app, now);
        }
        if let Some(meant) = nothing::meant(app).cloned() {
            app.chats.filter.set(&meant.filter);
            narrowed(app, now);
        }
        return Vec::new();
    };
    app.screens
        .push(Screen::Inspect(Box::new(inspect::Inspect::new(id))));
    vec![Effect::Engine(Command::Read(vec![id]))]
}

fn sign_in(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let words = if app.link.wants_a_person() {
        "sign in in the browser, within two minutes"
    } else {
        "signing in again, with the secret that is kept now"
    };
    app.notices.tell(words, now);
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
        app.chats.filter.clear();
    }
    narrowed(app, now);
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

/// Opens a view: one of the built-in ones, else of the operator's own.
pub(crate) fn view(app: &mut App, index: usize, now: Timestamp) {
    let own = index.checked_sub(VIEWS.len());
    let own = own.and_then(|own| app.own_views().nth(own)).cloned();
    let Some(filter) = app.views().nth(index).map(|(_, filter)| filter.to_owned()) else {
        return;
    };
    app.chats.filter.set(&filter);
    app.chats.opened = Some(index);
    let columns = own.as_ref().map(|view| view.columns.clone());
    let columns = columns.filter(|columns| !columns.is_empty());
    app.chats.columns = columns.unwrap_or_else(|| app.chats.usual.clone());
    if let Some(sort) = own.and_then(|view| view.sort) {
        app.chats.sort = sort;
    }
    app.chats.only_marked = false;
    narrowed(app, now);
}
