//! What is kept, what becomes of a file that cannot be used, and that two at once lose nothing.

use std::sync::Barrier;

use super::*;

/// Folders that only one test uses, gone with it.
struct Folders(Paths, PathBuf);

impl Folders {
    fn new() -> Self {
        let root = std::env::temp_dir().join(format!("unstick-state-{}", uuid::Uuid::new_v4()));
        Self(Paths::under(&root), root)
    }

    fn with(text: &str) -> Self {
        let folders = Self::new();
        private_folder(&folders.0.state).unwrap();
        fs::write(file_of(&folders.0), text).unwrap();
        folders
    }

    fn files(&self) -> Vec<String> {
        let found = fs::read_dir(&self.0.state).into_iter().flatten();
        let mut names: Vec<String> = found.map(|one| name_of(&one.unwrap().path())).collect();
        names.sort();
        names
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.1);
    }
}

fn view(name: &str) -> KeptView {
    KeptView {
        name: Text::clean(name),
        filter: "queue:\"Billing EU\" is:stuck".to_owned(),
        sort: "-age".to_owned(),
        columns: vec!["sev".to_owned(), "attr.caseId".to_owned()],
    }
}

fn place() -> KeptPlace {
    KeptPlace {
        view: Some(Text::clean("Stuck")),
        sort: "idle".to_owned(),
        columns: Vec::new(),
        configured: Configured {
            sort: "sev".to_owned(),
            columns: vec!["sev".to_owned(), "id".to_owned()],
        },
    }
}

fn save(paths: &Paths, name: &str) -> Result<KeptState, String> {
    change(paths, |state| {
        state.views.push(view(name));
        Ok(())
    })
}

#[test]
fn what_is_kept_is_found_again_word_for_word() {
    let folders = Folders::new();
    assert_eq!(load(&folders.0, true), (KeptState::default(), None));
    let kept = change(&folders.0, |state| {
        state.views.push(view("Mine"));
        state.profiles.insert("acme prod".to_owned(), place());
        Ok(())
    });
    assert_eq!(load(&folders.0, true), (kept.unwrap(), None));
    assert_eq!(folders.files(), ["state.lock", "state.toml"]);
}

