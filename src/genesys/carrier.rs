//! Carries one request there and back, once: bounded in time and size, never redirected, never repeated. Knows neither tokens nor what a
//! status means.

use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{self, HeaderMap};

use super::certificate;
use super::ledger::{Errand, Leaving, Ledger};
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::moment::after;
use crate::domain::text::Text;
use crate::engine::ports::{Clock, Limiter, RateHeaders};

/// The most that is read of a body, in bytes.
pub(super) const BODY_LIMIT: usize = 8 * 1024 * 1024;

/// Where the time comes from.
pub(super) type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Carries requests.
#[derive(Clone)]
pub(super) struct Carrier {
    pub(super) http: reqwest::Client,
    pub(super) limiter: Limiter,
    pub(super) now: Now,
    pub(super) ahead: Ahead,
    pub(super) issuer: Issuer,
    /// What left so far.
    pub(super) ledger: Ledger,
}

/// Who signed the newest certificate that was shown.
#[derive(Clone, Default)]
pub(super) struct Issuer(Arc<Mutex<Option<Text>>>);

impl Issuer {
    pub(super) fn newest(&self) -> Option<Text> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }

    fn note(&self, response: &reqwest::Response) {
        let shown = response.extensions().get::<reqwest::tls::TlsInfo>();
        let issuer = shown
            .and_then(reqwest::tls::TlsInfo::peer_certificate)
            .and_then(certificate::issuer);
        if issuer.is_some() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = issuer;
        }
    }
}

/// How far the platform's clock is ahead, in milliseconds, as the newest answer was dated.
#[derive(Clone, Default)]
pub(super) struct Ahead(Arc<Mutex<Option<SignedDuration>>>);

impl Ahead {
    pub(super) fn newest(&self) -> Option<SignedDuration> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A date names whole seconds, so its middle is meant; it was written somewhere between the request and the answer.
    fn note(&self, date: Option<Timestamp>, sent_at: Timestamp, came: Timestamp) {
        let Some(date) = date else { return };
        let dated = after(date, SignedDuration::from_millis(500));
        let here = after(sent_at, came.duration_since(sent_at) / 2);
        let ahead = dated.duration_since(here);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
    }
}

/// An answer whose head came; its body may not have.
pub(super) struct Exchange {
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) allow: Option<String>,
    pub(super) retry_after: Option<u32>,
    pub(super) rate: RateHeaders,
    pub(super) receipt: Receipt,
    pub(super) sent_at: Timestamp,
    pub(super) arrived: Timestamp,
    pub(super) body: Result<Vec<u8>, Failure>,
}

impl Carrier {
    /// One that has carried nothing yet.
    pub(super) fn new<C: Clock>(http: reqwest::Client, limiter: Limiter, clock: C) -> Self {
        Self {
            http,
            limiter,
            now: Arc::new(move || clock.now()),
            ahead: Ahead::default(),
            issuer: Issuer::default(),
            ledger: Ledger::default(),
        }
    }

    /// As [`Self::carry`], and writes down that it left, on what errand, and how it went.
    pub(super) async fn carry_for(
        &self,
        request: reqwest::Request,
        errand: Errand,
    ) -> Result<Exchange, Failure> {
        let leaving = Leaving::new((self.now)(), &request, errand);
        let answer = self.carry(request).await;
        self.ledger.note(leaving, answer.as_ref());
        answer
    }

    /// Sends a request and takes its answer.
    pub(super) async fn carry(&self, request: reqwest::Request) -> Result<Exchange, Failure> {
        let method = request.method().clone();
        let path = printed(request.url().path());
        let sent_at = (self.now)();
        let answered = self.http.execute(request).await;
        let response = match answered {
            Ok(response) => response,
            Err(error) => {
                let mut failure = transport_failure(error);
                failure.receipt.took_ms = self.since(sent_at);
                tracing::info!(%method, path, failure = ?failure.kind, took_ms = failure.receipt.took_ms, "no answer");
                return Err(failure);
            }
        };
        let answer = self.take(response, sent_at).await;
        let Receipt {
            took_ms,
            correlation,
            ..
        } = &answer.receipt;
        tracing::info!(%method, path, status = answer.status, took_ms, correlation = ?correlation, "answered");
        Ok(answer)
    }

