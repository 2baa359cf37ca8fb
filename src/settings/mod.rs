//! Flags, environment, file and defaults become one [`Settings`] value. Knows files and words; sends nothing, prints nothing, draws nothing.

mod checking;
mod document;
pub mod editing;
mod error;
mod file;
pub mod kept_names;
pub mod kept_state;
pub mod keyring;
pub mod limits;
mod nearest;
pub mod paths;
mod places;
pub mod profile;
pub mod proxy;
pub mod recipes;
pub mod region;
mod reread;
mod rules;
pub mod secret;
mod thresholds;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use checking::{Check, Problem, schema};
pub use error::SettingsError;
pub use file::{Glyphs, LogLevel, Notify, Ui, View};
pub use limits::Limits;
pub use paths::Paths;
pub use profile::{Grant, Profile, Sso, Welcome};
pub use reread::{Reread, reread, sources};

use crate::domain::diagnosis::Thresholds;
use crate::domain::rules::Rules;
use document::Document;

/// What flags and variables say; a flag goes before a variable.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--sandbox`: the built-in profile, whatever the file says.
    pub sandbox: bool,
    /// `--config`.
    pub config: Option<PathBuf>,
    /// A configuration that a variable named: it can only narrow.
    pub narrowing_config: Option<PathBuf>,
    /// `--read-only`: wins over everything.
    pub read_only: bool,
    /// `--write`.
    pub write: bool,
    /// `--log-level`.
    pub log_level: Option<LogLevel>,
}

impl Overrides {
    /// Adds what variables say: `UNSTICK_CONFIG`, `UNSTICK_READ_ONLY`, `UNSTICK_SANDBOX`, `UNSTICK_LOG_LEVEL`. There is none that widens.
    pub fn with_environment(
        mut self,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, SettingsError> {
        let said = |name: &str| variable(name).filter(|value| !value.is_empty());
        let is_on = |name: &str| said(name).is_some_and(|value| value != "0" && value != "false");
        self.read_only |= is_on("UNSTICK_READ_ONLY");
        self.sandbox |= self.profile.is_none() && is_on("UNSTICK_SANDBOX");
        self.narrowing_config = said("UNSTICK_CONFIG").map(PathBuf::from);
        if self.log_level.is_none()
            && let Some(value) = said("UNSTICK_LOG_LEVEL")
        {
            let word = value.to_string_lossy();
            self.log_level = Some(LogLevel::parse(&word)?);
        }
        Ok(self)
    }
}

/// The organisation to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// A profile of the file.
    Profile(Box<Profile>),
    /// The built-in sandbox; [`Settings::sandbox`] makes the profile once it runs.
    Sandbox,
}

/// Everything that was set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What to open.
    pub chosen: Chosen,
    /// Every profile of the file, in the order of their names. What flags say of writing is for the chosen one alone.
    pub profiles: Vec<Profile>,
    /// `default_profile`.
    pub default_profile: Option<String>,
    /// How much goes into the log.
    pub log_level: LogLevel,
    /// Looks.
    pub ui: Ui,
    /// Keys that were given to actions: action, keys.
    pub keys: Vec<(String, Vec<String>)>,
    /// The terminal is to tell keys by the kitty protocol, where it knows it.
    pub kitty: bool,
    /// Views of the list.
    pub views: Vec<View>,
    /// The operator's rules and guards, where there are any.
    pub rules: Option<Arc<Rules>>,
    /// The figures that kinds are told by.
    pub thresholds: Thresholds,
    /// How many days `runs purge` keeps finished runs where it is not told.
    pub keep_days: u32,
    /// The file that was read, if there was one.
    pub config: Option<PathBuf>,
    /// A flag named that file.
    pub is_named: bool,
    may_write: bool,
    /// The usual file, where it bounds one that a variable named.
    own: Option<Arc<Document>>,
}

impl Settings {
    /// A profile by its name.
    pub fn profile(&self, name: &str) -> Result<&Profile, SettingsError> {
        let found = self.profiles.iter().find(|profile| profile.name == name);
        found.ok_or_else(|| {
            let file = self.config.as_deref().unwrap_or(Path::new("config.toml"));
            SettingsError::no_profile(name, &self.profiles, file)
        })
    }

    /// What is opened where nothing is named; nothing if that must be asked.
    pub fn opened_by_itself(&self) -> Option<&str> {
        match (self.default_profile.as_deref(), &self.profiles[..]) {
            (Some(name), _) => Some(name),
            (None, []) => Some(profile::SANDBOX),
            (None, [only]) => Some(&only.name),
            (None, _) => None,
        }
    }

    /// `--read-only` was said, by a flag or a variable: nothing is ended then, and the console keeps nothing.
    pub fn is_read_only(&self) -> bool {
        !self.may_write
    }

    /// What remains of a profile that is about to be written, as it would be opened.
    pub fn bounded(&self, mut profile: Profile) -> Profile {
        if let Some(own) = &self.own {
            own.narrow(&mut profile);
        }
        profile
    }

