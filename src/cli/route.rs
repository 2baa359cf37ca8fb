//! The way to an organisation: through which proxy, and trusting whom.

use super::beacon;
use super::exit::Exit;
use super::trouble::Trouble;
use crate::settings::proxy::Proxy;
use crate::settings::{Paths, Profile};

/// Variables that name a proxy; the HTTP client reads them by itself, sign-in included.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The proxy of the configuration, where the environment names none: variables go before the file, and before what the system says.
pub(super) fn proxy(profile: &Profile) -> Option<Proxy> {
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if VARIABLES.iter().any(is_set) {
        return None;
    }
    profile.proxy.clone()
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
