//! Asks the windows' questions at listing's share of the rate, backs off in trouble, and tells how far the list is. A round begins with a
//! look at the present (at first with all windows) and is done when what it showed is listed.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::feed::Listing;
use crate::domain::ids::ConversationId;
use crate::domain::moment::after;
use crate::domain::reach::Reach;

use super::HEARTBEAT;
use super::ports::{ListedPage, PageWanted};
use super::share::{Share, per_page};
use super::windows::{Ask, Meaning, Now, Tempo, Windows};

/// Looks at the present are at least this far apart (`decisions.md`, Budget).
const EVERY: Duration = Duration::from_secs(10);
/// While a run goes on, the list matters less.
const EVERY_DURING_A_RUN: Duration = Duration::from_secs(30);
/// While nobody looks.
const EVERY_UNWATCHED: Duration = Duration::from_secs(60);
/// Questions under way at a time; one while the service is in trouble.
const LANES: u32 = 4;

/// The finder.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a round, a pause, a wish and a run come and go independently of each other"
)]
pub(super) struct Finder {
    windows: Windows,
    share: Share,
    asked: u32,
    /// A round has begun and is not done.
    is_open: bool,
    /// Pages of this round.
    pages: u32,
    told: Option<Reach>,
    failures: u32,
    /// Nothing is asked before then: the service is in trouble.
    shut_until: Option<Instant>,
    /// Nothing is asked unless somebody wants a round.
    is_paused: bool,
    is_wanted: bool,
    /// A run goes on.
    pub(super) is_yielding: bool,
    /// Nobody looks.
    is_unwatched: bool,
}

impl Finder {
    /// Back to so many days ago; nothing is asked by itself where it does not poll.
    pub(super) fn new(days_back: u32, polls: bool, now: Now) -> Self {
        Self {
            windows: Windows::new(days_back, now),
            share: Share::default(),
            asked: 0,
            is_open: false,
            pages: 0,
            told: None,
            failures: 0,
            shut_until: None,
            is_paused: !polls,
            is_wanted: false,
            is_yielding: false,
            is_unwatched: false,
        }
    }

    /// A round is wanted now.
    pub(super) fn hurry(&mut self, now: Now) {
        self.windows.hurry(now);
        self.shut_until = None;
        self.is_wanted = true;
    }

    /// Ask no more, or again.
    pub(super) fn pause(&mut self, pause: bool, now: Now) {
        self.is_paused = pause;
        if !pause {
            self.hurry(now);
        }
    }

    /// Somebody looks again, and the list is brought up to date at once; or nobody does.
    pub(super) fn watch(&mut self, watched: bool, now: Now) {
        self.is_unwatched = !watched;
        if watched && !self.is_paused {
            self.hurry(now);
        }
    }

    /// A read has shown that this one is over.
    pub(super) fn note_end(&mut self, id: ConversationId, now: Now) {
        self.windows.note_end(id, now);
    }

    /// The next question, if it may be asked now, and whether a round begins with it.
    pub(super) fn next(&mut self, now: Now, allowed: u32) -> Option<(Ask, PageWanted, bool)> {
        let lanes = if self.failures > 0 { 1 } else { LANES };
        let is_shut = self.shut_until.is_some_and(|until| now.instant < until);
        let is_idle = self.is_paused && !self.is_wanted;
        if self.asked >= lanes
            || is_shut
            || is_idle
            || !self.share.wait(now.instant, allowed).is_zero()
        {
            return None;
        }
        let (ask, wanted) = self.windows.next(now, self.tempo(allowed))?;
        self.asked += 1;
        self.share.begin();
        let begins = !self.is_open && self.is_round(ask);
        if begins {
            (self.is_open, self.pages) = (true, 0);
        }
        Some((ask, wanted, begins))
    }

    /// Looks at the past, and lists that are made again, go on between rounds.
    fn is_round(&self, ask: Ask) -> bool {
        let is_look = ask.is_look() && self.windows.is_of_the_present(ask);
        is_look || !self.windows.is_whole()
    }

    /// Nothing is asked, whatever time it is.
    pub(super) fn is_at_rest(&self) -> bool {
        self.is_paused && !self.is_wanted && self.asked == 0
    }

