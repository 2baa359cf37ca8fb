//! What became of a run: first what needs somebody, incidents before all else, each with what to do next; then the counts, and why
//! they may be believed.

mod copied;
mod groups;
mod needy;
mod next;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::action::{Action, Mode};
use super::clock_text::{elapsed, full};
use super::page::{keep_in_view, scroll};
use super::run_log::{RunLog, Whose};
use super::tone::{Tone, Words, folded, glyph};
use super::trace::Trace;
use super::{App, Effect, Screen, planning};
use crate::domain::fact::FinalState;
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::moment::since;
use crate::domain::run::RunState;
pub(crate) use next::next_step;

/// The screen's own state.
#[derive(Debug)]
pub struct Report {
    /// Of which run.
    pub whose: Whose,
    /// Which of the chats that need somebody is chosen; past those, which of the others; past the last, the end of the page.
    pub line: usize,
    /// The first line on screen.
    pub top: usize,
}

impl Report {
    /// Which chat the cursor is on: at the end of the page the last one.
    pub fn chosen(&self, log: &RunLog) -> usize {
        self.line.min(log.run.items.len().saturating_sub(1))
    }

    pub(crate) fn new(whose: Whose) -> Self {
        Self {
            whose,
            line: 0,
            top: 0,
        }
    }
}

/// The chats in the report's order: those that need somebody, then the others in the plan's order.
pub fn order(log: &RunLog) -> Vec<&Item> {
    let mut items = log.needs_you();
    let rest = log
        .run
        .items
        .iter()
        .filter(|item| !super::run_log::needs_eye(item));
    items.extend(rest);
    items
}

/// The lines of the page.
pub fn lines(log: &RunLog, chosen: usize, width: u16) -> Vec<Words> {
    let mut lines = counts(log);
    let needs = log.needs_you();
    let room = usize::from(width);
    if let Some((tone, why)) = groups::cut_short(log) {
        lines.push(Words::blank());
        let label = Words::new(tone, " CUT SHORT   ");
        lines.extend(folded(label, &why, tone, room));
    }
    lines.push(Words::blank());
    lines.push(match (needs.is_empty(), log.run.open_items().count()) {
        (false, _) => Words::new(Tone::Strong, " NEEDS YOU"),
        (true, 0) => Words::new(Tone::Good, " NOTHING NEEDS YOU").and(
            Tone::Plain,
            "  every chat of the plan is over, and was read twice",
        ),
        (true, open) => Words::new(Tone::Warn, " NOT FINISHED")
            .and(Tone::Plain, format!("  what became of {open} is not known")),
    });
    lines.extend(needy::entries(log, &needs, chosen, room));
    lines.push(Words::blank());
    lines.extend(groups::facts(log, room));
    lines.push(Words::blank());
    let from = needs.len();
    lines.extend(groups::others(log, from, chosen, room));
    if let Some(note) = &log.run.header.note {
        lines.push(Words::blank());
        let note = folded(Words::plain(" NOTE        "), note, Tone::Plain, room);
        lines.extend(note);
    }
    lines
}

fn counts(log: &RunLog) -> Vec<Words> {
    let tally = log.run.tally();
    let mut lines = Vec::new();
    if tally.incidents > 0 {
        lines.push(Words::new(
            Tone::Bad,
            format!(
                "   {} {:>2} INCIDENT{}  a person was there whom the check had not shown",
                glyph::FAILED,
                tally.incidents,
                if tally.incidents == 1 { "" } else { "S" }
            ),
        ));
    }
    let reopened = log
        .run
        .items
        .iter()
        .filter(|item| matches!(&item.settled, Some((settled, _)) if settled.reopened))
        .count();
    for state in FinalState::ALL {
        let count = tally.of(state);
        if count == 0 && state != FinalState::Ended {
            continue;
        }
        let (mark, tone, words) = state_words(state);
        let by_recipe = log.run.header.plan.recipe.recipe().is_some();
        let words = if by_recipe && state == FinalState::Escalate {
            "every step was taken, and a leg is still open"
        } else {
            words
        };
        let more = if state == FinalState::Ended && reopened > 0 {
            format!("; {reopened} of them reopened by the customer")
        } else {
            String::new()
        };
        // One line each, however narrow: an incident above them must not be pushed out of view.
        lines.push(
            Words::new(tone, format!("   {mark} {count:>2} {:<16}", state.word()))
                .and(Tone::Plain, format!("{words}{more}")),
        );
    }
    let open = tally.planned - tally.finals();
    if open > 0 {
        lines.push(Words::new(
            Tone::Warn,
            format!(
                "   {} {open:>2} {:<16}the run was cut short; {} resumes it",
                glyph::UNKNOWN,
                "no final state",
                log.keys.name(Mode::Runs, Action::Resume)
            ),
        ));
    }
    let skipped = log.run.header.plan.skipped.len();
    if skipped > 0 {
        lines.push(Words::new(
            Tone::Dim,
            format!(
                "     {skipped:>2} {:<16}at plan time, with the reasons shown there",
                "left out"
            ),
        ));
    }
    lines
}

