//! Which clause of the filter hides a chat (`:explain`): chats are looked up by the beginning of an id or by a name, shown or not.

use jiff::Timestamp;
use tui_input::Input;

use super::action::Action;
use super::chats::{AT_ONCE, Seen, counting_pause};
use super::extent::{Class, Extent};
use super::page::scroll;
use super::tone::{Tone, Words, folded};
use super::{App, Overlay};
use crate::domain::horizon::Horizon;
use crate::domain::ids::ConversationId;
use crate::domain::moment::since;
use crate::domain::roster::{Listed, Row};
use crate::domain::shown::{agent, customer, queue_words};

/// The most chats that are answered for at once.
const MOST: usize = 20;

/// The dialog.
#[derive(Debug)]
pub struct Explain {
    /// Which chat: typed.
    pub typed: Input,
    /// The first line on screen.
    pub top: usize,
    /// What is answered.
    pub lines: Vec<Words>,
    /// When that was, and for which size.
    answered: (Timestamp, Extent),
}

/// Opens it; with an id it answers at once.
pub(crate) fn open(app: &mut App, about: &str, now: Timestamp) {
    app.overlay = Some(Overlay::Explain(Box::new(Explain {
        typed: Input::new(about.to_owned()),
        top: 0,
        lines: Vec::new(),
        answered: (now, app.extent),
    })));
    look(app, now);
}

/// Answers again now and then, and for every other size. What is read stays where it is.
pub(crate) fn fit(app: &mut App, now: Timestamp) {
    let Some(Overlay::Explain(explain)) = &app.overlay else {
        return;
    };
    let (at, extent) = explain.answered;
    if extent == app.extent && since(at, now) < counting_pause(app.roster.len()) {
        return;
    }
    let top = explain.top;
    look(app, now);
    let rows = room(app.extent);
    if let Some(Overlay::Explain(explain)) = &mut app.overlay {
        explain.top = top.min(explain.lines.len().saturating_sub(rows));
    }
}

/// What is typed changes.
pub(crate) fn typed(app: &mut App, edit: impl FnOnce(&mut Input) -> bool, now: Timestamp) {
    if let Some(Overlay::Explain(explain)) = &mut app.overlay
        && edit(&mut explain.typed)
    {
        look(app, now);
    }
}

/// Scrolls, or closes it.
pub(crate) fn press(app: &mut App, action: Action) {
    let rows = room(app.extent);
    match &mut app.overlay {
        Some(Overlay::Explain(explain)) if action != Action::Back => {
            explain.top = scroll(explain.top, action, rows, explain.lines.len());
        }
        _ => app.overlay = None,
    }
}

/// How wide and high the box is, with its border.
pub fn size(extent: Extent) -> (u16, u16) {
    match extent.class() {
        Class::Wide => (96, extent.height.saturating_sub(12).min(24)),
        Class::Normal => (74, extent.height.saturating_sub(6).min(24)),
        _ => (extent.width, extent.height.saturating_sub(2)),
    }
}

/// How many lines there is room for: the rest is the border, what is typed, the filter and a rule.
fn room(extent: Extent) -> usize {
    usize::from(size(extent).1).saturating_sub(5).max(1)
}

/// Answers for every chat that is meant: hidden ones first, for they are what is asked about.
fn look(app: &mut App, now: Timestamp) {
    let Some(Overlay::Explain(explain)) = &app.overlay else {
        return;
    };
    let wanted = explain.typed.value().trim().to_lowercase();
    // In a long list names are not looked at: whoever types would wait for them.
    let is_long = app.roster.len() > AT_ONCE;
    let is_shown = |id| app.chats.line_of(id).is_some();
    let mut meant: Vec<(bool, Timestamp, ConversationId)> = if is_long {
        let ids = app.roster.ids();
        ids.filter(|id| id.to_string().starts_with(&wanted))
            .map(|id| (is_shown(id), Timestamp::MIN, id))
            .collect()
    } else {
        let rows = app.roster.rows().filter(|row| is_meant(app, row, &wanted));
        rows.map(|row| {
            let Listed { id, started, .. } = row.listed;
            (is_shown(id), started, id)
        })
        .collect()
    };
    meant.sort_unstable();
    let count = meant.len();
    let width = usize::from(size(app.extent).0).saturating_sub(4);
    let mut lines = Vec::new();
    for (is_shown, _, id) in meant.into_iter().take(MOST) {
        let row = app.roster.row(id);
        lines.extend(
            row.iter()
                .flat_map(|row| answer(app, row, is_shown, width, now)),
        );
    }
    if is_long {
        let words = " among so many chats they are looked up by the beginning of the id alone";
        lines.push(Words::new(Tone::Dim, words));
    }
    if count > MOST {
        let more = format!(" and {} more: type more of the id", count - MOST);
        lines.push(Words::new(Tone::Dim, more));
    }
    if count == 0 {
        let none = " no chat that is known begins so, or is called so";
        lines.push(Words::new(Tone::Warn, none));
    }
    if let Some(Overlay::Explain(explain)) = &mut app.overlay {
        explain.lines = lines;
        explain.top = 0;
        explain.answered = (now, app.extent);
    }
}

fn name(app: &App, row: &Row) -> String {
    customer(row).map_or_else(String::new, |name| app.privacy.name(name.as_str()))
}

/// An id that begins so, or a name as it is shown that has it in it.
fn is_meant(app: &App, row: &Row, wanted: &str) -> bool {
    let id = row.listed.id.to_string();
    let has = |text: String| text.to_lowercase().contains(wanted);
    id.starts_with(wanted)
        || has(name(app, row))
        || agent(row).is_some_and(|agent| has(app.privacy.name(agent.as_str())))
        || queue_words(row).is_some_and(has)
}

fn answer(app: &App, row: &Row, is_shown: bool, width: usize, now: Timestamp) -> Vec<Words> {
    let seen = Seen {
        now,
        zone: &app.settings.zone,
        marks: &app.chats.marks,
        horizon: Horizon::default(),
    };
    let id = row.listed.id.short();
    let head = Words::new(Tone::Strong, format!(" {id} ")).and(Tone::Plain, name(app, row));
    let naming = |name: &str| app.privacy.name(name);
    let removals = app.chats.filter.removals(row, &seen, &naming);
    if is_shown {
        let words = if removals.is_empty() {
            "  shown"
        } else {
            "  shown until the list is worked out anew"
        };
        return vec![head.and(Tone::Dim, words)];
    }
    let mut lines = vec![head];
    if app.chats.only_marked {
        let label = Words::plain("   ");
        let words = "hidden: only marked chats are shown, and it is not marked";
        lines.extend(folded(label, words, Tone::Plain, width));
        return lines;
    }
    if removals.is_empty() {
        lines.push(Words::plain(
            "   fits: it joins the list when that is worked out",
        ));
    }
    for removal in removals {
        let label = Words::new(Tone::Warn, format!("   {}  ", removal.clause));
        let unknown = if removal.is_unknown {
            "cannot be said: "
        } else {
            ""
        };
        let words = format!("{unknown}{}", removal.fact);
        lines.extend(folded(label, &words, Tone::Plain, width));
    }
    lines
}
