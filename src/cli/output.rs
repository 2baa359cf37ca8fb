//! The only way out for text: data on stdout, words for people on stderr. Nothing leaves that a terminal would obey, wherever it came
//! from: an argument, a file, a journal, an error of the system.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::domain::text;

/// Writes lines for people or for a spreadsheet.
pub(super) fn data(words: &str) -> io::Result<()> {
    write(&text::lines(words))
}

/// Writes lines of JSON. What a terminal would obey is written as an escape, so nothing is lost to a program that reads it.
pub(super) fn json_lines(lines: &str) -> io::Result<()> {
    write(&text::json(lines))
}

/// Writes one value as one line of JSON.
pub(super) fn json_line(value: &impl Serialize) -> io::Result<()> {
    json_lines(&format!("{}\n", json(value)?))
}

/// A value as compact JSON.
pub(super) fn json(value: &impl Serialize) -> io::Result<String> {
    serde_json::to_string(value).map_err(io::Error::from)
}

/// Says something to the person in front of it. Where nobody can hear it, that is no reason to stop.
pub(super) fn words(said: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", text::lines(said));
}

/// Asks the person in front of it something, on a line that goes on.
pub(super) fn question(said: &str) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{} ", text::lines(said));
    let _ = stderr.flush();
}

fn write(safe: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(safe.as_bytes())?;
    stdout.flush()
}

/// A person is watching what goes to stderr.
pub(super) fn is_watched() -> bool {
    io::stderr().is_terminal()
}
