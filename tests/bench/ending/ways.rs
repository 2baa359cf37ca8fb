//! The ways of ending that are compared: the script of today, with one thread and with eight, and the real `unstick`. What each says
//! became of every chat is what counts, in its own words.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};

use unstick::domain::fact::FinalState;
use unstick::domain::run::Run;

use super::python::Python;
use super::support::Home;
use super::support::ledger::Ledger;
use super::support::served::Served;

/// Everything older than this is to be ended, whichever way.
const OLDER: &str = "24";

/// Connections of the SDK's pool, unless somebody knows better: further threads wait for one.
const POOL: usize = 4;

/// A way of ending.
#[derive(Clone, Copy)]
pub(crate) enum Way<'a> {
    /// The program of this repository, as a command.
    Ours,
    /// The script, with so many threads.
    Script(&'a Python, usize),
}

/// What was said of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Ended,
    Open,
    /// That its state is not known.
    Unknown,
}

/// What was said of each chat that was mentioned at all, by id.
pub(crate) type Words = HashMap<String, Said>;

impl Way<'_> {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Ours => "unstick".to_owned(),
            Self::Script(_, 1) => "the script, one after the other".to_owned(),
            Self::Script(_, threads) => format!("the script, {threads} threads"),
        }
    }

    /// Requests that it has under way at once.
    pub(crate) fn in_flight(self) -> usize {
        match self {
            Self::Ours => 4,
            Self::Script(_, threads) => threads.min(POOL),
        }
    }

    /// Looks, decides and ends, and says what became of it.
    pub(crate) fn carry_out(self, home: &Home, served: &Served) -> Words {
        let child = self.start(home, served);
        let output = child.wait_with_output().unwrap();
        self.words(home, &String::from_utf8_lossy(&output.stdout))
    }

    /// The same, not waited for.
    pub(crate) fn start(self, home: &Home, served: &Served) -> Child {
        let (mut command, stdout) = match self {
            Self::Ours => (ours(home, served), Stdio::null()),
            Self::Script(python, threads) => {
                let mut command = python.command("script.py", home, served);
                command.args(["--hours", OLDER, "--threads", &threads.to_string()]);
                (command, Stdio::piped())
            }
        };
        command
            .stdout(stdout)
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// What is known of each chat: a script's by what it printed, ours by its journal.
    pub(crate) fn words(self, home: &Home, printed: &str) -> Words {
        match self {
            Self::Ours => Ledger::of(home).newest().map_or_else(Words::new, of_run),
            Self::Script(..) => printed.lines().filter_map(of_line).collect(),
        }
    }
}

/// A plan is made, and then ended by its phrase, as a person does it.
fn ours(home: &Home, served: &Served) -> Command {
    let filter = format!("age>{OLDER}h");
    let planned = home.run(&["plan", &served.flag(), "--filter", &filter]);
    let planned = planned.expect(0);
    let plan: serde_json::Value = serde_json::from_str(&planned.stdout).unwrap();
    let count = plan["items"].as_array().unwrap().len();
    let file = home.write("plan.json", &planned.stdout);
    home.command(&[
        "terminate",
        &served.flag(),
        "--plan",
        file.to_str().unwrap(),
        "--confirm",
        &format!("sandbox {count}"),
    ])
}

fn of_run(run: Run) -> Words {
    let items = run.items.into_iter();
    let said = items.filter_map(|item| {
        let said = match item.settled?.0.state {
            FinalState::Ended | FinalState::EndedElsewhere => Said::Ended,
            FinalState::Unresolved => Said::Unknown,
            _ => Said::Open,
        };
        Some((item.plan.id.to_string(), said))
    });
    said.collect()
}

/// `ended ID`, or `failed ID: why`.
fn of_line(line: &str) -> Option<(String, Said)> {
    let (word, rest) = line.split_once(' ')?;
    let said = match word {
        "ended" => Said::Ended,
        "failed" => Said::Open,
        _ => return None,
    };
    Some((rest.split(':').next()?.to_owned(), said))
}
