//! What the journal's thread does when the journal takes nothing more: keeps what became of a request elsewhere, and takes it in when the
//! run goes on.

use super::failure::JournalFailure;
use super::spill::{Spill, Spilled};
use super::stored::{Stored, StoredFact};
use super::writer::{Writer, unwritable};
use crate::domain::fact::RunFact;
use crate::domain::ids::RunId;
use crate::engine::ports::RecordFailure;

impl Writer {
    /// Keeps a fact that the journal did not take in a file of its own; where that fails too, for whoever can still print it.
    pub(super) fn keep_elsewhere(
        &mut self,
        run: RunId,
        fact: &RunFact,
        why: String,
    ) -> RecordFailure {
        let Some(open) = self.open.get_mut(&run) else {
            return RecordFailure::Unwritable(why);
        };
        let entry = Spilled {
            run,
            seq: open.seq + 1,
            follows: open.chain.clone(),
            fact: fact.clone(),
        };
        open.seq += 1;
        open.chain = entry.chain();
        self.spilled.insert(run);
        let file = self.spill.file(run);
        let file = file.map_or_else(String::new, |file| file.display().to_string());
        self.crash.pass("before-spill");
        let kept = if self.crash.fails_spill() {
            Err(std::io::ErrorKind::StorageFull.into())
        } else {
            self.spill.keep(&entry)
        };
        self.crash.pass("after-spill");
        match kept {
            Ok(()) => RecordFailure::Spilled { why, kept: file },
            Err(error) => {
                self.unkept.push(entry.line());
                RecordFailure::Unkept {
                    why,
                    also: error.to_string(),
                    file,
                }
            }
        }
    }

    /// Lines that could be kept nowhere, each told once.
    pub(super) fn take_unkept(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unkept)
    }

    /// Takes in what is kept elsewhere of any run, unless somebody carries out a run now; in words what came of it.
    pub(super) fn take_in_all(&mut self) -> Vec<String> {
        let waiting = self.spill.runs();
        if waiting.is_empty() || self.take_lock().is_err() {
            return Vec::new();
        }
        let told = waiting.into_iter().filter_map(|run| {
            self.take_in(run)
                .unwrap_or_else(|failure| Some(format!("warning: run {run}: {failure}")))
        });
        let told = told.collect();
        self.keep_lock_if_used();
        told
    }

    /// Takes in what is kept elsewhere of a run: each fact must follow the one before it by number and chain, and keep the rules. What
    /// does not fit is put aside; the run then goes on without it, by reading. Needs the lock.
    pub(super) fn take_in(&mut self, run: RunId) -> Result<Option<String>, RecordFailure> {
        let place = |error: std::io::Error| {
            unwritable(&format!(
                "what is kept of run {run} cannot be read: {error}"
            ))
        };
        let found = match self.spill.found(run) {
            Ok(None) => return Ok(None),
            Ok(Some(found)) => found,
            Err(error) => {
                let Some(file) = self.spill.file(run) else {
                    return Ok(None);
                };
                let aside = Spill::put_aside(&file, "refused").map_err(place)?;
                return Ok(Some(format!(
                    "warning: run {run}: {} is no record of facts: {error}. It was put aside; a resume reads what became of the chats",
                    aside.display()
                )));
            }
        };
        let taken = self.take_facts(run, &found.facts);
        let told = |how: &str, words: &str| {
            let aside = Spill::put_aside(&found.file, how).map_err(place)?;
            Ok(Some(format!("{words} {}", aside.display())))
        };
        match taken {
            Ok(count) => {
                let words = format!(
                    "run {run}: {count} facts were taken in that the journal could not take at the time; they stay in"
                );
                told("imported", &words)
            }
            Err(RecordFailure::Refused(why)) => {
                let words = format!(
                    "warning: run {run}: facts that were kept elsewhere do not fit the journal ({why}), and a resume reads what became of \
                     the chats; they stay in"
                );
                told("refused", &words)
            }
            Err(failure) => Err(failure),
        }
    }

    /// Records facts that were kept elsewhere, past those that an earlier try recorded; answers how many there are.
    fn take_facts(&mut self, run: RunId, facts: &[Spilled]) -> Result<usize, RecordFailure> {
        let refused = |why: &str| RecordFailure::Refused(why.to_owned());
        let stored = Stored {
            connection: &self.connection,
            path: &self.path,
        };
        let known = match stored.facts(run) {
            Err(JournalFailure::NoSuchRun(_) | JournalFailure::Purged { .. }) => {
                return Err(refused("there is no such run"));
            }
            known => known?,
        };
        let mut folded = self.read_back(run)?;
        for kept in facts {
            let chain = kept.chain();
            let is_there = |stored: &StoredFact| stored.seq == kept.seq && stored.chain == chain;
            if known.iter().any(is_there) {
                continue;
            }
            if kept.run != run || kept.seq != folded.seq + 1 || kept.follows != folded.chain {
                return Err(refused("they do not follow what is recorded"));
            }
            self.commit(&mut folded, &kept.fact)?;
        }
        Ok(facts.len())
    }
}
