//! The only way out for text: data on stdout, words for people on stderr.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

/// Writes data as it is.
pub(super) fn data(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Writes one value as one line of JSON.
pub(super) fn json_line(value: &impl Serialize) -> io::Result<()> {
    data(&format!("{}\n", json(value)?))
}

/// A value as compact JSON.
pub(super) fn json(value: &impl Serialize) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::from)
}

/// Says something to the person in front of it. Where nobody can hear it, that is no reason to stop.
pub(super) fn words(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// A person is watching what goes to stderr.
pub(super) fn is_watched() -> bool {
    io::stderr().is_terminal()
}
