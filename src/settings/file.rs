//! `config.toml` as it is written: every documented key, and none that is not. A misspelt key is an error that names its place and the
//! nearest valid key; a rule that silently does not apply would be worse than one that stops the program.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::error::SettingsError;
use super::limits::{LimitsEntry, within};
use super::nearest::nearest;
use super::profile::ProfileEntry;
use super::rules::{GuardEntry, RuleEntry};
use super::thresholds::ThresholdsEntry;

/// The whole file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "config.toml of unstick")]
pub(super) struct ConfigFile {
    /// The profile that is opened where none is named; `sandbox` is the built-in one.
    pub(super) default_profile: Option<String>,
    /// How much goes into the log.
    pub(super) log_level: Option<LogLevel>,
    /// The proxy for every profile that names none: `http://host:port`, or `direct` for none at all.
    pub(super) proxy: Option<String>,
    /// A file of certificate authorities (PEM) that every profile trusts beside the system's.
    pub(super) ca_file: Option<PathBuf>,
    /// The organisations, by a name that is typed to confirm.
    pub(super) profiles: BTreeMap<String, ProfileEntry>,
    /// Limits for every profile.
    pub(super) limits: LimitsEntry,
    /// How long is too long.
    pub(super) thresholds: ThresholdsEntry,
    /// Looks.
    pub(super) ui: Ui,
    /// The journal of runs.
    pub(super) journal: JournalEntry,
    /// Keys for actions, by the action's name: one key, or a list of up to three. `kitty = true` asks the terminal for more of each key.
    pub(super) keys: BTreeMap<String, Keys>,
    /// Views of the list.
    pub(super) view: Vec<View>,
    /// Reasons of the operator's own. They only tighten what the kinds allow.
    pub(super) rule: Vec<RuleEntry>,
    /// What must not be ended.
    pub(super) guard: Vec<GuardEntry>,
}

impl ConfigFile {
    /// The keys that were given to actions: action, keys.
    pub(super) fn chosen_keys(&self) -> Vec<(String, Vec<String>)> {
        let chosen = self.keys.iter();
        chosen
            .filter(|(action, _)| *action != KITTY)
            .map(|(action, keys)| (action.clone(), keys.clone().into()))
            .collect()
    }

    /// The terminal is to tell keys by the kitty protocol. Nothing where what is said is neither yes nor no.
    pub(super) fn kitty(&self) -> Option<bool> {
        match self.keys.get(KITTY) {
            None => Some(false),
            Some(Keys::Switch(on)) => Some(*on),
            Some(_) => None,
        }
    }
}

/// The one key of `[keys]` that is no action.
pub(super) const KITTY: &str = "kitty";

/// One key or several; or, of what is no action, whether it is wanted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(
    untagged,
    expecting = "a key is a text, and several are a list of texts"
)]
pub(super) enum Keys {
    One(String),
    Several(Vec<String>),
    Switch(bool),
}

impl From<Keys> for Vec<String> {
    fn from(keys: Keys) -> Self {
        match keys {
            Keys::One(key) => vec![key],
            Keys::Several(keys) => keys,
            // No key is called so: the complaint says which there are.
            Keys::Switch(on) => vec![on.to_string()],
        }
    }
}

/// `[journal]`: how long runs are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct JournalEntry {
    /// How many days `runs purge` keeps finished runs where it is not told.
    #[serde(deserialize_with = "days")]
    #[schemars(range(min = 1, max = 36_500))]
    pub(super) keep_days: Option<u32>,
}

fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let said = within::<1, 36_500, _>(deserializer)?;
    Ok(said.and_then(|said| u32::try_from(said).ok()))
}

/// `[ui]`: looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ui {
    /// The theme's name.
    pub theme: Option<String>,
    /// Which characters may be drawn.
    pub glyphs: Option<Glyphs>,
    /// No colours.
    pub no_color: bool,
    /// Plain output for screen readers.
    pub accessible: bool,
    /// The columns of the list, in order.
    pub columns: Option<Vec<String>>,
    /// How the list is sorted.
    pub sort: Option<String>,
    /// The mouse is reported to the console; without it, dragging selects text.
    pub mouse: Option<bool>,
    /// The window is named after the profile and what is stuck.
    pub title: Option<bool>,
    /// How the end of a run is announced to somebody who looks elsewhere.
    pub notify: Option<Notify>,
}

/// How the end of a run is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Notify {
    /// Not at all.
    #[default]
    None,
    /// By the terminal's bell.
    Bell,
    /// By a message of the desktop (OSC 9).
    Osc9,
}

/// Which characters may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Glyphs {
    /// All.
    #[default]
    Unicode,
    /// Those of a plain keyboard.
    Ascii,
}

/// `[[view]]`: a named filter of the list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Its filter, in the filter language.
    pub filter: Option<String>,
    /// How it is sorted.
    pub sort: Option<String>,
    /// Its columns, in order.
    pub columns: Option<Vec<String>>,
}

/// How much goes into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// What failed.
    Error,
    /// And what is odd.
    Warn,
    /// And what was done.
    #[default]
    Info,
    /// And how.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    const ALL: [(&'static str, Self); 6] = [
        ("off", Self::Off),
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
        ("trace", Self::Trace),
    ];

    /// A level by its word.
    pub fn parse(said: &str) -> Result<Self, SettingsError> {
        let found = Self::ALL.into_iter().find(|(word, _)| *word == said);
        found
            .map(|(_, level)| level)
            .ok_or_else(|| SettingsError::LogLevel {
                said: said.chars().take(60).collect(),
                near: nearest(said, Self::ALL.iter().map(|(word, _)| *word)),
            })
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        Self::ALL
            .into_iter()
            .find(|(_, level)| *level == self)
            .map_or("off", |(word, _)| word)
    }
}

/// The parser's message with the mend: for a word that is not known the nearest of those it lists.
pub(super) fn mend(message: &str) -> String {
    let message = message.trim().replace('\n', ", ");
    let mut quoted = message.split('`').skip(1).step_by(2);
    let noun = ["unknown field", "unknown variant"]
        .into_iter()
        .zip(["key", "value"])
        .find_map(|(start, noun)| message.starts_with(start).then_some(noun));
    let (Some(noun), Some(said)) = (noun, quoted.next()) else {
        return message;
    };
    if said.contains("secret") || said.contains("password") {
        return format!(
            "`{said}` does not belong in this file. Set UNSTICK_CLIENT_SECRET, or write it to secrets/NAME beside this file (mode 0600)"
        );
    }
    let known: Vec<&str> = quoted.collect();
    let near = nearest(said, known.iter().copied());
    let tail = match &near {
        Some(near) => super::region::did_you_mean(Some(near)),
        None => format!(". Known here: {}", known.join(", ")),
    };
    format!("unknown {noun} `{said}`{tail}")
}
