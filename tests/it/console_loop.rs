//! The real loop of the console, on the real engine, client and journal, against a sandbox over HTTP: from the list to the report, with
//! keys in and screens out. Afterwards the journal says what really happened.

use std::collections::BTreeSet;
use std::io;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use unstick::app::planning::recipes::Recipes;
use unstick::app::{App, AppSettings, Configured, Key, KeyCode, Msg, Signal};
use unstick::clock::WallClock;
use unstick::domain::fact::FinalState;
use unstick::domain::feed::Command;
use unstick::domain::ids::ConversationId;
use unstick::domain::item::Timings;
use unstick::domain::run::Pace;
use unstick::engine::Engine;
use unstick::engine::ports::{Clock, Lane, Limiter, Terminator};
use unstick::genesys::{Access, Client, Grant, Listening, Timeouts, WritingClient};
use unstick::journal::{Journal, JournalOptions};
use unstick::sandbox::{Actor, Change, Options, Sandbox, Scenario};
use unstick::settings::region::Addresses;
use unstick::tui::{Console, Parts, Screen, Slow};
use unstick::ui::{self, Look};

use crate::support::Home;

/// No condition may take longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A screen in memory.
pub(crate) struct Memory(Terminal<TestBackend>);

impl Screen for Memory {
    fn draw(&mut self, app: &App, look: &Look, now: Timestamp) -> io::Result<()> {
        let drawn = self.0.draw(|frame| ui::draw(frame, app, look, now));
        drawn.map(drop).map_err(|never| match never {})
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        Ok((140, 40))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.clear().map_err(|never| match never {})
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, _: &'static str, _: &str) -> io::Result<Slow> {
        Ok(Box::new(|| "copied".to_owned()))
    }

    fn is_there(&self) -> bool {
        true
    }

    fn is_given_back(&self) -> bool {
        false
    }
}

/// A console on a sandbox, and the operator's hands.
pub(crate) struct Desk {
    pub(crate) console: Console<Memory, WallClock>,
    keys: mpsc::Sender<Msg>,
    _signals: mpsc::Sender<Signal>,
    engine: Engine,
    task: JoinHandle<()>,
}

impl Desk {
    /// The console's first requests are on their way.
    pub(crate) async fn open(sandbox: &Sandbox, journal: &Journal) -> Self {
        Self::open_with(sandbox, journal, Recipes::default()).await
    }

    /// The same, where plans can take these.
    pub(crate) async fn open_with(sandbox: &Sandbox, journal: &Journal, recipes: Recipes) -> Self {
        let welcome = sandbox.welcome();
        let (limiter, clock) = (Limiter::new(270), WallClock::start());
        let access = Access {
            profile: "sandbox".to_owned(),
            addresses: Addresses::of_loopback(&welcome.url, &welcome.login_url).unwrap(),
            client_id: welcome.client_id.clone(),
            grant: Grant::ClientCredentials(welcome.client_secret.clone().into()),
            certificate: None,
            proxy: None,
        };
        let client = Client::new(access, Timeouts::default(), limiter.clone(), clock).unwrap();
        let client = client.listening(Listening::default());
        let org = WritingClient::new(client);
        let scope = org
            .identity(limiter.acquire(Lane::Read, 2).await)
            .await
            .unwrap();
        let app = App::new(AppSettings {
            scope: scope.clone(),
            label: "SANDBOX".to_owned(),
            place: "built in".to_owned(),
            api_url: "https://api.example.test".to_owned(),
            exports: String::new(),
            clipboard: String::new(),
            writes: true,
            no_writes: None,
            is_started_read_only: false,
            max_batch: 500,
            max_parallel: 4,
            per_minute: 270,
            require_note: false,
            wrap_up: None,
            recipes,
            configured: Configured::default(),
            privacy: false,
            zone: TimeZone::UTC,
            started: clock.now(),
        });
        let (told, facts) = mpsc::channel(256);
        let parts = unstick::engine::Parts {
            org,
            recorder: journal.clone(),
            clock,
            limiter,
            scope,
            pace: Pace {
                canary: 1,
                max_parallel: 4,
            },
            max_batch: 500,
            operator: "tester".to_owned(),
            label: "SANDBOX".to_owned(),
            api_url: welcome.url.clone(),
            timings: Timings::default(),
            polls: true,
            rules: None,
            horizon_days: 93,
        };
        let (engine, task) = Engine::spawn(parts, told);
        let handle = engine.clone();
        let (keys, input) = mpsc::channel(64);
        let (signals, stops) = mpsc::channel(4);
        let console = Console::new(Parts {
            app,
            look: Look::default(),
            screen: Memory(Terminal::new(TestBackend::new(140, 40)).unwrap()),
            history: journal.history(),
            clock,
            engine,
            facts,
            input,
            stops,
        })
        .unwrap();
        Self {
            console,
            keys,
            _signals: signals,
            engine: handle,
            task,
        }
    }

    pub(crate) fn text(&self) -> String {
        self.console.screen().0.backend().to_string()
    }

    /// Takes turns until this is on the screen.
    pub(crate) async fn until(&mut self, words: &str) {
        let seen = tokio::time::timeout(PATIENCE, async {
            while !self.text().contains(words) {
                assert!(self.console.step().await.unwrap().is_continue());
            }
        });
        let is_seen = seen.await.is_ok();
        assert!(is_seen, "never seen: {words}\n{}", self.text());
    }

