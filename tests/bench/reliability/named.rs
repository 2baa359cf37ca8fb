//! The tests that carry the name of what they prove, run as `cargo test` runs them: counted, never taken on trust.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Instant;

use super::report::{Report, Row};

/// The invariants, by number.
const INVARIANTS: std::ops::RangeInclusive<u32> = 1..=28;
/// The faults of the catalogue, but for those that need notifications, which the console does not listen to yet.
const FAULTS: std::ops::RangeInclusive<u32> = 1..=48;
const UNHEARD: [u32; 5] = [6, 22, 23, 24, 25];

/// One row for each family of names.
pub(crate) fn tests(report: &mut Report) {
    let invariants: Vec<String> = INVARIANTS.map(|number| format!("i{number:02}_")).collect();
    let mut faults: Vec<String> = FAULTS
        .filter(|number| !UNHEARD.contains(number))
        .map(|number| format!("f{number:02}_"))
        .collect();
    faults.extend(["f18b_".to_owned(), "f19b_".to_owned()]);
    family(
        report,
        "every invariant holds (tests)",
        "invariants",
        &invariants,
    );
    family(
        report,
        "every fault ends as it should (tests)",
        "faults",
        &faults,
    );
    family(
        report,
        "nonsense breaks nothing (tests)",
        "kinds of nonsense",
        &["fuzz_".to_owned()],
    );
}

/// Runs the tests whose names begin with one of these, of which each is to be there.
fn family(report: &mut Report, promise: &'static str, of_what: &str, names: &[String]) {
    let began = Instant::now();
    let filters = names.iter().map(|name| format!("::{name}"));
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args([
            "test",
            "--locked",
            "--lib",
            "--test",
            "it",
            "--no-fail-fast",
            "--",
        ])
        .args(filters)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let tests: Vec<(&str, bool)> = printed.lines().filter_map(outcome).collect();
    let failed = tests.iter().filter(|(_, is_ok)| !is_ok).count();
    let proven: BTreeSet<&String> = names
        .iter()
        .filter(|name| {
            tests
                .iter()
                .any(|(test, _)| test.starts_with(name.as_str()))
        })
        .collect();
    let missing = names.len() - proven.len();
    let unproven: Vec<&str> = names
        .iter()
        .filter(|name| !proven.contains(name))
        .map(String::as_str)
        .collect();
    report.row(&Row {
        promise,
        tried: format!(
            "{} tests, {} of {} {of_what}",
            tests.len(),
            proven.len(),
            names.len()
        ),
        broke: Some(failed + missing + usize::from(!output.status.success() && failed == 0)),
        took: began.elapsed(),
        seeds: if missing == 0 {
            String::new()
        } else {
            format!("without a test: {}", unproven.join(" "))
        },
    });
}

/// Name and outcome of a line that tells of one test, the modules it lies in left out.
fn outcome(line: &str) -> Option<(&str, bool)> {
    let (path, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let name = path.rsplit("::").next()?;
    Some((name, outcome == "ok"))
}
