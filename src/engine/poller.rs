//! Keeps the list fresh: lists at most every ten seconds, reads what matters most with what the budget leaves, slows down on trouble,
//! and yields to a run.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::feed::{Command, Fact, Gauge, Listing};
use crate::domain::ids::ConversationId;
use crate::domain::moment::after;
use crate::domain::raw_read::RawRead;
use crate::domain::roster::Reading;
use crate::domain::skew;
use crate::domain::text::Text;
use crate::domain::transcript::TranscriptLine;

use super::HEARTBEAT;
use super::inspection::Inspection;
use super::listing::ListingRun;
use super::ports::{Clock, Lane, Limiter, ListedPage, Org};
use super::queue::Queue;

/// Listings start at least this far apart.
const EVERY: Duration = Duration::from_secs(10);
/// While a run goes on, the list matters less.
const EVERY_DURING_A_RUN: Duration = Duration::from_secs(30);
/// Listing takes at most this share of the budget.
const LISTING_SHARE: f64 = 0.4;
/// The first pages of a listing follow each other at once: they are what somebody waits for.
const AT_ONCE: u32 = 6;
/// Reads under way at a time.
const LANES: usize = 6;

/// The poller; its owner calls [`Poller::prepare`], [`Poller::event`] and [`Poller::absorb`] again and again.
pub(super) struct Poller<O, C> {
    org: O,
    clock: C,
    limiter: Limiter,
    facts: mpsc::Sender<Fact>,
    queue: Queue,
    jobs: JoinSet<Done>,
    listing: Option<ListingRun>,
    next_listing: Option<Instant>,
    failures: u32,
    is_paused: bool,
    /// The service could not be reached or refused us: nothing is read until a listing works again.
    is_cut_off: bool,
    /// A run is going on.
    pub(super) is_yielding: bool,
    reads: usize,
    gauge: Gauge,
    inspection: Inspection,
}

/// What a short-lived task brings back.
pub(super) enum Done {
    Page(Result<ListedPage, Failure>),
    Read(ConversationId, Result<Reading, Failure>),
    ReadClosely(ConversationId, Result<(Reading, Option<RawRead>), Failure>),
    Transcript(ConversationId, Result<Vec<TranscriptLine>, Failure>),
}

impl<O: Org, C: Clock> Poller<O, C> {
    /// A poller that begins with a listing at once, or only does as it is told.
    pub(super) fn new(
        org: O,
        clock: C,
        limiter: Limiter,
        facts: mpsc::Sender<Fact>,
        polls: bool,
    ) -> Self {
        Self {
            org,
            clock,
            limiter,
            facts,
            queue: Queue::default(),
            jobs: JoinSet::new(),
            listing: None,
            next_listing: polls.then(Instant::now),
            failures: 0,
            is_paused: !polls,
            is_cut_off: false,
            is_yielding: false,
            reads: 0,
            gauge: Gauge::default(),
            inspection: Inspection::default(),
        }
    }

