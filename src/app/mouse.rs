//! The mouse, for those who like it: the wheel moves, a click selects, sorts or turns to a page, two open, the right button opens the copy
//! menu of a chat, and elsewhere the commands for what it points at. Everything it does is a row of the table of actions that only looks,
//! moves or selects: what plans, confirms, starts, stops, switches or quits is of the group [`Group::Act`], and no button reaches it.

use jiff::{SignedDuration, Timestamp};

use super::action::{Action, Binding, Group, Mode, in_mode};
use super::board::items;
use super::{
    App, Effect, Overlay, Screen, columns, confirm, lookout, messages, palette, typing, update,
};
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::moment::since;
use crate::domain::sorting::SortKey;

/// Two presses on the same place within this time are one wish to open it.
const DOUBLE: SignedDuration = SignedDuration::from_millis(400);
/// Rows that a step of the wheel goes.
const STEP: usize = 3;

/// What was done with the mouse, and on what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What was done.
    pub what: Stroke,
    /// The column, from 0.
    pub x: u16,
    /// The row, from 0.
    pub y: u16,
    /// What the newest frame showed there. Whoever draws knows.
    pub on: Option<Spot>,
}

/// What a hand does with a mouse. Moving it about and letting a button go are nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stroke {
    /// The left button.
    Press,
    /// The right button.
    Menu,
    /// The wheel, upwards.
    Up,
    /// The wheel, downwards.
    Down,
}

/// A place on the screen that means something: what is there, and never which row it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A chat's row, of the list, a plan or a board.
    Chat(ConversationId),
    /// A past run.
    Run(RunId),
    /// The head of a column that can be sorted by.
    Head(SortKey),
    /// A line of a menu, from 0.
    Choice(usize),
    /// A line of a page with a cursor, from 0.
    Line(usize),
    /// Something that does what a key does: a view, a page's name, a letter of the copy menu.
    Does(Action),
    /// A request of the log, by its number.
    Request(u64),
    /// A message, by its number.
    Message(u64),
    /// An action of the commands.
    Entry(Mode, Action),
}

/// What the console remembers of the mouse.
#[derive(Debug, Default)]
pub struct Pointer {
    /// The terminal is asked to report it.
    pub is_on: bool,
    last: Option<(Spot, Timestamp)>,
}

impl Pointer {
    /// Whether this press is the second on its place.
    fn is_double(&mut self, on: Option<Spot>, now: Timestamp) -> bool {
        let before = self.last.take();
        let is_double =
            before.is_some_and(|(spot, at)| Some(spot) == on && since(at, now) <= DOUBLE);
        if !is_double {
            self.last = on.map(|spot| (spot, now));
        }
        is_double
    }
}

/// Turns it on or off, and says how text is selected meanwhile.
pub(crate) fn turn(app: &mut App, now: Timestamp) -> Vec<Effect> {
    app.pointer.is_on = !app.pointer.is_on;
    let key = app.key(Mode::Chats, Action::Mouse);
    let words = if app.pointer.is_on {
        format!("mouse on: Shift and drag selects text (Option on a Mac); {key} turns it off")
    } else {
        format!("mouse off: dragging selects text; {key} turns it on")
    };
    app.notices.tell(words, now);
    vec![Effect::Mouse(app.pointer.is_on)]
}

/// Something was done with the mouse.
pub(crate) fn used(app: &mut App, mouse: Mouse, now: Timestamp) -> Vec<Effect> {
    let mode = app.mode();
    let is_button = matches!(mouse.what, Stroke::Press | Stroke::Menu);
    if is_button {
        app.notices.key_pressed(true);
    }
    match (mode, mouse.what) {
        (Mode::Confirm, _) if is_button => {
            let words = "the mouse confirms nothing: type the phrase, or Esc cancels";
            app.notices.tell(words, now);
            Vec::new()
        }
        (Mode::Starting, _) if is_button => {
            confirm::call_off(app, now);
            Vec::new()
        }
        (Mode::Confirm | Mode::Starting, _) => Vec::new(),
        (_, Stroke::Up) => wheel(app, Action::Up, now),
        (_, Stroke::Down) => wheel(app, Action::Down, now),
        (_, Stroke::Press) => {
            let is_double = app.pointer.is_double(mouse.on, now);
            press(app, mouse.on, is_double, now)
        }
        (_, Stroke::Menu) => menu(app, mouse.on, now),
    }
}

/// The row of an action that is bound in this mode and does not act.
fn harmless(mode: Mode, action: Action) -> Option<&'static Binding> {
    in_mode(mode).find(|row| row.action == action && row.group != Group::Act)
}

/// The one way from the mouse to an action: what is bound in this mode and does not act. From there on it goes the way of its key.
fn done(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let mode = app.mode();
    match harmless(mode, action) {
        Some(row) => update::done(app, mode, action, row.id, now),
        None => Vec::new(),
    }
}

/// What two clicks open. Where that would act, a key is asked for.
fn open(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let mode = app.mode();
    let acts = |row: &Binding| row.action == Action::Open && row.group == Group::Act;
    if in_mode(mode).any(acts) {
        only_looks(app, mode, Action::Open, now);
        return Vec::new();
    }
    done(app, Action::Open, now)
}

