//! Why the journal cannot be opened or read, in words that say which file and what to do. What goes wrong while a run is recorded is
//! `engine::ports::RecordFailure`.

use std::path::Path;

use jiff::Timestamp;
use rusqlite::ErrorCode;

use crate::domain::ids::RunId;
use crate::engine::ports::RecordFailure;

/// Why the journal cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalFailure {
    /// The file or its folder cannot be made, opened or read.
    #[error(
        "the journal {path} cannot be used: {why}. Nothing is sent without it. Check the folder, its permissions and the free space"
    )]
    Unusable {
        /// The file.
        path: String,
        /// Why, in words.
        why: String,
    },
    /// Its contents are not what was written.
    #[error(
        "the journal {path} is damaged: {why}. Nothing is sent with it. Put a backup in its place, or move it aside \
         with the files beside it that end in -wal and -shm, and start again"
    )]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong, in words.
        why: String,
    },
    /// A database of something else.
    #[error(
        "{path} is a database, but not a journal of unstick. Move it aside, or name another place for the journal"
    )]
    NotAJournal {
        /// The file.
        path: String,
    },
    /// Written by a later version.
    #[error(
        "the journal {path} was written by a newer unstick (format {found}, this version knows {known}). Use that version"
    )]
    Newer {
        /// The file.
        path: String,
        /// Its format.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// On a file system of another machine.
    #[error(
        "the journal {path} lies on a file system of another machine ({kind}), where locks do not hold and what is written can be lost. \
         Nothing is sent with it. Keep it on a disk of this machine: UNSTICK_HOME names another folder"
    )]
    Remote {
        /// The file.
        path: String,
        /// The file system's name.
        kind: &'static str,
    },
    /// Of an earlier version, while somebody carries out a run.
    #[error(
        "the journal {path} is of an earlier version, and another unstick holds it ({who}). Wait for it, or stop it, and start again"
    )]
    Held {
        /// The file.
        path: String,
        /// Who holds it.
        who: String,
    },
    /// No such run.
    #[error("there is no run {0} in the journal. `unstick runs` lists them")]
    NoSuchRun(RunId),
    /// A run that is there no more.
    #[error(
        "run {run} was purged at {at:.0}: its number, its counts and its last hash are all that is left"
    )]
    Purged {
        /// Its number.
        run: RunId,
        /// When.
        at: Timestamp,
    },
}

impl JournalFailure {
    /// What is wrong, in few words.
    pub fn short(&self) -> String {
        match self {
            Self::Unusable { .. } => "the journal cannot be written".to_owned(),
            Self::Damaged { .. } => "the journal is damaged".to_owned(),
            Self::NotAJournal { .. } => "the journal's file is something else's".to_owned(),
            Self::Newer { .. } => "the journal is a newer version's".to_owned(),
            Self::Remote { kind, .. } => format!("the journal lies on {kind}"),
            Self::Held { .. } => "another unstick holds the journal".to_owned(),
            Self::NoSuchRun(_) | Self::Purged { .. } => "there is no such run".to_owned(),
        }
    }

    /// The file system refused something.
    pub(super) fn io(path: &Path, error: &std::io::Error) -> Self {
        Self::Unusable {
            path: path.display().to_string(),
            why: error.to_string(),
        }
    }

    /// The contents make no sense.
    pub(super) fn damaged(path: &Path, why: impl Into<String>) -> Self {
        Self::Damaged {
            path: path.display().to_string(),
            why: why.into(),
        }
    }

    /// The database refused something: its contents, or the file system under it.
    pub(super) fn sql(path: &Path, error: &rusqlite::Error) -> Self {
        let is_about_contents = match error {
            rusqlite::Error::SqliteFailure(failure, _) => matches!(
                failure.code,
                ErrorCode::DatabaseCorrupt
                    | ErrorCode::NotADatabase
                    | ErrorCode::Unknown
                    | ErrorCode::TypeMismatch
            ),
            _ => true,
        };
        if is_about_contents {
            Self::damaged(path, error.to_string())
        } else {
            Self::Unusable {
                path: path.display().to_string(),
                why: error.to_string(),
            }
        }
    }
}

impl From<JournalFailure> for RecordFailure {
    fn from(failure: JournalFailure) -> Self {
        match failure {
            JournalFailure::NoSuchRun(run) => Self::NoSuchRun(run),
            other => Self::Unwritable(other.to_string()),
        }
    }
}

/// What a refused statement means while a run is recorded: a rule of the journal, or a file that takes nothing more.
pub(super) fn of_recording(error: &rusqlite::Error) -> RecordFailure {
    match error {
        rusqlite::Error::SqliteFailure(failure, said)
            if failure.code == ErrorCode::ConstraintViolation =>
        {
            RecordFailure::Refused(said.clone().unwrap_or_else(|| error.to_string()))
        }
        _ => RecordFailure::Unwritable(error.to_string()),
    }
}
