//! What each command does: the same as the key on the screen that it belongs to, and what there is to say at once.

use jiff::Timestamp;

use super::commands::{self, Verb};
use super::numbers::{self, Of};
use super::waiting::Awaited;
use super::{chat, list, looking, lookouts, past, plan, run, say, say_all, wait_for};
use crate::app::action::{Action, Mode, in_mode};
use crate::app::inspect::Inspect;
use crate::app::update::done as act;
use crate::app::{App, Effect, Screen, planning, running, why_not};
use crate::domain::feed::Command;
use crate::domain::ids::ConversationId;
use crate::domain::vendor_page;

/// Does what a line says.
pub(super) fn done(app: &mut App, line: &str, now: Timestamp) -> Vec<Effect> {
    let line = line.trim();
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    if word.is_empty() {
        return Vec::new();
    }
    let Some(command) = commands::find(&word.to_lowercase()) else {
        let near = commands::near(word);
        say(
            app,
            format!("There is no command {word}. Did you mean \"{near}\"? \"help\" lists them."),
        );
        return Vec::new();
    };
    obey(app, command.verb, rest.trim(), now).unwrap_or_else(|why| {
        say(app, why);
        Vec::new()
    })
}

/// What comes of a command; or why nothing does.
pub(super) type Obeyed = Result<Vec<Effect>, String>;

fn obey(app: &mut App, verb: Verb, rest: &str, now: Timestamp) -> Obeyed {
    match verb {
        Verb::Show
        | Verb::Why
        | Verb::Transcript
        | Verb::Unmask
        | Verb::Earlier
        | Verb::Link
        | Verb::Packet => about_one(app, verb, rest, now),
        Verb::Plan
        | Verb::Drop
        | Verb::Rung
        | Verb::Note
        | Verb::WrapUp
        | Verb::Recipe
        | Verb::DryRun
        | Verb::Reread
        | Verb::Terminate => about_plan(app, verb, rest, now),
        Verb::Status | Verb::Stop | Verb::Pause | Verb::Report | Verb::Requests | Verb::Again => {
            about_run(app, verb, rest, now)
        }
        Verb::Runs => Ok(past::list(app, now)),
        Verb::Run => past::open(app, rest, now),
        Verb::Resume => past::resume(app, rest, now),
        Verb::Help => {
            say_all(app, commands::help(rest));
            Ok(Vec::new())
        }
        Verb::Messages => {
            say_all(app, list::messages(app));
            Ok(Vec::new())
        }
        Verb::Rules | Verb::Pulse | Verb::Profiles | Verb::Log => {
            lookouts::asked(app, verb, rest, now)
        }
        Verb::Quit => Ok(act(app, Mode::Chats, Action::Quit, "quit", now)),
        Verb::Back => Ok(back(app, now)),
        Verb::Privacy => privacy(app, rest, now),
        Verb::Refresh => Ok(refresh(app, now)),
        _ => looking::about_list(app, verb, rest, now),
    }
}

fn about_one(app: &mut App, verb: Verb, rest: &str, now: Timestamp) -> Obeyed {
    if verb == Verb::Unmask || verb == Verb::Earlier {
        return about_transcript(app, verb, now);
    }
    let id = numbers::one(app, rest)?;
    match verb {
        Verb::Link => {
            let page = vendor_page::address(&app.settings.scope, id);
            say(app, page.unwrap_or_else(|| vendor_page::NONE.to_owned()));
            Ok(Vec::new())
        }
        Verb::Why => {
            wait_for(app, Awaited::Why(id), now);
            Ok(vec![Effect::Engine(Command::Read(vec![id]))])
        }
        _ => Ok(look_into(app, verb, id, now)),
    }
}

/// Opens a chat, or the page of what was said in it, or makes its packet.
fn look_into(app: &mut App, verb: Verb, id: ConversationId, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    if numbers::open(app) != Some(id) {
        if matches!(app.screens.last(), Some(Screen::Inspect(_))) {
            app.screens.pop();
        }
        let looked = Inspect::new(id);
        app.screens.push(Screen::Inspect(Box::new(looked)));
    }
    if verb != Verb::Transcript {
        effects.push(Effect::Engine(Command::Read(vec![id])));
    }
    match verb {
        Verb::Transcript => {
            effects.push(Effect::Engine(Command::Read(vec![id])));
            effects.extend(act(
                app,
                Mode::Inspect,
                Action::Transcript,
                "transcript",
                now,
            ));
            wait_for(app, Awaited::Transcript(id), now);
        }
        Verb::Packet => wait_for(app, Awaited::Packet(id), now),
        _ => wait_for(app, Awaited::Chat(id), now),
    }
    effects
}