    /// How long until something may be due.
    pub(super) fn nap(&mut self, now: Now, allowed: u32) -> Duration {
        let share = self.share.wait(now.instant, allowed);
        let until = |at: Instant| at.saturating_duration_since(now.instant);
        let wait = match self.shut_until.map(until) {
            Some(shut) if !shut.is_zero() => shut,
            _ if share.is_zero() => self.windows.due().map_or(HEARTBEAT, until),
            _ => share,
        };
        let is_waiting = self.asked > 0 || wait.is_zero();
        if is_waiting {
            HEARTBEAT
        } else {
            wait.min(HEARTBEAT)
        }
    }

    /// Folds an answer, and gives what is to be told.
    pub(super) fn absorb(
        &mut self,
        ask: Ask,
        sent: Instant,
        answer: Result<ListedPage, Failure>,
        now: Now,
        allowed: u32,
        is_open_since: &dyn Fn(ConversationId, Timestamp) -> bool,
    ) -> Vec<Listing> {
        self.asked = self.asked.saturating_sub(1);
        self.share.end(sent);
        let page = match answer {
            Ok(page) => page,
            Err(failure) => return self.fail(ask, failure, now),
        };
        // What was asked before the trouble began says nothing of it.
        if self.shut_until.is_none_or(|until| until <= now.instant) {
            self.failures = 0;
            self.shut_until = None;
        }
        let tempo = self.tempo(allowed);
        let gone = self.windows.absorb(ask, &page, now, tempo, is_open_since);
        let mut told = Vec::new();
        let counted = self.windows.counted();
        if !ask.is_count() {
            self.pages += 1;
            told.push(Listing::Page {
                rows: page.rows,
                page: self.pages,
                total: counted,
            });
        }
        if !gone.is_empty() {
            told.push(Listing::Gone {
                ids: gone,
                at: now.at,
            });
        }
        told.extend(self.reach(now));
        if self.is_open && self.windows.is_whole() && self.windows.is_settled(now, tempo) {
            (self.is_open, self.is_wanted) = (false, false);
            told.push(Listing::Done { at: now.at });
        }
        told
    }

    /// How far the list reaches, where that is news.
    fn reach(&mut self, now: Now) -> Option<Listing> {
        let reach = self.windows.reach(now);
        if self.told.as_ref() == Some(&reach) {
            return None;
        }
        self.told = Some(reach.clone());
        Some(Listing::Reach(reach))
    }

    fn fail(&mut self, ask: Ask, failure: Failure, now: Now) -> Vec<Listing> {
        let wait = retry_in(&failure, (self.failures + 1).min(4));
        if self.windows.fail(ask, &failure, now, wait) == Meaning::OneWindow {
            return self.reach(now).into_iter().collect();
        }
        let is_told = self.shut_until.is_some_and(|until| now.instant < until);
        if is_told {
            // One of several that were under way when the trouble began.
            return Vec::new();
        }
        self.failures = (self.failures + 1).min(4);
        (self.is_open, self.is_wanted) = (false, false);
        self.shut_until = Some(now.instant + wait);
        let retry_at = after(now.at, wait.try_into().unwrap_or_default());
        vec![Listing::Failed { failure, retry_at }]
    }

    /// The service is in trouble: nothing that can wait is to be asked of it.
    pub(super) fn is_in_trouble(&self) -> bool {
        self.failures > 0
    }

    fn tempo(&self, allowed: u32) -> Tempo {
        Tempo {
            every: match (self.is_unwatched, self.is_yielding) {
                (true, _) => EVERY_UNWATCHED,
                (false, true) => EVERY_DURING_A_RUN,
                (false, false) => EVERY,
            },
            per_page: per_page(allowed),
        }
    }
}

fn retry_in(failure: &Failure, failures: u32) -> Duration {
    match &failure.kind {
        FailureKind::RateLimited {
            retry_after: Some(seconds),
        } => Duration::from_secs(u64::from(*seconds)),
        FailureKind::TokenRenewed => Duration::ZERO,
        _ => Duration::from_secs(4 << failures),
    }
}
