//! Every request that this program sent about a chat, newest first, with the ids by which the platform's support finds them.

use jiff::Timestamp;

use super::Inspect;
use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::request_table::RequestTable;
use crate::app::text_view::PageLine;
use crate::app::tone::{Tone, Words};
use crate::domain::request_line::RequestLine;

/// The page.
pub(super) fn lines(app: &App, inspect: &Inspect, now: Timestamp) -> Vec<PageLine> {
    let table = RequestTable::of(app.extent.width);
    let mut lines = vec![PageLine::of(Words::new(Tone::Dim, table.head()))];
    let requests = inspect.dossier.requests.iter().rev();
    lines.extend(requests.map(|request| line(app, inspect, request, table, now)));
    lines
}

fn line(
    app: &App,
    inspect: &Inspect,
    request: &RequestLine,
    table: RequestTable,
    now: Timestamp,
) -> PageLine {
    let short = format!("{}…", inspect.id.short());
    let path = request
        .short_path()
        .replace(&inspect.id.to_string(), &short);
    let correlation = request.receipt.correlation.as_ref();
    let words = table.line(request, &path, &app.settings.zone, now).and(
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
pub(super) fn said(app: &App, inspect: &Inspect) -> (Tone, String) {
    let count = inspect.dossier.requests.len();
    let copies = app.key(Mode::Inspect, Action::CopyValue);
    let words = match count {
        0 => "No request about this chat is known yet.".to_owned(),
        1 => format!("1 request. {copies} copies its correlation id. No bodies, no tokens."),
        _ => format!(
            "{count} requests, newest first. {copies} copies a correlation id. No bodies, no tokens."
        ),
    };
    (Tone::Plain, words)
}
