//! The column chooser (`C`): every column with what it means, shown or not, in which order; and by which the list is sorted. The list
//! behind it changes at once; one step back leaves it as it was.

use jiff::Timestamp;
use tui_input::Input;

use super::action::{Action, Mode};
use super::chats::{AT_ONCE, Column, Sort};
use super::extent::{Class, Extent};
use super::scroll::follow;
use super::update::step_of;
use super::{App, Overlay};
use crate::domain::sorting::SortKey;
use crate::domain::text::Text;

/// The longest key of an attribute.
pub(crate) const LONGEST: usize = 60;
/// Lines of the box that are no columns: its border, an empty line, and how much fits.
const AROUND: u16 = 4;

/// A column as the chooser lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which one.
    pub column: Column,
    /// It is shown.
    pub is_shown: bool,
}

/// The chooser.
#[derive(Debug)]
pub struct Chooser {
    /// Every column, in the order in which they stand. Severity is the first.
    pub choices: Vec<Choice>,
    /// Where the cursor is; behind the last column is the line that takes the name of an attribute.
    pub line: usize,
    /// The first line in view.
    pub top: usize,
    /// The name of an attribute, while somebody types it.
    pub typing: Option<Input>,
    before: (Vec<Column>, Sort),
}

impl Chooser {
    /// How many lines it has, that for an attribute's name included.
    pub fn count(&self) -> usize {
        self.choices.len() + 1
    }

    /// The columns that are shown, in order. The usual ones in their order are no choice: they go by the room.
    fn chosen(&self) -> Vec<Column> {
        let shown = self.choices.iter().filter(|choice| choice.is_shown);
        let shown: Vec<Column> = shown.map(|choice| choice.column.clone()).collect();
        if shown == Column::USUAL {
            Vec::new()
        } else {
            shown
        }
    }
}

/// How many lines of the chooser are in view.
pub fn rows(extent: Extent, count: usize) -> u16 {
    let room = match extent.class() {
        Class::Wide | Class::Normal => extent.height.saturating_sub(5),
        _ => extent.height.saturating_sub(1),
    };
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    count.min(room.saturating_sub(AROUND)).max(1)
}

/// How high the box is.
pub fn height(extent: Extent, count: usize) -> u16 {
    rows(extent, count).saturating_add(AROUND)
}

/// Opens it on what the list shows now.
pub(crate) fn open(app: &mut App) {
    let in_force = &app.chats.columns;
    let shown = if in_force.is_empty() {
        Column::USUAL.to_vec()
    } else {
        in_force.clone()
    };
    let mut choices: Vec<Choice> = Vec::new();
    let severity = Column::Key(SortKey::Severity);
    let offered = Column::USUAL.into_iter().chain(Column::OTHERS);
    let first = std::iter::once(severity).map(|column| (column, true));
    let rest = shown.into_iter().map(|column| (column, true));
    for (column, is_shown) in first
        .chain(rest)
        .chain(offered.map(|column| (column, false)))
    {
        if choices.iter().all(|known| known.column != column) {
            choices.push(Choice { column, is_shown });
        }
    }
    app.overlay = Some(Overlay::Columns(Box::new(Chooser {
        choices,
        line: 0,
        top: 0,
        typing: None,
        before: (app.chats.columns.clone(), app.chats.sort),
    })));
}

fn shown(app: &App) -> Option<&Chooser> {
    match &app.overlay {
        Some(Overlay::Columns(chooser)) => Some(chooser),
        _ => None,
    }
}

fn shown_mut(app: &mut App) -> Option<&mut Chooser> {
    match &mut app.overlay {
        Some(Overlay::Columns(chooser)) => Some(chooser),
        _ => None,
    }
}

/// Does a key of the chooser.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) {
    let extent = app.extent;
    let Some(chooser) = shown_mut(app) else {
        return;
    };
    let count = chooser.count();
    if let Some(step) = step_of(action) {
        let rows = usize::from(rows(extent, count));
        chooser.line = step.from(chooser.line, rows, count);
        return;
    }
    match action {
        Action::ShowColumn => turn(app, now),
        Action::ColumnDown => carry(app, 1, now),
        Action::ColumnUp => carry(app, -1, now),
        Action::UsualColumns => usual(app),
        Action::Sort => sort(app, now),
        Action::Accept => keep(app, now),
        _ => leave(app, now),
    }
}

/// What was chosen is in the list at once.
fn apply(app: &mut App) {
    if let Some(chooser) = shown(app) {
        app.chats.columns = chooser.chosen();
    }
}

/// Shows a column, or no more. On the last line the name of an attribute is typed.
fn turn(app: &mut App, now: Timestamp) {
    let Some(chooser) = shown_mut(app) else {
        return;
    };
    match chooser.choices.get_mut(chooser.line) {
        None => chooser.typing = Some(Input::default()),
        Some(choice) if choice.column == Column::Key(SortKey::Severity) => {
            app.notices.tell("SEV is always shown, and first", now);
        }
        Some(choice) => {
            choice.is_shown = !choice.is_shown;
            apply(app);
        }
    }
}

