//! How the console stands with the organisation: is the list live, how old is it, and what keeps it from being newer.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::clock_text::{clock, exact};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::feed::{Gauge, Listing};
use crate::domain::hearing::Hearing;
use crate::domain::moment::since;
use crate::domain::reach::Reach;

/// The least time between two rounds of listing (`decisions.md`, Budget).
const CYCLE: SignedDuration = SignedDuration::from_secs(10);
/// The same while nobody looks.
const UNWATCHED: SignedDuration = SignedDuration::from_secs(60);
/// A list that is older warns whoever plans from it; nothing is forbidden by that.
const OLD: SignedDuration = SignedDuration::from_secs(120);

/// The link as far as it is known.
#[derive(Debug, Clone)]
pub struct Link {
    /// When the console began to wait for its first list.
    pub began: Timestamp,
    /// When the newest whole list was there.
    pub listed_at: Option<Timestamp>,
    /// Pages of the round under way: how many came, rows so far, rows in all.
    pub pages: Option<Pages>,
    /// A round of listing is under way; what comes between two rounds is of the past.
    is_round: bool,
    /// How far the list reaches.
    pub reach: Reach,
    /// The newest listing failed, and what the next try is.
    pub trouble: Option<LinkTrouble>,
    /// The operator paused polling.
    pub is_paused: bool,
    /// Nobody has looked for a while, so less is asked.
    pub is_unwatched: bool,
    /// The rate.
    pub gauge: Gauge,
    /// Whether changes are told as they happen.
    pub hearing: Hearing,
}

/// Pages that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// How many.
    pub count: u32,
    /// Rows so far.
    pub rows: u32,
    /// Rows in all, as the service says.
    pub total: u32,
}

/// Why there is no newer list.
#[derive(Debug, Clone)]
pub struct LinkTrouble {
    /// What went wrong.
    pub failure: Failure,
    /// Since when.
    pub since: Timestamp,
    /// When the next try is due.
    pub retry_at: Timestamp,
    /// How many listings failed one after the other.
    pub times: u32,
}

/// The state in one word, most serious first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The sign-in is refused.
    SignedOut,
    /// A permission is missing.
    NotPermitted,
    /// The service cannot be reached.
    Offline,
    /// The service said 429.
    RateLimited,
    /// The service answers, but not as it should.
    Slow,
    /// The operator paused polling.
    Paused,
    /// Nothing has come yet.
    Connecting,
    /// Pages of the first list come in.
    Loading,
    /// Only some pages or windows of the list could be had.
    Partial,
    /// The list is live.
    Live,
}

impl Link {
    /// A link of which nothing is known yet.
    pub(crate) fn new(began: Timestamp) -> Self {
        Self {
            began,
            listed_at: None,
            pages: None,
            is_round: false,
            reach: Reach::default(),
            trouble: None,
            is_paused: false,
            is_unwatched: false,
            gauge: Gauge::default(),
            hearing: Hearing::default(),
        }
    }

    /// Folds what the engine says about the list.
    pub(crate) fn apply(&mut self, listing: &Listing, now: Timestamp) {
        match listing {
            Listing::Started => (self.pages, self.is_round) = (None, true),
            Listing::Page { .. } if !self.is_round => {}
            Listing::Page { rows, page, total } => {
                let before = self.pages.map_or(0, |pages| pages.rows);
                let came = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                self.trouble = None;
                self.pages = Some(Pages {
                    count: *page,
                    rows: before.saturating_add(came),
                    total: *total,
                });
            }
            Listing::Gone { .. } => {}
            Listing::Reach(reach) => self.reach = reach.clone(),
            Listing::Done { at } => {
                self.listed_at = Some(*at);
                (self.pages, self.is_round) = (None, false);
                self.trouble = None;
            }
            Listing::Failed { failure, retry_at } => {
                self.is_round = false;
                let before = self.trouble.as_ref();
                let since = before.map_or(now, |trouble| trouble.since);
                let times = before.map_or(0, |trouble| trouble.times);
                self.trouble = Some(LinkTrouble {
                    times: times.saturating_add(1),
                    failure: failure.clone(),
                    since,
                    retry_at: *retry_at,
                });
            }
        }
    }

    /// The state now.
    pub fn standing(&self, now: Timestamp) -> Standing {
        if let Some(trouble) = &self.trouble {
            return match trouble.failure.kind {
                FailureKind::SignInRefused => Standing::SignedOut,
                FailureKind::NotPermitted { .. } | FailureKind::Forbidden => Standing::NotPermitted,
                FailureKind::RateLimited { .. } => Standing::RateLimited,
                FailureKind::Unreachable
                | FailureKind::Untrusted
                | FailureKind::Broken
                | FailureKind::TimedOut
                | FailureKind::Intercepted => Standing::Offline,
                _ if self.listed_at.is_none() && self.pages.is_some() => Standing::Partial,
                _ => Standing::Slow,
            };
        }
        if self.gauge.shut_until.is_some_and(|until| until > now) {
            Standing::RateLimited
        } else if self.is_paused {
            Standing::Paused
        } else if self.listed_at.is_some() && self.reach.is_short() {
            Standing::Partial
        } else if self.listed_at.is_some() {
            Standing::Live
        } else if self.pages.is_some() || self.reach.windows > 0 {
            Standing::Loading
        } else {
            Standing::Connecting
        }
    }

    /// The sign-in is over, and only a person can renew it.
    pub fn wants_a_person(&self) -> bool {
        let trouble = self.trouble.as_ref();
        trouble.is_some_and(|trouble| trouble.failure.is_signed_out())
    }

    /// The sign-in is over or refused: somebody must sign in again, a person or the client with another secret.
    pub fn is_signed_out(&self) -> bool {
        let trouble = self.trouble.as_ref();
        trouble.is_some_and(|trouble| trouble.failure.kind == FailureKind::SignInRefused)
    }

    /// When the next list is due, while the link is live.
    pub fn next_at(&self) -> Option<Timestamp> {
        let cycle = if self.is_unwatched { UNWATCHED } else { CYCLE };
        self.listed_at
            .map(|at| crate::domain::moment::after(at, cycle))
    }

    /// What a list warns of that is too old to choose from unwarned.
    pub fn old_words(&self, now: Timestamp) -> Option<String> {
        let age = since(self.listed_at?, now);
        (age > OLD).then(|| format!("the list is {} old", exact(age)))
    }

    /// How the listing fails while chats can still be read: with what, how often, since when.
    pub fn failing(&self, zone: &TimeZone, now: Timestamp) -> Option<String> {
        let trouble = self.trouble.as_ref().filter(|_| !self.is_down(now))?;
        let times = match trouble.times {
            0 | 1 => String::new(),
            times => format!(", {times} times"),
        };
        let since = clock(trouble.since, zone, now);
        Some(format!(
            "Listing fails: {}{times} since {since}.",
            trouble.failure.short()
        ))
    }

    /// Reads cannot be made now, so no plan can be checked.
    pub fn is_down(&self, now: Timestamp) -> bool {
        matches!(
            self.standing(now),
            Standing::SignedOut | Standing::NotPermitted | Standing::Offline
        )
    }
}
