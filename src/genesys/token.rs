//! The token (client credentials): fetched once for many callers, renewed a minute before it runs out and once after a 401. Bound to the
//! login host of the profile; it is never written anywhere.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use reqwest::header;
use reqwest::{Request, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::carrier::{Carrier, Exchange};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::moment::after;
use crate::domain::rulings;
use crate::domain::text::Text;
use crate::engine::ports::{Pass, RateHeaders};
use crate::settings::region::BaseUrl;

/// How long before its end a token is renewed; a token that lives shorter than twice this, at half its life.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// The life of a token that does not say its own.
const UNSAID_LIFE: i64 = 300;

/// A token. Its number tells a renewed one from the one that was refused.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) value: SecretString,
    pub(super) number: u64,
    pub(super) renew_at: Timestamp,
    pub(super) good_until: Timestamp,
}

/// Fetches and keeps the token.
pub(super) struct Tokens {
    carrier: Carrier,
    login: BaseUrl,
    client_id: String,
    secret: SecretString,
    /// How many fetches have ended, well or not.
    fetches: AtomicU64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    token: Option<Token>,
    failed: Option<Failure>,
    /// The token that the service last refused for a request that changes something, until such a request passes.
    refused: Option<u64>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    expires_in: Option<i64>,
}

/// OAuth's own error form; its keys differ between accounts of it.
#[derive(Deserialize)]
struct Denied {
    error: Option<String>,
    error_description: Option<String>,
    description: Option<String>,
}

impl Tokens {
    pub(super) fn new(
        carrier: Carrier,
        login: BaseUrl,
        client_id: String,
        secret: SecretString,
    ) -> Self {
        Self {
            carrier,
            login,
            client_id,
            secret,
            fetches: AtomicU64::new(0),
            kept: Mutex::new(Kept::default()),
        }
    }

    /// How many fetches have ended, well or not.
    pub(super) fn fetches(&self) -> u64 {
        self.fetches.load(Ordering::Acquire)
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The token, if one is there that need not be renewed. It never waits, as evidence grows old meanwhile: while somebody fetches one,
    /// there is none.
    pub(super) fn held(&self) -> Option<Token> {
        let now = (self.carrier.now)();
        let kept = self.kept.try_lock().ok()?;
        kept.token.clone().filter(|token| now < token.renew_at)
    }

    /// A token that is good for a while. The pass is spent if it had to be fetched.
    pub(super) async fn current(&self, pass: &mut Pass) -> Result<Token, Failure> {
        let now = (self.carrier.now)();
        self.token_where(pass, |token| now < token.renew_at).await
    }

    /// Another token than the one that was refused. The pass is spent if it had to be fetched.
    pub(super) async fn renew(&self, refused: &Token, pass: &mut Pass) -> Result<Token, Failure> {
        self.token_where(pass, |token| token.number != refused.number)
            .await
    }

    /// Whether a 401 on a request that changes something is worth a new token: not if the refused token was fetched for that very reason.
    pub(super) async fn may_renew_for_act(&self, refused: &Token) -> bool {
        let mut kept = self.kept.lock().await;
        match kept.refused {
            Some(before) if before != refused.number => {
                kept.refused = None;
                false
            }
            _ => {
                kept.refused = Some(refused.number);
                true
            }
        }
    }

    /// A request that changes something got past the sign-in with this token.
    pub(super) async fn act_passed(&self, token: &Token) {
        let mut kept = self.kept.lock().await;
        if kept.refused.is_some_and(|refused| refused < token.number) {
            kept.refused = None;
        }
    }

    /// The kept token if it is good, else a new one. Whoever waited while somebody else fetched shares what came of it, a failure too.
    async fn token_where(
        &self,
        pass: &mut Pass,
        is_good: impl Fn(&Token) -> bool,
    ) -> Result<Token, Failure> {
        let seen = self.fetches.load(Ordering::Acquire);
        let mut kept = self.kept.lock().await;
        if let Some(token) = kept.token.as_ref().filter(|token| is_good(token)) {
            return Ok(token.clone());
        }
        let ended = self.fetches.load(Ordering::Acquire);
        if ended != seen
            && let Some(failure) = &kept.failed
        {
            return Err(failure.clone());
        }
        let number = kept.token.as_ref().map_or(1, |token| token.number + 1);
        let fetched = self.fetch(number).await;
        pass.spend();
        self.fetches.store(ended + 1, Ordering::Release);
        match fetched {
            Ok(token) => {
                kept.failed = None;
                kept.token = Some(token.clone());
                Ok(token)
            }
            Err(failure) => {
                kept.failed = Some(failure.clone());
                Err(failure)
            }
        }
    }

    /// The request for a token. Nothing is sent yet.
    pub(super) fn sign_in(&self) -> Result<Request, Failure> {
        let not_sent = |why: &str| Failure::local(FailureKind::NotSent, why);
        let url = Url::parse(self.login.as_str())
            .and_then(|base| base.join("/oauth/token"))
            .map_err(|_| not_sent("the login URL is no URL"))?;
        self.carrier
            .http
            .post(url)
            .basic_auth(&self.client_id, Some(self.secret.expose_secret()))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body("grant_type=client_credentials")
            .build()
            .map_err(|error| not_sent(&error.without_url().to_string()))
    }

    async fn fetch(&self, number: u64) -> Result<Token, Failure> {
        let request = self.sign_in()?;
        let answer = self
            .carrier
            .carry(request)
            .await
            .map_err(before_the_request)?;
        // The login host counts apart, so only its refusal concerns the shared budget: without a token nobody can send anyway.
        self.carrier.limiter.observe(RateHeaders {
            limited: answer.rate.limited,
            ..RateHeaders::default()
        });
        let asked_at = answer.sent_at;
        let granted = granted(&answer).map_err(before_the_request)?;
        let life = SignedDuration::from_secs(granted.expires_in.unwrap_or(UNSAID_LIFE).max(0));
        Ok(Token {
            value: granted.access_token,
            number,
            renew_at: after(asked_at, (life - MARGIN).max(life / 2)),
            good_until: after(asked_at, life),
        })
    }
}

/// What the token endpoint granted, or why it did not.
fn granted(answer: &Exchange) -> Result<Granted, Failure> {
    if matches!(answer.status, 400 | 401) && answer.is_json() {
        let denied: Option<Denied> = answer
            .body
            .as_ref()
            .ok()
            .and_then(|body| serde_json::from_slice(body).ok());
        let (code, said) = denied.map_or((None, None), |denied| {
            (
                denied.error,
                denied.error_description.or(denied.description),
            )
        });
        let mut failure = answer.failure(
            FailureKind::SignInRefused,
            said.or_else(|| code.clone()).as_deref().unwrap_or_default(),
        );
        failure.code = code.as_deref().map(Text::clean);
        return Err(failure);
    }
    answer.content()
}

/// The request that wanted the token was not sent, however the fetch went.
fn before_the_request(mut failure: Failure) -> Failure {
    failure.kind = rulings::of_sign_in(failure.kind);
    failure.said = Text::clean(&format!("sign-in: {}", failure.said));
    failure
}
