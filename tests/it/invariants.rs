//! Every invariant of the engine that the steps of today touch has a test of its name.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use unstick::domain::conversation::Purpose;
use unstick::domain::fact::{Class, FinalState, ItemEvent, RunEvent};
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::Command;
use unstick::domain::ids::RunId;
use unstick::domain::plan::Choices;
use unstick::domain::run::{Pace, RunState};
use unstick::domain::step::{Action, Rung, Step};

use crate::model::*;

const ONE_BY_ONE: Pace = Pace {
    canary: 1,
    max_parallel: 4,
};

/// The intents and answers of one carried conversation, in order.
fn trail(carried: &Carried) -> Vec<String> {
    let facts = carried.journal.facts();
    let words = facts.iter().filter_map(|fact| match &fact.event {
        RunEvent::Item { what, .. } => Some(match what {
            ItemEvent::Observed { .. } => "read".to_owned(),
            ItemEvent::ReadFailed { .. } => "read-failed".to_owned(),
            ItemEvent::EndSought { ended, .. } => format!("end {}", ended.is_some()),
            ItemEvent::LateEffect { .. } => "late".to_owned(),
            ItemEvent::Sighted(_) => "sighted".to_owned(),
            ItemEvent::Intended { action, .. } => format!("intend {}", action.step().word()),
            ItemEvent::Answered { class, .. } => format!("answer {}", class.word()),
            ItemEvent::Settled(settled) => format!("settle {}", settled.state.word()),
        }),
        _ => None,
    });
    words.collect()
}

#[tokio::test(start_paused = true)]
async fn the_ladder_ends_an_orphan_with_four_requests() {
    let model = Model::new();
    let id = model.orphan(1);
    let (settled, carried) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    assert_eq!(
        trail(&carried),
        [
            "read",
            "intend legs",
            "answer ACCEPTED",
            "read",
            "read",
            "settle ended"
        ]
    );
    assert_eq!(model.requests().len(), 4);
    assert!(!model.is_open(id));
}

#[tokio::test(start_paused = true)]
async fn agents_are_ended_before_customers_and_close_ends_what_is_left() {
    let model = Model::new();
    model.machines_stay();
    let id = model.chat(
        1,
        &[
            (Purpose::Customer, true),
            (Purpose::Agent, true),
            (Purpose::Bot, true),
        ],
    );
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    let steps: Vec<_> = sends(&model)
        .into_iter()
        .filter_map(|request| request.action)
        .collect();
    let agent = model.conversation(id).participants[1].id;
    let customer = model.conversation(id).participants[0].id;
    assert_eq!(
        steps,
        [
            Action::Legs { participant: agent },
            Action::Legs {
                participant: customer
            },
            Action::Close
        ]
    );
    assert!(
        model.requests().len() <= 9,
        "2, 2 for each human leg, 3 for close: {}",
        model.requests().len()
    );
}

#[tokio::test(start_paused = true)]
async fn i01_nothing_outside_the_confirmed_plan_is_sent_to() {
    let model = Model::new();
    let (planned, other) = (model.orphan(1), model.orphan(2));
    carry_one(&model, planned).await;
    assert!(
        sends(&model)
            .iter()
            .all(|request| request.conversation == planned)
    );
    assert!(model.is_open(other));
}

