//! Past runs, by folding their facts again. Opens its own read-only connection for each question, takes no lock, and never makes a
//! journal where there is none.

use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::export::{self, ExportForm};
use super::failure::JournalFailure;
use super::file::open_to_read;
use super::private::folder_of;
use super::stored::Stored;
use super::verify::{self, Verdict};
use crate::domain::fact::RunFact;
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::item::Timings;
use crate::domain::run::{Run, RunHeader, RunState, Tally};
use crate::domain::text;

/// How many of the newest runs are looked through where all would take too long: by the console before its first frame, and by whatever asks
/// what is remembered of an organisation.
pub const NEWEST: usize = 50;

/// A journal to read in.
#[derive(Debug, Clone)]
pub struct History {
    path: PathBuf,
    timings: Timings,
}

/// A run in the list of runs.
#[derive(Debug, Clone)]
pub struct RunSummary {
    /// Who ran what, and why.
    pub header: RunHeader,
    /// How its items came out.
    pub tally: Tally,
    /// Where it stands.
    pub state: RunState,
    /// When its phrase was typed.
    pub started: Option<Timestamp>,
    /// When every item was final.
    pub finished: Option<Timestamp>,
    /// From one to the other.
    pub took: Option<SignedDuration>,
}

/// What can be read of a journal that may be damaged.
#[derive(Debug, Clone, Default)]
pub struct Readable {
    /// Runs that can be read, newest first.
    pub runs: Vec<RunSummary>,
    /// Runs that cannot, and why.
    pub unreadable: Vec<(RunId, String)>,
}

/// Runs that are old enough to be purged.
#[derive(Debug, Clone, Default)]
pub struct Purgeable {
    /// Those that are over, oldest first.
    pub runs: Vec<RunSummary>,
    /// Those that are kept because they did not finish.
    pub unfinished: Vec<RunSummary>,
}

impl RunSummary {
    /// Confirmed, and not every item is final: what is offered for resuming.
    pub fn is_unfinished(&self) -> bool {
        self.started.is_some() && self.finished.is_none()
    }

    fn of(run: Run) -> Self {
        let tally = run.tally();
        let took = run
            .confirmed
            .zip(run.finished)
            .map(|(from, to)| to.duration_since(from));
        Self {
            header: run.header,
            tally,
            state: run.state,
            started: run.confirmed,
            finished: run.finished,
            took,
        }
    }
}

impl History {
    /// The history in the journal at `path`, which need not exist yet. Runs are folded with these waiting times.
    pub fn at(path: &Path, timings: Timings) -> Self {
        Self {
            path: path.to_owned(),
            timings,
        }
    }

    /// The newest runs, newest first.
    pub fn runs(&self, at_most: usize) -> Result<Vec<RunSummary>, JournalFailure> {
        self.read(|stored| {
            stored
                .runs()?
                .into_iter()
                .rev()
                .take(at_most)
                .map(|run| self.summary(stored, run))
                .collect()
        })
        .map(Option::unwrap_or_default)
    }

    /// The newest runs of a journal that may be damaged, newest first, as far as they can be read; and which cannot, and why.
    pub fn readable(&self, at_most: usize) -> Result<Readable, JournalFailure> {
        let found = self.read(|stored| {
            let mut readable = Readable::default();
            for run in stored.readable_runs()?.into_iter().rev().take(at_most) {
                match self.summary(stored, run) {
                    Ok(summary) => readable.runs.push(summary),
                    Err(why) => readable.unreadable.push((run, why.to_string())),
                }
            }
            Ok(readable)
        })?;
        Ok(found.unwrap_or_default())
    }

    /// Runs that may be purged: those that finished, or were never confirmed, before this time. Oldest first. With a number, that run,
    /// whenever it was.
    pub fn purgeable(
        &self,
        before: Timestamp,
        only: Option<RunId>,
    ) -> Result<Purgeable, JournalFailure> {
        let runs = match only {
            Some(run) => self
                .read(|stored| self.summary(stored, run))?
                .map_or(Err(JournalFailure::NoSuchRun(run)), |run| Ok(vec![run]))?,
            None => self.runs(usize::MAX)?,
        };
        let is_old = |run: &RunSummary| {
            only.is_some() || run.finished.unwrap_or(run.header.created) < before
        };
        let (unfinished, runs) = runs
            .into_iter()
            .rev()
            .filter(is_old)
            .partition(RunSummary::is_unfinished);
        Ok(Purgeable { runs, unfinished })
    }