/// Carries a column down or up; nothing stands before the severity.
fn carry(app: &mut App, by: isize, now: Timestamp) {
    let Some(chooser) = shown_mut(app) else {
        return;
    };
    let (from, last) = (chooser.line, chooser.choices.len());
    let to = from.saturating_add_signed(by);
    if from == 0 || to == 0 {
        app.notices.tell("SEV is always shown, and first", now);
        return;
    }
    if from < last && to < last {
        chooser.choices.swap(from, to);
        chooser.line = to;
        apply(app);
    }
}

/// The usual columns again, as many as the room allows.
fn usual(app: &mut App) {
    app.chats.columns = Vec::new();
    let before = shown(app).map(|chooser| chooser.before.clone());
    let line = shown(app).map_or(0, |chooser| chooser.line);
    open(app);
    if let (Some(chooser), Some(before)) = (shown_mut(app), before) {
        chooser.before = before;
        chooser.line = line.min(chooser.count() - 1);
    }
}

/// Sorts by the column, or the other way round where the list is sorted by it already.
fn sort(app: &mut App, now: Timestamp) {
    let Some(chooser) = shown(app) else {
        return;
    };
    let Some(choice) = chooser.choices.get(chooser.line) else {
        app.notices.tell("nothing is sorted by an attribute", now);
        return;
    };
    if let Some(key) = choice.column.key() {
        app.chats.sort.turn_to(key);
        app.reorder(now, true);
    } else {
        let words = format!("nothing is sorted by {}", choice.column.head());
        app.notices.tell(words, now);
    }
}

/// Keeps what was chosen: for every view that has no columns of its own, or until this one with its own is left.
fn keep(app: &mut App, now: Timestamp) {
    let is_changed = shown(app).is_some_and(|chooser| chooser.before.0 != app.chats.columns);
    app.overlay = None;
    if !is_changed {
        return;
    }
    if own(app).is_some() {
        let key = app.key(Mode::Chats, Action::SaveView);
        let words = format!("shown until another view is opened; {key} saves them in a view");
        app.notices.tell(words, now);
    } else {
        app.chats.usual.clone_from(&app.chats.columns);
    }
}

/// As it was.
fn leave(app: &mut App, now: Timestamp) {
    if let Some(chooser) = shown(app) {
        let (columns, sort) = chooser.before.clone();
        let is_sorted_anew = app.chats.sort != sort;
        app.chats.columns = columns;
        app.chats.sort = sort;
        app.overlay = None;
        if is_sorted_anew {
            app.reorder(now, true);
        }
    }
}

/// The name of the open view, where it has columns of its own.
pub fn own(app: &App) -> Option<Text> {
    let view = app.open_own_view()?;
    (!view.columns.is_empty()).then(|| view.name.clone())
}

/// A key that types nothing, while the name of an attribute is typed.
pub(crate) fn name_key(app: &mut App, action: Action, now: Timestamp) {
    let Some(chooser) = shown_mut(app) else {
        return;
    };
    let Some(typed) = chooser.typing.take() else {
        return;
    };
    let Some(column) = Column::attribute(typed.value()).filter(|_| action == Action::Accept) else {
        return;
    };
    let known = chooser.choices.iter().position(|one| one.column == column);
    let line = known.unwrap_or(chooser.choices.len());
    chooser.line = line;
    match chooser.choices.get_mut(line) {
        Some(choice) => choice.is_shown = true,
        None => chooser.choices.push(Choice {
            column: column.clone(),
            is_shown: true,
        }),
    }
    apply(app);
    if let Column::Attribute(key) = column
        // All of a long list is not looked through for a word.
        && app.roster.len() <= AT_ONCE
        && !is_noted(app, &key)
    {
        let words = format!("no chat that was read has an attribute {key}");
        app.notices.tell(words, now);
    }
}

/// Somebody noted something down under this key.
fn is_noted(app: &App, key: &Text) -> bool {
    let mut rows = app.roster.rows();
    rows.any(|row| crate::domain::shown::attribute(&row, key).is_some())
}

/// The name of an attribute is typed.
pub(crate) fn typed(app: &mut App, edit: impl FnOnce(&mut Input) -> bool) {
    if let Some(input) = shown_mut(app).and_then(|chooser| chooser.typing.as_mut()) {
        edit(input);
    }
}

/// A line was clicked: it is under the cursor, and turned around.
pub(crate) fn clicked(app: &mut App, line: usize, now: Timestamp) {
    if let Some(chooser) = shown_mut(app)
        && chooser.typing.is_none()
        && line < chooser.count()
    {
        chooser.line = line;
        turn(app, now);
    }
}

/// Keeps the cursor in view.
pub(crate) fn fit(app: &mut App) {
    let extent = app.extent;
    if let Some(chooser) = shown_mut(app) {
        let rows = usize::from(rows(extent, chooser.count()));
        chooser.top = follow(chooser.top, chooser.line, rows, chooser.count());
    }
}
