use std::collections::BTreeMap;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::PermissionsExt as _;

use std::sync::{Mutex, MutexGuard};

use super::*;
use crate::settings::paths::private_folder;
use crate::settings::tests::Home;

fn chmod(path: &std::path::Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A keyring of the test, or one that does not answer.
#[derive(Default)]
struct Kept {
    is_silent: bool,
    is_full: bool,
    all: Mutex<BTreeMap<String, String>>,
}

impl Kept {
    fn silent() -> Self {
        Self {
            is_silent: true,
            ..Self::default()
        }
    }

    fn open(&self) -> Result<MutexGuard<'_, BTreeMap<String, String>>, NoKeyring> {
        if self.is_silent {
            return Err(NoKeyring("none answers".to_owned()));
        }
        Ok(self.all.lock().unwrap())
    }
}

impl Keyring for Kept {
    fn get(&self, account: &str) -> Result<Option<SecretString>, NoKeyring> {
        let found = self.open()?.get(account).cloned();
        Ok(found.map(SecretString::from))
    }

    fn set(&self, account: &str, secret: &SecretString) -> Result<(), NoKeyring> {
        if self.is_full {
            return Err(NoKeyring("it is full".to_owned()));
        }
        let secret = secret.expose_secret().to_owned();
        self.open()?.insert(account.to_owned(), secret);
        Ok(())
    }

    fn remove(&self, account: &str) -> Result<bool, NoKeyring> {
        Ok(self.open()?.remove(account).is_some())
    }
}

/// Looks for the secret of `acme`.
fn found(
    safe: &Safe<'_>,
    descriptor: Option<u32>,
    variable: Option<&str>,
) -> Result<(String, Place), SecretError> {
    let given = Given {
        descriptor,
        variable: variable.map(Into::into),
    };
    let found = safe.find(given);
    found.map(|(secret, place)| (secret.expose_secret().to_owned(), place))
}

fn safe<'a>(paths: &'a Paths, keyring: &'a Kept) -> Safe<'a> {
    Safe {
        paths,
        profile: "acme",
        client_id: "c-1",
        is_stranger: false,
        keyring,
    }
}

