//! Reads `src/` and holds it against the law: which layer may know which, how long a file may be, and what only one place may do.

use std::fs;
use std::path::{Path, PathBuf};

use crate::promises;

/// A layer, the layers of ours it may name, and the crates it may not.
struct Layer {
    name: &'static str,
    ours: &'static [&'static str],
    never: &'static [&'static str],
}

const TERMINAL: [&str; 2] = ["ratatui", "crossterm"];
const LAW: &[Layer] = &[
    Layer {
        name: "domain",
        ours: &[],
        never: &[
            "tokio",
            "reqwest",
            "axum",
            "rusqlite",
            "ratatui",
            "crossterm",
            "tracing",
            "std::fs",
            "std::net",
            "std::env",
            "std::io",
        ],
    },
    Layer {
        name: "settings",
        ours: &["domain"],
        never: &[
            "tokio",
            "reqwest",
            "axum",
            "rusqlite",
            "ratatui",
            "crossterm",
        ],
    },
    Layer {
        name: "engine",
        ours: &["domain"],
        never: &["reqwest", "axum", "rusqlite", "ratatui", "crossterm"],
    },
    Layer {
        name: "genesys",
        ours: &["domain", "engine", "settings"],
        never: &["axum", "rusqlite", "ratatui", "crossterm"],
    },
    Layer {
        name: "journal",
        ours: &["domain", "engine"],
        never: &["reqwest", "axum", "ratatui", "crossterm"],
    },
    Layer {
        name: "app",
        ours: &["domain"],
        never: &[
            "tokio",
            "reqwest",
            "axum",
            "rusqlite",
            "ratatui",
            "crossterm",
            "std::fs",
            "std::env",
        ],
    },
    Layer {
        name: "ui",
        ours: &["app", "domain"],
        never: &["tokio", "reqwest", "axum", "rusqlite", "std::fs"],
    },
    Layer {
        name: "tui",
        ours: &["app", "ui", "engine", "domain", "journal"],
        never: &["reqwest", "axum", "rusqlite"],
    },
    Layer {
        name: "sandbox",
        ours: &[],
        never: &["reqwest", "rusqlite", "ratatui", "crossterm", "clap"],
    },
];

/// Every Rust file under `src/`, as its path from there and its text.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                files.push(entry);
            }
        }
    }
    files.sort();
    files
        .into_iter()
        .map(|file| {
            (
                file.strip_prefix(&root)
                    .unwrap()
                    .to_string_lossy()
                    .replace('\\', "/"),
                fs::read_to_string(&file).unwrap(),
            )
        })
        .collect()
}

fn is_test(file: &str) -> bool {
    file.ends_with("/tests.rs") || file.contains("/tests/")
}

/// The code of a file without its in-file tests and without comments.
fn code(text: &str) -> String {
    let before_tests = text
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    before_tests
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn layer_of(file: &str) -> Option<&'static Layer> {
    let first = file.split(['/', '.']).next().unwrap_or_default();
    LAW.iter().find(|layer| layer.name == first)
}

/// The layers of ours that a text names.
fn named_layers(text: &str) -> Vec<String> {
    let mut named = Vec::new();
    for rest in text.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let inside = group.split("};").next().unwrap_or_default();
            named.extend(inside.split(',').map(|part| {
                part.trim()
                    .split("::")
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            }));
        } else {
            named.push(
                rest.split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            );
        }
    }
    named.retain(|name| {
        LAW.iter().any(|layer| layer.name == name) || name == "cli" || name == "clock"
    });
    named
}

