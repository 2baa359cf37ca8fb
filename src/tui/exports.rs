//! Writes exports: each a new file that only its owner can read, whole or not at all. What is there already stays. A large one says how far
//! it is.

use std::io;
use std::path::Path;

use super::packet::make;
use crate::app::exporting::{Contents, Export, Format, Progress};
use crate::domain::ids::RunId;
use crate::domain::roster::Row;
use crate::domain::row_data::{RowData, csv, json_lines};
use crate::journal::{ExportForm, History, save_export};

/// It is said how far an export is each time that so many chats are done.
const STRIDE: usize = 500;
/// How many files of one second and one sort there can be.
const COPIES: usize = 50;

/// Writes it beside the journal; the words say where, or why not.
pub(super) fn write(
    export: &Export,
    history: &History,
    tell: impl Fn(Progress),
) -> Result<String, String> {
    let text = text(export, history, tell)?;
    let folder = history.exports();
    make(&folder).map_err(|error| trouble(&folder, &error))?;
    for copy in 1..=COPIES {
        let path = folder.join(export.file_name(copy));
        match save_export(&path, &text) {
            Ok(()) => return Ok(format!("exported: {}", shown_path(&path))),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(trouble(&path, &error)),
        }
    }
    let taken = io::Error::other("there are too many of this second; try again in the next");
    Err(trouble(&folder, &taken))
}

/// What failed, why, and what to do.
fn trouble(path: &Path, error: &io::Error) -> String {
    let mend = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ". Make room on that disk, then export again"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ". Let yourself write there, or start with UNSTICK_HOME elsewhere"
        }
        _ => "",
    };
    format!(
        "not exported: {} cannot be written: {error}{mend}",
        shown_path(path)
    )
}

fn text(export: &Export, history: &History, tell: impl Fn(Progress)) -> Result<String, String> {
    match &export.contents {
        Contents::Text(text) => Ok(text.clone()),
        Contents::Run(run) => of_run(*run, export.format, history),
        Contents::Rows {
            ids,
            roster,
            with_names,
        } => {
            let rows = ids.iter().filter_map(|id| roster.row(*id));
            let data = rows.enumerate().map(|(done, row)| {
                if done % STRIDE == 0 {
                    tell(Progress {
                        done,
                        total: ids.len(),
                    });
                }
                row_data(&row, *with_names, export)
            });
            match export.format {
                Format::Csv => csv(data).map_err(|error| error.to_string()),
                _ => json_lines(data).map_err(|error| error.to_string()),
            }
        }
    }
}

fn row_data(row: &Row, with_names: bool, export: &Export) -> RowData {
    let data = RowData::of(row, export.made_at);
    if with_names { data } else { data.masked() }
}

fn of_run(run: RunId, format: Format, history: &History) -> Result<String, String> {
    let form = match format {
        Format::Csv => ExportForm::Csv,
        Format::Markdown => ExportForm::Markdown,
        _ => ExportForm::JsonLines,
    };
    let text = history.export(run, form);
    text.map_err(|failure| format!("not exported: {failure}"))
}

/// A path as a person writes it: their home is a `~`.
pub fn shown_path(path: &Path) -> String {
    let home = std::env::home_dir().filter(|home| home.parent().is_some());
    let below = home.and_then(|home| Some(path.strip_prefix(home).ok()?.to_owned()));
    match below {
        Some(below) => format!("~/{}", below.display()),
        None => path.display().to_string(),
    }
}
