//! Requests as `curl` commands for a support case (`Y`): those of one chat of a run, or the one under the cursor of the log. No token is in
//! them, and what changed something is a comment.

use super::lookout::Lookout;
use super::run_log::{RunLog, Whose};
use super::{App, Effect, Screen};
use crate::domain::curl::{TOKEN, command, comment};
use crate::domain::fact::{ItemEvent, RunEvent, RunFact};
use crate::domain::failure::Receipt;
use crate::domain::har;
use crate::domain::ids::ConversationId;
use crate::domain::request_line::RequestLine;
use crate::domain::step::Action as Request;

/// Copies what the screen is about.
pub(crate) fn copy(app: &App) -> Vec<Effect> {
    let text = commands(app);
    text.map(|text| Effect::Copy("curl", text))
        .into_iter()
        .collect()
}

/// Why there is nothing to copy.
pub(crate) fn why_not(app: &App) -> Option<String> {
    let why = match app.screens.last() {
        Some(Screen::Lookout(_)) => "there is no request here",
        _ => "nothing was asked about this chat yet",
    };
    commands(app).is_none().then(|| why.to_owned())
}

fn commands(app: &App) -> Option<String> {
    match app.screens.last()? {
        Screen::Trace(trace) => of_run(app, trace.whose, trace.id),
        Screen::Lookout(Lookout::Requests(screen)) => {
            let request = screen.chosen(&app.requests)?;
            Some(of_log(request, &app.settings.api_url))
        }
        _ => None,
    }
}

/// What stands above all commands.
fn head() -> String {
    format!("# {TOKEN} stands for a token of yours. What changed something is a comment here.")
}

/// A request of the log. Of its query and its body nothing is kept.
fn of_log(request: &RequestLine, base: &str) -> String {
    let said = answer(&request.at.to_string(), &request.receipt);
    let url = har::url(request, base);
    let command = command(&request.method, &url, None);
    format!(
        "{}\n# query and body are not kept\n{said}\n{command}\n",
        head()
    )
}

/// Every request about a chat of a run, oldest first, each below what it was answered.
fn of_run(app: &App, whose: Whose, id: ConversationId) -> Option<String> {
    let log = app.run_log(whose)?;
    let mut writer = Writer {
        base: log.run.header.api_url.trim_end_matches('/'),
        id,
        lines: Vec::new(),
        intended: None,
    };
    writer.write(log);
    if writer.lines.is_empty() {
        return None;
    }
    let title = comment(&format!("run {} chat {id}", log.run.header.id));
    Some(format!(
        "{title}\n{}\n\n{}\n",
        head(),
        writer.lines.join("\n")
    ))
}

struct Writer<'a> {
    base: &'a str,
    id: ConversationId,
    lines: Vec<String>,
    intended: Option<&'a Request>,
}

impl<'a> Writer<'a> {
    fn write(&mut self, log: &'a RunLog) {
        for fact in log.facts(self.id) {
            if let RunEvent::Item { what, .. } = &fact.event {
                self.event(fact, what);
            }
        }
        if let Some(action) = self.intended.take() {
            self.sent(action, "# no answer is on record".to_owned());
        }
    }

    fn event(&mut self, fact: &RunFact, what: &'a ItemEvent) {
        match what {
            ItemEvent::Observed {
                read_at, receipt, ..
            } => self.read(answer(&read_at.to_string(), receipt)),
            ItemEvent::ReadFailed { failure } => {
                self.read(answer(&fact.at.to_string(), &failure.receipt));
            }
            ItemEvent::LateEffect { receipt, .. } => {
                self.read(answer(&fact.at.to_string(), receipt));
            }
            ItemEvent::Intended { action, .. } => self.intended = Some(action),
            ItemEvent::Answered {
                receipt, failure, ..
            } => {
                let figures = receipt
                    .as_ref()
                    .or(failure.as_ref().map(|failure| &failure.receipt));
                let figures = figures.cloned().unwrap_or_default();
                if let Some(action) = self.intended.take() {
                    self.sent(action, answer(&fact.at.to_string(), &figures));
                }
            }
            _ => {}
        }
    }

    fn read(&mut self, said: String) {
        let url = format!("{}/api/v2/conversations/{}", self.base, self.id);
        self.lines.extend([said, command("GET", &url, None)]);
    }

    fn sent(&mut self, action: &Request, said: String) {
        let url = format!("{}{}", self.base, action.path(self.id));
        let body = action.body();
        self.lines
            .extend([said, command(action.method(), &url, body.as_ref())]);
    }
}

/// `# 2026-03-02T13:22:19.4Z 200 198 ms correlation 8c41b0de-…`.
fn answer(at: &str, receipt: &Receipt) -> String {
    let status = receipt.status.map_or_else(
        || "no answer".to_owned(),
        |status| format!("{status} {} ms", receipt.took_ms),
    );
    let id = receipt.correlation.as_ref();
    let id = id.map_or_else(String::new, |id| format!(" correlation {id}"));
    comment(&format!("{at} {status}{id}"))
}
