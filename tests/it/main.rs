//! Every integration test, in one binary. Each module has one line that says what it proves.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that meets the unexpected should stop there"
)]

/// Every screen of the console, as text and styles.
mod console_screens;
/// A small organisation and a desk, for the console's tests.
mod console_world;
