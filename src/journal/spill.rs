//! Where the last facts of a run go when the journal takes nothing more: one JSON line each in `spill-<run>.jsonl`, in a folder that is
//! not the journal's, each naming the chain that it follows. Taken in when the run goes on. Knows files; what fits is the writer's to say.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::chain::{canonical, link};
use super::private::{folder, has_one_name, private, sync_folder};
use crate::domain::fact::RunFact;
use crate::domain::ids::RunId;

/// A fact that the journal did not take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Spilled {
    /// Its run.
    pub(super) run: RunId,
    /// Which fact of the run it is.
    pub(super) seq: i64,
    /// The chain of the fact before it.
    pub(super) follows: String,
    /// The fact.
    pub(super) fact: RunFact,
}

impl Spilled {
    /// The chain up to this fact. What has no canonical form was never a fact of ours, and follows nothing.
    pub(super) fn chain(&self) -> String {
        canonical(&self.fact).map_or_else(|_| String::new(), |fact| link(&self.follows, &fact))
    }

    /// As it is kept: one line of JSON.
    pub(super) fn line(&self) -> String {
        // What was canonical as a fact is so with three more fields.
        canonical(self).unwrap_or_default()
    }
}

/// The folder for such files; without one nothing can be kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Spill(pub(super) Option<PathBuf>);

/// What is found in a file.
#[derive(Debug)]
pub(super) struct Found {
    /// Its whole lines.
    pub(super) facts: Vec<Spilled>,
    /// The file.
    pub(super) file: PathBuf,
}

impl Spill {
    /// The file of a run.
    pub(super) fn file(&self, run: RunId) -> Option<PathBuf> {
        Some(self.0.as_ref()?.join(format!("spill-{run}.jsonl")))
    }

    /// Keeps a fact: durable when this returns.
    pub(super) fn keep(&self, fact: &Spilled) -> std::io::Result<()> {
        let (Some(place), Some(path)) = (&self.0, self.file(fact.run)) else {
            return Err(std::io::Error::other("there is no folder for it"));
        };
        let place = folder(place)?;
        let mut file = private().append(true).create(true).open(path)?;
        has_one_name(&file)?;
        file.write_all(format!("{}\n", fact.line()).as_bytes())?;
        file.sync_all()?;
        sync_folder(&place)
    }

    /// Runs of which something is kept.
    pub(super) fn runs(&self) -> Vec<RunId> {
        let files = self.0.as_ref().and_then(|place| place.read_dir().ok());
        let mut runs: Vec<RunId> = files
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                let name = entry.ok()?.file_name();
                let number = name.to_str()?.strip_prefix("spill-")?;
                number.strip_suffix(".jsonl")?.parse().ok().map(RunId)
            })
            .collect();
        runs.sort();
        runs
    }

    /// What is kept of a run; nothing where there is no file. A last line that was cut off is not there: nobody was told that it is kept.
    pub(super) fn found(&self, run: RunId) -> std::io::Result<Option<Found>> {
        let Some(file) = self.file(run) else {
            return Ok(None);
        };
        let mut open = match private().read(true).open(&file) {
            Ok(open) => open,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        has_one_name(&open)?;
        let mut text = String::new();
        std::io::Read::read_to_string(&mut open, &mut text)?;
        let whole = text.rfind('\n').map_or("", |end| text.split_at(end).0);
        let facts = whole
            .lines()
            .map(serde_json::from_str)
            .collect::<Result<_, _>>()
            .map_err(|error| std::io::Error::other(format!("it cannot be read: {error}")))?;
        Ok(Some(Found { facts, file }))
    }

    /// Puts a file aside once it was dealt with, beside those that were before.
    pub(super) fn put_aside(file: &Path, how: &str) -> std::io::Result<PathBuf> {
        let named = |number: u32| match number {
            1 => file.with_extension(format!("jsonl.{how}")),
            _ => file.with_extension(format!("jsonl.{how}-{number}")),
        };
        let is_free = |path: &PathBuf| path.symlink_metadata().is_err();
        let aside = (1..1000)
            .map(named)
            .find(is_free)
            .ok_or_else(|| std::io::Error::other("a thousand of its kind are there already"))?;
        std::fs::rename(file, &aside)?;
        file.parent().map_or(Ok(()), sync_folder)?;
        Ok(aside)
    }

    /// Removes what is left of a run that was purged.
    pub(super) fn forget(&self, run: RunId) -> std::io::Result<()> {
        let Some(entries) = self.0.as_ref().and_then(|place| place.read_dir().ok()) else {
            return Ok(());
        };
        let prefix = format!("spill-{run}.jsonl");
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}
