//! A request left, and its answer did not come, or not whole: F11 to F14, F39.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};
use unstick::domain::fact::{Class, FinalState, ItemEvent};
use unstick::domain::failure::FailureKind;
use unstick::domain::ids::ConversationId;
use unstick::domain::run::Pace;
use unstick::domain::step::Step;
use unstick::genesys::Timeouts;

use super::place::{Carried, Place, Staging};

/// A fifth of the time that a request may take in earnest.
fn impatient(mut staging: Staging) -> Staging {
    staging.timeouts = Timeouts {
        read: Duration::from_secs(3),
        total: Duration::from_secs(6),
        ..Timeouts::default()
    };
    staging
}

/// One orphan is ended with a fault on the way.
async fn with(fault: Value) -> (Place, Carried, ConversationId) {
    let place = Place::of(impatient(Staging::orphans(1))).await;
    let plan = place.plan_of_orphans().await;
    place.order_fault(fault).await;
    let carried = place.carry_out(plan).await;
    let id = place.id("orphan");
    carried.came_out(id, FinalState::Ended, "two reads show no open leg");
    assert_eq!(carried.exit, 0);
    place.judge(&carried);
    (place, carried, id)
}

/// The first answer to a request, and that a read and nothing else followed it.
#[track_caller]
fn first_answer(carried: &Carried, id: ConversationId) -> (Class, Option<FailureKind>) {
    let events = carried.events(id);
    let answered = events
        .iter()
        .position(|(_, what)| matches!(what, ItemEvent::Answered { .. }))
        .unwrap();
    let next = events[answered + 1].1;
    assert!(
        matches!(
            next,
            ItemEvent::Observed { .. } | ItemEvent::ReadFailed { .. }
        ),
        "not read before anything else: {next:?}"
    );
    match events[answered].1 {
        ItemEvent::Answered { class, failure, .. } => {
            (*class, failure.as_ref().map(|failure| failure.kind.clone()))
        }
        _ => unreachable!(),
    }
}

#[tokio::test]
async fn f11_what_was_dropped_before_it_was_applied_is_read_and_sent_once_more() {
    let fault = json!({ "step": "legs", "drop": true, "reset": true, "when": "before" });
    let (_, carried, id) = with(fault).await;
    let unknown = (Class::Ambiguous, Some(FailureKind::Broken));
    assert_eq!(first_answer(&carried, id), unknown);
    assert_eq!(carried.sends(id), [(Step::Legs, 1), (Step::Legs, 2)]);
}

#[tokio::test]
async fn f11_a_request_that_is_never_answered_is_followed_by_silence_then_sent_once_more() {
    let (_, carried, id) = with(json!({ "step": "legs", "hold": true })).await;
    let unknown = (Class::Ambiguous, Some(FailureKind::TimedOut));
    assert_eq!(first_answer(&carried, id), unknown);
    assert_eq!(carried.sends(id), [(Step::Legs, 1), (Step::Legs, 2)]);
    let sends = &carried.run.item(id).unwrap().sends;
    let silent = sends[1]
        .at
        .duration_since(sends[0].answer.as_ref().unwrap().at);
    assert!(silent >= SignedDuration::from_secs(3), "{silent}");
}

#[tokio::test]
async fn f12_what_was_applied_and_not_answered_is_found_out_by_reading_alone() {
    let dropped = json!({ "step": "legs", "drop": true, "when": "after" });
    let (_, carried, id) = with(dropped).await;
    let unknown = (Class::Ambiguous, Some(FailureKind::Broken));
    assert_eq!(first_answer(&carried, id), unknown);
    assert_eq!(carried.sends(id).len(), 1);
}

#[tokio::test]
async fn f12_what_was_applied_and_held_back_is_found_out_by_reading_alone() {
    let (_, carried, id) = with(json!({ "step": "legs", "hold": true, "when": "after" })).await;
    let unknown = (Class::Ambiguous, Some(FailureKind::TimedOut));
    assert_eq!(first_answer(&carried, id), unknown);
    assert_eq!(carried.sends(id).len(), 1);
}

/// Applied 1.5 s after the request was given up: inside the silence of 3 s, as 7.5 s would be inside 15.
#[tokio::test]
async fn f13_what_takes_effect_late_is_waited_for_and_not_sent_again() {
    let late = json!({ "step": "legs", "hold": true, "apply_late_ms": 4500 });
    let (_, carried, id) = with(late).await;
    let unknown = (Class::Ambiguous, Some(FailureKind::TimedOut));
    assert_eq!(first_answer(&carried, id), unknown);
    assert_eq!(carried.sends(id).len(), 1);
}

