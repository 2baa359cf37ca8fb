//! The live board: counts, bar and time left above; a row per chat; on a wide screen the requests of the chosen row and the events.

use jiff::Timestamp;

use super::pen::Pen;
use super::{footer, header};
use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::board::{Board, cell, items, result, room, times};
use crate::app::clock_text::{clock, exact, tenths};
use crate::app::extent::Class;
use crate::app::mouse::Spot;
use crate::app::pace::allowed;
use crate::app::run_log::RunLog;
use crate::app::tone::{Tone, glyph};
use crate::app::trace::request_lines;
use crate::domain::fact::FinalState;
use crate::domain::item::Item;
use crate::domain::moment::since;
use crate::domain::run::RunState;
use crate::domain::step::Step;
use crate::domain::text::{cells, fit};

/// Draws the screen.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, board: &Board, now: Timestamp) {
    header::draw(pen, app, now);
    let (width, height) = (pen.width(), pen.height());
    let foot = height.saturating_sub(2);
    let class = app.extent.class();
    let Some(log) = &app.live else {
        let count = app.awaited.as_ref().map_or(0, |plan| plan.items.len());
        pen.centre(
            height / 2,
            &format!("Recording the plan of {count} before anything is sent"),
            Tone::Strong,
        );
        footer::draw(
            pen,
            app,
            foot,
            &(Tone::Dim, "Nothing has been sent yet.".to_owned()),
            now,
        );
        return;
    };
    let head = match class {
        Class::Wide | Class::Normal => {
            heading(pen, app, log, now);
            pen.rule(4);
            if let Some(guests) = log.guest_counts() {
                pen.line(1, 4, &format!(" {guests} "), Tone::Plain);
            }
            5
        }
        Class::Compact => {
            progress(pen, log, 1, now);
            counts(pen, log, 2);
            3
        }
        Class::Mini | Class::TooSmall => {
            counts(pen, log, 1);
            2
        }
    };
    let rows = u16::try_from(room(app)).unwrap_or(u16::MAX);
    table(
        &mut pen.part(0, head, width, rows + 1),
        app,
        log,
        board,
        now,
    );
    if class == Class::Wide {
        let y = head + 1 + rows;
        details(
            &mut pen.part(0, y, width, foot.saturating_sub(y)),
            app,
            log,
            board,
            now,
        );
    } else if class == Class::Normal {
        pen.rule(foot.saturating_sub(1));
    }
    footer::draw(pen, app, foot, &said(log, app, now), now);
}

/// A bar of `done` in `all`.
pub(crate) fn bar(done: usize, all: usize, width: usize) -> String {
    let full = (done * width).checked_div(all).unwrap_or(0).min(width);
    format!("{}{}", "█".repeat(full), "░".repeat(width - full))
}

fn heading(pen: &mut Pen<'_>, app: &App, log: &RunLog, now: Timestamp) {
    let chats = match log.run.items.len() {
        1 => "1 chat".to_owned(),
        count => format!("{count} chats"),
    };
    let title = match &log.run.state {
        RunState::Paused(_) => format!("PAUSED, {chats}"),
        RunState::Stopping(_) => format!("STOPPING, {chats}"),
        RunState::Halted(..) => format!("HALTED, {chats}"),
        RunState::Unconfirmed | RunState::Running | RunState::Finished => {
            format!("Terminating {chats}")
        }
    };
    let x = pen.line(1, 1, &title, Tone::Strong);
    if let Some(recipe) = log.run.header.plan.recipe.recipe() {
        pen.line(x + 1, 1, &format!("by {}", recipe.name), Tone::Warn);
    }
    let rate = format!(
        "{} at a time   {} of {} requests/min",
        app.settings.max_parallel,
        app.link.gauge.used,
        allowed(app)
    );
    pen.right(1, &rate, Tone::Plain);
    progress(pen, log, 2, now);
    counts(pen, log, 3);
}