    /// Takes a command that concerns the list.
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::Refresh => self.next_listing = Some(Instant::now()),
            Command::Attend { visible, marked } => self.queue.attend(visible, marked),
            Command::Read(ids) => self.queue.hurry(ids),
            Command::Inspect(id) => self.inspection.turn_to(id),
            Command::Transcript { id, messages } => self.fetch_transcript(id, messages),
            Command::PausePolling(pause) => {
                self.is_paused = pause;
                if !pause {
                    self.next_listing = Some(Instant::now());
                }
            }
            _ => {}
        }
    }

    /// Starts what is due. Call before each [`Poller::event`], outside of any `select!`: what it tells must not be lost.
    pub(super) async fn prepare(&mut self) {
        self.tell_gauge().await;
        if let Some(news) = self.inspection.news(&self.org) {
            self.tell(news).await;
        }
        self.start_listing().await;
        self.start_reads();
    }

    /// Waits for something to come back, a listing to fall due, or the heartbeat. May be dropped at any moment.
    pub(super) async fn event(&mut self) -> Option<Done> {
        let due = self
            .next_listing
            .filter(|_| self.listing.is_none())
            .map_or(HEARTBEAT, |at| at.saturating_duration_since(Instant::now()));
        let nap = due.min(HEARTBEAT);
        if self.jobs.is_empty() {
            tokio::time::sleep(nap).await;
            return None;
        }
        tokio::select! {
            // A task that panicked or was cancelled brought nothing back; its row is read again later.
            done = self.jobs.join_next() => done.and_then(Result::ok),
            () = tokio::time::sleep(nap) => None,
        }
    }

    /// Folds what came back, and tells it.
    pub(super) async fn absorb(&mut self, done: Option<Done>) {
        match done {
            Some(Done::Page(page)) => self.absorb_page(page).await,
            Some(Done::Read(id, result)) => self.absorb_read(id, result).await,
            Some(Done::ReadClosely(id, result)) => self.absorb_close_read(id, result).await,
            Some(Done::Transcript(id, result)) => self.tell(Fact::Transcript { id, result }).await,
            None => {}
        }
    }

    async fn start_listing(&mut self) {
        let is_due = self.next_listing.is_some_and(|at| at <= Instant::now());
        if !is_due || self.listing.is_some() {
            return;
        }
        self.next_listing = None;
        self.listing = Some(ListingRun::begin(self.clock.now()));
        self.request_page();
        self.tell(Fact::Listing(Listing::Started)).await;
    }

    /// Asks for the next page. A long listing is paced to its share of the budget, and within it goes before reads that nobody waits
    /// for; without that, ten thousand chats would be listed for minutes.
    fn request_page(&mut self) {
        let Some(listing) = &self.listing else { return };
        let (org, limiter, wanted) = (self.org.clone(), self.limiter.clone(), listing.wanted());
        // What the first pages took ahead is waited for before the next.
        let pause = match listing.pages {
            0..AT_ONCE => Duration::ZERO,
            AT_ONCE => self.share_of(AT_ONCE),
            _ => self.share_of(1),
        };
        let lane = if self.is_yielding {
            Lane::Poll
        } else {
            Lane::Read
        };
        self.jobs.spawn(async move {
            tokio::time::sleep(pause).await;
            let pass = limiter.acquire(lane, 1).await;
            Done::Page(org.list(wanted, pass).await)
        });
    }

    async fn absorb_page(&mut self, page: Result<ListedPage, Failure>) {
        let at = self.clock.now();
        let Some(mut listing) = self.listing.take() else {
            return;
        };
        match page {
            Ok(page) => {
                self.failures = 0;
                self.is_cut_off = false;
                for listed in &page.rows {
                    self.queue.know(listed.id, listed.started);
                }
                let is_more = listing.absorb(&page);
                let (number, total) = (listing.pages, listing.total);
                if is_more {
                    self.listing = Some(listing);
                    self.request_page();
                } else {
                    self.queue.keep(&listing.named);
                    self.next_listing = Some(Instant::now() + self.spacing(number));
                }
                self.tell(Fact::Listing(Listing::Page {
                    rows: page.rows,
                    page: number,
                    total,
                }))
                .await;
                if !is_more {
                    self.tell(Fact::Listing(Listing::Done { at })).await;
                }
            }
            Err(failure) => {
                self.failures = (self.failures + 1).min(4);
                self.is_cut_off = true;
                let wait = self.retry_in(&failure);
                self.next_listing = (!self.is_paused).then(|| Instant::now() + wait);
                let retry_at = after(at, wait.try_into().unwrap_or_default());
                self.tell(Fact::Listing(Listing::Failed { failure, retry_at }))
                    .await;
            }
        }
    }

    /// How long so many pages take at listing's share of the budget.
    fn share_of(&self, pages: u32) -> Duration {
        let allowed = f64::from(self.limiter.standing().allowed.max(1)) * LISTING_SHARE;
        Duration::from_secs_f64(60.0 * f64::from(pages) / allowed)
    }

    /// How long after a listing the next one begins. Pages beyond the first few were paced already.
    fn spacing(&self, pages: u32) -> Duration {
        self.share_of(pages.min(AT_ONCE)).max(if self.is_yielding {
            EVERY_DURING_A_RUN
        } else {
            EVERY
        })
    }

    fn retry_in(&self, failure: &Failure) -> Duration {
        match &failure.kind {
            FailureKind::RateLimited {
                retry_after: Some(seconds),
            } => Duration::from_secs(u64::from(*seconds)),
            FailureKind::TokenRenewed => Duration::ZERO,
            _ => Duration::from_secs(4 << self.failures),
        }
    }

    fn start_reads(&mut self) {
        let only_urgent = self.is_paused || self.is_yielding || self.is_cut_off;
        while self.reads < LANES {
            let lane = if self.queue.is_urgent() {
                Lane::Read
            } else {
                Lane::Poll
            };
            let Some(id) = self.queue.next(self.clock.now(), only_urgent) else {
                return;
            };
            let (org, limiter) = (self.org.clone(), self.limiter.clone());
            let is_close = self.inspection.is_of(id);
            self.reads += 1;
            self.jobs.spawn(async move {
                let pass = limiter.acquire(lane, 1).await;
                if is_close {
                    Done::ReadClosely(id, org.read_closely(id, pass).await)
                } else {
                    Done::Read(id, org.read(id, pass).await)
                }
            });
        }
    }

    /// Personal data, so nothing but an answer to somebody who asked for it.
    fn fetch_transcript(&mut self, id: ConversationId, messages: Vec<Text>) {
        let (org, limiter) = (self.org.clone(), self.limiter.clone());
        self.jobs.spawn(async move {
            let pass = limiter.acquire(Lane::Read, 1).await;
            Done::Transcript(id, org.transcript(id, messages, pass).await)
        });
    }

    async fn absorb_close_read(
        &mut self,
        id: ConversationId,
        result: Result<(Reading, Option<RawRead>), Failure>,
    ) {
        let (result, raw) = match result {
            Ok((reading, raw)) => (Ok(reading), raw),
            Err(failure) => (Err(failure), None),
        };
        self.absorb_read(id, result).await;
        if let Some(read) = raw.map(Arc::new) {
            self.tell(Fact::Raw { id, read }).await;
        }
    }

    async fn absorb_read(&mut self, id: ConversationId, result: Result<Reading, Failure>) {
        let at = self.clock.now();
        self.reads = self.reads.saturating_sub(1);
        self.queue.done(id, at);
        if result.as_ref().is_err_and(Failure::is_offline) {
            self.is_cut_off = true;
        }
        self.tell(Fact::Read {
            id,
            result: result.map(Arc::new),
            at,
        })
        .await;
    }

    async fn tell_gauge(&mut self) {
        let standing = self.limiter.standing();
        let shut_until = standing
            .shut_for
            .map(|wait| after(self.clock.now(), wait.try_into().unwrap_or_default()));
        // Whole seconds: the same gate is not told anew at every turn.
        let shut_until = shut_until.and_then(|at| at.round(jiff::Unit::Second).ok());
        let gauge = Gauge {
            used: standing.used,
            allowed: standing.allowed,
            shut_until,
            clock_ahead: self.org.clock_ahead().and_then(skew::worth_saying),
        };
        if gauge != self.gauge {
            self.gauge = gauge.clone();
            self.tell(Fact::Gauge(gauge)).await;
        }
    }

    async fn tell(&self, fact: Fact) {
        let _ = self.facts.send(fact).await;
    }
}
