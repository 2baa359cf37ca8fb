//! What chats cost in memory: the roster alone, the whole program, and whether it grows as chats come and go for a day. Each is measured in
//! a process of its own, as growth of what is resident.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::time::Instant;
use unstick::domain::beside::AgentStanding;
use unstick::domain::failure::{Failure, Receipt};
use unstick::domain::ids::ConversationId;
use unstick::domain::names::Named;
use unstick::domain::roster::{Ending, Reading, Roster};
use unstick::domain::text::Text;
use unstick::engine::Engine;
use unstick::engine::ports::{
    Clock, Limiter, ListedPage, NamesPage, NamesWanted, Org, PageWanted, Pass,
};

use crate::desk::{Watch, console};
use crate::made::{Made, number_of, page};
use crate::process::{mib, resident};
use crate::report::Report;

const A_CHAT: u64 = 500;
const IN_ALL: u64 = 100_000_000;
/// Growth that is none: an allocator's rounding.
const NOTHING: u64 = 2_000_000;
/// Hours after which everything was listed and read that there is at once.
const SETTLED: usize = 2;
/// Nothing takes longer to be found and read, by the simulated clock.
const LONGEST: Duration = Duration::from_secs(3 * 3600);
/// How long an answer takes.
const ANSWER: Duration = Duration::from_millis(20);

/// The roster alone.
pub(crate) fn roster(report: &mut Report, chats: u64) {
    let now = Watch::new().base();
    // What the first page sets up once is no chat's.
    let mut roster = Roster::default();
    let mut absorb = |from: u64, to: u64| {
        let made: Vec<Made> = (from..to)
            .map(|number| Made::of_list(number, now))
            .collect();
        roster.absorb_page(&page(&made, now));
        for chat in &made {
            roster.absorb_reading(chat.id(), &chat.reading(now));
        }
    };
    absorb(0, 100);
    let before = resident();
    for from in (100..chats).step_by(100) {
        absorb(from, from + 100);
    }
    let each = (resident() - before) / (chats - 100);
    assert_eq!(u64::try_from(roster.len()).unwrap(), chats);
    report.judged(
        "memory of a chat in the roster, four parties, read",
        &format!("{each} bytes, of {chats}"),
        &format!("at most {A_CHAT}"),
        each <= A_CHAT,
    );
}

/// The engine and the console, which find and read so many by themselves.
pub(crate) fn whole(report: &mut Report, chats: u64) {
    let found = simulated(async {
        let clock = Simulated::start();
        // Sixty days of chats; more requests than any organisation allows, so that it takes minutes and not hours.
        let crowd = Crowd {
            clock: clock.clone(),
            live: chats,
            life: SignedDuration::from_hours(60 * 24),
        };
        let limiter = Limiter::new(u32::try_from(chats / 4).unwrap().max(1000));
        let before = resident();
        let mut bench = Bench::open(crowd, limiter);
        while bench.read() < chats * 99 / 100 {
            bench.pass(Duration::from_secs(1)).await;
            assert!(clock.since_start() < LONGEST, "{} read", bench.read());
        }
        let took = clock.since_start();
        (resident(), before, bench.read(), took)
    });
    let (resident, before, read, took) = found;
    let promised = format!("at most {}", mib(IN_ALL));
    report.judged(
        "resident in all, engine and console",
        &format!("{}, {} before ({read} read)", mib(resident), mib(before)),
        &promised,
        resident <= IN_ALL,
    );
    Report::told(
        "  of that, a chat",
        &format!(
            "{} bytes, after {took:.0?} simulated",
            (resident - before) / chats
        ),
    );
}

/// A day in which chats come, are read, and go, with the clock of the engine and the console simulated.
pub(crate) fn churn(report: &mut Report, is_quick: bool) {
    let (live, hours) = if is_quick { (600, 6) } else { (3_000, 24) };
    let sizes = simulated(async {
        let clock = Simulated::start();
        let crowd = Crowd {
            clock: clock.clone(),
            live,
            life: SignedDuration::from_hours(3),
        };
        let mut bench = Bench::open(crowd, Limiter::new(270));
        let mut sizes = vec![resident()];
        for _ in 0..hours {
            bench.pass(Duration::from_secs(3600)).await;
            sizes.push(resident());
        }
        let known = u64::try_from(bench.console.app().roster.len()).unwrap();
        assert!(known < live * 2, "{known} chats are known of {live}");
        sizes
    });
    let (then, last) = (sizes[SETTLED], sizes[hours]);
    let went = live * u64::try_from(hours).unwrap() / 3;
    let by_hour: Vec<String> = sizes.iter().map(|size| mib(*size)).collect();
    Report::told("resident, hour by hour", &by_hour.join(", "));
    report.judged(
        "growth as chats come and go, clock simulated",
        &format!(
            "{} after {SETTLED} h, {} after {hours} h ({went} came and went)",
            mib(then),
            mib(last)
        ),
        "none",
        last <= then + NOTHING,
    );
}

/// Runs it where time goes by as fast as there is nothing to do.
fn simulated<T>(act: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build();
    runtime.unwrap().block_on(act)
}

/// The engine and the console on an organisation.
struct Bench {
    console: unstick::tui::Console<crate::paper::Paper, Simulated>,
    _hands: (
        mpsc::Sender<unstick::app::Msg>,
        mpsc::Sender<unstick::app::Signal>,
    ),
}

