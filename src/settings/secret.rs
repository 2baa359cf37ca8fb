//! The OAuth client's secret: from a file descriptor, a variable, the system's keyring, or a file that only its owner can read. There is no
//! flag for the secret itself: a command line is seen by everybody on the machine.

mod private;

use std::ffi::OsString;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use super::keyring::{Keyring, NoKeyring, account};
use super::paths::Paths;
use super::profile::Profile;

/// No secret is longer, in bytes.
const LONGEST: u64 = 4096;

/// Why there is no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// None was given.
    #[error(
        "there is no secret for profile `{profile}`: not in UNSTICK_CLIENT_SECRET, not in the system's keyring{keyring}, not in {} (mode 0600). \
         `unstick login {profile}` asks for it, or give `--secret-fd N`",
        .file.display()
    )]
    Missing {
        /// The profile.
        profile: String,
        /// Why there is nothing in the keyring, in parentheses; empty where it answered.
        keyring: String,
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
    /// It could not be written.
    #[error("the secret cannot be kept in {}: {why}", .file.display())]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        why: String,
    },
    /// What is kept under the name belongs to another client, or is for other addresses.
    #[error(
        "no secret is kept or taken for profile `{profile}`: the configuration that UNSTICK_CONFIG names puts a client or addresses under that name \
         that {} does not have. Name the configuration by `--config`, or give the secret by UNSTICK_CLIENT_SECRET or `--secret-fd N`",
        .own.display()
    )]
    Stranger {
        /// The profile.
        profile: String,
        /// The usual file.
        own: PathBuf,
    },
    /// What was given cannot be a secret.
    #[error("the secret from {0} is not one line of text")]
    NotOne(String),
}

/// Where a secret is, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An open file that was named.
    Descriptor(u32),
    /// `UNSTICK_CLIENT_SECRET`.
    Variable,
    /// The system's keyring.
    Keyring,
    /// A file that only its owner can read.
    File(PathBuf),
}

impl Place {
    /// One word for a table.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Descriptor(_) => "descriptor",
            Self::Variable => "variable",
            Self::Keyring => "keyring",
            Self::File(_) => "file",
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Descriptor(number) => write!(f, "file descriptor {number}"),
            Self::Variable => f.write_str("UNSTICK_CLIENT_SECRET"),
            Self::Keyring => f.write_str("the system's keyring"),
            Self::File(file) => write!(f, "{}", file.display()),
        }
    }
}

/// What was given on the command line or by a variable.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `--secret-fd`.
    pub descriptor: Option<u32>,
    /// `UNSTICK_CLIENT_SECRET`.
    pub variable: Option<OsString>,
}

impl Given {
    /// The secret that was given, if one was: the descriptor goes before the variable, as flags do.
    pub fn secret(self) -> Result<Option<(SecretString, Place)>, SecretError> {
        if let Some(number) = self.descriptor {
            let place = Place::Descriptor(number);
            let opened = File::open(format!("/dev/fd/{number}"));
            let opened = opened.map_err(|error| unreadable(&place.to_string(), &error))?;
            return read(opened, &place.to_string()).map(|secret| Some((secret, place)));
        }
        let Some(value) = self.variable.filter(|value| !value.is_empty()) else {
            return Ok(None);
        };
        let place = Place::Variable;
        let value = value
            .into_string()
            .map(Zeroizing::new)
            .map_err(|_| SecretError::NotOne(place.to_string()))?;
        one_line(&value, &place.to_string()).map(|secret| Some((secret, place)))
    }
}

/// What was kept at one time, to be put back if something else fails; an error where nobody could say.
#[derive(Debug)]
pub struct Before {
    keyring: Result<Option<SecretString>, NoKeyring>,
    file: Result<Option<SecretString>, SecretError>,
}

/// Where the secrets of one profile are kept.
#[derive(Clone, Copy)]
pub struct Safe<'a> {
    /// The folders.
    pub paths: &'a Paths,
    /// The profile's name.
    pub profile: &'a str,
    /// Its client, whose secret it is.
    pub client_id: &'a str,
    /// What is kept under this name is not for this profile ([`Profile::is_stranger`]).
    pub is_stranger: bool,
    /// The keyring.
    pub keyring: &'a dyn Keyring,
}

impl<'a> Safe<'a> {
    /// The safe of a profile, with the keyring of this system.
    pub fn of(profile: &'a Profile, paths: &'a Paths) -> Self {
        Self {
            paths,
            profile: &profile.name,
            client_id: &profile.client_id,
            is_stranger: profile.is_stranger,
            keyring: super::keyring::system(),
        }
    }

    /// Where its file is, or would be.
    pub fn file(&self) -> PathBuf {
        self.paths.config.join("secrets").join(self.profile)
    }

    fn account(&self) -> String {
        account(self.profile, self.client_id)
    }

    /// Refuses where what is kept under this name is not for this profile.
    pub fn is_for(&self) -> Result<(), SecretError> {
        if !self.is_stranger {
            return Ok(());
        }
        Err(SecretError::Stranger {
            profile: self.profile.to_owned(),
            own: self.paths.config_file(),
        })
    }