fn mode_of(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_secret_comes_from_the_descriptor_else_the_variable_else_the_keyring_else_a_private_file() {
    let home = Home::new();
    let (paths, keyring) = (home.paths(), Kept::default());
    let safe = safe(&paths, &keyring);
    let file = safe.file();
    let missing = found(&safe, None, None).unwrap_err().to_string();
    for place in [
        "UNSTICK_CLIENT_SECRET",
        "keyring",
        "secrets/acme",
        "unstick login acme",
    ] {
        assert!(missing.contains(place), "{missing}");
    }
    std::fs::write(&file, "from-file\n").unwrap();
    for mode in [0o644, 0o640, 0o604, 0o660, 0o606, 0o601, 0o777] {
        chmod(&file, mode);
        let error = found(&safe, None, None).unwrap_err();
        assert!(
            matches!(error, SecretError::Open { .. }),
            "{mode:o}: {error}"
        );
        let words = error.to_string();
        assert!(words.contains("chmod 600") && !words.contains("from-file"));
    }
    for mode in [0o600, 0o400] {
        chmod(&file, mode);
        let expected = ("from-file".to_owned(), Place::File(file.clone()));
        assert_eq!(found(&safe, None, None).unwrap(), expected);
    }
    keyring.set("acme c-1", &"from-keyring".into()).unwrap();
    keyring.set("acme c-2", &"another's".into()).unwrap();
    let expected = ("from-keyring".to_owned(), Place::Keyring);
    assert_eq!(found(&safe, None, None).unwrap(), expected);
    let expected = ("from-variable".to_owned(), Place::Variable);
    assert_eq!(found(&safe, None, Some("from-variable")).unwrap(), expected);
    let mut open = std::fs::File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(home.0.join("fd"))
        .unwrap();
    open.write_all(b"from-descriptor\r\n").unwrap();
    open.seek(SeekFrom::Start(0)).unwrap();
    let number = u32::try_from(open.as_raw_fd()).unwrap();
    let expected = ("from-descriptor".to_owned(), Place::Descriptor(number));
    assert_eq!(
        found(&safe, Some(number), Some("from-variable")).unwrap(),
        expected
    );
    assert!(matches!(
        found(&safe, Some(9999), None),
        Err(SecretError::Unreadable { .. })
    ));
    keyring.remove("acme c-1").unwrap();
    chmod(&file, 0o600);
    for odd in ["", "\n", "two\nlines\n", "a\u{1b}b"] {
        std::fs::write(&file, odd).unwrap();
        assert!(
            matches!(found(&safe, None, None), Err(SecretError::NotOne(_))),
            "{odd:?}"
        );
    }
}

#[test]
fn a_keyring_that_does_not_answer_is_passed_over_and_named_where_nothing_is_found() {
    let home = Home::new();
    let (paths, keyring) = (home.paths(), Kept::silent());
    let safe = safe(&paths, &keyring);
    let missing = found(&safe, None, None).unwrap_err().to_string();
    assert!(missing.contains("keyring (none answers)"), "{missing}");
    let (place, why) = safe.keep(&"kept".into()).unwrap();
    assert_eq!(place, Place::File(safe.file()));
    let why = why.unwrap().to_string();
    assert!(
        why.starts_with("none answers. If it holds an older secret"),
        "{why}"
    );
    assert_eq!(found(&safe, None, None).unwrap().0, "kept");
    let (cleared, silent) = safe.clear().unwrap();
    assert_eq!(cleared, [Place::File(safe.file())]);
    assert!(silent.is_some());
    assert!(found(&safe, None, None).is_err());
}

#[test]
fn a_keyring_that_takes_nothing_gives_up_the_older_secret() {
    let home = Home::new();
    let mut keyring = Kept::default();
    keyring.set("acme c-1", &"old".into()).unwrap();
    keyring.is_full = true;
    let paths = home.paths();
    let safe = safe(&paths, &keyring);
    let (place, why) = safe.keep(&"new".into()).unwrap();
    assert_eq!(place, Place::File(safe.file()));
    assert_eq!(why, Some(NoKeyring("it is full".to_owned())));
    assert_eq!(found(&safe, None, None).unwrap().0, "new");
}

#[test]
fn what_is_kept_for_another_client_or_other_addresses_is_left_alone_and_what_is_given_is_not() {
    let home = Home::new();
    let (paths, keyring) = (home.paths(), Kept::default());
    let own = safe(&paths, &keyring);
    let stranger = Safe {
        is_stranger: true,
        ..own
    };
    let refused = |error: SecretError| {
        let words = error.to_string();
        let are_there = [
            "kept or taken for profile `acme`",
            "UNSTICK_CONFIG",
            "config.toml",
            "`--config`",
        ];
        assert!(are_there.iter().all(|one| words.contains(one)), "{words}");
    };
    // Nothing is kept, and a person's client may need nothing.
    let error = found(&stranger, None, None).unwrap_err();
    assert!(matches!(error, SecretError::Missing { .. }), "{error}");
    for is_in_keyring in [false, true] {
        if is_in_keyring {
            own.keep(&"kept".into()).unwrap();
        } else {
            private::write(&own.file(), &"kept".into()).unwrap();
        }
        refused(found(&stranger, None, None).unwrap_err());
        refused(stranger.keep(&"other".into()).unwrap_err());
        refused(stranger.clear().unwrap_err());
        assert_eq!(stranger.forget_client(), Ok(false));
        assert_eq!(found(&stranger, None, Some("given")).unwrap().0, "given");
        assert_eq!(found(&own, None, None).unwrap().0, "kept");
    }
}

#[test]
fn a_secret_is_kept_in_one_place_alone() {
    let home = Home::new();
    let (paths, keyring) = (home.paths(), Kept::default());
    let safe = safe(&paths, &keyring);
    private::write(&safe.file(), &"old".into()).unwrap();
    assert_eq!(safe.keep(&"new".into()).unwrap(), (Place::Keyring, None));
    assert!(!safe.file().exists());
    assert_eq!(found(&safe, None, None).unwrap().0, "new");
    private::write(&safe.file(), &"older".into()).unwrap();
    let (cleared, silent) = safe.clear().unwrap();
    assert_eq!(cleared, [Place::Keyring, Place::File(safe.file())]);
    assert_eq!((silent, safe.clear().unwrap().0), (None, vec![]));
}

#[test]
fn t43_a_link_is_no_secret_file_and_is_not_written_through() {
    let home = Home::new();
    let (paths, keyring) = (home.paths(), Kept::silent());
    let safe = safe(&paths, &keyring);
    let target = home.0.join("target");
    std::fs::write(&target, "s").unwrap();
    chmod(&target, 0o600);
    std::os::unix::fs::symlink(&target, safe.file()).unwrap();
    let error = found(&safe, None, None).unwrap_err();
    assert!(matches!(error, SecretError::Odd { .. }), "{error}");
    safe.keep(&"kept".into()).unwrap();
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "s");
    assert!(safe.file().symlink_metadata().unwrap().is_file());
    assert_eq!(found(&safe, None, None).unwrap().0, "kept");
    std::fs::remove_file(safe.file()).unwrap();
    std::fs::create_dir(safe.file()).unwrap();
    let error = found(&safe, None, None).unwrap_err();
    assert!(matches!(error, SecretError::Odd { .. }), "{error}");
    let error = safe.keep(&"kept".into()).unwrap_err();
    assert!(matches!(error, SecretError::Unwritable { .. }), "{error}");
}

