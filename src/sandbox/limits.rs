//! The rate limit: a fixed window per token, as the platform's, with its three headers.

use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;

const WINDOW: SignedDuration = SignedDuration::from_secs(60);

/// What a request found in its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    /// Requests in this window so far, this one included where it was allowed.
    pub(super) count: u32,
    /// Requests allowed in a window.
    pub(super) allowed: u32,
    /// Whole seconds until the window starts anew, at least 1.
    pub(super) reset: i64,
    /// Whether this request is over the limit.
    pub(super) exceeded: bool,
}

/// The windows of all tokens.
#[derive(Debug, Default)]
pub(super) struct Windows {
    by_token: HashMap<String, (Timestamp, u32)>,
}

impl Windows {
    /// Counts one request of a token.
    pub(super) fn count(&mut self, token: &str, allowed: u32, now: Timestamp) -> Allowance {
        let window = self.by_token.entry(token.to_owned()).or_insert((now, 0));
        if now.duration_since(window.0) >= WINDOW {
            *window = (now, 0);
        }
        let exceeded = window.1 >= allowed;
        if !exceeded {
            window.1 += 1;
        }
        let left = WINDOW - now.duration_since(window.0);
        Allowance {
            count: window.1,
            allowed,
            reset: (left.as_millis().max(1) + 999)
                .div_euclid(1000)
                .try_into()
                .unwrap_or(60),
            exceeded,
        }
    }
}
