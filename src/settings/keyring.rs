//! The system's keyring, where this program was built with it and one answers. What is kept there is found by the profile's name and the
//! client's id, so that a profile that names another client later is not given the old one's secret.

use secrecy::SecretString;

/// Why the keyring keeps nothing for us.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoKeyring(pub String);

/// A keyring.
pub trait Keyring: Send + Sync {
    /// What is kept under this name, if anything is.
    fn get(&self, account: &str) -> Result<Option<SecretString>, NoKeyring>;

    /// Keeps it under this name, in the place of what was there.
    fn set(&self, account: &str, secret: &SecretString) -> Result<(), NoKeyring>;

    /// Removes what is kept under this name, and says whether anything was.
    fn remove(&self, account: &str) -> Result<bool, NoKeyring>;

    /// This program has one, though it may not answer.
    fn is_there(&self) -> bool {
        true
    }
}

/// The name under which a client's secret is kept.
pub(super) fn account(profile: &str, client_id: &str) -> String {
    format!("{profile} {client_id}")
}

/// The keyring of this system.
#[cfg(feature = "keyring")]
pub fn system() -> &'static dyn Keyring {
    &system::System
}

/// There is none in this program.
#[cfg(not(feature = "keyring"))]
pub fn system() -> &'static dyn Keyring {
    &Absent
}

/// A program that was built without a keyring.
#[cfg(not(feature = "keyring"))]
struct Absent;

#[cfg(not(feature = "keyring"))]
impl Absent {
    fn why() -> NoKeyring {
        NoKeyring("this program was built without one".to_owned())
    }
}

#[cfg(not(feature = "keyring"))]
impl Keyring for Absent {
    fn get(&self, _: &str) -> Result<Option<SecretString>, NoKeyring> {
        Err(Self::why())
    }

    fn set(&self, _: &str, _: &SecretString) -> Result<(), NoKeyring> {
        Err(Self::why())
    }

    fn remove(&self, _: &str) -> Result<bool, NoKeyring> {
        Err(Self::why())
    }

    fn is_there(&self) -> bool {
        false
    }
}

#[cfg(feature = "keyring")]
mod system {
    //! The one of the operating system: the Secret Service, the Keychain, or the Credential Manager.

    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use keyring::{Entry, Error};
    use secrecy::{ExposeSecret as _, SecretString};

    use super::{Keyring, NoKeyring};

    /// The name of this program there.
    const SERVICE: &str = "unstick";
    /// A keyring may ask its owner for a password, and nobody may be there to give it.
    const PATIENCE: Duration = Duration::from_secs(30);

    pub(super) struct System;

    /// Asks away from here: the library waits as long as the keyring likes, and must not do so inside of an async runtime.
    fn ask<T: Send + 'static>(
        account: &str,
        question: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<Option<T>, NoKeyring> {
        let account = account.to_owned();
        let (told, answer) = mpsc::channel();
        thread::spawn(move || {
            let answer = Entry::new(SERVICE, &account).and_then(|entry| question(&entry));
            // Nobody may wait any more.
            let _ = told.send(answer);
        });
        match answer.recv_timeout(PATIENCE) {
            Ok(Ok(answer)) => Ok(Some(answer)),
            Ok(Err(Error::NoEntry)) => Ok(None),
            Ok(Err(Error::NoDefaultStore)) => Err(NoKeyring("none answers".to_owned())),
            Ok(Err(error)) => Err(NoKeyring(format!("it does not answer: {error}"))),
            Err(_) => Err(NoKeyring("it did not answer in 30 s".to_owned())),
        }
    }

    impl Keyring for System {
        fn get(&self, account: &str) -> Result<Option<SecretString>, NoKeyring> {
            ask(account, |entry| {
                entry.get_password().map(SecretString::from)
            })
        }

        fn set(&self, account: &str, secret: &SecretString) -> Result<(), NoKeyring> {
            let secret = secret.clone();
            ask(account, move |entry| {
                entry.set_password(secret.expose_secret())
            })
            .map(|_| ())
        }

        fn remove(&self, account: &str) -> Result<bool, NoKeyring> {
            ask(account, Entry::delete_credential).map(|removed| removed.is_some())
        }
    }
}
