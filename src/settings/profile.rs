//! A profile: one organisation, as whom to open it, and what may be done there.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

use super::error::SettingsError;
use super::limits::{Limits, LimitsEntry};
use super::proxy::{Proxy, Shared};
use super::region::{Addresses, BaseUrl};

/// The reserved name of the built-in profile.
pub const SANDBOX: &str = "sandbox";

/// The label of every pretend organisation, and of no real one.
pub const SANDBOX_LABEL: &str = "SANDBOX";

/// The label of a real profile that names none: the careful guess.
const UNLABELLED: &str = "PROD";

/// A profile, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the file"
)]
pub struct Profile {
    /// Its name; part of the phrase that confirms.
    pub name: String,
    /// The badge: `PROD`, `STAGE`, `SANDBOX`, …
    pub label: String,
    /// The region or domain as configured; absent for a pretend organisation.
    pub region: Option<String>,
    /// Where it is.
    pub addresses: Addresses,
    /// The OAuth client.
    pub client_id: String,
    /// How its token is got.
    pub grant: Grant,
    /// Where people's own sign-in is, if not at the platform.
    pub sso: Option<Sso>,
    /// The organisation it must turn out to be.
    pub org_id: Option<String>,
    /// Requests that change something may be sent.
    pub write: bool,
    /// A teardown may be planned.
    pub allow_teardown: bool,
    /// The wrap-up code, by id or by unique name.
    pub wrap_up: Option<String>,
    /// Changes are listened for beside polling.
    pub notifications: bool,
    /// Names and texts are masked from the start.
    pub privacy: bool,
    /// How much may be done at once.
    pub limits: Limits,
    /// The proxy that the file names; a variable goes before it.
    pub proxy: Option<Proxy>,
    /// A file of certificate authorities (PEM) to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// A configuration that a variable named says this, and the usual file knows no such client at such addresses under this name: what
    /// is kept under the name is not this one's.
    pub is_stranger: bool,
}

impl Profile {
    /// REST.
    pub fn api_url(&self) -> &BaseUrl {
        &self.addresses.api
    }

    /// OAuth.
    pub fn login_url(&self) -> &BaseUrl {
        &self.addresses.login
    }

    /// A pretend organisation on this machine.
    pub fn is_pretend(&self) -> bool {
        self.addresses.api.is_loopback()
    }

    /// The built-in profile on a sandbox that runs.
    pub(super) fn of_sandbox(welcome: &Welcome) -> Result<Self, SettingsError> {
        let addresses = Addresses::of_loopback(&welcome.url, &welcome.login_url)
            .map_err(|error| SettingsError::Sandbox(error.to_string()))?;
        Ok(Self {
            name: SANDBOX.to_owned(),
            label: SANDBOX_LABEL.to_owned(),
            region: None,
            addresses,
            client_id: welcome.client_id.clone(),
            grant: Grant::ClientCredentials,
            sso: None,
            org_id: Some(welcome.org_id.clone()),
            write: true,
            allow_teardown: true,
            wrap_up: welcome.wrap_up.clone(),
            notifications: true,
            privacy: false,
            limits: Limits::SANDBOX,
            proxy: None,
            ca_file: None,
            is_stranger: false,
        })
    }

    pub(super) fn of_entry(
        name: &str,
        entry: &ProfileEntry,
        shared: &Shared<'_>,
    ) -> Result<Self, String> {
        check_name(name)?;
        let addresses = entry.addresses()?;
        let is_pretend = addresses.api.is_loopback();
        let label = match &entry.label {
            _ if is_pretend => SANDBOX_LABEL,
            None => UNLABELLED,
            Some(label) => check_label(label)?,
        };
        let defaults = Limits::fresh(is_pretend, label);
        Ok(Self {
            name: name.to_owned(),
            label: label.to_owned(),
            region: entry.region.clone().or_else(|| entry.domain.clone()),
            addresses,
            client_id: required("client_id", entry.client_id.as_deref())?,
            grant: entry.grant,
            sso: entry.sso.clone(),
            org_id: entry.org_id.clone(),
            write: entry.write,
            allow_teardown: entry.allow_teardown,
            wrap_up: entry.wrap_up.clone(),
            notifications: entry.notifications.unwrap_or(true),
            privacy: entry.privacy.default,
            limits: defaults.with(shared.limits).with(&entry.limits),
            proxy: shared.proxy(entry.proxy.as_deref())?,
            ca_file: shared.ca_file(entry.ca_file.as_deref()),
            is_stranger: false,
        })
    }

