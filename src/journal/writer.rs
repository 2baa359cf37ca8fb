//! What the journal's one thread does: opens runs and records facts, each in one transaction that is durable when it returns. Follows
//! each open run by folding it, so that the tables hold what the domain says of each fact.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

use super::chain::{GENESIS, canonical, link};
use super::crash::Crash;
use super::failure::{JournalFailure, of_recording};
use super::fold::Folded;
use super::lock::RunLock;
use super::purge::{self, Purged};
use super::spill::Spill;
use super::stored::Stored;
use super::verify::faults_of_run;
use super::wall::{self, Row, millis};
use crate::domain::fact::{ItemEvent, RunEvent, RunFact};
use crate::domain::ids::RunId;
use crate::domain::item::Timings;
use crate::domain::run::{Run, RunHeader};
use crate::engine::ports::{RecordFailure, RunDraft};

/// The open journal and the runs under way in it.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    timings: Timings,
    pub(super) crash: Crash,
    lock: Option<RunLock>,
    /// Runs under way.
    pub(super) open: HashMap<RunId, UnderWay>,
    pub(super) spill: Spill,
    /// Runs whose newest fact is kept elsewhere: nothing more of them is written here until they are taken up again.
    pub(super) spilled: HashSet<RunId>,
    /// Lines that could be kept nowhere.
    pub(super) unkept: Vec<String>,
}

/// A run under way.
#[derive(Debug)]
pub(super) struct UnderWay {
    /// Nothing where the last recording failed: then it is folded anew from what is stored.
    folded: Option<Folded>,
    /// The number of its newest fact, wherever that is kept.
    pub(super) seq: i64,
    /// The chain of that fact.
    pub(super) chain: String,
}

