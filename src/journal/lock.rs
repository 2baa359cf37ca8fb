//! The lock under which one process at a time carries out runs. It lies beside the journal, is held only while a run is active, and
//! is given back by the system when its holder dies. Reading the journal never takes it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::private::private;
use crate::engine::ports::RecordFailure;

/// The lock, held until dropped.
#[derive(Debug)]
pub(super) struct RunLock {
    file: File,
}

impl RunLock {
    /// Takes the lock of the journal at `journal`, or says who holds it.
    pub(super) fn take(journal: &Path) -> Result<Self, RecordFailure> {
        let path = path_beside(journal);
        Self::at(&path).map_err(|failure| match failure {
            Untaken::Held(by) => RecordFailure::Locked(by),
            Untaken::Unusable(error) => {
                RecordFailure::Unwritable(format!("its lock {}: {error}", path.display()))
            }
        })
    }

    fn at(path: &Path) -> Result<Self, Untaken> {
        let mut file = private()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(Untaken::Unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(Untaken::Held(holder(&mut file)));
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(Untaken::Unusable(error)),
        }
        sign(&mut file).map_err(Untaken::Unusable)?;
        Ok(Self { file })
    }
}

/// Why a lock was not taken.
enum Untaken {
    /// By whom it is held.
    Held(String),
    Unusable(std::io::Error),
}

/// The lock under which one sweep of an organisation at a time goes on, between its rounds too; held until dropped.
#[derive(Debug)]
pub struct SweepLock {
    _lock: RunLock,
}

/// Why a sweep may not begin.
#[derive(Debug, thiserror::Error)]
pub enum SweepLocked {
    /// There is one.
    #[error("another sweep of this organisation goes on ({0})")]
    Held(String),
    /// It cannot be known.
    #[error("the lock of sweeps {path} cannot be used: {error}")]
    Unusable {
        /// The lock.
        path: String,
        /// Why.
        error: std::io::Error,
    },
}

impl SweepLock {
    /// Takes the lock for this organisation, beside the journal at `journal`, which is there.
    pub fn take(journal: &Path, org_id: &str) -> Result<Self, SweepLocked> {
        // An organisation's id comes from the service: nothing of it but these letters becomes part of a file's name.
        let plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '-';
        let name: String = org_id.chars().filter(plain).take(64).collect();
        let path = journal.with_file_name(format!("sweep-{name}.lock"));
        match RunLock::at(&path) {
            Ok(lock) => Ok(Self { _lock: lock }),
            Err(Untaken::Held(by)) => Err(SweepLocked::Held(by)),
            Err(Untaken::Unusable(error)) => Err(SweepLocked::Unusable {
                path: path.display().to_string(),
                error,
            }),
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // The lock goes with the file; the text only must not name a holder that no longer is one.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

/// Who signed the lock of the journal at `journal`, if somebody did; taking the lock is not tried, for even that could keep a run out.
pub(super) fn signature(journal: &Path) -> Option<String> {
    let mut file = File::open(path_beside(journal)).ok()?;
    let is_signed = file.metadata().is_ok_and(|found| found.len() > 0);
    is_signed.then(|| holder(&mut file))
}

fn path_beside(journal: &Path) -> PathBuf {
    journal.with_extension("lock")
}

/// Writes who holds it: process, machine, and since when by the file system's own clock.
fn sign(file: &mut File) -> std::io::Result<()> {
    let who = format!("pid {} on {}", std::process::id(), host());
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(who.as_bytes())?;
    if let Ok(since) = Timestamp::try_from(file.metadata()?.modified()?) {
        write!(file, " since {since:.0}")?;
    }
    file.flush()
}

/// Who holds it. Some systems let nobody read a locked file.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(200).read_to_string(&mut text);
    let text: String = text
        .chars()
        .filter(|character| !character.is_control())
        .collect();
    if read.is_err() || text.is_empty() {
        "another process".to_owned()
    } else {
        text
    }
}

fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| std::env::var("HOSTNAME").ok())
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "this machine".to_owned())
}