fn progress(pen: &mut Pen<'_>, log: &RunLog, y: u16, now: Timestamp) {
    let tally = log.run.tally();
    let (_, eta) = times(log, now);
    let eta = eta.filter(|_| log.run.state == RunState::Running);
    let left = eta.map_or_else(String::new, |eta| format!("   about {} left", exact(eta)));
    let words = format!("{} of {} settled{left}", tally.finals(), tally.planned);
    let room = usize::from(pen.width())
        .saturating_sub(cells(&words) + 4)
        .min(90);
    let x = pen.line(1, y, &bar(tally.finals(), tally.planned, room), Tone::Good);
    pen.line(x + 2, y, &words, Tone::Plain);
}

fn counts(pen: &mut Pen<'_>, log: &RunLog, y: u16) {
    let tally = log.run.tally();
    let of = |state| tally.of(state);
    let shown = [
        (glyph::FAILED, tally.incidents, "incident", Tone::Bad, false),
        (
            glyph::DONE,
            of(FinalState::Ended) + of(FinalState::EndedElsewhere),
            "ended",
            Tone::Good,
            true,
        ),
        (glyph::CURSOR, tally.running, "running", Tone::Plain, true),
        (glyph::FRESH, tally.waiting, "waiting", Tone::Plain, true),
        (
            glyph::STALE,
            of(FinalState::WrapUpOwed),
            "wrap-up owed",
            Tone::Warn,
            false,
        ),
        (
            glyph::SKIPPED,
            of(FinalState::Held),
            "held",
            Tone::Warn,
            false,
        ),
        (
            glyph::UNKNOWN,
            of(FinalState::Unresolved),
            "unresolved",
            Tone::Bad,
            false,
        ),
        (
            glyph::FAILED,
            of(FinalState::Escalate),
            "escalate",
            Tone::Bad,
            false,
        ),
        (
            glyph::NEEDLESS,
            of(FinalState::Cancelled),
            "cancelled",
            Tone::Dim,
            false,
        ),
    ];
    let mut x = 1;
    for (sign, count, word, tone, always) in shown {
        if always || count > 0 {
            x = pen.line(x, y, &format!("{sign} {count} {word}"), tone) + 3;
        }
    }
}

/// Widths of the columns: name, kind, step.
fn columns(class: Class) -> (usize, usize, usize) {
    match class {
        Class::Wide => (12, 10, 9),
        Class::Normal => (10, 0, 7),
        Class::Compact => (0, 0, 7),
        Class::Mini | Class::TooSmall => (0, 0, 0),
    }
}

fn table(pen: &mut Pen<'_>, app: &App, log: &RunLog, board: &Board, now: Timestamp) {
    let (name, kind, step) = columns(app.extent.class());
    let steps = log.run.header.plan.steps();
    let mut head = format!("  {}", fit("ID", 9));
    head.push_str(&fit("CUSTOMER", name));
    head.push_str(&fit("WHY", kind));
    for shown in steps {
        let word = if *shown == Step::WrapUp {
            "WRAP"
        } else {
            shown.word()
        };
        head.push_str(&fit(&word.to_uppercase(), step));
    }
    head.push_str("  TIME RESULT");
    pen.line(0, 0, &head, Tone::Plain);
    pen.underline(0);
    let shown = items(log, board);
    let rows = room(app);
    for (y, (line, item)) in (1..).zip(shown.iter().enumerate().skip(board.top).take(rows)) {
        row(pen, app.extent.class(), log, item, y, now);
        pen.spot(y, Spot::Chat(item.plan.id));
        if line == board.line {
            pen.line(0, y, glyph::CURSOR, Tone::Strong);
            pen.choose(y);
        }
    }
    if shown.is_empty() {
        pen.line(
            2,
            1,
            &format!(
                "nothing needs an eye so far; {} shows all rows",
                app.key(Mode::Board, Action::FailedOnly)
            ),
            Tone::Dim,
        );
    }
}