    /// What remains where a profile was open before in this program, as it was left then. What would allow more is the answer, by its key.
    pub fn held_to(&mut self, left: &Profile) -> Vec<&'static str> {
        let same = self.profiles.iter_mut().filter(|one| one.name == left.name);
        same.for_each(|one| drop(one.held_to(left)));
        match &mut self.chosen {
            Chosen::Profile(chosen) if chosen.name == left.name => chosen.held_to(left),
            Chosen::Profile(_) | Chosen::Sandbox => Vec::new(),
        }
    }

    /// The reserved profile `sandbox`, for a sandbox that runs: write and teardown allowed, unless it was narrowed by `--read-only`.
    pub fn sandbox(&self, welcome: &Welcome) -> Result<Profile, SettingsError> {
        let mut profile = Profile::of_sandbox(welcome)?;
        profile.write = self.may_write;
        Ok(profile)
    }
}

/// How many days finished runs are kept where nothing says it.
const KEEP_DAYS: u32 = 90;

/// The configuration to read, and whether it can only narrow: one that a flag names, one that a variable names, or the usual one.
fn source<'a>(usual: &'a Path, overrides: &'a Overrides) -> (&'a Path, bool, bool) {
    match (&overrides.config, &overrides.narrowing_config) {
        (Some(flag), _) => (flag, true, false),
        (None, Some(variable)) => (variable, true, true),
        (None, None) => (usual, false, false),
    }
}

/// Reads a file; nothing where it is not there and need not be.
fn text_of(file: &Path, is_named: bool) -> Result<Option<String>, SettingsError> {
    match std::fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        // Only the usual place may be empty: a file that was named and is not there is a mistake.
        Err(error) if !is_named && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(SettingsError::Unreadable {
            file: file.to_owned(),
            why: error.to_string(),
        }),
    }
}

/// A file that has nothing wrong with it.
fn faultless(text: Option<&str>, file: &Path) -> Result<Document, SettingsError> {
    let mut document = Document::read(text.unwrap_or_default(), file);
    if document.complaints.is_empty() {
        Ok(document)
    } else {
        Err(document.complaints.swap_remove(0).error)
    }
}

/// Reads and checks the whole configuration, then chooses the profile: the one named, the default, the only one, and the sandbox if there
/// is none.
pub fn load(paths: &Paths, overrides: &Overrides) -> Result<Settings, SettingsError> {
    let usual = paths.config_file();
    let (file, is_named, is_narrowing) = source(&usual, overrides);
    let text = text_of(file, is_named)?;
    let mut document = faultless(text.as_deref(), file)?;
    let own = if is_narrowing {
        let own = faultless(text_of(&usual, false)?.as_deref(), &usual)?;
        Some(Arc::new(own))
    } else {
        None
    };
    for profile in &mut document.profiles {
        if let Some(own) = &own {
            own.narrow(profile);
        }
    }
    let (says, mut profiles) = (document.says, document.profiles);
    let mut chosen = choose(&profiles, says.default_profile.as_deref(), overrides, file)?;
    if let Chosen::Profile(chosen) = &mut chosen {
        // A flag is for what is opened; of the others it says nothing.
        chosen.write = (chosen.write || overrides.write) && !overrides.read_only;
        if let Some(same) = profiles.iter_mut().find(|one| one.name == chosen.name) {
            same.write = chosen.write;
        }
    }
    let mut keep_days = says.journal.keep_days.unwrap_or(KEEP_DAYS);
    let mut thresholds = says.thresholds.in_force();
    let mut rules = document.rules;
    if let Some(own) = &own {
        thresholds = says.thresholds.narrowed(&own.says.thresholds.in_force());
        keep_days = keep_days.max(own.says.journal.keep_days.unwrap_or(KEEP_DAYS));
        // A variable may add guards; it takes none away.
        rules = Rules::both(own.rules.clone(), rules);
    }
    Ok(Settings {
        chosen,
        profiles,
        default_profile: says.default_profile.clone(),
        log_level: overrides.log_level.or(says.log_level).unwrap_or_default(),
        keys: says.chosen_keys(),
        kitty: says.kitty().unwrap_or_default(),
        ui: says.ui,
        views: says.view,
        thresholds,
        rules: rules.filter(|rules| !rules.is_empty()).map(Arc::new),
        keep_days,
        config: text.is_some().then(|| file.to_owned()),
        is_named: overrides.config.is_some(),
        may_write: !overrides.read_only,
        own,
    })
}

fn choose(
    profiles: &[Profile],
    default: Option<&str>,
    overrides: &Overrides,
    file: &Path,
) -> Result<Chosen, SettingsError> {
    let named = overrides.profile.as_deref();
    if overrides.sandbox && named.is_some_and(|name| name != profile::SANDBOX) {
        return Err(SettingsError::Contradiction(
            "`--sandbox` opens the profile `sandbox`; leave out `--profile` or `--sandbox`",
        ));
    }
    if overrides.sandbox || named == Some(profile::SANDBOX) {
        return Ok(Chosen::Sandbox);
    }
    let found = |name: &str| {
        profiles
            .iter()
            .find(|profile| profile.name == name)
            .cloned()
            .map(|profile| Chosen::Profile(Box::new(profile)))
            .ok_or_else(|| SettingsError::no_profile(name, profiles, file))
    };
    match (named.or(default), profiles) {
        (Some(profile::SANDBOX), _) | (None, []) => Ok(Chosen::Sandbox),
        (Some(name), _) => found(name),
        (None, [only]) => Ok(Chosen::Profile(Box::new(only.clone()))),
        (None, several) => Err(SettingsError::WhichProfile {
            names: several.iter().map(|profile| profile.name.clone()).collect(),
        }),
    }
}

#[cfg(test)]
mod tests;