fn only_looks(app: &mut App, mode: Mode, action: Action, now: Timestamp) {
    let key = app.key(mode, action);
    app.notices
        .tell(format!("the mouse only looks: {key} does that"), now);
}

/// A line of the commands: the first click puts the cursor there, the second does what it says, if that acts on nothing.
fn command(
    app: &mut App,
    mode: Mode,
    action: Action,
    is_double: bool,
    now: Timestamp,
) -> Vec<Effect> {
    palette::point(app, mode, action);
    if !is_double {
        return Vec::new();
    }
    if harmless(mode, action).is_some() {
        return palette::press(app, Action::Accept, now);
    }
    only_looks(app, Mode::Palette, Action::Accept, now);
    Vec::new()
}

fn wheel(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let steps = match app.mode() {
        Mode::Sort | Mode::Columns => 1,
        _ => STEP,
    };
    (0..steps).flat_map(|_| done(app, action, now)).collect()
}

fn press(app: &mut App, on: Option<Spot>, is_double: bool, now: Timestamp) -> Vec<Effect> {
    if app.mode() == Mode::Filter && matches!(on, Some(Spot::Chat(_))) {
        typing::filter_key(app, Action::Accept, now);
    }
    match (app.mode(), on) {
        (_, Some(Spot::Does(action))) => return done(app, action, now),
        (Mode::Sort, Some(Spot::Choice(line))) => {
            app.overlay = Some(Overlay::Sort(line));
            return update::done(app, Mode::Sort, Action::Accept, "accept", now);
        }
        (Mode::Columns, Some(Spot::Choice(line))) => {
            columns::clicked(app, line, now);
            return Vec::new();
        }
        (Mode::Chats, Some(Spot::Head(key))) => {
            sort_by(app, key, now);
            return Vec::new();
        }
        (Mode::Palette, Some(Spot::Entry(mode, action))) => {
            return command(app, mode, action, is_double, now);
        }
        (_, Some(spot)) if !select(app, spot, now) => return Vec::new(),
        (_, None) => return Vec::new(),
        _ => {}
    }
    if is_double {
        open(app, now)
    } else {
        Vec::new()
    }
}

/// The copy menu, for the chat that is pointed at; on other screens the commands, for what is pointed at there.
fn menu(app: &mut App, on: Option<Spot>, now: Timestamp) -> Vec<Effect> {
    match (app.mode(), on) {
        (Mode::Inspect, _) => done(app, Action::Copy, now),
        (Mode::Chats, Some(spot @ Spot::Chat(_))) if select(app, spot, now) => {
            done(app, Action::Copy, now)
        }
        (Mode::Chats, _) | (_, None) => Vec::new(),
        (_, Some(spot)) if select(app, spot, now) => done(app, Action::Palette, now),
        _ => Vec::new(),
    }
}

/// A column is sorted by, or the other way round where it is already.
fn sort_by(app: &mut App, key: SortKey, now: Timestamp) {
    app.chats.sort.turn_to(key);
    app.reorder(now, true);
}

/// Puts the cursor of the screen in view on it, and says whether it is there.
fn select(app: &mut App, spot: Spot, now: Timestamp) -> bool {
    let mode = app.mode();
    let rows = app.extent.chat_rows();
    if let (Mode::Chats, Spot::Chat(id)) = (mode, spot) {
        app.chats.go_to(id, rows, now);
        return app.chats.cursor == Some(id);
    }
    if let (Some(Screen::Runs(runs)), Spot::Run(id)) = (app.screens.last_mut(), spot) {
        runs.at = Some(id);
        update::refit(app, now);
        return mode == Mode::Runs;
    }
    if app.overlay.is_some() {
        return false;
    }
    match spot {
        Spot::Message(number) => return messages::point(app, number),
        spot if lookout::point(app, spot) => return true,
        _ => {}
    }
    let line = line_of(app, mode, spot);
    match (app.screens.last_mut(), line) {
        (Some(Screen::Plan(planning)), Some(line)) => planning.line = line,
        (Some(Screen::Board(board)), Some(line)) => board.line = line,
        (Some(Screen::Inspect(inspect)), Some(line)) => inspect.view_mut().line = line,
        _ => return false,
    }
    update::refit(app, now);
    true
}

/// On which line of the screen in view it is.
fn line_of(app: &App, mode: Mode, spot: Spot) -> Option<usize> {
    match (mode, app.screens.last()?, spot) {
        (Mode::Plan, Screen::Plan(planning), Spot::Chat(id)) => {
            let plan = planning.plan.as_ref()?;
            let mut items = plan.items.iter().map(|item| item.id);
            let mut skipped = plan.skipped.iter().map(|left_out| left_out.id);
            let left_out = |at: usize| plan.items.len() + at;
            items
                .position(|other| other == id)
                .or_else(|| skipped.position(|other| other == id).map(left_out))
        }
        (Mode::Board, Screen::Board(board), Spot::Chat(id)) => {
            let shown = items(app.live.as_ref()?, board);
            shown.iter().position(|item| item.plan.id == id)
        }
        (Mode::Inspect, Screen::Inspect(_), Spot::Line(line)) => Some(line),
        _ => None,
    }
}
