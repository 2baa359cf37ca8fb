//! The one budget of requests, shared by polling and runs and fed by the service's headers.

use std::time::Duration;

/// What a request is for; earlier lanes go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Reads that look for an effect or verify it.
    Verify,
    /// A check together with the request that rests on it.
    Act,
    /// Reads that somebody waits for: a plan's, the screen's.
    Read,
    /// The list, and reads that nobody waits for.
    Poll,
}

/// The right to make requests; consumed one by one.
#[derive(Debug)]
pub struct Pass {
    left: u32,
}

impl Pass {
    /// Splits one request off, if there is more than one.
    pub fn split(&mut self) -> Option<Pass> {
        (self.left > 1).then(|| {
            self.left -= 1;
            Pass { left: 1 }
        })
    }
}

/// The three rate headers and `Retry-After`, as an answer carried them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateHeaders {
    /// `inin-ratelimit-count`: used in the window.
    pub count: Option<u32>,
    /// `inin-ratelimit-allowed`: allowed in the window.
    pub allowed: Option<u32>,
    /// `inin-ratelimit-reset`: seconds left in the window.
    pub reset: Option<u32>,
    /// The answer was 429; how many seconds to wait, if it said.
    pub limited: Option<Option<u32>>,
}

/// The budget. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub struct Limiter {}

impl Limiter {
    /// At most `per_minute` requests in any 60 seconds.
    pub fn new(per_minute: u32) -> Self {
        let _ = per_minute;
        Self {}
    }

    /// Waits for `count` requests at once.
    pub async fn acquire(&self, lane: Lane, count: u32) -> Pass {
        let _ = (lane, Duration::ZERO);
        Pass { left: count }
    }

    /// Counts a request that could not wait its turn (a token).
    pub fn charge(&self) {}

    /// What an answer said about the rate.
    pub fn observe(&self, headers: RateHeaders) {
        let _ = headers;
    }
}
