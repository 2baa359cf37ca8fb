//! What polling asks for: its part of the rate and no more, and next to nothing of a service that is down.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::feed::{Command, Fact};
use unstick::domain::ids::ConversationId;
use unstick::domain::roster::{Ending, Reading};
use unstick::engine::Engine;
use unstick::engine::ports::{Clock, Limiter, ListedPage, Org, PageWanted, Pass};

use crate::model::*;

const MINUTE: Duration = Duration::from_secs(60);

/// An organisation that keeps when it was asked for what, and that can be out of reach.
#[derive(Clone)]
pub(crate) struct Watched {
    pub(crate) model: Model,
    kept: Arc<Mutex<Kept>>,
}

/// How a question to the list fails, if it does.
type Fails = Box<dyn Fn(&PageWanted) -> Option<FailureKind> + Send>;

#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) pages: Vec<Instant>,
    first_pages: Vec<Instant>,
    pub(crate) reads: Vec<Instant>,
    pub(crate) read_ids: Vec<(Instant, ConversationId)>,
    is_down: bool,
    /// How many conversations are there cannot be had.
    pub(crate) has_no_counts: bool,
    pub(crate) list_fails: Option<Fails>,
    /// So many of the next questions to the list panic.
    pub(crate) list_falls: u32,
    /// The list names it, and a read says that it ended two days ago.
    pub(crate) stray: Option<ConversationId>,
    /// How long a read takes beside what the model takes.
    read_takes: Duration,
}

impl Watched {
    pub(crate) fn over(model: &Model) -> Self {
        Self {
            model: model.clone(),
            kept: Arc::default(),
        }
    }

    pub(crate) fn kept<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(&mut self.kept.lock().unwrap())
    }

    async fn reach(&self) -> Result<(), Failure> {
        if self.kept(|kept| kept.is_down) {
            tokio::time::sleep(Duration::from_millis(20)).await;
            return Err(failure(FailureKind::Unreachable, None));
        }
        Ok(())
    }
}

impl Org for Watched {
    async fn list(&self, page: PageWanted, pass: Pass) -> Result<ListedPage, Failure> {
        let now = Instant::now();
        self.kept(|kept| kept.pages.push(now));
        self.reach().await?;
        let left = self.kept(|kept| kept.list_falls);
        if left > 0 {
            self.kept(|kept| kept.list_falls = left - 1);
            panic!("the list falls over, as this test wants it");
        }
        let fails = self.kept(|kept| kept.list_fails.as_ref().and_then(|fails| fails(&page)));
        if let Some(kind) = fails {
            tokio::time::sleep(Duration::from_millis(50)).await;
            return Err(failure(kind, Some(500)));
        }
        if page.size == 1 && self.kept(|kept| kept.has_no_counts) {
            return Err(failure(FailureKind::GatewayGaveUp, Some(502)));
        }
        self.model.list(page, pass).await
    }

    async fn read(&self, id: ConversationId, pass: Pass) -> Result<Reading, Failure> {
        let now = Instant::now();
        self.kept(|kept| {
            kept.reads.push(now);
            kept.read_ids.push((now, id));
        });
        self.reach().await?;
        tokio::time::sleep(self.kept(|kept| kept.read_takes)).await;
        let mut reading = self.model.read(id, pass).await?;
        if self.kept(|kept| kept.stray) == Some(id) {
            let long_ago = self.model.clock.now() - SignedDuration::from_hours(48);
            reading.conversation.ended = Some(long_ago);
        }
        Ok(reading)
    }

    async fn end_of(&self, id: ConversationId, pass: Pass) -> Result<Ending, Failure> {
        self.reach().await?;
        self.model.end_of(id, pass).await
    }
}

/// Polls for so long; nobody is slow to hear of it.
fn poll(org: &Watched, rate: u32) -> Engine {
    let (sender, mut facts) = mpsc::channel(256);
    let (engine, _task) =
        Engine::spawn_read_only(org.clone(), org.model.clock, Limiter::new(rate), 93, sender);
    let kept = org.clone();
    tokio::spawn(async move {
        while let Some(fact) = facts.recv().await {
            if matches!(fact, Fact::Listing(unstick::domain::feed::Listing::Started)) {
                kept.kept(|kept| kept.first_pages.push(Instant::now()));
            }
        }
    });
    engine
}

/// The most of these in any minute.
pub(crate) fn most(times: &[Instant]) -> usize {
    let in_minute_from = |from: &Instant| {
        let within = |at: &&Instant| **at >= *from && at.duration_since(*from) < MINUTE;
        times.iter().filter(within).count()
    };
    times.iter().map(in_minute_from).max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn listing_takes_at_most_two_fifths_of_any_minute_and_reads_take_the_rest() {
    // Where reads are slow, nothing but its own pace holds listing back.
    for (rate, chats, seconds) in [(270, 30, 0), (270, 700, 0), (60, 3_000, 0), (60, 3_000, 20)] {
        let model = Model::new();
        for bits in 1..=chats {
            model.orphan(bits);
        }
        let org = Watched::over(&model);
        org.kept(|kept| kept.read_takes = Duration::from_secs(seconds));
        let engine = poll(&org, rate);
        let start = Instant::now();
        tokio::time::sleep(5 * MINUTE).await;
        engine.send(Command::Shutdown);
        let (pages, begun, reads) = org.kept(|kept| {
            let mut reads = std::mem::take(&mut kept.reads);
            reads.retain(|at| at.duration_since(start) >= MINUTE);
            (
                std::mem::take(&mut kept.pages),
                std::mem::take(&mut kept.first_pages),
                reads,
            )
        });
        let share = rate as usize * 2 / 5;
        assert!(
            most(&pages) <= share + 1,
            "{chats} chats: {} pages",
            most(&pages)
        );
        let closest = begun
            .windows(2)
            .map(|two| two[1].duration_since(two[0]))
            .min();
        assert!(
            closest.is_none_or(|gap| gap >= Duration::from_secs(10)),
            "{closest:?}"
        );
        if chats >= 3_000 && seconds == 0 {
            // Unread ones remain, so what is over is used.
            assert!(
                pages.len() + reads.len() > rate as usize * 4,
                "{} reads",
                reads.len()
            );
            assert!(
                most(&reads) >= rate as usize * 3 / 5 - 10,
                "{}",
                most(&reads)
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f37_five_minutes_without_the_service_cost_polling_at_most_twenty_requests() {
    let model = Model::new();
    let ids: Vec<ConversationId> = (1..=2_000).map(|bits| model.orphan(bits)).collect();
    let org = Watched::over(&model);
    let engine = poll(&org, 270);
    engine.send(Command::Attend {
        visible: ids[..30].to_vec(),
        marked: ids[..5].to_vec(),
    });
    tokio::time::sleep(Duration::from_secs(7)).await;
    org.kept(|kept| {
        assert!(kept.reads.len() > 10, "it was reading");
        kept.pages.clear();
        kept.reads.clear();
        kept.is_down = true;
    });
    tokio::time::sleep(5 * MINUTE).await;
    let (pages, reads) = org.kept(|kept| (kept.pages.len(), kept.reads.len()));
    assert!(pages + reads <= 20, "{pages} pages and {reads} reads");
    assert!(
        pages >= 5,
        "it asks now and then whether the service is back: {pages}"
    );
    org.kept(|kept| kept.is_down = false);
    tokio::time::sleep(2 * MINUTE).await;
    let after = org.kept(|kept| kept.reads.len());
    assert!(after > 100, "reading goes on: {after}");
}