#[tokio::test(start_paused = true)]
async fn i02_a_plan_that_was_changed_after_its_hash_does_not_run() {
    let model = Model::new();
    let (planned, other) = (model.orphan(1), model.orphan(2));
    let mut plan = plan_for(&model, &[planned], &Choices::default());
    plan.items.push(
        plan_for(&model, &[other], &Choices::default())
            .items
            .remove(0),
    );
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    carried.carry_out(plan).await;
    assert!(carried.refused.unwrap().contains("edited"));
    assert!(model.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn i03_a_request_leaves_only_on_a_read_at_most_two_seconds_old() {
    let model = Model::new();
    let id = model.orphan(1);
    // The first read takes three seconds, so it is too old when it arrives.
    model.fault(Fault {
        step: None,
        applied_after: None,
        takes: Duration::from_secs(3),
        answer: Ok(200),
    });
    let (settled, carried) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Ended);
    assert_eq!(trail(&carried)[..3], ["read", "read", "intend legs"]);
    let requests = model.requests();
    for (index, request) in requests
        .iter()
        .enumerate()
        .filter(|(_, request)| request.action.is_some())
    {
        let age = request.at.duration_since(requests[index - 1].at);
        assert!(
            age <= SignedDuration::from_secs(2),
            "the read was {age:?} old"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn i03_an_agent_who_joined_after_the_plan_holds_the_item() {
    let model = Model::new();
    let id = model.orphan(1);
    let plan = plan_for(&model, &[id], &Choices::default());
    model.later(SignedDuration::ZERO, Effect::AgentJoins(id));
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    let finals = carried.carry_out(plan).await;
    assert_eq!(
        (finals[&id].state, finals[&id].reason.as_str()),
        (FinalState::Held, "agent joined")
    );
    assert!(sends(&model).is_empty());
}

#[tokio::test(start_paused = true)]
async fn i03_a_customer_who_wrote_after_the_plan_holds_the_item() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, true), (Purpose::Agent, true)]);
    let plan = plan_for(&model, &[id], &Choices::default());
    model.later(SignedDuration::ZERO, Effect::CustomerWrites(id));
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    let finals = carried.carry_out(plan).await;
    assert_eq!(
        (finals[&id].state, finals[&id].reason.as_str()),
        (FinalState::Held, "customer wrote")
    );
    assert!(sends(&model).is_empty());
}

#[tokio::test(start_paused = true)]
async fn i04_a_customer_on_another_leg_is_another_customer() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, true), (Purpose::Bot, true)]);
    let plan = plan_for(&model, &[id], &Choices::default());
    model.later(SignedDuration::ZERO, Effect::Reborn(id));
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    let finals = carried.carry_out(plan).await;
    assert_eq!(finals[&id].state, FinalState::Held);
    assert!(sends(&model).is_empty());
}

#[tokio::test(start_paused = true)]
async fn i05_i18_what_the_journal_does_not_take_is_never_sent() {
    for full_at in 0..12 {
        let model = Model::new();
        let id = model.orphan(1);
        let journal = MemoryJournal::full_after(full_at);
        let mut carried = engine_over(&model, &journal, ONE_BY_ONE);
        carried
            .carry_out(plan_for(&model, &[id], &Choices::default()))
            .await;
        let intents = journal
            .facts()
            .iter()
            .filter(|fact| is_intent(fact))
            .count();
        assert_eq!(
            sends(&model).len(),
            intents,
            "journal full after {full_at} facts"
        );
        if let Some(why) = carried.refused {
            assert!(why.contains("journal cannot be written"), "{why}");
        }
    }
}

fn is_intent(fact: &unstick::domain::fact::RunFact) -> bool {
    matches!(
        &fact.event,
        RunEvent::Item {
            what: ItemEvent::Intended { .. },
            ..
        }
    )
}

