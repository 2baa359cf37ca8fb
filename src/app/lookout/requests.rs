//! Every request of this console, newest first: when, which, how it went, for whom, and the id by which the platform's support finds it.
//! Queries, bodies and tokens are not kept anywhere, so they cannot be shown here.

mod detail;
pub mod figures;

use std::collections::VecDeque;

use jiff::Timestamp;

use figures::{Figures, shares};

use super::bars::bar;
use super::{Lookout, pointed};
use crate::app::action::{Action, Mode};
use crate::app::extent::{Class, Extent};
use crate::app::narrowing::Narrowing;
use crate::app::request_table::{RequestTable, waited_words};
use crate::app::scroll::{Move, follow};
use crate::app::tone::{Tone, Words};
use crate::app::update::step_of;
use crate::app::{App, Effect, Overlay};
use crate::domain::request_line::RequestLine;
use crate::domain::text::Text;

/// How many are kept for the screen.
const KEPT: usize = 500;

/// The requests that were told, oldest first; empty while nobody looks at them.
#[derive(Debug, Default)]
pub struct RequestLog(VecDeque<RequestLine>);

impl RequestLog {
    /// Takes more of them in.
    pub(super) fn add(&mut self, lines: Vec<RequestLine>) {
        self.0.extend(lines);
        let over = self.0.len().saturating_sub(KEPT);
        self.0.drain(..over);
    }

    /// Forgets all of them.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }

    /// Their figures.
    pub fn figures(&self) -> Figures {
        Figures::of(&self.0)
    }
}

/// The screen's own state.
#[derive(Debug, Default)]
pub struct Requests {
    /// The request that the cursor is on, by its number; without one it is on the newest, whichever that is.
    at: Option<u64>,
    /// The first line on screen.
    pub top: usize,
    /// Only those that failed.
    pub failed_only: bool,
    /// What narrows it down.
    pub narrowing: Narrowing,
}

impl Requests {
    /// The cursor stays on the newest.
    pub fn is_following(&self) -> bool {
        self.at.is_none()
    }

    /// What is shown, newest first.
    pub fn shown<'a>(&self, log: &'a RequestLog) -> Vec<&'a RequestLine> {
        let newest = log.0.iter().rev();
        newest
            .filter(|line| !self.failed_only || !line.is_well())
            .filter(|line| !self.narrowing.is_on() || self.narrowing.fits(&haystack(line)))
            .collect()
    }

    /// Something of what is kept is not shown.
    fn is_narrowed(&self) -> bool {
        self.failed_only || self.narrowing.is_on()
    }

    /// Stays where it is, or goes with what is new.
    fn turn(&mut self, log: &RequestLog) {
        let newest = self.chosen(log).map(|line| line.number);
        self.at = self.at.map_or(newest, |_| None);
    }

    /// The line of the cursor. Where its request is not kept any more that is the last one.
    fn line(&self, shown: &[&RequestLine]) -> usize {
        let Some(number) = self.at else { return 0 };
        let found = shown.iter().position(|line| line.number <= number);
        found.unwrap_or(shown.len().saturating_sub(1))
    }

    /// What the cursor is on.
    pub fn chosen<'a>(&self, log: &'a RequestLog) -> Option<&'a RequestLine> {
        let shown = self.shown(log);
        shown.get(self.line(&shown)).copied()
    }

    pub(super) fn fit(&mut self, log: &RequestLog, extent: Extent) {
        let shown = self.shown(log);
        self.top = follow(self.top, self.line(&shown), rows(extent), shown.len());
    }

    /// Puts the cursor on this one.
    pub(super) fn point(&mut self, number: u64) {
        self.at = Some(number);
    }

    fn go(&mut self, step: Move, log: &RequestLog, extent: Extent) {
        let shown = self.shown(log);
        let line = step.from(self.line(&shown), rows(extent), shown.len());
        // On the first line it follows what is new.
        self.at = shown.get(line).filter(|_| line > 0).map(|line| line.number);
    }
}

/// Rows at the foot: a rule, the whole of what the cursor is on, and the figures.
pub fn foot(extent: Extent) -> usize {
    if extent.class() >= Class::Normal {
        5
    } else {
        0
    }
}

fn rows(extent: Extent) -> usize {
    let rows = extent.page_rows().saturating_sub(1 + foot(extent));
    rows.max(1)
}

/// What stands beside the title.
pub fn heading(app: &App, screen: &Requests) -> String {
    let kept = app.requests.0.len();
    let shown = screen.shown(&app.requests).len();
    let kept = if screen.is_narrowed() {
        let failed = if screen.failed_only { " failed" } else { "" };
        format!("{shown}{failed} of the last {kept}")
    } else {
        format!("last {kept}, newest first")
    };
    let key = app.key(Mode::Requests, Action::Follow);
    let follows = if screen.is_following() {
        format!("[{key}] following")
    } else {
        format!("{key} follows")
    };
    format!("{kept}   {follows}")
}

/// What the words of the filter are looked for in.
fn haystack(line: &RequestLine) -> String {
    let status = line.receipt.status;
    let status = status.map_or_else(|| "unanswered".to_owned(), |status| status.to_string());
    let outcome = if line.is_well() { "ok" } else { "failed" };
    let id = line.receipt.correlation.as_ref().map_or("", Text::as_str);
    let trouble = line.trouble.as_ref().map_or("", Text::as_str);
    let waited = waited_words(line).unwrap_or_default();
    format!(
        "{} {} {status} {outcome} {} {} {id} {trouble} {waited}",
        line.method,
        line.path,
        line.purpose(),
        line.by.word()
    )
}

