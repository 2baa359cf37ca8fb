//! Past runs in words, by their numbers in the journal; and taking one up again, by its phrase.

use jiff::Timestamp;

use super::list::many;
use super::waiting::Awaited;
use super::{doing, say, wait_for};
use crate::app::action::{Action, Mode};
use crate::app::clock_text::day;
use crate::app::update::done as act;
use crate::app::{App, Effect, PastRun, Screen, history};
use crate::domain::fact::FinalState;

/// The most runs that are read out; `unstick runs` lists the others.
const MOST: usize = 20;

/// Opens the list of past runs, which is read out when the journal has answered.
pub(super) fn list(app: &mut App, now: Timestamp) -> Vec<Effect> {
    doing::to_list(app);
    let effects = act(app, Mode::Chats, Action::Runs, "runs", now);
    wait_for(app, Awaited::Runs(app.history.answers()), now);
    effects
}

/// Reads them out.
pub(super) fn read_out(app: &mut App, now: Timestamp) {
    let runs = app.history.runs.as_deref().unwrap_or_default();
    let mut lines: Vec<String> = app
        .history
        .error
        .iter()
        .map(|why| format!("Not all can be read: {why}."))
        .collect();
    if runs.is_empty() {
        let is_known = app.history.runs.is_some();
        lines.extend(match (is_known, app.history.damaged) {
            (false, _) => None,
            (true, 0) => Some("There is no run in the journal yet.".to_owned()),
            (true, _) => Some("None of its runs can be read.".to_owned()),
        });
    } else {
        lines.push(format!(
            "{}, the newest first. \"run N\" opens its report.",
            many(runs.len(), "run")
        ));
    }
    lines.extend(runs.iter().take(MOST).map(|run| words(app, run, now)));
    if runs.len() > MOST {
        let older = match app.history.older {
            history::Older::None => "",
            _ => ", and older ones",
        };
        lines.push(format!(
            "And {} more{older}: \"unstick runs\" lists them.",
            runs.len() - MOST
        ));
    }
    super::say_all(app, lines);
}

fn words(app: &App, run: &PastRun, now: Timestamp) -> String {
    let tally = &run.tally;
    let done = tally.of(FinalState::Ended) + tally.of(FinalState::EndedElsewhere);
    let end = if run.finished.is_some() {
        "finished".to_owned()
    } else {
        format!("cut short, {} without a final state", run.open_count())
    };
    let incidents = match tally.incidents {
        0 => String::new(),
        count => format!(", {}", many(count, "incident")),
    };
    let note = run.note.as_ref().map(|note| format!(", note: {note}"));
    format!(
        "Run {}, {}, {}, {done} of {} ended{incidents}, {end}, by {}{}.",
        run.id.0,
        run.profile,
        day(run.created, &app.settings.zone, now),
        tally.planned,
        run.operator,
        note.unwrap_or_default()
    )
}

/// Puts the cursor of the list of past runs on a run, in a list of its own where none is open.
fn choose(app: &mut App, number: &str) -> Result<(), String> {
    let runs = app.history.runs.as_deref().unwrap_or_default();
    let wanted: Option<u32> = number.parse().ok();
    let run = wanted
        .and_then(|wanted| runs.iter().find(|run| run.id.0 == wanted))
        .ok_or_else(|| format!("There is no run {number}: \"runs\" lists them."))?;
    let screen = history::RunsScreen {
        at: Some(run.id),
        ..history::RunsScreen::default()
    };
    doing::to_list(app);
    app.screens.push(Screen::Runs(screen));
    Ok(())
}

/// Opens the report of a past run.
pub(super) fn open(app: &mut App, number: &str, now: Timestamp) -> Result<Vec<Effect>, String> {
    choose(app, number)?;
    let effects = act(app, Mode::Runs, Action::Open, "run", now);
    wait_for(app, Awaited::PastRun, now);
    Ok(effects)
}

/// Asks for the phrase of a run that was cut short; without a number for the newest of them.
pub(super) fn resume(app: &mut App, number: &str, now: Timestamp) -> Result<Vec<Effect>, String> {
    if number.is_empty() {
        doing::to_list(app);
        let effects = act(app, Mode::Chats, Action::Resume, "resume", now);
        wait_for(app, Awaited::PastRun, now);
        return Ok(effects);
    }
    choose(app, number)?;
    let effects = act(app, Mode::Runs, Action::Resume, "resume", now);
    wait_for(app, Awaited::PastRun, now);
    say(app, format!("Looking at run {number}."));
    Ok(effects)
}
