//! One message in, effects out: the only way in which the console changes. Routing is from the front: dialog, then screen.

use jiff::Timestamp;

use super::action::keymap::written;
use super::action::{Action, Mode};
use super::chats::Chats;
use super::extent::Class;
use super::msg::{Key, Msg, Signal};
use super::scroll::Move;
use super::{
    App, Effect, Overlay, Screen, chats, confirm, copying, history, inspect, lookout, planning,
};
use super::{
    as_curl, attention, board, columns, explain, exporting, facts, help, keeping, messages, mouse,
    paging, view_name,
};
use super::{narrowing, palette, report, running, sheet, spoken, trace, typing, why_not};
use crate::domain::feed::Command;
use crate::domain::names::NameKind;
use crate::domain::sorting::SortKey;
use crate::domain::text::Text;

/// What is to be done at the very beginning, before any message: list, and look for unfinished runs.
pub fn start(app: &mut App) -> Vec<Effect> {
    let code = app.settings.wrap_up.as_ref();
    let code = code.filter(|code| code.name == code.id).map(|code| {
        let id = Text::clean(&code.id);
        Effect::Engine(Command::Name(vec![(NameKind::WrapUpCode, id)]))
    });
    let first = [Effect::Engine(Command::Refresh), history::look(app)];
    app.pointer.is_on = app.settings.configured.manners.mouse;
    let mouse = app.pointer.is_on.then_some(Effect::Mouse(true));
    first.into_iter().chain(code).chain(mouse).collect()
}

/// Folds one message at the time `now`, and says what to do.
pub fn update(app: &mut App, msg: Msg, now: Timestamp) -> Vec<Effect> {
    let is_tick = matches!(msg, Msg::Tick);
    let mut effects = folded(app, msg, now);
    // What is read out in this very turn is masked, and names commands.
    app.brief_logs();
    effects.extend(spoken::go_on(app, now));
    keeping::announce(app, &mut effects, is_tick);
    inspect::forget_unseen(app);
    history::give_up(app);
    inspect::announce(app, &mut effects);
    lookout::announce(app, &mut effects);
    palette::fit(app, now);
    explain::fit(app, now);
    help::fit(app, now);
    columns::fit(app);
    messages::fit(app);
    sheet::fit(app);
    app.chats.count_hidden();
    effects
}

fn folded(app: &mut App, msg: Msg, now: Timestamp) -> Vec<Effect> {
    app.notices
        .begin(matches!(msg, Msg::Key(_) | Msg::Mouse(_)));
    match msg {
        Msg::Key(key) => pressed(app, key, now),
        Msg::Paste(text) => typing::pasted(app, &text, now),
        Msg::Mouse(mouse) => mouse::used(app, mouse, now),
        Msg::Focus(is_here) => attention::turned(app, is_here, now),
        Msg::Resized { width, height } => resized(app, width, height, now),
        Msg::Drawn => {
            spoken::shown(app);
            if let Some(Overlay::Confirm(confirm)) = &mut app.overlay {
                confirm.drawn(now);
            }
            Vec::new()
        }
        Msg::Tick => tick(app, now),
        Msg::Spare => {
            if app.chats.is_surveying() {
                app.with_chats(now, Chats::go_on);
            } else {
                lookout::counting::go_on(app);
            }
            Vec::new()
        }
        Msg::Fact(fact) => facts::learned(app, fact, now),
        Msg::History(look, answer) => history::arrived(app, look, answer),
        Msg::NewestRuns(look, runs) => history::newest_came(app, look, runs),
        Msg::Loaded(id, answer) => history::loaded(app, id, answer, now),
        Msg::Said(words) => {
            app.notices.tell(words, now);
            Vec::new()
        }
        Msg::Saved(Ok(words) | Err(words)) => {
            app.notices.warn(words, now);
            Vec::new()
        }
        Msg::Kept(what) => {
            keeping::kept(app, *what, now);
            Vec::new()
        }
        Msg::Exporting(progress) => {
            app.exporting = app.exporting.is_some().then_some(progress);
            Vec::new()
        }
        Msg::Exported(result) => {
            exporting::ended(app, result, now);
            Vec::new()
        }
        Msg::Reloaded(what) => super::reload::reloaded(app, *what, now),
        Msg::Signal(Signal::Suspend) => suspend(app, now),
        Msg::Signal(signal) => {
            app.is_leaving = true;
            if spoken::was_known(app, signal) {
                return Vec::new();
            }
            running::interrupt(app, now)
        }
        Msg::Line(line, read) => spoken::heard(app, &line, read, now),
        Msg::InputEnded => spoken::ended(app, now),
        Msg::Profile(news) => lookout::profiles::told(app, *news, now),
        Msg::Recipes(news) => lookout::recipes::told(app, *news, now),
    }
}