    /// What remains when the configuration came from a variable: nothing that the usual file's own profile of this name could not do; where
    /// it has none, or another organisation's, nothing that a fresh one could not. `shared` is what that file says of all profiles.
    pub(super) fn narrow(&mut self, own: Option<&Self>, shared: &LimitsEntry) {
        self.write = false;
        self.allow_teardown = false;
        // Whom to trust and through whom to go are powers, too.
        self.proxy = None;
        self.ca_file = None;
        self.is_stranger = own
            .is_none_or(|own| own.addresses != self.addresses || own.client_id != self.client_id);
        if let Some(own) = own {
            // A pretend organisation is always badged so, and a real one never.
            if own.is_pretend() == self.is_pretend() {
                self.label.clone_from(&own.label);
            }
            self.org_id = own.org_id.clone().or(self.org_id.take());
            self.privacy |= own.privacy;
            self.notifications = own.notifications;
            self.limits = self.limits.narrowed_to(&own.limits);
        }
        if self.is_stranger {
            let fresh = Limits::fresh(self.is_pretend(), &self.label);
            let fresh = fresh.narrowed_to(&fresh.clone().with(shared));
            self.limits = self.limits.narrowed_to(&fresh);
        }
    }

    /// What remains of it where it was open before, as it was left then: nothing that it could not do. What would allow more is the answer,
    /// by its key.
    pub fn held_to(&mut self, left: &Self) -> Vec<&'static str> {
        let said = self.clone();
        self.write &= left.write;
        self.allow_teardown &= left.allow_teardown;
        self.org_id = self.org_id.take().or_else(|| left.org_id.clone());
        self.limits = self.limits.narrowed_to(&left.limits);
        let (old, new) = (&said.limits, &self.limits);
        let held = [
            ("write", said.write != self.write),
            ("allow_teardown", said.allow_teardown != self.allow_teardown),
            ("org_id", said.org_id != self.org_id),
            ("max_batch", old.max_batch != new.max_batch),
            ("canary", old.canary != new.canary),
            ("max_parallel", old.max_parallel != new.max_parallel),
            (
                "requests_per_minute",
                old.requests_per_minute != new.requests_per_minute,
            ),
            ("max_per_hour", old.max_per_hour != new.max_per_hour),
            ("require_note", old.require_note != new.require_note),
            ("recent_reply", old.recent_reply != new.recent_reply),
        ];
        let held = held.into_iter().filter(|(_, is_held)| *is_held);
        held.map(|(key, _)| key).collect()
    }
}

/// How a profile's token is got.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// The client shows its secret, and stands for itself.
    #[default]
    ClientCredentials,
    /// A person signs in, in a browser.
    Code,
}

impl Grant {
    /// Every grant.
    pub const ALL: [Self; 2] = [Self::ClientCredentials, Self::Code];

    /// Its word in the configuration and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client-credentials",
            Self::Code => "code",
        }
    }
}

/// `sso` of a profile: sends the browser to an identity provider at once. The platform wants both (`genesys-api.md` 1.3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sso {
    /// The organisation's short name.
    pub org: String,
    /// The provider's name.
    pub provider: String,
}

