//! One conversation as data: what JSON and CSV hold of it, printed by a command or exported from the screen. Names of customers and agents
//! unless they are masked, never the text of messages.

use jiff::Timestamp;
use serde::Serialize;

use super::conversation::Side;
use super::ids::ConversationId;
use super::masking::initials;
use super::parties::Parties;
use super::roster::Row;
use super::shown;
use super::text::{self, Text};

/// A conversation as data.
#[derive(Debug, Serialize)]
pub struct RowData {
    id: ConversationId,
    kind: &'static str,
    severity: &'static str,
    why: String,
    started: Timestamp,
    age_seconds: i64,
    /// Absent while it is unread.
    idle_seconds: Option<i64>,
    last_from: Option<Side>,
    parties: Option<String>,
    /// By name, else the beginning of its id.
    queue: Option<String>,
    agent: Option<String>,
    customer: Option<String>,
    remedy: &'static str,
    /// The operator's rules that fit, gravest first.
    rules: Vec<String>,
    /// The operator's guards that hold it.
    guards: Vec<String>,
    /// When the read left that this rests on; absent while it is unread.
    read_at: Option<Timestamp>,
    /// When the list was asked that named it last; absent where it was asked for by id alone.
    listed_at: Option<Timestamp>,
    /// Where its facts are from: `read`, or `list`, which is late and not enough to judge by.
    source: &'static str,
    queue_id: Option<String>,
    bot: Option<String>,
    deployment: Option<String>,
    divisions: Vec<String>,
}

/// The columns of CSV, which are the fields of JSON.
pub const COLUMNS: [&str; 22] = [
    "id",
    "kind",
    "severity",
    "why",
    "started",
    "age_seconds",
    "idle_seconds",
    "last_from",
    "parties",
    "queue",
    "agent",
    "customer",
    "remedy",
    "rules",
    "guards",
    "read_at",
    "listed_at",
    "source",
    "queue_id",
    "bot",
    "deployment",
    "divisions",
];

impl RowData {
    /// The data of a row.
    pub fn of(row: &Row, now: Timestamp) -> Self {
        let diagnosis = row.diagnosis(now);
        let read = row.reading.as_ref();
        let name = |text: Option<&Text>| text.map(|text| text.as_str().to_owned());
        Self {
            id: row.listed.id,
            kind: diagnosis.kind.word(),
            severity: row.severity_of(diagnosis.kind, now).word(),
            why: diagnosis.why,
            started: read.map_or(row.listed.started, |reading| reading.conversation.started),
            age_seconds: row.age(now).as_secs(),
            idle_seconds: row.idle(now).map(|idle| idle.as_secs()),
            last_from: read.and_then(|reading| Some(reading.conversation.newest_of_all()?.from)),
            parties: read.map(|reading| Parties::of(&reading.conversation).to_string()),
            queue: shown::queue_words(row),
            agent: name(shown::agent(row)),
            customer: name(shown::customer(row)),
            remedy: diagnosis.kind.remedy(),
            rules: row
                .caught(now)
                .into_iter()
                .map(|rule| rule.name.clone())
                .collect(),
            guards: row
                .guarded(now)
                .into_iter()
                .map(|held| held.guard.name.clone())
                .collect(),
            read_at: read.map(|reading| reading.read_at),
            listed_at: row.listed.seen_at,
            source: row.source().word(),
            queue_id: name(shown::queue_id(row)),
            bot: shown::bot_words(row),
            deployment: shown::deployment_words(row),
            divisions: shown::division_words(row),
        }
    }

    /// The same with people by their initials.
    #[must_use]
    pub fn masked(self) -> Self {
        let masked = |name: Option<String>| name.map(|name| initials(&name));
        Self {
            agent: masked(self.agent),
            customer: masked(self.customer),
            ..self
        }
    }

    /// The cells of a CSV line, in the order of [`COLUMNS`], none of which a spreadsheet takes for a formula.
    pub fn cells(&self) -> Vec<String> {
        let words = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            self.id.to_string(),
            self.kind.to_owned(),
            self.severity.to_owned(),
            self.why.clone(),
            self.started.to_string(),
            self.age_seconds.to_string(),
            self.idle_seconds
                .map_or_else(String::new, |idle| idle.to_string()),
            self.last_from
                .map_or("", |side| match side {
                    Side::Customer => "customer",
                    Side::Agent => "agent",
                })
                .to_owned(),
            words(&self.parties),
            words(&self.queue),
            words(&self.agent),
            words(&self.customer),
            self.remedy.to_owned(),
            self.rules.join(" "),
            self.guards.join(" "),
            self.read_at.map_or_else(String::new, |at| at.to_string()),
            self.listed_at.map_or_else(String::new, |at| at.to_string()),
            self.source.to_owned(),
            words(&self.queue_id),
            words(&self.bot),
            words(&self.deployment),
            self.divisions.join("; "),
        ]
        .into_iter()
        .map(|cell| text::cell(&cell))
        .collect()
    }
}

/// Rows as CSV with a head line, every cell quoted.
pub fn csv(rows: impl IntoIterator<Item = RowData>) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in rows {
        writer.write_record(row.cells())?;
    }
    let bytes = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    Ok(text::lines(&String::from_utf8_lossy(&bytes)).into_owned())
}

/// Rows as JSON, one object a line.
pub fn json_lines(rows: impl IntoIterator<Item = RowData>) -> Result<String, serde_json::Error> {
    let mut lines = String::new();
    for row in rows {
        lines.push_str(&serde_json::to_string(&row)?);
        lines.push('\n');
    }
    Ok(text::json(&lines).into_owned())
}
