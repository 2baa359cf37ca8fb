//! `logout`: the secret of a profile is removed, wherever it is kept. Tokens need no removing: each lives in the memory of one program, and
//! is given back or runs out.

use clap::Args;

use super::choice::{Choice, wrong_settings};
use super::exit::Exit;
use super::output;
use super::trouble::Trouble;
use crate::settings::editing::Draft;
use crate::settings::keyring::NoKeyring;
use crate::settings::secret::Safe;
use crate::settings::{Paths, Profile, Settings, kept_names};

/// `logout`.
#[derive(Debug, Args)]
pub(super) struct Logout {
    /// The profile
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// Remove the profile from the configuration as well
    #[arg(long)]
    forget: bool,
}

impl Logout {
    /// Removes it.
    pub(super) fn run(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        let Some(name) = self.name.as_ref().or(choice.profile.as_ref()) else {
            return Err(Trouble::usage("which profile?")
                .hint("unstick logout NAME; `unstick profiles` has the names"));
        };
        let usual = paths.config_file();
        let file = settings.config.as_deref().unwrap_or(&usual);
        let profile = settings.profile(name).map_err(wrong_settings)?;
        if profile.is_stranger {
            output::words(&format!(
                "What is kept under `{name}` is for another client or other addresses, and stays."
            ));
        } else {
            clear(profile, paths)?;
        }
        if std::env::var_os("UNSTICK_CLIENT_SECRET").is_some_and(|value| !value.is_empty()) {
            output::words("UNSTICK_CLIENT_SECRET is set still.");
        }
        if let Some(org_id) = &profile.org_id {
            kept_names::forget(paths, org_id).map_err(|error| {
                Trouble::said(
                    Exit::Usage,
                    format!("the names kept of organisation {org_id} cannot be removed: {error}"),
                )
            })?;
            output::words("The names kept of its organisation are gone.");
        }
        if self.forget {
            let mut draft = Draft::of(file).map_err(wrong_settings)?;
            let was_default = draft.forget(name).map_err(wrong_settings)?;
            draft.save().map_err(wrong_settings)?;
            let more = if was_default {
                "; it was the default, and there is none now"
            } else {
                ""
            };
            output::words(&format!(
                "Profile `{name}` is gone from {}{more}.",
                file.display()
            ));
        } else {
            output::words(&format!(
                "The profile stays; unstick login {name} signs in again."
            ));
        }
        Ok(Exit::Done)
    }
}

/// Removes the secret, and says from where.
fn clear(profile: &Profile, paths: &Paths) -> Result<(), Trouble> {
    let name = &profile.name;
    let (cleared, silent) = Safe::of(profile, paths)
        .clear()
        .map_err(|error| Trouble::new(Exit::Usage, error))?;
    for place in &cleared {
        output::words(&format!("The secret of `{name}` is gone from {place}."));
    }
    if let Some(NoKeyring(why)) = silent {
        output::words(&format!("The system's keyring was not looked into: {why}."));
    }
    if cleared.is_empty() {
        output::words(&format!("No secret of `{name}` was kept."));
    }
    Ok(())
}
