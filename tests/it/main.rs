//! Every integration test, in one binary. Each module has one line that says what it proves.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected should stop there"
)]

mod journal_crash;
mod journal_damage;
mod journal_evidence;
mod journal_finality;
mod journal_folding;
mod journal_runs;
mod journal_stage;
mod journal_wall;