    /// The secret and where it was: what was given, else the keyring, else the file. What is kept for another client or other addresses is
    /// refused.
    pub fn find(&self, given: Given) -> Result<(SecretString, Place), SecretError> {
        if let Some(given) = given.secret()? {
            return Ok(given);
        }
        let keyring = match self.keyring.get(&self.account()) {
            Ok(Some(secret)) => {
                self.is_for()?;
                let place = Place::Keyring;
                return one_line(secret.expose_secret(), &place.to_string())
                    .map(|secret| (secret, place));
            }
            Ok(None) => String::new(),
            Err(NoKeyring(why)) => format!(" ({why})"),
        };
        let file = self.file();
        if std::fs::symlink_metadata(&file).is_ok() {
            self.is_for()?;
        }
        match private::find(&file)? {
            Some(secret) => Ok((secret, Place::File(file))),
            None => Err(SecretError::Missing {
                profile: self.profile.to_owned(),
                keyring,
                file,
            }),
        }
    }

    /// Keeps a secret: in the keyring if one answers, else in the file. It is in one of the two afterwards. Also answers why it is not
    /// in the keyring, where it is not, and that an older one may still be there, where it may: that one would be found first.
    pub fn keep(&self, secret: &SecretString) -> Result<(Place, Option<NoKeyring>), SecretError> {
        self.is_for()?;
        let file = self.file();
        let unwritable = |error: std::io::Error| SecretError::Unwritable {
            file: file.clone(),
            why: error.to_string(),
        };
        match self.keyring.set(&self.account(), secret) {
            Ok(()) => {
                // An older one would be found by a program without a keyring.
                remove_file(&file).map_err(unwritable)?;
                Ok((Place::Keyring, None))
            }
            Err(why) => {
                private::write(&file, secret).map_err(unwritable)?;
                let is_alone =
                    !self.keyring.is_there() || self.keyring.remove(&self.account()).is_ok();
                let why = if is_alone { why } else { may_win(&why) };
                Ok((Place::File(file), Some(why)))
            }
        }
    }

    /// What is kept now.
    pub fn before(&self) -> Before {
        Before {
            keyring: self.keyring.get(&self.account()),
            file: private::find(&self.file()),
        }
    }

    /// Puts back what was kept, and removes what was not there. A file that could not be read is left alone; where it was written over since,
    /// it is lost, which is an error.
    pub fn put_back(&self, before: &Before) -> Result<(), SecretError> {
        let _ = match &before.keyring {
            Ok(Some(secret)) => self.keyring.set(&self.account(), secret),
            Ok(None) => self.keyring.remove(&self.account()).map(drop),
            // What it holds may be from before.
            Err(_) => Ok(()),
        };
        let file = self.file();
        let put = match &before.file {
            Ok(Some(secret)) => private::write(&file, secret),
            Ok(None) => remove_file(&file).map(drop),
            Err(_) if private::find(&file).is_err() => Ok(()),
            Err(_) => remove_file(&file).and_then(|_| {
                let why = "what was there could not be read before, and was written over";
                Err(std::io::Error::other(why))
            }),
        };
        put.map_err(|error| SecretError::Unwritable {
            file,
            why: error.to_string(),
        })
    }

    /// Removes from the keyring what is kept for this client there. The file is the profile's, whichever client it names, and stays.
    pub fn forget_client(&self) -> Result<bool, NoKeyring> {
        if self.is_stranger {
            return Ok(false);
        }
        self.keyring.remove(&self.account())
    }

    /// Removes what is kept, wherever it is, and says from where. A keyring that does not answer is named in the second place.
    pub fn clear(&self) -> Result<(Vec<Place>, Option<NoKeyring>), SecretError> {
        self.is_for()?;
        let mut cleared = Vec::new();
        let silent = match self.keyring.remove(&self.account()) {
            Ok(was_there) => {
                cleared.extend(was_there.then_some(Place::Keyring));
                None
            }
            Err(why) => Some(why),
        };
        let file = self.file();
        let was_there = remove_file(&file).map_err(|error| SecretError::Unwritable {
            file: file.clone(),
            why: error.to_string(),
        })?;
        cleared.extend(was_there.then_some(Place::File(file)));
        Ok((cleared, silent))
    }
}

/// The keyring keeps nothing now, and nobody knows what it kept.
fn may_win(NoKeyring(why): &NoKeyring) -> NoKeyring {
    NoKeyring(format!(
        "{why}. If it holds an older secret of this client, that one goes before the file once it answers: remove it there (service `unstick`)"
    ))
}

fn remove_file(file: &Path) -> std::io::Result<bool> {
    match std::fs::remove_file(file) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
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

/// The text without its line end, if it can be a secret. `place` is where it came from, for the error.
pub fn one_line(text: &str, place: &str) -> Result<SecretString, SecretError> {
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
