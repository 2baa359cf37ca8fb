use std::sync::Arc;

use unstick::domain::fact::FinalState;
use unstick::domain::feed::Command;
use unstick::domain::plan::Choices;
use unstick::domain::run::Pace;
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
