//! `POST /oauth/token`: who proves what, and gets a token for it.

use super::clients::{Client, Grant};
use super::consent::Spent;
use super::form::Form;
use super::tokens::Caller;
use super::{Identity, refused};
use crate::sandbox::exchange::{Answer, Request};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// How long a verifier may be (RFC 7636, 4.1).
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

/// Who a request says it comes from.
struct Presented<'a> {
    client: &'a Client,
    /// Whether it proved it with the secret.
    proved: bool,
}

impl Identity {
    /// Answers a request for a token.
    pub(in crate::sandbox) fn grant(&mut self, request: &Request, now: Timestamp) -> Answer {
        let Some(form) = Form::in_body(request) else {
            return refused(400, "invalid_request", "the body must be a form");
        };
        let result = match form.get("grant_type") {
            Some("client_credentials") => self.by_secret(request, &form, now),
            Some("authorization_code") => self.by_code(request, &form, now),
            Some("refresh_token") => self.by_renewal(request, &form, now),
            // Who it is comes first: a stranger learns nothing of what there is.
            _ => self.presented(request, &form).and_then(|_| {
                let known =
                    "only client_credentials, authorization_code and refresh_token are known here";
                Err(refused(400, "unsupported_grant_type", known))
            }),
        };
        result.unwrap_or_else(|refusal| refusal)
    }

    /// The client, by a `Basic` header or by fields of the form. A secret that is sent must be right.
    fn presented(&self, request: &Request, form: &Form) -> Result<Presented<'_>, Answer> {
        let stranger = || refused(401, "invalid_client", "client not found or secret wrong");
        let basic = match request.authorization.as_deref() {
            Some(header) => Some(basic_credentials(header).ok_or_else(stranger)?),
            None => None,
        };
        let (id, secret) = match &basic {
            Some((id, secret)) => (Some(id.as_str()), Some(secret.as_str())),
            None => (form.get("client_id"), form.get("client_secret")),
        };
        let client = id.and_then(|id| self.client(id)).ok_or_else(stranger)?;
        // The official command line sends `Basic` without a secret for a code that it can prove otherwise.
        let secret = secret.filter(|secret| !secret.is_empty());
        if secret.is_some_and(|secret| secret != client.secret) {
            return Err(stranger());
        }
        Ok(Presented {
            client,
            proved: secret.is_some(),
        })
    }

    /// The client, where it has shown its secret.
    fn proven(&self, request: &Request, form: &Form) -> Result<&Client, Answer> {
        let Presented { client, proved } = self.presented(request, form)?;
        if proved {
            return Ok(client);
        }
        let problem = "this grant needs the secret";
        Err(refused(401, "invalid_client", problem))
    }

    fn by_secret(
        &mut self,
        request: &Request,
        form: &Form,
        now: Timestamp,
    ) -> Result<Answer, Answer> {
        let client = self.proven(request, form)?;
        if client.grant != Grant::Credentials {
            let problem = "the client is not registered for client credentials";
            return Err(refused(400, "unauthorized_client", problem));
        }
        let caller = Caller {
            client: client.id.clone(),
            user: None,
            scopes: None,
        };
        Ok(self.token_for(caller, None, now))
    }

    fn by_code(
        &mut self,
        request: &Request,
        form: &Form,
        now: Timestamp,
    ) -> Result<Answer, Answer> {
        let Presented { client, proved } = self.presented(request, form)?;
        if client.grant != Grant::Code {
            let problem = "the client is not registered for codes";
            return Err(refused(400, "unauthorized_client", problem));
        }
        let client = client.clone();
        let wrong = |problem: &str| refused(400, "invalid_grant", problem);
        let code = form
            .get("code")
            .ok_or_else(|| refused(400, "invalid_request", "the code is missing"))?;
        // Whatever comes next: a code is good for one try.
        let allowed = match self.consents.spend(code, now) {
            Spent::Good(allowed) => allowed,
            Spent::Unknown => return Err(wrong("the code is not known or was used too late")),
            Spent::Again(token) => {
                // Somebody has the code who should not: what it brought is void (RFC 6749, 4.1.2).
                self.tokens.revoke(&token);
                return Err(wrong("the code was used before"));
            }
        };
        if allowed.client != client.id {
            return Err(wrong("the code was given to another client"));
        }
        if form.get("redirect_uri") != Some(allowed.redirect_uri.as_str()) {
            return Err(wrong(
                "the redirect_uri is not the one that the code was sent to",
            ));
        }
        match &allowed.challenge {
            Some(challenge) => {
                let verifier = form.get("code_verifier").unwrap_or("");
                if !VERIFIER.contains(&verifier.len()) || challenge_of(verifier) != *challenge {
                    return Err(wrong("the code_verifier does not fit the code_challenge"));
                }
            }
            None if !proved => {
                let problem = "a code without a challenge needs the secret";
                return Err(refused(401, "invalid_client", problem));
            }
            None => {}
        }
        let caller = Caller {
            client: client.id.clone(),
            user: Some(allowed.user),
            scopes: Some(client.scopes.into()),
        };
        // The vendor's SDKs count on a renewing token wherever a code was shown without PKCE.
        let renews = proved && (allowed.challenge.is_none() || self.refreshes);
        let renewing = renews.then(|| self.tokens.issue_renewing(caller.clone()));
        let answer = self.token_for(caller, renewing.as_deref(), now);
        self.consents.brought(code, token_in(&answer));
        Ok(answer)
    }

    fn by_renewal(
        &mut self,
        request: &Request,
        form: &Form,
        now: Timestamp,
    ) -> Result<Answer, Answer> {
        let client = self.proven(request, form)?;
        let renewing = form.get("refresh_token").unwrap_or("");
        let renewed = self.tokens.renews(renewing);
        let caller = renewed
            .filter(|caller| caller.client == client.id)
            .cloned()
            .ok_or_else(|| refused(400, "invalid_grant", "the refresh_token is not known"))?;
        // It stays good: whether the platform hands out another one each time is not verified.
        Ok(self.token_for(caller, Some(renewing), now))
    }

    fn token_for(&mut self, caller: Caller, renewing: Option<&str>, now: Timestamp) -> Answer {
        let lifetime = self
            .client(&caller.client)
            .map_or(jiff::SignedDuration::ZERO, |client| client.lifetime);
        let token = self.tokens.issue(caller, lifetime, now);
        let body = json!({
            "access_token": token,
            "token_type": "bearer",
            "expires_in": lifetime.as_secs(),
            "refresh_token": renewing,
        });
        Answer::ok(body).with_header("cache-control", "no-store")
    }
}

fn token_in(answer: &Answer) -> &str {
    answer
        .json_body()
        .and_then(|body| body.get("access_token"))
        .and_then(Value::as_str)
        .unwrap_or("")
}

/// What a verifier proves (RFC 7636, 4.2).
fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// The two halves of a `Basic` header.
fn basic_credentials(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