/// Not while a run goes on: nobody would hear the answers of what is in flight. A start that is about to be made is called off.
fn suspend(app: &mut App, now: Timestamp) -> Vec<Effect> {
    if app.is_running() {
        app.notices.warn(why_not::NO_SUSPEND, now);
        return Vec::new();
    }
    if app.mode() == Mode::Starting {
        confirm::call_off(app, now);
    }
    vec![Effect::Suspend]
}

fn pressed(app: &mut App, key: Key, now: Timestamp) -> Vec<Effect> {
    let mode = app.mode();
    let action = app.settings.configured.keys.action(mode, key);
    let is_interrupt = action == Some(Action::Interrupt);
    if is_interrupt {
        spoken::note_interrupt(app);
    }
    if app.deaf_until.take_if(|until| *until <= now).is_none()
        && app.deaf_until.is_some()
        && !is_interrupt
    {
        return Vec::new();
    }
    app.notices.key_pressed(action.is_some() || mode.is_text());
    if app.extent.class() == Class::TooSmall {
        return blind(app, action, key, now);
    }
    if mode == Mode::Starting {
        confirm::call_off(app, now);
        return Vec::new();
    }
    if mode == Mode::Confirm {
        return confirm::press(app, key, now);
    }
    if mode == Mode::Inspect && inspect::chord(app, key, now) {
        return Vec::new();
    }
    match action {
        Some(action) => done(app, mode, action, &written(key), now),
        None if mode.is_text() => {
            typing::typed(app, mode, key, now);
            Vec::new()
        }
        None => Vec::new(),
    }
}

/// Does an action, or answers why it cannot be done: whatever asked for it comes this way. `by` is the key, or the action's name.
pub(crate) fn done(
    app: &mut App,
    mode: Mode,
    action: Action,
    by: &str,
    now: Timestamp,
) -> Vec<Effect> {
    if let Some(why) = why_not::why_not(app, mode, action, now) {
        why_not::answer(app, by, &why, now);
        return Vec::new();
    }
    match action {
        Action::Privacy if mode != Mode::Inspect => app.turn_privacy(now),
        Action::Mouse => return mouse::turn(app, now),
        Action::Interrupt => return running::interrupt(app, now),
        Action::Suspend => return suspend(app, now),
        Action::Redraw => return vec![Effect::Redraw],
        Action::Help => app.overlay = Some(Overlay::Help(Box::default())),
        Action::FilterSyntax if mode == Mode::Filter => {
            app.overlay = Some(Overlay::Help(Box::new(help::syntax())));
        }
        Action::Palette => palette::open(app, now),
        Action::Messages => messages::open(app),
        Action::Explain => explain::open(app, "", now),
        Action::Rules
        | Action::Requests
        | Action::Pulse
        | Action::Profiles
        | Action::Welcome
        | Action::Recipes => {
            return lookout::open(app, action, now);
        }
        Action::Export => exporting::open(app),
        Action::Pager => return paging::open(app, now),
        Action::Picture => return vec![Effect::Picture],
        Action::CopyCurl => return as_curl::copy(app),
        Action::Quit => return running::ask_to_quit(app),
        action => return acted(app, mode, action, now),
    }
    Vec::new()
}

/// Where nothing can be shown, a key can only leave.
fn blind(app: &mut App, action: Option<Action>, key: Key, now: Timestamp) -> Vec<Effect> {
    let leaves = matches!(action, Some(Action::Interrupt | Action::Quit)) || key == Key::char('q');
    if leaves {
        running::interrupt(app, now)
    } else {
        Vec::new()
    }
}

