//! What keys do on the plan screen. `T` opens the box with the phrase; nothing here starts anything.

use jiff::Timestamp;
use tui_input::Input;

use super::{Frame, Planning, codes, dry_run, fit, recipes, room};
use crate::app::action::{Action, Mode};
use crate::app::confirm::Confirm;
use crate::app::{App, Effect, Overlay, Screen, inspect, why_not};
use crate::domain::feed::Command;
use crate::domain::ids::ConversationId;
use crate::domain::plan::Choices;
use crate::domain::step::Rung;

/// Opens a plan for what is marked, or for the chat under the cursor.
pub(crate) fn open_from_list(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let (asked, hidden) = app.chats.asked();
    open_for(app, asked, hidden, now)
}

/// Opens a plan for these chats, and asks for their re-reading.
pub(crate) fn open_for(
    app: &mut App,
    asked: Vec<ConversationId>,
    hidden: usize,
    now: Timestamp,
) -> Vec<Effect> {
    // Asked again here, for whoever opens a plan without a key.
    if let Some(why) = why_not::no_plan(app, now) {
        app.notices.warn(why, now);
        return Vec::new();
    }
    let choices = Choices {
        wrap_up: app.settings.wrap_up.as_ref().map(|code| code.id.clone()),
        ..Choices::default()
    };
    app.chats.range = None;
    let planning = Planning::new(asked.clone(), hidden, &app.roster, choices);
    app.screens.push(Screen::Plan(Box::new(planning)));
    vec![Effect::Engine(Command::Read(asked))]
}

/// Does an action of the plan screen.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let Some(rows) = app.planning().map(|planning| room(app, planning).0) else {
        return Vec::new();
    };
    let Some(Screen::Plan(planning)) = app.screens.last_mut() else {
        return Vec::new();
    };
    if let Some(step) = crate::app::update::step_of(action) {
        planning.line = step.from(planning.line, rows, planning.lines());
        fit(app);
        return Vec::new();
    }
    let chosen = planning.under_cursor();
    match action {
        // One step back: out of the dry run, then out of the plan.
        Action::Back if planning.rehearsing.take().is_some() => {
            let words = "dry run given up; the plan stays as it was chosen";
            app.notices.tell(words, now);
        }
        Action::Back => {
            app.screens.pop();
        }
        Action::Open => {
            if let Some(id) = chosen {
                app.screens
                    .push(Screen::Inspect(Box::new(inspect::Inspect::new(id))));
                return vec![Effect::Engine(Command::Read(vec![id]))];
            }
        }
        Action::Drop => {
            if let Some(id) = chosen {
                planning.dropped.push(id);
                refreeze(app, now);
            }
        }
        Action::Rung => {
            planning.choices.rung = match planning.choices.rung {
                Rung::Close => Rung::Legs,
                _ => Rung::Close,
            };
            if planning.is_read() {
                refreeze(app, now);
            }
        }
        Action::WrapUp => return codes::open(app),
        Action::Recipe => recipes::open(app),
        Action::DryRun => return dry_run::begin(planning),
        Action::Note => planning.typing = Some(Input::new(planning.note.clone())),
        Action::Reread => {
            planning.read_again();
            return vec![Effect::Engine(Command::Read(planning.to_read()))];
        }
        Action::Terminate => confirm(app, now),
        _ => {}
    }
    Vec::new()
}

/// A dropped row, another rung, code or recipe makes another plan of the same reads.
pub(super) fn refreeze(app: &mut App, now: Timestamp) {
    let frame = Frame {
        roster: &app.roster,
        scope: &app.settings.scope,
        max_batch: app.settings.max_batch,
    };
    if let Some(Screen::Plan(planning)) = app.screens.last_mut() {
        planning.freeze(&frame, now);
    }
    fit(app);
}

fn confirm(app: &mut App, now: Timestamp) {
    // Asked again here: nothing but this opens the box.
    if why_not::why_not(app, Mode::Plan, Action::Terminate, now).is_some() {
        return;
    }
    let Some(planning) = app.planning() else {
        return;
    };
    let Some(plan) = planning.plan.clone() else {
        return;
    };
    let note = planning.note.trim();
    let note = (!note.is_empty()).then(|| note.to_owned());
    app.overlay = Some(Overlay::Confirm(Box::new(Confirm::to_start(plan, note))));
}

/// Ends typing the note.
pub(crate) fn note_key(app: &mut App, action: Action) {
    if let Some(planning) = app.planning_mut()
        && let Some(input) = planning.typing.take()
        && action == Action::Accept
    {
        input.value().trim().clone_into(&mut planning.note);
    }
}