fn names_crate(text: &str, name: &str) -> bool {
    text.split(&format!("{name}::"))
        .collect::<Vec<_>>()
        .windows(2)
        .any(|pair| !pair[0].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
        || text.contains(&format!("use {name};"))
}

#[test]
fn no_layer_names_one_that_it_must_not_know() {
    let mut breaches = Vec::new();
    for (file, text) in sources() {
        let Some(layer) = layer_of(&file) else {
            continue;
        };
        let text = code(&text);
        for named in named_layers(&text) {
            if named != layer.name && !layer.ours.contains(&named.as_str()) && !is_test(&file) {
                breaches.push(format!("{file} names crate::{named}"));
            }
        }
        if is_test(&file) {
            continue;
        }
        for outside in layer.never {
            if names_crate(&text, outside) {
                breaches.push(format!("{file} uses {outside}"));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn the_law_catches_a_planted_breach() {
    assert_eq!(named_layers("use crate::engine::ports::Clock;"), ["engine"]);
    assert_eq!(
        named_layers("use crate::{app::App, domain::plan::Plan};"),
        ["app", "domain"]
    );
    assert!(names_crate("use tokio::sync::mpsc;", "tokio"));
    assert!(names_crate("let x = std::fs::read(y);", "std::fs"));
    assert!(!names_crate("use tokio_util::sync;", "tokio"));
    assert!(TERMINAL.iter().all(|name| LAW[0].never.contains(name)));
}

#[test]
fn every_file_has_one_idea_and_says_which() {
    let mut breaches = Vec::new();
    for (file, text) in sources() {
        let lines = text.lines().count();
        if lines > 400 {
            breaches.push(format!(
                "{file} has {lines} lines; split it by noun or by screen"
            ));
        }
        if !text.starts_with("//!") && !is_test(&file) {
            breaches.push(format!("{file} does not open with what it is for"));
        }
        let stem = file
            .trim_end_matches(".rs")
            .rsplit('/')
            .next()
            .unwrap_or_default();
        if [
            "util", "utils", "helper", "helpers", "types", "common", "misc", "mgr", "manager",
        ]
        .contains(&stem)
        {
            breaches.push(format!("{file}: the name says nothing"));
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn only_one_place_prints_reads_the_clock_runs_commands_or_grants_permits() {
    let rules: &[(&str, &[&str])] = &[
        ("println!", &[]),
        ("eprintln!", &[]),
        ("std::io::stdout", &["cli/", "tui/"]),
        (
            "Timestamp::now()",
            &["clock.rs", "sandbox/clock.rs", "log.rs"],
        ),
        ("SystemTime::now", &["clock.rs", "sandbox/clock.rs"]),
        ("std::process::Command", &[]),
        // The tests' own children are started elsewhere; here only a browser, tmux, what takes a clipboard and a pager, by fixed words.
        (
            " Command::new(",
            &[
                "cli/browser.rs",
                "tui/clipboard.rs",
                "tui/pager.rs",
                "tui/tmux.rs",
            ],
        ),
        ("std::process::exit", &["main.rs"]),
        ("SendPermit::granted", &["journal/"]),
        ("thread::sleep", &[]),
        ("SetTitle(", &["tui/canvas.rs"]),
        ("CopyToClipboard::", &["tui/clipboard.rs"]),
        ("unsafe ", &[]),
        ("Arc<Mutex<App>>", &[]),
    ];
    let mut breaches = Vec::new();
    for (file, text) in sources() {
        if is_test(&file) {
            continue;
        }
        let text = code(&text);
        for (what, allowed) in rules {
            if text.contains(what) && !allowed.iter().any(|place| file.starts_with(place)) {
                breaches.push(format!("{file} has {what}"));
            }
        }
    }
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn tests_pause_between_two_looks_and_sleep_where_time_is_what_they_are_about_alone() {
    let allowed = [
        // The one pause between two looks.
        "tests/it/support/waiting.rs",
        // When a program is killed at random; a person's pace; a program that is asleep.
        "tests/it/support/killing.rs",
        "tests/it/support/pty.rs",
        "tests/it/cli_stopped.rs",
        // Measures what goes on while nothing is done; somebody's fingers between two keys.
        "tests/bench/scale/idle.rs",
        "tests/bench/scale/frames.rs",
        // Names it, as a thing not to be found in the sources.
        "tests/it/architecture.rs",
    ];
    let all = promises::sources("tests").into_iter();
    for (path, text) in all.chain(promises::sources("src")) {
        let file = path.display().to_string().replace('\\', "/");
        let is_allowed = allowed.iter().any(|place| file.ends_with(place));
        assert!(
            is_allowed || !text.contains("thread::sleep"),
            "{file} sleeps for luck: `support/waiting.rs` waits for what is to become true"
        );
    }
}

#[test]
fn the_index_of_the_crate_docs_names_files_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let docs = fs::read_to_string(root.join("lib.rs")).unwrap();
    let index = docs
        .split("# Where to find it")
        .nth(1)
        .unwrap()
        .split("# Words")
        .next()
        .unwrap();
    let named: Vec<&str> = index
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.contains('.'))
        .collect();
    assert!(named.len() > 15, "the index was not understood");
    for name in named {
        assert!(
            root.join(name).exists(),
            "the index names {name}, which is not there"
        );
    }
}
