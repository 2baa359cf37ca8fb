//! The journal's file: made private, opened with the settings that make a commit durable, checked before it is trusted, and brought to
//! this version's schema. Knows nothing of runs.

use std::fs::{DirBuilder, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::failure::JournalFailure;

/// Marks a database as a journal of this program: "unst".
const APPLICATION_ID: i64 = 0x756e_7374;

/// Every version's changes, oldest first. Numbered, only added to, never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
];

/// Opens the journal for recording; makes it where there is none.
pub(super) fn open_to_write(path: &Path) -> Result<Connection, JournalFailure> {
    let path = make(path)?;
    let sql = |error: rusqlite::Error| JournalFailure::sql(&path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut connection = Connection::open_with_flags(&path, flags).map_err(sql)?;
    connection
        .busy_timeout(Duration::from_secs(5))
        .map_err(sql)?;
    identify(&connection, &path)?;
    settle(&connection, &path)?;
    check_pages(&connection, &path)?;
    migrate(&mut connection).map_err(sql)?;
    check_schema(&connection, &path)?;
    Ok(connection)
}

/// Opens the journal for reading only; nothing where there is none yet.
pub(super) fn open_to_read(path: &Path) -> Result<Option<Connection>, JournalFailure> {
    let Ok(path) = path.canonicalize() else {
        return Ok(None);
    };
    let sql = |error: rusqlite::Error| JournalFailure::sql(&path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&path, flags).map_err(sql)?;
    connection
        .busy_timeout(Duration::from_secs(5))
        .map_err(sql)?;
    connection
        .execute_batch(
            "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;",
        )
        .map_err(sql)?;
    let version = identify(&connection, &path)?;
    // A file that was made and not yet filled holds no runs.
    Ok((version > 0).then_some(connection))
}

/// Options for files that only their owner may read.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes folder and file where they are missing, and answers the file's real path.
fn make(path: &Path) -> Result<PathBuf, JournalFailure> {
    let io = |error: std::io::Error| JournalFailure::io(path, &error);
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(io)?;
    // The folder may be reached through links of the user's own; the file itself may not be one.
    let folder = folder.canonicalize().map_err(io)?;
    let name = path
        .file_name()
        .ok_or_else(|| io(std::io::ErrorKind::InvalidFilename.into()))?;
    let path = folder.join(name);
    match private().write(true).create_new(true).open(&path) {
        Ok(_) => sync_folder(&folder).map_err(io)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            make_private(&path).map_err(io)?;
        }
        Err(error) => return Err(io(error)),
    }
    Ok(path)
}

/// A new file's name is durable only once its folder is.
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = path.symlink_metadata()?;
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Refuses what is not a journal, or is a later one; answers its version, 0 for an empty file.
fn identify(connection: &Connection, path: &Path) -> Result<usize, JournalFailure> {
    let sql = |error: rusqlite::Error| JournalFailure::sql(path, &error);
    let number = |query: &str| {
        connection
            .query_row(query, [], |row| row.get::<_, i64>(0))
            .map_err(sql)
    };
    let version = usize::try_from(number("PRAGMA user_version")?).unwrap_or(usize::MAX);
    let is_empty = number("SELECT count(*) FROM sqlite_schema")? == 0 && version == 0;
    if !is_empty && number("PRAGMA application_id")? != APPLICATION_ID {
        return Err(JournalFailure::NotAJournal {
            path: path.display().to_string(),
        });
    }
    if version > MIGRATIONS.len() {
        return Err(JournalFailure::Newer {
            path: path.display().to_string(),
            found: version,
            known: MIGRATIONS.len(),
        });
    }
    Ok(version)
}

/// What makes a commit durable and a damaged file loud.
fn settle(connection: &Connection, path: &Path) -> Result<(), JournalFailure> {
    let sql = |error: rusqlite::Error| JournalFailure::sql(path, &error);
    let mode: String = connection
        .query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))
        .map_err(sql)?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(JournalFailure::Unusable {
            path: path.display().to_string(),
            why: format!("this file system does not allow write-ahead logging (got `{mode}`)"),
        });
    }
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)
        .map_err(sql)?;
    connection
        .execute_batch(
            "PRAGMA synchronous=FULL; PRAGMA fullfsync=ON; PRAGMA checkpoint_fullfsync=ON; PRAGMA foreign_keys=ON;
             PRAGMA recursive_triggers=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA secure_delete=ON;",
        )
        .map_err(sql)
}

/// The database's own check of its pages.
pub(super) fn check_pages(connection: &Connection, path: &Path) -> Result<(), JournalFailure> {
    let sql = |error: rusqlite::Error| JournalFailure::sql(path, &error);
    let said: String = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .map_err(sql)?;
    if said == "ok" {
        Ok(())
    } else {
        Err(JournalFailure::damaged(path, said))
    }
}

fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let done = usize::try_from(version).unwrap_or(usize::MAX);
    for (number, changes) in MIGRATIONS.iter().enumerate().skip(done) {
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

/// The rules must be the very rules of this version: a journal without its triggers is no second wall.
pub(super) fn check_schema(connection: &Connection, path: &Path) -> Result<(), JournalFailure> {
    let sql = |error: rusqlite::Error| JournalFailure::sql(path, &error);
    let mut fresh = Connection::open_in_memory().map_err(sql)?;
    migrate(&mut fresh).map_err(sql)?;
    if schema(connection).map_err(sql)? == schema(&fresh).map_err(sql)? {
        Ok(())
    } else {
        Err(JournalFailure::damaged(
            path,
            "its tables and rules are not those of this version",
        ))
    }
}

fn schema(connection: &Connection) -> rusqlite::Result<Vec<(String, String, Option<String>)>> {
    let mut statement = connection.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}
