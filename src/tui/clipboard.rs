//! The way into a clipboard: tmux by its own command, else the terminal by OSC 52; beside either the system's own where somebody sits in
//! front of it; and a file of our own where a text is too long for all of them. Every program is run by fixed words, and told nothing else.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;

/// The longest text that terminals take into the clipboard, in bytes: base64 makes 74,992 of it, and 74,994 is the most that xterm takes.
const LONGEST: usize = 56_244;
/// How long a program that takes a text is waited for.
const PATIENCE: Duration = Duration::from_secs(1);
/// The file of what no clipboard takes.
const FILE: &str = "unstick-copy.txt";

/// Programs that put what they read into the system's clipboard, and the variable that says that they can.
const NATIVE: [(&str, &str, &[&str]); 3] = [
    ("WAYLAND_DISPLAY", "wl-copy", &[]),
    ("DISPLAY", "xclip", &["-selection", "clipboard", "-in"]),
    ("DISPLAY", "xsel", &["--clipboard", "--input"]),
];
/// Variables of whoever came over the network: a display would be somebody else's, or far away.
const REMOTE: [&str; 3] = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];

/// The ways that a text would go, in words for somebody who is about to copy; by what is known without trying.
pub fn ways() -> String {
    let first = if is_set("TMUX") {
        Some("tmux")
    } else {
        takes_osc52().then_some("the terminal (OSC 52)")
    };
    let ways: Vec<&str> = first.into_iter().chain(installed()).collect();
    if ways.is_empty() {
        return "there is no clipboard here: goes into a file".to_owned();
    }
    format!("copies through {}", ways.join(", "))
}

/// Puts a text into the clipboard by the ways that there are here; the words say which, and what it is. `folder`: private, for what is too
/// long.
pub fn copy_through(
    output: &mut impl Write,
    what: &'static str,
    text: &str,
    folder: Option<&Path>,
) -> io::Result<String> {
    Ok(Copying::begin(output, what, text)?.finish(folder))
}

/// A text on its way into a clipboard.
pub(super) struct Copying {
    /// What it is, in a word.
    what: &'static str,
    text: String,
    /// Which ways it has gone.
    ways: Vec<&'static str>,
}

impl Copying {
    /// Gives it to the terminal, which is quick; but not in tmux, which drops that unless it was told otherwise.
    pub(super) fn begin(
        output: &mut impl Write,
        what: &'static str,
        text: &str,
    ) -> io::Result<Self> {
        let mut ways = Vec::new();
        if !is_set("TMUX") && text.len() <= LONGEST && takes_osc52() {
            through_terminal(output, text)?;
            ways.push("through the terminal");
        }
        let text = text.to_owned();
        Ok(Self { what, text, ways })
    }

    /// Gives it to the programs that there are, which takes as long as they do; the words say by which ways it went.
    pub(super) fn finish(mut self, folder: Option<&Path>) -> String {
        if is_set("TMUX") && feed("tmux", &["load-buffer", "-w", "-"], &self.text) {
            self.ways.push("tmux");
        }
        self.ways.extend(into_native(&self.text));
        if self.ways.is_empty() {
            return into_file(&self.text, folder);
        }
        format!("copied {} ({})", self.what, self.ways.join(", "))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that copies, on a copy key and for the test of the way"
)]
fn through_terminal(output: &mut impl Write, text: &str) -> io::Result<()> {
    execute!(output, CopyToClipboard::to_clipboard_from(text))
}

/// Whether this terminal may know the sequence. Nothing answers it, so what is known to drop it is not asked.
fn takes_osc52() -> bool {
    !variable("TERM").is_some_and(|name| name == "linux" || name == "dumb")
}

/// The system's own clipboard, where somebody sits in front of it and a program for it is installed.
fn into_native(text: &str) -> Option<&'static str> {
    if REMOTE.iter().any(|name| is_set(name)) {
        return None;
    }
    if cfg!(target_os = "macos") {
        return feed("pbcopy", &[], text).then_some("pbcopy");
    }
    let mut programs = NATIVE.iter().filter(|(needs, ..)| is_set(needs));
    let found = programs.find(|(_, program, arguments)| feed(program, arguments, text));
    found.map(|(_, program, _)| *program)
}

/// The program that would be asked for the system's own clipboard.
fn installed() -> Option<&'static str> {
    if REMOTE.iter().any(|name| is_set(name)) {
        return None;
    }
    if cfg!(target_os = "macos") {
        return Some("pbcopy");
    }
    let path = variable("PATH").unwrap_or_default();
    let is_there =
        |program: &str| std::env::split_paths(&path).any(|at| at.join(program).is_file());
    let mut programs = NATIVE.iter().filter(|(needs, ..)| is_set(needs));
    let found = programs.find(|(_, program, _)| is_there(program));
    found.map(|(_, program, _)| *program)
}

fn is_set(name: &str) -> bool {
    variable(name).is_some()
}

fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Gives a program a text to read; whether it took it. One that takes its time may still take it later.
fn feed(program: &str, arguments: &[&str], text: &str) -> bool {
    let child = Command::new(program)
        .args(arguments)
        // It needs no secret of ours.
        .env_remove("UNSTICK_CLIENT_SECRET")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        return false;
    };
    let text = text.to_owned();
    let (told, took) = mpsc::channel();
    thread::spawn(move || {
        let input = child.stdin.take();
        let written = input.map_or(Ok(()), |mut input| input.write_all(text.as_bytes()));
        let ended = child.wait();
        let took = written.is_ok() && ended.is_ok_and(|status| status.success());
        // Nobody waits any more once it took too long.
        let _ = told.send(took);
    });
    took.recv_timeout(PATIENCE).unwrap_or(false)
}

/// The last way: a file, the same one each time. The words say where, or why there is none.
fn into_file(text: &str, folder: Option<&Path>) -> String {
    const LONG: &str = "no clipboard here takes it";
    let Some(folder) = folder else {
        return format!("not copied: {LONG}, and there is no private folder for a file");
    };
    let file = folder.join(FILE);
    match write_anew(&file, text) {
        Ok(()) => format!("{LONG}: written to {}", super::shown_path(&file)),
        Err(error) => format!(
            "not copied: {LONG}, and {} cannot be written: {error}",
            super::shown_path(&file)
        ),
    }
}

/// A new file in the place of the one before, that only its owner may read; a link there is replaced and not followed.
fn write_anew(file: &Path, text: &str) -> io::Result<()> {
    let part = file.with_extension(format!("{}.part", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options
        .open(&part)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&part, file));
    written.inspect_err(|_| {
        let _ = fs::remove_file(&part);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_text_for_a_terminal_fits_into_what_it_takes() {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        let long = |bytes: usize| STANDARD.encode("x".repeat(bytes)).len();
        assert!(long(LONGEST) <= 74_994);
        assert!(long(LONGEST + 1) > 74_994);
    }
}
