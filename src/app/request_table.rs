//! Requests as a table, for the page of one chat and for the log of all: which, how it went, for whom, and where there is room the id by
//! which the platform's support finds it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::clock_text::{clock, tenths};
use super::lookout::requests::figures::WAIT;
use super::tone::{Tone, Words};
use super::trace::receipt_words;
use crate::domain::request_line::{Asker, RequestLine};
use crate::domain::text::fit;

/// Columns that are not the path's.
const FIXED: usize = 50;
/// How wide a correlation id is, with a blank.
const CORRELATION: usize = 37;

/// How wide the columns are.
#[derive(Debug, Clone, Copy)]
pub struct RequestTable {
    /// The path's room.
    path: usize,
    /// The correlation id has a column of its own.
    pub has_ids: bool,
}

impl RequestTable {
    /// For a screen of this width.
    pub fn of(width: u16) -> Self {
        let width = usize::from(width);
        let has_ids = width >= FIXED + CORRELATION + 30;
        let taken = if has_ids { FIXED + CORRELATION } else { FIXED };
        Self {
            path: width.saturating_sub(taken).clamp(12, 68),
            has_ids,
        }
    }

    /// The heads of the columns.
    pub fn head(self) -> String {
        let ids = if self.has_ids { "CORRELATION ID" } else { "" };
        let head = format!(
            " {:<8} {:<5} {}{:>4} {:>8} TRY FOR           {ids}",
            "TIME",
            "VERB",
            fit("PATH (/api/v2)", self.path),
            "CODE",
            "TOOK",
        );
        head.trim_end().to_owned()
    }

    /// A request, its path as it is to be shown.
    pub fn line(self, request: &RequestLine, path: &str, zone: &TimeZone, now: Timestamp) -> Words {
        let at = clock(request.at, zone, now);
        let tone = if request.is_well() {
            Tone::Plain
        } else {
            Tone::Warn
        };
        let words = Words::new(Tone::Dim, format!(" {at:<8} "))
            .and(
                Tone::Plain,
                format!("{} {} ", fit(&request.method, 5), fit(path, self.path)),
            )
            .and(tone, receipt_words(&request.receipt))
            .and(Tone::Plain, format!(" {:>3} ", request.attempt));
        // What waits for the rate alone is no trouble, and what it is for says more.
        let words = match waited_words(request).filter(|_| request.passage.was_shut) {
            Some(waited) => words.and(Tone::Warn, fit(&waited, 14)),
            None => words.and(Tone::Plain, fit(&purpose(request), 14)),
        };
        match &request.trouble {
            Some(trouble) => words.and(Tone::Warn, format!("{trouble} ")),
            None => words,
        }
    }
}

/// `waited 4.1s`, where it waited for its turn for a second or longer.
pub fn waited_words(request: &RequestLine) -> Option<String> {
    let waited = request.passage.waited_ms;
    (waited >= WAIT).then(|| format!("waited {}s", tenths(i128::from(waited))))
}

/// `list, poll`: what it is for, and for whom; a token is for everybody.
fn purpose(request: &RequestLine) -> String {
    let what = request.purpose();
    match request.by {
        Asker::Token => what.to_owned(),
        by => format!("{what}, {}", by.word()),
    }
}
