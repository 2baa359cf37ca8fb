//! Where a channel's socket may be: the service names the address, and it is taken only where it lies within the profile's own region, or on
//! this machine for a pretend organisation (`threats.md` T40). No token goes there; the address itself is what opens the channel.

use std::net::SocketAddr;

use crate::settings::region::{BaseUrl, is_platform_domain};

/// The address of a channel's socket as an HTTP client dials it (`wss` becomes `https`); nothing where it is not one of the profile's.
///
/// Compared as text on purpose, like every other address here: what a URL parser would forgive is refused.
pub(super) fn of(connect_uri: &str, base: &BaseUrl) -> Option<String> {
    let (scheme, rest) = connect_uri.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
    if !path.starts_with("channels/") || !path.chars().all(is_plain) || path.contains("..") {
        return None;
    }
    if base.is_loopback() {
        let scheme = match scheme {
            "ws" => "http",
            "wss" => "https",
            _ => return None,
        };
        let address: SocketAddr = host.parse().ok()?;
        return (address.ip().is_loopback() && address.port() != 0)
            .then(|| format!("{scheme}://{address}/{path}"));
    }
    let domain = base.host().strip_prefix("api.")?;
    let label = host.strip_suffix(domain)?.strip_suffix('.')?;
    let is_label = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_ours = scheme == "wss"
        && is_platform_domain(domain)
        && (1..=63).contains(&label.len())
        && label.chars().all(is_label);
    is_ours.then(|| format!("https://{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t40_only_a_host_of_the_profiles_own_region_is_dialled() {
        let base = BaseUrl::api("https://api.mypurecloud.ie").unwrap();
        assert_eq!(
            of(
                "wss://streaming.mypurecloud.ie/channels/streaming-0-a1",
                &base
            )
            .as_deref(),
            Some("https://streaming.mypurecloud.ie/channels/streaming-0-a1")
        );
        for wrong in [
            "ws://streaming.mypurecloud.ie/channels/a",
            "https://streaming.mypurecloud.ie/channels/a",
            "wss://streaming.mypurecloud.de/channels/a",
            "wss://mypurecloud.ie/channels/a",
            "wss://evilmypurecloud.ie/channels/a",
            "wss://streaming.mypurecloud.ie.evil.example/channels/a",
            "wss://evil.example/streaming.mypurecloud.ie/channels/a",
            "wss://a.b.mypurecloud.ie/channels/a",
            "wss://user@streaming.mypurecloud.ie/channels/a",
            "wss://streaming.mypurecloud.ie:444/channels/a",
            "wss://streaming.mypurecloud.ie/other/a",
            "wss://streaming.mypurecloud.ie/channels/../oauth/token",
            "wss://streaming.mypurecloud.ie/channels/a?b",
            "wss://127.0.0.1:80/channels/a",
            "wss://STREAMING.mypurecloud.ie/channels/a",
            "streaming.mypurecloud.ie/channels/a",
            "",
        ] {
            assert_eq!(of(wrong, &base), None, "{wrong}");
        }
    }

    #[test]
    fn t40_a_pretend_organisation_names_addresses_of_this_machine() {
        let base = BaseUrl::api("http://127.0.0.1:8080").unwrap();
        let here = of("ws://127.0.0.1:9090/channels/a", &base);
        assert_eq!(here.as_deref(), Some("http://127.0.0.1:9090/channels/a"));
        let secret = of("wss://127.0.0.1:9090/channels/a", &base);
        assert_eq!(secret.as_deref(), Some("https://127.0.0.1:9090/channels/a"));
        for wrong in [
            "ws://localhost:9090/channels/a",
            "ws://10.0.0.1:9090/channels/a",
            "wss://streaming.mypurecloud.ie/channels/a",
            "http://127.0.0.1:9090/channels/a",
        ] {
            assert_eq!(of(wrong, &base), None, "{wrong}");
        }
    }
}
