//! A request whose effect was never seen may take effect after its chat was let go. An open console looks, records and tells; nothing is
//! sent. (`threats.md` T37)

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use unstick::domain::conversation::Purpose;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact};
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::{Command, Fact};
use unstick::domain::ids::ConversationId;
use unstick::domain::plan::Choices;
use unstick::domain::run::{Pace, Run};
use unstick::domain::step::Step;
use unstick::engine::ports::Recorder as _;
use unstick::journal::{Journal, JournalOptions};

use crate::model::*;
use crate::support::Home;

const PACE: Pace = Pace {
    canary: 0,
    max_parallel: 4,
};

/// A chat whose request times out and takes effect this much later, and whose agent comes back meanwhile, so that it is held.
fn staged(model: &Model, applied_after: Option<Duration>) -> ConversationId {
    let id = model.chat(1, &[(Purpose::Customer, true)]);
    model.fault(Fault {
        step: Some(Step::Legs),
        applied_after,
        takes: Duration::from_millis(50),
        answer: Err(failure(FailureKind::GatewayGaveUp, Some(504))),
    });
    model.later(SignedDuration::from_secs(5), Effect::AgentJoins(id));
    id
}

/// Carries it out on an engine, and goes on folding for a quarter of an hour.
async fn watched(mut carried: Carried, model: &Model, id: ConversationId) -> (Run, Vec<RunFact>) {
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(model, &[id], &Choices::default())),
        note: None,
    });
    carried.until(|_| false).await;
    let mut run = carried.run.take().unwrap();
    assert_eq!(
        run.items[0].settled.as_ref().unwrap().0.state,
        FinalState::Held
    );
    let mut later = Vec::new();
    let end = tokio::time::Instant::now() + Duration::from_secs(900);
    while let Ok(Some(fact)) = tokio::time::timeout_at(end, carried.facts.recv()).await {
        if let Fact::Run(_, fact) = fact {
            assert!(run.apply(&fact), "{fact:?}");
            later.push(fact);
        }
    }
    (run, later)
}

#[tokio::test(start_paused = true)]
async fn f13_a_request_that_takes_effect_after_its_chat_was_held_is_told_as_an_incident() {
    let model = Model::new();
    let id = staged(&model, Some(Duration::from_secs(40)));
    let journal = MemoryJournal::default();
    let carried = console_engine_over(&model, &journal, PACE);
    let (run, later) = watched(carried, &model, id).await;
    let incident = run.items[0].settled.as_ref().unwrap().0.incident.clone();
    let incident = incident.expect("nobody was told");
    assert!(incident.contains("customer"), "{incident}");
    assert_eq!(later.len(), 1, "told once: {later:?}");
    assert_eq!(journal.facts().last(), later.last(), "it is on record");
    assert_eq!(run.tally().incidents, 1);
    assert_eq!(sends(&model).len(), 1, "nothing more is sent");
}

#[tokio::test(start_paused = true)]
async fn what_stays_as_it_was_when_it_was_held_is_no_incident() {
    let model = Model::new();
    let id = staged(&model, None);
    let carried = console_engine_over(&model, &MemoryJournal::default(), PACE);
    let (run, later) = watched(carried, &model, id).await;
    assert_eq!((run.tally().incidents, later.len()), (0, 0));
    assert_eq!(sends(&model).len(), 1, "nothing more is sent");
}

#[tokio::test(start_paused = true)]
async fn without_a_console_nobody_looks() {
    let model = Model::new();
    let id = staged(&model, Some(Duration::from_secs(40)));
    let carried = engine_over(&model, &MemoryJournal::default(), PACE);
    let (run, _) = watched(carried, &model, id).await;
    assert_eq!(run.tally().incidents, 0);
}

/// The engine sleeps longer where nothing but time goes by; this is more than that.
#[tokio::test(start_paused = true)]
async fn what_looking_on_asks_is_on_the_gauge_at_once_though_updates_are_paused() {
    let model = Model::new();
    let id = staged(&model, None);
    let mut carried = console_engine_over(&model, &MemoryJournal::default(), PACE);
    carried.engine.send(Command::PausePolling(true));
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &[id], &Choices::default())),
        note: None,
    });
    carried.until(|_| false).await;
    let over = tokio::time::Instant::now();
    let end = over + Duration::from_secs(900);
    let (mut before, mut rose) = (0, Vec::new());
    while let Ok(Some(fact)) = tokio::time::timeout_at(end, carried.facts.recv()).await {
        if let Fact::Gauge(gauge) = fact {
            let elapsed = over.elapsed();
            if gauge.used > before && elapsed > Duration::from_secs(100) {
                rose.push(elapsed);
            }
            before = gauge.used;
        }
    }
    let looks = [120, 300, 600].map(Duration::from_secs);
    let apart: Vec<Duration> = rose
        .iter()
        .zip(looks)
        .map(|(at, look)| at.abs_diff(look))
        .collect();
    assert_eq!(apart.len(), looks.len(), "{rose:?}");
    let most = Duration::from_millis(1500);
    assert!(apart.iter().all(|apart| *apart <= most), "{apart:?}");
}

#[tokio::test]
async fn a_late_effect_is_added_to_a_run_that_is_over_and_the_journal_verifies() {
    let model = Model::new();
    let id = staged(&model, Some(Duration::from_secs(40)));
    let plan = plan_for(&model, &[id], &Choices::default());
    let home = Home::new();
    let path = home.path("journal.db");
    let journal = Journal::open_at(&path, JournalOptions::default()).unwrap();
    let draft = unstick::engine::ports::RunDraft {
        plan: Arc::new(plan),
        operator: "tester".to_owned(),
        label: "SANDBOX".to_owned(),
        note: None,
        api_url: "http://127.0.0.1".to_owned(),
    };
    let at = model.clock.base();
    let header = journal.open(draft, at).await.unwrap();
    let item = |what| RunFact {
        at,
        event: RunEvent::Item {
            conversation: id,
            what,
        },
    };
    let held = unstick::domain::fact::Settled::new(FinalState::Held, "agent joined");
    for fact in [
        RunFact {
            at,
            event: RunEvent::Confirmed,
        },
        item(ItemEvent::Settled(held)),
        RunFact {
            at,
            event: RunEvent::Finished,
        },
    ] {
        journal.record(header.id, fact).await.unwrap();
    }
    journal.release().await;
    let late = || {
        item(ItemEvent::LateEffect {
            incident: "closed after it was let go: agent".to_owned(),
            receipt: unstick::domain::failure::Receipt::default(),
        })
    };
    journal.record_after(header.id, late()).await.unwrap();
    // The lock is free again, and nothing but a late effect may follow the end.
    let other = Journal::open_at(&path, JournalOptions::default()).unwrap();
    other.record_after(header.id, late()).await.unwrap();
    let again = item(ItemEvent::Settled(unstick::domain::fact::Settled::new(
        FinalState::Ended,
        "",
    )));
    journal.record_after(header.id, again).await.unwrap_err();
    let kept = journal.history().load(header.id).unwrap();
    assert_eq!(kept.tally().incidents, 1);
    let verdict = journal.history().verify().unwrap();
    assert_eq!(verdict.faults, []);
}
