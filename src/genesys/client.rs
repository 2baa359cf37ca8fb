//! The client that reads: everything a read-only profile ever holds.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use reqwest::redirect::Policy;

use super::carrier::Carrier;
use super::frame::ANSWER_WITHIN;
use super::grant::Grant;
use super::notifications::Listening;
use super::send::Funnel;
use super::token::Tokens;
use crate::domain::beside::AgentStanding;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::ids::ConversationId;
use crate::domain::raw_read::RawRead;
use crate::domain::request_line::RequestLine;
use crate::domain::roster::{Ending, Listed, Reading};
use crate::domain::text::Text;
use crate::domain::transcript::TranscriptLine;
use crate::engine::ports::{
    Clock, Ears, Limiter, ListedPage, NamesPage, NamesWanted, Org, PageWanted, Pass, REQUESTS_TOLD,
};
use crate::settings::Profile;
use crate::settings::proxy::Proxy;
use crate::settings::region::Addresses;

/// How to reach an organisation, and as whom.
#[derive(Debug, Clone)]
pub struct Access {
    /// The profile's name.
    pub profile: String,
    /// REST and OAuth.
    pub addresses: Addresses,
    /// The OAuth client.
    pub client_id: String,
    /// How it gets a token.
    pub grant: Grant,
    /// Certificate authorities to trust besides the system's, as PEM: a pretend organisation's, or those of `ca_file`.
    pub certificate: Option<Vec<u8>>,
    /// The proxy that the configuration names; without one, what the environment and the system say.
    pub proxy: Option<Proxy>,
}

impl Access {
    /// Access to a profile's organisation.
    pub fn of(profile: &Profile, grant: Grant) -> Self {
        Self {
            profile: profile.name.clone(),
            addresses: profile.addresses.clone(),
            client_id: profile.client_id.clone(),
            grant,
            certificate: None,
            proxy: profile.proxy.clone(),
        }
    }
}

/// How long a request may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// To connect.
    pub connect: Duration,
    /// Between two pieces of an answer.
    pub read: Duration,
    /// In all.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(15),
            total: Duration::from_secs(30),
        }
    }
}

/// Reads an organisation. There is no method here, and none below it that is reachable from here, that changes anything.
#[derive(Clone)]
pub struct Client {
    pub(super) funnel: Arc<Funnel>,
    pub(super) profile: Arc<str>,
    /// Dials sockets: the same trust and the same proxies, HTTP/1.1 alone.
    pub(super) sockets: reqwest::Client,
    /// How long an answer on a socket of guests is waited for.
    pub(super) patience: Duration,
    /// How it listens for events, if it does.
    pub(super) listening: Option<Arc<Listening>>,
}

impl Client {
    /// A client; nothing is sent yet.
    pub fn new<C: Clock>(
        access: Access,
        timeouts: Timeouts,
        limiter: Limiter,
        clock: C,
    ) -> Result<Self, Failure> {
        let Access {
            profile,
            addresses,
            client_id,
            grant,
            certificate,
            proxy,
        } = access;
        let is_local = addresses.api.is_loopback() && addresses.login.is_loopback();
        let http = connection(timeouts, is_local, certificate.as_deref(), proxy.as_ref())?;
        let sockets = builder(timeouts, is_local, certificate.as_deref(), proxy.as_ref())?;
        let sockets = sockets.http1_only().build().map_err(not_built)?;
        let carrier = Carrier::new(http, limiter, clock);
        let tokens = Tokens::new(carrier.clone(), addresses.login, client_id, grant);
        Ok(Self {
            funnel: Arc::new(Funnel::new(carrier, addresses.api, tokens)?),
            profile: profile.into(),
            sockets,
            patience: ANSWER_WITHIN.min(timeouts.read),
            listening: None,
        })
    }

    /// The same client, which listens for events when it is asked to.
    pub fn listening(self, listening: Listening) -> Self {
        Self {
            listening: Some(Arc::new(listening)),
            ..self
        }
    }
}

