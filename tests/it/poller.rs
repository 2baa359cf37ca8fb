//! The list is kept fresh within the budget, and says so when it cannot be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::time::Instant;
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::{Command, Fact, Listing};
use unstick::domain::ids::ConversationId;
use unstick::domain::plan::Choices;
use unstick::domain::roster::Roster;
use unstick::engine::Engine;
use unstick::engine::gather::{Gather, gather};
use unstick::engine::ports::{Clock, Lane, Limiter, RateHeaders};

use crate::model::*;

/// At once, as far as an engine can be.
const SOON: Duration = Duration::from_secs(1);

fn watch(model: &Model) -> (Engine, mpsc::Receiver<Fact>) {
    let (sender, facts) = mpsc::channel(256);
    let (engine, _task) =
        Engine::spawn_read_only(model.clone(), model.clock, Limiter::new(270), 93, sender);
    (engine, facts)
}

async fn next(facts: &mut mpsc::Receiver<Fact>) -> Fact {
    tokio::time::timeout(Duration::from_secs(600), facts.recv())
        .await
        .expect("nothing is told")
        .expect("the engine ended")
}

/// The next fact of which `pick` makes something.
async fn find<T>(facts: &mut mpsc::Receiver<Fact>, mut pick: impl FnMut(Fact) -> Option<T>) -> T {
    loop {
        if let Some(found) = pick(next(facts).await) {
            return found;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_page_is_told_at_once_and_every_row_is_read_within_seconds() {
    let model = Model::new();
    let ids: Vec<ConversationId> = (1..=30).map(|bits| model.orphan(bits)).collect();
    let start = Instant::now();
    let (_engine, mut facts) = watch(&model);
    let rows = find(&mut facts, |fact| match fact {
        Fact::Listing(Listing::Page { rows, .. }) if !rows.is_empty() => Some(rows),
        Fact::Read { .. } => panic!("read before it was listed"),
        _ => None,
    })
    .await;
    assert_eq!(rows.len(), 30);
    assert!(start.elapsed() < Duration::from_secs(1));
    let mut read = Vec::new();
    while read.len() < ids.len() {
        read.push(
            find(&mut facts, |fact| {
                if let Fact::Read { id, .. } = fact {
                    Some(id)
                } else {
                    None
                }
            })
            .await,
        );
    }
    read.sort();
    assert_eq!(read, ids);
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn listings_are_ten_seconds_apart_and_a_refresh_is_at_once() {
    let model = Model::new();
    let (engine, mut facts) = watch(&model);
    let done = |fact: Fact| matches!(fact, Fact::Listing(Listing::Done { .. })).then_some(());
    find(&mut facts, done).await;
    let first = Instant::now();
    find(&mut facts, done).await;
    assert!(first.elapsed() >= Duration::from_secs(10));
    let second = Instant::now();
    engine.send(Command::Refresh);
    find(&mut facts, done).await;
    assert!(second.elapsed() < Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_fails_says_when_it_is_tried_again_and_nothing_is_read_meanwhile() {
    let model = Model::new();
    model.orphan(1);
    model.refuse_list(failure(FailureKind::Unreachable, None));
    let (_engine, mut facts) = watch(&model);
    let told = model.clock.now();
    let retry_at = find(&mut facts, |fact| {
        if let Fact::Listing(Listing::Failed { retry_at, .. }) = fact {
            Some(retry_at)
        } else {
            None
        }
    })
    .await;
    assert!(retry_at.duration_since(told) >= SignedDuration::from_secs(8));
    find(&mut facts, |fact| {
        assert!(!matches!(fact, Fact::Read { .. }), "read while cut off");
        matches!(fact, Fact::Listing(Listing::Done { .. })).then_some(())
    })
    .await;
    assert!(model.clock.now() >= retry_at);
    find(&mut facts, |fact| {
        matches!(fact, Fact::Read { .. }).then_some(())
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_only_looks_refuses_to_start_a_run() {
    let model = Model::new();
    let id = model.orphan(1);
    let (engine, mut facts) = watch(&model);
    engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &[id], &Choices::default())),
        note: None,
    });
    let why = find(&mut facts, |fact| {
        if let Fact::RunRefused { why } = fact {
            Some(why)
        } else {
            None
        }
    })
    .await;
    assert!(why.contains("read-only"), "{why}");
    assert!(sends(&model).is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_somebody_waits_for_is_read_even_while_polling_is_paused() {
    let model = Model::new();
    let id = model.orphan(1);
    let (engine, mut facts) = watch(&model);
    engine.send(Command::PausePolling(true));
    engine.send(Command::Read(vec![id]));
    let read = find(&mut facts, |fact| {
        if let Fact::Read { id, result, .. } = fact {
            Some((id, result.is_ok()))
        } else {
            None
        }
    })
    .await;
    assert_eq!(read, (id, true));
}

/// A clock that counts how often somebody looks at it.
#[derive(Debug, Clone)]
struct Watched(TestClock, Arc<AtomicU32>);

impl Clock for Watched {
    fn now(&self) -> Timestamp {
        self.1.fetch_add(1, Ordering::SeqCst);
        self.0.now()
    }
}

#[tokio::test(start_paused = true)]
async fn while_updates_are_paused_and_nothing_was_asked_for_a_minute_the_engine_sleeps() {
    let model = Model::new();
    let id = model.orphan(1);
    let looks = Arc::new(AtomicU32::new(0));
    let clock = Watched(model.clock, Arc::clone(&looks));
    let (sender, mut facts) = mpsc::channel(256);
    let limiter = Limiter::new(270);
    let (engine, _task) =
        Engine::spawn_read_only(model.clone(), clock, limiter.clone(), 93, sender);
    let is_read = |fact: Fact| matches!(fact, Fact::Read { .. }).then_some(());
    find(&mut facts, is_read).await;
    engine.send(Command::PausePolling(true));
    for _ in 0..4 {
        tokio::time::sleep(Duration::from_secs(3)).await;
        engine.send(Command::Read(vec![id]));
    }
    // What is used is told until nothing is: each request leaves the minute by itself, three seconds after the one before.
    let mut told = Vec::new();
    let is_unused = |fact: Fact| match fact {
        Fact::Gauge(gauge) => {
            told.push(gauge.used);
            (gauge.used == 0).then_some(())
        }
        _ => None,
    };
    find(&mut facts, is_unused).await;
    assert!(told.ends_with(&[4, 3, 2, 1, 0]), "{told:?}");
    let slept = tokio::time::timeout(Duration::from_secs(600), facts.recv()).await;
    assert!(slept.is_err(), "{slept:?}");
    let before = looks.load(Ordering::SeqCst);
    // Not a multiple of how long it sleeps: nothing below happens just as it wakes by itself.
    tokio::time::sleep(Duration::from_secs(604)).await;
    let at_rest = looks.load(Ordering::SeqCst) - before;
    assert!(
        at_rest <= 300,
        "the clock was looked at {at_rest} times in ten minutes"
    );
    // What others ask for, and what they are told, is on the gauge at once.
    let is_used = |fact: Fact| matches!(fact, Fact::Gauge(gauge) if gauge.used == 1).then_some(());
    let asked = Instant::now();
    drop(limiter.acquire(Lane::Read, 1).await);
    find(&mut facts, is_used).await;
    assert!(asked.elapsed() < SOON, "{:?}", asked.elapsed());
    let is_unused =
        |fact: Fact| matches!(fact, Fact::Gauge(gauge) if gauge.used == 0).then_some(());
    find(&mut facts, is_unused).await;
    let slept = tokio::time::timeout(Duration::from_secs(604), facts.recv()).await;
    assert!(slept.is_err(), "{slept:?}");
    let asked = Instant::now();
    limiter.observe(RateHeaders {
        limited: Some(Some(5)),
        ..RateHeaders::default()
    });
    let shut = |fact: Fact| match fact {
        Fact::Gauge(gauge) => Some(gauge.shut_until.is_some()),
        _ => None,
    };
    assert!(find(&mut facts, shut).await);
    assert!(asked.elapsed() < SOON, "{:?}", asked.elapsed());
    assert!(!find(&mut facts, shut).await, "it opens again");
    // It wakes for whoever wants something.
    let asked = Instant::now();
    engine.send(Command::Read(vec![id]));
    find(&mut facts, is_read).await;
    assert!(
        asked.elapsed() < Duration::from_secs(1),
        "{:?}",
        asked.elapsed()
    );
    engine.send(Command::PausePolling(false));
    let is_done = |fact: Fact| matches!(fact, Fact::Listing(Listing::Done { .. })).then_some(());
    find(&mut facts, is_done).await;
    assert!(
        asked.elapsed() < Duration::from_secs(2),
        "{:?}",
        asked.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn gathering_stops_reading_when_its_time_is_up_and_says_what_is_unread() {
    let model = Model::new();
    for bits in 1..=300 {
        model.orphan(bits);
    }
    let limiter = Limiter::new(200);
    let wanted = Gather {
        read_for: Duration::from_secs(10),
        only: None,
        known: Roster::default(),
        horizon_days: 93,
        worth_reading: None,
    };
    let roster = gather(&model, &model.clock, &limiter, wanted, |_| {})
        .await
        .unwrap();
    let read = roster.rows().filter(|row| row.reading.is_some()).count();
    assert_eq!(roster.len(), 300);
    assert!(
        (30..200).contains(&read),
        "{read} read in ten seconds at 200 a minute"
    );
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_chats_are_listed_within_a_minute_or_so_while_rows_are_read() {
    let model = Model::new();
    for bits in 1..=10_000 {
        model.orphan(bits);
    }
    let (_engine, mut facts) = watch(&model);
    let start = Instant::now();
    let mut reads = 0;
    find(&mut facts, |fact| {
        reads += u32::from(matches!(fact, Fact::Read { .. }));
        matches!(fact, Fact::Listing(Listing::Done { .. })).then_some(())
    })
    .await;
    // 102 pages at 40 % of 270 a minute.
    let took = start.elapsed();
    assert!(
        (Duration::from_secs(45)..Duration::from_secs(75)).contains(&took),
        "{took:?}"
    );
    assert!(reads > 100, "only {reads} reads meanwhile");
}

#[tokio::test(start_paused = true)]
async fn while_nobody_looks_the_list_is_asked_for_once_a_minute_and_at_once_when_somebody_does() {
    let model = Model::new();
    model.orphan(1);
    let (engine, mut facts) = watch(&model);
    let done = |fact: Fact| matches!(fact, Fact::Listing(Listing::Done { .. })).then_some(());
    find(&mut facts, done).await;
    engine.send(Command::Watch(false));
    // What was due already is still asked at the old pace.
    find(&mut facts, done).await;
    let mut reads = 0;
    let count = |fact: Fact| {
        reads += u32::from(matches!(fact, Fact::Read { .. }));
        done(fact)
    };
    let first = Instant::now();
    find(&mut facts, count).await;
    assert!(
        first.elapsed() >= Duration::from_secs(60),
        "{:?}",
        first.elapsed()
    );
    assert!(reads <= 2, "{reads} reads of one row in a minute");
    let looked = Instant::now();
    engine.send(Command::Watch(true));
    find(&mut facts, done).await;
    assert!(looked.elapsed() < Duration::from_secs(2));
    find(&mut facts, done).await;
    assert!(looked.elapsed() < Duration::from_secs(15));
}

#[tokio::test(start_paused = true)]
async fn a_service_that_fails_at_its_list_alone_is_still_read_from() {
    let model = Model::new();
    model.orphan(1);
    let (_engine, mut facts) = watch(&model);
    let is_read = |fact: Fact| matches!(fact, Fact::Read { .. }).then_some(());
    find(&mut facts, is_read).await;
    for _ in 0..200 {
        model.refuse_list(failure(FailureKind::ServiceFault, Some(503)));
    }
    let is_failed =
        |fact: Fact| matches!(fact, Fact::Listing(Listing::Failed { .. })).then_some(());
    find(&mut facts, is_failed).await;
    // What was read a minute ago is read again, though no list came since.
    let failed = Instant::now();
    find(&mut facts, |fact| {
        assert!(!matches!(fact, Fact::Listing(Listing::Done { .. })));
        matches!(fact, Fact::Read { result: Ok(_), .. }).then_some(())
    })
    .await;
    assert!(failed.elapsed() < Duration::from_secs(90));
}
