//! `config`: where the configuration is, what is wrong with it, its schema, and an example with every key.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::choice::{Choice, wrong_settings};
use super::exit::Exit;
use super::trouble::Trouble;
use super::{look, output, route};
use crate::app::action::{TABLE, keymap};
use crate::app::chats::{Column, OWN_VIEWS};
use crate::domain::text::Text;
use crate::settings::{Check, Paths, Problem, SettingsError, schema};

/// The example but for its last section, which is made of the table of actions.
const EXAMPLE: &str = include_str!("../../assets/config.example.toml");

/// `config`.
#[derive(Debug, Args)]
pub(super) struct Config {
    #[command(subcommand)]
    command: Option<ConfigCommand>,
    /// One JSON object
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Where the configuration is
    Path,
    /// Everything that is wrong with it, with file, line and column
    Check {
        /// Another file
        file: Option<PathBuf>,
    },
    /// Its JSON schema, for editors
    Schema,
    /// A commented example with every key and its default
    Example,
}

impl Config {
    /// Needs no organisation, and sends nothing.
    pub(super) fn run(self, choice: &Choice, paths: &Paths) -> Result<Exit, Trouble> {
        match self.command {
            None | Some(ConfigCommand::Path) => path(&Source::of(choice, paths), paths, self.json),
            Some(ConfigCommand::Check { file }) => {
                let source = file.map_or_else(|| Source::of(choice, paths), Source::argument);
                check(&source, paths, self.json)
            }
            Some(ConfigCommand::Schema) => {
                let text = serde_json::to_string_pretty(&schema())
                    .map_err(|error| Trouble::new(Exit::Internal, error))?;
                output::json_lines(&format!("{text}\n"))?;
                Ok(Exit::Done)
            }
            Some(ConfigCommand::Example) => {
                output::data(&example())?;
                Ok(Exit::Done)
            }
        }
    }
}

/// Which file is meant, and who says so.
struct Source {
    file: PathBuf,
    by: &'static str,
    /// Only the usual place may be empty.
    is_named: bool,
}

impl Source {
    fn of(choice: &Choice, paths: &Paths) -> Self {
        let variable = std::env::var_os("UNSTICK_CONFIG").filter(|value| !value.is_empty());
        match (&choice.config, variable) {
            (Some(flag), _) => Self {
                file: flag.clone(),
                by: "--config",
                is_named: true,
            },
            (None, Some(variable)) => Self {
                file: PathBuf::from(variable),
                by: "UNSTICK_CONFIG",
                is_named: true,
            },
            (None, None) => Self {
                file: paths.config_file(),
                by: "the usual place",
                is_named: false,
            },
        }
    }

    fn argument(file: PathBuf) -> Self {
        Self {
            file,
            by: "the command line",
            is_named: true,
        }
    }

    /// Its text; nothing where it is not there and need not be.
    fn text(&self) -> Result<Option<String>, Trouble> {
        match std::fs::read_to_string(&self.file) {
            Ok(text) => Ok(Some(text)),
            Err(error) if !self.is_named && error.kind() == std::io::ErrorKind::NotFound => {
                Ok(None)
            }
            Err(error) => Err(wrong_settings(SettingsError::Unreadable {
                file: self.file.clone(),
                why: error.to_string(),
            })),
        }
    }
}

fn path(source: &Source, paths: &Paths, as_json: bool) -> Result<Exit, Trouble> {
    let exists = source.file.exists();
    if as_json {
        output::json_line(&json!({
            "file": source.file, "exists": exists, "named_by": source.by, "secrets": paths.config.join("secrets"),
            "data": paths.data, "state": paths.state,
        }))?;
    } else {
        output::data(&format!("{}\n", source.file.display()))?;
        if !exists {
            output::words("it is not there yet: `unstick config example` prints one to begin with");
        }
    }
    Ok(Exit::Done)
}