/// Does an action of the screen or the dialog that it belongs to.
fn acted(app: &mut App, mode: Mode, action: Action, now: Timestamp) -> Vec<Effect> {
    match mode {
        Mode::Chats => chats::press(app, action, now),
        Mode::Inspect => inspect::press(app, action, now),
        Mode::Plan => planning::press(app, action, now),
        Mode::Board => board::press(app, action, now),
        Mode::Trace => trace::press(app, action, now),
        Mode::Report => report::press(app, action, now),
        Mode::Runs => history::press(app, action, now),
        Mode::Messages => messages::press(app, action),
        Mode::Palette => palette::press(app, action, now),
        Mode::Rules
        | Mode::Requests
        | Mode::Pulse
        | Mode::Profiles
        | Mode::Welcome
        | Mode::Recipes => lookout::press(app, action, now),
        Mode::Quit => running::answer_quit(app, action, now),
        Mode::Filter => {
            typing::filter_key(app, action, now);
            Vec::new()
        }
        Mode::Note => {
            planning::note_key(app, action);
            Vec::new()
        }
        Mode::Sort => {
            sort_key(app, action, now);
            Vec::new()
        }
        Mode::Help => {
            help::press(app, action, now);
            Vec::new()
        }
        Mode::Explain => {
            explain::press(app, action);
            Vec::new()
        }
        Mode::Find => {
            inspect::find_key(app, action, now);
            Vec::new()
        }
        Mode::Copy => copying::press(app, action, now),
        Mode::Columns => {
            columns::press(app, action, now);
            Vec::new()
        }
        Mode::Attribute => {
            columns::name_key(app, action, now);
            Vec::new()
        }
        Mode::ViewName => view_name::press(app, action, now),
        Mode::Codes => planning::codes::press(app, action, now),
        Mode::Recipe => {
            planning::recipes::press(app, action, now);
            Vec::new()
        }
        Mode::Sheet => sheet::press(app, action),
        Mode::Narrow => {
            narrowing::press(app, action);
            Vec::new()
        }
        Mode::Export => exporting::press(app, action, now),
        Mode::Confirm | Mode::Starting => Vec::new(),
    }
}

/// The move that an action stands for, if it is one.
pub(crate) fn step_of(action: Action) -> Option<Move> {
    Some(match action {
        Action::Down => Move::Down,
        Action::Up => Move::Up,
        Action::First => Move::First,
        Action::Last => Move::Last,
        Action::HalfDown => Move::HalfDown,
        Action::HalfUp => Move::HalfUp,
        Action::PageDown => Move::PageDown,
        Action::PageUp => Move::PageUp,
        _ => return None,
    })
}

fn sort_key(app: &mut App, action: Action, now: Timestamp) {
    let Some(Overlay::Sort(line)) = &mut app.overlay else {
        return;
    };
    if let Some(step) = step_of(action) {
        *line = step.from(*line, SortKey::ALL.len(), SortKey::ALL.len());
        return;
    }
    let chosen = SortKey::ALL.get(*line).copied();
    app.overlay = None;
    if let (Action::Accept, Some(key)) = (action, chosen) {
        app.chats.sort.key = key;
        app.reorder(now, true);
    }
}

fn resized(app: &mut App, width: u16, height: u16, now: Timestamp) -> Vec<Effect> {
    app.extent = super::extent::Extent { width, height };
    app.chats.fit(app.extent.chat_rows());
    confirm::fit(app, now);
    refit(app, now);
    Vec::new()
}

/// Keeps every screen's scrolling within what there is to scroll.
pub(crate) fn refit(app: &mut App, now: Timestamp) {
    inspect::fit(app, now);
    planning::fit(app);
    board::fit(app);
    trace::fit(app);
    report::fit(app);
    history::fit(app);
    lookout::fit(app);
}

fn tick(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let marks = &app.chats.marks;
    let planned = app.screens.iter().find_map(|screen| match screen {
        Screen::Plan(planning) => Some(&planning.asked),
        _ => None,
    });
    let is_kept = |id| marks.contains(id) || planned.is_some_and(|asked| asked.contains(&id));
    let gone = app.roster.forget_ghosts(now, is_kept);
    app.chats.note_gone(gone);
    app.with_chats(now, Chats::tick);
    app.pace.note(app.chats.counts.read, now);
    let mut effects = confirm::tick(app, now);
    effects.extend(attend(app));
    effects.extend(attention::lapsed(app, now));
    inspect::lapse(app, now);
    lookout::tick(app, now);
    refit(app, now);
    effects
}

/// Tells the engine what is on screen and what is marked, when that changed: those chats are read first.
pub(super) fn attend(app: &mut App) -> Option<Effect> {
    let visible = match app.screens.last() {
        // Nobody looks: nothing is read sooner than the rest.
        _ if app.link.is_unwatched => Vec::new(),
        None => app.chats.on_screen(app.extent.chat_rows()).to_vec(),
        Some(Screen::Inspect(inspect)) => vec![inspect.id],
        Some(Screen::Plan(planning)) => planning.asked.clone(),
        Some(_) => Vec::new(),
    };
    let wanted = (visible, app.chats.marks.ids().to_vec());
    (wanted != app.attended).then(|| {
        app.attended = wanted.clone();
        Effect::Engine(Command::Attend {
            visible: wanted.0,
            marked: wanted.1,
        })
    })
}
