//! The console without its screen, before a sandbox in a process of its own: the real client and engine, and the console's own folding.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use tokio::sync::mpsc;
use unstick::app::{App, AppSettings, Effect, Msg, start, update};
use unstick::clock::WallClock;
use unstick::domain::feed::{Fact, Listing};
use unstick::domain::plan::Scope;
use unstick::engine::Engine;
use unstick::engine::ports::{Clock, Limiter};
use unstick::genesys::{Access, Client, Grant, Timeouts};
use unstick::settings::region::Addresses;

use crate::served::{Home, Served};

/// Requests a minute.
pub(crate) const PER_MINUTE: u32 = 200;
const HORIZON_DAYS: u32 = 366;
/// How old the chats are, in days: some in every window.
const AGES: [u32; 12] = [1, 3, 20, 45, 70, 100, 130, 170, 210, 260, 300, 350];

/// A sandbox with so many open chats, back to 350 days ago.
pub(crate) fn of_all_ages(chats: usize) -> Served {
    let home = Home::new("all-ages");
    let mut scenario = "description = \"of all ages\"\n".to_owned();
    for days in AGES {
        let count = chats / AGES.len() + usize::from(days == AGES[0]) * (chats % AGES.len());
        let _ = write!(
            scenario,
            "[[chat]]\nkind = \"orphan\"\ncount = {count}\nage = \"{days}d\"\nidle = \"20h\"\n"
        );
    }
    let file = home.0.join("ages.toml");
    std::fs::write(&file, scenario).unwrap();
    Served::start(home, &[file.to_str().unwrap()])
}

pub(crate) fn told(what: &str, figure: &str) {
    println!("  {what:<28} {figure}");
}

/// The console without its screen.
pub(crate) struct Console {
    pub(crate) app: App,
    clock: WallClock,
    facts: mpsc::Receiver<Fact>,
    engine: Engine,
    pub(crate) pages: u32,
    reads: u32,
    pub(crate) most: u32,
    pub(crate) slowest: Duration,
}

impl Console {
    pub(crate) fn of(served: &Served) -> Self {
        let word = |name: &str| served.word(name);
        let (limiter, clock) = (Limiter::new(PER_MINUTE), WallClock::start());
        let access = Access {
            profile: "sandbox".to_owned(),
            addresses: Addresses::of_loopback(&word("url"), &word("login_url")).unwrap(),
            client_id: word("client_id"),
            grant: Grant::ClientCredentials(word("client_secret").into()),
            certificate: None,
            proxy: None,
        };
        let client = Client::new(access, Timeouts::default(), limiter.clone(), clock).unwrap();
        let (sender, facts) = mpsc::channel(256);
        let (engine, _task) = Engine::spawn_read_only(client, clock, limiter, HORIZON_DAYS, sender);
        let mut app = App::new(settings(clock.now()));
        let now = clock.now();
        let size = Msg::Resized {
            width: 140,
            height: 40,
        };
        let _ = start(&mut app);
        let _ = update(&mut app, size, now);
        Self {
            app,
            clock,
            facts,
            engine,
            pages: 0,
            reads: 0,
            most: 0,
            slowest: Duration::ZERO,
        }
    }

    /// Takes turns, as the console does, until it is so or time is up.
    pub(crate) async fn watch(&mut self, enough: impl Fn(&App) -> bool, until: Instant) {
        let mut tick = Instant::now();
        while !enough(&self.app) && Instant::now() < until {
            let wait = (tick + Duration::from_secs(1)).saturating_duration_since(Instant::now());
            let first = tokio::time::timeout(wait, self.facts.recv()).await;
            let begun = Instant::now();
            if let Ok(Some(fact)) = first {
                self.take(fact);
            }
            while let Ok(fact) = self.facts.try_recv() {
                self.take(fact);
            }
            if tick.elapsed() >= Duration::from_secs(1) {
                tick = Instant::now();
                self.fold(Msg::Tick);
            }
            self.slowest = self.slowest.max(begun.elapsed());
        }
    }

    fn take(&mut self, fact: Fact) {
        match &fact {
            Fact::Listing(Listing::Page { .. }) => self.pages += 1,
            Fact::Read { .. } => self.reads += 1,
            Fact::Gauge(gauge) => self.most = self.most.max(gauge.used),
            _ => {}
        }
        self.fold(Msg::Fact(fact));
    }

    fn fold(&mut self, msg: Msg) {
        for effect in update(&mut self.app, msg, self.clock.now()) {
            if let Effect::Engine(command) = effect {
                self.engine.send(command);
            }
        }
    }

    pub(crate) fn shares(&mut self, took: Duration, used_before: Duration) {
        let used = processor_time().saturating_sub(used_before);
        let percent = 100.0 * used.as_secs_f64() / took.as_secs_f64();
        told("pages, reads", &format!("{}, {}", self.pages, self.reads));
        told("processor", &format!("{percent:.1} % of one core"));
        (self.pages, self.reads) = (0, 0);
    }
}

fn settings(started: jiff::Timestamp) -> AppSettings {
    AppSettings {
        scope: Scope {
            org_id: String::new(),
            api_host: "127.0.0.1".to_owned(),
            client_id: String::new(),
            profile: "sandbox".to_owned(),
        },
        label: "SANDBOX".to_owned(),
        place: "built in".to_owned(),
        api_url: "https://api.example.test".to_owned(),
        exports: String::new(),
        clipboard: String::new(),
        writes: false,
        no_writes: None,
        is_started_read_only: false,
        max_batch: 500,
        max_parallel: 4,
        per_minute: PER_MINUTE,
        require_note: false,
        privacy: false,
        wrap_up: None,
        recipes: unstick::app::planning::recipes::Recipes::default(),
        configured: unstick::app::Configured::default(),
        zone: TimeZone::UTC,
        started,
    }
}

/// What this process has used so far; nothing where the system does not say.
pub(crate) fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let fields: Vec<&str> = fields.collect();
    let ticks = [11, 12]
        .iter()
        .filter_map(|at| fields.get(*at)?.parse::<u64>().ok());
    Duration::from_millis(ticks.sum::<u64>() * 10)
}
