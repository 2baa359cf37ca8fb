//! The only way out for text: data on stdout, words for people on stderr. Nothing leaves that a terminal would obey, wherever it came
//! from: an argument, a file, a journal, an error of the system.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::domain::text;

/// Writes lines for people or for a spreadsheet.
pub(super) fn data(words: &str) -> io::Result<()> {
    write(&text::lines(words))
}

/// The same, with an address of ours in it, on which a terminal can be clicked.
pub(super) fn data_linking(words: &str, address: Option<&str>) -> io::Result<()> {
    let safe = text::lines(words);
    write(&linked(&safe, address, takes_links(&io::stdout())))
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

/// The same, with an address of ours in it, on which a terminal can be clicked.
pub(super) fn words_linking(said: &str, address: &str) {
    let safe = text::lines(said);
    let safe = linked(&safe, Some(address), takes_links(&io::stderr()));
    let _ = writeln!(io::stderr().lock(), "{safe}");
}

/// The address as a hyperlink (OSC 8), wherever it stands in the words. Only addresses that this program put together are given here; one
/// that is anything but visible ASCII stays text.
fn linked<'a>(safe: &'a str, address: Option<&str>, takes_links: bool) -> Cow<'a, str> {
    let is_web = |address: &&str| {
        let begins = address.starts_with("https://") || address.starts_with("http://");
        begins && address.bytes().all(|byte| byte.is_ascii_graphic())
    };
    match address.filter(is_web) {
        Some(address) if takes_links => {
            let link = format!("\x1b]8;;{address}\x1b\\{address}\x1b]8;;\x1b\\");
            Cow::Owned(safe.replace(address, &link))
        }
        _ => Cow::Borrowed(safe),
    }
}

/// Whether links mean anything there: never in a pipe or a file, nor to a terminal that knows no such sequences.
fn takes_links(output: &impl IsTerminal) -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    output.is_terminal() && !matches!(term.as_str(), "" | "dumb" | "linux")
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

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "https://apps.mypurecloud.ie/directory/#/analytics/interactions/1/admin";

    #[test]
    fn an_address_of_ours_is_a_link_in_a_terminal_and_text_elsewhere() {
        let words = format!("page: {PAGE}\n");
        let link = format!("page: \x1b]8;;{PAGE}\x1b\\{PAGE}\x1b]8;;\x1b\\\n");
        assert_eq!(linked(&words, Some(PAGE), true), link);
        assert_eq!(linked(&words, Some(PAGE), false), words);
        assert_eq!(linked(&words, None, true), words);
    }

    #[test]
    fn what_is_no_plain_address_is_never_in_a_link() {
        for address in [
            "https://a\x1b\\\x1b]0;owned\x07",
            "https://a b",
            "https://\u{e4}.example",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "",
        ] {
            let words = format!("page: {address}");
            assert_eq!(linked(&words, Some(address), true), words, "{address:?}");
        }
    }
}
