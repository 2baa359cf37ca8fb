//! The one funnel: every request to the organisation leaves here, with its token, to exactly the host of the profile. Questions may be
//! repeated once, after a 401; what changes something is sent once, and only on a permit that a journal granted.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{self, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use secrecy::ExposeSecret as _;
use tokio::sync::watch;

use super::carrier::{Carrier, Exchange};
use super::ledger::{Errand, Ledger, asker};
use super::token::{Token, Tokens};
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::step::Action;
use crate::domain::text::Text;
use crate::engine::ports::{Pass, SendPermit};
use crate::settings::region::BaseUrl;

/// A request that changes nothing of a conversation.
pub(super) enum Question {
    /// `GET` of a path, with its query.
    Get(String, Vec<(&'static str, String)>),
    /// A query that the platform takes by `POST`.
    Query(String, serde_json::Value),
    /// `POST` about a channel of our own, with its query and, where it has one, its body.
    Channel(
        String,
        Vec<(&'static str, String)>,
        Option<serde_json::Value>,
    ),
}

/// The funnel.
pub(super) struct Funnel {
    carrier: Carrier,
    base: BaseUrl,
    /// The same, read once: each request takes a copy and puts its path there.
    root: Url,
    tokens: Arc<Tokens>,
}

impl Funnel {
    pub(super) fn new(carrier: Carrier, base: BaseUrl, tokens: Tokens) -> Result<Self, Failure> {
        Ok(Self {
            root: Url::parse(base.as_str()).map_err(|_| not_sent("the base URL is no URL"))?,
            carrier,
            base,
            tokens: Arc::new(tokens),
        })
    }

    /// The API host, with its port if that is not the scheme's.
    pub(super) fn host(&self) -> &str {
        self.base.host()
    }

    /// The OAuth client.
    pub(super) fn client_id(&self) -> &str {
        self.tokens.client_id()
    }

    /// Whose token is sent.
    pub(super) fn tokens(&self) -> &Arc<Tokens> {
        &self.tokens
    }

    /// How far the platform's clock is ahead.
    pub(super) fn clock_ahead(&self) -> Option<SignedDuration> {
        self.carrier.ahead.newest()
    }

    /// Who signed the certificate that was shown last.
    pub(super) fn certificate_issuer(&self) -> Option<Text> {
        self.carrier.issuer.newest()
    }

    /// Signs in where nobody has, and answers until when the token is good.
    pub(super) async fn sign_in(&self, mut pass: Pass) -> Result<Timestamp, Failure> {
        let token = self.tokens.current(&mut pass).await?;
        Ok(token.good_until)
    }

    /// Who carries the requests.
    pub(super) fn carrier(&self) -> &Carrier {
        &self.carrier
    }

    /// How often a token was asked for.
    pub(super) fn sign_ins(&self) -> u64 {
        self.tokens.fetches()
    }

    /// Tells of every token that was asked for.
    pub(super) fn follow_sign_ins(&self) -> watch::Receiver<u64> {
        self.tokens.follow_fetches()
    }

    /// What left so far.
    pub(super) fn ledger(&self) -> &Ledger {
        &self.carrier.ledger
    }

    /// The base URL that every request goes to.
    pub(super) fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// The time now.
    pub(super) fn now(&self) -> Timestamp {
        (self.carrier.now)()
    }

    /// The token is good no more: the next request fetches another.
    pub(super) async fn drop_token(&self) {
        self.tokens.expire().await;
    }

    /// The shared budget.
    pub(super) fn limiter(&self) -> &crate::engine::ports::Limiter {
        &self.carrier.limiter
    }

    /// Asks, and after a 401 once more with a new token. Each of these requests has a turn of its own: a fetch of a token takes the
    /// place of the request that wanted it, which then waits for another.
    pub(super) async fn ask(
        &self,
        question: &Question,
        mut pass: Pass,
    ) -> Result<Exchange, Failure> {
        let token = self.tokens.current(&mut pass).await?;
        pass.ready().await;
        let first = self
            .carry(self.request_for(question, &token)?, &mut pass, 1)
            .await?;
        if first.status != 401 {
            return Ok(first);
        }
        pass.spend();
        pass.ready().await;
        let token = self.tokens.renew(&token, &mut pass).await?;
        pass.ready().await;
        self.carry(self.request_for(question, &token)?, &mut pass, 2)
            .await
    }

    /// Asks once with a token that is not in use.
    pub(super) async fn ask_with(
        &self,
        question: &Question,
        token: &Token,
        mut pass: Pass,
    ) -> Result<Exchange, Failure> {
        pass.ready().await;
        let request = self.request_for(question, token)?;
        self.carry(request, &mut pass, 1).await
    }

    /// Sends what the permit says, once. Where a token had to be fetched first nothing is sent: the evidence would be older than the
    /// permit supposes, so the engine reads anew.
    pub(super) async fn act(&self, permit: SendPermit, mut pass: Pass) -> Result<Receipt, Failure> {
        crate::crash::panic_if_told("request");
        let Some(token) = self.tokens.held() else {
            self.tokens.current(&mut pass).await?;
            return Err(Failure::local(
                FailureKind::GrewOld,
                "a token had to be fetched first",
            ));
        };
        let action = permit.action();
        let method = Method::from_bytes(action.method().as_bytes())
            .map_err(|error| Failure::local(FailureKind::NotSent, &error.to_string()))?;
        let path = action.path(permit.conversation());
        let mut request = self.request(method, &path, &[], action.body().as_ref(), &token)?;
        if let Action::Recipe(sending) = action {
            add_headers(&mut request, &sending.headers)?;
        }
        let attempt = self.ledger().tries(action.method(), &path, None) + 1;
        let answer = self.carry(request, &mut pass, attempt).await?;
        if answer.status == 401 {
            pass.spend();
            return Err(self.refused_act(&answer, &token, pass).await);
        }
        self.tokens.act_passed(&token).await;
        let receipt =
            answer.acceptance(matches!(action, Action::Close).then(|| permit.conversation()))?;
        match action {
            Action::Recipe(sending) if !sending.accepted.contains(&answer.status) => {
                Err(answer.unreadable("the recipe does not count this answer as accepted"))
            }
            _ => Ok(receipt),
        }
    }

    /// A 401 says that the request was not carried out. One new token is worth a try; a second refusal is not.
    async fn refused_act(&self, answer: &Exchange, token: &Token, mut pass: Pass) -> Failure {
        if !self.tokens.may_renew_for_act(token).await {
            return answer
                .accepted()
                .err()
                .unwrap_or_else(|| Failure::local(FailureKind::SignInRefused, ""));
        }
        pass.ready().await;
        match self.tokens.renew(token, &mut pass).await {
            Ok(_) => Failure {
                receipt: answer.receipt.clone(),
                ..renewed()
            },
            Err(failure) => failure,
        }
    }

    /// Carries a request; what the answer says about the rate reaches whoever waits for a turn.
    pub(super) async fn carry(
        &self,
        request: Request,
        pass: &mut Pass,
        attempt: u32,
    ) -> Result<Exchange, Failure> {
        let errand = Errand {
            by: asker(pass.lane()),
            attempt,
            waited: pass.waited(),
        };
        let answer = self.carrier.carry_for(request, errand).await?;
        self.carrier.limiter.observe(answer.rate);
        Ok(answer)
    }

    fn request_for(&self, question: &Question, token: &Token) -> Result<Request, Failure> {
        match question {
            Question::Get(path, query) => self.request(Method::GET, path, query, None, token),
            Question::Query(path, body) => self.request(Method::POST, path, &[], Some(body), token),
            Question::Channel(path, query, body) => {
                self.request(Method::POST, path, query, body.as_ref(), token)
            }
        }
    }

    /// Builds a request, and attaches the token only if it goes to exactly the profile's host.
    pub(super) fn request(
        &self,
        method: Method,
        path: &str,
        query: &[(&'static str, String)],
        body: Option<&serde_json::Value>,
        token: &Token,
    ) -> Result<Request, Failure> {
        // A path is never joined to the base: that could lead to another host.
        let mut url = self.root.clone();
        url.set_path(path);
        if url.path() != path || !path.starts_with("/api/v2/") {
            return Err(not_sent("the request would leave the profile's host"));
        }
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", token.value.expose_secret()))
            .map_err(|_| not_sent("the token cannot stand in a header"))?;
        bearer.set_sensitive(true);
        let mut request = self
            .carrier
            .http
            .request(method, url)
            .header(header::AUTHORIZATION, bearer)
            .header(header::ACCEPT, "application/json");
        if let Some(body) = body {
            request = request.json(body);
        }
        request
            .build()
            .map_err(|error| not_sent(&error.without_url().to_string()))
    }
}

/// Headers that a recipe adds. Those of the program's own are not replaced.
fn add_headers(request: &mut Request, headers: &[(String, String)]) -> Result<(), Failure> {
    for (name, value) in headers {
        let refused = || not_sent(&format!("the recipe's header `{name}` cannot be sent"));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
        let value = HeaderValue::from_str(value).map_err(|_| refused())?;
        if name == header::AUTHORIZATION || name == header::HOST {
            return Err(refused());
        }
        request.headers_mut().insert(name, value);
    }
    Ok(())
}

fn not_sent(why: &str) -> Failure {
    Failure::local(FailureKind::NotSent, why)
}

/// A request that was not carried out for want of a token; there is one now.
fn renewed() -> Failure {
    Failure::local(FailureKind::TokenRenewed, "the token had run out")
}

#[cfg(test)]
mod tests;
