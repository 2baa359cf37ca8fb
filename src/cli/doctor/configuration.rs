//! The configuration, the profile that would be opened, and where its secret comes from. The secret itself is not read here.

use std::path::Path;
use std::time::Duration;

use serde_json::json;

use super::line::{Group, Line};
use crate::cli::choice::Choice;
use crate::cli::exit::Exit;
use crate::cli::route;
use crate::settings::secret::{Given, Place, Safe, SecretError};
use crate::settings::{Chosen, Grant, Paths, Profile, Settings, SettingsError};

const GROUP: Group = Group::Settings;

/// A keyring may ask its owner for a password, and nobody may be there to give it.
const PATIENCE: Duration = Duration::from_secs(3);

/// What can be said of settings, whether they can be used or not.
pub(super) async fn lines(
    settings: &Result<Settings, SettingsError>,
    choice: &Choice,
    paths: &Paths,
) -> Vec<Line> {
    let mut lines = vec![file(settings, paths), profile(settings, choice)];
    if let Ok(settings) = settings
        && let Chosen::Profile(profile) = &settings.chosen
    {
        lines.push(secret_of(profile, choice, paths).await);
        lines.extend(profile.ca_file.as_deref().map(authority));
    }
    lines
}

/// Whether nothing was chosen that could be signed in to: no profile, and no sandbox asked for.
pub(super) fn is_signed_out(settings: &Settings, choice: &Choice) -> bool {
    let asked = choice.sandbox.is_some() || choice.profile.is_some();
    settings.chosen == Chosen::Sandbox && settings.profiles.is_empty() && !asked
}

fn file(settings: &Result<Settings, SettingsError>, paths: &Paths) -> Line {
    const CHECK: &str = "configuration";
    match settings {
        Ok(Settings {
            config: Some(file),
            profiles,
            ..
        }) => {
            let names: Vec<&str> = profiles.iter().map(|one| one.name.as_str()).collect();
            let what = format!("{}: {}", file.display(), profiles_in_words(&names));
            Line::ok(GROUP, CHECK, what)
        }
        Ok(_) => {
            let place = paths.config_file();
            let what = format!("none at {}: everything is as it comes", place.display());
            Line::ok(GROUP, CHECK, what)
        }
        // The file itself is good.
        Err(SettingsError::WhichProfile { names }) => {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            Line::ok(GROUP, CHECK, profiles_in_words(&names))
        }
        Err(SettingsError::NoProfile { file, .. }) => {
            Line::ok(GROUP, CHECK, file.display().to_string())
        }
        Err(error) => Line::bad(GROUP, CHECK, error.to_string(), Exit::Usage)
            .mend("mend it there; nothing is opened before"),
    }
}

fn profiles_in_words(names: &[&str]) -> String {
    match names {
        [] => "no profiles".to_owned(),
        [one] => format!("profile {one}"),
        several => format!("profiles {}", several.join(", ")),
    }
}

fn profile(settings: &Result<Settings, SettingsError>, choice: &Choice) -> Line {
    const CHECK: &str = "profile";
    match settings {
        Ok(settings) if is_signed_out(settings, choice) => Line::warn(
            GROUP,
            CHECK,
            "none: signed out; the console opens the sandbox",
        )
        .mend("unstick login sets one up"),
        Ok(Settings {
            chosen: Chosen::Profile(profile),
            ..
        }) => chosen(profile),
        Ok(_) => Line::ok(GROUP, CHECK, "sandbox: a pretend organisation"),
        Err(error @ (SettingsError::WhichProfile { .. } | SettingsError::NoProfile { .. })) => {
            Line::bad(GROUP, CHECK, error.to_string(), Exit::Usage)
        }
        Err(_) => Line::unknown(GROUP, CHECK, "not chosen: the configuration cannot be used"),
    }
}

fn chosen(profile: &Profile) -> Line {
    let power = if profile.write {
        "may end chats"
    } else {
        "read-only"
    };
    let api = profile.api_url().host();
    let what = format!("{} {}, {api}, {power}", profile.name, profile.label);
    Line::ok(GROUP, "profile", what).detail(json!({
        "name": profile.name,
        "label": profile.label,
        "api_host": api,
        "login_host": profile.login_url().host(),
        "client_id": profile.client_id,
        "org_id": profile.org_id,
        "write": profile.write,
        "allow_teardown": profile.allow_teardown,
    }))
}

/// Where the secret is taken from, in the order in which places are looked at. What was given for this once is not read: it would be
/// used up.
async fn secret_of(profile: &Profile, choice: &Choice, paths: &Paths) -> Line {
    const CHECK: &str = "secret";
    if let Some(number) = choice.secret_fd {
        return Line::ok(GROUP, CHECK, format!("from {}", Place::Descriptor(number)));
    }
    if std::env::var_os("UNSTICK_CLIENT_SECRET").is_some_and(|value| !value.is_empty()) {
        return Line::ok(GROUP, CHECK, format!("from {}", Place::Variable));
    }
    let is_person = profile.grant == Grant::Code;
    let (profile, paths) = (profile.clone(), paths.clone());
    let found = in_time(move || {
        let safe = Safe::of(&profile, &paths);
        safe.find(Given::default()).map(|(_, place)| place)
    });
    match found.await {
        Some(Ok(place)) => Line::ok(GROUP, CHECK, format!("from {place}{}", mode(&place))),
        Some(Err(SecretError::Missing { .. })) if is_person => {
            Line::ok(GROUP, CHECK, "none, and none needed: a person signs in")
        }
        Some(Err(error)) => Line::bad(GROUP, CHECK, error.to_string(), Exit::Usage),
        None => Line::unknown(
            GROUP,
            CHECK,
            "the system's keyring does not answer within 3 s",
        ),
    }
}

/// Whom the profile trusts besides the system's authorities.
fn authority(file: &Path) -> Line {
    const CHECK: &str = "ca_file";
    let shown = file.display();
    match route::unusable(file) {
        None => Line::ok(
            GROUP,
            CHECK,
            format!("{shown}, trusted besides the system's"),
        ),
        Some(why) => Line::bad(GROUP, CHECK, format!("{shown}: {why}"), Exit::Usage),
    }
}

/// Asks what may wait for somebody who is not there, and waits only so long.
pub(super) async fn in_time<T: Send + 'static>(
    ask: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let asked = tokio::task::spawn_blocking(ask);
    tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()
}

/// The permissions of a file, where there are any.
#[cfg(unix)]
fn mode(place: &Place) -> String {
    use std::os::unix::fs::MetadataExt as _;
    let Place::File(file) = place else {
        return String::new();
    };
    let found = file.symlink_metadata();
    found.map_or_else(
        |_| String::new(),
        |found| format!(" (mode {:04o})", found.mode() & 0o777),
    )
}

#[cfg(not(unix))]
fn mode(_place: &Place) -> String {
    String::new()
}
