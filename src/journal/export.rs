//! Runs as text for other programs: JSON lines as they are stored, and a CSV summary whose cells no spreadsheet takes for formulas.

use super::failure::JournalFailure;
use super::stored::Stored;
use crate::domain::fact::FinalState;
use crate::domain::ids::RunId;
use crate::domain::item::Item;
use crate::domain::run::Run;
use crate::domain::text;

const COLUMNS: [&str; 13] = [
    "run",
    "conversation",
    "kind",
    "state",
    "reason",
    "reopened",
    "incident",
    "requests",
    "sends",
    "began",
    "settled",
    "correlation",
    "note",
];

/// The header as `{"event":"opened","header":…}`, then each fact on a line of its own.
pub(super) fn json_lines(stored: Stored<'_>, run: RunId) -> Result<String, JournalFailure> {
    let mut out = format!(
        "{{\"event\":\"opened\",\"header\":{}}}\n",
        stored.header(run)?.json
    );
    for fact in stored.facts(run)? {
        out.push_str(&fact.json);
        out.push('\n');
    }
    Ok(out)
}

/// One line for each conversation of a run, in the plan's order.
pub(super) fn csv(run: &Run) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for item in &run.items {
        writer.write_record(line(run, item).map(|cell| text::cell(&cell)))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn line(run: &Run, item: &Item) -> [String; 13] {
    let settled = item.settled.as_ref().map(|(settled, _)| settled);
    let correlation = item
        .sends
        .iter()
        .filter_map(|sent| sent.answer.as_ref()?.receipt.correlation.as_ref())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ");
    [
        run.header.id.to_string(),
        item.plan.id.to_string(),
        item.plan.kind.word().to_owned(),
        settled
            .map_or("", |settled| FinalState::word(settled.state))
            .to_owned(),
        settled.map_or_else(String::new, |settled| settled.reason.clone()),
        settled.is_some_and(|settled| settled.reopened).to_string(),
        settled
            .and_then(|settled| settled.incident.clone())
            .unwrap_or_default(),
        item.requests.to_string(),
        item.sends.len().to_string(),
        item.span
            .map_or_else(String::new, |(first, _)| first.to_string()),
        item.settled
            .as_ref()
            .map_or_else(String::new, |(_, at)| at.to_string()),
        correlation,
        run.header.note.clone().unwrap_or_default(),
    ]
}
