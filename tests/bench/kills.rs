//! Random kills in earnest: `cargo bench --bench kills -- 1000` kills the real binary so often, and prints one line of figures. It leaves
//! with 1 where anything broke, and says the seed with which that can be tried again (`UNSTICK_KILLS_SEED`).
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program of tests says what it finds and stops where it cannot go on"
)]
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "the ordinary tests use more of what is shared"
)]

use std::process::ExitCode;

#[path = "../it/support/mod.rs"]
mod support;

use support::killing::{kill_at_random, seed};

/// Where no number is given.
const KILLS: usize = 1000;
/// Runs at a time: they are mostly waiting.
const LANES: u64 = 10;

fn main() -> ExitCode {
    // cargo adds a flag of its own.
    let asked = std::env::args().skip(1).find_map(|word| word.parse().ok());
    let seed = seed();
    let figures = kill_at_random(asked.unwrap_or(KILLS), LANES, seed);
    println!("{figures}");
    if figures.broken.is_nothing() {
        return ExitCode::SUCCESS;
    }
    eprintln!("UNSTICK_KILLS_SEED={seed}: {:#?}", figures.broken);
    ExitCode::FAILURE
}