#[tokio::test(start_paused = true)]
async fn i06_i07_after_an_unknown_outcome_comes_a_read_never_a_second_send() {
    for kind in [
        FailureKind::TimedOut,
        FailureKind::Broken,
        FailureKind::ServiceFault,
        FailureKind::GatewayGaveUp,
    ] {
        for applied_after in [
            None,
            Some(Duration::from_millis(10)),
            Some(Duration::from_secs(9)),
        ] {
            let model = Model::new();
            let id = model.orphan(1);
            let answer = Err(failure(kind.clone(), None));
            model.fault(Fault {
                step: Some(Step::Legs),
                applied_after,
                takes: Duration::from_secs(1),
                answer,
            });
            let (settled, carried) = carry_one(&model, id).await;
            assert_eq!(
                settled.state,
                FinalState::Ended,
                "{kind:?} {applied_after:?}: {}",
                settled.reason
            );
            let trail = trail(&carried);
            for pair in trail.windows(2) {
                assert!(
                    !(pair[0].starts_with("answer") && pair[1].starts_with("intend")),
                    "{trail:?}"
                );
            }
            let quiet = matches!(kind, FailureKind::TimedOut | FailureKind::GatewayGaveUp);
            let expected = if applied_after.is_none()
                || (applied_after > Some(Duration::from_secs(1)) && !quiet)
            {
                2
            } else {
                1
            };
            assert_eq!(
                sends(&model).len(),
                expected,
                "{kind:?} {applied_after:?} {trail:?}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn i08_a_target_is_sent_to_twice_at_most_and_then_it_escalates() {
    let model = Model::new();
    let id = model.orphan(1);
    for step in [Step::Legs, Step::Legs, Step::Close, Step::Close] {
        model.fault(Fault {
            step: Some(step),
            applied_after: None,
            takes: Duration::from_millis(50),
            answer: Ok(202),
        });
    }
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Escalate, "{}", settled.reason);
    let steps: Vec<_> = sends(&model)
        .iter()
        .map(|request| request.action.as_ref().unwrap().step())
        .collect();
    assert_eq!(steps, [Step::Legs, Step::Legs, Step::Close, Step::Close]);
    assert!(model.is_open(id));
}

#[tokio::test(start_paused = true)]
async fn i08_sends_that_were_not_applied_are_repeated_five_times_at_most() {
    let model = Model::new();
    let id = model.orphan(1);
    for _ in 0..9 {
        model.refuse(Some(Step::Legs), failure(FailureKind::Conflict, Some(409)));
    }
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Unresolved, "{}", settled.reason);
    assert_eq!(sends(&model).len(), 5);
}

#[tokio::test(start_paused = true)]
async fn i09_a_2xx_that_changes_nothing_is_never_called_ended() {
    let model = Model::new();
    let id = model.orphan(1);
    // Both polite lies on the leg; the close works.
    for _ in 0..2 {
        model.fault(Fault {
            step: Some(Step::Legs),
            applied_after: None,
            takes: Duration::from_millis(50),
            answer: Ok(202),
        });
    }
    let (settled, carried) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Ended);
    let trail = trail(&carried);
    assert_eq!(
        trail[trail.len() - 3..],
        ["read", "read", "settle ended"],
        "two reads stand before it"
    );
    let times: Vec<_> = model.requests().iter().map(|request| request.at).collect();
    let gap = times[times.len() - 1].duration_since(times[times.len() - 2]);
    assert!(gap >= SignedDuration::from_secs(2), "{gap:?}");
}

#[tokio::test(start_paused = true)]
async fn i10_a_404_alone_never_counts_as_ended() {
    let model = Model::new();
    let id = model.orphan(1);
    for _ in 0..4 {
        model.refuse(None, failure(FailureKind::NotFound, Some(404)));
    }
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
    assert!(sends(&model).is_empty());
}

#[tokio::test(start_paused = true)]
async fn i11_every_planned_item_has_exactly_one_final_state() {
    let model = Model::new();
    let ids: Vec<_> = (1..=12).map(|bits| model.orphan(bits)).collect();
    model.later(SignedDuration::from_secs(1), Effect::AgentJoins(ids[3]));
    model.later(SignedDuration::from_secs(1), Effect::DisconnectAll(ids[5]));
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    let finals = carried
        .carry_out(plan_for(&model, &ids, &Choices::default()))
        .await;
    assert_eq!(finals.len(), 12);
    let settled = carried
        .journal
        .facts()
        .iter()
        .filter(|fact| {
            matches!(
                &fact.event,
                RunEvent::Item {
                    what: ItemEvent::Settled(_),
                    ..
                }
            )
        })
        .count();
    assert_eq!(settled, 12);
    assert_eq!(carried.run.unwrap().tally().finals(), 12);
}

