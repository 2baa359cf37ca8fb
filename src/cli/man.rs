//! `man`: the manual as a page for `man`: what every `--help` says, the keys of the console from the table of actions, exit codes, files.

use std::fmt::Write as _;

use clap::{Args, CommandFactory as _};

use super::exit::Exit;
use super::trouble::Trouble;
use super::{Arguments, examples, output};
use crate::app::action::listing;

/// `man`.
#[derive(Debug, Args)]
pub(super) struct Man {}

/// What is kept where, and what replaces it.
const FILES: [(&str, &str); 12] = [
    (
        "config.toml",
        "in the configuration folder; `unstick config path` says where that is, `unstick config example` prints every key",
    ),
    (
        "journal.db",
        "in the local data folder: every run, every request, how each chat came out; no texts, and no names but what note and filter say",
    ),
    (
        "packets, exports",
        "in the local data folder: support packets and exports, each a new file that only you can read",
    ),
    (
        "secrets",
        "in the configuration folder: a client's secret where there is no keyring, a file for each profile that only you can read",
    ),
    ("themes", "in the configuration folder: colours of your own"),
    (
        "recipes",
        "in the configuration folder: sequences of your own, a file NAME.toml for each, tried on sandboxes alone; `unstick recipes check` says what is wrong with them",
    ),
    (
        "state.toml",
        "in the state folder: saved views with their filters as you typed them, and how each profile was left",
    ),
    (
        "unstick.log",
        "in the state folder: JSON lines without tokens and texts",
    ),
    (
        "sweep-*.lock",
        "beside the journal: which sweep of an organisation goes on; it is let go when that ends, however it ends",
    ),
    (
        "spill-*.jsonl",
        "in the state folder: what of a run the journal could not take; it is taken in at the next start",
    ),
    (
        "names-*.json",
        "in the cache folder: names of queues, people and codes of an organisation, to be had again; `unstick logout` removes them",
    ),
    (
        "sandbox.json",
        "in the runtime folder: where `sandbox serve` runs",
    ),
];

/// Variables. None of them allows more than the files do.
const VARIABLES: [(&str, &str); 9] = [
    ("UNSTICK_HOME", "replaces all folders"),
    (
        "UNSTICK_CONFIG",
        "a configuration that can only narrow the usual one",
    ),
    ("UNSTICK_READ_ONLY", "nothing can be ended"),
    (
        "UNSTICK_SANDBOX",
        "the sandbox is opened where no profile is named",
    ),
    ("UNSTICK_ACCESSIBLE", "the console as lines"),
    ("UNSTICK_CLIENT_SECRET", "the client's secret"),
    ("UNSTICK_LOG_LEVEL", "how much goes into the log"),
    ("UNSTICK_NO_BROWSER", "no browser is opened for a sign-in"),
    ("NO_COLOR", "no colours"),
];

impl Man {
    /// Prints it.
    #[expect(clippy::unused_self, reason = "as every command")]
    pub(super) fn run(self) -> Result<Exit, Trouble> {
        output::data(&page())?;
        Ok(Exit::Done)
    }
}

/// The page. Names stand as they are typed; what a person reads in a terminal is laid out there already.
fn page() -> String {
    let mut command = examples::with_examples(Arguments::command().term_width(72));
    let about = command.get_about().map(ToString::to_string);
    let mut page = format!(
        ".TH UNSTICK 1 \"\" \"unstick {}\" \"\"\n",
        env!("CARGO_PKG_VERSION")
    );
    section(&mut page, "NAME");
    text(
        &mut page,
        "unstick - finds stuck web messaging chats, and ends the ones you choose",
    );
    section(&mut page, "DESCRIPTION");
    text(&mut page, &format!("{}.", about.unwrap_or_default()));
    section(&mut page, "COMMANDS");
    verbatim(&mut page, &command.render_long_help().to_string());
    // Not built: what every command takes was said once, above.
    for below in examples::with_examples(Arguments::command().term_width(72)).get_subcommands() {
        said(&mut page, below.clone(), "unstick");
    }
    section(&mut page, "KEYS");
    text(
        &mut page,
        "Every action is behind : by its words, too. Keys are chosen under [keys] of the configuration.",
    );
    for (place, rows) in listing::sections() {
        let _ = writeln!(page, ".SS {}", safe(place));
        for row in rows {
            term(&mut page, &row.keys.join(" "), &row.words);
        }
    }
    section(&mut page, "EXIT STATUS");
    for exit in Exit::ALL.into_iter().rev() {
        term(&mut page, &exit.number().to_string(), exit.words());
    }
    for (heading, rows) in [("FILES", &FILES[..]), ("ENVIRONMENT", &VARIABLES[..])] {
        section(&mut page, heading);
        for (name, words) in rows {
            term(&mut page, name, words);
        }
    }
    page
}

/// What the help of a command and of those below it says, but for what every command takes.
fn said(page: &mut String, command: clap::Command, way: &str) {
    let way = format!("{way} {}", command.get_name());
    // What a command hands down to those below it is said there as well.
    let handed: Vec<clap::Arg> = command
        .get_arguments()
        .filter(|argument| argument.is_global_set())
        .cloned()
        .collect();
    let below: Vec<clap::Command> = command
        .get_subcommands()
        .map(|below| below.clone().args(&handed))
        .collect();
    let _ = writeln!(page, ".SS {}", safe(&way));
    let mut command = command
        .bin_name(way.clone())
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .term_width(72);
    let usage = format!("Usage: {way}");
    let help = command.render_long_help().to_string();
    let with_options = format!("{usage} [OPTIONS]");
    if help.contains(&with_options) {
        verbatim(page, &help);
    } else {
        // What every command takes, at least.
        verbatim(page, &help.replacen(&usage, &with_options, 1));
    }
    for command in below {
        said(page, command, &way);
    }
}

fn section(page: &mut String, heading: &str) {
    let _ = writeln!(page, ".SH {heading}");
}

fn text(page: &mut String, words: &str) {
    let _ = writeln!(page, "{}", safe(words));
}

fn term(page: &mut String, what: &str, words: &str) {
    let _ = writeln!(page, ".TP\n\\fB{}\\fR\n{}", safe(what), safe(words));
}

/// Lines as they are.
fn verbatim(page: &mut String, lines: &str) {
    let _ = writeln!(page, ".nf");
    for line in lines.trim_end().lines() {
        let _ = writeln!(page, "{}", safe(line.trim_end()));
    }
    let _ = writeln!(page, ".fi");
}

/// A line that means what it says: no escape, no request, and a minus that can be copied.
fn safe(line: &str) -> String {
    let line = line.replace('\\', "\\e").replace('-', "\\-");
    if line.starts_with(['.', '\'']) {
        format!("\\&{line}")
    } else {
        line
    }
}
