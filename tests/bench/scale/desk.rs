//! The real loop of the console with its channels in our hands, and how long it is busy each time it wakes.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use unstick::app::planning::recipes::Recipes;
use unstick::app::{App, AppSettings, Configured, Key, KeyCode, Msg, Signal};
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::feed::{Fact, Gauge, Listing};
use unstick::domain::ids::ConversationId;
use unstick::domain::item::Timings;
use unstick::domain::plan::Scope;
use unstick::domain::roster::{Ending, Reading};
use unstick::engine::Engine;
use unstick::engine::ports::{Clock, Limiter, ListedPage, Org, PageWanted, Pass};
use unstick::journal::History;
use unstick::tui::{Console, Parts};
use unstick::ui::Look;

use crate::made::{Made, page};
use crate::paper::Paper;

/// Nothing has come for so long: whatever was asked is done.
const QUIET: Duration = Duration::from_millis(4);
/// Nothing takes longer that is done in pieces.
const PATIENCE: Duration = Duration::from_secs(120);

/// A clock that is put forward by hand, and goes by itself only where it is told to. It notes when it was looked at last: the console
/// looks when it wakes.
#[derive(Debug, Clone)]
pub(crate) struct Watch(Arc<Hands>);

#[derive(Debug)]
struct Hands {
    base: Timestamp,
    began: Instant,
    skipped: AtomicI64,
    is_going: AtomicBool,
    looked: Mutex<Instant>,
}

impl Watch {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Hands {
            base: "2026-03-02T09:00:00Z".parse().unwrap(),
            began: Instant::now(),
            skipped: AtomicI64::new(0),
            is_going: AtomicBool::new(false),
            looked: Mutex::new(Instant::now()),
        }))
    }

    pub(crate) fn skip(&self, span: SignedDuration) {
        let millis = i64::try_from(span.as_millis()).unwrap();
        self.0.skipped.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn go(&self, is_going: bool) {
        self.0.is_going.store(is_going, Ordering::SeqCst);
    }

    /// When it was started.
    pub(crate) fn base(&self) -> Timestamp {
        self.0.base
    }

    pub(crate) fn time(&self) -> Timestamp {
        let skipped = SignedDuration::from_millis(self.0.skipped.load(Ordering::SeqCst));
        let by_itself = if self.0.is_going.load(Ordering::SeqCst) {
            SignedDuration::try_from(self.0.began.elapsed()).unwrap()
        } else {
            SignedDuration::ZERO
        };
        self.0.base + skipped + by_itself
    }

    fn looked(&self) -> Instant {
        *self.0.looked.lock().unwrap()
    }
}

impl Clock for Watch {
    fn now(&self) -> Timestamp {
        *self.0.looked.lock().unwrap() = Instant::now();
        self.time()
    }
}

/// An organisation out of reach: the engine has nothing to tell, and what is told is in our hands.
#[derive(Clone)]
struct Nowhere;

impl Org for Nowhere {
    async fn list(&self, _: PageWanted, _: Pass) -> Result<ListedPage, Failure> {
        Err(Failure::local(FailureKind::Unreachable, ""))
    }

    async fn read(&self, _: ConversationId, _: Pass) -> Result<Reading, Failure> {
        Err(Failure::local(FailureKind::Unreachable, ""))
    }

    async fn end_of(&self, _: ConversationId, _: Pass) -> Result<Ending, Failure> {
        Err(Failure::local(FailureKind::Unreachable, ""))
    }
}

/// What something cost the loop.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    /// The longest that it was busy at once: from when it woke until the frame behind it was out.
    pub(crate) longest: Duration,
    /// Until the newest frame that it brought was out.
    pub(crate) whole: Duration,
}

/// A console, and everything that can happen to it.
pub(crate) struct Desk {
    pub(crate) console: Console<Paper, Watch>,
    pub(crate) watch: Watch,
    pub(crate) keys: mpsc::Sender<Msg>,
    pub(crate) facts: mpsc::Sender<Fact>,
    teller: mpsc::UnboundedSender<Msg>,
    _signals: mpsc::Sender<Signal>,
    /// Keeps the engine's own facts away from the console.
    _aside: mpsc::Receiver<Fact>,
    /// What the newest turn folded has taken so far; its frame is drawn at the beginning of the next.
    folding: Duration,
}

impl Desk {
    pub(crate) fn open() -> Self {
        let watch = Watch::new();
        let (told, aside) = mpsc::channel(512);
        // The engine has a clock of its own, so that only the console's looks are noted.
        let limiter = Limiter::new(60);
        let (engine, _) = Engine::spawn_read_only(Nowhere, Watch::new(), limiter, 93, told);
        let (facts, console_facts) = mpsc::channel(256);
        let (console, keys, signals) = console(&watch, engine, console_facts);
        Self {
            teller: console.teller(),
            console,
            watch,
            keys,
            facts,
            _signals: signals,
            _aside: aside,
            folding: Duration::ZERO,
        }
    }

    /// A console with so many chats of [`Made::of_list`], all listed and read.
    pub(crate) async fn full(chats: u64) -> Self {
        let mut desk = Self::open();
        let base = desk.watch.base();
        desk.fill((0..chats).map(|number| Made::of_list(number, base)))
            .await;
        desk
    }