#[tokio::test(start_paused = true)]
async fn i12_what_somebody_else_ended_is_not_ours() {
    let model = Model::new();
    let id = model.orphan(1);
    let plan = plan_for(&model, &[id], &Choices::default());
    model.later(SignedDuration::ZERO, Effect::DisconnectAll(id));
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    let finals = carried.carry_out(plan).await;
    assert_eq!(finals[&id].state, FinalState::EndedElsewhere);
    assert!(sends(&model).is_empty());
}

#[tokio::test(start_paused = true)]
async fn i13_a_sign_in_that_stays_refused_pauses_the_run() {
    let model = Model::new();
    let id = model.orphan(1);
    model.refuse(
        Some(Step::Legs),
        failure(FailureKind::SignInRefused, Some(401)),
    );
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &[id], &Choices::default())),
        note: None,
    });
    carried
        .until(|run| matches!(run.state, RunState::Paused(_)))
        .await;
    assert_eq!(sends(&model).len(), 1);
    carried.engine.send(Command::PauseRun(false));
    carried.until(|_| false).await;
    assert_eq!(
        carried.finals()[&id].state,
        FinalState::Ended,
        "it goes on when somebody resumes it"
    );
}

#[tokio::test(start_paused = true)]
async fn i14_a_missing_permission_halts_the_run_and_is_named() {
    let model = Model::new();
    let ids: Vec<_> = (1..=5).map(|bits| model.orphan(bits)).collect();
    let permissions = vec!["conversation:communication:disconnect".into()];
    model.refuse(
        Some(Step::Legs),
        failure(FailureKind::NotPermitted { permissions }, Some(403)),
    );
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    let finals = carried
        .carry_out(plan_for(&model, &ids, &Choices::default()))
        .await;
    assert_eq!(sends(&model).len(), 1);
    assert_eq!(
        finals
            .values()
            .filter(|settled| settled.state == FinalState::Cancelled)
            .count(),
        4
    );
    let Some(RunState::Halted(_, why)) = carried.run.unwrap().cut_short else {
        panic!("not halted")
    };
    assert!(
        why.contains("conversation:communication:disconnect"),
        "{why}"
    );
}

#[tokio::test(start_paused = true)]
async fn i17_a_conversation_that_cannot_be_read_is_unresolved_after_five_tries() {
    let model = Model::new();
    let id = model.orphan(1);
    for _ in 0..9 {
        model.refuse(None, failure(FailureKind::ServiceFault, Some(500)));
    }
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Unresolved);
    assert_eq!(model.requests().len(), 5);
}

#[tokio::test(start_paused = true)]
async fn i19_after_a_stop_no_intent_is_written_and_what_is_in_flight_settles() {
    let model = Model::new();
    let ids: Vec<_> = (1..=9).map(|bits| model.orphan(bits)).collect();
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &ids, &Choices::default())),
        note: None,
    });
    carried
        .until(|run| {
            run.tally().of(FinalState::Ended) == 1
                && run.items.iter().any(|item| item.pending().is_some())
        })
        .await;
    carried.engine.send(Command::StopRun {
        by: "operator".to_owned(),
    });
    carried.until(|_| false).await;
    let facts = carried.journal.facts();
    let stopped = facts
        .iter()
        .position(|fact| matches!(fact.event, RunEvent::Stopped { .. }))
        .unwrap();
    assert!(
        !facts[stopped..].iter().any(is_intent),
        "an intent after the stop"
    );
    for (id, settled) in carried.finals() {
        let was_sent_to = sends(&model)
            .iter()
            .any(|request| request.conversation == id);
        assert_eq!(
            was_sent_to,
            settled.state != FinalState::Cancelled,
            "{}",
            settled.reason
        );
        assert_eq!(model.is_open(id), settled.state == FinalState::Cancelled);
    }
}

