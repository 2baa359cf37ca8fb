//! What can be wrong with the settings: each says where, what, and the mend.

use std::path::{Path, PathBuf};

use super::nearest::nearest;
use super::profile::Profile;
use super::region::did_you_mean;

/// Settings that cannot be used. Nothing was sent and nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The file is there, or was named, and cannot be read.
    #[error("{}: cannot be read: {why}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file cannot be changed.
    #[error("{}: cannot be written: {why}", .file.display())]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        why: String,
    },
    /// Something in the file is wrong.
    #[error("{}:{line}:{column}: {what}", .file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What is wrong, and the mend.
        what: String,
    },
    /// A profile that was asked for is not there.
    #[error("there is no profile `{name}` in {}{}", .file.display(), .hint)]
    NoProfile {
        /// What was asked for.
        name: String,
        /// Where it was looked for.
        file: PathBuf,
        /// The nearest, or all that there are.
        hint: String,
    },
    /// Several profiles and no default: the console asks which, nothing else may guess.
    #[error(
        "there are several profiles ({}) and no default. Give `--profile NAME`, or set `default_profile`",
        .names.join(", ")
    )]
    WhichProfile {
        /// Their names.
        names: Vec<String>,
    },
    /// Two flags that cannot both be meant.
    #[error("{0}")]
    Contradiction(&'static str),
    /// A word on the command line or in a variable is not one of those that are known.
    #[error("`{said}` is no log level{}", did_you_mean(.near.as_deref()))]
    LogLevel {
        /// What was given.
        said: String,
        /// The nearest.
        near: Option<String>,
    },
    /// The system names no home folder.
    #[error(
        "there is no home folder to keep settings in. Set HOME, or UNSTICK_HOME to a folder of your choice"
    )]
    NoHome,
    /// What the sandbox said of itself makes no sense.
    #[error("the sandbox's address cannot be used: {0}")]
    Sandbox(String),
}

impl SettingsError {
    /// At a byte of the file's text.
    pub(super) fn at(file: &Path, text: &str, byte: usize, what: String) -> Self {
        let before = text.get(..byte.min(text.len())).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self::Wrong {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            what,
        }
    }

    pub(super) fn no_profile(name: &str, profiles: &[Profile], file: &Path) -> Self {
        let names: Vec<&str> = profiles
            .iter()
            .map(|profile| profile.name.as_str())
            .collect();
        Self::NoProfile {
            name: name.chars().take(60).collect(),
            file: file.to_owned(),
            hint: hint(name, &names),
        }
    }

    /// The same with the file's bare name where it is this file: for a line that has no room for a whole path.
    pub fn within(&self, file: &Path) -> String {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        self.to_string().replace(&file.display().to_string(), &name)
    }

    /// The line and column in the file; the top of it where it is not there.
    pub fn place(&self) -> (usize, usize) {
        match self {
            Self::Wrong { line, column, .. } => (*line, *column),
            _ => (0, 0),
        }
    }
}

/// What is said of a profile that is not there.
pub(super) fn no_such_profile(name: &str, known: &[&str]) -> String {
    let said: String = name.chars().take(60).collect();
    format!("there is no profile `{said}`{}", hint(name, known))
}

/// The nearest profile, or all that there are.
fn hint(name: &str, names: &[&str]) -> String {
    nearest(name, names.iter().copied()).map_or_else(
        || format!(". There are: {}", [names, &["sandbox"]].concat().join(", ")),
        |near| did_you_mean(Some(&near)),
    )
}
