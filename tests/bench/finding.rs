//! How long it takes to find everything, measured through the real client against a sandbox in a process of its own, with the console's own
//! folding and no screen: `cargo bench --bench finding`. It takes twenty minutes at 100,000 open chats and 200 requests a minute;
//! `-- --quick` has 2,000 and takes two.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring program says what it finds and stops where it cannot"
)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use serde_json::Value;
use tokio::sync::mpsc;
use unstick::app::{App, AppSettings, Effect, Msg, start, update};
use unstick::clock::WallClock;
use unstick::domain::feed::{Fact, Listing};
use unstick::domain::plan::Scope;
use unstick::engine::Engine;
use unstick::engine::ports::{Clock, Limiter};
use unstick::genesys::{Access, Client, Grant, Timeouts};
use unstick::settings::region::Addresses;

const BINARY: &str = env!("CARGO_BIN_EXE_unstick");
const PER_MINUTE: u32 = 200;
const HORIZON_DAYS: u32 = 366;
/// How old the chats are, in days: some in every window.
const AGES: [u32; 12] = [1, 3, 20, 45, 70, 100, 130, 170, 210, 260, 300, 350];

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let is_quick = std::env::args().any(|word| word == "--quick");
    let (chats, idle) = if is_quick {
        (2_000, Duration::from_secs(60))
    } else {
        (100_000, Duration::from_secs(300))
    };
    let served = Served::start(chats);
    let mut console = Console::of(&served);
    let before = memory_mib();
    let begun = Instant::now();
    println!("{chats} open chats back to 350 days ago, {PER_MINUTE} requests a minute");
    let until = begun + Duration::from_secs(3600);
    console.watch(|app| !app.roster.is_empty(), until).await;
    told("first page on screen", &format!("{:.1?}", begun.elapsed()));
    let used = processor_time();
    console
        .watch(|app| app.link.listed_at.is_some(), until)
        .await;
    let took = begun.elapsed();
    told("all listed", &format!("{took:.0?}"));
    told("rows known", &console.app.roster.len().to_string());
    console.shares(took, used);
    let (used, from) = (processor_time(), Instant::now());
    console.watch(|_| false, from + idle).await;
    println!("afterwards, for {idle:?}:");
    console.shares(from.elapsed(), used);
    told("rows read", &console.app.chats.counts.read.to_string());
    told("most requests in a minute", &console.most.to_string());
    told(
        "resident",
        &format!("{} MiB, {before} before", memory_mib()),
    );
    let busiest = console.slowest;
    told("longest fold of one turn", &format!("{busiest:.0?}"));
}

fn told(what: &str, figure: &str) {
    println!("  {what:<28} {figure}");
}

/// The console without its screen.
struct Console {
    app: App,
    clock: WallClock,
    facts: mpsc::Receiver<Fact>,
    engine: Engine,
    pages: u32,
    reads: u32,
    most: u32,
    slowest: Duration,
}

impl Console {
    fn of(served: &Served) -> Self {
        let word = |name: &str| served.welcome[name].as_str().unwrap().to_owned();
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
    async fn watch(&mut self, enough: impl Fn(&App) -> bool, until: Instant) {
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

    fn shares(&mut self, took: Duration, used_before: Duration) {
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

/// The sandbox, in a process of its own.
struct Served {
    child: Child,
    home: PathBuf,
    welcome: Value,
}

impl Served {
    fn start(chats: usize) -> Self {
        let home = std::env::temp_dir().join(format!("unstick-finding-{}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        let mut scenario = "description = \"of all ages\"\n".to_owned();
        for days in AGES {
            let count = chats / AGES.len() + usize::from(days == AGES[0]) * (chats % AGES.len());
            let _ = write!(
                scenario,
                "[[chat]]\nkind = \"orphan\"\ncount = {count}\nage = \"{days}d\"\nidle = \"20h\"\n"
            );
        }
        let file = home.join("ages.toml");
        std::fs::write(&file, scenario).unwrap();
        let mut child = Command::new(BINARY)
            .args(["sandbox", "serve"])
            .arg(&file)
            .env("UNSTICK_HOME", &home)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        Self {
            welcome: serde_json::from_str(&line).unwrap(),
            child,
            home,
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// What this process has used so far; nothing where the system does not say.
fn processor_time() -> Duration {
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

/// Resident memory; 0 where the system does not say.
fn memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let figure = line.and_then(|line| line.split_whitespace().nth(1));
    figure
        .and_then(|text| text.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}