#[tokio::test(start_paused = true)]
async fn i20_the_canary_goes_alone_and_then_four_at_a_time() {
    let model = Model::new();
    let ids: Vec<_> = (1..=12).map(|bits| model.orphan(bits)).collect();
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &ids, &Choices::default())),
        note: None,
    });
    let mut widest = 0;
    carried
        .until(|run| {
            let tally = run.tally();
            assert!(
                tally.finals() > 0 || tally.running <= 1,
                "the canary was not alone"
            );
            widest = widest.max(tally.running);
            false
        })
        .await;
    assert_eq!(widest, 4);
    assert_eq!(carried.run.unwrap().tally().of(FinalState::Ended), 12);
}

#[tokio::test(start_paused = true)]
async fn i21_a_first_item_that_ends_badly_pauses_the_run() {
    let model = Model::new();
    let ids: Vec<_> = (1..=5).map(|bits| model.orphan(bits)).collect();
    for step in [Step::Legs, Step::Legs, Step::Close, Step::Close] {
        model.fault(Fault {
            step: Some(step),
            applied_after: None,
            takes: Duration::from_millis(50),
            answer: Ok(202),
        });
    }
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan_for(&model, &ids, &Choices::default())),
        note: None,
    });
    carried
        .until(|run| matches!(run.state, RunState::Paused(_)))
        .await;
    assert!(
        sends(&model)
            .iter()
            .all(|request| request.conversation == ids[0])
    );
}

#[tokio::test(start_paused = true)]
async fn i21_the_same_refusal_three_times_halts_the_run_instead_of_going_through_the_list() {
    let model = Model::new();
    let ids: Vec<_> = (1..=9).map(|bits| model.orphan(bits)).collect();
    for _ in 0..9 {
        model.refuse(Some(Step::Legs), failure(FailureKind::Refused, Some(400)));
    }
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    let finals = carried
        .carry_out(plan_for(&model, &ids, &Choices::default()))
        .await;
    assert_eq!(sends(&model).len(), 3);
    let held = finals
        .values()
        .filter(|settled| settled.state == FinalState::Held)
        .count();
    assert_eq!((held, finals.len()), (3, 9));
    assert!(matches!(
        carried.run.unwrap().cut_short,
        Some(RunState::Halted(..))
    ));
}

#[tokio::test(start_paused = true)]
async fn i22_a_token_of_another_organisation_sends_nothing() {
    let model = Model::new();
    let id = model.orphan(1);
    model.become_org("other");
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    carried
        .carry_out(plan_for(&model, &[id], &Choices::default()))
        .await;
    assert!(carried.refused.unwrap().contains("organisation other"));
    assert!(model.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn i05_i11_after_a_crash_at_any_fact_the_run_resumes_to_the_truth() {
    let model = Model::new();
    let ids = [model.orphan(1), model.orphan(2)];
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    carried
        .carry_out(plan_for(&model, &ids, &Choices::default()))
        .await;
    let whole = carried.journal.facts().len();
    for cut in 1..whole {
        let model = Model::new();
        let ids = [model.orphan(1), model.orphan(2)];
        let mut first = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
        first.engine.send(Command::Start {
            plan: Arc::new(plan_for(&model, &ids, &Choices::default())),
            note: None,
        });
        let mut seen = 0;
        first
            .until(|_| {
                seen += 1;
                seen >= cut
            })
            .await;
        let crashed = first
            .journal
            .after_crash(cut.min(first.journal.facts().len()));
        drop(first);
        let mut second = engine_over(&model, &crashed, ONE_BY_ONE);
        second.engine.send(Command::Resume(RunId(1)));
        second.until(|_| false).await;
        let finals = second.finals();
        assert_eq!(
            finals.len(),
            2,
            "cut after {cut} of {whole}: {:?}",
            second.refused
        );
        for (id, settled) in finals {
            assert!(
                settled.state.is_done(),
                "cut after {cut}: {} {}",
                word(&settled),
                settled.reason
            );
            assert!(!model.is_open(id));
            let effective = second.run.as_ref().unwrap().item(id).unwrap();
            let sent = effective
                .sends
                .iter()
                .filter(|sent| sent.answer.as_ref().unwrap().class != Class::NotApplied)
                .count();
            assert!(sent <= 2);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_customer_who_writes_after_our_last_accepted_send_has_reopened_it() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, true), (Purpose::Agent, false)]);
    model.later(
        SignedDuration::from_millis(2600),
        Effect::CustomerWrites(id),
    );
    let (settled, _) = carry_one(&model, id).await;
    assert!(
        settled.reopened && settled.state == FinalState::Ended,
        "{settled:?}"
    );
    assert_eq!(sends(&model).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn somebody_who_joined_between_the_check_and_the_effect_is_an_incident() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, true), (Purpose::Bot, true)]);
    model.later(SignedDuration::from_millis(70), Effect::AgentJoins(id));
    let (settled, _) = carry_one(&model, id).await;
    assert!(settled.incident.is_some(), "{settled:?}");
    assert_eq!(sends(&model).len(), 1, "nothing more is sent");
}

