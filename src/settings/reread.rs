//! The configuration read again while the program goes on: what it says now, narrowed as at the start, and what is wrong with it.

use std::path::PathBuf;
use std::sync::Arc;

use super::checking::Check;
use super::document::Document;
use super::error::SettingsError;
use super::paths::Paths;
use super::profile::Profile;
use super::{Overrides, source, text_of};
use crate::domain::diagnosis::Thresholds;
use crate::domain::rules::Rules;

/// A configuration that was read again.
#[derive(Debug)]
pub struct Reread {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub check: Check,
    own: Option<Document>,
    write: bool,
    read_only: bool,
}

/// Where the configuration is that these flags and variables name.
pub fn place(paths: &Paths, overrides: &Overrides) -> PathBuf {
    source(&paths.config_file(), overrides).0.to_owned()
}

/// Reads it again; a file that has gone says nothing.
pub fn reread(paths: &Paths, overrides: &Overrides) -> Result<Reread, SettingsError> {
    let usual = paths.config_file();
    let (file, _, is_narrowing) = source(&usual, overrides);
    let text = text_of(file, false)?.unwrap_or_default();
    let own = if is_narrowing {
        let text = text_of(&usual, false)?.unwrap_or_default();
        Some(Document::read(&text, &usual))
    } else {
        None
    };
    Ok(Reread {
        file: file.to_owned(),
        check: Check::read(&text, file),
        own,
        write: overrides.write,
        read_only: overrides.read_only,
    })
}

impl Reread {
    /// The rules and guards in force by it; nothing where one of them makes no sense.
    pub fn rules(&self) -> Option<Option<Arc<Rules>>> {
        let said = self.check.rules().cloned()?;
        let all = match &self.own {
            Some(own) => Rules::both(Some(own.rules.clone()?), Some(said))?,
            None => said,
        };
        Some((!all.is_empty()).then(|| Arc::new(all)))
    }

    /// The figures that kinds are told by.
    pub fn thresholds(&self) -> Thresholds {
        let said = self.check.thresholds();
        if self.own.is_some() {
            said.narrowed()
        } else {
            said.in_force()
        }
    }

    /// The profile of this name as it is now.
    pub fn profile(&self, name: &str) -> Option<Profile> {
        let mut profile = self.check.profile(name)?.clone();
        if self.own.is_some() {
            profile.narrow();
        }
        profile.write = (profile.write || self.write) && !self.read_only;
        Some(profile)
    }
}
