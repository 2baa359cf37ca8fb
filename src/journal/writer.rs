//! What the journal's one thread does: opens runs and records facts, each in one transaction that is durable when it returns. Follows
//! each open run by folding it, so that the tables hold what the domain says of each fact.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::chain::{GENESIS, canonical, link};
use super::crash::Crash;
use super::failure::of_recording;
use super::fold::Folded;
use super::lock::RunLock;
use super::stored::Stored;
use super::verify::faults_of_run;
use super::wall::{self, Row, millis};
use crate::domain::fact::{RunEvent, RunFact};
use crate::domain::ids::RunId;
use crate::domain::item::Timings;
use crate::domain::run::{Run, RunHeader};
use crate::engine::ports::{RecordFailure, RunDraft};

/// The open journal and the runs under way in it.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: Connection,
    path: PathBuf,
    timings: Timings,
    crash: Crash,
    lock: Option<RunLock>,
    /// Runs under way. Nothing where the last recording failed: then the run is folded anew from what is stored.
    open: HashMap<RunId, Option<Folded>>,
}

impl Writer {
    pub(super) fn new(connection: Connection, path: &Path, timings: Timings) -> Self {
        Self {
            connection,
            path: path.to_owned(),
            timings,
            crash: Crash::from_environment(),
            lock: None,
            open: HashMap::new(),
        }
    }

    /// Takes the lock and creates a run with its plan.
    pub(super) fn begin(
        &mut self,
        draft: RunDraft,
        at: Timestamp,
    ) -> Result<RunHeader, RecordFailure> {
        self.take_lock()?;
        let begun = self.create(draft, at);
        self.keep_lock_if_used();
        begun
    }

    fn create(&mut self, draft: RunDraft, at: Timestamp) -> Result<RunHeader, RecordFailure> {
        let sql = |error: rusqlite::Error| of_recording(&error);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql)?;
        let last: Option<(u32, String)> = transaction
            .query_row(
                "SELECT id, chain FROM run ORDER BY id DESC LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()
            .map_err(sql)?;
        let (last, previous) = last.unwrap_or_else(|| (0, GENESIS.to_owned()));
        let header = RunHeader {
            id: RunId(last.saturating_add(1)),
            plan: draft.plan,
            operator: draft.operator,
            label: draft.label,
            note: draft.note,
            api_url: draft.api_url,
            created: at,
        };
        let json = canonical(&header).map_err(|error| RecordFailure::Refused(error.to_string()))?;
        let chain = link(&previous, &json);
        let gap = i64::try_from(self.timings.verify_gap.as_millis()).unwrap_or(i64::MAX);
        for row in wall::rows_of_header(&header) {
            let row = if row.table == "run" {
                row.with("header", json.clone())
                    .with("chain", chain.clone())
                    .with("verify_gap_ms", gap)
            } else {
                row
            };
            row.insert(&transaction).map_err(sql)?;
        }
        transaction.commit().map_err(sql)?;
        self.open.insert(
            header.id,
            Some(Folded::new(header.clone(), chain, &self.timings)),
        );
        Ok(header)
    }

    /// Takes the lock and gives back a run with everything that happened in it.
    pub(super) fn reopen(&mut self, run: RunId) -> Result<Run, RecordFailure> {
        self.take_lock()?;
        let read = self.read_back(run).map(|folded| {
            let so_far = folded.run.clone();
            self.open.insert(run, Some(folded));
            so_far
        });
        self.keep_lock_if_used();
        read
    }

    /// A run whose record was tampered with is not gone on with.
    fn read_back(&self, run: RunId) -> Result<Folded, RecordFailure> {
        let stored = Stored {
            connection: &self.connection,
            path: &self.path,
        };
        let folded = stored.fold(run, &self.timings)?;
        match faults_of_run(stored, run, &self.timings)?.first() {
            Some(fault) => {
                Err(super::failure::JournalFailure::damaged(&self.path, fault.to_string()).into())
            }
            None => Ok(folded),
        }
    }

    /// Records a fact and what it means for the tables: durable when this returns.
    pub(super) fn record(&mut self, run: RunId, fact: &RunFact) -> Result<(), RecordFailure> {
        let mut folded = match self.open.get_mut(&run) {
            None => return Err(RecordFailure::Refused(format!("run {run} is not open"))),
            Some(folded) => folded.take(),
        };
        if folded.is_none() {
            folded = Some(self.read_back(run)?);
        }
        let Some(mut folded) = folded else {
            return Err(RecordFailure::NoSuchRun(run));
        };
        self.commit(&mut folded, fact)?;
        self.open.insert(run, Some(folded));
        Ok(())
    }

    fn commit(&mut self, folded: &mut Folded, fact: &RunFact) -> Result<(), RecordFailure> {
        let refused = |why: &str| RecordFailure::Refused(why.to_owned());
        if fact.event == RunEvent::Finished && folded.run.open_items().next().is_some() {
            return Err(refused("I11: a conversation has no final state yet"));
        }
        let run = i64::from(folded.run.header.id.0);
        let json = canonical(fact).map_err(|error| refused(&error.to_string()))?;
        let chain = link(&folded.chain, &json);
        let mut rows = vec![
            Row::new(
                "fact",
                [
                    ("run_id", run.into()),
                    ("seq", (folded.seq + 1).into()),
                    ("at_ms", millis(fact.at)),
                ],
            )
            .with("fact", json)
            .with("chain", chain.clone()),
        ];
        rows.extend(wall::rows_of_fact(folded, fact));
        if !folded.push(fact, chain) {
            return Err(refused("the fact cannot follow what happened before it"));
        }
        let sql = |error: rusqlite::Error| of_recording(&error);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(sql)?;
        for row in rows {
            row.insert(&transaction).map_err(sql)?;
        }
        if fact.event == RunEvent::Confirmed {
            transaction
                .execute(
                    "UPDATE run SET confirmed_ms=? WHERE id=?",
                    (millis(fact.at), run),
                )
                .map_err(sql)?;
        }
        self.crash.pass("before", &fact.event);
        transaction.commit().map_err(sql)?;
        self.crash.pass("after", &fact.event);
        Ok(())
    }

    /// Gives the lock back; the runs under way are under way no longer.
    pub(super) fn release(&mut self) {
        self.open.clear();
        self.lock = None;
    }

    fn take_lock(&mut self) -> Result<(), RecordFailure> {
        if self.lock.is_none() {
            self.lock = Some(RunLock::take(&self.path)?);
        }
        Ok(())
    }

    fn keep_lock_if_used(&mut self) {
        if self.open.is_empty() {
            self.lock = None;
        }
    }
}
