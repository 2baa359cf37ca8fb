//! What keys do in the pages of one chat. Nothing here can end it: `x` opens a plan.

use jiff::{SignedDuration, Timestamp};

use super::folds::Folds;
use super::searching::next_hit;
use super::{Inspect, Tab, fit, page, room, transcript, with};
use crate::app::action::{Action, Mode};
use crate::app::msg::{Key, KeyCode};
use crate::app::text_view::Place;
use crate::app::update::step_of;
use crate::app::{App, Effect, Screen, copying, planning};
use crate::domain::feed::Command;
use crate::domain::ids::ConversationId;
use crate::domain::moment::since;
use crate::domain::packet::Packet;
use tui_input::Input;

/// How long the second key of two may take.
const CHORD: SignedDuration = SignedDuration::from_millis(900);

/// Does an action of the screen.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let Some(Screen::Inspect(inspect)) = app.screens.last() else {
        return Vec::new();
    };
    let id = inspect.id;
    let effects = match action {
        Action::Back => back(app),
        Action::Refresh => refresh(app),
        Action::Plan => return planning::open_for(app, vec![id], 0, now),
        Action::NextChat | Action::PreviousChat => return neighbour(app, action, now),
        Action::NextTab | Action::PreviousTab => {
            turn(app, |tab| tab.beside(action == Action::NextTab))
        }
        Action::Transcript => turn(app, |_| Tab::Transcript),
        Action::Privacy => privacy(app, now),
        Action::Unmask => {
            unmask(app, now);
            Vec::new()
        }
        Action::More => with(app, transcript::more).unwrap_or_default(),
        Action::CopyValue => copy_value(app, now),
        Action::Copy => {
            copying::open(app);
            Vec::new()
        }
        Action::OpenPage => return copying::browse(app),
        Action::Packet => return packet(app, now),
        Action::Find => {
            with(app, |_, inspect| {
                inspect.typing = Some(Input::new(inspect.view().needle.clone()));
            });
            Vec::new()
        }
        Action::NextHit | Action::PreviousHit => {
            next_hit(app, action == Action::NextHit, now);
            Vec::new()
        }
        Action::Wrap => {
            with(app, |_, inspect| inspect.wraps = !inspect.wraps);
            Vec::new()
        }
        Action::Fold | Action::Unfold | Action::Open | Action::FoldAll | Action::UnfoldAll => {
            fold(app, action, now);
            Vec::new()
        }
        other => {
            if let Some(tab) = tab_of(other) {
                turn(app, |_| tab)
            } else {
                scroll(app, other, now);
                Vec::new()
            }
        }
    };
    fit(app, now);
    effects
}

fn tab_of(action: Action) -> Option<Tab> {
    Some(match action {
        Action::Tab1 => Tab::Overview,
        Action::Tab2 => Tab::Transcript,
        Action::Tab3 => Tab::Json,
        Action::Tab4 => Tab::Requests,
        Action::Tab5 => Tab::Attributes,
        Action::Tab6 => Tab::Analytics,
        _ => return None,
    })
}

/// One step back: the search first, then the screen.
fn back(app: &mut App) -> Vec<Effect> {
    let was_searching = with(app, |_, inspect| {
        let needle = &mut inspect.view_mut().needle;
        !std::mem::take(needle).is_empty()
    });
    if was_searching != Some(true) {
        app.screens.pop();
    }
    Vec::new()
}

/// Reads it again; on the page of what was said, fetches that again too.
fn refresh(app: &mut App) -> Vec<Effect> {
    let again = with(app, |app, inspect| {
        let mut effects = vec![Effect::Engine(Command::Read(vec![inspect.id]))];
        if inspect.tab == Tab::Transcript {
            effects.extend(transcript::fetch(app, inspect));
        }
        effects
    });
    again.unwrap_or_default()
}

/// Goes to another page. That of what was said is fetched now, and not before.
fn turn(app: &mut App, to: impl FnOnce(Tab) -> Tab) -> Vec<Effect> {
    let opened = with(app, |app, inspect| {
        inspect.tab = to(inspect.tab);
        if inspect.tab == Tab::Transcript {
            transcript::open(app, inspect)
        } else {
            Vec::new()
        }
    });
    opened.unwrap_or_default()
}

fn scroll(app: &mut App, action: Action, now: Timestamp) {
    let Some(step) = step_of(action) else { return };
    with(app, |app, inspect| {
        let (page, room) = (page(app, inspect, now), room(app, inspect));
        inspect.view_mut().go(step, &page, room);
    });
}

fn privacy(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let is_tree =
        matches!(app.screens.last(), Some(Screen::Inspect(inspect)) if inspect.tab == Tab::Json);
    if is_tree {
        // `zM` and `zR` fold; alone it is the mask, which waits for the second key.
        with(app, |_, inspect| inspect.chord = Some(now));
    } else {
        app.turn_privacy(now);
    }
    Vec::new()
}

/// The key after a `z`, if it makes a whole of both; else the `z` counts alone, and the key does what it does.
pub(crate) fn chord(app: &mut App, key: Key, now: Timestamp) -> bool {
    let Some(Screen::Inspect(inspect)) = app.screens.last_mut() else {
        return false;
    };
    if inspect.chord.take().is_none() {
        return false;
    }
    let folds = match key.code {
        KeyCode::Char('M') => Some(Folds::all_shut()),
        KeyCode::Char('R') => Some(Folds::all_open()),
        _ => None,
    };
    if let Some(folds) = folds {
        inspect.folds = folds;
        fit(app, now);
        return true;
    }
    app.turn_privacy(now);
    false
}