/// What every request goes through: never redirected, never repeated, to a machine of its own never through a proxy.
pub(super) fn connection(
    timeouts: Timeouts,
    is_local: bool,
    certificate: Option<&[u8]>,
    proxy: Option<&Proxy>,
) -> Result<reqwest::Client, Failure> {
    let builder = builder(timeouts, is_local, certificate, proxy)?;
    builder.build().map_err(not_built)
}

fn builder(
    timeouts: Timeouts,
    is_local: bool,
    certificate: Option<&[u8]>,
    proxy: Option<&Proxy>,
) -> Result<reqwest::ClientBuilder, Failure> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("unstick/", env!("CARGO_PKG_VERSION")))
        // A followed redirect turns a PATCH into a GET, or repeats it on another path: see `engine.md` finding 5.
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .https_only(!is_local)
        // Whose certificate was shown is told by `unstick doctor`.
        .tls_info(true)
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.read)
        .timeout(timeouts.total);
    // What is https goes through a proxy by CONNECT alone: it sees a host's name, never a token.
    builder = match proxy {
        Some(Proxy::Through(url)) if !is_local => {
            let proxy = reqwest::Proxy::https(url.as_str()).map_err(not_built)?;
            builder.proxy(proxy.no_proxy(reqwest::NoProxy::from_env()))
        }
        None if !is_local => builder,
        _ => builder.no_proxy(),
    };
    if let Some(pem) = certificate {
        let trusted = reqwest::Certificate::from_pem_bundle(pem).map_err(not_built)?;
        builder = builder.tls_certs_merge(trusted);
    }
    Ok(builder)
}

impl Org for Client {
    async fn records(&self, ids: Vec<ConversationId>, pass: Pass) -> Result<Vec<Listed>, Failure> {
        self.recorded_of(ids, pass).await
    }

    async fn standings(&self, users: Vec<Text>, pass: Pass) -> Result<Vec<AgentStanding>, Failure> {
        self.standings_of(users, pass).await
    }

    async fn threading(&self, pass: Pass) -> Result<Option<SignedDuration>, Failure> {
        self.threading_window(pass).await
    }

    fn clock_ahead(&self) -> Option<SignedDuration> {
        self.funnel.clock_ahead()
    }

    async fn list(&self, page: PageWanted, pass: Pass) -> Result<ListedPage, Failure> {
        self.listed_page(page, pass).await
    }

    async fn read(&self, id: ConversationId, pass: Pass) -> Result<Reading, Failure> {
        self.conversation(id, pass).await
    }

    async fn read_closely(
        &self,
        id: ConversationId,
        pass: Pass,
    ) -> Result<(Reading, Option<RawRead>), Failure> {
        self.conversation_closely(id, pass).await
    }

    async fn transcript(
        &self,
        id: ConversationId,
        messages: Vec<Text>,
        pass: Pass,
    ) -> Result<Vec<TranscriptLine>, Failure> {
        self.transcript(id, &messages, pass).await
    }

    fn requests_about(&self, id: ConversationId, after: u64) -> Vec<RequestLine> {
        self.funnel.ledger().about(id, after)
    }

    fn requests_after(&self, after: u64) -> Vec<RequestLine> {
        self.funnel.ledger().newest(after, REQUESTS_TOLD)
    }

    async fn end_of(&self, id: ConversationId, pass: Pass) -> Result<Ending, Failure> {
        self.ending(id, pass).await
    }

    async fn names(&self, wanted: NamesWanted, pass: Pass) -> Result<NamesPage, Failure> {
        self.named(wanted, pass).await
    }

    async fn codes(
        &self,
        queue: Option<Text>,
        page: u32,
        pass: Pass,
    ) -> Result<NamesPage, Failure> {
        self.named_codes(queue, page, pass).await
    }

    async fn listen(&self, ears: Ears) {
        self.hear(ears).await;
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn not_built(error: reqwest::Error) -> Failure {
    Failure::local(FailureKind::NotSent, &error.to_string())
}