/// `[profiles.NAME]` as it is written.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ProfileEntry {
    /// The region by its AWS name, like `eu-west-1`; or `domain`, or `api_url` with `login_url`.
    region: Option<String>,
    /// The platform's domain in a region that this program does not know, like `usw2.pure.cloud`.
    domain: Option<String>,
    /// REST of a pretend organisation on this machine.
    api_url: Option<String>,
    /// OAuth of a pretend organisation on this machine.
    login_url: Option<String>,
    /// The OAuth client's id.
    client_id: Option<String>,
    /// How the token is got: by the client's secret, or by a person who signs in, in a browser.
    grant: Grant,
    /// The identity provider to which the browser goes at once.
    sso: Option<Sso>,
    /// The organisation it must turn out to be.
    org_id: Option<String>,
    /// The badge: PROD, STAGE, TEST.
    label: Option<String>,
    /// Conversations may be ended.
    write: bool,
    /// A teardown may be planned.
    allow_teardown: bool,
    /// The wrap-up code, by id or by unique name.
    wrap_up: Option<String>,
    /// The proxy: `http://host:port`, or `direct` for none at all. `HTTPS_PROXY` goes before it.
    proxy: Option<String>,
    /// A file of certificate authorities (PEM) to trust beside the system's.
    ca_file: Option<PathBuf>,
    /// Changes are listened for beside polling; true where nothing is said.
    notifications: Option<bool>,
    /// What is shown.
    privacy: Privacy,
    /// Limits of this profile.
    limits: LimitsEntry,
}

/// `privacy` of a profile.
#[derive(Debug, Clone, Copy, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Privacy {
    /// Names and texts are masked from the start.
    default: bool,
}

impl ProfileEntry {
    /// Exactly one way of saying where the organisation is.
    fn addresses(&self) -> Result<Addresses, String> {
        let addresses = match (&self.region, &self.domain, &self.api_url, &self.login_url) {
            (Some(region), None, None, None) => Addresses::of_region(region),
            (None, Some(domain), None, None) => Addresses::of_domain(domain),
            (None, None, Some(api), Some(login)) => Addresses::of_loopback(api, login),
            (None, None, None, None) => {
                return Err(
                    "it does not say where it is. Add `region = \"eu-west-1\"`, or `domain`"
                        .to_owned(),
                );
            }
            (None, None, _, _) => {
                return Err("`api_url` and `login_url` belong together; one is missing".to_owned());
            }
            _ => {
                return Err("it says in two ways where it is. Keep `region`, or `domain`, or `api_url` with `login_url`".to_owned());
            }
        };
        addresses.map_err(|error| error.to_string())
    }
}

fn required(key: &str, said: Option<&str>) -> Result<String, String> {
    said.map(str::trim)
        .filter(|said| !said.is_empty())
        .map(str::to_owned)
        .ok_or_else(|| format!("`{key}` is missing"))
}

/// A profile's name is typed to confirm, so it must be easy to type and never look like something else; and it is the name of a file.
pub fn check_name(name: &str) -> Result<(), String> {
    if name == SANDBOX {
        return Err("`sandbox` is the built-in profile; choose another name".to_owned());
    }
    let is_plain =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    let begins_well = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !begins_well || name.len() > 32 || !name.chars().all(is_plain) {
        return Err(
            "a name has 1 to 32 lower-case letters, digits, dots, dashes and underscores, and begins with a letter or a digit"
                .to_owned(),
        );
    }
    Ok(())
}

/// A label is a badge: short, in capital letters, and never a pretend organisation's on a real one.
pub fn check_label(label: &str) -> Result<&str, String> {
    if label == SANDBOX_LABEL {
        return Err(
            "the label `SANDBOX` belongs to pretend organisations; a real one needs another"
                .to_owned(),
        );
    }
    let is_plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if label.is_empty() || label.len() > 12 || !label.chars().all(is_plain) {
        return Err(
            "a label has 1 to 12 capital letters, digits and dashes, like `PROD`".to_owned(),
        );
    }
    Ok(label)
}

/// What a sandbox says of itself when it starts: the object that `sandbox serve` prints and `GET /sandbox/` answers.
#[derive(Debug, Clone, Deserialize)]
pub struct Welcome {
    /// REST.
    pub url: String,
    /// OAuth.
    pub login_url: String,
    /// The organisation; new at each start.
    pub org_id: String,
    /// Its name.
    pub org_name: String,
    /// The OAuth client.
    pub client_id: String,
    /// Its secret; worth nothing anywhere else, and wiped like any other.
    pub client_secret: secrecy::SecretString,
    /// The certificate authority to trust, if it speaks TLS.
    #[serde(default)]
    pub ca_file: Option<std::path::PathBuf>,
    /// A wrap-up code, if it presets one.
    #[serde(default)]
    pub wrap_up: Option<String>,
}