    /// Lists and reads these, and a minute goes by.
    async fn fill(&mut self, chats: impl Iterator<Item = Made>) {
        self.fill_at_once(chats).await;
        self.watch.skip(SignedDuration::from_secs(60));
        self.tell(Msg::Tick).await;
        assert_eq!(self.app().chats.shown().len(), self.app().roster.len());
    }

    /// Lists and reads these.
    pub(crate) async fn fill_at_once(&mut self, chats: impl Iterator<Item = Made>) {
        let chats: Vec<Made> = chats.collect();
        let now = self.watch.time();
        for (number, hundred) in (1..).zip(chats.chunks(100)) {
            let rows = page(hundred, now);
            let total = u32::try_from(chats.len()).unwrap();
            self.learn(Fact::Listing(Listing::Page {
                rows,
                page: number,
                total,
            }))
            .await;
        }
        self.learn(Fact::Listing(Listing::Done { at: now })).await;
        for chat in &chats {
            self.learn(read(chat, now)).await;
        }
        self.learn(Fact::Gauge(Gauge {
            used: 82,
            allowed: 270,
            ..Gauge::default()
        }))
        .await;
        self.quiet().await;
        assert_eq!(self.app().roster.len(), chats.len());
    }

    pub(crate) fn app(&self) -> &App {
        self.console.app()
    }

    pub(crate) fn paper(&self) -> &Paper {
        self.console.screen()
    }

    /// One turn: how long the turn before it was busy in all, with its frame; and whether anything came before patience was lost.
    async fn turn(&mut self, patience: Duration) -> (Duration, bool) {
        let stepped = tokio::time::timeout(patience, self.console.step()).await;
        let before = self.folding + self.paper().take_drawn();
        self.folding = Duration::ZERO;
        let Ok(went_on) = stepped else {
            return (before, false);
        };
        assert!(went_on.unwrap().is_continue());
        self.folding = self.watch.looked().elapsed();
        (before, true)
    }

    /// Takes one turn after the other for ever, as the program does. Meant to be dropped.
    pub(crate) async fn go_on(&mut self) {
        loop {
            assert!(self.console.step().await.unwrap().is_continue());
        }
    }

    /// Takes turns until there is nothing more to do.
    pub(crate) async fn quiet(&mut self) -> Cost {
        let began = Instant::now();
        let mut longest = Duration::ZERO;
        let mut is_busy = true;
        while is_busy {
            let (turn, more) = self.turn(QUIET).await;
            longest = longest.max(turn);
            is_busy = more;
            assert!(began.elapsed() < PATIENCE, "the loop never rests");
        }
        let whole = self.paper().out_at.get().saturating_duration_since(began);
        Cost { longest, whole }
    }

    /// Something comes in, and everything that follows from it.
    pub(crate) async fn tell(&mut self, msg: Msg) -> Cost {
        self.quiet().await;
        self.teller.send(msg).unwrap();
        self.quiet().await
    }

    pub(crate) async fn press(&mut self, key: Key) -> Cost {
        self.quiet().await;
        self.keys.send(Msg::Key(key)).await.unwrap();
        self.quiet().await
    }

    pub(crate) async fn char(&mut self, character: char) -> Cost {
        self.press(Key::char(character)).await
    }

    pub(crate) async fn enter(&mut self) -> Cost {
        self.press(Key::plain(KeyCode::Enter)).await
    }

    pub(crate) async fn fact(&mut self, fact: Fact) -> Cost {
        self.quiet().await;
        self.facts.send(fact).await.unwrap();
        self.quiet().await
    }

    /// The console learns it; what follows from it is left for later.
    async fn learn(&mut self, fact: Fact) {
        self.facts.try_send(fact).unwrap();
        let _ = self.turn(QUIET).await;
    }
}

/// A read of a chat, as the engine tells it.
pub(crate) fn read(chat: &Made, at: Timestamp) -> Fact {
    Fact::Read {
        id: chat.id(),
        result: Ok(chat.reading(at)),
        at,
    }
}

/// A console beside this engine; its keys and signals.
pub(crate) fn console<C: Clock>(
    clock: &C,
    engine: Engine,
    facts: mpsc::Receiver<Fact>,
) -> (Console<Paper, C>, mpsc::Sender<Msg>, mpsc::Sender<Signal>) {
    let (keys, input) = mpsc::channel(64);
    let (signals, stops) = mpsc::channel(4);
    let console = Console::new(Parts {
        app: App::new(settings(clock.now())),
        look: Look::default(),
        screen: Paper::new(),
        history: History::at(Path::new("/nowhere/journal.db"), Timings::default()),
        clock: clock.clone(),
        engine,
        facts,
        input,
        stops,
    });
    (console.unwrap(), keys, signals)
}

fn settings(started: Timestamp) -> AppSettings {
    AppSettings {
        scope: Scope {
            org_id: "o".to_owned(),
            api_host: "api.example.test".to_owned(),
            client_id: "c".to_owned(),
            profile: "acme-prod".to_owned(),
        },
        label: "PROD".to_owned(),
        place: "example.test".to_owned(),
        api_url: "https://api.example.test".to_owned(),
        exports: String::new(),
        clipboard: String::new(),
        writes: true,
        no_writes: None,
        is_started_read_only: false,
        // Above it nothing can be marked at once, and a mark of everything is measured.
        max_batch: 1_000_000,
        max_parallel: 4,
        per_minute: 270,
        require_note: false,
        wrap_up: None,
        recipes: Recipes::default(),
        configured: Configured::default(),
        privacy: false,
        zone: TimeZone::UTC,
        started,
    }
}
