//! The one channel of this profile, kept from one start to the next, and how often one was opened: other programs share the twenty that a
//! client may have, and each new one may silence one of theirs (`threats.md` T34).
//!
//! One file for each program that listens at the same time, as a channel has one connection: each holds the lock of its own. Whoever knows
//! a channel's id can listen to it, so the files are the owner's alone.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::moment::{after, since};
use crate::settings::paths::private_folder;

/// Channels that may be opened in [`WINDOW`].
const OPENED_MAX: usize = 2;
/// In which they count.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// Programs that listen for the same profile at a time, on one machine; one more polls.
const SLOTS: usize = 4;
/// The most that is read of a file: a few hundred bytes are written.
const LONGEST: u64 = 64 * 1024;

/// What is kept, and where.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// The locked file; without one it is kept in memory.
    file: Option<File>,
    /// Every file is another program's.
    is_crowded: bool,
    said: Said,
}

/// What stands in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Said {
    /// Of which organisation, host and client; what was kept for another counts for nothing.
    of: String,
    channel: Option<String>,
    /// When channels were opened.
    opened: Vec<Timestamp>,
}

impl Kept {
    /// Takes the first file of the profile that no other program holds. A folder that cannot be used is done without.
    pub(super) fn take(folder: Option<&Path>, profile: &str, of: &str) -> Self {
        let nothing = || Said {
            of: of.to_owned(),
            ..Said::default()
        };
        let Some(folder) = folder else {
            return Self {
                said: nothing(),
                ..Self::default()
            };
        };
        let mut is_crowded = false;
        for slot in 1..=SLOTS {
            match locked(folder, &format!("{profile}-{slot}.json")) {
                Ok(Some(mut file)) => {
                    let said = read(&mut file).filter(|said| said.of == of);
                    return Self {
                        file: Some(file),
                        is_crowded: false,
                        said: said.unwrap_or_else(nothing),
                    };
                }
                Ok(None) => is_crowded = true,
                Err(error) => {
                    tracing::warn!(%error, "the channel's id cannot be kept");
                    is_crowded = false;
                    break;
                }
            }
        }
        Self {
            file: None,
            is_crowded,
            said: nothing(),
        }
    }

    /// Too many programs listen for this profile already.
    pub(super) fn is_crowded(&self) -> bool {
        self.is_crowded
    }

    /// The channel's id.
    pub(super) fn channel(&self) -> Option<&str> {
        self.said.channel.as_deref()
    }

    /// When another channel may be opened; now, where that is not after `now`.
    pub(super) fn may_open_at(&self, now: Timestamp) -> Timestamp {
        let recent = self.said.opened.iter().filter(|at| counts(**at, now));
        let mut recent: Vec<Timestamp> = recent.copied().collect();
        recent.sort_unstable();
        let place = recent.len().checked_sub(OPENED_MAX);
        let oldest = place.and_then(|place| recent.get(place));
        oldest.map_or(now, |at| after(*at, WINDOW))
    }

    /// One is about to be opened: it counts, whatever comes of it.
    pub(super) fn opening(&mut self, now: Timestamp) {
        self.said.opened.retain(|at| counts(*at, now));
        self.said.opened.push(now);
        self.write();
    }

    /// This is the channel from now on, or there is none.
    pub(super) fn set(&mut self, channel: Option<&str>) {
        self.said.channel = channel.map(str::to_owned);
        self.write();
    }

    fn write(&mut self) {
        let Some(file) = &mut self.file else { return };
        let text = serde_json::to_vec(&self.said).unwrap_or_default();
        let written = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| file.set_len(0))
            .and_then(|()| file.write_all(&text));
        if let Err(error) = written {
            tracing::warn!(%error, "the channel's id cannot be kept");
        }
    }
}

/// A time that lies ahead was written by another clock, and counts as well.
fn counts(at: Timestamp, now: Timestamp) -> bool {
    since(at, now) < WINDOW
}

/// The file, locked for this program; nothing where another holds it.
fn locked(folder: &Path, name: &str) -> std::io::Result<Option<File>> {
    private_folder(folder)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(folder.join(name))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

fn read(file: &mut File) -> Option<Said> {
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests;
