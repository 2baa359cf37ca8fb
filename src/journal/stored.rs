//! Reading runs and facts back from an open journal. Knows how they are stored; folding is the domain's.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::failure::JournalFailure;
use super::fold::Folded;
use super::purge;
use crate::domain::fact::RunFact;
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::item::Timings;
use crate::domain::run::RunHeader;

/// An open journal, for reading.
#[derive(Clone, Copy)]
pub(super) struct Stored<'a> {
    pub(super) connection: &'a Connection,
    pub(super) path: &'a Path,
}

/// A run's header as stored.
pub(super) struct StoredHeader {
    pub(super) json: String,
    pub(super) chain: String,
    pub(super) confirmed_ms: Option<i64>,
}

/// A fact as stored.
pub(super) struct StoredFact {
    pub(super) seq: i64,
    pub(super) at_ms: i64,
    pub(super) json: String,
    pub(super) chain: String,
}

/// A run's header and facts, each with its link of the chain, oldest first.
pub(super) struct Record {
    pub(super) header: RunHeader,
    pub(super) chain: String,
    pub(super) facts: Vec<(RunFact, String)>,
}

impl Stored<'_> {
    /// The numbers of all runs, oldest first. Of a damaged journal, as many as can be read.
    pub(super) fn readable_runs(self) -> Result<Vec<RunId>, JournalFailure> {
        let read = || -> rusqlite::Result<Vec<_>> {
            let mut statement = self
                .connection
                .prepare("SELECT id FROM run ORDER BY id DESC")?;
            let found = statement
                .query_map([], |row| row.get(0).map(RunId))?
                .map_while(Result::ok)
                .collect();
            Ok(found)
        };
        let mut runs = read().map_err(|error| JournalFailure::sql(self.path, &error))?;
        runs.reverse();
        Ok(runs)
    }

    /// The numbers of all runs, oldest first.
    pub(super) fn runs(self) -> Result<Vec<RunId>, JournalFailure> {
        let read = || -> rusqlite::Result<Vec<_>> {
            let mut statement = self.connection.prepare("SELECT id FROM run ORDER BY id")?;
            statement
                .query_map([], |row| row.get(0).map(RunId))?
                .collect()
        };
        read().map_err(|error| JournalFailure::sql(self.path, &error))
    }

    /// The numbers of the runs that had a conversation in their plan, oldest first.
    pub(super) fn runs_about(self, id: ConversationId) -> Result<Vec<RunId>, JournalFailure> {
        let read = || -> rusqlite::Result<Vec<_>> {
            let mut statement = self
                .connection
                .prepare("SELECT run_id FROM plan_item WHERE conversation_id=? ORDER BY run_id")?;
            statement
                .query_map([id.to_string()], |row| row.get(0).map(RunId))?
                .collect()
        };
        read().map_err(|error| JournalFailure::sql(self.path, &error))
    }

    /// A run's header as stored.
    pub(super) fn header(self, run: RunId) -> Result<StoredHeader, JournalFailure> {
        self.connection
            .query_row(
                "SELECT header, chain, confirmed_ms FROM run WHERE id=?",
                [run.0],
                |row| {
                    Ok(StoredHeader {
                        json: row.get(0)?,
                        chain: row.get(1)?,
                        confirmed_ms: row.get(2)?,
                    })
                },
            )
            .optional()
            .map_err(|error| JournalFailure::sql(self.path, &error))?
            .map_or_else(|| Err(self.why_none(run)?), Ok)
    }

    /// A run's header, and its link of the chain.
    pub(super) fn header_of(self, run: RunId) -> Result<(RunHeader, String), JournalFailure> {
        let stored = self.header(run)?;
        let header = serde_json::from_str(&stored.json).map_err(|error| {
            JournalFailure::damaged(self.path, format!("run {run} cannot be read: {error}"))
        })?;
        Ok((header, stored.chain))
    }

    /// Why there is no such run: it was purged, or never was.
    fn why_none(self, run: RunId) -> Result<JournalFailure, JournalFailure> {
        let left = purge::entries(self)?;
        let entry = left
            .iter()
            .find(|entry| entry.run() == run)
            .and_then(purge::StoredEntry::entry);
        Ok(entry.map_or(JournalFailure::NoSuchRun(run), |entry| {
            JournalFailure::Purged { run, at: entry.at }
        }))
    }

    /// A run's facts as stored, oldest first.
    pub(super) fn facts(self, run: RunId) -> Result<Vec<StoredFact>, JournalFailure> {
        let read = || -> rusqlite::Result<Vec<_>> {
            let mut statement = self
                .connection
                .prepare("SELECT seq, at_ms, fact, chain FROM fact WHERE run_id=? ORDER BY seq")?;
            statement
                .query_map([run.0], |row| {
                    Ok(StoredFact {
                        seq: row.get(0)?,
                        at_ms: row.get(1)?,
                        json: row.get(2)?,
                        chain: row.get(3)?,
                    })
                })?
                .collect()
        };
        read().map_err(|error| JournalFailure::sql(self.path, &error))
    }

    /// A run with everything that happened in it.
    pub(super) fn fold(self, run: RunId, timings: &Timings) -> Result<Folded, JournalFailure> {
        let record = self.record(run)?;
        let mut folded = Folded::new(record.header, record.chain, timings);
        for (fact, chain) in record.facts {
            folded.push(&fact, chain);
        }
        Ok(folded)
    }

    /// A run's header and facts, each with its link of the chain, oldest first.
    pub(super) fn record(self, run: RunId) -> Result<Record, JournalFailure> {
        let (header, chain) = self.header_of(run)?;
        let facts = self.facts(run)?.into_iter().map(|stored| {
            let fact = serde_json::from_str(&stored.json).map_err(|error| {
                let what = format!("fact {} of run {run} cannot be read: {error}", stored.seq);
                JournalFailure::damaged(self.path, what)
            })?;
            Ok((fact, stored.chain))
        });
        Ok(Record {
            header,
            chain,
            facts: facts.collect::<Result<_, _>>()?,
        })
    }
}
