//! Text that is typed or pasted: into the field in view, as one line, and nowhere else.

use jiff::Timestamp;
use tui_input::Input;

use super::action::{Action, Mode};
use super::chats::Seen;
use super::msg::Key;
use super::planning::codes;
use super::{
    App, Effect, Overlay, columns, confirm, explain, field, help, inspect, narrowing, palette,
};
use super::{planning, view_name};
use crate::domain::horizon::Horizon;
use crate::domain::ids::ConversationId;

/// A key for the filter bar that types nothing.
pub(crate) fn filter_key(app: &mut App, action: Action, now: Timestamp) {
    match action {
        Action::Accept => app.chats.filter.accept(),
        Action::Back => app.chats.filter.cancel(),
        Action::Complete => app.chats.filter.complete(),
        Action::Up => app.chats.filter.recall(true),
        Action::Down => app.chats.filter.recall(false),
        _ => {}
    }
    offered(app, now);
    narrowed(app, now);
}

/// What is typed of the filter changed: what could be typed next.
fn offered(app: &mut App, now: Timestamp) {
    let seen = Seen {
        now,
        zone: &app.settings.zone,
        marks: &app.chats.marks,
        horizon: Horizon::default(),
    };
    app.chats.filter.offer(&app.roster, app.privacy, &seen);
}

/// The filter changed: the list follows, and what was probably meant.
pub(crate) fn narrowed(app: &mut App, now: Timestamp) {
    app.reorder(now, true);
    look_nearby(app, now);
}

/// The mask came or went: whoever is not named any more is not offered either.
pub(crate) fn masked(app: &mut App, now: Timestamp) {
    offered(app, now);
    look_nearby(app, now);
}

/// Works out what was probably meant by a filter that shows nothing.
fn look_nearby(app: &mut App, now: Timestamp) {
    let seen = Seen {
        now,
        zone: &app.settings.zone,
        marks: &app.chats.marks,
        horizon: Horizon::default(),
    };
    let is_empty = app.chats.shown().is_empty();
    app.chats.filter.look_nearby(is_empty, &app.roster, &seen);
    if super::chats::nothing::meant(app).is_none() {
        app.chats.filter.nearest = None;
    }
}

/// A character for the text field in view.
pub(crate) fn typed(app: &mut App, mode: Mode, key: Key, now: Timestamp) {
    match mode {
        Mode::Filter => {
            let changed = app
                .chats
                .filter
                .typing
                .as_mut()
                .is_some_and(|input| field::edit(input, key, 400));
            if changed {
                offered(app, now);
                app.chats.filter.typed();
                narrowed(app, now);
            }
        }
        Mode::Note => {
            if let Some(input) = app.planning_mut().and_then(|plan| plan.typing.as_mut()) {
                field::edit(input, key, planning::NOTE_LIMIT);
            }
        }
        Mode::Find => inspect::typed(app, key),
        Mode::ViewName => {
            view_name::typed(app, |input| field::edit(input, key, view_name::LONGEST));
        }
        Mode::Attribute => {
            columns::typed(app, |input| field::edit(input, key, columns::LONGEST));
        }
        Mode::Palette => {
            palette::typed(app, |input| field::edit(input, key, palette::LONGEST), now);
        }
        Mode::Help => help::typed(app, |input| field::edit(input, key, palette::LONGEST)),
        Mode::Explain => {
            explain::typed(app, |input| field::edit(input, key, palette::LONGEST), now);
        }
        Mode::Codes => codes::typed(app, |input| field::edit(input, key, palette::LONGEST)),
        Mode::Narrow => {
            narrowing::typed(app, |input| field::edit(input, key, narrowing::LONGEST));
        }
        _ => {}
    }
}

/// Puts pasted text in; says that the text changed.
fn pasted_into(input: &mut tui_input::Input, text: &str) -> bool {
    field::insert(input, text, palette::LONGEST);
    true
}

/// Pasted text goes into a text field as one line, and nowhere else: it is never taken for keys.
pub(crate) fn pasted(app: &mut App, text: &str, now: Timestamp) -> Vec<Effect> {
    match app.mode() {
        Mode::Starting => confirm::call_off(app, now),
        Mode::Confirm => {
            if let Some(Overlay::Confirm(confirm)) = &mut app.overlay {
                confirm.disarm(now);
            }
            app.notices.warn(confirm::PASTED, now);
        }
        Mode::Filter => {
            if let Some(input) = &mut app.chats.filter.typing {
                field::insert(input, text, 400);
            }
            offered(app, now);
            app.chats.filter.typed();
            narrowed(app, now);
        }
        Mode::Note => {
            if let Some(input) = app.planning_mut().and_then(|plan| plan.typing.as_mut()) {
                field::insert(input, text, planning::NOTE_LIMIT);
            }
        }
        Mode::Find => inspect::pasted(app, text),
        Mode::Attribute => columns::typed(app, |input| pasted_into(input, text)),
        Mode::ViewName => view_name::typed(app, |input| {
            field::insert(input, text, view_name::LONGEST);
            true
        }),
        Mode::Palette => palette::typed(app, |input| pasted_into(input, text), now),
        Mode::Help => help::typed(app, |input| pasted_into(input, text)),
        Mode::Explain => explain::typed(app, |input| pasted_into(input, text), now),
        Mode::Codes => codes::typed(app, |input| pasted_into(input, text)),
        Mode::Narrow => narrowing::typed(app, |input| pasted_into(input, text)),
        mode => dropped(app, mode, text, now),
    }
    Vec::new()
}

/// Pasted where nothing is typed: the id of a chat opens the filter on the list, anything else is dropped, and that is said.
fn dropped(app: &mut App, mode: Mode, text: &str, now: Timestamp) {
    let id: Option<ConversationId> = text.trim().parse().ok();
    if let Some(id) = id.filter(|_| mode == Mode::Chats) {
        app.chats.filter.begin();
        app.chats.filter.typing = Some(Input::new(format!("id:{id}")));
        offered(app, now);
        app.chats.filter.typed();
        narrowed(app, now);
        return;
    }
    let key = app.key(Mode::Chats, Action::Filter);
    let words = format!("pasted text was dropped: press {key} on the list to filter by it");
    app.notices.warn(words, now);
}
