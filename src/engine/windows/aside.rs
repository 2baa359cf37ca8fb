//! A window that the service does not give is left alone for a while, so that the others have their turn; one that fails again and again is
//! given up for longer, and that is said.

use std::time::Duration;

use tokio::time::Instant;

use super::rhythm::Now;
use crate::domain::failure::Failure;

/// Failures of a window's own, one after the other, by which it is given up.
const TRIES: u32 = 3;
/// How long a window of the past is given up.
const PAST: Duration = Duration::from_secs(600);
/// The same for the present, where everything new begins.
const PRESENT: Duration = Duration::from_secs(60);

/// How a window stands with the service.
#[derive(Debug, Default)]
pub(super) struct Aside {
    /// Left alone until then.
    until: Option<Instant>,
    /// Failures of its own since a page of its list came.
    failures: u32,
    /// Why it is given up.
    pub(super) given_up: Option<Failure>,
}

impl Aside {
    /// It is left alone now.
    pub(super) fn is_on(&self, now: Now) -> bool {
        self.until.is_some_and(|until| now.instant < until)
    }

    /// It failed, or is part of what did.
    pub(super) fn is_suspect(&self) -> bool {
        self.failures > 0
    }

    /// It is part of what failed.
    pub(super) fn suspect(&mut self) {
        self.failures = 1;
    }

    /// Ask it again.
    pub(super) fn end(&mut self) {
        self.until = None;
    }

    /// The service answered; with a page of its list, or less.
    pub(super) fn answered(&mut self, is_page: bool) {
        (self.until, self.given_up) = (None, None);
        if is_page {
            self.failures = 0;
        }
    }

    /// Everything fails, and this is asked again after so long.
    pub(super) fn rest(&mut self, now: Now, wait: Duration) {
        self.until = Some(now.instant + wait);
    }

    /// It failed of its own; `is_final` where asking again soon cannot help. Answers whether it is given up.
    pub(super) fn failed(
        &mut self,
        failure: &Failure,
        now: Now,
        wait: Duration,
        (is_present, is_final): (bool, bool),
    ) -> bool {
        self.failures += 1;
        let is_given_up = is_final || self.failures >= TRIES;
        let long = if is_present { PRESENT } else { PAST };
        self.rest(now, if is_given_up { long } else { wait });
        self.given_up = is_given_up.then(|| failure.clone());
        is_given_up
    }
}
