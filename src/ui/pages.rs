//! Pages that are read from top to bottom: one chat, a trace, a report; and the list of past runs.

use jiff::Timestamp;

use super::pen::Pen;
use super::{footer, header};
use crate::app::action::{Action, Mode};
use crate::app::clock_text::{day, elapsed};
use crate::app::extent::Class;
use crate::app::history::RunsScreen;
use crate::app::mouse::Spot;
use crate::app::report::{self, Report};
use crate::app::tone::{Tone, Words, glyph};
use crate::app::trace::{self, Trace};
use crate::app::{App, PastRun, history};
use crate::domain::fact::FinalState;
use crate::domain::moment::since;
use crate::domain::text::{cut, fit};

/// Heading, rule, body, footer; gives the pen for the body.
pub(super) fn frame<'a>(
    pen: &'a mut Pen<'_>,
    app: &App,
    title: &str,
    right: &(Tone, String),
    said: &(Tone, String),
    now: Timestamp,
) -> Pen<'a> {
    header::draw(pen, app, now);
    let (width, height) = (pen.width(), pen.height());
    let head = if app.extent.class() >= Class::Compact {
        pen.line(1, 1, title, Tone::Strong);
        if app.extent.class() >= Class::Normal {
            pen.right(1, &right.1, right.0);
            pen.rule(2);
            3
        } else {
            2
        }
    } else {
        1
    };
    footer::draw(pen, app, height.saturating_sub(2), said, now);
    pen.part(0, head, width, height.saturating_sub(head + 2))
}

/// How many cells of a title a customer's name may take: what stands beside it is ours to say.
const CALLED: usize = 24;

/// The requests of one chat of a run.
pub(super) fn trace(pen: &mut Pen<'_>, app: &App, screen: &Trace, now: Timestamp) {
    let log = app.run_log(screen.whose);
    let number = log.map_or_else(String::new, |log| log.run.header.id.to_string());
    let who = log.map_or_else(String::new, |log| cut(log.customer(screen.id), CALLED));
    let title = format!("Run {number} / {} {who}", screen.id.short());
    let item = log.and_then(|log| log.run.item(screen.id));
    let count = item.map_or(0, |item| item.requests);
    let said = (
        Tone::Dim,
        format!(
            "Tokens are never shown. {} copies this page for a support case.",
            app.key(Mode::Trace, Action::Copy)
        ),
    );
    let right = (Tone::Plain, format!("{count} requests"));
    let mut body = frame(pen, app, &title, &right, &said, now);
    if let Some(log) = log {
        body.page(
            &trace::lines(log, screen.id, &app.settings.zone, app.extent.width),
            screen.top,
        );
    }
}

/// What became of a run.
pub(super) fn report(pen: &mut Pen<'_>, app: &App, screen: &Report, now: Timestamp) {
    let Some(log) = app.run_log(screen.whose) else {
        return;
    };
    let needs = log.needs_you().len();
    let leaving = "Ended chats leave the list in 10s.";
    let said = match needs {
        0 => (Tone::Good, format!("Nothing of it stays marked. {leaving}")),
        1 => (
            Tone::Plain,
            format!("The chat above stays marked. {leaving}"),
        ),
        _ => (
            Tone::Plain,
            format!("The {needs} chats above stay marked. {leaving}"),
        ),
    };
    let title = format!("Run {} report", log.run.header.id);
    let span = report::span_words(log, &app.settings.zone);
    let mut body = frame(pen, app, &title, &(Tone::Plain, span), &said, now);
    body.page(
        &report::lines(log, screen.line, app.extent.width),
        screen.top,
    );
}

/// Past runs.
pub(super) fn runs(pen: &mut Pen<'_>, app: &App, screen: &RunsScreen, now: Timestamp) {
    let runs = app.history.runs.as_deref();
    let count = runs.map_or(0, <[PastRun]>::len);
    let said = match (
        &app.history.error,
        app.history.unfinished(&app.settings.scope.org_id),
    ) {
        (Some(why), _) => (Tone::Bad, format!("the journal cannot be read: {why}")),
        (None, Some(run)) => (Tone::Warn, history::offer(app, run)),
        (None, None) => (
            Tone::Dim,
            "The journal only grows: who, when, why, and every outcome.".to_owned(),
        ),
    };
    let right = (
        Tone::Plain,
        match count {
            1 => "1 run kept".to_owned(),
            _ => format!("{count} runs kept, newest first"),
        },
    );
    let mut body = frame(pen, app, "Runs", &right, &said, now);
    let head = format!(
        "   {:<5}{:<17}{:<12}{:>4}{:>6}{:>6}{:>6}  {:<8}{}",
        "RUN", "WHEN", "PROFILE", "ASK", "ENDED", "OTHER", "OPEN", "TOOK", "NOTE"
    );
    body.line(0, 0, &head, Tone::Plain);
    body.underline(0);
    let words = match runs {
        None if app.history.error.is_some() => "",
        None => "reading the journal",
        Some([]) => "no run was made yet on this machine",
        Some(_) => "",
    };
    body.line(3, 1, words, Tone::Dim);
    let lines: Vec<Words> = runs
        .unwrap_or_default()
        .iter()
        .enumerate()
        .map(|(line, run)| run_line(app, run, line == screen.line, now))
        .collect();
    let (width, height) = (body.width(), body.height());
    let mut list = body.part(0, 1, width, height.saturating_sub(1));
    list.page(&lines[..], screen.top);
    for (y, run) in
        (0..list.height()).zip(runs.iter().flat_map(|runs| runs.iter()).skip(screen.top))
    {
        list.spot(y, Spot::Run(run.id));
    }
}

fn run_line(app: &App, run: &PastRun, is_chosen: bool, now: Timestamp) -> Words {
    let tally = &run.tally;
    let ended = tally.of(FinalState::Ended) + tally.of(FinalState::EndedElsewhere);
    let other = tally.finals() - ended;
    let took = run.finished.map_or_else(
        || "cut".to_owned(),
        |finished| elapsed(since(run.created, finished)),
    );
    let tone = if run.open_count() > 0 || run.finished.is_none() {
        Tone::Warn
    } else if other > 0 || tally.incidents > 0 {
        Tone::Strong
    } else {
        Tone::Plain
    };
    let cursor = if is_chosen { glyph::CURSOR } else { " " };
    Words::new(
        tone,
        format!(
            " {cursor} {:<5}{}{}{:>4}{ended:>6}{other:>6}{:>6}  {took:<8}{}",
            run.id.to_string(),
            fit(&day(run.created, &app.settings.zone, now), 17),
            fit(&run.profile, 12),
            tally.planned,
            run.open_count(),
            run.note.as_deref().unwrap_or("")
        ),
    )
    .chosen(is_chosen)
}
