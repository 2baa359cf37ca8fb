//! Sign-in: client credentials in, an opaque token out, and what a token is good for.

use crate::sandbox::exchange::{Answer, Request, decoded};
use crate::sandbox::random::Random;
use crate::sandbox::refusal::Refusal;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::collections::HashMap;

/// The client that the organisation knows, and the tokens it holds.
#[derive(Debug)]
pub(in crate::sandbox) struct Tokens {
    pub(in crate::sandbox) client_id: String,
    pub(in crate::sandbox) client_secret: String,
    lifetime: SignedDuration,
    random: Random,
    expiries: HashMap<String, Timestamp>,
}

impl Tokens {
    pub(in crate::sandbox) fn new(seed: u64, seconds: u32) -> Self {
        let mut random = Random::stream(seed, "oauth");
        Self {
            client_id: random.uuid().to_string(),
            client_secret: format!("sandbox-secret-{:016x}", random.next()),
            lifetime: SignedDuration::from_secs(seconds.into()),
            random,
            expiries: HashMap::new(),
        }
    }

    /// `POST /oauth/token`.
    pub(in crate::sandbox) fn issue(&mut self, request: &Request, now: Timestamp) -> Answer {
        if !request.is_of_type("application/x-www-form-urlencoded") {
            return oauth_error(400, "invalid_request", "the body must be a form");
        }
        let form = String::from_utf8_lossy(&request.body).into_owned();
        let field = |name: &str| {
            let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(key, _)| *key == name)
                .map(|(_, value)| decoded(value))
        };
        let basic = request.authorization.as_deref().and_then(basic_credentials);
        let sent = basic.or_else(|| Some((field("client_id")?, field("client_secret")?)));
        let known = (self.client_id.clone(), self.client_secret.clone());
        if sent != Some(known) {
            return oauth_error(401, "invalid_client", "client not found or secret wrong");
        }
        if field("grant_type").as_deref() != Some("client_credentials") {
            return oauth_error(
                400,
                "unsupported_grant_type",
                "only client_credentials is known here",
            );
        }
        let token = format!("sbx_{:016x}{:016x}", self.random.next(), self.random.next());
        let expiry = now.checked_add(self.lifetime).unwrap_or(now);
        self.expiries.insert(token.clone(), expiry);
        Answer::ok(json!({
            "access_token": token,
            "token_type": "bearer",
            "expires_in": self.lifetime.as_secs(),
        }))
    }

    /// The token of a request, if it is good.
    pub(in crate::sandbox) fn check(
        &self,
        request: &Request,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let header = request.authorization.as_deref().unwrap_or("").trim();
        let token = match header.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            _ => return Err(Refusal::authentication_required()),
        };
        match self.expiries.get(token) {
            None => Err(Refusal::bad_credentials()),
            Some(expiry) if now >= *expiry => Err(Refusal::expired_credentials()),
            Some(_) => Ok(token.to_owned()),
        }
    }

    pub(in crate::sandbox) fn revoke(&mut self, token: &str) {
        self.expiries.remove(token);
    }

    pub(in crate::sandbox) fn revoke_all(&mut self) {
        self.expiries.clear();
    }

    /// When a token runs out.
    pub(in crate::sandbox) fn expiry(&self, token: &str) -> Option<Timestamp> {
        self.expiries.get(token).copied()
    }
}

fn oauth_error(status: u16, error: &str, description: &str) -> Answer {
    Answer::json(
        status,
        json!({ "error": error, "error_description": description, "description": description }),
    )
}

/// The two halves of a `Basic` header.
fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(from_base64(encoded.trim())?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// Standard base64. Ten lines here are less than one more dependency.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    for letter in text.bytes().filter(|byte| *byte != b'=') {
        let value = ALPHABET.iter().position(|known| *known == letter)?;
        buffer = (buffer << 6) | u32::try_from(value).ok()?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).ok()?);
        }
    }
    Some(bytes)
}
