//! The catalogue as one table: what each fault stages, and that a test of its name exists. Tests of other parts of the program count too.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every fault of `engine.md` 4, in its order: its number, and what it stages.
const CATALOGUE: [(&str, &str); 50] = [
    ("F01", "an agent joins before the chat's turn"),
    ("F02", "an agent joins between the check and the request"),
    ("F03", "the guest comes back on another leg"),
    ("F04", "a call is added"),
    ("F05", "everything is accepted, nothing changes"),
    ("F06", "reads lag behind what notifications say"),
    ("F07", "the conversation ends, the guest's socket stays"),
    ("F08", "the platform's clock is ten minutes off"),
    ("F09", "the list cannot be had for two minutes"),
    ("F10", "rows come twice and not at all across pages"),
    ("F11", "dropped or held before it was applied"),
    ("F12", "applied, and the answer does not come"),
    ("F13", "applied late, after the request was given up"),
    ("F14", "the answer breaks after its status"),
    ("F15", "the token runs out; no token is good any more"),
    ("F16", "429 with a time"),
    ("F17", "429 without a time, with nonsense, with an hour"),
    ("F18", "the limit drops in the middle of a run"),
    ("F18b", "ended elsewhere, then 404"),
    (
        "F19",
        "404 from the first read on; 404 and open in analytics",
    ),
    ("F19b", "a permission is taken away at the third chat"),
    (
        "F20",
        "redirects of every kind, to the same host and to another",
    ),
    ("F21", "a captive portal answers"),
    ("F22", "a notification says ended, and it is not"),
    ("F23", "notifications fall silent"),
    ("F24", "the socket of notifications flaps"),
    ("F25", "notifications come twice and shuffled"),
    (
        "F26",
        "1 GiB, deep JSON, a million participants, NUL, half a surrogate pair",
    ),
    ("F27", "the journal's disk is full"),
    ("F28", "the journal is damaged"),
    ("F29", "the machine sleeps between the read and the request"),
    ("F30", "killed at every point of a run"),
    ("F31", "two consoles at once"),
    ("F32", "two resumes at once"),
    ("F33", "the sign-in stands for another organisation"),
    ("F34", "stopped once, twice, three times in each state"),
    ("F35", "400 to everything"),
    ("F36", "two of five requests fail"),
    (
        "F37",
        "connections are refused; connections are closed unanswered",
    ),
    // The traps of DELETE are the forum's recipes' and come with those; these are the same answers to requests of ours.
    ("F38", "405 and 409 to our own requests"),
    ("F39", "answers drip byte by byte"),
    (
        "F40",
        "407 from a proxy; a certificate of an unknown authority",
    ),
    ("F41", "hostile names on every screen"),
    ("F42", "pasting into the phrase"),
    ("F43", "the list moves while rows are marked"),
    ("F44", "sent to another queue"),
    ("F45", "a secret goes everywhere at the finest log level"),
    ("F46", "formulas in names and notes"),
    ("F47", "a task panics"),
    ("F48", "run after run with two faults in a hundred"),
];

/// Names of test functions in the sources, by the fault in their name.
fn tests() -> BTreeMap<String, Vec<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    let mut folders = vec![root.join("src"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                files.push(path);
            }
        }
    }
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for line in text.lines() {
            let line = line.trim_start();
            let line = line.strip_prefix("async ").unwrap_or(line);
            let Some(name) = line
                .strip_prefix("fn f")
                .and_then(|rest| rest.split('(').next())
            else {
                continue;
            };
            // `f18b_i10_…` proves F18b; a name may prove several: `f31_f32_…`.
            for part in format!("f{name}").split('_') {
                let digits = part
                    .strip_prefix('f')
                    .map(|rest| rest.trim_end_matches('b'));
                let is_number = digits.is_some_and(|digits| {
                    digits.len() == 2 && digits.chars().all(|digit| digit.is_ascii_digit())
                });
                if is_number {
                    let number = format!("F{}", &part[1..]);
                    found.entry(number).or_default().push(format!("f{name}"));
                }
            }
        }
    }
    found
}

#[test]
fn every_fault_of_the_catalogue_has_a_test_of_its_name() {
    let tests = tests();
    let mut missing = Vec::new();
    for (number, stages) in CATALOGUE {
        if !tests.contains_key(number) {
            missing.push(format!("{number} ({stages}) has no test"));
        }
    }
    for number in tests.keys() {
        let is_known = CATALOGUE.iter().any(|(known, _)| known == number);
        if !is_known {
            missing.push(format!("{number} is tested, and no row of the catalogue"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
