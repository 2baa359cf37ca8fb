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

/// Every file that says something: the one that flags and variables name, and the usual one if it bounds that.
pub fn sources(paths: &Paths, overrides: &Overrides) -> Vec<PathBuf> {
    let usual = paths.config_file();
    let (file, _, is_narrowing) = source(&usual, overrides);
    let own = is_narrowing.then(|| usual.clone());
    own.into_iter().chain([file.to_owned()]).collect()
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
        match &self.own {
            Some(own) => said.narrowed(&own.says.thresholds.in_force()),
            None => said.in_force(),
        }
    }

    /// Something in this section is wrong: of the file, or of the usual one that bounds it.
    pub fn is_wrong(&self, section: &str) -> bool {
        let is_own_wrong = self.own.as_ref().is_some_and(|own| own.is_wrong(section));
        is_own_wrong || self.check.is_wrong(section)
    }

    /// What is wrong first with the usual file that bounds this one, if anything is.
    pub fn trouble_of_own(&self) -> Option<&SettingsError> {
        let own = self.own.as_ref()?;
        own.complaints.first().map(|complaint| &complaint.error)
    }

    /// The profile of this name as it is now.
    pub fn profile(&self, name: &str) -> Option<Profile> {
        let mut profile = self.check.profile(name)?.clone();
        if let Some(own) = &self.own {
            own.narrow(&mut profile);
        }
        profile.write = (profile.write || self.write) && !self.read_only;
        Some(profile)
    }

    /// Every profile as it is now.
    pub fn profiles(&self) -> Vec<Profile> {
        let all = self.check.profiles().iter();
        all.filter_map(|profile| self.profile(&profile.name))
            .collect()
    }
}