    /// Runs that were confirmed and did not finish: after a crash, what is offered for resuming. Newest first.
    pub fn unfinished(&self) -> Result<Vec<RunSummary>, JournalFailure> {
        let mut runs = self.runs(usize::MAX)?;
        runs.retain(RunSummary::is_unfinished);
        Ok(runs)
    }

    /// A run with everything that happened in it.
    pub fn load(&self, run: RunId) -> Result<Run, JournalFailure> {
        self.read(|stored| stored.fold(run, &self.timings).map(|folded| folded.run))?
            .ok_or(JournalFailure::NoSuchRun(run))
    }

    /// A run's header and every fact of it, oldest first.
    pub fn facts(&self, run: RunId) -> Result<(RunHeader, Vec<RunFact>), JournalFailure> {
        let record = self
            .read(|stored| stored.record(run))?
            .ok_or(JournalFailure::NoSuchRun(run))?;
        let facts = record.facts.into_iter().map(|(fact, _)| fact).collect();
        Ok((record.header, facts))
    }

    /// Runs that had a conversation in their plan, each with all its facts, oldest first.
    pub fn about(
        &self,
        id: ConversationId,
    ) -> Result<Vec<(RunHeader, Vec<RunFact>)>, JournalFailure> {
        let found = self.read(|stored| {
            let runs = stored.runs_about(id)?.into_iter();
            runs.map(|run| {
                let record = stored.record(run)?;
                let facts = record.facts.into_iter().map(|(fact, _)| fact);
                Ok((record.header, facts.collect()))
            })
            .collect()
        })?;
        Ok(found.unwrap_or_default())
    }

    /// The folder of the journal.
    pub fn folder(&self) -> &Path {
        folder_of(&self.path)
    }

    /// Verifies the chain and the tables.
    pub fn verify(&self) -> Result<Verdict, JournalFailure> {
        self.read(|stored| verify::verify(stored, &self.timings))
            .map(Option::unwrap_or_default)
    }

    /// A run as JSON lines: its header, then its facts as they are stored.
    pub fn export_json(&self, run: RunId) -> Result<String, JournalFailure> {
        self.read(|stored| export::json_lines(stored, run))?
            .ok_or(JournalFailure::NoSuchRun(run))
    }

    /// A run as CSV: one line for each conversation.
    pub fn export_csv(&self, run: RunId) -> Result<String, JournalFailure> {
        export::csv(&self.load(run)?).map_err(|error| JournalFailure::Unusable {
            path: self.path.display().to_string(),
            why: error.to_string(),
        })
    }

    /// A run as Markdown: what was run, and one row for each conversation.
    pub fn export_markdown(&self, run: RunId) -> Result<String, JournalFailure> {
        self.read(|stored| stored.fold(run, &self.timings))?
            .map(|folded| export::markdown(&folded))
            .ok_or(JournalFailure::NoSuchRun(run))
    }

    /// A run in this form, in which nothing is left that a terminal would obey.
    pub fn export(&self, run: RunId, form: ExportForm) -> Result<String, JournalFailure> {
        let text = match form {
            ExportForm::JsonLines => self.export_json(run)?,
            ExportForm::Csv => self.export_csv(run)?,
            ExportForm::Markdown => self.export_markdown(run)?,
        };
        Ok(match form {
            ExportForm::JsonLines => text::json(&text).into_owned(),
            ExportForm::Csv | ExportForm::Markdown => text::lines(&text).into_owned(),
        })
    }

    /// The folder for exports from the screen, beside the journal.
    pub fn exports(&self) -> PathBuf {
        self.folder().join("exports")
    }

    /// The waiting times that runs are folded with.
    pub(super) fn timings(&self) -> &Timings {
        &self.timings
    }

    fn summary(&self, stored: Stored<'_>, run: RunId) -> Result<RunSummary, JournalFailure> {
        stored
            .fold(run, &self.timings)
            .map(|folded| RunSummary::of(folded.run))
    }

    /// Asks an open journal, in one transaction, so that what is read belongs together; nothing where there is none.
    pub(super) fn read<T>(
        &self,
        ask: impl FnOnce(Stored<'_>) -> Result<T, JournalFailure>,
    ) -> Result<Option<T>, JournalFailure> {
        let Some(connection) = open_to_read(&self.path)? else {
            return Ok(None);
        };
        let sql = |error: rusqlite::Error| JournalFailure::sql(&self.path, &error);
        let transaction = Connection::unchecked_transaction(&connection).map_err(sql)?;
        ask(Stored {
            connection: &transaction,
            path: &self.path,
        })
        .map(Some)
    }
}
