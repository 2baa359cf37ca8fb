use std::sync::Arc;

use std::time::Duration;

use jiff::SignedDuration;
use unstick::domain::fact::{FinalState, HaltCause};
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::Command;
use unstick::domain::ids::RunId;
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan};
use unstick::domain::run::{Pace, RunState};
use unstick::domain::step::Step;

use crate::model::*;

const PACE: Pace = Pace {
    canary: 1,
    max_parallel: 4,
};

#[tokio::test(start_paused = true)]
async fn a_second_stop_leaves_the_run_and_says_so() {
    let model = Model::new();
    let id = model.orphan(1);
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &[id], &Choices::default())),
        note: None,
    });
    carried
        .until(|run| run.items.iter().any(|item| item.pending().is_some()))
        .await;
    for _ in 0..2 {
        let by = "operator".to_owned();
        carried.engine.send(Command::StopRun { by });
    }
    carried.until(|_| false).await;
    let why = carried.refused.expect("nobody was told");
    assert!(why.contains("resume 0001"), "{why}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_falls_over_does_not_leave_its_conversation_waiting_for_ever() {
    for step in [None, Some(Step::Legs)] {
        let model = Model::new();
        let id = model.orphan(1);
        model.fall_over(step);
        let (settled, _) = carry_one(&model, id).await;
        assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_said_to_a_halted_run_does_not_unsay_why_it_halted() {
    let model = Model::new();
    let ids = [model.orphan(1), model.orphan(2)];
    let permissions = Vec::new();
    let denied = failure(FailureKind::NotPermitted { permissions }, Some(403));
    model.refuse(Some(Step::Legs), denied);
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &ids, &Choices::default())),
        note: None,
    });
    carried
        .until(|run| matches!(run.state, RunState::Halted(..)))
        .await;
    let by = "operator".to_owned();
    carried.engine.send(Command::StopRun { by });
    carried.until(|_| false).await;
    let cut_short = carried.run.unwrap().cut_short;
    assert!(
        matches!(cut_short, Some(RunState::Halted(HaltCause::Permission, _))),
        "{cut_short:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_in_flight_when_a_run_paused_may_still_halt_it() {
    let model = Model::new();
    let ids: Vec<_> = (1..=5).map(|bits| model.orphan(bits)).collect();
    let permissions = Vec::new();
    let denied = failure(FailureKind::NotPermitted { permissions }, Some(403));
    let refused = failure(FailureKind::SignInRefused, Some(401));
    let applied_after = Some(Duration::from_millis(500));
    for (answer, applied_after, millis) in [
        (Ok(202), applied_after, 50),
        (Err(refused), None, 50),
        (Err(denied), None, 300),
    ] {
        model.fault(Fault {
            step: Some(Step::Legs),
            applied_after,
            takes: Duration::from_millis(millis),
            answer,
        });
    }
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &ids, &Choices::default())),
        note: None,
    });
    let mut was_paused = false;
    carried
        .until(|run| {
            was_paused |= matches!(run.state, RunState::Paused(_));
            false
        })
        .await;
    assert!(was_paused, "it did not pause first");
    let cut_short = carried.run.unwrap().cut_short;
    assert!(
        matches!(cut_short, Some(RunState::Halted(..))),
        "{cut_short:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_canary_that_somebody_else_had_ended_passes_the_turn() {
    let model = Model::new();
    let ids: Vec<_> = (1..=8).map(|bits| model.orphan(bits)).collect();
    let plan = plan_for(&model, &ids, &Choices::default());
    model.later(SignedDuration::ZERO, Effect::DisconnectAll(ids[0]));
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan),
        note: None,
    });
    carried
        .until(|run| {
            let tally = run.tally();
            let is_proven = tally.of(FinalState::Ended) > 0;
            assert!(is_proven || tally.running <= 1, "no request was proven yet");
            false
        })
        .await;
    assert_eq!(carried.run.unwrap().tally().of(FinalState::Ended), 7);
}

#[tokio::test(start_paused = true)]
async fn reads_that_grow_old_before_anything_is_sent_come_to_an_end() {
    let model = Model::new();
    let id = model.orphan(1);
    // Each read is quick enough, and grows old while the watcher takes its facts.
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    for _ in 0..100 {
        model.fault(Fault {
            step: None,
            applied_after: None,
            takes: Duration::from_millis(1999),
            answer: Ok(200),
        });
    }
    carried.journal.delay(Duration::from_millis(2));
    let finals = carried
        .carry_out(plan_for(&model, &[id], &Choices::default()))
        .await;
    assert_eq!(finals[&id].state, FinalState::Unresolved);
    assert!(model.requests().len() < 20, "{}", model.requests().len());
    assert!(sends(&model).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_plan_that_the_table_of_kinds_forbids_does_not_run_whoever_made_it() {
    for (kinds, allow_live) in [
        (vec![Kind::Live], false),
        (vec![Kind::Unknown], true),
        (vec![Kind::Alone, Kind::Orphan], false),
        (vec![Kind::Live, Kind::Orphan], true),
    ] {
        let model = Model::new();
        let ids: Vec<_> = (1..=kinds.len() as u128)
            .map(|bits| model.orphan(bits))
            .collect();
        let choices = Choices {
            allow_live,
            ..Choices::default()
        };
        let mut plan: Plan = plan_for(&model, &ids, &choices);
        for (item, kind) in plan.items.iter_mut().zip(&kinds) {
            item.kind = *kind;
        }
        plan.hash = plan.computed_hash();
        assert!(Plan::parse(&serde_json::to_string(&plan).unwrap()).is_err());
        let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
        carried.carry_out(plan).await;
        assert!(carried.refused.is_some(), "{kinds:?} ran");
        assert!(model.requests().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_confirmed_by_a_clock_ahead_of_ours_is_only_read() {
    let mut model = Model::new();
    let id = model.orphan(1);
    let mut first = engine_over(&model, &MemoryJournal::default(), PACE);
    first.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &[id], &Choices::default())),
        note: None,
    });
    first.until(|run| run.confirmed.is_some()).await;
    first.journal.kill();
    let journal = first.journal.after_crash(1);
    drop(first);
    model.clock.set_back(SignedDuration::from_hours(1));
    let mut second = engine_over(&model, &journal, PACE);
    second.engine.send(Command::Resume(RunId(1)));
    second.until(|_| false).await;
    assert_eq!(second.finals()[&id].state, FinalState::Cancelled);
    assert!(sends(&model).is_empty());
}
