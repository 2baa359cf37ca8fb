//! The journal's file: made private, opened with the settings that make a commit durable, checked before it is trusted, and brought to
//! this version's schema. Knows nothing of runs.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::crash::Crash;
use super::failure::JournalFailure;
use super::private::{self, folder_of, make_private, private, sync_folder};
use super::{migrate, place};

/// Marks a database as a journal of this program: "unst".
pub(super) const APPLICATION_ID: i64 = 0x756e_7374;

/// Opens the journal for recording; makes it where there is none.
pub(super) fn open_to_write(path: &Path, crash: &mut Crash) -> Result<Connection, JournalFailure> {
    let path = make(path)?;
    let sql = |error: rusqlite::Error| JournalFailure::sql(&path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let mut connection = Connection::open_with_flags(&path, flags).map_err(sql)?;
    connection
        .busy_timeout(Duration::from_secs(5))
        .map_err(sql)?;
    let version = known(identify(&connection, &path)?, &path)?;
    settle(&connection, &path)?;
    check_pages(&connection, &path)?;
    if version < migrate::LATEST {
        migrate::migrate(&mut connection, &path, crash)?;
    }
    check_schema(&connection, &path)?;
    Ok(connection)
}

/// Opens the journal for reading only; nothing where there is none yet.
pub(super) fn open_to_read(path: &Path) -> Result<Option<Connection>, JournalFailure> {
    let path = match path.canonicalize() {
        Ok(path) => path,
        Err(error) if is_nothing(error.kind()) => return Ok(None),
        Err(error) => return Err(JournalFailure::io(path, &error)),
    };
    let opened = match look(&path, &path, OpenFlags::empty()) {
        // In a folder that cannot be written to, the database's own bookkeeping cannot be. Without a log there is none to keep.
        Err(JournalFailure::Unusable { .. }) if !path.with_extension("db-wal").exists() => look(
            &path,
            Path::new(&unchanging(&path)),
            OpenFlags::SQLITE_OPEN_URI,
        ),
        opened => opened,
    };
    let (connection, version) = opened?;
    // A file that was made and not yet filled holds no runs.
    Ok((version > 0).then_some(connection))
}

fn is_nothing(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn look(path: &Path, name: &Path, how: OpenFlags) -> Result<(Connection, usize), JournalFailure> {
    let sql = |error: rusqlite::Error| JournalFailure::sql(path, &error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | how;
    let connection = Connection::open_with_flags(name, flags).map_err(sql)?;
    connection
        .busy_timeout(Duration::from_secs(5))
        .map_err(sql)?;
    connection
        .execute_batch(
            "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;",
        )
        .map_err(sql)?;
    let version = identify(&connection, path)?;
    Ok((connection, version))
}

/// The file's name with a promise that nobody changes it meanwhile.
fn unchanging(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes().iter();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(byte);
    let name: String = bytes
        .map(|byte| match byte {
            byte if plain(byte) => char::from(*byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("file:{name}?immutable=1")
}

/// Makes folder and file where they are missing, and answers the file's real path.
fn make(path: &Path) -> Result<PathBuf, JournalFailure> {
    let io = |error: std::io::Error| JournalFailure::io(path, &error);
    // The folder may be reached through links of the user's own; the file itself may not be one.
    let folder = private::folder(folder_of(path)).map_err(io)?;
    if let Some(kind) = place::remote(&folder) {
        return Err(JournalFailure::Remote {
            path: path.display().to_string(),
            kind,
        });
    }
    let name = path
        .file_name()
        .ok_or_else(|| io(ErrorKind::InvalidFilename.into()))?;
    place::has_room(&folder).map_err(io)?;
    let path = folder.join(name);
    match private().write(true).create_new(true).open(&path) {
        Ok(_) => sync_folder(&folder).map_err(io)?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            make_private(&path).map_err(io)?;
        }
        Err(error) => return Err(io(error)),
    }
    Ok(path)
}

/// Refuses what is not a journal; answers its version, 0 for an empty file.
pub(super) fn identify(connection: &Connection, path: &Path) -> Result<usize, JournalFailure> {
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
    Ok(version)
}

/// Refuses a journal of a later version: what it says may mean something else there.
pub(super) fn known(version: usize, path: &Path) -> Result<usize, JournalFailure> {
    if version <= migrate::LATEST {
        return Ok(version);
    }
    Err(JournalFailure::Newer {
        path: path.display().to_string(),
        found: version,
        known: migrate::LATEST,
    })
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

/// The rules must be the very rules of the journal's version: without its triggers it is no second wall.
pub(super) fn check_schema(connection: &Connection, path: &Path) -> Result<(), JournalFailure> {
    let sql = |error: rusqlite::Error| JournalFailure::sql(path, &error);
    let version = known(identify(connection, path)?, path)?;
    let mut fresh = Connection::open_in_memory().map_err(sql)?;
    migrate::up_to(version, &mut fresh).map_err(sql)?;
    if schema(connection).map_err(sql)? == schema(&fresh).map_err(sql)? {
        Ok(())
    } else {
        Err(JournalFailure::damaged(
            path,
            "its tables and rules are not those of its version",
        ))
    }
}

fn schema(connection: &Connection) -> rusqlite::Result<Vec<(String, String, Option<String>)>> {
    let mut statement = connection.prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}
