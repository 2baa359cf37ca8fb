//! What is kept, what is not, and what becomes of a file that cannot be used.

use super::*;
use crate::domain::names::{Named, OnDisconnect};

const ORG: &str = "0f0e0d0c-0b0a-4908-8706-050403020100";
const ID: &str = "3f2a91c4-77b0-4d8e-9a51-0e6c2f6b1d20";
const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

/// Folders that only one test uses, gone with it.
struct Folders(Paths, PathBuf);

impl Folders {
    fn new() -> Self {
        let root = std::env::temp_dir().join(format!("unstick-names-{}", uuid::Uuid::new_v4()));
        Self(Paths::under(&root), root)
    }

    fn file(&self) -> PathBuf {
        file_of(&self.0, ORG).unwrap()
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.1);
    }
}

fn named(name: &str) -> Vec<Named> {
    vec![Named {
        id: ID.into(),
        name: name.into(),
        on_disconnect: Some(OnDisconnect::Send),
    }]
}

fn some() -> Names {
    let mut names = Names::default();
    for (kind, name) in [
        (NameKind::Queue, "Claims"),
        (NameKind::Deployment, "Shop"),
        (NameKind::User, "Ana Lima"),
    ] {
        names.learn(kind, &[], named(name), NOW);
    }
    names
}

#[test]
fn names_are_kept_with_their_age_but_no_person_s_and_no_setting() {
    let folders = Folders::new();
    save(&folders.0, ORG, &some()).unwrap();
    let text = fs::read_to_string(folders.file()).unwrap();
    assert!(text.contains("Claims") && !text.contains("Ana"), "{text}");
    let names = load(&folders.0, ORG, NOW);
    let id = Text::clean(ID);
    assert_eq!(names.words(NameKind::Queue, &id), "Claims");
    assert_eq!(names.words(NameKind::User, &id), "agent 3f2a91");
    let shop = names.known(NameKind::Deployment, &id).unwrap();
    assert_eq!((&shop.on_disconnect, shop.read_at), (&None, NOW));
    assert!(names.is_wanted(NameKind::Deployment, &id, NOW));
    assert!(!names.is_wanted(NameKind::Queue, &id, NOW));
    let later = NOW + SignedDuration::from_hours(31 * 24);
    assert_eq!(*load(&folders.0, ORG, later), Names::default(), "too old");
    forget(&folders.0, ORG).unwrap();
    forget(&folders.0, ORG).unwrap();
    assert!(!folders.file().exists());
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it_and_a_link_in_its_place_is_not_followed() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folders = Folders::new();
    save(&folders.0, ORG, &some()).unwrap();
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folders.file()), 0o600);
    assert_eq!(mode(&folders.0.cache), 0o700);
    let victim = folders.1.join("victim");
    fs::write(&victim, "mine").unwrap();
    fs::remove_file(folders.file()).unwrap();
    symlink(&victim, folders.file()).unwrap();
    save(&folders.0, ORG, &some()).unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "mine");
}

#[test]
fn what_cannot_be_used_is_dropped_and_is_as_good_as_nothing() {
    let whole = {
        let folders = Folders::new();
        save(&folders.0, ORG, &some()).unwrap();
        fs::read_to_string(folders.file()).unwrap()
    };
    let large = format!("{whole}{}", " ".repeat(usize::try_from(LARGEST).unwrap()));
    let damaged = [
        String::new(),
        whole[..whole.len() / 2].to_owned(),
        whole.replace("\"version\":1", "\"version\":2"),
        whole.replace(ORG, "1f0e0d0c-0b0a-4908-8706-050403020100"),
        whole
            .replace("Claims", "Cla\u{0}ims\"")
            .replace("version", "vers"),
        large,
    ];
    for text in damaged {
        let folders = Folders::new();
        fs::create_dir_all(&folders.0.cache).unwrap();
        fs::write(folders.file(), &text).unwrap();
        assert_eq!(*load(&folders.0, ORG, NOW), Names::default());
        assert!(!folders.file().exists(), "{text:.60}");
        save(&folders.0, ORG, &some()).unwrap();
        assert_ne!(*load(&folders.0, ORG, NOW), Names::default());
    }
}

#[test]
fn a_name_that_was_made_to_control_a_terminal_is_made_safe_again() {
    let folders = Folders::new();
    save(&folders.0, ORG, &some()).unwrap();
    let text = fs::read_to_string(folders.file()).unwrap();
    fs::write(folders.file(), text.replace("Claims", "Cl\\u001b[2Jaims")).unwrap();
    let names = load(&folders.0, ORG, NOW);
    let shown = names.words(NameKind::Queue, &Text::clean(ID));
    assert!(
        shown.contains('\u{fffd}') && !shown.contains('\u{1b}'),
        "{shown:?}"
    );
}

#[test]
fn an_organisation_whose_id_is_a_path_keeps_nothing() {
    let folders = Folders::new();
    save(&folders.0, "../../elsewhere", &some()).unwrap();
    assert!(!folders.1.exists());
    assert_eq!(*load(&folders.0, "../../elsewhere", NOW), Names::default());
}

#[test]
fn a_person_s_name_that_somebody_put_into_the_file_is_not_taken() {
    let folders = Folders::new();
    save(&folders.0, ORG, &some()).unwrap();
    let text = fs::read_to_string(folders.file()).unwrap();
    let (queue, agent) = (NameKind::Queue.word(), NameKind::User.word());
    let put = text.replace(&format!("\"{queue}\""), &format!("\"{agent}\""));
    assert_ne!(put, text);
    fs::write(folders.file(), put).unwrap();
    let names = load(&folders.0, ORG, NOW);
    assert_eq!(names.name(NameKind::User, &Text::clean(ID)), None);
    assert!(names.name(NameKind::Deployment, &Text::clean(ID)).is_some());
}
