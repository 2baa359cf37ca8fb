//! Every integration test, in one binary. Each module has one line that says what it proves.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected should stop there"
)]

/// The import law, the file ceiling, and what only one place may do.
mod architecture;
/// The invariants of the engine, each under its name.
mod invariants;
/// The scripted organisation that the engine's tests run against.
mod model;