    /// Takes an answer whose head came to a request that left then.
    pub(super) async fn take(
        &self,
        mut response: reqwest::Response,
        sent_at: Timestamp,
    ) -> Exchange {
        self.issuer.note(&response);
        let status = response.status().as_u16();
        let headers = response.headers();
        let retry_after = number(headers, "retry-after");
        let rate = RateHeaders {
            count: number(headers, "inin-ratelimit-count"),
            allowed: number(headers, "inin-ratelimit-allowed"),
            reset: number(headers, "inin-ratelimit-reset"),
            // A 503 that names a time asks for the same silence as a 429.
            limited: (status == 429 || status == 503 && retry_after.is_some())
                .then_some(retry_after),
        };
        let mut receipt = Receipt {
            status: Some(status),
            took_ms: 0,
            correlation: word(headers, "inin-correlation-id").map(Text::clean),
            date: word(headers, header::DATE.as_str()).and_then(http_date),
        };
        self.ahead.note(receipt.date, sent_at, (self.now)());
        let content_type = word(headers, header::CONTENT_TYPE.as_str()).map(str::to_owned);
        let allow = word(headers, header::ALLOW.as_str()).map(str::to_owned);
        let body = bounded_body(&mut response).await;
        let arrived = (self.now)();
        receipt.took_ms = self.since(sent_at);
        Exchange {
            status,
            content_type,
            allow,
            retry_after,
            rate,
            body: body.map_err(|mut failure| {
                failure.receipt = receipt.clone();
                failure
            }),
            receipt,
            sent_at,
            arrived,
        }
    }

    /// How long ago that was, in milliseconds.
    pub(super) fn since(&self, sent_at: Timestamp) -> u64 {
        u64::try_from((self.now)().duration_since(sent_at).as_millis()).unwrap_or(0)
    }
}

/// A path as the log may show it: whoever knows the id of a channel can listen to it.
fn printed(path: &str) -> String {
    const CHANNELS: &str = "/api/v2/notifications/channels/";
    match path.strip_prefix(CHANNELS).map(|rest| rest.split_once('/')) {
        None => path.to_owned(),
        Some(None) => format!("{CHANNELS}…"),
        Some(Some((_, rest))) => format!("{CHANNELS}…/{rest}"),
    }
}

/// Reads a body piece by piece, and stops at the limit instead of trusting `Content-Length`.
async fn bounded_body(response: &mut reqwest::Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(transport_failure)? {
        if body.len() + piece.len() > BODY_LIMIT {
            return Err(Failure::local(
                FailureKind::TooLarge,
                "the answer is larger than 8 MiB",
            ));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

fn word<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn number(headers: &HeaderMap, name: &str) -> Option<u32> {
    word(headers, name)?.trim().parse().ok()
}

/// An HTTP date has the form of a mail's date.
fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()
}

/// What a broken exchange means. The URL is left out: its query may say more than a log should keep.
pub(super) fn transport_failure(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut causes = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let said = cause.to_string();
        if !causes.contains(&said) {
            causes.push_str(": ");
            causes.push_str(&said);
        }
        source = cause.source();
    }
    let kind = if error.is_builder() {
        FailureKind::NotSent
    } else if error.is_connect() || error.is_dns() {
        let lower = causes.to_lowercase();
        // The TLS library's error type is not ours to name, so its words decide: either way nothing was sent.
        if lower.contains("certificate") {
            FailureKind::Untrusted
        } else if lower.contains("tunnel") || lower.contains("proxy") {
            FailureKind::Intercepted
        } else {
            FailureKind::Unreachable
        }
    } else if error.is_timeout() {
        FailureKind::TimedOut
    } else {
        FailureKind::Broken
    };
    Failure::local(kind, &causes)
}
