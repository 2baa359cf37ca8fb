//! `profiles`: which organisations there are, as whom they are opened, and where the secret of each is. Never the secret.

use clap::Args;
use serde_json::json;

use super::access::given;
use super::choice::{Choice, wrong_settings};
use super::exit::Exit;
use super::trouble::Trouble;
use super::{output, printed};
use crate::app::lookout::profiles::KnownProfile;
use crate::settings::editing::Draft;
use crate::settings::profile::{SANDBOX, SANDBOX_LABEL};
use crate::settings::secret::{Given, Safe, SecretError};
use crate::settings::{Grant, Limits, Paths, Profile, Settings};

/// `profiles`.
#[derive(Debug, Args)]
pub(super) struct Profiles {
    /// One JSON object a line
    #[arg(long)]
    json: bool,
    /// Make this one the profile that is opened where none is named
    #[arg(long, value_name = "NAME")]
    default: Option<String>,
}

/// What is said of one.
struct Line {
    name: String,
    label: String,
    place: String,
    grant: &'static str,
    write: bool,
    /// Where its secret is; or in a word why there is none.
    secret: &'static str,
    is_default: bool,
    org_id: Option<String>,
}

impl Profiles {
    /// Prints them.
    pub(super) fn run(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        if let Some(name) = &self.default {
            return set_default(name, settings, paths);
        }
        let default = settings.opened_by_itself();
        let mut lines = Vec::new();
        for profile in &settings.profiles {
            let is_default = default == Some(profile.name.as_str());
            lines.push(Line::of(
                profile,
                secret_word(profile, choice, paths),
                is_default,
            ));
        }
        lines.push(Line::sandbox(default == Some(SANDBOX)));
        if self.json {
            for line in &lines {
                output::json_line(&line.json())?;
            }
        } else {
            let rows: Vec<[String; 8]> = lines.iter().map(Line::cells).collect();
            let heads = [
                "NAME",
                "LABEL",
                "WHERE",
                "SIGN-IN",
                "MODE",
                "SECRET",
                "DEFAULT",
                "ORGANISATION",
            ];
            output::data(&printed::table(heads, &rows))?;
        }
        Ok(Exit::Done)
    }
}

/// What a screen shows of each, the built-in one last. No secret is looked for.
pub(super) fn known(settings: &Settings) -> Vec<KnownProfile> {
    let default = settings.opened_by_itself();
    let one = |line: Line, limits: &Limits| KnownProfile {
        name: line.name,
        label: line.label,
        place: line.place,
        writes: line.write,
        sign_in: line.grant.to_owned(),
        org_id: line.org_id,
        is_default: line.is_default,
        limits: (
            limits.max_batch,
            limits.max_parallel,
            limits.requests_per_minute,
        ),
    };
    let profiles = settings.profiles.iter().map(|profile| {
        let is_default = default == Some(profile.name.as_str());
        one(Line::of(profile, "", is_default), &profile.limits)
    });
    let sandbox = KnownProfile {
        sign_in: "pretend data".to_owned(),
        ..one(Line::sandbox(default == Some(SANDBOX)), &Limits::SANDBOX)
    };
    profiles.chain([sandbox]).collect()
}

fn set_default(name: &str, settings: &Settings, paths: &Paths) -> Result<Exit, Trouble> {
    if name != SANDBOX {
        settings.profile(name).map_err(wrong_settings)?;
    }
    let usual = paths.config_file();
    let file = settings.config.as_deref().unwrap_or(&usual);
    let mut draft = Draft::of(file).map_err(wrong_settings)?;
    draft.set_default(name);
    draft.save().map_err(wrong_settings)?;
    output::words(&format!("`{name}` is opened where no profile is named."));
    Ok(Exit::Done)
}

/// Where the secret is found. One that others can read is no secret that would be used.
fn secret_word(profile: &Profile, choice: &Choice, paths: &Paths) -> &'static str {
    let given = Given {
        // Its one secret is for the one profile that is opened.
        descriptor: None,
        ..given(choice)
    };
    match Safe::of(profile, paths).find(given) {
        Ok((_, place)) => place.word(),
        Err(SecretError::Missing { .. }) if profile.grant == Grant::Code => "not needed",
        Err(SecretError::Missing { .. }) => "missing",
        Err(_) => "refused",
    }
}

impl Line {
    fn of(profile: &Profile, secret: &'static str, is_default: bool) -> Self {
        let host = profile.api_url().host();
        Self {
            name: profile.name.clone(),
            label: profile.label.clone(),
            place: profile.region.clone().unwrap_or_else(|| host.to_owned()),
            grant: profile.grant.word(),
            write: profile.write,
            secret,
            is_default,
            org_id: profile.org_id.clone(),
        }
    }

    fn sandbox(is_default: bool) -> Self {
        Self {
            name: SANDBOX.to_owned(),
            label: SANDBOX_LABEL.to_owned(),
            place: "built in".to_owned(),
            grant: Grant::ClientCredentials.word(),
            write: true,
            secret: "its own",
            is_default,
            org_id: None,
        }
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "name": self.name,
            "label": self.label,
            "where": self.place,
            "grant": self.grant,
            "write": self.write,
            "secret": self.secret,
            "default": self.is_default,
            "org_id": self.org_id,
        })
    }

    fn cells(&self) -> [String; 8] {
        let mode = if self.write {
            "read-write"
        } else {
            "read-only"
        };
        let default = if self.is_default { "yes" } else { "-" };
        let organisation = match &self.org_id {
            Some(id) => id.clone(),
            None if self.name == SANDBOX => "new at each start".to_owned(),
            None => format!("not pinned: unstick login {}", self.name),
        };
        [
            self.name.clone(),
            self.label.clone(),
            self.place.clone(),
            self.grant.to_owned(),
            mode.to_owned(),
            self.secret.to_owned(),
            default.to_owned(),
            organisation,
        ]
    }
}