fn check(source: &Source, paths: &Paths, as_json: bool) -> Result<Exit, Trouble> {
    let text = source.text()?;
    let mut check = Check::read(text.as_deref().unwrap_or_default(), &source.file);
    examine(&mut check, paths);
    let (problems, oddities) = (check.problems(), oddities(&check));
    if as_json {
        output::json_line(&json!({
            "file": source.file,
            "exists": text.is_some(),
            "ok": problems.is_empty(),
            "problems": problems.iter().map(data).collect::<Vec<_>>(),
            "warnings": oddities,
        }))?;
    } else {
        let mut lines = String::new();
        for problem in &problems {
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "{}", problem.error);
        }
        output::data(&lines)?;
        for oddity in &oddities {
            output::words(&format!("warning: {oddity}"));
        }
        let file = source.file.display();
        output::words(&match (problems.len(), &text) {
            (0, None) => format!("{file} is not there, and need not be: the defaults hold"),
            (0, Some(_)) => format!("{file}: nothing is wrong"),
            (1, _) => format!("{file}: 1 thing is wrong"),
            (count, _) => format!("{file}: {count} things are wrong"),
        });
    }
    Ok(if problems.is_empty() {
        Exit::Done
    } else {
        Exit::Usage
    })
}

fn data(problem: &Problem) -> serde_json::Value {
    let (line, column) = problem.error.place();
    let what = match &problem.error {
        SettingsError::Wrong { what, .. } => what.clone(),
        other => other.to_string(),
    };
    json!({ "key": problem.key, "line": line, "column": column, "what": Text::clean(&what) })
}

/// Looks a configuration through for all that any layer knows of it.
pub(super) fn examine(check: &mut Check, paths: &Paths) {
    for bad in keymap::check(&check.keys()) {
        check.complain_of_keys(&bad.action, &bad.what);
    }
    look::examine(check, paths);
    let columns = Column::USUAL.into_iter().chain(Column::OTHERS);
    let columns: Vec<String> = columns.map(|column| column.word()).collect();
    check.know_columns(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    let unreadable: Vec<(String, String)> = check
        .profiles()
        .iter()
        .filter_map(|profile| {
            let file = profile.ca_file.as_ref()?;
            let why = route::unusable(file)?;
            let what = format!("ca_file: {} cannot be used: {why}", file.display());
            Some((profile.name.clone(), what))
        })
        .collect();
    for (profile, what) in unreadable {
        check.complain_of_profile(&profile, "ca_file", &what);
    }
}

/// What is no mistake, and probably not meant.
fn oddities(check: &Check) -> Vec<String> {
    let surplus = check.views().len().saturating_sub(OWN_VIEWS);
    let views = (surplus > 0).then(|| {
        format!("{surplus} of the views have no key and are not shown: {OWN_VIEWS} can be")
    });
    let Some(rules) = check.rules() else {
        return views.into_iter().collect();
    };
    let guards = rules.guards().iter().filter_map(|guard| {
        let word = guard.asks_in_vain()?;
        Some(format!(
            "guard {} asks for {word}, which this version never knows: it holds every chat that the rest of its filter lets through",
            guard.name
        ))
    });
    let reasons = rules.rules().iter().filter_map(|rule| {
        let word = rule.asks_in_vain()?;
        Some(format!(
            "rule {} asks for {word}, which this version never knows: it may never fit",
            rule.name
        ))
    });
    guards.chain(reasons).chain(views).collect()
}

/// The example with its keys.
pub(super) fn example() -> String {
    let mut text = EXAMPLE.to_owned();
    for id in keymap::remappable() {
        let rows = TABLE.iter().filter(|row| row.id == id);
        let rows: Vec<_> = rows.filter(|row| keymap::may_be_chosen(row)).collect();
        let mut words: Vec<&str> = rows.iter().map(|row| row.words).collect();
        words.dedup();
        let Some(row) = rows.first() else { continue };
        let keys: Vec<String> = row
            .keys
            .iter()
            .map(|key| format!("{:?}", keymap::written(*key)))
            .collect();
        let _ = writeln!(
            text,
            "## {}\n#{id} = [{}]",
            words.join("; "),
            keys.join(", ")
        );
    }
    text
}