/// The heads of its columns.
pub fn head(extent: Extent) -> String {
    if extent.class() <= Class::Mini {
        return " TIME     CODE PATH (/api/v2)".to_owned();
    }
    RequestTable::of(extent.width).head()
}

/// Its lines, those that are in view.
pub fn lines(app: &App, screen: &Requests, now: Timestamp) -> Vec<Words> {
    let shown = screen.shown(&app.requests);
    let at = screen.line(&shown);
    let rows = rows(app.extent);
    let in_view = shown.iter().enumerate().skip(screen.top).take(rows);
    in_view
        .map(|(line, request)| pointed(words(app, request, now).chosen(line == at), 0))
        .collect()
}

fn words(app: &App, request: &RequestLine, now: Timestamp) -> Words {
    let zone = &app.settings.zone;
    if app.extent.class() <= Class::Mini {
        let status = request.receipt.status;
        let status = status.map_or_else(|| "---".to_owned(), |status| status.to_string());
        let tone = if request.is_well() {
            Tone::Plain
        } else {
            Tone::Warn
        };
        let at = crate::app::clock_text::clock(request.at, zone, now);
        return Words::new(Tone::Dim, format!(" {at:<8} "))
            .and(tone, format!("{status:<4} "))
            .and(Tone::Plain, request.short_path());
    }
    let table = RequestTable::of(app.extent.width);
    let words = table.line(request, request.short_path(), zone, now);
    if table.has_ids {
        words.and(Tone::Dim, id_words(request))
    } else {
        words
    }
}

fn id_words(request: &RequestLine) -> String {
    let correlation = request.receipt.correlation.as_ref();
    correlation.map_or_else(|| "none".to_owned(), ToString::to_string)
}

/// What stands at the foot, below a rule.
pub fn foot_lines(app: &App, screen: &Requests, now: Timestamp) -> Vec<Words> {
    let chosen = screen.chosen(&app.requests);
    let (what, id) = chosen.map_or_else(Default::default, |request| {
        let trouble = request.trouble.as_ref();
        let trouble = trouble.map_or_else(String::new, |trouble| format!("   {trouble}"));
        (
            format!(" {} {}", request.method, request.short_path()),
            format!(" correlation id {}{trouble}", id_words(request)),
        )
    });
    vec![
        Words::plain(what),
        Words::plain(id),
        budget(app, now),
        Words::plain(format!(" {}", app.requests.figures().words())),
    ]
}

/// How much of the rate is used.
fn budget(app: &App, now: Timestamp) -> Words {
    let gauge = &app.link.gauge;
    let cells = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let bar = bar(16, cells(gauge.used), cells(gauge.allowed));
    Words::plain(format!(
        " budget  {bar}  {} of {} a minute   {}",
        gauge.used,
        gauge.allowed,
        shares(app.requests.0.iter(), now)
    ))
}

/// What the status row says.
pub fn said(app: &App, screen: &Requests) -> (Tone, String) {
    let typed = screen.narrowing.typed_words();
    if let Some(typed) = typed.filter(|_| app.extent.class() < Class::Compact) {
        return (Tone::Strong, typed);
    }
    let Some(chosen) = screen.chosen(&app.requests) else {
        let back = app.key(Mode::Requests, Action::Back);
        let words = match (screen.narrowing.is_on(), screen.failed_only) {
            (true, false) => format!("None of them has these words. {back} shows all again."),
            (true, true) => {
                let failed = app.key(Mode::Requests, Action::FailedOnly);
                format!(
                    "None that failed has these words. {back} drops the words, {failed} shows all that went well too."
                )
            }
            (false, true) => "None of them failed.".to_owned(),
            (false, false) => "No request was told yet.".to_owned(),
        };
        return (Tone::Dim, words);
    };
    if app.extent.class() < Class::Normal {
        return (Tone::Plain, id_words(chosen));
    }
    (
        Tone::Dim,
        "Queries, bodies and tokens are never kept.".to_owned(),
    )
}

/// Shows everything again; says whether anything was left out.
pub(super) fn widen(app: &mut App) -> bool {
    match super::in_view(app) {
        Some(Lookout::Requests(screen)) => screen.narrowing.clear(),
        _ => false,
    }
}

/// Does an action of the screen.
pub(super) fn press(app: &mut App, action: Action) -> Vec<Effect> {
    let log = std::mem::take(&mut app.requests);
    let effects = pressed(app, &log, action);
    app.requests = log;
    effects
}

fn pressed(app: &mut App, log: &RequestLog, action: Action) -> Vec<Effect> {
    let (extent, zone) = (app.extent, app.settings.zone.clone());
    let Some(Lookout::Requests(screen)) = super::in_view(app) else {
        return Vec::new();
    };
    match action {
        Action::Filter => {
            screen.narrowing.begin();
            Vec::new()
        }
        Action::Follow => {
            screen.turn(log);
            Vec::new()
        }
        Action::Open => {
            let chosen = screen.chosen(log);
            let sheet = chosen.map(|line| detail::sheet(line, &zone));
            app.overlay = sheet.map(|sheet| Overlay::Sheet(Box::new(sheet)));
            Vec::new()
        }
        Action::FailedOnly => {
            screen.failed_only = !screen.failed_only;
            Vec::new()
        }
        Action::Copy => {
            let chosen = screen.chosen(log);
            let id = chosen.and_then(|line| line.receipt.correlation.as_ref());
            let id = id.map(|id| Effect::Copy("correlation id", id.to_string()));
            id.into_iter().collect()
        }
        action => {
            if let Some(step) = step_of(action) {
                screen.go(step, log, extent);
            }
            Vec::new()
        }
    }
}