impl UnderWay {
    fn at(folded: Folded) -> Self {
        Self {
            seq: folded.seq,
            chain: folded.chain.clone(),
            folded: Some(folded),
        }
    }
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        path: &Path,
        timings: Timings,
        spill: Spill,
        crash: Crash,
    ) -> Self {
        Self {
            connection,
            path: path.to_owned(),
            timings,
            crash,
            lock: None,
            open: HashMap::new(),
            spill,
            spilled: HashSet::new(),
            unkept: Vec::new(),
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
                "SELECT id, chain FROM run UNION ALL SELECT run_id, chain FROM purged ORDER BY 1 DESC LIMIT 1",
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
        let folded = Folded::new(header.clone(), chain, &self.timings);
        self.open.insert(header.id, UnderWay::at(folded));
        Ok(header)
    }

    /// Takes the lock and gives back a run with everything that happened in it.
    pub(super) fn reopen(&mut self, run: RunId) -> Result<Run, RecordFailure> {
        self.take_lock()?;
        let read = self.take_in(run).and_then(|_| self.read_back(run));
        let read = read.map(|folded| {
            let so_far = folded.run.clone();
            self.open.insert(run, UnderWay::at(folded));
            so_far
        });
        self.keep_lock_if_used();
        read
    }

    /// A run whose record was tampered with is not gone on with.
    pub(super) fn read_back(&self, run: RunId) -> Result<Folded, RecordFailure> {
        let stored = Stored {
            connection: &self.connection,
            path: &self.path,
        };
        let folded = stored.fold(run, &self.timings)?;
        match faults_of_run(stored, run, &self.timings)?.first() {
            Some(fault) => Err(JournalFailure::damaged(&self.path, fault.to_string()).into()),
            None => Ok(folded),
        }
    }

    /// Records a fact and what it means for the tables: durable when this returns. Where the journal takes nothing more, what became of a
    /// request is kept elsewhere.
    pub(super) fn record(&mut self, run: RunId, fact: &RunFact) -> Result<(), RecordFailure> {
        if !self.open.contains_key(&run) {
            return Err(RecordFailure::Refused(format!("run {run} is not open")));
        }
        let recorded = if self.spilled.contains(&run) {
            Err(unwritable("its newest facts are kept elsewhere"))
        } else {
            self.take(run, fact)
        };
        match recorded {
            Err(RecordFailure::Unwritable(why)) if tells_what_became(&fact.event) => {
                Err(self.keep_elsewhere(run, fact, why))
            }
            recorded => recorded,
        }
    }

    /// Records what was seen of a run after its end; holds the lock for that moment only, unless a run of this process holds it anyway.
    pub(super) fn record_after(&mut self, run: RunId, fact: &RunFact) -> Result<(), RecordFailure> {
        self.take_lock()?;
        let folded = self.read_back(run);
        let recorded = folded.and_then(|mut folded| self.commit(&mut folded, fact));
        self.keep_lock_if_used();
        recorded
    }

    fn take(&mut self, run: RunId, fact: &RunFact) -> Result<(), RecordFailure> {
        let known = self.open.get_mut(&run).and_then(|open| open.folded.take());
        let mut folded = match known {
            Some(folded) => folded,
            None => self.read_back(run)?,
        };
        self.commit(&mut folded, fact)?;
        self.open.insert(run, UnderWay::at(folded));
        Ok(())
    }

    pub(super) fn commit(
        &mut self,
        folded: &mut Folded,
        fact: &RunFact,
    ) -> Result<(), RecordFailure> {
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
        if self.crash.is_full_for(&fact.event) {
            return Err(unwritable("database or disk is full"));
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
        self.crash.pass_event("before", &fact.event);
        transaction.commit().map_err(sql)?;
        self.crash.pass_event("after", &fact.event);
        Ok(())
    }

    /// Removes runs, all or none, and what is left of them in files.
    pub(super) fn purge(&mut self, runs: &[RunId], at: Timestamp) -> Result<Purged, RecordFailure> {
        self.take_lock()?;
        let purged = self.remove(runs, at);
        self.keep_lock_if_used();
        purged
    }

    fn remove(&mut self, runs: &[RunId], at: Timestamp) -> Result<Purged, RecordFailure> {
        let mut folded = Vec::new();
        for run in runs {
            let stored = Stored {
                connection: &self.connection,
                path: &self.path,
            };
            let header_chain = stored.header(*run)?.chain;
            folded.push((self.read_back(*run)?, header_chain));
        }
        let crash = &mut self.crash;
        purge::remove(&mut self.connection, &folded, at, || {
            crash.pass("before-purge");
        })?;
        self.crash.pass("after-purge");
        let forgotten = runs.iter().try_for_each(|run| self.spill.forget(*run));
        let clean = forgotten
            .map_err(|error| error.to_string())
            .and_then(|()| purge::scrub(&self.connection, &self.path));
        Ok(Purged {
            runs: runs.to_vec(),
            left: clean.err(),
        })
    }

    /// Brings what was committed from the log into the file. If it cannot be now, the next one does.
    fn checkpoint(&mut self) {
        self.crash.pass("before-checkpoint");
        let _ = self
            .connection
            .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        self.crash.pass("after-checkpoint");
    }

    /// Gives the lock back; the runs under way are under way no longer.
    pub(super) fn release(&mut self) {
        if self.lock.is_some() {
            self.checkpoint();
        }
        self.open.clear();
        self.spilled.clear();
        self.lock = None;
    }

    pub(super) fn take_lock(&mut self) -> Result<(), RecordFailure> {
        if self.lock.is_none() {
            self.lock = Some(RunLock::take(&self.path)?);
        }
        Ok(())
    }

    pub(super) fn keep_lock_if_used(&mut self) {
        if self.open.is_empty() {
            self.lock = None;
        }
    }
}

/// What a request brought back, and how a chat came out: what a journal that breaks after a send must not lose.
fn tells_what_became(event: &RunEvent) -> bool {
    matches!(
        event,
        RunEvent::Item {
            what: ItemEvent::Answered { .. } | ItemEvent::Settled(_),
            ..
        }
    )
}

pub(super) fn unwritable(why: &str) -> RecordFailure {
    RecordFailure::Unwritable(why.to_owned())
}
