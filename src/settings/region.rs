//! Where a token may be sent: the platform's regions and their hosts, compared exactly, and loopback addresses for pretend
//! organisations. Knows nothing of requests.

use std::fmt;
use std::net::SocketAddr;

use super::nearest::nearest;
use crate::domain::text::Text;

/// Every region of the platform with its domain (`PureCloudRegionHosts` of the official SDK).
pub const REGIONS: [(&str, &str); 18] = [
    ("us-east-1", "mypurecloud.com"),
    ("us-east-2", "use2.us-gov-pure.cloud"),
    ("us-west-2", "usw2.pure.cloud"),
    ("ca-central-1", "cac1.pure.cloud"),
    ("sa-east-1", "sae1.pure.cloud"),
    ("mx-central-1", "mxc1.pure.cloud"),
    ("eu-west-1", "mypurecloud.ie"),
    ("eu-west-2", "euw2.pure.cloud"),
    ("eu-central-1", "mypurecloud.de"),
    ("eu-central-2", "euc2.pure.cloud"),
    ("me-central-1", "mec1.pure.cloud"),
    ("ap-south-1", "aps1.pure.cloud"),
    ("ap-northeast-1", "mypurecloud.jp"),
    ("ap-northeast-2", "apne2.pure.cloud"),
    ("ap-northeast-3", "apne3.pure.cloud"),
    ("ap-southeast-1", "apse1.pure.cloud"),
    ("ap-southeast-2", "mypurecloud.com.au"),
    ("eusc-de-east-1", "edee1.eusc-pure.cloud"),
];

/// Under these the platform opens new regions: one label more is a region's domain.
const PARENTS: [&str; 3] = ["pure.cloud", "us-gov-pure.cloud", "eusc-pure.cloud"];

/// Why an address is not one that a token may be sent to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// No such region.
    #[error("there is no region `{said}`{}", did_you_mean(.near.as_deref()))]
    Region {
        /// What was given.
        said: String,
        /// The nearest region.
        near: Option<String>,
    },
    /// Not a domain of the platform.
    #[error(
        "`{0}` is not a domain of Genesys Cloud. Give it bare and in lower case, like `mypurecloud.ie` or `usw2.pure.cloud`"
    )]
    Domain(String),
    /// Neither a host of the platform nor a loopback address.
    #[error(
        "`{0}` is not an address this program sends a token to. Use `region`, or `domain`, or a loopback address like `http://127.0.0.1:8080`"
    )]
    Url(String),
}

/// The tail of a message that names the nearest valid word.
pub(super) fn did_you_mean(near: Option<&str>) -> String {
    near.map(|near| format!(". Did you mean `{near}`?"))
        .unwrap_or_default()
}

/// A base URL that was compared, letter by letter, with what is allowed. Only such a value ever gets a token.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BaseUrl {
    text: String,
    host_from: usize,
    is_loopback: bool,
}

/// The two addresses of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Addresses {
    /// REST.
    pub api: BaseUrl,
    /// OAuth.
    pub login: BaseUrl,
}

impl Addresses {
    /// The addresses of a region, by its AWS name.
    pub fn of_region(name: &str) -> Result<Self, BadAddress> {
        let known = REGIONS.iter().find(|(region, _)| *region == name);
        known.map_or_else(
            || {
                Err(BadAddress::Region {
                    said: shown(name),
                    near: nearest(name, REGIONS.iter().map(|(region, _)| *region)),
                })
            },
            |(_, domain)| Self::of_domain(domain),
        )
    }

    /// The addresses under a bare domain: for regions newer than this program.
    pub fn of_domain(domain: &str) -> Result<Self, BadAddress> {
        if !is_platform_domain(domain) {
            return Err(BadAddress::Domain(shown(domain)));
        }
        Ok(Self {
            api: BaseUrl::api(&format!("https://api.{domain}"))?,
            login: BaseUrl::login(&format!("https://login.{domain}"))?,
        })
    }

    /// The addresses of a pretend organisation on this machine.
    pub fn of_loopback(api_url: &str, login_url: &str) -> Result<Self, BadAddress> {
        let loopback =
            |text: &str| BaseUrl::loopback(text).ok_or_else(|| BadAddress::Url(shown(text)));
        Ok(Self {
            api: loopback(api_url)?,
            login: loopback(login_url)?,
        })
    }
}

impl BaseUrl {
    /// A REST address: `https://api.DOMAIN` of the platform, or loopback.
    pub fn api(text: &str) -> Result<Self, BadAddress> {
        Self::parse(text, "api.")
    }

    /// An OAuth address: `https://login.DOMAIN` of the platform, or loopback.
    pub fn login(text: &str) -> Result<Self, BadAddress> {
        Self::parse(text, "login.")
    }

    fn parse(text: &str, service: &str) -> Result<Self, BadAddress> {
        // Compared as text on purpose: whatever a URL parser would forgive (user info, ports, paths, escapes, other alphabets) is refused.
        let domain = text
            .strip_prefix("https://")
            .and_then(|host| host.strip_prefix(service));
        if domain.is_some_and(is_platform_domain) {
            return Ok(Self {
                text: text.to_owned(),
                host_from: "https://".len(),
                is_loopback: false,
            });
        }
        Self::loopback(text).ok_or_else(|| BadAddress::Url(shown(text)))
    }

    /// Only literal addresses with a port: a name such as `localhost` can be pointed elsewhere.
    fn loopback(text: &str) -> Option<Self> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let scheme = ["http://", "https://"]
            .into_iter()
            .find(|scheme| text.starts_with(scheme))?;
        let address: SocketAddr = text.get(scheme.len()..)?.parse().ok()?;
        (address.ip().is_loopback() && address.port() != 0).then(|| Self {
            text: format!("{scheme}{address}"),
            host_from: scheme.len(),
            is_loopback: true,
        })
    }

    /// The whole base URL, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host, with its port if that is not the scheme's.
    pub fn host(&self) -> &str {
        self.text.get(self.host_from..).unwrap_or_default()
    }

    /// An address on this machine: a pretend organisation.
    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A domain of the table, or one label under a parent of the platform's.
pub fn is_platform_domain(domain: &str) -> bool {
    REGIONS.iter().any(|(_, known)| *known == domain)
        || domain.split_once('.').is_some_and(|(label, parent)| {
            PARENTS.contains(&parent)
                && (1..=20).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
}

/// A URL that was given, as a message may show it: short, without what moves a cursor, and without what may be a secret in it, which
/// is all between the scheme and an `@`, and all from a `?` on.
pub fn shown(url: &str) -> String {
    let (scheme, rest) = url.split_once("//").unwrap_or(("", url));
    let slashes = if rest.len() == url.len() { "" } else { "//" };
    let public = rest.rsplit_once('@').map(|(_, host)| format!("…@{host}"));
    let public = public.unwrap_or_else(|| rest.to_owned());
    let path = public.split('?').next().unwrap_or_default();
    let query = if path.len() == public.len() {
        ""
    } else {
        "?…"
    };
    let whole = Text::clean(&format!("{scheme}{slashes}{path}{query}"));
    whole.as_str().chars().take(80).collect()
}

#[cfg(test)]
mod tests;
