use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use unstick::domain::conversation::{LegState, Medium, Purpose, WrapUp};
use unstick::domain::fact::{FinalState, Settled};
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::Command;
use unstick::domain::ids::ConversationId;
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan};
use unstick::domain::run::Pace;
use unstick::domain::step::Step;

use crate::model::*;

const PACE: Pace = Pace {
    canary: 1,
    max_parallel: 4,
};

/// Carries a plan of one conversation out; `then` happens once a request of ours was answered.
async fn carry(model: &Model, plan: Plan, then: impl FnOnce(&Model, &Carried)) -> Settled {
    let id = plan.items[0].id;
    let mut carried = engine_over(model, &MemoryJournal::default(), PACE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan),
        note: None,
    });
    carried
        .until(|run| {
            let mut sends = run.items.iter().flat_map(|item| &item.sends);
            sends.any(|sent| sent.answer.is_some())
        })
        .await;
    then(model, &carried);
    if carried.finals().is_empty() {
        carried.until(|_| false).await;
    }
    carried.finals().remove(&id).unwrap()
}

fn plan(model: &Model, id: ConversationId) -> Plan {
    plan_for(model, &[id], &Choices::default())
}

#[tokio::test(start_paused = true)]
async fn an_agent_who_came_and_was_ended_by_the_close_is_an_incident() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, false), (Purpose::Bot, true)]);
    model.later(SignedDuration::from_millis(70), Effect::AgentJoins(id));
    let (settled, _) = carry_one(&model, id).await;
    assert!(!model.is_open(id));
    assert_eq!(settled.state, FinalState::Ended);
    let incident = settled.incident.expect("nobody was told");
    assert!(incident.contains("agent joined"), "{incident}");
}

#[tokio::test(start_paused = true)]
async fn a_leg_that_had_ended_before_the_request_is_no_incident() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, false), (Purpose::Bot, true)]);
    let before = plan(&model, id);
    model.rewrite(id, |conversation| {
        let mut visitor = conversation.participants[0].clone();
        visitor.id = unstick::domain::ids::ParticipantId::from_u128(77);
        visitor.purpose = Purpose::Agent;
        visitor.legs[0].since = Some(conversation.started);
        visitor.legs[0].ended = None;
        conversation.participants.push(visitor);
    });
    let settled = carry(&model, before, |_, _| {}).await;
    assert_eq!(settled.state, FinalState::Ended);
    assert_eq!(settled.incident, None);
}

#[tokio::test(start_paused = true)]
async fn an_incident_is_not_forgotten_when_the_customer_writes_again() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, true)]);
    model.later(SignedDuration::from_millis(70), Effect::CustomerWrites(id));
    model.later(
        SignedDuration::from_millis(2500),
        Effect::CustomerWrites(id),
    );
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Ended);
    assert!(
        settled.incident.is_some() && !settled.reopened,
        "{settled:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_customer_who_writes_afterwards_on_a_new_leg_has_reopened_it() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, true)]);
    model.later(SignedDuration::from_millis(2500), Effect::Reborn(id));
    model.later(
        SignedDuration::from_millis(2510),
        Effect::CustomerWrites(id),
    );
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    assert!(
        settled.reopened && settled.incident.is_none(),
        "{settled:?}"
    );
    assert_eq!(sends(&model).len(), 1, "nothing more is sent");
}

#[tokio::test(start_paused = true)]
async fn a_leg_of_the_plan_that_is_no_longer_mentioned_is_not_closed() {
    for is_after_a_send in [false, true] {
        let model = Model::new();
        let id = model.orphan(1);
        let before = plan(&model, id);
        let forget = |model: &Model| model.rewrite(id, |it| it.participants.clear());
        let settled = if is_after_a_send {
            carry(&model, before, |model, _| forget(model)).await
        } else {
            forget(&model);
            let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
            carried.carry_out(before).await.remove(&id).unwrap()
        };
        assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
        assert!(
            settled.reason.contains("no longer mentions"),
            "{}",
            settled.reason
        );
    }
}

