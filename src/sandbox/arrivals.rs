//! The log of requests: what came in when, and how it was answered. Like the truth it is for whoever judges afterwards: no rule reads it.

use super::exchange::{Answer, Request};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How many requests are kept; the oldest are forgotten first.
const KEPT: usize = 100_000;

/// The header that only an answer of the organisation's own rate limit carries with a 429.
const COUNTED: &str = "inin-ratelimit-count";

/// One request of the API or of the sign-in. What is asked below `/sandbox/` is not in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// When all of it had come.
    pub at: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The status of the answer; absent where it was held back, or the connection was closed instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The organisation's own rate limit refused it, and no fault did.
    pub is_over_the_limit: bool,
}

impl Arrival {
    /// Whether it was to change something of the organisation: everything else only asks, listens, or signs in or out.
    pub fn is_change(&self) -> bool {
        let asks = self.path.contains("/query") || self.path.ends_with("/bulk");
        let is_sign_in = self.path.starts_with("/oauth/") || self.path == "/api/v2/tokens/me";
        let listens = self.path.starts_with("/api/v2/notifications/");
        self.method != "GET" && self.method != "HEAD" && !asks && !is_sign_in && !listens
    }
}

/// The newest requests, oldest first.
#[derive(Debug, Default)]
pub(super) struct Arrivals(VecDeque<Arrival>);

impl Arrivals {
    /// Notes a request with what was decided about its answer, if any was.
    pub(super) fn note(&mut self, request: &Request, answer: Option<&Answer>, now: Timestamp) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        let is_counted = |answer: &&Answer| answer.headers.iter().any(|(name, _)| *name == COUNTED);
        self.0.push_back(Arrival {
            at: now,
            method: request.method.clone(),
            path: request.path.clone(),
            status: answer.map(|answer| answer.status),
            is_over_the_limit: answer
                .filter(is_counted)
                .is_some_and(|answer| answer.status == 429),
        });
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Arrival> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str) -> Request {
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            ..Request::default()
        }
    }

    #[test]
    fn the_oldest_are_forgotten_first() {
        let mut log = Arrivals::default();
        for number in 0..=KEPT {
            log.note(
                &request("GET", &number.to_string()),
                None,
                Timestamp::UNIX_EPOCH,
            );
        }
        assert_eq!(log.all().count(), KEPT);
        assert_eq!(log.all().next().map(|one| one.path.as_str()), Some("1"));
    }

    #[test]
    fn only_what_would_change_something_is_a_change() {
        let base = "/api/v2/conversations/messages/x";
        for (method, path, is_change) in [
            ("PATCH", base.to_owned(), true),
            (
                "POST",
                "/api/v2/conversations/x/disconnect".to_owned(),
                true,
            ),
            (
                "POST",
                format!("{base}/participants/p/communications/c/wrapup"),
                true,
            ),
            ("GET", base.to_owned(), false),
            ("POST", format!("{base}/messages/bulk"), false),
            (
                "POST",
                "/api/v2/analytics/conversations/details/query".to_owned(),
                false,
            ),
            ("POST", "/oauth/token".to_owned(), false),
        ] {
            let mut log = Arrivals::default();
            log.note(&request(method, &path), None, Timestamp::UNIX_EPOCH);
            assert!(
                log.all().all(|one| one.is_change() == is_change),
                "{method} {path}"
            );
        }
    }
}
