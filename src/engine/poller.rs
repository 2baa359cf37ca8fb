//! Keeps the list fresh: asks what the finder wants to know, reads what matters most with what the budget leaves, slows down on trouble,
//! and yields to a run.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::domain::beside::{AgentStanding, Learned};
use crate::domain::failure::Failure;
use crate::domain::feed::{Command, Fact, Gauge, Listing};
use crate::domain::ids::ConversationId;
use crate::domain::moment::after;
use crate::domain::names::{Named, seen_in_list, seen_in_read};
use crate::domain::raw_read::RawRead;
use crate::domain::roster::Reading;
use crate::domain::skew;
use crate::domain::text::Text;
use crate::domain::transcript::TranscriptLine;

use super::ears::Queues;
use super::finder::Finder;
use super::inspection::Inspection;
use super::jobs::Jobs;
use super::names::Asking;
use super::ports::{Clock, Lane, Limiter, ListedPage, NamesPage, NamesWanted, Org};
use super::queue::Queue;
use super::standings::Questions;
use super::windows::{Ask, Now};

mod naming;
mod waking;

/// Reads under way at a time.
const LANES: usize = 6;

/// The poller; its owner calls [`Poller::prepare`], [`Poller::event`] and [`Poller::absorb`] again and again.
pub(super) struct Poller<O, C> {
    org: O,
    clock: C,
    limiter: Limiter,
    facts: mpsc::Sender<Fact>,
    pub(super) queue: Queue,
    /// Which queues matter to whoever listens.
    pub(super) queues: Option<Queues>,
    jobs: Jobs<Done>,
    finder: Finder,
    is_paused: bool,
    /// The service could not be reached or refused us: nothing is read until a listing works again. One that only fails at its list is
    /// read from until a read fails in the same way.
    is_cut_off: bool,
    /// A run is going on.
    pub(super) is_yielding: bool,
    reads: usize,
    gauge: Gauge,
    inspection: Inspection,
    asking: Asking,
    questions: Questions,
}

/// What a short-lived task brings back.
pub(super) enum Done {
    /// What the list says, and when it was asked.
    Page(Ask, Instant, Result<ListedPage, Failure>),
    Read(ConversationId, Result<Reading, Failure>),
    ReadClosely(ConversationId, Result<(Reading, Option<RawRead>), Failure>),
    Transcript(ConversationId, Result<Vec<TranscriptLine>, Failure>),
    Names(NamesWanted, Result<NamesPage, Failure>),
    Codes(Option<Text>, Result<Vec<Named>, Failure>),
    Standings(Vec<Text>, Result<Vec<AgentStanding>, Failure>),
    Threading(Result<Option<SignedDuration>, Failure>),
}

impl<O: Org, C: Clock> Poller<O, C> {
    /// A poller that begins to list at once, back to so many days ago; or, where it does not poll, only does as it is told.
    pub(super) fn new(
        org: O,
        clock: C,
        limiter: Limiter,
        facts: mpsc::Sender<Fact>,
        horizon_days: u32,
        polls: bool,
    ) -> Self {
        let now = Now {
            at: clock.now(),
            instant: Instant::now(),
        };
        Self {
            org,
            clock,
            limiter,
            facts,
            queue: Queue::default(),
            queues: None,
            jobs: Jobs::default(),
            finder: Finder::new(horizon_days, polls, now),
            is_paused: !polls,
            is_cut_off: false,
            is_yielding: false,
            reads: 0,
            gauge: Gauge::default(),
            inspection: Inspection::default(),
            asking: Asking::default(),
            questions: Questions::default(),
        }
    }

    /// Takes a command that concerns the list.
    pub(super) fn command(&mut self, command: Command) {
        match command {
            Command::Refresh => self.finder.hurry(self.now()),
            Command::Attend { visible, marked } => self.queue.attend(visible, marked),
            Command::Read(ids) => self.queue.hurry(ids),
            Command::Inspect(id) => self.inspection.turn_to(id),
            Command::TellRequests(tell) => self.inspection.follow_all(tell),
            Command::Transcript { id, messages } => self.fetch_transcript(id, messages),
            Command::KnowNames(names) => self.asking.know(names),
            Command::Name(keys) => {
                let seen = keys.iter().map(|(kind, id)| (*kind, id));
                self.asking.note(seen, self.clock.now());
            }
            Command::ListCodes { queues } => self.list_codes(queues),
            Command::PausePolling(pause) => {
                self.is_paused = pause;
                self.finder.pause(pause, self.now());
            }
            Command::Watch(watched) => self.finder.watch(watched, self.now()),
            _ => {}
        }
    }

    /// Starts what is due. Call before each [`Poller::event`], outside of any `select!`: what it tells must not be lost.
    pub(super) async fn prepare(&mut self) {
        self.tell_gauge().await;
        for news in self.inspection.news(&self.org) {
            self.tell(news).await;
        }
        self.start_listing().await;
        self.start_reads();
        self.start_names();
        self.ask_beside();
    }

    /// Folds what came back, and tells it.
    pub(super) async fn absorb(&mut self, done: Option<Done>) {
        match done {
            Some(Done::Page(ask, sent, page)) => self.absorb_page(ask, sent, page).await,
            Some(Done::Read(id, result)) => self.absorb_read(id, result).await,
            Some(Done::ReadClosely(id, result)) => self.absorb_close_read(id, result).await,
            Some(Done::Transcript(id, result)) => self.tell(Fact::Transcript { id, result }).await,
            Some(Done::Names(wanted, result)) => self.absorb_names(wanted, result).await,
            Some(Done::Codes(queue, result)) => self.absorb_codes(queue, result).await,
            Some(Done::Standings(asked, result)) => {
                let told = self.questions.came(asked, result, self.clock.now());
                self.tell(Fact::Learned(Learned::Standings(told))).await;
            }
            Some(Done::Threading(Ok(Some(window)))) => {
                self.tell(Fact::Learned(Learned::Threading(window))).await;
            }
            Some(Done::Threading(_)) | None => {}
        }
    }

