//! Runs as text for other programs: JSON lines as they are stored; a CSV summary whose cells no spreadsheet takes for formulas; and a
//! Markdown document whose cells are nothing but text. None of them holds a name or a message, because the journal holds none.

use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;

use super::crash::Crash;
use super::failure::JournalFailure;
use super::fold::Folded;
use super::private;
use super::stored::Stored;
use crate::domain::fact::FinalState;
use crate::domain::ids::RunId;
use crate::domain::item::Item;
use crate::domain::run::Run;
use crate::domain::text;

/// In which form a run is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// Its header, then its facts, one a line.
    JsonLines,
    /// One line for each conversation.
    Csv,
    /// A document with a row for each conversation.
    Markdown,
}

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
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
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

/// What was run, and one row for each conversation, in the plan's order. `chain` is the link of the newest of so many facts.
pub(super) fn markdown(folded: &Folded) -> String {
    let run = &folded.run;
    let header = &run.header;
    let time = |at: Option<Timestamp>| at.map_or_else(|| "not".to_owned(), |at| at.to_string());
    let about = [
        ("created", header.created.to_string()),
        ("confirmed", time(run.confirmed)),
        ("finished", time(run.finished)),
        ("profile", header.plan.profile.clone()),
        ("label", header.label.clone()),
        ("organisation", header.plan.org_id.clone()),
        ("API", header.api_url.clone()),
        ("operator", header.operator.clone()),
        ("note", header.note.clone().unwrap_or_default()),
        ("rung", header.plan.rung.word().to_owned()),
        ("recipe", header.plan.recipe.name().to_owned()),
        ("plan", header.plan.hash.clone()),
        ("facts", folded.seq.to_string()),
        ("last hash", folded.chain.clone()),
    ];
    let mut out = format!("# Run {}\n\n| what | value |\n| --- | --- |\n", header.id);
    for (what, value) in about {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "| {what} | {} |", text::code(&value));
    }
    // The run and its note are said above.
    let shown = 1..COLUMNS.len() - 1;
    let heads = COLUMNS[shown.clone()].join(" | ");
    let rule = vec!["---"; shown.len()].join(" | ");
    let _ = writeln!(out, "\n| {heads} |\n| {rule} |");
    for item in &run.items {
        let cells = line(run, item);
        let cells: Vec<String> = cells
            .iter()
            .take(shown.end)
            .skip(1)
            .map(|cell| text::code(cell))
            .collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
    out
}

/// Saves an export as a new file that only its owner can read: whole, or not at all. What is there already stays.
pub(super) fn save(file: &Path, text: &str) -> std::io::Result<()> {
    let mut crash = Crash::from_environment();
    if file.symlink_metadata().is_ok() {
        return Err(std::io::ErrorKind::AlreadyExists.into());
    }
    let mut part = file.as_os_str().to_owned();
    part.push(format!(".{}.part", uuid::Uuid::new_v4().simple()));
    let part = Path::new(&part);
    crash.pass("before-export");
    let saved = private::write_new(part, text.as_bytes()).and_then(|()| name(part, file));
    // Half of it helps nobody, least of all on a full disk; and the whole has a name of its own by now.
    let _ = std::fs::remove_file(part);
    saved?;
    crash.pass("after-export");
    private::sync_folder(private::folder_of(file))
}

/// Gives a file its name, unless something has it: a link never replaces what is there, as renaming does.
fn name(part: &Path, file: &Path) -> std::io::Result<()> {
    match std::fs::hard_link(part, file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            // Some file systems know no second names: what is replaced there is an empty file that is ours alone.
            private::write_new(file, &[])?;
            std::fs::rename(part, file).inspect_err(|_| {
                let _ = std::fs::remove_file(file);
            })
        }
        linked => linked,
    }
}