#[tokio::test(start_paused = true)]
async fn an_agent_who_owes_wrap_up_is_said_to_owe_it() {
    let model = Model::new();
    model.agents_owe_wrap_up();
    let id = model.orphan(1);
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::WrapUpOwed);
    let model = Model::new();
    model.agents_owe_wrap_up();
    let id = model.orphan(1);
    let choices = Choices {
        wrap_up: Some("code".to_owned()),
        ..Choices::default()
    };
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    let finals = carried.carry_out(plan_for(&model, &[id], &choices)).await;
    assert_eq!(
        finals[&id].state,
        FinalState::Ended,
        "with a code in the plan it is applied: {}",
        finals[&id].reason
    );
    let steps: Vec<_> = sends(&model)
        .iter()
        .map(|request| request.action.as_ref().unwrap().step())
        .collect();
    assert_eq!(steps, [Step::Legs, Step::WrapUp]);
}

#[tokio::test(start_paused = true)]
async fn legs_that_are_closed_to_this_client_lead_on_to_close() {
    let model = Model::new();
    let id = model.orphan(1);
    model.refuse(
        Some(Step::Legs),
        failure(FailureKind::NotYourLeg, Some(403)),
    );
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    let steps: Vec<_> = sends(&model)
        .iter()
        .map(|request| request.action.as_ref().unwrap().step())
        .collect();
    assert_eq!(steps, [Step::Legs, Step::Close]);
}

#[tokio::test(start_paused = true)]
async fn a_teardown_is_sent_once_and_nothing_else_with_it() {
    let model = Model::new();
    let id = model.orphan(1);
    let choices = Choices {
        rung: Rung::Teardown,
        ..Choices::default()
    };
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    let finals = carried.carry_out(plan_for(&model, &[id], &choices)).await;
    assert_eq!(finals[&id].state, FinalState::Ended);
    let steps: Vec<_> = sends(&model)
        .iter()
        .map(|request| request.action.as_ref().unwrap().step())
        .collect();
    assert_eq!(steps, [Step::Teardown]);
}

#[tokio::test(start_paused = true)]
async fn i23_a_machine_that_slept_between_read_and_send_reads_again() {
    let model = Model::new();
    let id = model.orphan(1);
    let journal = MemoryJournal::default();
    journal.suspend_after_a_read(Duration::from_secs(60));
    let mut carried = engine_over(&model, &journal, ONE_BY_ONE);
    let plan = plan_for(&model, &[id], &Choices::default());
    let finals = carried.carry_out(plan).await;
    assert_eq!(finals[&id].state, FinalState::Ended);
    assert_eq!(trail(&carried)[..3], ["read", "read", "intend legs"]);
    let requests = model.requests();
    let send = requests
        .iter()
        .position(|request| request.action.is_some())
        .unwrap();
    let age = requests[send].at.duration_since(requests[send - 1].at);
    assert!(age <= SignedDuration::from_secs(2), "{age:?}");
}

