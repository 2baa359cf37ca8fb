//! A configuration looked through for everything that is wrong with it, not only for the first mistake: for `config check`, and for a
//! console that keeps what is good. What only other layers know (actions, themes, columns) they tell it.

use std::fmt::Write as _;
use std::path::Path;

use super::document::Document;
use super::error::SettingsError;
use super::file::{ConfigFile, LogLevel, Ui, View};
use super::places::{Step, Way, keys};
use super::profile::Profile;
use super::thresholds::ThresholdsEntry;
use crate::domain::filter::nearest;
use crate::domain::rules::Rules;

/// Something that is wrong, or odd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What it is about, like `limits.max_batch` or `rule[2].when`; empty for the file as a whole.
    pub key: String,
    /// What, and where.
    pub error: SettingsError,
}

/// A configuration under examination.
#[derive(Debug)]
pub struct Check(Document);

impl Check {
    /// Reads a text.
    pub fn read(text: &str, file: &Path) -> Self {
        Self(Document::read(text, file))
    }

    /// Everything that is wrong, as it stands in the file.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self
            .0
            .complaints
            .iter()
            .map(|complaint| Problem {
                key: words(&complaint.way),
                error: complaint.error.clone(),
            })
            .collect();
        problems.sort_by_key(|problem| problem.error.place());
        problems
    }

    /// Something in this section, a key at the top of the file, is wrong.
    pub fn is_wrong(&self, section: &str) -> bool {
        self.0.is_wrong(section)
    }

    /// Looks.
    pub fn ui(&self) -> &Ui {
        &self.0.says.ui
    }

    /// The keys that were given to actions.
    pub fn keys(&self) -> Vec<(String, Vec<String>)> {
        self.0.says.chosen_keys()
    }

    /// How much goes into the log, where that is said.
    pub fn log_level(&self) -> Option<LogLevel> {
        self.0.says.log_level
    }

    /// Views of the list.
    pub fn views(&self) -> &[View] {
        &self.0.says.view
    }

    /// The profile that is opened where none is named.
    pub fn default_profile(&self) -> Option<&str> {
        self.0.says.default_profile.as_deref()
    }

    /// The profile of this name, if it makes sense.
    pub fn profile(&self, name: &str) -> Option<&Profile> {
        self.0.profiles.iter().find(|profile| profile.name == name)
    }

    /// Every profile that makes sense.
    pub fn profiles(&self) -> &[Profile] {
        &self.0.profiles
    }

    /// The rules and guards; nothing where one of them makes no sense.
    pub fn rules(&self) -> Option<&Rules> {
        self.0.rules.as_ref()
    }

    /// How long is too long, as it is said.
    pub(super) fn thresholds(&self) -> ThresholdsEntry {
        self.0.says.thresholds.clone()
    }

    /// The keys of this action cannot be used.
    pub fn complain_of_keys(&mut self, action: &str, what: &str) {
        self.0.complain(&keys(["keys", action]), 0, what);
    }

    /// Something is wrong with a profile.
    pub fn complain_of_profile(&mut self, name: &str, key: &str, what: &str) {
        self.0.complain(&keys(["profiles", name, key]), 0, what);
    }

    /// The theme cannot be used.
    pub fn complain_of_theme(&mut self, what: &str) {
        self.0.complain(&keys(["ui", "theme"]), 0, what);
    }

    /// Columns must be of these, or name an attribute.
    pub fn know_columns(&mut self, known: &[&str]) {
        let mut said: Vec<(Way, String)> = Vec::new();
        let below = |way: &Way, columns: Option<&Vec<String>>| {
            let columns = columns.into_iter().flatten().cloned().enumerate();
            columns
                .map(|(number, column)| ([&way[..], &[Step::Item(number)]].concat(), column))
                .collect::<Vec<_>>()
        };
        said.extend(below(
            &keys(["ui", "columns"]),
            self.0.says.ui.columns.as_ref(),
        ));
        for (number, view) in self.0.says.view.iter().enumerate() {
            let way = super::places::way("view", number, "columns");
            said.extend(below(&way, view.columns.as_ref()));
        }
        let is_attribute = |column: &str| {
            column
                .strip_prefix("attr.")
                .is_some_and(|key| !key.is_empty())
        };
        said.retain(|(_, column)| !is_attribute(column));
        for (way, column) in said {
            self.know("column", &way, Some(&column), known);
        }
    }

    fn know(&mut self, noun: &str, way: &[Step], said: Option<&str>, known: &[&str]) {
        let Some(said) = said.filter(|said| !known.contains(said)) else {
            return;
        };
        let near = nearest(said, known.iter().copied()).unwrap_or_default();
        let what = format!("there is no {noun} `{said}`. Did you mean `{near}`?");
        self.0.complain(way, 0, what);
    }
}

/// A way in words: `rule[2].when`, numbers from 1.
fn words(way: &[Step]) -> String {
    let mut words = String::new();
    for step in way {
        match step {
            Step::Key(key) if words.is_empty() => words.push_str(key),
            Step::Key(key) => {
                words.push('.');
                words.push_str(key);
            }
            Step::Item(number) => {
                // Writing to a string cannot fail.
                let _ = write!(words, "[{}]", number + 1);
            }
        }
    }
    words
}

/// The JSON schema of the file, made of the very types that read it.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(ConfigFile).to_value()
}