#[test]
fn t43_a_kept_secret_and_its_folder_are_private_whatever_they_were_before() {
    let home = Home::new();
    let (paths, keyring) = (home.paths(), Kept::silent());
    let safe = safe(&paths, &keyring);
    let folder = safe.file().parent().unwrap().to_owned();
    for before in [0o755, 0o750, 0o700, 0o711] {
        chmod(&folder, before);
        safe.keep(&"kept".into()).unwrap();
        assert_eq!((mode_of(&folder), mode_of(&safe.file())), (0o700, 0o600));
        chmod(&safe.file(), 0o644);
    }
    for open in [0o777, 0o770, 0o720, 0o702] {
        chmod(&folder, open);
        let error = safe.keep(&"kept".into()).unwrap_err().to_string();
        assert!(error.contains("chmod 700"), "{open:o}: {error}");
    }
    chmod(&folder, 0o700);
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().collect();
    assert_eq!(left.len(), 1, "nothing is left aside: {left:?}");
    std::fs::remove_dir_all(&folder).unwrap();
    let elsewhere = home.0.join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &folder).unwrap();
    assert!(safe.keep(&"kept".into()).is_err());
    assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[test]
fn a_private_folder_is_made_private_and_an_open_one_or_a_link_is_refused() {
    let home = Home::new();
    let folder = home.0.join("a/b");
    private_folder(&folder).unwrap();
    let mode = std::fs::metadata(&folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    private_folder(&folder).unwrap();
    chmod(&folder, 0o777);
    assert!(
        private_folder(&folder)
            .unwrap_err()
            .to_string()
            .contains("chmod 700")
    );
    let link = home.0.join("link");
    std::os::unix::fs::symlink(home.0.join("a"), &link).unwrap();
    assert!(private_folder(&link).is_err());
}

#[test]
fn what_was_kept_before_is_put_back_and_what_was_not_there_goes_again() {
    for keyring in [Kept::default(), Kept::silent()] {
        let home = Home::new();
        let paths = home.paths();
        let safe = safe(&paths, &keyring);
        let nothing = safe.before();
        safe.keep(&"first".into()).unwrap();
        safe.put_back(&nothing).unwrap();
        let missing = found(&safe, None, None).unwrap_err();
        assert!(matches!(missing, SecretError::Missing { .. }), "{missing}");
        let (place, _) = safe.keep(&"first".into()).unwrap();
        let first = safe.before();
        safe.keep(&"second".into()).unwrap();
        safe.put_back(&first).unwrap();
        let expected = ("first".to_owned(), place);
        assert_eq!(found(&safe, None, None).unwrap(), expected);
    }
    // A file from before there was a keyring.
    let home = Home::new();
    let (paths, keyring) = (home.paths(), Kept::default());
    let safe = safe(&paths, &keyring);
    private::write(&safe.file(), &"from-file".into()).unwrap();
    let before = safe.before();
    safe.keep(&"from-keyring".into()).unwrap();
    assert!(!safe.file().exists());
    safe.put_back(&before).unwrap();
    let expected = ("from-file".to_owned(), Place::File(safe.file()));
    assert_eq!(found(&safe, None, None).unwrap(), expected);
}

#[test]
fn what_could_not_be_read_is_not_taken_for_nothing() {
    let home = Home::new();
    let (paths, keyring) = (home.paths(), Kept::silent());
    let safe = safe(&paths, &keyring);
    private::write(&safe.file(), &"kept".into()).unwrap();
    chmod(&safe.file(), 0o644);
    let before = safe.before();
    safe.put_back(&before).unwrap();
    assert_eq!(std::fs::read_to_string(safe.file()).unwrap(), "kept\n");
    // It was written over: what is there now is nobody's, and that is told.
    safe.keep(&"new".into()).unwrap();
    let lost = safe.put_back(&before).unwrap_err().to_string();
    assert!(lost.contains("could not be read before"), "{lost}");
    assert!(!safe.file().exists());
}

#[test]
fn of_a_client_that_is_named_no_more_only_the_keyring_forgets_the_secret() {
    let home = Home::new();
    let (paths, keyring) = (home.paths(), Kept::default());
    let safe = safe(&paths, &keyring);
    keyring.set("acme c-1", &"old".into()).unwrap();
    keyring.set("acme c-2", &"new".into()).unwrap();
    private::write(&safe.file(), &"new".into()).unwrap();
    assert_eq!(safe.forget_client(), Ok(true));
    assert_eq!(keyring.open().unwrap().len(), 1);
    assert!(safe.file().exists());
}