fn state_words(state: FinalState) -> (&'static str, Tone, &'static str) {
    match state {
        FinalState::Ended => (glyph::DONE, Tone::Good, "two reads show no open leg"),
        FinalState::EndedElsewhere => (
            glyph::DONE,
            Tone::Good,
            "it was over; nothing of ours did it",
        ),
        FinalState::WrapUpOwed => (
            glyph::STALE,
            Tone::Warn,
            "no leg is open; an agent still owes wrap-up",
        ),
        FinalState::Held => (
            glyph::SKIPPED,
            Tone::Warn,
            "not as planned, so nothing more was sent",
        ),
        FinalState::Unresolved => (glyph::UNKNOWN, Tone::Bad, "not known to have ended"),
        FinalState::Escalate => (
            glyph::FAILED,
            Tone::Bad,
            "all was accepted, and a leg is still open",
        ),
        FinalState::Cancelled => (
            glyph::NEEDLESS,
            Tone::Dim,
            "stopped before anything was sent for it",
        ),
    }
}

/// What the status row says of it: what cut it short, before all else; else what becomes of its chats in the list.
pub fn said(log: &RunLog, whose: Whose) -> (Tone, String) {
    let leaving = "Ended ones leave it in 10s.";
    match (&log.run.cut_short, log.needs_you().len()) {
        (Some(RunState::Halted(_, why)), _) => (Tone::Bad, format!("Halted: {why}")),
        _ if whose == Whose::Past => (
            Tone::Dim,
            "As the journal has it. Names are the list's, where it still has them.".to_owned(),
        ),
        (_, 0) => (
            Tone::Good,
            format!("Nothing stays marked in the list. {leaving}"),
        ),
        (_, 1) => (
            Tone::Plain,
            format!("The chat above stays marked in the list. {leaving}"),
        ),
        (_, needs) => (
            Tone::Plain,
            format!("These {needs} stay marked in the list. {leaving}"),
        ),
    }
}

/// From when to when, for the heading.
pub fn span_words(log: &RunLog, zone: &TimeZone) -> String {
    let from = log.run.confirmed.unwrap_or(log.run.header.created);
    match log.run.finished {
        Some(to) => {
            let end = to.to_zoned(zone.clone());
            format!("{} to {}", full(from, zone), end.strftime("%H:%M:%S %Z"))
        }
        None => format!("{}, not finished", full(from, zone)),
    }
}

/// How long it took, for row 0.
pub fn took_words(log: &RunLog, now: Timestamp) -> String {
    let from = log.run.confirmed.unwrap_or(log.run.header.created);
    let to = log.run.finished.unwrap_or(now);
    format!("done in {}", elapsed(since(from, to)))
}

/// Does an action of the report.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let Some(Screen::Report(report)) = app.screens.last() else {
        return Vec::new();
    };
    let (whose, line) = (report.whose, report.line);
    let Some(log) = app.run_log(whose) else {
        app.screens.pop();
        return Vec::new();
    };
    let at = report.chosen(log);
    match action {
        Action::Back => {
            app.screens.pop();
            return Vec::new();
        }
        Action::Open => {
            let chosen = order(log).get(at).map(|item| item.plan.id);
            if let Some(id) = chosen {
                app.screens.push(Screen::Trace(Trace::new(whose, id)));
            }
            return Vec::new();
        }
        Action::Copy => {
            return vec![Effect::Copy(
                "summary",
                copied::text(log, &app.settings.zone),
            )];
        }
        Action::PlanAgain => {
            let ids: Vec<ConversationId> =
                log.needs_you().iter().map(|item| item.plan.id).collect();
            return planning::open_for(app, ids, 0, now);
        }
        _ => {}
    }
    let rows = app.extent.page_rows();
    let count = order(log).len();
    let line = scroll_line(line, action, rows, count);
    if let Some(Screen::Report(report)) = app.screens.last_mut() {
        report.line = line;
    }
    fit(app);
    Vec::new()
}

fn scroll_line(line: usize, action: Action, rows: usize, count: usize) -> usize {
    let step = 1.max(rows / 3);
    scroll(line, action, step, count + step)
}

pub(crate) fn fit(app: &mut App) {
    let rows = app.extent.page_rows();
    let Some(Screen::Report(report)) = app.screens.last() else {
        return;
    };
    let (whose, line, top) = (report.whose, report.line, report.top);
    let Some(log) = app.run_log(whose) else {
        return;
    };
    let page = lines(log, report.chosen(log), app.extent.width);
    let chosen = page.iter().position(|words| words.is_chosen).unwrap_or(0);
    let shown = if line < log.run.items.len() {
        chosen
    } else {
        page.len().saturating_sub(1)
    };
    let top = keep_in_view(if line == 0 { 0 } else { top }, shown, rows, page.len());
    if let Some(Screen::Report(report)) = app.screens.last_mut() {
        report.top = top;
    }
}
