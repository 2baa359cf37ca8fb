//! The table of facts that nobody has verified: every switch of a scenario that stands for one is in it, every file and test that it names
//! is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

/// Rows of the table, each as its cells.
fn rows() -> Vec<Vec<String>> {
    let table = read("src/genesys/unverified.md");
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let cells = row.trim_matches('|').split(" | ");
        cells.map(|cell| cell.trim().to_owned()).collect()
    })
    .collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What a scenario may set that is no open question: amounts of its own, and what is documented.
const SETTLED: [&str; 23] = [
    "rate_limit",
    "token_seconds",
    "lake_lag_ms",
    "job_ms",
    "job_seconds",
    "apply_ms",
    "without_permissions",
    "wrap_up_codes",
    "code_seconds",
    "redirect_uris",
    "scopes",
    "sockets",
    "naive",
    "writes_every_ms",
    "messages_per_second",
    "requests_per_minute",
    "configures_per_minute",
    "connections_per_minute",
    "echoes_per_minute",
    "history_per_minute",
    "jwt_seconds",
    "activity_entities_max",
    "jitter_ms",
];

/// The fields of a struct of the sandbox's scenario.
fn fields(file: &str, name: &str) -> Vec<String> {
    let source = read(file);
    let body = source.split(&format!("struct {name} {{\n")).nth(1).unwrap();
    let body = body.split("\n}").next().unwrap();
    let fields = body.lines().filter_map(|line| {
        let rest = line.trim().strip_prefix("pub(")?;
        let (_, rest) = rest.split_once(") ")?;
        rest.split_once(':').map(|(name, _)| name.to_owned())
    });
    fields.collect()
}

#[test]
fn every_switch_that_stands_for_an_open_question_is_in_the_table() {
    let rows = rows();
    // Some are staged by a fault's answer instead of a switch.
    let named: BTreeSet<&str> = rows
        .iter()
        .filter(|row| !row[2].ends_with("of a fault"))
        .flat_map(|row| quoted(&row[2]))
        .collect();
    let switches = [
        fields("src/sandbox/scenario.rs", "Platform"),
        fields("src/sandbox/scenario/sign_in.rs", "SignIn"),
        fields("src/sandbox/scenario/guests.rs", "Guest"),
    ]
    .concat();
    assert!(
        switches.len() > 40,
        "the sources were not understood: {switches:?}"
    );
    for switch in &switches {
        let is_known = SETTLED.contains(&switch.as_str()) || named.contains(switch.as_str());
        assert!(is_known, "`{switch}` is neither settled nor in the table");
    }
    for name in &named {
        assert!(
            switches.iter().any(|switch| switch == name),
            "there is no switch `{name}`"
        );
    }
}

#[test]
fn every_row_is_whole_and_names_a_test_that_is_there() {
    let sources = sources();
    let rows = rows();
    assert!(rows.len() > 25, "the table was not understood");
    for row in &rows {
        assert_eq!(row.len(), 5, "{row:?}");
        assert!(row.iter().all(|cell| !cell.is_empty()), "{row:?}");
        let mut tests = 0;
        for name in quoted(&row[4]) {
            let is_there = sources
                .iter()
                .any(|text| text.contains(&format!("fn {name}(")));
            assert!(is_there, "no test `{name}` for {}", row[0]);
            tests += 1;
        }
        assert!(tests > 0, "no test for {}", row[0]);
    }
}

#[test]
fn the_questions_of_the_reference_are_all_there() {
    let rows = rows();
    for said in ["E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "E9", "E10"] {
        let is_there = rows
            .iter()
            .any(|row| row[1].split(", ").any(|place| place == said));
        assert!(is_there, "question {said} has no row");
    }
    let docs = read("src/genesys/mod.rs");
    assert!(
        docs.contains("include_str!(\"unverified.md\")"),
        "shown in the docs"
    );
}

/// Every Rust file of the program and of its tests.
fn sources() -> Vec<String> {
    let mut folders = vec![root().join("src"), root().join("tests")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    sources
}
