//! `config.toml` as it is written: every documented key, and none that is not. A misspelt key is an error that names its place and the
//! nearest valid key; a rule that silently does not apply would be worse than one that stops the program.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::error::SettingsError;
use super::limits::{LimitsEntry, within};
use super::nearest::nearest;
use super::profile::{Profile, ProfileEntry};
use super::region::did_you_mean;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ConfigFile {
    pub(super) default_profile: Option<String>,
    pub(super) log_level: Option<LogLevel>,
    profiles: BTreeMap<String, Spanned<ProfileEntry>>,
    limits: LimitsEntry,
    pub(super) ui: Ui,
    pub(super) journal: JournalEntry,
    pub(super) keys: BTreeMap<String, Keys>,
    pub(super) view: Vec<View>,
    pub(super) rule: Vec<RuleEntry>,
    pub(super) guard: Vec<GuardEntry>,
    #[serde(skip)]
    text: String,
}

/// One key or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "a key is a text, and several are a list of texts"
)]
pub(super) enum Keys {
    One(String),
    Several(Vec<String>),
}

impl From<Keys> for Vec<String> {
    fn from(keys: Keys) -> Self {
        match keys {
            Keys::One(key) => vec![key],
            Keys::Several(keys) => keys,
        }
    }
}

/// `[journal]`: how long runs are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct JournalEntry {
    #[serde(deserialize_with = "days")]
    pub(super) keep_days: Option<u32>,
}

fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let said = within::<1, 36_500, _>(deserializer)?;
    Ok(said.and_then(|said| u32::try_from(said).ok()))
}

/// `[ui]`: looks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
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
}

/// Which characters may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Glyphs {
    /// All.
    #[default]
    Unicode,
    /// Those of a plain keyboard.
    Ascii,
}

/// `[[view]]`: a named filter of the list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
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

/// `[[rule]]`: a reason of the operator's own. Rules can only tighten what the kinds allow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    /// Its name.
    pub name: String,
    /// What it fits, in the filter language.
    pub when: String,
    /// How bad that is.
    pub severity: Option<Severity>,
    /// Whether such conversations may be ended.
    pub terminate: Option<Power>,
    /// Words for the operator.
    pub hint: Option<String>,
}

/// `[[guard]]`: what must not be ended, whatever any rule says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuardEntry {
    /// Its name.
    pub name: String,
    /// What it fits, in the filter language.
    pub when: String,
    /// Whether such conversations may be ended.
    pub terminate: Power,
    /// Words for the operator.
    pub hint: Option<String>,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth a look.
    Watch,
    /// Growing old.
    Stale,
    /// Stuck.
    Stuck,
}

/// Whether conversations may be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Power {
    /// As the kind allows.
    Allow,
    /// With a warning.
    Warn,
    /// Not at all.
    Never,
}

/// How much goes into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
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

impl ConfigFile {
    /// Reads the text of a file.
    pub(super) fn parse(text: &str, file: &Path) -> Result<Self, SettingsError> {
        let parsed: Result<Self, toml::de::Error> = toml::from_str(text);
        match parsed {
            Ok(config) => Ok(Self {
                text: text.to_owned(),
                ..config
            }),
            Err(error) => {
                let place = error.span().map_or(0, |span| span.start);
                Err(SettingsError::at(file, text, place, mend(error.message())))
            }
        }
    }

    /// The profiles, checked as wholes.
    pub(super) fn profiles(&self, file: &Path) -> Result<Vec<Profile>, SettingsError> {
        self.profiles
            .iter()
            .map(|(name, entry)| {
                Profile::of_entry(name, entry.get_ref(), &self.limits).map_err(|what| {
                    let what = format!("profile `{name}`: {what}");
                    SettingsError::at(file, &self.text, entry.span().start, what)
                })
            })
            .collect()
    }
}

/// The parser's message with the mend: for a word that is not known the nearest of those it lists.
fn mend(message: &str) -> String {
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
        Some(near) => did_you_mean(Some(near)),
        None => format!(". Known here: {}", known.join(", ")),
    };
    format!("unknown {noun} `{said}`{tail}")
}