    pub(crate) async fn press(&mut self, code: KeyCode) {
        self.tell(Msg::Key(Key::plain(code))).await;
    }

    /// Something that comes in through the terminal.
    pub(crate) async fn tell(&mut self, msg: Msg) {
        self.keys.send(msg).await.unwrap();
    }

    /// Leaves, and waits until the engine has done everything that it was asked to.
    pub(crate) async fn leave(self) {
        self.engine.send(Command::Shutdown);
        drop(self.console);
        let ended = tokio::time::timeout(PATIENCE, self.task).await;
        ended.expect("the engine ends with its console").unwrap();
    }

    pub(crate) async fn types(&mut self, text: &str) {
        for character in text.chars() {
            self.press(KeyCode::Char(character)).await;
        }
    }

    /// Types the phrase: its first letter until the box, deaf at first, takes it; then the rest.
    pub(crate) async fn phrase(&mut self, phrase: &str) {
        let (first, rest) = phrase.split_at(1);
        let echo = format!("> {first}");
        while !self.text().contains(&echo) {
            self.types(first).await;
            assert!(self.console.step().await.unwrap().is_continue());
            assert!(self.console.step().await.unwrap().is_continue());
        }
        self.types(rest).await;
        self.until(&format!("> {phrase}")).await;
        self.press(KeyCode::Enter).await;
    }
}

/// A console in front of the quiet organisation, which has three stuck chats; its journal, and the folder that goes with its test.
pub(crate) async fn opened() -> (Home, Sandbox, Journal, Desk) {
    let home = Home::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options::new(Scenario::named("quiet").unwrap());
    let sandbox = Sandbox::start(options, listener).await.unwrap();
    let journal = Journal::open_at(&home.path("journal.db"), JournalOptions::default()).unwrap();
    let desk = Desk::open(&sandbox, &journal).await;
    (home, sandbox, journal, desk)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_marked_is_planned_confirmed_ended_reported_and_true() {
    let (_home, sandbox, journal, mut desk) = opened().await;

    desk.until("3 stuck and 1 stale of 7").await;
    desk.types("/kind:orphan,bot-loop").await;
    desk.press(KeyCode::Enter).await;
    desk.types("*").await;
    desk.until("2 marked").await;
    desk.types("x").await;
    desk.until("NOTHING HAS BEEN SENT").await;
    desk.until("T opens the box").await;
    assert!(by_us(&sandbox).is_empty());
    desk.types("T").await;
    desk.until("Type   sandbox 2").await;
    desk.phrase("sandbox 2").await;
    desk.until("report").await;
    desk.until("2 ended").await;

    let runs = journal.history().runs(10).unwrap();
    let run = journal.history().load(runs[0].header.id).unwrap();
    let of_journal: BTreeSet<String> = run
        .items
        .iter()
        .filter(|item| {
            let settled = item.settled.as_ref().map(|(settled, _)| settled.state);
            settled == Some(FinalState::Ended)
        })
        .map(|item| item.plan.id.to_string())
        .collect();
    let of_truth: BTreeSet<String> = sandbox
        .truth()
        .iter()
        .filter(|change| change.what == Change::ConversationEnded)
        .map(|change| change.conversation.to_string())
        .collect();
    assert_eq!(of_journal.len(), 2);
    assert_eq!(of_journal, of_truth);
    assert!(by_us(&sandbox).iter().all(|id| of_journal.contains(id)));
    assert!(journal.history().verify().unwrap().faults.is_empty());
}

/// A change is on the screen about a second after its event; the next poll of a row on screen would be up to twenty seconds away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_shown_when_it_is_told_and_not_at_the_next_poll() {
    let (_home, sandbox, _journal, mut desk) = opened().await;
    desk.until("3 stuck and 1 stale of 7").await;
    desk.until("events live").await;
    let staged = sandbox.staged();
    let idle = staged
        .iter()
        .find(|one| one.label.as_deref() == Some("idle"));
    let id: ConversationId = idle.unwrap().conversation.to_string().parse().unwrap();
    // Whatever was missed while the channel was opened is made up for first.
    let settled = Instant::now() + Duration::from_secs(4);
    while Instant::now() < settled {
        assert!(desk.console.step().await.unwrap().is_continue());
    }
    let messages = |desk: &Desk| {
        let row = desk.console.app().roster.row(id).unwrap();
        row.reading.as_ref().unwrap().conversation.messages.len()
    };
    let before = messages(&desk);
    let order = serde_json::json!({ "event": "customer-writes", "conversation": id.to_string() });
    let url = format!("{}/sandbox/events", sandbox.welcome().url);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.post(url).json(&order).send().await.unwrap();
    assert!(answer.status().is_success());
    let told = Instant::now();
    let seen = tokio::time::timeout(PATIENCE, async {
        while messages(&desk) == before {
            assert!(desk.console.step().await.unwrap().is_continue());
        }
    });
    seen.await.expect("never shown");
    let took = told.elapsed();
    println!("shown after {} ms", took.as_millis());
    assert!(took < Duration::from_secs(8), "{took:?}");
    desk.leave().await;
}

/// Conversations that an API client changed.
pub(crate) fn by_us(sandbox: &Sandbox) -> BTreeSet<String> {
    sandbox
        .truth()
        .iter()
        .filter(|change| matches!(change.who, Actor::Client(_)))
        .map(|change| change.conversation.to_string())
        .collect()
}
