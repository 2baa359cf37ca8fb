//! Brings a journal to this version's schema: forward only, with a copy of the file as it was beside it, and only while nobody carries
//! out a run.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::crash::Crash;
use super::failure::JournalFailure;
use super::file::{APPLICATION_ID, identify, known};
use super::lock::RunLock;
use super::private::{folder_of, private, sync_folder};
use crate::engine::ports::RecordFailure;

/// Every version's changes, oldest first. Numbered, only added to, never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
];

/// This program's version of the schema.
pub(super) const LATEST: usize = MIGRATIONS.len();

/// Brings the journal to this version, keeping a copy of an older one first.
pub(super) fn migrate(
    connection: &mut Connection,
    path: &Path,
    crash: &mut Crash,
) -> Result<(), JournalFailure> {
    let sql = |error: rusqlite::Error| JournalFailure::sql(path, &error);
    let _lock = RunLock::take(path).map_err(|failure| match failure {
        RecordFailure::Locked(who) => JournalFailure::Held {
            path: path.display().to_string(),
            who,
        },
        other => JournalFailure::Unusable {
            path: path.display().to_string(),
            why: other.to_string(),
        },
    })?;
    // Another process may have done it before we had the lock.
    let version = known(identify(connection, path)?, path)?;
    if version > 0 && version < LATEST {
        back_up(connection, path, version)?;
    }
    crash.pass("before-migration");
    up_to(LATEST, connection).map_err(sql)?;
    crash.pass("after-migration");
    Ok(())
}

/// The copy that is kept of a journal of an earlier version.
pub(super) fn copy_of(path: &Path, version: usize) -> PathBuf {
    path.with_extension(format!("v{version}.db"))
}

/// Copies that were kept of this journal.
pub(super) fn copies(path: &Path) -> Vec<PathBuf> {
    (1..LATEST)
        .map(|version| copy_of(path, version))
        .filter(|copy| copy.symlink_metadata().is_ok())
        .collect()
}

/// Copies the journal as it is, whole and durable. One that was begun before and not finished is begun anew.
fn back_up(connection: &Connection, path: &Path, version: usize) -> Result<(), JournalFailure> {
    let copy = copy_of(path, version);
    let failed = |error: std::io::Error| JournalFailure::Unusable {
        path: path.display().to_string(),
        why: format!("no copy can be kept of it at {}: {error}", copy.display()),
    };
    match std::fs::remove_file(&copy) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    // It is ours alone before anything is in it.
    let file = private()
        .write(true)
        .create_new(true)
        .open(&copy)
        .map_err(failed)?;
    connection
        .execute("VACUUM INTO ?", [copy.display().to_string()])
        .map_err(|error| failed(std::io::Error::other(error)))?;
    file.sync_all().map_err(failed)?;
    sync_folder(folder_of(path)).map_err(failed)
}

/// Makes every change up to a version that was not made yet, or none.
pub(super) fn up_to(version: usize, connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    for (number, changes) in MIGRATIONS.iter().enumerate().take(version).skip(done) {
        transaction.execute_batch(changes)?;
        transaction.pragma_update(
            None,
            "user_version",
            i64::try_from(number + 1).unwrap_or(i64::MAX),
        )?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    transaction.commit()
}
