//! Flags, environment, file and defaults become one [`Settings`] value. Knows files and words; sends nothing, prints nothing, draws nothing.

pub mod editing;
mod error;
mod file;
pub mod keyring;
pub mod limits;
mod nearest;
pub mod paths;
pub mod profile;
pub mod region;
pub mod secret;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub use error::SettingsError;
pub use file::{Glyphs, GuardEntry, LogLevel, Power, RuleEntry, Severity, Ui, View};
pub use limits::Limits;
pub use paths::Paths;
pub use profile::{Grant, Profile, Sso, Welcome};

use file::ConfigFile;

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
    /// Every profile of the file, in the order of their names.
    pub profiles: Vec<Profile>,
    /// How much goes into the log.
    pub log_level: LogLevel,
    /// Looks.
    pub ui: Ui,
    /// Keys that were given to actions: action, keys.
    pub keys: Vec<(String, Vec<String>)>,
    /// Views of the list.
    pub views: Vec<View>,
    /// The operator's rules.
    pub rules: Vec<RuleEntry>,
    /// The operator's guards.
    pub guards: Vec<GuardEntry>,
    /// How many days `runs purge` keeps finished runs where it is not told.
    pub keep_days: u32,
    /// The file that was read, if there was one.
    pub config: Option<PathBuf>,
    may_write: bool,
}

impl Settings {
    /// The reserved profile `sandbox`, for a sandbox that runs: write and teardown allowed, unless it was narrowed by `--read-only`.
    pub fn sandbox(&self, welcome: &Welcome) -> Result<Profile, SettingsError> {
        let mut profile = Profile::of_sandbox(welcome)?;
        profile.write = self.may_write;
        Ok(profile)
    }
}

/// How many days finished runs are kept where nothing says it. A file that a variable named may only keep them longer.
const KEEP_DAYS: u32 = 90;

/// Reads and checks the whole configuration, then chooses the profile: the one named, the default, the only one, and the sandbox if there
/// is none.
pub fn load(paths: &Paths, overrides: &Overrides) -> Result<Settings, SettingsError> {
    let usual = paths.config_file();
    let (named, is_narrowing) = match (&overrides.config, &overrides.narrowing_config) {
        (Some(flag), _) => (Some(flag), false),
        (None, variable) => (variable.as_ref(), variable.is_some()),
    };
    let shown = named.unwrap_or(&usual);
    let text = match std::fs::read_to_string(shown) {
        Ok(text) => Some(text),
        // Only the usual place may be empty: a file that was named and is not there is a mistake.
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(SettingsError::Unreadable {
                file: shown.clone(),
                why: error.to_string(),
            });
        }
    };
    let file = text.as_deref().map_or_else(
        || Ok(ConfigFile::default()),
        |text| ConfigFile::parse(text, shown),
    )?;
    let mut profiles = file.profiles(shown)?;
    for profile in &mut profiles {
        if is_narrowing {
            profile.narrow();
        }
        profile.write = (profile.write || overrides.write) && !overrides.read_only;
    }
    let chosen = choose(&profiles, file.default_profile.as_deref(), overrides, shown)?;
    let keep_days = file.journal.keep_days.unwrap_or(KEEP_DAYS);
    Ok(Settings {
        chosen,
        profiles,
        log_level: overrides.log_level.or(file.log_level).unwrap_or_default(),
        ui: file.ui,
        keys: file
            .keys
            .into_iter()
            .map(|(action, keys)| (action, keys.into()))
            .collect(),
        views: file.view,
        rules: file.rule,
        guards: file.guard,
        keep_days: if is_narrowing {
            keep_days.max(KEEP_DAYS)
        } else {
            keep_days
        },
        config: text.is_some().then(|| shown.clone()),
        may_write: !overrides.read_only,
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