/// The effect comes after the silence: the second request finds it applied, or makes the first one's come to nothing. Nothing is applied twice.
#[tokio::test]
async fn f13_what_takes_effect_after_the_silence_is_still_applied_once() {
    let late = json!({ "step": "legs", "hold": true, "apply_late_ms": 9000 });
    let (_, carried, id) = with(late).await;
    assert_eq!(carried.sends(id), [(Step::Legs, 1), (Step::Legs, 2)]);
}

/// Accepted, and true two seconds later; in between somebody comes. What is said of the chat is said once the effect is known.
#[tokio::test]
async fn f13_what_takes_effect_late_on_somebody_who_came_is_known_before_anything_is_said() {
    for (event, state, words) in [
        (
            "customer-writes",
            FinalState::Ended,
            "the customer wrote again",
        ),
        ("agent-joins", FinalState::Held, "agent joined"),
    ] {
        let place = Place::of(impatient(Staging::orphans(1))).await;
        let plan = place.plan_of_orphans().await;
        place
            .order_fault(json!({
                "step": "legs", "apply_late_ms": 2000, "event": event, "event_after_ms": 1200,
            }))
            .await;
        let carried = place.carry_out(plan).await;
        let id = place.id("orphan");
        carried.came_out(id, state, words);
        assert_eq!(carried.sends(id), [(Step::Legs, 1)]);
        assert_eq!(carried.settled(id).reopened, event == "customer-writes");
        // The request was applied before the final state, not after it: the oracle's rule c.
        place.judge(&carried);
    }
}

#[tokio::test]
async fn f14_an_answer_that_breaks_after_its_status_is_an_acceptance() {
    for (step, body) in [("legs", 0), ("close", 5)] {
        let text = "[[chat]]\nkind = \"bot-loop\"\nlabel = \"bot\"\nbot_stays = true\n";
        let place = Place::of(impatient(Staging::quick(text))).await;
        let plan = place.plan_of("bot").await;
        place
            .order_fault(json!({ "step": step, "truncate_after": body, "reset": true }))
            .await;
        let carried = place.carry_out(plan).await;
        let id = place.id("bot");
        carried.came_out(id, FinalState::Ended, "two reads show no open leg");
        assert_eq!(carried.sends(id), [(Step::Legs, 1), (Step::Close, 1)]);
        for sent in &carried.run.item(id).unwrap().sends {
            assert_eq!(sent.answer.as_ref().unwrap().class, Class::Accepted);
        }
        assert_eq!(carried.exit, 0);
        place.judge(&carried);
    }
}

/// A read that trickles in is given up in time, a request whose status came is not in doubt, and nobody else is held up.
#[tokio::test]
async fn f39_an_answer_that_drips_is_given_up_and_holds_nobody_up() {
    let mut staging = impatient(Staging::orphans(3));
    staging.pace = Pace {
        canary: 0,
        max_parallel: 3,
    };
    let place = Place::of(staging).await;
    let plan = place.plan_of_orphans().await;
    place
        .order_trouble(json!({ "fault": [
            // A byte each 50 ms would take minutes: the whole of the time runs out.
            { "step": "read", "conversation": "orphan", "drip_ms": 50 },
            // A byte each 4 s: the time between two pieces runs out.
            { "step": "read", "conversation": "orphan-2", "drip_ms": 4000 },
        ]}))
        .await;
    let carried = place.carry_out(plan).await;
    assert_eq!(carried.count(FinalState::Ended), 3);
    for label in ["orphan", "orphan-2"] {
        let events = carried.events(place.id(label));
        let (_, first) = events[0];
        assert!(
            matches!(first, ItemEvent::ReadFailed { failure } if failure.kind == FailureKind::TimedOut),
            "{first:?}"
        );
    }
    let at = |label: &str| {
        carried
            .run
            .item(place.id(label))
            .unwrap()
            .settled
            .as_ref()
            .unwrap()
            .1
    };
    let given_up = carried.events(place.id("orphan-2"))[0].0.at;
    assert!(at("orphan-3") < given_up, "the third one had to wait");
    assert_eq!(carried.exit, 0);
    place.judge(&carried);
}
