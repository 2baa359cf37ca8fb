//! What follows from a rule that strikes: for the request, for the answer, for the connection.

use super::body::BodyLike;
use super::fault::{Fault, RetryAfter, When};
use crate::sandbox::exchange::{Answer, Body};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::world::Applying;
use crate::sandbox::world::happening::Happening;
use std::time::Duration;

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Cut {
    /// After so many bytes of the body; absent: before the first byte of the answer.
    pub(in crate::sandbox) after: Option<u32>,
    /// By a TCP reset.
    pub(in crate::sandbox) reset: bool,
}

/// Where a redirect leads that names no place.
const MOVED: &str = "/moved";

impl Fault {
    /// When the trouble comes.
    pub(in crate::sandbox) fn when(&self) -> When {
        let elsewhere = self.body_like.is_some_and(BodyLike::is_somebody_elses);
        let before = self.status.is_some()
            || self.holds()
            || self.drop
            || self.redirect.is_some()
            || self.body.is_some()
            || elsewhere;
        let usual = if before && self.apply_late_ms.is_none() {
            When::Before
        } else {
            When::After
        };
        self.when.unwrap_or(usual)
    }

    /// Nothing of the platform's own answer is left.
    pub(in crate::sandbox) fn spoils(&self) -> bool {
        self.drop
            || self.status.is_some()
            || self.redirect.is_some()
            || self.body.is_some()
            || self.body_like.is_some()
    }

    /// The answer is not due at once.
    pub(in crate::sandbox) fn waits(&self) -> bool {
        self.holds() || self.delay().as_millis() > 0
    }

    pub(in crate::sandbox) fn delay(&self) -> Duration {
        Duration::from_millis(self.delay_ms.unwrap_or(0).into())
    }

    /// Nothing is answered until a release.
    pub(in crate::sandbox) fn holds(&self) -> bool {
        self.hold && self.hold_after.is_none()
    }

    /// After how many bytes of its body the answer stands still until a release.
    pub(in crate::sandbox) fn stands_after(&self) -> Option<u32> {
        self.hold_after
    }

    /// How the connection ends. The answer to `HEAD` ends with its head.
    pub(in crate::sandbox) fn cut(&self, method: &str) -> Option<Cut> {
        let after = self.truncate_after;
        let after = after.map(|bytes| if method == "HEAD" { 0 } else { bytes });
        (self.drop || after.is_some()).then_some(Cut {
            after,
            reset: self.reset,
        })
    }

    pub(in crate::sandbox) fn drip(&self) -> Option<Duration> {
        self.drip_ms.map(|span| Duration::from_millis(span.into()))
    }

    pub(in crate::sandbox) fn applying(&self) -> Applying {
        match self.apply_late_ms {
            _ if self.accepted_but_open => Applying::Never,
            Some(late) => Applying::Late(late),
            None => Applying::Usual,
        }
    }

    /// How old a conversation is shown.
    pub(in crate::sandbox) fn stale_ms(&self) -> Option<u32> {
        self.stale_ms
    }

    pub(in crate::sandbox) fn page_drift(&self) -> Option<i32> {
        self.page_drift
    }

    /// What somebody does, and how many milliseconds later.
    pub(in crate::sandbox) fn event(&self) -> Option<(Happening, u32)> {
        Some((self.event?, self.event_after_ms.unwrap_or(0)))
    }

    /// The refusal that is answered instead.
    pub(in crate::sandbox) fn refusal(&self) -> Option<Refusal> {
        let status = self.status?;
        let code = self.code.as_deref().unwrap_or_else(|| usual_code(status));
        let mut refusal = Refusal::new(status, code, "This answer was ordered by a fault.");
        if let Some(retry_after) = &self.retry_after {
            let text = match retry_after {
                RetryAfter::Seconds(seconds) => seconds.to_string(),
                RetryAfter::Text(text) => text.clone(),
            };
            refusal.headers.push(("retry-after", text));
        }
        Some(refusal)
    }

    /// Puts into an answer what is ordered instead of its own.
    pub(in crate::sandbox) fn alter(&self, answer: &mut Answer) {
        if let Some(body_like) = self.body_like {
            body_like.replace(answer);
        }
        if let Some(text) = &self.body {
            let media = self.content_type.as_deref().unwrap_or("application/json");
            answer.body = Body::Text(media.to_owned(), text.clone());
        }
        if let Some(status) = self.redirect {
            let to = self.location.as_deref().unwrap_or(MOVED);
            *answer = Answer::empty(status).with_header("location", to.to_owned());
        }
        if self.status.is_none() && self.spoils() && self.when() == When::Before {
            answer.status = self.redirect.unwrap_or(200);
        }
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| (name.clone(), value.clone()));
        answer.set.extend(headers);
    }
}

/// The code that usually goes with a status.
fn usual_code(status: u16) -> &'static str {
    match status {
        400 => "bad.request",
        401 => "bad.credentials",
        403 => "not.authorized",
        404 => "not.found",
        409 => "conflict",
        429 => "too.many.requests.retry.after",
        503 => "service.unavailable",
        504 => "request.timeout",
        _ => "internal.server.error",
    }
}