/// A `z` that no second key followed.
pub(crate) fn lapse(app: &mut App, now: Timestamp) {
    let lapsed = with(app, |_, inspect| {
        let lapsed = inspect.chord.take_if(|at| since(*at, now) >= CHORD);
        lapsed.is_some()
    });
    if lapsed == Some(true) {
        app.turn_privacy(now);
    }
}

fn unmask(app: &mut App, now: Timestamp) {
    let unmask = app.key(Mode::Inspect, Action::Unmask);
    let place = if app.spoken.is_some() {
        "read out"
    } else {
        "on the screen"
    };
    let words = with(app, |_, inspect| {
        let was_shown = match inspect.tab {
            Tab::Transcript => inspect.transcript.is_shown,
            _ => inspect.shows_attributes(),
        };
        if inspect.tab == Tab::Transcript {
            inspect.transcript.is_shown = !was_shown;
        } else {
            inspect.attributes_on = (!was_shown).then_some(inspect.tab);
        }
        if was_shown {
            "masked again".to_owned()
        } else {
            format!("shown: personal data is {place}; {unmask} masks it again")
        }
    });
    if let Some(words) = words {
        app.notices.tell(words, now);
    }
}

/// What the cursor is on: a value, a correlation id, a line that is shown.
pub(crate) fn value_here(app: &App, inspect: &Inspect, now: Timestamp) -> Option<String> {
    let page = page(app, inspect, now);
    let line = page
        .left
        .get(inspect.view().line)
        .filter(|_| page.has_cursor)?;
    if let Some(place) = &line.place {
        let body = inspect.shown_body(app)?;
        return copying::of_value(body.pointer(&place.pointer)?);
    }
    line.value.clone()
}

fn copy_value(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let copied = with(app, |app, inspect| value_here(app, inspect, now));
    let copied = copied.flatten().map(|text| Effect::Copy("it", text));
    copied.into_iter().collect()
}

fn fold(app: &mut App, action: Action, now: Timestamp) {
    with(app, |app, inspect| match action {
        Action::FoldAll => inspect.folds = Folds::all_shut(),
        Action::UnfoldAll => inspect.folds = Folds::all_open(),
        _ => {
            let lines = page(app, inspect, now).left;
            let line = lines.get(inspect.view().line);
            if let Some(place) = line.and_then(|line| line.place.as_ref()) {
                fold_here(inspect, place, action);
                go_to_head(app, inspect, &place.container, now);
                if action == Action::Fold && !place.is_open {
                    go_to_head(app, inspect, &place.parent, now);
                }
            }
        }
    });
}

fn fold_here(inspect: &mut Inspect, place: &Place, action: Action) {
    let open = match action {
        Action::Fold => false,
        Action::Unfold => true,
        _ => !place.is_open,
    };
    inspect.folds.turn(&place.container, open);
}

/// Puts the cursor on the first line of a part.
fn go_to_head(app: &App, inspect: &mut Inspect, pointer: &str, now: Timestamp) {
    let is_head = |place: &Place| place.is_head && place.pointer == pointer;
    let lines = page(app, inspect, now).left;
    let head = lines
        .iter()
        .position(|line| line.place.as_ref().is_some_and(is_head));
    if let Some(head) = head {
        inspect.view_mut().line = head;
    }
}

/// The chat after this one in the list, or before it.
pub(crate) fn beside(app: &App, id: ConversationId, forward: bool) -> Option<ConversationId> {
    let shown = app.chats.shown();
    let at = app.chats.line_of(id).unwrap_or(0);
    let to = if forward { at + 1 } else { at.wrapping_sub(1) };
    shown.get(to).copied()
}

fn neighbour(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let Some(Screen::Inspect(inspect)) = app.screens.last() else {
        return Vec::new();
    };
    let tab = inspect.tab;
    let Some(next) = beside(app, inspect.id, action == Action::NextChat) else {
        return Vec::new();
    };
    app.chats.go_to(next, app.extent.chat_rows(), now);
    if let Some(Screen::Inspect(inspect)) = app.screens.last_mut() {
        **inspect = Inspect::new(next);
        // What was said in the next chat is fetched only when its page is opened.
        if tab != Tab::Transcript {
            inspect.tab = tab;
        }
    }
    vec![Effect::Engine(Command::Read(vec![next]))]
}

/// Everything about the chat that is known here, for a file. Masked: nobody asked for names.
fn packet(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let made = with(app, |app, inspect| {
        let row = app.roster.row(inspect.id)?;
        let dossier = &inspect.dossier;
        Some(Packet {
            made_at: now,
            scope: app.settings.scope.clone(),
            place: app.settings.place.clone(),
            label: app.settings.label.clone(),
            row,
            first: dossier.first.clone(),
            newest: dossier.newest.clone(),
            requests: dossier.requests.iter().cloned().collect(),
            runs: Vec::new(),
            no_runs: None,
            is_masked: true,
        })
    });
    let packet = made.flatten();
    packet
        .map(|packet| Effect::SavePacket(Box::new(packet)))
        .into_iter()
        .collect()
}