#[tokio::test(start_paused = true)]
async fn i03_a_planned_leg_that_closed_before_the_first_send_holds_the_item() {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, true), (Purpose::Agent, true)]);
    let plan = plan_for(&model, &[id], &Choices::default());
    let customer = model.conversation(id).participants[0].id;
    model.later(SignedDuration::ZERO, Effect::Disconnect(id, customer));
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    let finals = carried.carry_out(plan).await;
    let reason = finals[&id].reason.as_str();
    assert_eq!(finals[&id].state, FinalState::Held, "{reason}");
    assert_eq!(reason, "customer had left already");
    assert!(sends(&model).is_empty());
}

#[tokio::test(start_paused = true)]
async fn i03_a_read_that_grew_old_while_the_intent_was_recorded_sends_nothing() {
    let model = Model::new();
    let id = model.orphan(1);
    let journal = MemoryJournal::default();
    journal.slow_down_an_intent(Duration::from_secs(3));
    let mut carried = engine_over(&model, &journal, ONE_BY_ONE);
    let plan = plan_for(&model, &[id], &Choices::default());
    let finals = carried.carry_out(plan).await;
    assert_eq!(finals[&id].state, FinalState::Ended);
    assert_eq!(
        trail(&carried)[..5],
        [
            "read",
            "intend legs",
            "answer NOT_APPLIED",
            "read",
            "intend legs"
        ]
    );
    assert_eq!(sends(&model).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn i17_reads_that_keep_failing_use_one_budget_up_and_pause_the_run() {
    let model = Model::new();
    let ids: Vec<_> = (1..=40).map(|bits| model.orphan(bits)).collect();
    let plan = plan_for(&model, &ids, &Choices::default());
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan),
        note: None,
    });
    carried
        .until(|run| run.tally().of(FinalState::Ended) == 1)
        .await;
    // No conversation fails often enough to be given up, yet half of all reads fail.
    for _ in 0..200 {
        model.refuse(None, failure(FailureKind::ServiceFault, Some(500)));
    }
    let before = model.requests().len();
    carried
        .until(|run| matches!(run.state, RunState::Paused(_)))
        .await;
    let Some(RunState::Paused(why)) = carried.run.as_ref().map(|run| run.state.clone()) else {
        panic!("not paused")
    };
    assert!(why.contains("reads keep failing"), "{why}");
    let spent = model.requests().len() - before;
    assert!(spent <= 30, "{spent} requests before the pause");
}

#[tokio::test(start_paused = true)]
async fn i21_many_held_chats_pause_the_run_once_and_not_again_after_a_resume() {
    let model = Model::new();
    let ids: Vec<_> = (1..=30).map(|bits| model.orphan(bits)).collect();
    let plan = plan_for(&model, &ids, &Choices::default());
    for id in ids.iter().take(20).step_by(3) {
        model.later(SignedDuration::ZERO, Effect::AgentJoins(*id));
    }
    let mut carried = engine_over(&model, &MemoryJournal::default(), ONE_BY_ONE);
    carried.engine.send(Command::Start {
        plan: Arc::new(plan),
        note: None,
    });
    let mut pauses = 0;
    loop {
        let mut is_paused = false;
        carried
            .until(|run| {
                is_paused = matches!(run.state, RunState::Paused(_));
                is_paused
            })
            .await;
        if !is_paused {
            break;
        }
        pauses += 1;
        assert!(pauses <= 3, "it pauses again and again");
        carried.engine.send(Command::PauseRun(false));
        carried
            .until(|run| matches!(run.state, RunState::Running))
            .await;
    }
    assert_eq!(pauses, 1);
    let run = carried.run.unwrap();
    assert_eq!(run.tally().of(FinalState::Held), 7);
    assert_eq!(run.tally().of(FinalState::Ended), 23);
}
