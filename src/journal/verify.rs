//! Verifying the journal: the chain from its first run on, and every row of the second wall against the fact it came from.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::chain::{GENESIS, link};
use super::failure::JournalFailure;
use super::fold::Folded;
use super::purge;
use super::stored::{Stored, StoredHeader};
use super::wall::{self, Row, TABLES, millis};
use crate::domain::fact::{RunEvent, RunFact};
use crate::domain::ids::RunId;
use crate::domain::item::Timings;
use crate::domain::run::RunHeader;

/// What verifying found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// How many runs were checked.
    pub runs: usize,
    /// How many facts were checked.
    pub facts: usize,
    /// How many runs were purged, and left only their links of the chain.
    pub purged: usize,
    /// What does not hold; nothing when the journal is as it was written.
    pub faults: Vec<Fault>,
}

/// A row that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The run it belongs to.
    pub run: RunId,
    /// The fact's number in the run; absent when it is the run itself.
    pub fact: Option<i64>,
    /// What is wrong, in words.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.fact {
            Some(fact) => write!(f, "run {}, fact {fact}: {}", self.run, self.what),
            None => write!(f, "run {}: {}", self.run, self.what),
        }
    }
}

/// Verifies everything.
pub(super) fn verify(stored: Stored<'_>, timings: &Timings) -> Result<Verdict, JournalFailure> {
    super::file::check_pages(stored.connection, stored.path)?;
    super::file::check_schema(stored.connection, stored.path)?;
    let purged = purge::entries(stored)?;
    let mut verdict = Verdict {
        purged: purged.len(),
        faults: purge::faults(&purged),
        ..Verdict::default()
    };
    let left: BTreeMap<RunId, &str> = purged
        .iter()
        .map(|entry| (entry.run(), entry.chain()))
        .collect();
    let mut all: Vec<RunId> = stored.runs()?;
    all.extend(left.keys());
    all.sort();
    let mut previous = GENESIS.to_owned();
    for (run, number) in all.into_iter().zip(1..) {
        if let Some(chain) = left.get(&run) {
            (*chain).clone_into(&mut previous);
            continue;
        }
        let header = stored.header(run)?;
        if run != RunId(number) || link(&previous, &header.json) != header.chain {
            let what = "its header was changed, or a run before it was removed".to_owned();
            verdict.faults.push(Fault {
                run,
                fact: None,
                what,
            });
        }
        previous = header.chain;
        verdict.runs += 1;
        verdict.facts += stored.facts(run)?.len();
        verdict.faults.extend(faults_of_run(stored, run, timings)?);
    }
    Ok(verdict)
}

/// Verifies one run from its header on.
pub(super) fn faults_of_run(
    stored: Stored<'_>,
    run: RunId,
    timings: &Timings,
) -> Result<Vec<Fault>, JournalFailure> {
    let found = stored.header(run)?;
    let mut check = Check {
        stored,
        run,
        faults: Vec::new(),
        expected: HashMap::new(),
        tables: tables_of(stored)?,
    };
    match serde_json::from_str::<RunHeader>(&found.json) {
        Ok(header) if header.id == run && header.plan.computed_hash() == header.plan.hash => {
            check.facts(header, &found, timings)?;
        }
        Ok(_) => check.fault(None, "its plan was changed"),
        Err(error) => check.fault(None, format!("its header cannot be read: {error}")),
    }
    Ok(check.faults)
}

struct Check<'a> {
    stored: Stored<'a>,
    run: RunId,
    faults: Vec<Fault>,
    /// How many rows each table must hold.
    expected: HashMap<&'static str, i64>,
    /// The tables that a journal of its version has.
    tables: Vec<&'static str>,
}

/// The tables of the wall that a journal of its version has.
fn tables_of(stored: Stored<'_>) -> Result<Vec<&'static str>, JournalFailure> {
    let read = || -> rusqlite::Result<Vec<_>> {
        let mut statement = stored
            .connection
            .prepare("SELECT name FROM sqlite_schema WHERE type='table'")?;
        let found: Vec<String> = statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let is_found = |table: &&str| found.iter().any(|name| name == table);
        Ok(TABLES.into_iter().chain(["run"]).filter(is_found).collect())
    };
    read().map_err(|error| JournalFailure::sql(stored.path, &error))
}

impl Check<'_> {
    fn fault(&mut self, fact: Option<i64>, what: impl Into<String>) {
        self.faults.push(Fault {
            run: self.run,
            fact,
            what: what.into(),
        });
    }

    fn facts(
        &mut self,
        header: RunHeader,
        found: &StoredHeader,
        timings: &Timings,
    ) -> Result<(), JournalFailure> {
        self.rows(None, wall::rows_of_header(&header))?;
        let mut folded = Folded::new(header, found.chain.clone(), timings);
        let mut confirmed = None;
        for entry in self.stored.facts(self.run)? {
            let at = Some(entry.seq);
            if entry.seq != folded.seq + 1 {
                self.fault(at, "the fact before it is missing");
                return Ok(());
            }
            if link(&folded.chain, &entry.json) != entry.chain {
                self.fault(at, "it was changed after it was recorded, or its hash was");
            }
            let Ok(fact) = serde_json::from_str::<RunFact>(&entry.json) else {
                self.fault(at, "it cannot be read");
                return Ok(());
            };
            if millis(fact.at) != entry.at_ms.into() {
                self.fault(at, "its time was changed");
            }
            if fact.event == RunEvent::Confirmed {
                confirmed = Some(fact.at);
            }
            self.rows(at, wall::rows_of_fact(&folded, &fact))?;
            if !folded.push(&fact, entry.chain) {
                self.fault(at, "it cannot follow what happened before it");
            }
        }
        if confirmed.map(millis) != found.confirmed_ms.map(Into::into) {
            self.fault(None, "its confirmation was changed");
        }
        self.counts()
    }

    fn rows(&mut self, fact: Option<i64>, rows: Vec<Row>) -> Result<(), JournalFailure> {
        for row in rows {
            if !self.tables.contains(&row.table) {
                continue;
            }
            *self.expected.entry(row.table).or_default() += 1;
            if !row
                .is_stored(self.stored.connection)
                .map_err(|error| JournalFailure::sql(self.stored.path, &error))?
            {
                self.fault(
                    fact,
                    format!("its row in `{}` is missing or was changed", row.table),
                );
            }
        }
        Ok(())
    }

    /// Rows that no fact accounts for.
    fn counts(&mut self) -> Result<(), JournalFailure> {
        for table in TABLES {
            if !self.tables.contains(&table) {
                continue;
            }
            let expected = self.expected.get(table).copied().unwrap_or(0);
            let found: i64 = self
                .stored
                .connection
                .query_row(
                    &format!("SELECT count(*) FROM {table} WHERE run_id=?"),
                    [self.run.0],
                    |row| row.get(0),
                )
                .map_err(|error| JournalFailure::sql(self.stored.path, &error))?;
            if found > expected {
                self.fault(
                    None,
                    format!("`{table}` holds {found} rows where its facts account for {expected}"),
                );
            }
        }
        Ok(())
    }
}