#[tokio::test(start_paused = true)]
async fn an_open_leg_of_the_plan_that_is_said_to_be_another_medium_is_not_closed() {
    for is_after_a_send in [false, true] {
        let model = Model::new();
        let id = model.orphan(1);
        model.fault(Fault {
            step: Some(Step::Legs),
            applied_after: None,
            takes: Duration::from_millis(50),
            answer: Ok(202),
        });
        let before = plan(&model, id);
        let retype = |model: &Model| {
            model.rewrite(id, |it| {
                it.participants[1].legs[0].medium = Medium::Other("message".into());
            });
        };
        let settled = if is_after_a_send {
            carry(&model, before, |model, _| retype(model)).await
        } else {
            retype(&model);
            let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
            carried.carry_out(before).await.remove(&id).unwrap()
        };
        assert!(model.is_open(id));
        assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_wrap_up_leaves_it_owed_and_does_not_speak_of_an_open_leg() {
    let model = Model::new();
    model.agents_owe_wrap_up();
    let id = model.orphan(1);
    let choices = Choices {
        wrap_up: Some("code".to_owned()),
        ..Choices::default()
    };
    let settled = carry(&model, plan_for(&model, &[id], &choices), |_, carried| {
        let by = "operator".to_owned();
        carried.engine.send(Command::StopRun { by });
    })
    .await;
    assert_eq!(settled.state, FinalState::WrapUpOwed, "{}", settled.reason);
    assert_eq!(sends(&model).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn wrap_up_that_the_agent_has_done_meanwhile_was_ended_elsewhere() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, false), (Purpose::Agent, false)]);
    let owe = |it: &mut unstick::domain::conversation::Conversation| {
        it.participants[1].wrap_up = WrapUp::Owed {
            since: None,
            timeout: SignedDuration::ZERO,
        };
    };
    model.rewrite(id, owe);
    let choices = Choices {
        wrap_up: Some("code".to_owned()),
        ..Choices::default()
    };
    let mut planned = plan_for(&model, &[id], &choices);
    planned.items[0].kind = Kind::WrapUp;
    planned.hash = planned.computed_hash();
    model.rewrite(id, |it| it.participants[1].wrap_up = WrapUp::NotOwed);
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    let settled = carried.carry_out(planned).await.remove(&id).unwrap();
    assert_eq!(
        settled.state,
        FinalState::EndedElsewhere,
        "{}",
        settled.reason
    );
    assert!(sends(&model).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_outcome_is_unknown_gets_its_time_before_anybody_is_called_for_help() {
    let model = Model::new();
    let id = model.orphan(1);
    model.fault(Fault {
        step: Some(Step::Teardown),
        applied_after: Some(Duration::from_secs(6)),
        takes: Duration::from_millis(50),
        answer: Err(failure(
            unstick::domain::failure::FailureKind::ServiceFault,
            Some(500),
        )),
    });
    let choices = Choices {
        rung: unstick::domain::step::Rung::Teardown,
        ..Choices::default()
    };
    let settled = carry(&model, plan_for(&model, &[id], &choices), |_, _| {}).await;
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
}

/// Found by the simulator: the request is applied seven seconds after its answer, and who came in between is cut off by it.
#[tokio::test(start_paused = true)]
async fn an_agent_who_came_after_the_answer_and_was_cut_off_by_the_late_effect_is_an_incident() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, false), (Purpose::Bot, true)]);
    let before = plan(&model, id);
    model.fault(Fault {
        step: Some(Step::Close),
        applied_after: Some(Duration::from_secs(7)),
        takes: Duration::from_millis(50),
        answer: Err(failure(FailureKind::GatewayGaveUp, Some(504))),
    });
    let settled = carry(&model, before, |model, _| {
        model.later(SignedDuration::from_millis(6900), Effect::AgentJoins(id));
    })
    .await;
    assert_eq!(settled.state, FinalState::Ended, "{settled:?}");
    assert!(settled.incident.is_some(), "{settled:?}");
}

/// A read may be answered by a replica that lags: closed, open again, closed. The two reads that agree come after the one that did not.
#[tokio::test(start_paused = true)]
async fn i09_a_read_that_shows_a_leg_open_again_starts_the_proof_anew() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, true)]);
    let shown = |is_open: bool| {
        move |conversation: &mut unstick::domain::conversation::Conversation| {
            let leg = &mut conversation.participants[0].legs[0];
            leg.state = if is_open {
                LegState::Connected
            } else {
                LegState::Disconnected
            };
            conversation.ended = (!is_open).then_some(conversation.started);
        }
    };
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan(&model, id)),
        note: None,
    });
    let closed_at = |run: &unstick::domain::run::Run| run.items[0].clear_since;
    carried.until(|run| closed_at(run).is_some()).await;
    let first = closed_at(carried.run.as_ref().unwrap());
    model.rewrite(id, shown(true));
    carried.until(|run| closed_at(run).is_none()).await;
    model.rewrite(id, shown(false));
    carried.until(|run| closed_at(run).is_some()).await;
    let second = closed_at(carried.run.as_ref().unwrap());
    assert!(second > first, "{first:?} {second:?}");
    carried.until(|_| false).await;
    let (settled, at) = carried.run.unwrap().items[0].settled.clone().unwrap();
    assert_eq!(settled.state, FinalState::Ended, "{settled:?}");
    let proven = at.duration_since(second.unwrap());
    assert!(proven >= SignedDuration::from_secs(2), "{proven:?}");
}

#[tokio::test(start_paused = true)]
async fn i09_after_the_wrap_up_two_reads_are_needed_again() {
    let model = Model::new();
    model.agents_owe_wrap_up();
    let id = model.orphan(1);
    let choices = Choices {
        wrap_up: Some("code".to_owned()),
        ..Choices::default()
    };
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    let finals = carried.carry_out(plan_for(&model, &[id], &choices)).await;
    assert_eq!(finals[&id].state, FinalState::Ended);
    let requests = model.requests();
    let wrap_up = requests
        .iter()
        .rposition(|request| request.action.is_some());
    let after = &requests[wrap_up.unwrap() + 1..];
    assert_eq!(after.len(), 2, "{after:?}");
    let gap = after[1].at.duration_since(after[0].at);
    assert!(gap >= SignedDuration::from_secs(2), "{gap:?}");
}
