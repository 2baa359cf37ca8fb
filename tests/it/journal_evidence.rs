//! Which reads the journal lets a request rest on: those that fit the plan, by the domain's own comparison.

use jiff::SignedDuration;
use unstick::domain::conversation::{LegState, Message, Purpose, Side};
use unstick::domain::evidence::Evidence;
use unstick::domain::fact::{Class, FinalState, ItemEvent};
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::ids::RunId;
use unstick::domain::item::Timings;
use unstick::domain::step::{Action, Rung};
use unstick::engine::ports::{RecordFailure, Recorder};
use unstick::journal::{Journal, JournalOptions};

use super::journal_stage::*;

/// A read at this time, and whether `close` may rest on it as this attempt.
async fn carries(journal: &Journal, run: RunId, millis: i64, seen: Evidence, attempt: u32) -> bool {
    let id = conversation(1);
    journal
        .record(run, item_fact(millis + 10, id, observed(millis, seen)))
        .await
        .expect("a read");
    let intent = ItemEvent::Intended {
        action: Action::Close,
        attempt,
    };
    match journal
        .intend(run, item_fact(millis + 20, id, intent))
        .await
    {
        Ok(_) => true,
        Err(refused) => {
            assert_eq!(
                refused,
                RecordFailure::Refused("I3: no fresh fitting evidence".to_owned())
            );
            false
        }
    }
}

fn fewer() -> Evidence {
    evidence(vec![leg(Purpose::Customer, 2), leg(Purpose::Queue, 3)])
}

fn wrote() -> Evidence {
    Evidence {
        customer: Some(Message {
            id: "m1".into(),
            at: at(5),
            from: Side::Customer,
        }),
        ..crowd()
    }
}

fn joined() -> Evidence {
    let mut seen = crowd();
    seen.legs.push(leg(Purpose::Agent, 8));
    seen
}

fn reborn() -> Evidence {
    let mut seen = crowd();
    seen.legs[1].since = Some(at(1));
    seen
}

fn moved() -> Evidence {
    let mut seen = crowd();
    seen.legs[1].state = LegState::Alerting;
    seen
}

#[tokio::test]
async fn before_the_first_send_a_read_must_equal_the_plan() {
    let scratch = Scratch::new();
    let (journal, run) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    for (number, seen) in (1..).zip([fewer(), wrote(), joined(), reborn(), moved()]) {
        assert!(
            !carries(&journal, run, number * 1000, seen.clone(), 1).await,
            "{seen:?}"
        );
    }
    assert!(carries(&journal, run, 9000, crowd(), 1).await);
}

#[tokio::test]
async fn a_send_that_was_not_applied_changes_nothing_about_that() {
    let scratch = Scratch::new();
    let (journal, run) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    assert!(carries(&journal, run, 1000, crowd(), 1).await);
    let failure = Failure::local(FailureKind::Conflict, "busy");
    let refused = ItemEvent::Answered {
        class: Class::NotApplied,
        receipt: None,
        failure: Some(failure),
    };
    journal
        .record(run, item_fact(1100, conversation(1), refused))
        .await
        .unwrap();
    assert!(!carries(&journal, run, 2000, fewer(), 2).await);
    assert!(carries(&journal, run, 3000, crowd(), 2).await);
}

#[tokio::test]
async fn after_an_effective_send_less_may_be_open_and_nothing_new() {
    let scratch = Scratch::new();
    let (journal, run) = confirmed(
        &scratch.journal(),
        plan(Rung::Close, vec![(conversation(1), crowd())]),
    )
    .await;
    assert!(carries(&journal, run, 1000, crowd(), 1).await);
    journal
        .record(run, item_fact(1100, conversation(1), accepted()))
        .await
        .unwrap();
    for (number, seen) in (2..).zip([wrote(), joined(), reborn()]) {
        assert!(
            !carries(&journal, run, number * 1000, seen.clone(), 2).await,
            "{seen:?}"
        );
    }
    assert!(carries(&journal, run, 9000, fewer(), 2).await);
}

#[tokio::test]
async fn the_verify_gap_is_the_one_that_the_run_began_with() {
    let scratch = Scratch::new();
    let timings = Timings {
        verify_gap: SignedDuration::from_millis(40),
        ..Timings::default()
    };
    let journal = Journal::open_at(
        &scratch.journal(),
        JournalOptions {
            timings,
            spill: None,
        },
    )
    .unwrap();
    let run = journal
        .open(
            draft(plan(Rung::Close, vec![(conversation(1), crowd())])),
            at(0),
        )
        .await
        .unwrap()
        .id;
    journal
        .record(
            run,
            item_fact(10, conversation(1), observed(0, evidence(Vec::new()))),
        )
        .await
        .unwrap();
    journal
        .record(
            run,
            item_fact(50, conversation(1), observed(49, evidence(Vec::new()))),
        )
        .await
        .unwrap();
    let elsewhere =
        |millis| item_fact(millis, conversation(1), settled(FinalState::EndedElsewhere));
    let early = journal.record(run, elsewhere(60)).await.unwrap_err();
    assert!(early.to_string().contains("I9"), "{early}");
    journal
        .record(
            run,
            item_fact(60, conversation(1), observed(50, evidence(Vec::new()))),
        )
        .await
        .unwrap();
    journal.record(run, elsewhere(70)).await.unwrap();
}
