//! The page in view as text for the operator's pager (`e`): as it is shown, masked where it is masked. A page that is made for a
//! width is made wide: a pager folds long lines itself.

use jiff::Timestamp;

use super::inspect::{self, Inspect};
use super::lookout::{Lookout, Requests};
use super::request_table::RequestTable;
use super::run_log::Whose;
use super::text_view::PageLine;
use super::tone::Words;
use super::{App, Effect, Screen, report, trace};
use crate::domain::ids::ConversationId;
use crate::domain::text;

/// How wide a page is made that has no end of its own.
const WIDE: u16 = 160;

/// A run cannot be left alone: its stop keys would go to the pager.
pub(crate) const NO_PAGER: &str =
    "a run is under way, and its stop keys must be heard: when it has settled";

/// Hands the page in view to the pager.
pub(crate) fn open(app: &App, now: Timestamp) -> Vec<Effect> {
    // Asked again here, for whoever comes without a key.
    if app.is_running() {
        return Vec::new();
    }
    page(app, now).map(Effect::Page).into_iter().collect()
}

/// The page in view.
fn page(app: &App, now: Timestamp) -> Option<String> {
    let (title, lines) = match app.screens.last()? {
        Screen::Inspect(screen) => one_chat(app, screen, now),
        Screen::Trace(screen) => run_of(app, screen.whose, screen.id)?,
        Screen::Report(screen) => {
            let log = app.run_log(screen.whose)?;
            let title = format!("Run {} report", log.run.header.id);
            let lines = report::lines(log, usize::MAX, WIDE);
            (title, texts(&lines))
        }
        Screen::Messages(_) => ("Messages, newest first".to_owned(), messages(app)),
        Screen::Lookout(Lookout::Requests(screen)) => (
            "Requests, newest first".to_owned(),
            requests(app, screen, now),
        ),
        _ => return None,
    };
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    let page = format!("{title}\n\n{}\n", lines.join("\n"));
    Some(text::lines(&page).into_owned())
}

fn texts(lines: &[Words]) -> Vec<String> {
    lines.iter().map(Words::text).collect()
}

fn one_chat(app: &App, screen: &Inspect, now: Timestamp) -> (String, Vec<String>) {
    let page = inspect::page(app, screen, now);
    let text = |line: &PageLine| line.words.text();
    let mut lines: Vec<String> = page.left.iter().map(text).collect();
    if !page.right.is_empty() {
        lines.push(String::new());
        lines.extend(page.right.iter().map(text));
    }
    (format!("Chat {}: {}", screen.id, screen.tab.title()), lines)
}

fn run_of(app: &App, whose: Whose, id: ConversationId) -> Option<(String, Vec<String>)> {
    let log = app.run_log(whose)?;
    let title = format!("Run {}, chat {id}", log.run.header.id);
    let lines = trace::lines(log, id, &app.settings.zone, WIDE);
    Some((title, texts(&lines)))
}

fn messages(app: &App) -> Vec<String> {
    let lines = app.notices.kept().map(|notice| {
        let id = notice.correlation.as_ref();
        let id = id.map_or_else(String::new, |id| format!(" (correlation id {id})"));
        format!("{}  {}{id}", notice.at, notice.text)
    });
    lines.collect()
}

fn requests(app: &App, screen: &Requests, now: Timestamp) -> Vec<String> {
    let table = RequestTable::of(WIDE);
    let shown = screen.shown(&app.requests);
    let lines = shown.into_iter().map(|request| {
        let line = table.line(request, request.short_path(), &app.settings.zone, now);
        let id = request.receipt.correlation.as_ref();
        let id = id.map_or_else(|| "none".to_owned(), ToString::to_string);
        format!("{}{id}", line.text())
    });
    std::iter::once(table.head()).chain(lines).collect()
}
