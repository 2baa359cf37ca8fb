//! Stopping the engine at any moment, and a clock that jumps at any moment: over the scripted organisation, in virtual time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use unstick::domain::conversation::Purpose;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact};
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::{Command, Fact};
use unstick::domain::ids::{ConversationId, RunId};
use unstick::domain::item::Timings;
use unstick::domain::plan::Choices;
use unstick::domain::run::{Pace, RunState};
use unstick::domain::step::Step;
use unstick::engine::ports::{Clock, Limiter};
use unstick::engine::{Engine, Parts};

use crate::model::*;
use crate::support::dice::Dice;

const PACE: Pace = Pace {
    canary: 1,
    max_parallel: 4,
};
/// What is in flight settles in this time, and what came of it is recorded.
const SETTLED: SignedDuration = SignedDuration::from_secs(36);

fn is_intent(fact: &RunFact) -> bool {
    let RunEvent::Item { what, .. } = &fact.event else {
        return false;
    };
    matches!(what, ItemEvent::Intended { .. })
}

fn stop(carried: &Carried) {
    let by = "operator".to_owned();
    carried.engine.send(Command::StopRun { by });
}

/// Requests that are slow, fail or hang, some of them for longer than a stop waits.
fn ill(dice: &mut Dice, model: &Model) {
    for _ in 0..dice.below(5) {
        let step = dice.of(&[None, Some(Step::Legs), Some(Step::Close)]);
        let timed_out = failure(FailureKind::TimedOut, None);
        let broken = failure(FailureKind::ServiceFault, Some(500));
        let millis = 50 + dice.below(3000);
        let (millis, answer) = match dice.below(4) {
            0 => (30_000, Err(timed_out)),
            1 => (millis, Err(broken)),
            _ => (millis, Ok(if step.is_some() { 202 } else { 200 })),
        };
        let applied = dice.below(3) > 0;
        model.fault(Fault {
            step,
            applied_after: applied.then(|| Duration::from_millis(dice.below(20_000))),
            takes: Duration::from_millis(millis),
            answer,
        });
    }
}

/// Lets time go by, at most until the run is over.
async fn pass(carried: &mut Carried, millis: u64) {
    let time = Duration::from_millis(millis);
    // Time that is up is what this waits for.
    let _ = tokio::time::timeout(time, carried.until(|_| false)).await;
}

/// One run that is stopped at a random moment, and pressed on some more; answers how many presses that were.
async fn stopped_at_random(dice: &mut Dice) -> u64 {
    let model = Model::new();
    let ids: Vec<ConversationId> = (1..=2 + u128::from(dice.below(5)))
        .map(|bits| match dice.below(3) {
            0 => model.chat(bits, &[(Purpose::Customer, true), (Purpose::Agent, false)]),
            _ => model.orphan(bits),
        })
        .collect();
    ill(dice, &model);
    model.slow_identity(Duration::from_millis(dice.below(400)));
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &ids, &Choices::default())),
        note: None,
    });
    if dice.below(4) == 0 {
        let millis = dice.below(4000);
        pass(&mut carried, millis).await;
        carried.engine.send(Command::PauseRun(true));
    }
    let millis = dice.below(12_000);
    pass(&mut carried, millis).await;
    let pressed_at = model.clock.now();
    stop(&carried);
    let more = if dice.below(3) == 0 {
        0
    } else {
        1 + dice.below(20)
    };
    for _ in 0..more {
        if dice.below(2) == 0 {
            let millis = dice.below(4000);
            pass(&mut carried, millis).await;
        }
        stop(&carried);
    }
    let is_over = |carried: &Carried| {
        carried.refused.is_some()
            || carried
                .run
                .as_ref()
                .is_some_and(|run| run.finished.is_some())
    };
    if !is_over(&carried) {
        carried.until(|_| false).await;
    }
    let took = model.clock.now().duration_since(pressed_at);
    assert!(took <= SETTLED, "it settled after {took:?}");

    let facts = carried.journal.facts();
    let late = facts
        .iter()
        .filter(|fact| is_intent(fact) && fact.at > pressed_at)
        .count();
    assert_eq!(late, 0, "an intent after the press: {facts:#?}");
    let stopped = |fact: &RunFact| matches!(fact.event, RunEvent::Stopped { .. });
    if let Some(place) = facts.iter().position(stopped) {
        assert!(!facts[place..].iter().any(is_intent), "{facts:#?}");
        assert_eq!(facts.iter().filter(|fact| stopped(fact)).count(), 1);
    }
    come_to_its_end(&model, carried, &ids, more == 0).await;
    1 + more
}

