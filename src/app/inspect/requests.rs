//! Every request that this program sent about a chat, newest first, with the ids by which the platform's support finds them.

use jiff::Timestamp;

use super::Inspect;
use crate::app::App;
use crate::app::clock_text::clock;
use crate::app::text_view::PageLine;
use crate::app::tone::{Tone, Words};
use crate::app::trace::receipt_words;
use crate::domain::request_line::RequestLine;
use crate::domain::text::fit;

/// Columns that are not the path's.
const FIXED: usize = 43;
/// How wide a correlation id is, with a blank.
const CORRELATION: usize = 37;

/// The page.
pub(super) fn lines(app: &App, inspect: &Inspect, now: Timestamp) -> Vec<PageLine> {
    let width = usize::from(app.extent.width);
    let beside = width >= FIXED + CORRELATION + 30;
    let taken = if beside { FIXED + CORRELATION } else { FIXED };
    let room = width.saturating_sub(taken).clamp(12, 68);
    let head = format!(
        " {:<8} {:<5} {} {:>3} {:>8} TRY FOR    {}",
        "TIME",
        "VERB",
        fit("PATH (/api/v2)", room),
        "",
        "TOOK",
        if beside { "CORRELATION ID" } else { "" }
    );
    let mut lines = vec![PageLine::of(Words::new(Tone::Dim, head.trim_end()))];
    let requests = inspect.dossier.requests.iter().rev();
    lines.extend(requests.map(|request| line(app, inspect, request, room, now)));
    lines
}

fn line(
    app: &App,
    inspect: &Inspect,
    request: &RequestLine,
    room: usize,
    now: Timestamp,
) -> PageLine {
    let short = format!("{}…", inspect.id.short());
    let path = request
        .short_path()
        .replace(&inspect.id.to_string(), &short);
    let at = clock(request.at, &app.settings.zone, now);
    let is_well = request
        .receipt
        .status
        .is_some_and(|status| (200..300).contains(&status));
    let tone = if is_well { Tone::Plain } else { Tone::Warn };
    let mut words = Words::new(Tone::Dim, format!(" {at:<8} "))
        .and(
            Tone::Plain,
            format!("{} {} ", fit(&request.method, 5), fit(&path, room)),
        )
        .and(tone, receipt_words(&request.receipt))
        .and(
            Tone::Plain,
            format!(" {:>3} {} ", request.attempt, fit(request.by.word(), 6)),
        );
    if let Some(trouble) = &request.trouble {
        words = words.and(Tone::Warn, format!("{trouble} "));
    }
    let correlation = request.receipt.correlation.as_ref();
    words = words.and(
        Tone::Dim,
        correlation.map_or_else(|| "none".to_owned(), ToString::to_string),
    );
    PageLine {
        words,
        hang: 16,
        value: correlation.map(ToString::to_string),
        place: None,
    }
}

/// What the page's status row says.
pub(super) fn said(inspect: &Inspect) -> (Tone, String) {
    let count = inspect.dossier.requests.len();
    let words = match count {
        0 => "No request about this chat is known yet.".to_owned(),
        1 => "1 request. Y copies its correlation id. No bodies, no tokens.".to_owned(),
        _ => format!(
            "{count} requests, newest first. Y copies a correlation id. No bodies, no tokens."
        ),
    };
    (Tone::Plain, words)
}