#[cfg(unix)]
#[test]
fn only_its_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folders = Folders::new();
    save(&folders.0, "Mine").unwrap();
    for name in folders.files() {
        let found = fs::metadata(folders.0.state.join(&name)).unwrap();
        assert_eq!(found.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_told_with_its_line_and_put_aside_whole() {
    let cases = [
        (
            "format = 1\n[[view]]\nname = \"a\"\nfilter = \"idle>45\"\nsort = \"age\"\n",
            ":4: ",
            "idle needs a unit",
        ),
        (
            "format = 1\n\n[[view]]\nname = \"a\"\nfiltre = \"\"\n",
            ":5: ",
            "filter",
        ),
        (
            "format = 2\n",
            ":1: ",
            "format 2, and this version writes 1",
        ),
        ("[[view]]\n", ":1: ", "missing field"),
        (
            "format = 1\n[profiles.p]\nsort = \"size\"\n",
            ":3: ",
            "nothing is sorted by `size`",
        ),
        ("\u{0}\u{1}half a fi", ":1: ", ""),
    ];
    for (text, line, what) in cases {
        let folders = Folders::with(text);
        let (state, wrong) = load(&folders.0, true);
        let wrong = wrong.unwrap();
        assert_eq!(state, KeptState::default());
        assert!(wrong.starts_with(&format!("state.toml{line}")), "{wrong}");
        assert!(wrong.contains(what), "{wrong}");
        assert!(
            wrong.ends_with("put aside as state.toml.broken-1"),
            "{wrong}"
        );
        let aside = folders.0.state.join("state.toml.broken-1");
        assert_eq!(fs::read_to_string(aside).unwrap(), text);
        // Nothing stands in the way of the next one, and an earlier one is not written over.
        save(&folders.0, "Mine").unwrap();
        fs::write(file_of(&folders.0), "x").unwrap();
        assert!(load(&folders.0, true).1.unwrap().ends_with("broken-2"));
        assert_eq!(
            fs::read_to_string(folders.0.state.join("state.toml.broken-1")).unwrap(),
            text
        );
    }
}

#[test]
fn where_nothing_may_be_written_a_bad_file_stays_and_nothing_is_made() {
    let folders = Folders::with("format = 7\n");
    let (_, wrong) = load(&folders.0, false);
    assert!(
        wrong
            .unwrap()
            .ends_with("It is left out, and stays as it is")
    );
    assert_eq!(folders.files(), ["state.toml"]);
    let folders = Folders::new();
    assert_eq!(load(&folders.0, false).1, None);
    assert!(!folders.1.exists());
}

#[test]
fn what_is_no_file_is_told_and_left_alone() {
    let folders = Folders::new();
    fs::create_dir_all(file_of(&folders.0)).unwrap();
    assert!(load(&folders.0, true).1.unwrap().contains("it is no file"));
    assert!(
        save(&folders.0, "Mine")
            .unwrap_err()
            .contains("it is no file")
    );
    let is_aside = |name: &String| name.contains("broken");
    assert!(!folders.files().iter().any(is_aside));
}

#[test]
fn what_is_no_text_or_too_large_is_put_aside_and_the_next_one_is_kept() {
    let large = "#".repeat(300 * 1024).into_bytes();
    for (bytes, words) in [
        (vec![0xff, 0xfe, 0x00, 0x80], "no text"),
        (large, "too large"),
    ] {
        let folders = Folders::with("");
        fs::write(file_of(&folders.0), &bytes).unwrap();
        let told = load(&folders.0, false).1.unwrap();
        assert!(
            told.contains(words) && told.contains("stays as it is"),
            "{told}"
        );
        assert!(save(&folders.0, "Mine").unwrap_err().contains(words));
        let told = load(&folders.0, true).1.unwrap();
        let aside = "It is put aside as state.toml.broken-1";
        assert!(told.contains(words) && told.contains(aside), "{told}");
        let kept = fs::read(folders.0.state.join("state.toml.broken-1")).unwrap();
        assert_eq!(kept, bytes, "nothing of it is lost");
        let saved = save(&folders.0, "Mine").unwrap();
        assert_eq!(load(&folders.0, true), (saved, None));
    }
}

#[test]
fn a_change_that_is_refused_leaves_the_file_as_it_was() {
    let folders = Folders::new();
    save(&folders.0, "Mine").unwrap();
    let before = fs::read(file_of(&folders.0)).unwrap();
    let refused = change(&folders.0, |state| {
        state.views.clear();
        Err("no".to_owned())
    });
    assert_eq!(refused, Err("no".to_owned()));
    assert_eq!(fs::read(file_of(&folders.0)).unwrap(), before);
    // What was broken while the console was open is not written over.
    fs::write(file_of(&folders.0), "broken\n").unwrap();
    let why = save(&folders.0, "Other").unwrap_err();
    assert!(
        why.contains("state.toml:1: ") && why.contains("The next start"),
        "{why}"
    );
    assert_eq!(fs::read_to_string(file_of(&folders.0)).unwrap(), "broken\n");
}

#[test]
fn consoles_that_save_at_the_same_time_lose_nothing_of_each_other() {
    let folders = Folders::new();
    let together = Barrier::new(8);
    std::thread::scope(|scope| {
        for one in 0..8 {
            let (paths, together) = (&folders.0, &together);
            scope.spawn(move || {
                together.wait();
                for time in 0..5 {
                    save(paths, &format!("{one}-{time}")).unwrap();
                    // Whenever it is read, it is whole.
                    assert_eq!(load(paths, false).1, None);
                }
            });
        }
    });
    let (state, wrong) = load(&folders.0, true);
    assert_eq!((state.views.len(), wrong), (40, None));
}

#[test]
fn what_a_killed_console_left_half_written_is_in_nobody_s_way() {
    let folders = Folders::new();
    save(&folders.0, "Mine").unwrap();
    fs::write(folders.0.state.join("state.toml.part"), "format = 1\n[[vi").unwrap();
    let state = save(&folders.0, "Other").unwrap();
    assert_eq!(state.views.len(), 2);
    assert_eq!(folders.files(), ["state.lock", "state.toml"]);
}
