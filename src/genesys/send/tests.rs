use jiff::Timestamp;
use secrecy::SecretString;

use super::*;
use crate::clock::WallClock;
use crate::engine::ports::Limiter;
use crate::genesys::client::{Timeouts, connection};
use crate::genesys::grant::{Grant, Shown};
use crate::settings::region::Addresses;

const HERE: &str = "http://127.0.0.1:1";

fn funnel() -> Funnel {
    let addresses = Addresses::of_loopback(HERE, HERE).unwrap();
    let http = connection(Timeouts::default(), true, None, None).unwrap();
    let carrier = Carrier::new(http, Limiter::new(60), WallClock::start());
    let secret: SecretString = "canary-secret".to_owned().into();
    let tokens = Tokens::new(
        carrier.clone(),
        addresses.login,
        "client-1".to_owned(),
        Grant::ClientCredentials(secret),
    );
    Funnel::new(carrier, addresses.api, tokens).unwrap()
}

fn token() -> Token {
    Token {
        value: "canary-token".to_owned().into(),
        number: 1,
        renew_at: Timestamp::MAX,
        good_until: Timestamp::MAX,
    }
}

#[test]
fn the_token_is_marked_as_sensitive_and_no_debug_shows_it() {
    let funnel = funnel();
    let token = token();
    let path = "/api/v2/conversations/x";
    let request = funnel
        .request(Method::GET, path, &[], None, &token)
        .unwrap();
    let bearer = request.headers().get(header::AUTHORIZATION).unwrap();
    assert!(bearer.is_sensitive());
    assert!(!format!("{request:?}").contains("canary"), "{request:?}");
    let sign_in = funnel.tokens.request(&Shown::Secret).unwrap();
    let basic = sign_in.headers().get(header::AUTHORIZATION).unwrap();
    assert!(basic.is_sensitive());
    let shown = format!("{sign_in:?}");
    // Basic client-1:canary-secret
    assert!(
        !shown.contains("canary") && !shown.contains("Y2xpZW50LTE6"),
        "{shown}"
    );
}

#[test]
fn a_token_leaves_for_the_host_of_the_profile_and_for_no_other() {
    let funnel = funnel();
    let token = token();
    for path in [
        "//evil.io/api/v2/x",
        "https://evil.io/api/v2/x",
        "/api/v2/../../evil",
        "/api/v2/x?y",
        "/api/v2/x#y",
        "/oauth/token",
        "\\\\evil.io\\api\\v2\\",
        "@evil.io/api/v2/x",
        "/api/v2/\u{202e}x",
        "",
    ] {
        let built = funnel.request(Method::GET, path, &[], None, &token);
        assert!(built.is_err(), "{path:?} became a request");
    }
}
