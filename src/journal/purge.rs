//! Removes whole finished runs. What is left of one is a sealed entry: its number, its counts, and the links of the chain on either side,
//! over which verifying goes on. The rows go in one transaction; then the file is rewritten, so that nothing of them is left in it.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use serde::{Deserialize, Serialize};

use super::chain::{GENESIS, canonical, link};
use super::failure::{JournalFailure, of_recording};
use super::fold::Folded;
use super::migrate;
use super::stored::Stored;
use super::verify::Fault;
use super::wall::Row;
use crate::domain::fact::FinalState;
use crate::domain::ids::RunId;
use crate::engine::ports::RecordFailure;

/// What purging did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Purged {
    /// Runs that are gone.
    pub runs: Vec<RunId>,
    /// Why something of them may still be in a file; nothing when nothing is.
    pub left: Option<String>,
}

/// What is left of a purged run, as it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Its number.
    pub(super) run: RunId,
    /// When it was purged.
    pub(super) at: Timestamp,
    /// Its own link of the chain.
    pub(super) chain: String,
    /// The link of its last fact.
    pub(super) end_chain: String,
    /// How many facts it had.
    pub(super) facts: i64,
    /// How many conversations it was to end.
    pub(super) planned: usize,
    /// How many came to each final state, in the order of [`FinalState::ALL`].
    pub(super) settled: Vec<(FinalState, usize)>,
    /// How many of them with an incident.
    pub(super) incidents: usize,
    /// How many requests it took.
    pub(super) requests: u32,
}

impl Entry {
    fn of(folded: &Folded, header_chain: String, at: Timestamp) -> Self {
        let tally = folded.run.tally();
        let counted = FinalState::ALL.map(|state| (state, tally.of(state)));
        Self {
            run: folded.run.header.id,
            at,
            chain: header_chain,
            end_chain: folded.chain.clone(),
            facts: folded.seq,
            planned: tally.planned,
            settled: counted
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .collect(),
            incidents: tally.incidents,
            requests: tally.requests,
        }
    }
}

/// An entry as stored.
pub(super) struct StoredEntry {
    number: i64,
    run: RunId,
    chain: String,
    end_chain: String,
    facts: i64,
    json: String,
    seal: String,
}

impl StoredEntry {
    /// The run's own link of the chain.
    pub(super) fn chain(&self) -> &str {
        &self.chain
    }

    /// Its run.
    pub(super) fn run(&self) -> RunId {
        self.run
    }

    /// What it says, if it can be read.
    pub(super) fn entry(&self) -> Option<Entry> {
        serde_json::from_str(&self.json).ok()
    }
}

/// What is left of purged runs, in the order in which they were purged. A journal of an earlier version has none.
pub(super) fn entries(stored: Stored<'_>) -> Result<Vec<StoredEntry>, JournalFailure> {
    let read = || -> rusqlite::Result<Vec<_>> {
        let is_known: bool = stored.connection.query_row(
            "SELECT EXISTS(SELECT 1 FROM sqlite_schema WHERE type='table' AND name='purged')",
            [],
            |row| row.get(0),
        )?;
        if !is_known {
            return Ok(Vec::new());
        }
        let mut statement = stored.connection.prepare(
            "SELECT number, run_id, chain, end_chain, facts, entry, seal FROM purged ORDER BY number",
        )?;
        statement
            .query_map([], |row| {
                Ok(StoredEntry {
                    number: row.get(0)?,
                    run: row.get(1).map(RunId)?,
                    chain: row.get(2)?,
                    end_chain: row.get(3)?,
                    facts: row.get(4)?,
                    json: row.get(5)?,
                    seal: row.get(6)?,
                })
            })?
            .collect()
    };
    read().map_err(|error| JournalFailure::sql(stored.path, &error))
}

/// Entries that are not as they were sealed.
pub(super) fn faults(entries: &[StoredEntry]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut previous = GENESIS;
    for (entry, number) in entries.iter().zip(1..) {
        let says_the_same = entry.entry().is_some_and(|said| {
            (said.run, &said.chain, &said.end_chain, said.facts)
                == (entry.run, &entry.chain, &entry.end_chain, entry.facts)
        });
        if entry.number != number || !says_the_same || link(previous, &entry.json) != entry.seal {
            faults.push(Fault {
                run: entry.run,
                fact: None,
                what: "it was purged, and what was left of it was changed".to_owned(),
            });
        }
        previous = &entry.seal;
    }
    faults
}

/// Leaves an entry for each of these runs, which removes them, all or none. `header_chains` are the runs' own links.
pub(super) fn remove(
    connection: &mut Connection,
    runs: &[(Folded, String)],
    at: Timestamp,
    mut before_commit: impl FnMut(),
) -> Result<(), RecordFailure> {
    let sql = |error: rusqlite::Error| of_recording(&error);
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(sql)?;
    let last: Option<(i64, String)> = transaction
        .query_row(
            "SELECT number, seal FROM purged ORDER BY number DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()
        .map_err(sql)?;
    let (mut number, mut seal) = last.unwrap_or_else(|| (0, GENESIS.to_owned()));
    for (folded, header_chain) in runs {
        let entry = Entry::of(folded, header_chain.clone(), at);
        let json = canonical(&entry).map_err(|error| RecordFailure::Refused(error.to_string()))?;
        number += 1;
        seal = link(&seal, &json);
        Row::new(
            "purged",
            [
                ("number", number.into()),
                ("run_id", i64::from(entry.run.0).into()),
                ("chain", entry.chain.into()),
                ("end_chain", entry.end_chain.into()),
                ("facts", entry.facts.into()),
                ("entry", json.into()),
                ("seal", seal.clone().into()),
            ],
        )
        .insert(&transaction)
        .map_err(sql)?;
    }
    before_commit();
    transaction.commit().map_err(sql)
}

/// Rewrites the file without what was removed, empties its log, and removes copies from before a migration, which hold it all.
pub(super) fn scrub(connection: &Connection, path: &Path) -> Result<(), String> {
    for copy in migrate::copies(path) {
        std::fs::remove_file(&copy).map_err(|error| format!("{}: {error}", copy.display()))?;
    }
    let rewrite = || -> rusqlite::Result<bool> {
        connection.execute_batch("PRAGMA temp_store=MEMORY; VACUUM;")?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
    };
    match rewrite() {
        Ok(false) => Ok(()),
        Ok(true) => Err("another process is reading the journal".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
