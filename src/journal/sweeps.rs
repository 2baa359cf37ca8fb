//! Runs of sweeps on record: what the next one must know.

use jiff::Timestamp;

use super::failure::JournalFailure;
use super::history::History;
use super::stored::Stored;
use super::wall::millis;
use crate::domain::ids::RunId;
use crate::domain::run::Run;

impl History {
    /// Every run of a sweep of this organisation that was created at this time or later, and the newest one whenever that was; oldest
    /// first. Unlike other questions about the past, this one fails where a run cannot be read: nothing goes on by itself beside a record
    /// that says nothing.
    pub fn sweeps(&self, org_id: &str, from: Timestamp) -> Result<Vec<Run>, JournalFailure> {
        let found = self.read(|stored| {
            let runs = stored.sweeps(org_id, from)?.into_iter();
            runs.map(|run| stored.fold(run, self.timings()).map(|folded| folded.run))
                .collect::<Result<_, _>>()
        })?;
        Ok(found.unwrap_or_default())
    }
}

/// The runs of sweeps are those whose plan says so: a note is anybody's words.
const SWEEPS: &str =
    "SELECT id FROM run WHERE org_id=?1 AND json_extract(header,'$.plan.sweep') IS NOT NULL";

impl Stored<'_> {
    fn sweeps(self, org_id: &str, from: Timestamp) -> Result<Vec<RunId>, JournalFailure> {
        let read = || -> rusqlite::Result<Vec<_>> {
            let recent = format!("{SWEEPS} AND created_ms>=?2 ORDER BY id");
            let mut statement = self.connection.prepare(&recent)?;
            let runs = statement.query_map((org_id, millis(from)), |row| row.get(0).map(RunId))?;
            let runs: Vec<RunId> = runs.collect::<Result<_, _>>()?;
            if !runs.is_empty() {
                return Ok(runs);
            }
            let newest = format!("{SWEEPS} ORDER BY id DESC LIMIT 1");
            let mut statement = self.connection.prepare(&newest)?;
            let runs = statement.query_map([org_id], |row| row.get(0).map(RunId))?;
            runs.collect()
        };
        read().map_err(|error| JournalFailure::sql(self.path, &error))
    }
}