/// A run that was left can be resumed; in the end its states are what is so.
async fn come_to_its_end(
    model: &Model,
    carried: Carried,
    ids: &[ConversationId],
    was_pressed_once: bool,
) {
    let facts = carried.journal.facts();
    let is_finished = facts.iter().any(|fact| fact.event == RunEvent::Finished);
    let run = if is_finished || facts.is_empty() {
        if facts.is_empty() {
            assert!(sends(model).is_empty(), "sent before it was confirmed");
            return;
        }
        carried.run.clone().unwrap()
    } else {
        let was_slow = carried.refused.is_some();
        assert!(was_slow || !was_pressed_once, "it was not let to its end");
        let journal = carried.journal.after_crash(facts.len());
        let mut again = engine_over(model, &journal, PACE);
        again.engine.send(Command::Resume(RunId(1)));
        again.until(|_| false).await;
        again.run.clone().unwrap()
    };
    assert_eq!(run.items.len(), ids.len());
    for item in &run.items {
        let id = item.plan.id;
        let (settled, _) = item.settled.clone().expect("it has no final state");
        let was_sent_to = sends(model).iter().any(|sent| sent.conversation == id);
        match settled.state {
            FinalState::Ended => assert!(!model.is_open(id), "{}", settled.reason),
            FinalState::Cancelled => assert!(!was_sent_to, "{}", settled.reason),
            _ => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn f34_i19_ten_thousand_random_presses_write_no_intent_after_the_first() {
    let (mut presses, mut seed) = (0, 0);
    while presses < 10_000 {
        let mut dice = Dice::new(seed);
        println!("seed {seed}");
        presses += stopped_at_random(&mut dice).await;
        seed += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn f34_a_stop_before_the_run_is_open_is_heard_at_once_and_sends_nothing() {
    let model = Model::new();
    let id = model.orphan(1);
    model.slow_identity(Duration::from_secs(30));
    let journal = MemoryJournal::default();
    let mut carried = engine_over(&model, &journal, PACE);
    let plan = Arc::new(plan_for(&model, &[id], &Choices::default()));
    let start = Command::Start { plan, note: None };
    carried.engine.send(start.clone());
    pass(&mut carried, 1000).await;
    stop(&carried);
    carried.until(|_| false).await;
    assert!(model.clock.now() < "2026-03-02T14:00:02Z".parse().unwrap());
    let why = carried.refused.take().unwrap();
    assert!(why.contains("stopped before it began"), "{why}");
    assert!(journal.facts().is_empty() && model.requests().is_empty());
    // Nothing is left of it that would be in the way of the next.
    model.slow_identity(Duration::ZERO);
    carried.engine.send(start);
    carried.until(|_| false).await;
    assert_eq!(carried.finals()[&id].state, FinalState::Ended);
}

#[tokio::test(start_paused = true)]
async fn a_pause_before_the_run_is_open_is_not_forgotten() {
    let model = Model::new();
    let id = model.orphan(1);
    model.slow_identity(Duration::from_secs(1));
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &[id], &Choices::default())),
        note: None,
    });
    carried.engine.send(Command::PauseRun(true));
    pass(&mut carried, 60_000).await;
    let run = carried.run.clone().unwrap();
    assert!(matches!(run.state, RunState::Paused(_)), "{:?}", run.state);
    assert!(model.requests().is_empty());
    carried.engine.send(Command::PauseRun(false));
    carried.until(|_| false).await;
    assert_eq!(carried.finals()[&id].state, FinalState::Ended);
}

/// A clock that jumps ahead when it is looked at for the n-th time, as after a sleep through which timers stood still; and how many
/// requests had been made by then.
#[derive(Debug, Clone)]
struct JumpingClock {
    model: Model,
    jumps_at: usize,
    looks: Arc<AtomicUsize>,
    requests_before: Arc<AtomicUsize>,
}

impl Clock for JumpingClock {
    fn now(&self) -> Timestamp {
        let looks = self.looks.fetch_add(1, Ordering::SeqCst) + 1;
        if looks == self.jumps_at {
            let requests = self.model.requests().len();
            self.requests_before.store(requests, Ordering::SeqCst);
            self.model.clock.jump(SignedDuration::from_millis(2100));
        }
        self.model.clock.now()
    }
}

/// Carries a run of two out over a clock that jumps; answers whether it came so far that it jumped.
async fn jumped(jumps_at: usize) -> bool {
    let model = Model::new();
    let ids = [model.orphan(1), model.orphan(2)];
    let clock = JumpingClock {
        model: model.clone(),
        jumps_at,
        looks: Arc::default(),
        requests_before: Arc::default(),
    };
    let (told, mut facts) = mpsc::channel(256);
    let parts = Parts {
        org: model.clone(),
        recorder: MemoryJournal::default(),
        clock: clock.clone(),
        limiter: Limiter::new(270),
        scope: scope(),
        pace: PACE,
        max_batch: 500,
        operator: "tester".to_owned(),
        label: "SANDBOX".to_owned(),
        api_url: "http://127.0.0.1".to_owned(),
        timings: Timings::default(),
        polls: false,
        rules: None,
        horizon_days: 93,
    };
    let (engine, _task) = Engine::spawn(parts, told);
    engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &ids, &Choices::default())),
        note: None,
    });
    while let Some(fact) = facts.recv().await {
        match fact {
            Fact::Run(_, fact) if fact.event == RunEvent::Finished => break,
            Fact::Run(_, fact) => assert!(
                !matches!(fact.event, RunEvent::Paused { .. }),
                "it stands still at look {jumps_at}: {fact:?}"
            ),
            Fact::RunRefused { why } => panic!("{why}"),
            _ => {}
        }
    }
    assert!(ids.iter().all(|id| !model.is_open(*id)));
    let before = clock.requests_before.load(Ordering::SeqCst);
    let requests = model.requests();
    for (place, sent) in requests.iter().enumerate().skip(before) {
        if sent.action.is_none() {
            continue;
        }
        let read = requests[..place]
            .iter()
            .rposition(|other| other.conversation == sent.conversation && other.action.is_none());
        assert!(
            read.is_some_and(|read| read >= before),
            "sent on a read from before the jump at look {jumps_at}"
        );
    }
    clock.looks.load(Ordering::SeqCst) >= jumps_at
}

#[tokio::test(start_paused = true)]
async fn i23_f29_a_wall_clock_that_jumps_ahead_at_any_moment_voids_what_was_read_before() {
    let mut jumps_at = 1;
    while jumped(jumps_at).await {
        jumps_at += 1;
    }
    assert!(jumps_at > 20, "the clock is hardly looked at");
}
