//! Every request of this console, newest first: when, which, how it went, for whom, and the id by which the platform's support finds it.
//! Queries, bodies and tokens are not kept anywhere, so they cannot be shown here.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::bars::bar;
use super::{Lookout, pointed};
use crate::app::action::{Action, Mode};
use crate::app::extent::{Class, Extent};
use crate::app::request_table::RequestTable;
use crate::app::scroll::{Move, follow};
use crate::app::tone::{Tone, Words};
use crate::app::update::step_of;
use crate::app::{App, Effect};
use crate::domain::request_line::RequestLine;

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
        let mut took: Vec<u64> = self
            .0
            .iter()
            .filter(|line| line.receipt.status.is_some())
            .map(|line| line.receipt.took_ms)
            .collect();
        took.sort_unstable();
        // So many of them took at most that long: never fewer, so the place is rounded up.
        let at = |hundredth: usize| {
            let place = (took.len() * hundredth).div_ceil(100);
            took.get(place.checked_sub(1)?).copied()
        };
        Figures {
            median: at(50),
            p95: at(95),
            failed: self.0.iter().filter(|line| !line.is_well()).count(),
            repeated: self.0.iter().filter(|line| line.attempt > 1).count(),
        }
    }
}

/// What requests come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Half of the answers took at most so many milliseconds.
    pub median: Option<u64>,
    /// So did 95 of 100.
    pub p95: Option<u64>,
    /// Without an answer, or with one that is no 2xx.
    pub failed: usize,
    /// Sent again.
    pub repeated: usize,
}

impl Figures {
    /// `median 205 ms   p95 430 ms   failed 0   repeated 1`.
    pub fn words(&self) -> String {
        let ms = |took: Option<u64>| took.map_or_else(|| "-".to_owned(), |took| took.to_string());
        format!(
            "median {} ms   p95 {} ms   failed {}   repeated {}",
            ms(self.median),
            ms(self.p95),
            self.failed,
            self.repeated
        )
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
            .collect()
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
    let kept = if screen.failed_only {
        format!("{shown} failed of the last {kept}")
    } else {
        format!("last {kept}, newest first")
    };
    let follows = if screen.is_following() {
        "following".to_owned()
    } else {
        format!("{} follows", app.key(Mode::Requests, Action::First))
    };
    format!("{kept}   {follows}")
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
pub fn foot_lines(app: &App, screen: &Requests) -> Vec<Words> {
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
        budget(app, 30),
        Words::plain(format!(" {}", app.requests.figures().words())),
    ]
}

/// How much of the rate is used.
fn budget(app: &App, width: usize) -> Words {
    let gauge = &app.link.gauge;
    let cells = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let bar = bar(width, cells(gauge.used), cells(gauge.allowed));
    Words::plain(format!(
        " budget  {bar}  {} of {} a minute",
        gauge.used, gauge.allowed
    ))
}

/// What the status row says.
pub fn said(app: &App, screen: &Requests) -> (Tone, String) {
    let Some(chosen) = screen.chosen(&app.requests) else {
        let words = if screen.failed_only {
            "None of them failed."
        } else {
            "No request was told yet."
        };
        return (Tone::Dim, words.to_owned());
    };
    if app.extent.class() < Class::Normal {
        return (Tone::Plain, id_words(chosen));
    }
    (
        Tone::Dim,
        "Queries, bodies and tokens are never kept.".to_owned(),
    )
}

/// Does an action of the screen.
pub(super) fn press(app: &mut App, action: Action) -> Vec<Effect> {
    let log = std::mem::take(&mut app.requests);
    let effects = pressed(app, &log, action);
    app.requests = log;
    effects
}

fn pressed(app: &mut App, log: &RequestLog, action: Action) -> Vec<Effect> {
    let extent = app.extent;
    let Some(Lookout::Requests(screen)) = super::in_view(app) else {
        return Vec::new();
    };
    match action {
        Action::FailedOnly => {
            screen.failed_only = !screen.failed_only;
            Vec::new()
        }
        Action::Copy => {
            let chosen = screen.chosen(log);
            let id = chosen.and_then(|line| line.receipt.correlation.as_ref());
            let id = id.map(|id| Effect::Copy(id.to_string()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::Receipt;
    use crate::domain::request_line::Asker;

    fn took(number: u64, took_ms: u64) -> RequestLine {
        RequestLine {
            number,
            at: Timestamp::UNIX_EPOCH,
            method: "GET".to_owned(),
            path: "/api/v2/users/me".to_owned(),
            by: Asker::Poll,
            attempt: 1,
            receipt: Receipt {
                status: Some(200),
                took_ms,
                ..Receipt::default()
            },
            trouble: None,
        }
    }

    #[test]
    fn so_many_of_a_hundred_took_at_most_what_is_said_and_not_less() {
        let figures = |times: &[u64]| {
            let mut log = RequestLog::default();
            log.add(
                (1..)
                    .zip(times)
                    .map(|(number, ms)| took(number, *ms))
                    .collect(),
            );
            (log.figures().median, log.figures().p95)
        };
        assert_eq!(figures(&[]), (None, None));
        assert_eq!(figures(&[40]), (Some(40), Some(40)));
        assert_eq!(figures(&[900, 40]), (Some(40), Some(900)));
        assert_eq!(figures(&[3, 1, 2]), (Some(2), Some(3)));
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(figures(&hundred), (Some(50), Some(95)));
    }
}
