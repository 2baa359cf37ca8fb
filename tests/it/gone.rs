//! A conversation that reads say is not there is over only where this run read it before and analytics knows of its end (I10).

use std::time::Duration;

use jiff::SignedDuration;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent, Settled};
use unstick::domain::failure::FailureKind;
use unstick::domain::ids::ConversationId;
use unstick::domain::roster::Ending;
use unstick::domain::step::Step;

use crate::console_desk::Desk;
use crate::console_world::{id, receipt};
use crate::model::*;

/// The first read takes so long that it is read again before anything is sent.
fn read_twice(model: &Model) {
    model.fault(Fault {
        step: None,
        applied_after: None,
        takes: Duration::from_secs(3),
        answer: Ok(200),
    });
}

/// An orphan that is read once, and cannot be found from a second later on.
fn vanishing(model: &Model) -> ConversationId {
    let id = model.orphan(1);
    read_twice(model);
    model.later(SignedDuration::from_secs(1), Effect::Vanishes(id));
    id
}

#[track_caller]
fn held_unproven(model: &Model, settled: &Settled, why: &str) {
    assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
    assert!(
        settled.reason.starts_with("gone, and not proven") && settled.reason.contains(why),
        "{}",
        settled.reason
    );
    assert!(sends(model).is_empty());
}

#[tokio::test(start_paused = true)]
async fn f18b_i10_what_ended_elsewhere_and_is_gone_is_over_once_analytics_says_so() {
    let model = Model::new();
    let id = vanishing(&model);
    model.later(SignedDuration::from_secs(1), Effect::DisconnectAll(id));
    let (settled, carried) = carry_one(&model, id).await;
    assert_eq!(
        settled.state,
        FinalState::EndedElsewhere,
        "{}",
        settled.reason
    );
    assert!(
        settled.reason.contains("404") && settled.reason.contains("analytics says that it ended"),
        "{}",
        settled.reason
    );
    assert!(sends(&model).is_empty());
    assert!(model.seeks().len() > 1, "analytics knew of it only later");
    let facts = carried.journal.facts();
    let misses = facts.iter().filter(|fact| {
        matches!(
            &fact.event,
            RunEvent::Item {
                what: ItemEvent::ReadFailed { .. },
                ..
            }
        )
    });
    assert_eq!(misses.count(), 2, "it is asked after the second 404");
}

#[tokio::test(start_paused = true)]
async fn i10_what_our_request_ended_before_it_was_gone_is_ours() {
    let model = Model::new();
    let id = model.orphan(1);
    model.later(SignedDuration::from_secs(1), Effect::Vanishes(id));
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    assert!(settled.reason.contains("analytics"), "{}", settled.reason);
    assert_eq!(sends(&model).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn f19_i10_what_this_run_never_could_read_is_held_and_analytics_is_not_asked() {
    let model = Model::new();
    let id = model.orphan(1);
    model.rewrite(id, |conversation| {
        conversation.ended = Some(conversation.started);
    });
    model.later(SignedDuration::ZERO, Effect::Vanishes(id));
    let (settled, _) = carry_one(&model, id).await;
    held_unproven(&model, &settled, "this run never read it");
    assert!(model.seeks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn f19_i10_what_is_gone_while_analytics_knows_of_no_end_is_held() {
    let model = Model::new();
    let id = vanishing(&model);
    let (settled, _) = carry_one(&model, id).await;
    held_unproven(&model, &settled, "analytics knows of no end");
    let seeks = model.seeks();
    assert_eq!(seeks.len(), 4);
    let span = seeks[3].0.duration_since(seeks[0].0);
    assert!(
        (9..=11).contains(&span.as_secs()),
        "it is given about ten seconds: {span:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn i10_analytics_that_gives_no_answer_proves_nothing() {
    let model = Model::new();
    let id = vanishing(&model);
    model.later(SignedDuration::from_secs(1), Effect::DisconnectAll(id));
    for _ in 0..4 {
        model.refuse_end(failure(FailureKind::ServiceFault, Some(500)));
    }
    let (settled, _) = carry_one(&model, id).await;
    held_unproven(&model, &settled, "analytics gave no answer");
}

#[tokio::test(start_paused = true)]
async fn i10_an_end_before_it_was_read_as_open_is_another_end() {
    let model = Model::new();
    let id = vanishing(&model);
    model.rewrite(id, |conversation| {
        conversation.ended = Some(conversation.started);
    });
    let (settled, _) = carry_one(&model, id).await;
    held_unproven(&model, &settled, "it was read as open after that");
}

#[tokio::test(start_paused = true)]
async fn i10_one_404_is_read_again_and_nothing_is_concluded_from_it() {
    let model = Model::new();
    let id = model.orphan(1);
    read_twice(&model);
    model.refuse(None, failure(FailureKind::NotFound, Some(404)));
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    assert!(model.seeks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn i10_a_request_that_finds_nothing_proves_nothing_either() {
    let model = Model::new();
    let id = model.orphan(1);
    model.refuse(Some(Step::Legs), failure(FailureKind::NotFound, Some(404)));
    model.later(SignedDuration::from_millis(60), Effect::Vanishes(id));
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
    assert!(
        settled.reason.starts_with("gone, and not proven"),
        "{}",
        settled.reason
    );
    assert_eq!(sends(&model).len(), 1);
}

#[test]
fn what_analytics_said_is_told_on_the_board_in_the_trace_and_in_json() {
    let mut desk = Desk::full(120, 40);
    desk.run_half();
    let short = "c05be6a7";
    desk.item(
        short,
        ItemEvent::answered(None, Err(failure(FailureKind::Broken, None))),
    );
    let lost = || ItemEvent::ReadFailed {
        failure: failure(FailureKind::NotFound, Some(404)),
    };
    desk.item(short, lost());
    desk.item(short, lost());
    let sought = |ended: Option<&str>| {
        ItemEvent::sought(Ok(Ending {
            asked_at: "2026-03-02T14:00:06Z".parse().unwrap(),
            ended: ended.map(|at| at.parse().unwrap()),
            receipt: receipt(200, 61),
        }))
    };
    desk.item(short, sought(None));
    desk.item(short, sought(Some("2026-03-02T14:00:07Z")));
    let log = desk.app.live.as_ref().unwrap();
    let (_, now) = unstick::app::board::result(log, log.run.item(id(short)).unwrap(), desk.now);
    assert!(now.contains("404"), "{now}");
    let told: Vec<&String> = log.events().iter().map(|(_, words)| words).collect();
    assert!(
        told.iter()
            .any(|words| words.contains("analytics knows of no end yet")),
        "{told:?}"
    );
    let lines = unstick::app::trace::lines(log, id(short), &desk.app.settings.zone, 120);
    let text: Vec<String> = lines
        .iter()
        .map(|line| {
            line.pieces
                .iter()
                .map(|piece| piece.text.as_str())
                .collect()
        })
        .collect();
    for words in ["asked analytics for its end", "no end known", "ended at"] {
        assert!(
            text.iter().any(|line| line.contains(words)),
            "{words}: {text:#?}"
        );
    }
    let json = serde_json::to_value(sought(Some("2026-03-02T14:00:07Z"))).unwrap();
    assert_eq!(json["what"], "end-sought");
    assert_eq!(json["ended"], "2026-03-02T14:00:07Z");
}
