//! Flags that every command takes which needs an organisation, and the settings that follow from them.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;
use secrecy::SecretString;

use super::browser;
use super::exit::Exit;
use super::pretend::Staging;
use super::trouble::Trouble;
use crate::settings::{Glyphs, LogLevel, Overrides, Paths, Settings, SettingsError, load};

/// The heading of what says which organisation is meant, and what may be done to it.
pub(super) const ORGANISATION: &str = "Which organisation";
/// The heading of what every command takes.
const EVERYWHERE: &str = "Everywhere";

/// Flags that every command takes which needs an organisation.
#[derive(Debug, Clone, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(super) struct Choice {
    /// The profile to open
    #[arg(long, global = true, hide_short_help = true, help_heading = ORGANISATION, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// The pretend one: that which runs, else `demo`; a scenario; an address
    #[arg(long, global = true, hide_short_help = true, help_heading = ORGANISATION, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "")]
    pub(super) sandbox: Option<String>,
    #[command(flatten)]
    pub(super) staging: Staging,
    /// Nothing can be ended, whatever the profile says
    #[arg(long, global = true, hide_short_help = true, help_heading = ORGANISATION, conflicts_with = "write")]
    pub(super) read_only: bool,
    /// Chats can be ended, though the profile is read-only
    #[arg(long, global = true, hide_short_help = true, help_heading = ORGANISATION)]
    pub(super) write: bool,
    /// This configuration instead of the usual one
    #[arg(long, global = true, hide_short_help = true, help_heading = ORGANISATION, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Read the client's secret from this open file
    #[arg(long, global = true, hide_short_help = true, help_heading = ORGANISATION, value_name = "N")]
    pub(super) secret_fd: Option<u32>,
    /// Show the address of a sign-in, open no browser
    #[arg(long, global = true, hide_short_help = true, help_heading = EVERYWHERE)]
    pub(super) no_browser: bool,
    /// No colours
    #[arg(long, global = true, hide_short_help = true, help_heading = EVERYWHERE)]
    pub(super) no_color: bool,
    /// The console as lines, for screen readers and plain terminals: no colours, nothing is drawn over; also `UNSTICK_ACCESSIBLE=1`
    #[arg(long, global = true, help_heading = EVERYWHERE, hide_short_help = true)]
    pub(super) accessible: bool,
    /// Which characters may be drawn
    #[arg(long, global = true, hide_short_help = true, help_heading = EVERYWHERE, value_parser = glyphs, value_name = "unicode|ascii")]
    pub(super) glyphs: Option<Glyphs>,
    /// Ask nothing; what is missing is an error
    #[arg(long, global = true, hide_short_help = true, help_heading = EVERYWHERE)]
    pub(super) no_input: bool,
    /// Log off, error, warn, info, debug or trace
    #[arg(long, global = true, hide_short_help = true, help_heading = EVERYWHERE, value_parser = LogLevel::parse, value_name = "LEVEL")]
    pub(super) log_level: Option<LogLevel>,
    /// No flag: what became of the secret that was handed to this program.
    #[arg(skip)]
    pub(super) handed: Handed,
}

/// The secret that the command line or the environment hands to this program. It is for the profile that is opened first, and for no other.
#[derive(Debug, Clone, Default)]
pub(super) enum Handed {
    /// Nobody has looked yet.
    #[default]
    Unread,
    /// There is none for the profile that is opened.
    Nothing,
    /// This one: what was read from an open file cannot be read again.
    Known(SecretString),
}

fn glyphs(word: &str) -> Result<Glyphs, String> {
    match word {
        "unicode" => Ok(Glyphs::Unicode),
        "ascii" => Ok(Glyphs::Ascii),
        _ => Err("there are `unicode` and `ascii`".to_owned()),
    }
}

impl Choice {
    /// Flags, environment and file in one.
    pub(super) fn settings(&self, paths: &Paths) -> Result<Settings, SettingsError> {
        self.settings_of(paths, self.profile.clone(), self.sandbox.is_some())
    }

    /// The same for what concerns no organisation: which one would be opened does not matter, and need not be said.
    pub(super) fn settings_of_no_profile(&self, paths: &Paths) -> Result<Settings, SettingsError> {
        self.settings_of(paths, None, true)
    }

    /// What is asked for where the sandbox is opened: an address, a scenario, or the one that runs, which is said by nothing.
    pub(super) fn wanted_sandbox(&self) -> &str {
        let is_named = self.sandbox.is_some() || self.profile.is_some();
        let unnamed = if is_named { "" } else { "demo" };
        self.sandbox.as_deref().unwrap_or(unnamed)
    }

    /// A sign-in may open a browser: neither the flag nor the environment says otherwise.
    pub(super) fn may_open_a_browser(&self) -> bool {
        !self.no_browser && !browser::is_unwanted()
    }

    /// The console is spoken as lines: a flag or a variable says so, or the terminal can do nothing else.
    pub(super) fn is_spoken(&self) -> bool {
        let says = |name: &str| std::env::var(name).unwrap_or_default();
        let variable = says("UNSTICK_ACCESSIBLE");
        let is_on = !matches!(variable.as_str(), "" | "0" | "false");
        let is_dumb = says("TERM") == "dumb" && io::stdout().is_terminal();
        self.accessible || is_on || is_dumb
    }

    fn settings_of(
        &self,
        paths: &Paths,
        profile: Option<String>,
        sandbox: bool,
    ) -> Result<Settings, SettingsError> {
        let overrides = self.overrides(profile, sandbox)?;
        load(paths, &overrides)
    }

    /// What flags and variables say.
    pub(super) fn overrides(
        &self,
        profile: Option<String>,
        sandbox: bool,
    ) -> Result<Overrides, SettingsError> {
        let flags = Overrides {
            profile,
            sandbox,
            config: self.config.clone(),
            narrowing_config: None,
            read_only: self.read_only,
            write: self.write,
            log_level: self.log_level,
        };
        flags.with_environment(|name| std::env::var_os(name))
    }
}

/// Settings that cannot be used.
pub(super) fn wrong_settings(error: SettingsError) -> Trouble {
    Trouble::new(Exit::Usage, error).hint("nothing was sent; mend it and start again")
}
