//! The command palette (`:`): every action of the table by its words, with its key. What cannot be done now stands below, with the reason.
//! A choice goes the way of its key, so nothing can be done here that a key cannot do.

mod matching;

use jiff::Timestamp;
use tui_input::Input;

use super::action::{Action, Binding, Group, Mode, TABLE, in_mode};
use super::extent::{Class, Extent};
use super::msg::Key;
use super::scroll::{Move, follow};
use super::update::{done, step_of};
use super::why_not::{self, why_not};
use super::{App, Effect, Overlay, explain, help};
use matching::rank;

/// The most characters that are typed here, in the help and in a question to the filter.
pub(crate) const LONGEST: usize = 60;

/// The palette.
#[derive(Debug)]
pub struct Palette {
    /// What is typed.
    pub typed: Input,
    /// What is under the cursor: an action, never a line.
    pub chosen: Option<(Mode, Action)>,
    /// The first line on screen.
    pub top: usize,
    /// The screen that it was opened over.
    over: Mode,
}

/// An action that is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it would be done.
    pub mode: Mode,
    /// What would be done.
    pub action: Action,
    /// Its name, by which it is typed.
    pub name: String,
    /// What it does, about what is under the cursor or marked now.
    pub words: String,
    /// Its first key, if it has one.
    pub key: Option<Key>,
    /// Why it cannot be done now.
    pub why_not: Option<String>,
}

/// A line of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// An empty line.
    Blank,
    /// What stands below it.
    Heading(&'static str),
    /// An action.
    Entry(Entry),
}

/// Opens it.
pub(crate) fn open(app: &mut App, now: Timestamp) {
    app.overlay = Some(Overlay::Palette(Box::new(Palette {
        typed: Input::default(),
        chosen: None,
        top: 0,
        over: app.screen_mode(),
    })));
    choose_first(app, now);
}

/// Its lines: what can be done, best match first; below, what cannot.
pub fn lines(app: &App, palette: &Palette, now: Timestamp) -> Vec<Line> {
    let mut ranked: Vec<(u8, Entry)> = all(app, palette.over, now)
        .into_iter()
        .filter_map(|(also, entry)| {
            let (typed, _) = in_two(palette.typed.value());
            Some((rank(typed, &entry, also)?, entry))
        })
        .collect();
    // Moving about is what people know already. The sort is stable: else the table's order stands.
    ranked.sort_by_key(|(rank, entry)| (entry.why_not.is_some(), *rank, is_move(entry)));
    let mut lines: Vec<Line> = Vec::new();
    let mut is_off = false;
    for (_, entry) in ranked {
        if entry.why_not.is_some() && !is_off {
            is_off = true;
            if !lines.is_empty() {
                lines.push(Line::Blank);
            }
            lines.push(Line::Heading("off now"));
        }
        lines.push(Line::Entry(entry));
    }
    lines
}

fn is_move(entry: &Entry) -> bool {
    in_mode(entry.mode).any(|row| row.action == entry.action && row.group == Group::Move)
}

/// What is typed without what is said to the one command that takes more, and that.
fn in_two(typed: &str) -> (&str, &str) {
    match typed.trim_start().split_once(' ') {
        Some((name, rest)) if name.eq_ignore_ascii_case("explain") => (name, rest.trim()),
        _ => (typed.trim(), ""),
    }
}

