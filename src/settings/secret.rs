//! The OAuth client's secret: from a file descriptor, a variable, or a file that only its owner can read. There is no flag for the secret
//! itself: a command line is seen by everybody on the machine.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::paths::Paths;

/// No secret is longer, in bytes.
const LONGEST: u64 = 4096;

/// Why there is no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// None was given.
    #[error(
        "there is no secret for profile `{profile}`. Set UNSTICK_CLIENT_SECRET, or give `--secret-fd N`, or write it to {} (mode 0600)",
        .file.display()
    )]
    Missing {
        /// The profile.
        profile: String,
        /// Where its file would be.
        file: PathBuf,
    },
    /// Others can read the file.
    #[error("{} can be read by others (mode {mode:04o}). Run `chmod 600 {}`, and think of a new secret", .file.display(), .file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file is a link, a folder, or somebody else's.
    #[error("{} is not used: {why}", .file.display())]
    Odd {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        why: &'static str,
    },
    /// It could not be read.
    #[error("the secret could not be read from {place}: {why}")]
    Unreadable {
        /// From where.
        place: String,
        /// What the system said.
        why: String,
    },
    /// What was given cannot be a secret.
    #[error("the secret from {0} is not one line of text")]
    NotOne(String),
}

/// Where the secret of a profile is kept as a file.
pub fn file_of(paths: &Paths, profile: &str) -> PathBuf {
    paths.config.join("secrets").join(profile)
}

/// The secret of a profile: the descriptor if one was named, else `UNSTICK_CLIENT_SECRET`, else the file.
pub fn find(
    paths: &Paths,
    profile: &str,
    descriptor: Option<u32>,
    variable: Option<OsString>,
) -> Result<SecretString, SecretError> {
    if let Some(number) = descriptor {
        let place = format!("file descriptor {number}");
        let opened = File::open(format!("/dev/fd/{number}"));
        return read(opened.map_err(|error| unreadable(&place, &error))?, &place);
    }
    if let Some(value) = variable.filter(|value| !value.is_empty()) {
        let place = "UNSTICK_CLIENT_SECRET";
        let value = value
            .into_string()
            .map(Zeroizing::new)
            .map_err(|_| SecretError::NotOne(place.to_owned()))?;
        return one_line(&value, place);
    }
    let file = file_of(paths, profile);
    match std::fs::symlink_metadata(&file) {
        Ok(found) if found.is_file() => from_file(&file),
        Ok(_) => Err(SecretError::Odd {
            file,
            why: "it is a link or a folder, not a file",
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(SecretError::Missing {
            profile: profile.to_owned(),
            file,
        }),
        Err(error) => Err(unreadable(&file.display().to_string(), &error)),
    }
}

fn from_file(file: &Path) -> Result<SecretString, SecretError> {
    let place = file.display().to_string();
    let opened = File::open(file).map_err(|error| unreadable(&place, &error))?;
    // Asked of the opened file, so that it cannot be exchanged in between.
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let found = opened
            .metadata()
            .map_err(|error| unreadable(&place, &error))?;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(SecretError::Odd {
                file: file.to_owned(),
                why: "it belongs to somebody else",
            });
        }
        let mode = found.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(SecretError::Open {
                file: file.to_owned(),
                mode,
            });
        }
    }
    read(opened, &place)
}

fn read(file: File, place: &str) -> Result<SecretString, SecretError> {
    // As large as it can become, so that no half of it stays behind where it was before it grew.
    let room = usize::try_from(LONGEST).unwrap_or_default() + 1;
    let mut text = Zeroizing::new(String::with_capacity(room));
    file.take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(|error| unreadable(place, &error))?;
    one_line(&text, place)
}

/// The text without its line end.
fn one_line(text: &str, place: &str) -> Result<SecretString, SecretError> {
    let text = text.trim_end_matches(['\r', '\n']);
    let is_too_long = u64::try_from(text.len()).is_ok_and(|length| length > LONGEST);
    if text.is_empty() || is_too_long || text.chars().any(char::is_control) {
        return Err(SecretError::NotOne(place.to_owned()));
    }
    Ok(text.into())
}

fn unreadable(place: &str, error: &std::io::Error) -> SecretError {
    SecretError::Unreadable {
        place: place.to_owned(),
        why: error.to_string(),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests;
