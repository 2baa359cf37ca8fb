//! The way to an organisation: through which proxy, and trusting whom.

use std::path::Path;

use super::beacon;
use super::exit::Exit;
use super::trouble::Trouble;
use crate::settings::proxy::Proxy;
use crate::settings::{Paths, Profile};

/// Variables that name a proxy; the HTTP client reads them by itself, sign-in included.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Variables that name hosts which are reached without one.
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The variable that names a proxy, and the proxy's address, a sign-in included. It goes before the file, `direct` too, and before what the
/// system says.
pub(super) fn by_variable() -> Option<(&'static str, String)> {
    VARIABLES.into_iter().find_map(said)
}

/// The hosts that are reached without a proxy.
pub(super) fn exceptions() -> Option<String> {
    EXCEPTIONS
        .into_iter()
        .find_map(said)
        .map(|(_, hosts)| hosts)
}

/// The proxy of the configuration, where the environment names none.
pub(super) fn proxy(profile: &Profile) -> Option<Proxy> {
    match by_variable() {
        Some(_) => None,
        None => profile.proxy.clone(),
    }
}

/// What is no text, or nothing, the HTTP client passes over too.
fn said(name: &'static str) -> Option<(&'static str, String)> {
    let value = std::env::var(name).ok().filter(|said| !said.is_empty())?;
    Some((name, value))
}

/// Why a file of authorities cannot be used, if it cannot.
pub(super) fn unusable(ca_file: &Path) -> Option<String> {
    match std::fs::read_to_string(ca_file) {
        Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => None,
        Ok(_) => Some("it holds no certificate in PEM form".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

/// Whom to trust besides the system's authorities: those of the profile's `ca_file`, or a running sandbox's own.
pub(super) fn authorities(profile: &Profile, paths: &Paths) -> Result<Option<Vec<u8>>, Trouble> {
    if let Some(file) = &profile.ca_file {
        return std::fs::read(file).map(Some).map_err(|error| {
            let what = format!(
                "ca_file of profile `{}`: {} cannot be read",
                profile.name,
                file.display()
            );
            Trouble::new(Exit::Usage, anyhow::Error::new(error).context(what))
                .hint("nothing was sent; mend the path, or take the key out")
        });
    }
    if profile.api_url().is_loopback() {
        return Ok(beacon::trusted(paths, profile.api_url().as_str()));
    }
    Ok(None)
}