/// Every action: those of the screen, of what it can copy, and those of other screens, which say where they are. With each, other words
/// for it.
fn all(app: &App, over: Mode, now: Timestamp) -> Vec<(&'static str, Entry)> {
    let mut entries = Vec::new();
    let copies = in_mode(over).any(|row| row.action == Action::Copy && over != Mode::Messages);
    let has_menu = copies && matches!(over, Mode::Chats | Mode::Inspect);
    for row in in_mode(over).filter(|row| row.action != Action::Palette) {
        let why = why_not(app, over, row.action, now);
        entries.push((also(row.action), entry(app, over, row, why, now)));
    }
    let menu = in_mode(Mode::Copy).filter(|row| has_menu && row.id.starts_with("copy-"));
    for row in menu {
        let why = why_not(app, over, Action::Copy, now)
            .or_else(|| why_not(app, Mode::Copy, row.action, now));
        let mut entry = entry(app, Mode::Copy, row, why, now);
        entry.words = format!("copy {}", entry.words);
        // Its letter is one only in the menu.
        entry.key = None;
        entries.push(("", entry));
    }
    for row in TABLE.iter().filter(|row| row.action != Action::Palette) {
        let Some(mode) = row.modes.iter().copied().find(|mode| mode.is_screen()) else {
            continue;
        };
        if entries.iter().any(|(_, known)| known.action == row.action) {
            continue;
        }
        let why = elsewhere(app, mode);
        entries.push((also(row.action), entry(app, mode, row, Some(why), now)));
    }
    entries
}

/// Where an action of another screen is done, and which key of the list opens that.
fn elsewhere(app: &App, mode: Mode) -> String {
    let opens = match mode {
        Mode::Inspect => Action::Open,
        Mode::Plan => Action::Plan,
        Mode::Runs => Action::Runs,
        Mode::Rules => Action::Rules,
        Mode::Requests => Action::Requests,
        Mode::Pulse => Action::Pulse,
        Mode::Profiles => Action::Profiles,
        Mode::Recipes => Action::Recipes,
        _ => return format!("on the screen: {}", mode.words()),
    };
    let key = app.key(Mode::Chats, opens);
    format!("on the screen: {} ({key} opens it)", mode.words())
}

fn entry(
    app: &App,
    mode: Mode,
    row: &'static Binding,
    why_not: Option<String>,
    now: Timestamp,
) -> Entry {
    let keys = app.settings.configured.keys.keys(mode, row);
    Entry {
        mode,
        action: row.action,
        name: row.id.replace('-', " "),
        words: help::words_of(app, mode, row, now),
        key: keys.first().copied(),
        why_not,
    }
}

/// What people call an action that its row does not.
pub(super) fn also(action: Action) -> &'static str {
    match action {
        Action::Plan => "terminate end kill disconnect close",
        Action::Terminate => "confirm start go",
        Action::StopRun => "cancel abort",
        Action::Runs => "history journal",
        Action::Messages => "log errors notices",
        Action::OpenPage => "browser link genesys",
        Action::Find => "search",
        Action::Filter => "search",
        Action::Packet => "export support case",
        Action::Export => "save csv json markdown har file",
        Action::Picture => "screenshot screen svg export image",
        Action::Pager => "less read",
        Action::CopyCurl => "command request",
        Action::Privacy => "mask hide names",
        Action::MarkAll => "select all",
        Action::Help => "keys legend glyphs",
        Action::Quit => "exit leave",
        Action::SaveView => "view save keep",
        Action::RenameView => "view name",
        Action::RemoveView => "view delete forget",
        Action::Columns => "fields attributes",
        Action::WrapUp => "code acw",
        Action::DryRun => "check rehearse test",
        Action::Follow => "tail newest",
        _ => "",
    }
}

/// How wide and high the box is, with its border.
pub fn size(extent: Extent) -> (u16, u16) {
    match extent.class() {
        Class::Wide => (84, extent.height.saturating_sub(12).min(24)),
        Class::Normal => (66, extent.height.saturating_sub(6).min(24)),
        _ => (extent.width, extent.height.saturating_sub(2)),
    }
}

/// How many lines there is room for: the rest is the border, what is typed and a rule.
fn room(app: &App) -> usize {
    usize::from(size(app.extent).1).saturating_sub(4).max(1)
}

fn shown(app: &App) -> Option<&Palette> {
    match &app.overlay {
        Some(Overlay::Palette(palette)) => Some(palette),
        _ => None,
    }
}

fn shown_mut(app: &mut App) -> Option<&mut Palette> {
    match &mut app.overlay {
        Some(Overlay::Palette(palette)) => Some(palette),
        _ => None,
    }
}

