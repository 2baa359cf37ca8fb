//! Several profiles and no default: the console asks which one to open. Nothing that runs without a person guesses.

use std::fmt::Write as _;
use std::io::{self, BufRead, IsTerminal};

use super::choice::{Choice, wrong_settings};
use super::output;
use super::trouble::Trouble;
use crate::settings::SettingsError;

/// Somebody sits in front of it who reads the question and can answer.
pub(super) fn may_ask(choice: &Choice) -> bool {
    !choice.no_input
        && io::stdin().is_terminal()
        && io::stdout().is_terminal()
        && io::stderr().is_terminal()
}

/// Asks until one of them is named, by its number or its name; an empty line leaves with what can be done instead.
pub(super) fn ask(names: &[String]) -> Result<String, Trouble> {
    let mut question = "Which profile?\n".to_owned();
    for (index, name) in names.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(question, "  {}  {name}", index + 1);
    }
    question.push_str("Its number, or Enter to leave:");
    output::words(&question);
    loop {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        let said = line.trim();
        if said.is_empty() {
            return Err(wrong_settings(SettingsError::WhichProfile {
                names: names.to_vec(),
            }));
        }
        if let Some(name) = named(names, said) {
            return Ok(name.clone());
        }
        output::words(&format!("There are 1 to {}:", names.len()));
    }
}

fn named<'n>(names: &'n [String], said: &str) -> Option<&'n String> {
    let by_number = || {
        let number: usize = said.parse().ok()?;
        names.get(number.checked_sub(1)?)
    };
    names.iter().find(|name| *name == said).or_else(by_number)
}