fn about_transcript(app: &mut App, verb: Verb, now: Timestamp) -> Obeyed {
    let Some(id) = numbers::open(app).filter(|_| chat::has_transcript(app)) else {
        return Err("No transcript is open: \"transcript N\" opens one.".to_owned());
    };
    let (action, by) = if verb == Verb::Earlier {
        (Action::More, "earlier")
    } else {
        (Action::Unmask, "unmask")
    };
    let effects = act(app, Mode::Inspect, action, by, now);
    wait_for(app, Awaited::Transcript(id), now);
    Ok(effects)
}

fn about_plan(app: &mut App, verb: Verb, rest: &str, now: Timestamp) -> Obeyed {
    if verb == Verb::Plan {
        return planned(app, rest, now);
    }
    // What was looked into above the plan is left.
    if app.planning().is_some() {
        while !matches!(app.screens.last(), Some(Screen::Plan(_)) | None) {
            app.screens.pop();
        }
    } else {
        return Err("There is no plan: \"plan\" makes one of the marked chats.".to_owned());
    }
    match verb {
        Verb::Drop => {
            let id = numbers::one_of(app, Of::Plan, rest)?;
            plan::choose(app, id)?;
            let effects = act(app, Mode::Plan, Action::Drop, "drop", now);
            let lines = plan::summary(app, now);
            say_all(app, lines);
            Ok(effects)
        }
        Verb::Rung => {
            let effects = act(app, Mode::Plan, Action::Rung, "rung", now);
            let lines = plan::summary(app, now);
            say_all(app, lines);
            Ok(effects)
        }
        Verb::Note => plan::note(app, rest, now),
        Verb::WrapUp => Ok(plan::ask_for_code(app, rest, now)),
        Verb::Recipe => {
            plan::choose_recipe(app, rest, now);
            Ok(Vec::new())
        }
        Verb::DryRun => {
            let effects = act(app, Mode::Plan, Action::DryRun, "dry-run", now);
            wait_for(app, Awaited::DryRun, now);
            Ok(effects)
        }
        Verb::Reread => {
            let effects = act(app, Mode::Plan, Action::Reread, "reread", now);
            wait_for(app, Awaited::Plan, now);
            Ok(effects)
        }
        _ => Ok(act(app, Mode::Plan, Action::Terminate, "terminate", now)),
    }
}

/// A plan of what is marked; of one chat where nothing is.
fn planned(app: &mut App, rest: &str, now: Timestamp) -> Obeyed {
    let marked = app.chats.marks.len();
    let is_named = !rest.is_empty() || (marked == 0 && numbers::open(app).is_some());
    if marked == 0 && !is_named {
        return Err(
            "No chat is marked: \"mark 1-3\" marks, and \"plan 2\" plans one alone.".to_owned(),
        );
    }
    if marked > 0 && is_named {
        return Err(format!(
            "{marked} marked: \"plan\" plans those. \"unmark\" takes the marks away, then \"plan N\" plans one alone."
        ));
    }
    let alone = if is_named {
        Some(numbers::one_of(app, Of::Chats, rest)?)
    } else {
        None
    };
    if let Some(why) = why_not::no_plan(app, now) {
        why_not::answer(app, "plan", &why, now);
        return Ok(Vec::new());
    }
    to_list(app);
    let (asked, hidden) = match alone {
        Some(id) => (vec![id], 0),
        None => app.chats.asked(),
    };
    let effects = planning::open_for(app, asked, hidden, now);
    wait_for(app, Awaited::Plan, now);
    Ok(effects)
}