fn entries(app: &App, now: Timestamp) -> Vec<Entry> {
    let lines = shown(app).map(|palette| lines(app, palette, now));
    let entries = lines.into_iter().flatten().filter_map(|line| match line {
        Line::Entry(entry) => Some(entry),
        Line::Blank | Line::Heading(_) => None,
    });
    entries.collect()
}

fn choose_first(app: &mut App, now: Timestamp) {
    let first = entries(app, now).first().map(|one| (one.mode, one.action));
    if let Some(palette) = shown_mut(app) {
        palette.chosen = first;
        palette.top = 0;
    }
}

/// What is typed changes; the best match is under the cursor then.
pub(crate) fn typed(app: &mut App, edit: impl FnOnce(&mut Input) -> bool, now: Timestamp) {
    if shown_mut(app).is_some_and(|palette| edit(&mut palette.typed)) {
        choose_first(app, now);
    }
}

/// Does an action of the palette.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let entries = entries(app, now);
    let rows = room(app);
    let Some(palette) = shown_mut(app) else {
        return Vec::new();
    };
    let is_chosen = |entry: &Entry| palette.chosen == Some((entry.mode, entry.action));
    let at = entries.iter().position(is_chosen);
    if let Some(step) = step_of(action) {
        let to = turned(step, at.unwrap_or(0), rows, entries.len());
        palette.chosen = entries.get(to).map(|entry| (entry.mode, entry.action));
        return Vec::new();
    }
    let chosen = at.and_then(|at| entries.get(at)).cloned();
    match (action, chosen) {
        (Action::Complete, Some(entry)) => {
            palette.typed = Input::new(entry.name);
            Vec::new()
        }
        (Action::Accept, Some(entry)) => carry_out(app, &entry, now),
        (Action::Accept, None) => {
            let words = format!("no action is called {}", palette.typed.value());
            app.notices.warn(words, now);
            Vec::new()
        }
        (Action::Back, _) => {
            app.overlay = None;
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Puts the cursor on this action.
pub(crate) fn point(app: &mut App, mode: Mode, action: Action) {
    if let Some(palette) = shown_mut(app) {
        palette.chosen = Some((mode, action));
    }
}

/// Up from the first is the last, and down from the last the first.
fn turned(step: Move, at: usize, rows: usize, count: usize) -> usize {
    match step {
        Move::Up if at == 0 => count.saturating_sub(1),
        Move::Down if at + 1 >= count => 0,
        step => step.from(at, rows, count),
    }
}

/// Goes the way of the key. What cannot be done answers with its reason, and the palette stays.
fn carry_out(app: &mut App, entry: &Entry, now: Timestamp) -> Vec<Effect> {
    if let Some(why) = &entry.why_not {
        why_not::answer(app, &entry.name, why, now);
        return Vec::new();
    }
    let rest = shown(app).map(|palette| in_two(palette.typed.value()).1.to_owned());
    app.overlay = None;
    if entry.action == Action::Explain {
        explain::open(app, &rest.unwrap_or_default(), now);
        return Vec::new();
    }
    done(app, entry.mode, entry.action, &entry.name, now)
}

/// Keeps the cursor in view. Over another screen than it was opened over the palette closes: its entries are not those that were read.
pub(crate) fn fit(app: &mut App, now: Timestamp) {
    let Some(palette) = shown(app) else { return };
    if palette.over != app.screen_mode() {
        app.close_dialog("commands closed: another screen came below them", now);
        return;
    }
    let lines = lines(app, palette, now);
    let at = lines.iter().position(|line| match line {
        Line::Entry(entry) => palette.chosen == Some((entry.mode, entry.action)),
        Line::Blank | Line::Heading(_) => false,
    });
    let rows = room(app);
    if let Some(palette) = shown_mut(app) {
        palette.top = follow(palette.top, at.unwrap_or(0), rows, lines.len());
    }
}
