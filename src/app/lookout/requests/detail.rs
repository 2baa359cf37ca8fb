//! One request of the log, whole. No query, no body and no token is kept of it, so none can be shown.

use jiff::tz::TimeZone;

use super::figures::size;
use crate::app::clock_text::{precise, tenths};
use crate::app::sheet::{Paragraph, Sheet};
use crate::app::tone::Tone;
use crate::domain::request_line::{Asker, RequestLine};

/// The page about it.
pub(super) fn sheet(line: &RequestLine, zone: &TimeZone) -> Sheet {
    let (receipt, passage) = (&line.receipt, &line.passage);
    let tone = if line.is_well() {
        Tone::Good
    } else {
        Tone::Warn
    };
    let answered = receipt.status.map_or_else(
        || "no answer".to_owned(),
        |status| format!("{status} after {} ms", receipt.took_ms),
    );
    let trouble = line.trouble.as_ref();
    let trouble = trouble.map_or_else(String::new, |trouble| format!(": {trouble}"));
    let id = receipt.correlation.as_ref();
    let id = id.map_or_else(|| "none".to_owned(), ToString::to_string);
    let mut all = vec![
        Paragraph::of(&line.method, line.path.clone(), Tone::Strong),
        Paragraph::of(
            "for",
            format!("{}, {}", line.purpose(), whom(line.by)),
            Tone::Plain,
        ),
        Paragraph::of("left", precise(line.at, zone), Tone::Plain),
        Paragraph::of("answer", format!("{answered}{trouble}"), tone),
        Paragraph::of("try", try_words(line.attempt), Tone::Plain),
        Paragraph::of("waited", waited_words(line), Tone::Plain),
        Paragraph::of("size", size(passage.bytes), Tone::Plain),
        Paragraph::of("correlation", id, Tone::Plain),
    ];
    if let Some(date) = receipt.date {
        let words = format!("{}, by the platform's clock", precise(date, zone));
        all.push(Paragraph::of("dated", words, Tone::Plain));
    }
    all.push(Paragraph::of(
        "not kept",
        "its query, its body and the token it was made with",
        Tone::Dim,
    ));
    Sheet::new(format!("Request {}", line.number), all)
}

fn whom(by: Asker) -> &'static str {
    match by {
        Asker::Run => "for a run",
        Asker::Asked => "for somebody who waits for it",
        Asker::Poll => "to keep the list fresh",
        Asker::Token => "for whoever asks next",
    }
}

fn try_words(attempt: u32) -> String {
    match attempt {
        0 | 1 => "the first".to_owned(),
        more => format!("{more}, the same request as before"),
    }
}

/// How long it waited for its turn and what for; and what its answer asks of the next.
fn waited_words(line: &RequestLine) -> String {
    let passage = &line.passage;
    let seconds = tenths(i128::from(passage.waited_ms));
    let waited = match (passage.waited_ms, passage.was_shut) {
        (0..50, _) => "not at all".to_owned(),
        (_, true) => format!("{seconds}s: the service had said 429"),
        (_, false) => format!("{seconds}s for its turn: one rate for all requests"),
    };
    match passage.retry_after {
        Some(after) => format!("{waited}; the answer asks for {after}s of silence"),
        None => waited,
    }
}
