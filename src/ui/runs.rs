//! Past runs: a line each, and below the list what is known of the chosen one.

use jiff::Timestamp;

use super::pages::{frame, narrowing};
use super::pen::Pen;
use crate::app::extent::Class;
use crate::app::history::{self, RunsScreen, words};
use crate::app::mouse::Spot;
use crate::app::tone::Tone;
use crate::app::{App, PastRun};

/// Draws the list.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &RunsScreen, now: Timestamp) {
    let right = (Tone::Plain, words::heading(&app.history, screen));
    narrowing(pen, &screen.narrowing, 7);
    let mut body = frame(pen, app, "Runs", &right, &said(app, screen), now);
    body.line(0, 0, &words::head(app.extent), Tone::Plain);
    body.underline(0);
    let shown = screen.shown(&app.history);
    if shown.is_empty() {
        body.line(3, 1, &words::empty(app, screen), Tone::Dim);
    }
    let (width, height) = (body.width(), body.height());
    let foot = u16::try_from(history::foot(app.extent)).unwrap_or(0);
    let rows = height.saturating_sub(1 + foot);
    let at = screen.line(&shown);
    let mut list = body.part(0, 1, width, rows);
    let in_view = shown.iter().enumerate().skip(screen.top);
    for (y, (line, run)) in (0..rows).zip(in_view) {
        list.words(y, &words::line(app, run, line == at, now));
        list.spot(y, Spot::Run(run.id));
    }
    if foot > 0 {
        let below = height.saturating_sub(foot);
        body.rule(below);
        body.part(0, below + 1, width, foot.saturating_sub(1))
            .page(&words::foot_lines(app, screen, now), 0);
    }
}

fn said(app: &App, screen: &RunsScreen) -> (Tone, String) {
    let typed = screen.narrowing.typed_words();
    if let Some(typed) = typed.filter(|_| app.extent.class() < Class::Compact) {
        return (Tone::Strong, typed);
    }
    let unfinished = app.history.unfinished(&app.settings.scope.org_id);
    match (&app.history.error, unfinished) {
        (Some(why), _) => (Tone::Bad, why.clone()),
        (None, Some(run)) => (Tone::Warn, offer(app, screen, run)),
        (None, None) => (
            Tone::Dim,
            "The journal only grows: who, when, why, and every outcome.".to_owned(),
        ),
    }
}

/// Here the key resumes the run under the cursor.
fn offer(app: &App, screen: &RunsScreen, run: &PastRun) -> String {
    let is_chosen = screen.chosen(&app.history).map(|chosen| chosen.id) == Some(run.id);
    if is_chosen {
        return history::offer(app, run);
    }
    format!("Run {} was cut short: go to it to resume it", run.id)
}
