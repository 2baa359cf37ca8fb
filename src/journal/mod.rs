//! The append-only record of runs, in `SQLite`: what happened, durable before it is shown, and each intent before its first byte leaves.
//! One thread owns the database; handles ask it and wait for the answer. Knows the domain and the engine's ports; no network, no screen.

mod accepted;
mod chain;
mod condition;
mod crash;
mod export;
mod failure;
mod file;
mod fold;
mod history;
mod lock;
mod migrate;
mod place;
mod private;
mod purge;
mod spill;
mod stored;
mod sweeps;
mod taking_in;
mod verify;
mod wall;
mod writer;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use jiff::Timestamp;
use tokio::sync::oneshot;

pub use condition::Condition;
pub use export::ExportForm;
pub use failure::JournalFailure;
pub use history::{History, NEWEST, Purgeable, Readable, RunSummary};
pub use lock::{SweepLock, SweepLocked};
pub use purge::Purged;
pub use verify::{Fault, Verdict};

use crate::domain::fact::{ItemEvent, RunEvent, RunFact};
use crate::domain::ids::RunId;
use crate::domain::item::Timings;
use crate::domain::run::{Run, RunHeader};
use crate::engine::ports::{RecordFailure, Recorder, RunDraft, SendPermit};
use crash::Crash;
use spill::Spill;
use writer::Writer;

/// How a journal is opened.
#[derive(Debug, Clone, Default)]
pub struct JournalOptions {
    /// Waiting times that runs are folded with; the verify gap is recorded with each run and demanded by the tables too.
    pub timings: Timings,
    /// A folder for what became of a request when the journal takes nothing more. Best on another disk; made when it is needed.
    pub spill: Option<PathBuf>,
}

/// Saves an export as a new file that only its owner can read: whole, or not at all. What is there already stays, and is an error.
pub fn save_export(file: &Path, text: &str) -> std::io::Result<()> {
    export::save(file, text)
}

/// A handle on the journal. Clones share one thread and one lock; the last one to go closes the file.
#[derive(Clone)]
pub struct Journal {
    owner: Arc<Owner>,
}

type Job = Box<dyn FnOnce(&mut Writer) + Send>;

/// The thread that owns the database, and the way to it.
struct Owner {
    path: PathBuf,
    timings: Timings,
    told: Vec<String>,
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Journal {
    /// Opens the journal at `path`, or makes one that only its owner can read. Checks the whole file, so it may take a moment.
    pub fn open_at(path: &Path, options: JournalOptions) -> Result<Self, JournalFailure> {
        let mut crash = Crash::from_environment();
        let connection = file::open_to_write(path, &mut crash)?;
        let timings = options.timings.clone();
        let mut writer = Writer::new(connection, path, timings, Spill(options.spill), crash);
        let told = writer.take_in_all();
        let (jobs, work) = mpsc::channel::<Job>();
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || work.into_iter().for_each(|job| job(&mut writer)))
            .map_err(|error| JournalFailure::io(path, &error))?;
        let owner = Owner {
            path: path.to_owned(),
            timings: options.timings,
            told,
            jobs: Some(jobs),
            thread: Some(thread),
        };
        Ok(Self {
            owner: Arc::new(owner),
        })
    }

    /// Past runs of this journal.
    pub fn history(&self) -> History {
        History::at(&self.owner.path, self.owner.timings.clone())
    }

    /// What was done when it was opened that somebody should know: facts that were taken in from where they had been kept.
    pub fn told(&self) -> &[String] {
        &self.owner.told
    }

    /// Facts that neither the journal nor the folder beside it could keep, as the lines of JSON that belong into the file they name.
    pub async fn unkept(&self) -> Vec<String> {
        self.ask(|writer| Ok(writer.take_unkept()))
            .await
            .unwrap_or_default()
    }

    /// Removes these runs for good, all or none, under the lock. With none it makes up for what an earlier purge left in the file.
    pub async fn purge(&self, runs: Vec<RunId>, at: Timestamp) -> Result<Purged, RecordFailure> {
        self.ask(move |writer| writer.purge(&runs, at)).await
    }

    /// Has the thread do something, and waits for its answer. What was asked is done even if nobody waits any longer.
    async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<T, RecordFailure> + Send + 'static,
    ) -> Result<T, RecordFailure> {
        let gone = || RecordFailure::Unwritable("its thread has ended".to_owned());
        let (answer, heard) = oneshot::channel();
        let job: Job = Box::new(move |writer| drop(answer.send(work(writer))));
        self.owner
            .jobs
            .as_ref()
            .ok_or_else(gone)?
            .send(job)
            .map_err(|_| gone())?;
        heard.await.map_err(|_| gone())?
    }
}

impl Recorder for Journal {
    async fn open(&self, draft: RunDraft, at: Timestamp) -> Result<RunHeader, RecordFailure> {
        self.ask(move |writer| writer.begin(draft, at)).await
    }

    async fn reopen(&self, run: RunId) -> Result<Run, RecordFailure> {
        self.ask(move |writer| writer.reopen(run)).await
    }

    async fn record(&self, run: RunId, fact: RunFact) -> Result<(), RecordFailure> {
        if let RunEvent::Item {
            what: ItemEvent::Intended { .. },
            ..
        } = fact.event
        {
            return Err(RecordFailure::Refused(
                "an intent is recorded as an intent, for a permit".to_owned(),
            ));
        }
        if fact.event == RunEvent::Confirmed {
            crate::crash::panic_if_told("run");
        }
        self.ask(move |writer| writer.record(run, &fact)).await
    }

    async fn intend(&self, run: RunId, fact: RunFact) -> Result<SendPermit, RecordFailure> {
        let RunEvent::Item {
            conversation,
            what: ItemEvent::Intended { action, .. },
        } = &fact.event
        else {
            return Err(RecordFailure::Refused(
                "what was to be intended is no intent".to_owned(),
            ));
        };
        let (conversation, action) = (*conversation, action.clone());
        self.ask(move |writer| {
            crate::crash::panic_if_told("journal");
            writer.record(run, &fact)
        })
        .await?;
        Ok(SendPermit::granted(conversation, action))
    }

    async fn record_after(&self, run: RunId, fact: RunFact) -> Result<(), RecordFailure> {
        self.ask(move |writer| writer.record_after(run, &fact))
            .await
    }

    async fn release(&self) {
        // Without its thread the lock is gone already.
        let _ = self
            .ask(|writer| {
                writer.release();
                Ok(())
            })
            .await;
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal")
            .field("path", &self.owner.path)
            .finish_non_exhaustive()
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        // The thread ends once nobody can ask it; waiting for it means that the file is closed and the lock free when this returns.
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
