//! The loop: what goes first, when a frame is drawn, how it ends. Sizes that change, exports and a pager have files of their own.

mod exports;
mod gone;
mod long_list;
mod opening;
mod pager;
mod sizes;

use std::cell::Cell;
use std::io;
use std::path::Path;

use jiff::tz::TimeZone;

use super::*;
use crate::app::opening::Opening;
use crate::app::planning::recipes::Recipes;
use crate::app::{AppSettings, Configured, Key};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::feed::{Fact, Gauge};
use crate::domain::ids::ConversationId;
use crate::domain::item::Timings;
use crate::domain::plan::Scope;
use crate::domain::roster::{Ending, Reading};
use crate::engine::Engine;
use crate::engine::ports::{Limiter, ListedPage, Org, PageWanted, Pass};
use crate::journal::History;
use crate::ui::Look;

/// A screen that counts its frames, and can go away.
#[derive(Debug, Default)]
struct Counted {
    frames: usize,
    /// Frames of a console that is being opened.
    openings: usize,
    clears: usize,
    is_gone: Cell<bool>,
    /// It was seen to be gone by a frame that could not be written.
    is_cut_off: bool,
    /// The end of the pager, in the test's hands.
    pager: Option<oneshot::Sender<()>>,
}

impl Screen for Counted {
    fn draw(&mut self, _: &App, _: &Look, _: Timestamp) -> io::Result<()> {
        if self.is_cut_off {
            return Err(gone());
        }
        self.frames += 1;
        Ok(())
    }

    fn draw_opening(&mut self, _: &Opening, _: &Look, _: Timestamp) -> io::Result<()> {
        self.openings += 1;
        Ok(())
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        Ok((80, 24))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clears += 1;
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, _: &'static str, _: &str) -> io::Result<Slow> {
        Ok(Box::new(|| "copied".to_owned()))
    }

    fn lend(&mut self, _: &str) -> Result<oneshot::Receiver<()>, String> {
        let (ends, ended) = oneshot::channel();
        self.pager = Some(ends);
        Ok(ended)
    }

    fn take_back(&mut self) -> io::Result<Option<String>> {
        Ok(Some("the pager is done".to_owned()))
    }

    fn is_there(&self) -> bool {
        !self.is_gone.get()
    }

    fn is_given_back(&self) -> bool {
        false
    }
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

/// An organisation out of reach.
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

/// A console with the ends of its channels in the test's hands.
struct Bench {
    console: Console<Counted, Still>,
    keys: mpsc::Sender<Msg>,
    signals: mpsc::Sender<Signal>,
    facts: mpsc::Sender<Fact>,
    /// Keeps the engine's own facts away from the console.
    _engine_facts: mpsc::Receiver<Fact>,
}

fn bench() -> Bench {
    bench_at(Path::new("/nowhere/journal.db"))
}

fn bench_at(journal: &Path) -> Bench {
    let (keys, input) = mpsc::channel(512);
    let (signals, stops) = mpsc::channel(4);
    let (told, facts) = mpsc::channel(512);
    let (aside, engine_facts) = mpsc::channel(512);
    let (engine, _) = Engine::spawn_read_only(Nowhere, Still, Limiter::new(60), 93, aside);
    let app = App::new(AppSettings {
        scope: Scope {
            org_id: "o".to_owned(),
            api_host: "h".to_owned(),
            client_id: "c".to_owned(),
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
        max_batch: 10,
        max_parallel: 2,
        per_minute: 60,
        require_note: false,
        wrap_up: None,
        recipes: Recipes::default(),
        configured: Configured::default(),
        privacy: false,
        zone: TimeZone::UTC,
        started: Timestamp::UNIX_EPOCH,
    });
    let console = Console::new(Parts {
        app,
        look: Look::default(),
        screen: Counted::default(),
        history: History::at(journal, Timings::default()),
        clock: Still,
        engine,
        facts,
        input,
        stops,
    })
    .unwrap();
    Bench {
        console,
        keys,
        signals,
        facts: told,
        _engine_facts: engine_facts,
    }
}

fn gauge(used: u32) -> Fact {
    Fact::Gauge(Gauge {
        used,
        ..Gauge::default()
    })
}

#[tokio::test(start_paused = true)]
async fn a_stop_goes_before_a_key_and_a_key_before_facts() {
    let mut bench = bench();
    bench.facts.send(gauge(1)).await.unwrap();
    bench.keys.send(Msg::Key(Key::char('j'))).await.unwrap();
    bench.signals.send(Signal::Stop).await.unwrap();
    assert!(matches!(
        bench.console.ready(),
        Some(Msg::Signal(Signal::Stop))
    ));
    assert!(matches!(bench.console.ready(), Some(Msg::Key(_))));
    // The journal's answer may lie in between.
    let mut rest = std::iter::from_fn(|| bench.console.ready());
    assert!(rest.any(|msg| matches!(msg, Msg::Fact(Fact::Gauge(_)))));
}

#[tokio::test(start_paused = true)]
async fn a_tick_that_is_due_is_not_starved_by_facts() {
    let mut bench = bench();
    bench.facts.send(gauge(1)).await.unwrap();
    tokio::time::advance(TICK).await;
    assert!(matches!(bench.console.ready(), Some(Msg::Tick)));
    // The journal's answer may lie in between.
    let mut rest = std::iter::from_fn(|| bench.console.ready());
    assert!(rest.any(|msg| matches!(msg, Msg::Fact(_))));
}

#[tokio::test(start_paused = true)]
async fn many_facts_are_one_frame() {
    let mut bench = bench();
    for used in 0..100 {
        bench.facts.send(gauge(used)).await.unwrap();
    }
    assert!(bench.console.step().await.unwrap().is_continue());
    assert_eq!(bench.console.screen().frames, 1, "the frame before them");
    assert!(bench.console.parts.facts.is_empty());
    bench.keys.send(Msg::Key(Key::char('j'))).await.unwrap();
    assert!(bench.console.step().await.unwrap().is_continue());
    assert_eq!(
        bench.console.screen().frames,
        2,
        "one frame for all of them"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_drawn_causes_no_frame_by_itself() {
    let mut bench = bench();
    assert!(bench.console.draw().unwrap().is_continue());
    assert!(bench.console.draw().unwrap().is_continue());
    assert_eq!(bench.console.screen().frames, 1);
}

#[tokio::test(start_paused = true)]
async fn a_console_that_nobody_touches_draws_once_a_second_and_no_more() {
    let mut bench = bench();
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        let _ = tokio::time::timeout_at(until, bench.console.step()).await;
    }
    let frames = bench.console.screen().frames;
    // The first one, and one for the journal's answer.
    assert!((29..=32).contains(&frames), "{frames} frames in 30 seconds");
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_gone_is_an_error_and_not_a_frozen_screen() {
    let Bench {
        mut console,
        keys: _keys,
        signals: _signals,
        facts,
        ..
    } = bench();
    drop(facts);
    let left = console.run().await;
    assert!(matches!(left, Err(ConsoleError::EngineGone)));
}