fn row(pen: &mut Pen<'_>, class: Class, log: &RunLog, item: &Item, y: u16, now: Timestamp) {
    let (name, kind, step) = columns(class);
    let id = item.plan.id;
    let text = format!(
        "{} {}{}{}",
        id.short(),
        fit(log.customer(id), name.saturating_sub(1)),
        if name > 0 { " " } else { "" },
        fit(item.plan.kind.word(), kind)
    );
    let mut x = pen.line(2, y, &text, Tone::Plain);
    for shown in log.run.header.plan.steps() {
        if step > 0 {
            let cell = cell(log, item, *shown, now);
            let at = pen.line(x, y, cell.glyph, cell.tone);
            pen.put(at + 1, y, step.saturating_sub(3), &cell.figure, cell.tone);
            x += u16::try_from(step).unwrap_or(0);
        }
    }
    let time = item.span.map_or_else(String::new, |(first, last)| {
        let end = if item.is_settled() { last } else { now };
        format!("{}s", tenths(since(first, end).as_millis()))
    });
    x = pen.line(x, y, &format!("{time:>6} "), Tone::Plain);
    let (tone, words) = result(log, item, now);
    pen.line(x, y, &words, tone);
}

fn details(pen: &mut Pen<'_>, app: &App, log: &RunLog, board: &Board, now: Timestamp) {
    let (width, height) = (pen.width(), pen.height());
    let zone = &app.settings.zone;
    let shown = items(log, board);
    let half = height / 2;
    pen.rule(0);
    if let Some(item) = shown.get(board.line) {
        let id = item.plan.id;
        pen.line(
            1,
            1,
            &format!("REQUESTS   {}  {}", id.short(), log.customer(id)),
            Tone::Strong,
        );
        let lines = request_lines(log, id, zone, width);
        let room = half.saturating_sub(2);
        let from = lines.len().saturating_sub(usize::from(room));
        pen.part(0, 2, width, room).page(&lines, from);
    }
    pen.rule(half);
    pen.line(1, half + 1, "EVENTS", Tone::Strong);
    let events = log.events().iter().rev();
    for (y, (at, words)) in (half + 2..height).zip(events) {
        let x = pen.line(1, y, &clock(*at, zone, now), Tone::Dim);
        pen.line(x + 2, y, words, Tone::Plain);
    }
}

fn said(log: &RunLog, app: &App, now: Timestamp) -> (Tone, String) {
    let tally = log.run.tally();
    match &log.run.state {
        RunState::Paused(why) => {
            let key = app.key(Mode::Board, Action::PauseRun);
            (Tone::Warn, format!("Paused, {key} goes on: {why}"))
        }
        RunState::Halted(_, why) => (Tone::Bad, format!("Halted: {why}")),
        RunState::Stopping(_) => (
            Tone::Warn,
            format!(
                "Stopping: nothing new is started, {} in flight settle",
                tally.running
            ),
        ),
        _ if log.is_stopping => (
            Tone::Warn,
            "Stopping as soon as the engine hears it".to_owned(),
        ),
        _ => if_it_waits(app, now).unwrap_or_else(|| match log.events().last() {
            Some((at, words)) if app.extent.class() < Class::Wide => (
                Tone::Plain,
                format!("{} {words}", clock(*at, &app.settings.zone, now)),
            ),
            _ => {
                let stop = app.key(Mode::Board, Action::StopRun);
                let interrupt = app.key(Mode::Board, Action::Interrupt);
                let words = format!(
                    "{stop} starts nothing new and lets the running ones settle; {interrupt} does the same."
                );
                (Tone::Dim, words)
            }
        }),
    }
}

/// What keeps every chat of the run waiting, where something does.
fn if_it_waits(app: &App, now: Timestamp) -> Option<(Tone, String)> {
    let gauge = &app.link.gauge;
    if let Some(until) = gauge.shut_until.filter(|until| *until > now) {
        let left = exact(since(now, until));
        let words = format!("The service said 429. The run goes on by itself in {left}.");
        return Some((Tone::Warn, words));
    }
    let allowed = allowed(app);
    (gauge.used >= allowed).then(|| {
        let words =
            format!("All {allowed} requests of this minute are used: the next waits its turn.");
        (Tone::Plain, words)
    })
}
