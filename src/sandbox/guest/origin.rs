//! Which pages may open a guest's socket.
//!
//! Hosts are compared and nothing else; that the platform's server does it as its browser client does
//! is unverified.

/// Whether a page may come in: its host is an allowed one, or below one.
pub(super) fn is_allowed(allowed: Option<&[String]>, origin: Option<&str>, unknown: bool) -> bool {
    let Some(allowed) = allowed else { return true };
    let Some(host) = origin.and_then(host) else {
        return unknown;
    };
    allowed.iter().any(|entry| {
        let entry = entry.trim().to_lowercase();
        host == entry || (!entry.is_empty() && host.ends_with(&format!(".{entry}")))
    })
}

/// The host of an origin, with or without a scheme and a port.
fn host(origin: &str) -> Option<String> {
    let bare = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let bare = bare.split(['/', '?', '#']).next().unwrap_or(bare).trim();
    let host = match bare.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => bare.split(':').next().unwrap_or(bare),
    };
    (!host.is_empty() && host != "null").then(|| host.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_compared_whatever_scheme_port_and_case() {
        let allowed = ["Example.com".to_owned(), "shop.test".to_owned()];
        let may = |origin| is_allowed(Some(&allowed), Some(origin), false);
        for good in [
            "https://example.com",
            "http://EXAMPLE.com:8443",
            "example.com",
            "https://a.b.example.com/path",
            "shop.test",
        ] {
            assert!(may(good), "{good}");
        }
        for bad in [
            "https://notexample.com",
            "example.com.evil.test",
            "null",
            "",
            "https://",
        ] {
            assert!(!may(bad), "{bad}");
        }
    }

    #[test]
    fn an_empty_list_lets_nobody_in_and_no_list_everybody() {
        assert!(is_allowed(None, None, false));
        assert!(!is_allowed(Some(&[]), Some("https://example.com"), true));
        assert!(!is_allowed(Some(&["a.test".to_owned()]), None, false));
        assert!(is_allowed(Some(&["a.test".to_owned()]), None, true));
    }
}