impl Bench {
    fn open(crowd: Crowd, limiter: Limiter) -> Self {
        let clock = crowd.clock.clone();
        let (told, facts) = mpsc::channel(256);
        let (engine, _) = Engine::spawn_read_only(crowd, clock.clone(), limiter, 93, told);
        let (console, keys, signals) = console(&clock, engine, facts);
        Self {
            console,
            _hands: (keys, signals),
        }
    }

    fn read(&self) -> u64 {
        u64::try_from(self.console.app().chats.counts.read).unwrap()
    }

    /// Lets so much time go by.
    async fn pass(&mut self, span: Duration) {
        let until = Instant::now() + span;
        while Instant::now() < until {
            let went_on = self.console.step().await.unwrap();
            assert!(went_on.is_continue());
        }
    }
}

/// The clock of the runtime, from a day that was chosen.
#[derive(Debug, Clone)]
struct Simulated {
    base: Timestamp,
    began: Instant,
}

impl Simulated {
    fn start() -> Self {
        Self {
            base: Watch::new().base(),
            began: Instant::now(),
        }
    }

    fn since_start(&self) -> Duration {
        self.began.elapsed()
    }
}

impl Clock for Simulated {
    fn now(&self) -> Timestamp {
        self.base + self.since_start()
    }
}

/// An organisation where a chat begins at even intervals, and each lives equally long. Its answers are parsed from what they would be in JSON.
#[derive(Clone)]
struct Crowd {
    clock: Simulated,
    /// How many are open at once.
    live: u64,
    life: SignedDuration,
}

impl Crowd {
    /// The time from one beginning to the next, in milliseconds.
    fn gap(&self) -> i64 {
        i64::try_from(self.life.as_millis()).unwrap() / i64::try_from(self.live).unwrap()
    }

    fn origin(&self) -> Timestamp {
        self.clock.base - self.life
    }

    fn chat(&self, number: u64) -> Made {
        let now = self.clock.now();
        let nth = self.gap() * i64::try_from(number).unwrap();
        let started = self.origin() + SignedDuration::from_millis(nth);
        let ended = Some(started + self.life).filter(|ended| *ended <= now);
        let until = ended.unwrap_or(now);
        // Somebody writes every tenth of its life.
        let step = self.life.as_secs() / 10;
        let written = until.duration_since(started).as_secs() / step * step;
        Made {
            number,
            started,
            wrote: started + SignedDuration::from_secs(written),
            ended,
        }
    }

    /// The number of the first chat that began at this time or later.
    fn first_from(&self, at: Timestamp) -> u64 {
        let since = at.duration_since(self.origin()).as_millis();
        let gap = i128::from(self.gap());
        u64::try_from((since + gap - 1).div_euclid(gap).max(0)).unwrap()
    }
}

impl Org for Crowd {
    async fn list(&self, wanted: PageWanted, pass: Pass) -> Result<ListedPage, Failure> {
        let asked_at = self.clock.now();
        tokio::time::sleep(ANSWER).await;
        let now = self.clock.now();
        let open_from = self.first_from(now - self.life + SignedDuration::from_millis(1));
        let from = self.first_from(wanted.from).max(open_from);
        let to = self.first_from(wanted.to.min(now)).max(from);
        let size = u64::from(wanted.size);
        let first = from + u64::from(wanted.number - 1) * size;
        let made: Vec<Made> = (first..to.min(first + size))
            .map(|number| self.chat(number))
            .collect();
        drop(pass);
        let total = u32::try_from(to - from).unwrap();
        Ok(ListedPage::new(page(&made, asked_at), total))
    }

    async fn read(&self, id: ConversationId, pass: Pass) -> Result<Reading, Failure> {
        let asked_at = self.clock.now();
        tokio::time::sleep(ANSWER).await;
        let reading = self.chat(number_of(id)).reading(asked_at);
        drop(pass);
        Ok((*reading).clone())
    }

    async fn names(&self, wanted: NamesWanted, pass: Pass) -> Result<NamesPage, Failure> {
        tokio::time::sleep(ANSWER).await;
        drop(pass);
        let named = wanted.ids.into_iter().map(|id| Named {
            name: Text::clean(&format!("Named {}", id.as_str())),
            id,
            on_disconnect: None,
        });
        Ok(NamesPage {
            named: named.collect(),
            next: None,
        })
    }

    async fn standings(&self, users: Vec<Text>, pass: Pass) -> Result<Vec<AgentStanding>, Failure> {
        let asked_at = self.clock.now();
        tokio::time::sleep(ANSWER).await;
        drop(pass);
        let standings = users.into_iter().map(|user| AgentStanding {
            presence: Some(Text::clean("Available")),
            ..AgentStanding::new(user, asked_at)
        });
        Ok(standings.collect())
    }

    async fn threading(&self, pass: Pass) -> Result<Option<SignedDuration>, Failure> {
        tokio::time::sleep(ANSWER).await;
        drop(pass);
        Ok(Some(SignedDuration::from_hours(72)))
    }

    async fn end_of(&self, id: ConversationId, pass: Pass) -> Result<Ending, Failure> {
        let asked_at = self.clock.now();
        tokio::time::sleep(ANSWER).await;
        drop(pass);
        Ok(Ending {
            asked_at,
            ended: self.chat(number_of(id)).ended,
            receipt: Receipt::default(),
        })
    }
}
