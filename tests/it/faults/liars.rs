//! Everything is accepted, and not all of it is true: F05.

use jiff::SignedDuration;
use serde_json::json;
use unstick::domain::fact::{FinalState, ItemEvent};
use unstick::domain::step::Step;

use super::place::{Place, Staging};

#[tokio::test]
async fn f05_a_polite_liar_is_asked_twice_and_never_believed() {
    let place = Place::of(Staging::orphans(1)).await;
    let plan = place.plan_of_orphans().await;
    let id = place.id("orphan");
    place
        .order_trouble(json!({ "fault": [
            { "step": "legs", "times": 0, "accepted_but_open": true },
            { "step": "close", "times": 0, "accepted_but_open": true },
        ]}))
        .await;
    let carried = place.carry_out(plan).await;
    carried.came_out(
        id,
        FinalState::Escalate,
        "every request was accepted and a leg is still open",
    );
    let twice_each = [
        (Step::Legs, 1),
        (Step::Legs, 2),
        (Step::Close, 1),
        (Step::Close, 2),
    ];
    assert_eq!(carried.sends(id), twice_each);
    assert_eq!(carried.exit, 1);
    // Between two requests at one target the effect is looked for four times, a fifth of 1, 3, 7 and 15 s after the answer.
    let sends = &carried.run.item(id).unwrap().sends;
    for pair in sends.chunks(2) {
        let waited = pair[1]
            .at
            .duration_since(pair[0].answer.as_ref().unwrap().at);
        assert!(waited >= SignedDuration::from_secs(3), "{waited}");
    }
    let reads = carried.events(id);
    let reads = reads
        .iter()
        .filter(|(_, what)| matches!(what, ItemEvent::Observed { .. }));
    // A check, and four looks after each of four requests; the last look before a request is its check.
    assert!(reads.count() >= 17);
    place.judge(&carried);
}

#[tokio::test]
async fn f05_a_liar_who_tells_the_truth_at_the_second_asking_has_the_chat_ended() {
    let place = Place::of(Staging::orphans(1)).await;
    let plan = place.plan_of_orphans().await;
    let id = place.id("orphan");
    place
        .order_fault(json!({ "step": "legs", "times": 1, "accepted_but_open": true }))
        .await;
    let carried = place.carry_out(plan).await;
    carried.came_out(id, FinalState::Ended, "two reads show no open leg");
    assert_eq!(carried.sends(id), [(Step::Legs, 1), (Step::Legs, 2)]);
    assert_eq!(carried.exit, 0);
    place.judge(&carried);
}
