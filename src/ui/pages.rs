//! Pages that are read from top to bottom: a trace, a report; and what all pages have around them.

use jiff::Timestamp;

use super::pen::Pen;
use super::{footer, header};
use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::extent::Class;
use crate::app::narrowing::Narrowing;
use crate::app::report::{self, Report};
use crate::app::tone::Tone;
use crate::app::trace::{self, Trace};
use crate::domain::text::cut;

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

/// What narrows a list down, behind its title: typed, or kept. The frame is drawn after it.
pub(super) fn narrowing(pen: &mut Pen<'_>, narrowing: &Narrowing, x: u16) {
    let room = usize::from(pen.width() / 4);
    if let Some(input) = narrowing.typing() {
        let x = pen.line(x, 1, "/ ", Tone::Strong);
        pen.typed(x, 1, room, input);
    } else if narrowing.is_on() {
        let words = format!("/ {}", cut(narrowing.text(), room));
        pen.line(x, 1, &words, Tone::Accent);
    }
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
    let page = report::lines(log, screen.chosen(log), app.extent.width);
    let in_view = screen.top + app.extent.page_rows();
    let (tone, said) = report::said(log, screen.whose);
    let said = match page.len().saturating_sub(in_view) {
        0 => (tone, said),
        below => (tone, format!("{below} more below. {said}")),
    };
    let title = format!("Run {} report", log.run.header.id);
    let span = report::span_words(log, &app.settings.zone);
    let mut body = frame(pen, app, &title, &(Tone::Plain, span), &said, now);
    body.page(&page, screen.top);
}