    /// Asks other sources what reads depend on, where the budget is not needed for anything else.
    fn ask_beside(&mut self) {
        if self.is_paused || self.is_yielding || self.is_cut_off {
            return;
        }
        if let Some(users) = self.questions.next(self.clock.now()) {
            let (org, limiter) = (self.org.clone(), self.limiter.clone());
            let asked = users.clone();
            self.jobs.spawn(
                async move {
                    let pass = limiter.acquire(Lane::Poll, 1).await;
                    let result = org.standings(users.clone(), pass).await;
                    Done::Standings(users, result)
                },
                |failure| Done::Standings(asked, Err(failure)),
            );
        }
        if self.questions.wants_threading() {
            let (org, limiter) = (self.org.clone(), self.limiter.clone());
            self.jobs.spawn(
                async move {
                    let pass = limiter.acquire(Lane::Poll, 1).await;
                    Done::Threading(org.threading(pass).await)
                },
                |failure| Done::Threading(Err(failure)),
            );
        }
    }

    fn now(&self) -> Now {
        Now {
            at: self.clock.now(),
            instant: Instant::now(),
        }
    }

    /// Asks what is to be asked of the list. Within listing's share that goes before reads that nobody waits for; without that, ten
    /// thousand chats would be listed for minutes.
    async fn start_listing(&mut self) {
        self.finder.is_yielding = self.is_yielding;
        let allowed = self.limiter.standing().allowed;
        while let Some((ask, wanted, begins)) = self.finder.next(self.now(), allowed) {
            let (org, limiter) = (self.org.clone(), self.limiter.clone());
            let lane = if self.is_yielding {
                Lane::Poll
            } else {
                Lane::Read
            };
            let begun = Instant::now();
            self.jobs.spawn(
                async move {
                    let pass = limiter.acquire(lane, 1).await;
                    let sent = Instant::now();
                    Done::Page(ask, sent, org.list(wanted, pass).await)
                },
                move |failure| Done::Page(ask, begun, Err(failure)),
            );
            if begins {
                self.tell(Fact::Listing(Listing::Started)).await;
            }
        }
    }

    async fn absorb_page(&mut self, ask: Ask, sent: Instant, page: Result<ListedPage, Failure>) {
        let now = self.now();
        let allowed = self.limiter.standing().allowed;
        let queue = &self.queue;
        let is_open_since = |id, at| queue.is_open_since(id, at);
        let is_fault = page.as_ref().is_err_and(Failure::is_fault);
        let told = self
            .finder
            .absorb(ask, sent, page, now, allowed, &is_open_since);
        self.is_cut_off = self.finder.is_in_trouble() && !is_fault;
        for mut listing in told {
            self.note(&mut listing, now.at);
            self.tell(Fact::Listing(listing)).await;
        }
    }

    /// What the list says is to be read, or no more. It is late with what has ended: nobody is told of that again.
    fn note(&mut self, listing: &mut Listing, now: Timestamp) {
        match listing {
            Listing::Page { rows, .. } => {
                rows.retain(|listed| !self.queue.is_named_though_over(listed.id, now));
                for listed in rows.iter() {
                    self.queue.know(listed.id, listed.started);
                    self.asking.note(seen_in_list(listed), now);
                }
                if let Some(queues) = &self.queues {
                    queues.listed(rows);
                }
            }
            Listing::Gone { ids, .. } => ids.iter().for_each(|id| self.queue.forget(*id)),
            _ => {}
        }
    }

    fn start_reads(&mut self) {
        let only_urgent = self.is_paused || self.is_yielding || self.is_cut_off;
        while self.reads < LANES {
            let lane = if self.queue.is_urgent(self.clock.now()) {
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
            self.jobs.spawn(
                async move {
                    let pass = limiter.acquire(lane, 1).await;
                    if is_close {
                        Done::ReadClosely(id, org.read_closely(id, pass).await)
                    } else {
                        Done::Read(id, org.read(id, pass).await)
                    }
                },
                move |failure| Done::Read(id, Err(failure)),
            );
        }
    }

    /// Personal data, so nothing but an answer to somebody who asked for it.
    fn fetch_transcript(&mut self, id: ConversationId, messages: Vec<Text>) {
        let (org, limiter) = (self.org.clone(), self.limiter.clone());
        self.jobs.spawn(
            async move {
                let pass = limiter.acquire(Lane::Read, 1).await;
                Done::Transcript(id, org.transcript(id, messages, pass).await)
            },
            move |failure| Done::Transcript(id, Err(failure)),
        );
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
        let mut is_news = true;
        match &result {
            Ok(reading) => {
                if let Some(queues) = &self.queues {
                    queues.read(reading);
                }
                let conversation = &reading.conversation;
                match conversation.ended {
                    Some(ended) => {
                        is_news = self.queue.saw_over(id, ended, at) || self.inspection.is_of(id);
                        // The list may be late with that; what it still names long after is a stray, and stays.
                        if is_news && self.queue.is_over(id, at) {
                            self.finder.note_end(id, self.now());
                        }
                    }
                    None => self.queue.saw_open(id, conversation.started, at),
                }
                self.questions.note(reading, at);
            }
            Err(failure) => {
                self.queue.failed(id, at);
                let is_fault = self.finder.is_in_trouble() && failure.is_fault();
                self.is_cut_off |= failure.is_offline() || is_fault;
            }
        }
        if !is_news {
            return;
        }
        if let Ok(reading) = &result {
            self.asking.note(seen_in_read(&reading.conversation), at);
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
