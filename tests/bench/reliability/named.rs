//! The tests that carry the name of what they prove, run as `cargo test` runs them: counted, never taken on trust.

use std::process::Command;
use std::time::Instant;

use super::report::{Report, Row};

/// The invariants, by number.
const INVARIANTS: std::ops::RangeInclusive<u32> = 1..=28;
/// The faults of the catalogue, but for those that need notifications, which the console does not listen to yet.
const FAULTS: std::ops::RangeInclusive<u32> = 1..=48;
const UNHEARD: [u32; 5] = [6, 22, 23, 24, 25];

/// Tests that prove one promise together.
struct Family {
    promise: &'static str,
    /// What the names of its tests, with the modules they lie in, contain.
    filters: Vec<String>,
    /// What the names of its tests must begin with, each at least once.
    names: Vec<String>,
}

/// One row for each family.
pub(crate) fn tests(report: &mut Report) {
    let invariants = INVARIANTS.map(|number| format!("i{number:02}_")).collect();
    let heard = FAULTS.filter(|number| !UNHEARD.contains(number));
    let faults = heard.map(|number| format!("f{number:02}_"));
    let faults = faults
        .chain(["f18b_".to_owned(), "f19b_".to_owned()])
        .collect();
    let named = |promise, names: Vec<String>| Family {
        promise,
        filters: names.iter().map(|name| format!("::{name}")).collect(),
        names,
    };
    let within = |promise, module: &str| Family {
        promise,
        filters: vec![module.to_owned()],
        names: Vec::new(),
    };
    for family in [
        named("every invariant holds (tests)", invariants),
        named("every fault ends as it should (tests)", faults),
        within("every cell of the matrix (tests)", "matrix::"),
        within("every string of twelve events (tests)", "strings::"),
        within(
            "only our own sequences reach a terminal (tests)",
            "hostile::",
        ),
        within("nonsense breaks nothing (tests)", "::fuzz_"),
    ] {
        report.row(&family.run());
    }
}

impl Family {
    fn run(self) -> Row {
        let began = Instant::now();
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
            .args(&self.filters)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let tests: Vec<(&str, bool)> = printed.lines().filter_map(outcome).collect();
        let failed = tests.iter().filter(|(_, is_ok)| !is_ok).count();
        let is_missing = |name: &&String| {
            !tests
                .iter()
                .any(|(test, _)| test.starts_with(name.as_str()))
        };
        let missing: Vec<&str> = self
            .names
            .iter()
            .filter(is_missing)
            .map(String::as_str)
            .collect();
        let of_names = match self.names.len() {
            0 => String::new(),
            all => format!(", {} of {all} names", all - missing.len()),
        };
        // One that did not even begin fails as one.
        let did_not_run = usize::from(tests.is_empty() || !output.status.success() && failed == 0);
        Row {
            promise: self.promise,
            tried: format!("{} tests{of_names}", tests.len()),
            broke: Some(failed + missing.len() + did_not_run),
            took: began.elapsed(),
            seeds: if missing.is_empty() {
                String::new()
            } else {
                format!("without a test: {}", missing.join(" "))
            },
        }
    }
}

/// Name and outcome of a line that tells of one test, the modules it lies in left out.
fn outcome(line: &str) -> Option<(&str, bool)> {
    let (path, outcome) = line.strip_prefix("test ")?.split_once(" ... ")?;
    let name = path.rsplit("::").next()?;
    Some((name, outcome == "ok"))
}
