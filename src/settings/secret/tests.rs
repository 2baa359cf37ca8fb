use std::io::{Seek as _, SeekFrom, Write as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::fs::PermissionsExt as _;

use secrecy::ExposeSecret as _;

use super::*;
use crate::settings::paths::private_folder;
use crate::settings::tests::Home;

fn chmod(path: &std::path::Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_secret_comes_from_the_descriptor_else_the_variable_else_a_private_file() {
    let home = Home::new();
    let file = file_of(&home.paths(), "acme");
    let found = |descriptor, variable: Option<&str>| {
        find(&home.paths(), "acme", descriptor, variable.map(Into::into))
            .map(|secret| secret.expose_secret().to_owned())
    };
    let missing = found(None, None).unwrap_err().to_string();
    assert!(
        missing.contains("UNSTICK_CLIENT_SECRET") && missing.contains("secrets/acme"),
        "{missing}"
    );
    std::fs::write(&file, "from-file\n").unwrap();
    for mode in [0o644, 0o640, 0o604, 0o660] {
        chmod(&file, mode);
        let error = found(None, None).unwrap_err();
        assert!(
            matches!(error, SecretError::Open { .. }),
            "{mode:o}: {error}"
        );
        assert!(
            error.to_string().contains("chmod 600") && !error.to_string().contains("from-file")
        );
    }
    chmod(&file, 0o600);
    assert_eq!(found(None, None).unwrap(), "from-file");
    assert_eq!(found(None, Some("from-variable")).unwrap(), "from-variable");
    let mut open = std::fs::File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(home.0.join("fd"))
        .unwrap();
    open.write_all(b"from-descriptor\r\n").unwrap();
    open.seek(SeekFrom::Start(0)).unwrap();
    let number = u32::try_from(open.as_raw_fd()).unwrap();
    assert_eq!(
        found(Some(number), Some("from-variable")).unwrap(),
        "from-descriptor"
    );
    assert!(matches!(
        found(Some(9999), None),
        Err(SecretError::Unreadable { .. })
    ));
    for odd in ["", "\n", "two\nlines\n", "a\u{1b}b"] {
        std::fs::write(&file, odd).unwrap();
        assert!(
            matches!(found(None, None), Err(SecretError::NotOne(_))),
            "{odd:?}"
        );
    }
}

#[test]
fn a_link_is_no_secret_file() {
    let home = Home::new();
    let target = home.0.join("target");
    std::fs::write(&target, "s").unwrap();
    chmod(&target, 0o600);
    std::os::unix::fs::symlink(&target, file_of(&home.paths(), "acme")).unwrap();
    let error = find(&home.paths(), "acme", None, None).unwrap_err();
    assert!(matches!(error, SecretError::Odd { .. }), "{error}");
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
