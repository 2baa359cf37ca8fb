//! Through which proxy an organisation is reached, and whom to trust on the way, as the file says it. A proxy's sign-in is a secret, so
//! it has no place in the file: it is taken from `HTTPS_PROXY` alone, which the HTTP client reads by itself.

use std::fmt;
use std::path::{Path, PathBuf};

use super::limits::LimitsEntry;
use super::region::shown;

/// A proxy, as the file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proxy {
    /// None, whatever the system says.
    Direct,
    /// This one, by CONNECT; it never sees what passes.
    Through(String),
}

impl Proxy {
    /// Reads `direct` or `http://host:port`. Like every address here it is compared as text: what a URL parser would forgive is refused.
    pub(super) fn parse(said: &str) -> Result<Self, String> {
        if said == "direct" {
            return Ok(Self::Direct);
        }
        let text = said.strip_suffix('/').unwrap_or(said);
        let host = ["http://", "https://"]
            .into_iter()
            .find_map(|scheme| text.strip_prefix(scheme));
        if host.is_some_and(|host| host.contains('@')) {
            return Err(format!(
                "proxy: `{}` has a sign-in in it, and this file keeps no secrets. Leave it out here, and set HTTPS_PROXY to the whole address",
                shown(said)
            ));
        }
        let is_plain =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        let fits = host
            .and_then(|host| host.rsplit_once(':'))
            .is_some_and(|(name, port)| {
                let is_name = !name.is_empty() && name.chars().all(is_plain);
                is_name && port.parse::<u16>().is_ok_and(|port| port != 0)
            });
        if fits {
            Ok(Self::Through(text.to_owned()))
        } else {
            Err(format!(
                "proxy: `{}` is not a proxy's address. Write it like `http://proxy.example.com:3128`, or `direct` for none",
                shown(said)
            ))
        }
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Direct => f.write_str("direct"),
            Self::Through(url) => f.write_str(url),
        }
    }
}

/// What the file says for every profile.
pub(super) struct Shared<'a> {
    /// `[limits]`.
    pub(super) limits: &'a LimitsEntry,
    /// `proxy`.
    pub(super) proxy: Option<&'a str>,
    /// `ca_file`.
    pub(super) ca_file: Option<&'a Path>,
    /// The folder of the file, in which names of other files are meant.
    pub(super) folder: &'a Path,
}

impl Shared<'_> {
    /// The profile's, else the file's.
    pub(super) fn proxy(&self, own: Option<&str>) -> Result<Option<Proxy>, String> {
        own.or(self.proxy).map(Proxy::parse).transpose()
    }

    /// The profile's, else the file's.
    pub(super) fn ca_file(&self, own: Option<&Path>) -> Option<PathBuf> {
        own.or(self.ca_file).map(|file| self.folder.join(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t49_a_proxy_is_a_bare_address_and_a_sign_in_in_it_is_refused_and_not_repeated() {
        for good in [
            "http://proxy.example.com:3128",
            "http://10.0.0.1:80/",
            "http://[::1]:8080",
        ] {
            assert!(
                matches!(Proxy::parse(good), Ok(Proxy::Through(_))),
                "{good}"
            );
        }
        assert_eq!(Proxy::parse("direct"), Ok(Proxy::Direct));
        let bad = [
            "http://user:canary@proxy:3128",
            "user:canary@proxy:3128",
            "http://proxy",
            "socks5://proxy:1080",
            "http://proxy:3128/path?canary",
            "http://pro xy:1",
            "",
        ];
        for bad in bad {
            let what = Proxy::parse(bad).unwrap_err();
            assert!(!what.contains("canary"), "{what}");
        }
    }
}
