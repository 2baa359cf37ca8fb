//! What cannot be found is over only where a second source says so: F18b, F19.

use serde_json::json;
use unstick::domain::fact::{FinalState, ItemEvent};
use unstick::domain::failure::FailureKind;

use super::place::{Place, Staging};

/// Reads find nothing any more from the second one of the run on. (The first one takes so long that another is needed.)
fn vanishing() -> serde_json::Value {
    json!({ "fault": [
        { "step": "read", "conversation": "orphan", "delay_ms": 2200 },
        { "step": "read", "conversation": "orphan", "times": 0, "status": 404, "code": "not.found" },
    ]})
}

#[tokio::test]
async fn f18b_what_ended_elsewhere_and_is_gone_is_over_once_analytics_says_so() {
    let place = Place::of(Staging::orphans(2)).await;
    let plan = place.plan_of_orphans().await;
    let id = place.id("orphan");
    let mut faults = vanishing();
    faults["fault"][0]["event"] = json!("agent-leaves");
    place.order_trouble(faults).await;
    let carried = place.carry_out(plan).await;
    carried.came_out(
        id,
        FinalState::EndedElsewhere,
        "analytics says that it ended",
    );
    assert_eq!(carried.sends(id), []);
    let events = carried.events(id);
    let misses = events.iter().filter(|(_, what)| {
        matches!(what, ItemEvent::ReadFailed { failure } if failure.kind == FailureKind::NotFound)
    });
    assert_eq!(misses.count(), 2);
    assert_eq!(carried.exit, 0);
    place.judge(&carried);
}

#[tokio::test]
async fn f19_what_this_run_could_never_read_is_held_and_not_said_to_be_over() {
    let place = Place::of(Staging::orphans(2)).await;
    let plan = place.plan_of_orphans().await;
    let id = place.id("orphan");
    place
        .order_fault(json!({
            "step": "read", "conversation": "orphan", "times": 0, "status": 404, "code": "not.found",
        }))
        .await;
    // It even ended, and analytics knows: but whether what ended is what was planned, this run has never seen.
    place.let_happen("agent-leaves", id).await;
    let carried = place.carry_out(plan).await;
    carried.came_out(id, FinalState::Held, "this run never read it");
    assert_eq!(carried.sends(id), []);
    assert_eq!(carried.count(FinalState::Ended), 1);
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}

/// It was read, then it is closed to this client (a division changed), and analytics knows of no end: nothing is proven.
#[tokio::test]
async fn f19_what_is_gone_and_open_in_analytics_is_held() {
    let place = Place::of(Staging::orphans(2)).await;
    let plan = place.plan_of_orphans().await;
    let id = place.id("orphan");
    place.order_trouble(vanishing()).await;
    let carried = place.carry_out(plan).await;
    carried.came_out(id, FinalState::Held, "analytics knows of no end");
    assert_eq!(carried.sends(id), []);
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}