fn about_run(app: &mut App, verb: Verb, rest: &str, now: Timestamp) -> Obeyed {
    match verb {
        Verb::Status => say_all(app, run::status(app, now)),
        Verb::Stop if !app.is_running() => return Err("No run is under way.".to_owned()),
        Verb::Stop => return Ok(act(app, Mode::Board, Action::StopRun, "stop", now)),
        Verb::Pause if app.is_running() => {
            return Ok(act(app, Mode::Board, Action::PauseRun, "pause", now));
        }
        Verb::Pause => {
            let effects = act(app, Mode::Chats, Action::Pause, "pause", now);
            let words = if app.link.is_paused {
                "The list is paused: nothing is asked for until \"pause\" lets it go on."
            } else {
                "The list goes on."
            };
            say(app, words);
            return Ok(effects);
        }
        Verb::Report if app.is_running() => say_all(app, run::status(app, now)),
        Verb::Report => {
            if run::whose(app).is_none() {
                to_list(app);
                let effects = act(app, Mode::Chats, Action::ToBoard, "report", now);
                if run::whose(app).is_none() {
                    return Ok(effects);
                }
            }
            run::read_report(app, now);
        }
        Verb::Requests => {
            let whose = run::whose(app).ok_or("No report is open: \"report\" opens one.")?;
            let id = numbers::one_of(app, Of::Report(whose), rest)?;
            say_all(app, run::requests(app, whose, id));
        }
        _ => {
            run::whose(app).ok_or("No report is open: \"report\" opens one.")?;
            let effects = act(app, Mode::Report, Action::PlanAgain, "again", now);
            if app.planning().is_some() {
                wait_for(app, Awaited::Plan, now);
            }
            return Ok(effects);
        }
    }
    Ok(Vec::new())
}

/// The list is in view again; a plan that was open is left.
pub(super) fn to_list(app: &mut App) {
    let had_plan = app.planning().is_some();
    app.screens.clear();
    if had_plan {
        let marks = if app.chats.marks.ids().is_empty() {
            ""
        } else {
            " Marks stay."
        };
        say(app, format!("The plan was left: nothing was sent.{marks}"));
    }
}

/// One step back, as Esc does it on each screen.
fn back(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let (mode, action) = match app.screen_mode() {
        Mode::Board => (Mode::Board, Action::ToList),
        mode => (mode, Action::Back),
    };
    let effects = act(app, mode, action, "back", now);
    let words = match app.screens.last() {
        None => list::filter(app),
        Some(Screen::Plan(_)) => "Back in the plan.".to_owned(),
        Some(Screen::Report(_)) => "Back in the report.".to_owned(),
        Some(Screen::Board(_)) => "The run is in view.".to_owned(),
        Some(_) => "Back.".to_owned(),
    };
    say(app, words);
    if app.screens.is_empty() {
        let others = numbers::why_not_of(app, Of::Chats);
        say_all(app, others.into_iter().collect());
    }
    effects
}

/// A word that is not understood takes no mask away.
fn privacy(app: &mut App, rest: &str, now: Timestamp) -> Obeyed {
    let word = rest.to_lowercase();
    let wanted = match word.as_str() {
        "" => !app.privacy.is_on,
        "on" => true,
        "off" => false,
        _ => {
            let now = if app.privacy.is_on { "on" } else { "off" };
            return Err(format!(
                "Say on or off, or nothing. Privacy is {now} still."
            ));
        }
    };
    if wanted == app.privacy.is_on {
        say(app, format!("Privacy is {word} already."));
    } else {
        app.turn_privacy(now);
    }
    Ok(Vec::new())
}

fn refresh(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let effects = act(app, Mode::Chats, Action::Refresh, "refresh", now);
    if !app.link.is_signed_out() {
        wait_for(app, Awaited::List, now);
    }
    effects
}

/// Leaving while a run goes on, in the words of the dialog's keys.
const ANSWERS: [(&str, Action); 3] = [
    ("stop", Action::StopAndQuit),
    ("wait", Action::WaitAndQuit),
    ("back", Action::Back),
];

/// The question, with what can be answered.
pub(super) fn quit_question() -> Vec<String> {
    let mut lines = vec!["A run is under way. Answer one of these:".to_owned()];
    lines.extend(ANSWERS.iter().map(|(word, action)| {
        let row = in_mode(Mode::Quit).find(|row| row.action == *action);
        format!("{word}: {}.", row.map_or("", |row| row.words))
    }));
    lines
}

/// An answer to it; whatever is none leaves everything as it is.
pub(super) fn answer_quit(app: &mut App, line: &str, now: Timestamp) -> Vec<Effect> {
    let word = line.trim().to_lowercase();
    let answer = ANSWERS.iter().find(|(known, _)| *known == word);
    let action = answer.map_or(Action::Back, |(_, action)| *action);
    let words = match action {
        Action::StopAndQuit => "The run is stopped; what is in flight settles.",
        Action::WaitAndQuit => "Waiting for the run, then leaving.",
        _ => "The run goes on.",
    };
    say(app, words);
    running::answer_quit(app, action, now)
}
