//! The wall of snapshots: every screen and every dialog is on it, nothing hangs there that no test shoots any more, and what each of them
//! shows can be seen and read everywhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use unicode_width::UnicodeWidthChar as _;
use unstick::app::action::Mode;

use crate::console_forms::{FOREIGN, SIZES, WALL};
use crate::promises;

/// The folder of the snapshots, all of which are of screens.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots")
}

/// The names that the tests shoot, as their sources have them.
fn shot() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, text) in promises::sources("tests/it") {
        // Some files shoot by a function of their own, which puts a word before the name.
        let own = text.split_once("shoot(&format!(\"");
        let own = own.and_then(|(_, rest)| rest.split_once("{name}"));
        let prefix = own.map_or("", |(prefix, _)| prefix);
        for rest in text.split("shoot(").skip(1) {
            let name = rest.trim_start().strip_prefix('"');
            let name = name.and_then(|rest| rest.split('"').next());
            let is_name = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            names.extend(name.filter(is_name).map(|name| format!("{prefix}{name}")));
        }
    }
    names
}

/// The snapshots that the wall asks for.
fn wanted() -> BTreeSet<String> {
    let names = WALL.iter().flat_map(|(_, name)| {
        let sizes = SIZES.map(|(width, height)| format!("{name}_{width}x{height}.snap"));
        let mono = format!("{name}_ascii_mono_80x24.snap");
        sizes.into_iter().chain([mono])
    });
    // No screen, but what is said where there is no room for one.
    names
        .chain(["state_too_small_20x5.snap".to_owned()])
        .collect()
}

#[test]
fn every_screen_and_every_dialog_is_shot_and_has_its_snapshots_and_no_other_snapshot_is_there() {
    for mode in Mode::ALL {
        let is_there = WALL.iter().any(|(shown, _)| *shown == mode);
        assert!(
            is_there,
            "no snapshot shows {mode:?}: shoot it, and say so in WALL"
        );
    }
    let named = WALL.iter().map(|(_, name)| (*name).to_owned()).collect();
    let shot = shot();
    let differ: Vec<_> = shot.symmetric_difference(&named).collect();
    assert!(differ.is_empty(), "shot or in WALL, not both: {differ:#?}");
    let files = fs::read_dir(folder()).unwrap();
    let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let (files, wanted) = (files.collect::<BTreeSet<_>>(), wanted());
    let missing: Vec<_> = wanted.difference(&files).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    let orphans: Vec<_> = files.difference(&wanted).collect();
    assert!(orphans.is_empty(), "nothing shoots these: {orphans:#?}");
}

/// What each snapshot shows, by its name; without its styles, which come behind an empty line.
fn snapshots() -> Vec<(String, String, String)> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap());
    let snapshots = files.map(|file| {
        let text = fs::read_to_string(file.path()).unwrap();
        let (_, shown) = text.split_once("\n---\n").unwrap();
        let (rows, styles) = shown.rsplit_once("\n\n").unwrap_or((shown, ""));
        let name = file.file_name().into_string().unwrap();
        (name, rows.to_owned(), styles.to_owned())
    });
    snapshots.collect()
}

#[test]
fn every_snapshot_says_in_row_0_where_one_is() {
    for (name, rows, _) in snapshots() {
        let row = rows.lines().next().unwrap();
        let places = ["[PROD acme-prod]", "[SANDBOX sandbox]"];
        let is_told = places.iter().any(|place| row.contains(place));
        assert!(
            is_told || name.starts_with("state_too_small"),
            "{name}: {row}"
        );
    }
}

#[test]
fn no_snapshot_has_a_ground_of_ours_or_what_cannot_be_seen_on_some_ground() {
    let mut coloured = 0;
    for (name, _, styles) in snapshots() {
        for style in styles.lines() {
            let words: Vec<&str> = style.split(' ').collect();
            coloured += usize::from(words.contains(&"Red"));
            let is_bad = ["on", "Black", "DarkGray"]
                .iter()
                .any(|bad| words.contains(bad));
            assert!(!is_bad, "{name}: {style}");
            let is_blot = words.contains(&"REVERSED") && words.contains(&"DIM");
            assert!(!is_blot, "{name}: {style}");
        }
    }
    assert!(coloured > 0, "the styles were not found");
}

#[test]
fn no_snapshot_needs_a_font_of_its_own_or_a_terminal_that_knows_how_wide_a_sign_is() {
    for (name, rows, _) in snapshots() {
        for sign in rows
            .chars()
            .filter(|c| !c.is_ascii() && !FOREIGN.contains(*c))
        {
            let needs_a_font = matches!(sign, '\u{2800}'..='\u{28ff}' | '\u{e000}'..='\u{f8ff}');
            // Frames, bars, keys, what was cut and what does not apply: none of them a state, and ASCII has others for them.
            let is_of_a_frame = matches!(sign, '\u{2500}'..='\u{259f}' | '…' | '↑' | '↓' | '–');
            let is_narrow = sign.width_cjk() == Some(1);
            assert!(!needs_a_font, "{name}: {sign:?}");
            assert!(
                is_narrow || is_of_a_frame,
                "{name}: {sign:?} is of no width of its own"
            );
        }
    }
}
