//! Guests' tokens over HTTP: the short one for the history, and those of guests who sign in.
//!
//! They look like JWTs and are known by heart: nobody has to check a signature here.

use super::Guests;
use super::envelope::Envelope;
use super::session::Key;
use crate::sandbox::api::validate;
use crate::sandbox::exchange::{Answer, Outbox, Request};
use crate::sandbox::random::Random;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::world::World;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::HashMap;

/// How long a signed-in guest's token is good; what the platform does is unknown.
const SIGNED_IN: SignedDuration = SignedDuration::from_hours(1);

/// Every token of every guest.
#[derive(Debug)]
pub(super) struct Accounts {
    random: Random,
    /// For the history.
    passes: HashMap<String, (Key, Timestamp)>,
    /// Of guests who signed in: whose, and how long it is good.
    signed_in: HashMap<String, (String, Timestamp)>,
    /// What a new one of those is got for.
    refreshing: HashMap<String, String>,
}

impl Accounts {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            random: Random::stream(seed, "guests' accounts"),
            passes: HashMap::new(),
            signed_in: HashMap::new(),
            refreshing: HashMap::new(),
        }
    }

    /// A token for a guest's history, and when it ends.
    pub(super) fn pass(&mut self, key: Key, seconds: u32, now: Timestamp) -> (String, Timestamp) {
        self.passes.retain(|_, (_, expiry)| *expiry > now);
        let expiry = super::seconds_after(now, seconds);
        let jwt = self.jwt(now, expiry);
        self.passes.insert(jwt.clone(), (key, expiry));
        (jwt, expiry)
    }

    /// Whose history a token opens.
    pub(super) fn of_pass(&self, jwt: &str, now: Timestamp) -> Result<Key, Refusal> {
        match self.passes.get(jwt) {
            Some((key, expiry)) if *expiry > now => Ok(*key),
            Some(_) => Err(Refusal::expired_credentials()),
            None => Err(Refusal::bad_credentials()),
        }
    }

    /// Who signed in with a token.
    pub(super) fn of_jwt(&self, jwt: &str, now: Timestamp) -> Option<String> {
        let (account, expiry) = self.signed_in.get(jwt)?;
        (*expiry > now).then(|| account.clone())
    }

    fn sign_in(&mut self, account: &str, now: Timestamp) -> String {
        let expiry = super::after(now, SIGNED_IN);
        let jwt = self.jwt(now, expiry);
        let signed_in = (account.to_owned(), expiry);
        self.signed_in.insert(jwt.clone(), signed_in);
        jwt
    }

    fn jwt(&mut self, now: Timestamp, expiry: Timestamp) -> String {
        let coded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = coded(&json!({ "alg": "HS256", "typ": "JWT" }));
        let claims = json!({
            "iat": now.as_second(),
            "exp": expiry.as_second(),
            "jti": self.random.uuid(),
        });
        let signature: Vec<u8> = (0..4)
            .flat_map(|_| self.random.next().to_be_bytes())
            .collect();
        let signature = URL_SAFE_NO_PAD.encode(signature);
        format!("{header}.{}.{signature}", coded(&claims))
    }
}

impl Guests {
    /// `…/webdeployments/token/{what}`, which asks for no token.
    pub(in crate::sandbox) fn account_request(
        &mut self,
        request: &Request,
        what: &str,
        world: &mut World,
        now: Timestamp,
        out: &mut Outbox,
    ) -> Result<Answer, Refusal> {
        match (request.method.as_str(), what) {
            ("POST", "oauthcodegrantjwtexchange") => self.exchange(&read(request)?, world, now),
            ("POST", "refresh") => self.refresh(&read(request)?, now),
            ("DELETE", "revoke") => {
                let mut desk = super::Desk { world, now, out };
                self.revoke(request, &mut desk)
            }
            (_, "oauthcodegrantjwtexchange" | "refresh") => {
                Err(Refusal::method_not_allowed("POST"))
            }
            (_, "revoke") => Err(Refusal::method_not_allowed("DELETE")),
            _ => Err(Refusal::not_found()),
        }
    }

    /// A code of any identity provider is taken here: there is none to ask. The same code is the same
    /// person.
    fn exchange(&mut self, body: &Value, world: &World, now: Timestamp) -> Result<Answer, Refusal> {
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
        let missing = |field: &str| Refusal::bad_request(format!("The field {field} is required."));
        let deployment = text("/deploymentId").ok_or_else(|| missing("deploymentId"))?;
        let code = text("/oauth/code").ok_or_else(|| missing("oauth.code"))?;
        let deployment = uuid::Uuid::try_parse(deployment).ok();
        let deployment = deployment.and_then(|id| world.directory.deployment(id));
        let deployment = deployment.ok_or_else(Refusal::not_found)?;
        if !deployment.sign_in {
            return Err(Refusal::bad_request(
                "Authentication is not enabled for this deployment.",
            ));
        }
        let jwt = self.accounts.sign_in(code, now);
        let refresh = format!("{:032x}", self.accounts.random.uuid().as_u128());
        self.accounts
            .refreshing
            .insert(refresh.clone(), code.to_owned());
        Ok(Answer::ok(json!({ "jwt": jwt, "refreshToken": refresh })))
    }

    fn refresh(&mut self, body: &Value, now: Timestamp) -> Result<Answer, Refusal> {
        let sent = body.pointer("/refreshToken").and_then(Value::as_str);
        let account = sent.and_then(|sent| self.accounts.refreshing.get(sent));
        let account = account.cloned().ok_or_else(Refusal::bad_credentials)?;
        let jwt = self.accounts.sign_in(&account, now);
        Ok(Answer::ok(json!({ "jwt": jwt })))
    }

    /// The guest signs out, everywhere.
    fn revoke(&mut self, request: &Request, desk: &mut super::Desk<'_>) -> Result<Answer, Refusal> {
        let jwt = bearer(request).ok_or_else(Refusal::authentication_required)?;
        let account = self.accounts.of_jwt(jwt, desk.now);
        let account = account.ok_or_else(Refusal::bad_credentials)?;
        self.accounts
            .signed_in
            .retain(|_, (owner, _)| *owner != account);
        self.accounts
            .refreshing
            .retain(|_, owner| *owner != account);
        let theirs = self
            .sessions
            .iter()
            .filter(|(_, one)| one.is_alive() && one.account.as_deref() == Some(account.as_str()));
        let theirs: Vec<Key> = theirs.map(|(key, _)| *key).collect();
        for key in theirs {
            self.tell_all(key, &Envelope::logout(), desk);
        }
        Ok(Answer::empty(204))
    }
}

/// The token of an `Authorization` header.
pub(super) fn bearer(request: &Request) -> Option<&str> {
    let header = request.authorization.as_deref()?.trim();
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

fn read(request: &Request) -> Result<Value, Refusal> {
    validate::read(request)
}
