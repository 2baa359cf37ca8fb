//! The journal of a console: opened with it, and asked for its last words once the screen is given back.

use crate::cli::connect::Connection;
use crate::cli::output;
use crate::cli::terminate::{journal_of, print_unkept};
use crate::journal::{Journal, JournalFailure};
use crate::settings::Paths;

/// The journal that runs of this console go into. Without one the console only looks.
pub(super) struct Recorder {
    pub(super) journal: Option<Journal>,
    /// Why there is none although the profile may write.
    pub(super) trouble: Option<JournalFailure>,
}

impl Recorder {
    pub(super) fn of(connection: &Connection, paths: &Paths) -> Self {
        match connection.profile.write.then(|| journal_of(paths)) {
            Some(Ok(journal)) => Self {
                journal: Some(journal),
                trouble: None,
            },
            Some(Err(failure)) => Self {
                journal: None,
                trouble: Some(failure),
            },
            None => Self {
                journal: None,
                trouble: None,
            },
        }
    }

    /// What the journal has to tell of its opening.
    pub(super) fn told(&self) -> Vec<String> {
        let journal = self.journal.as_ref();
        journal.map_or_else(Vec::new, |journal| journal.told().to_vec())
    }

    /// Says what the screen had no room for, now that it is given back.
    pub(super) async fn last_words(&self) {
        if let Some(failure) = &self.trouble {
            output::words(&format!("warning: read-only: {failure}"));
        }
        if let Some(journal) = &self.journal {
            print_unkept(journal).await;
        }
    }
}
