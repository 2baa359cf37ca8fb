//! Somebody comes, goes or comes back between the plan and the request: F01 to F04, F07, F44.

use serde_json::json;
use unstick::domain::fact::FinalState;
use unstick::domain::plan::Choices;
use unstick::sandbox::Change;

use super::oracle::Terms;
use super::place::{Place, Staging};

#[tokio::test]
async fn f01_an_agent_who_joined_before_its_turn_holds_the_chat() {
    let place = Place::of(Staging::orphans(3)).await;
    let plan = place.plan_of_orphans().await;
    let joined = place.id("orphan-2");
    place.let_happen("agent-joins", joined).await;
    let carried = place.carry_out(plan).await;
    carried.came_out(joined, FinalState::Held, "agent joined");
    assert_eq!(carried.sends(joined), []);
    assert_eq!(carried.count(FinalState::Ended), 2);
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}

/// The window between a read and the request that rests on it cannot be closed; whoever comes in it is reported.
#[tokio::test]
async fn f02_an_agent_who_joins_between_the_check_and_the_request_is_reported() {
    let place = Place::of(Staging::orphans(8)).await;
    let plan = place.plan_of_orphans().await;
    // The first is hit for sure: the agent is there as soon as the check has been answered.
    let offsets = [0, 5, 10, 30, 60, 120, 250, 500];
    let rule = |(number, after): (usize, &u32)| {
        let label = match number {
            0 => "orphan".to_owned(),
            other => format!("orphan-{}", other + 1),
        };
        json!({ "step": "read", "conversation": label, "event": "agent-joins", "event_after_ms": after })
    };
    let rules: Vec<_> = offsets.iter().enumerate().map(rule).collect();
    place.order_trouble(json!({ "fault": rules })).await;
    let carried = place.carry_out(plan).await;
    let first = place.id("orphan");
    carried.came_out(first, FinalState::Held, "agent joined");
    let incident = carried.settled(first).incident.as_deref().unwrap_or("");
    assert!(incident.contains("agent joined before"), "{incident}");
    for item in &carried.run.items {
        let settled = &item.settled.as_ref().unwrap().0;
        assert!(
            matches!(settled.state, FinalState::Ended | FinalState::Held),
            "{settled:?}"
        );
    }
    assert_eq!(carried.exit, 1);
    // Whoever was hit and is not reported is an objection.
    place.judge(&carried);
}

#[tokio::test]
async fn f03_a_guest_who_comes_back_on_another_leg_holds_the_chat() {
    let place = Place::of(Staging::quick(
        "[[chat]]\nkind = \"idle\"\nlabel = \"idle\"\ncount = 2\n",
    ))
    .await;
    let plan = place
        .plan(|kind| kind.word() == "idle", &Choices::default())
        .await;
    let reborn = place.id("idle");
    place.let_happen("guest-reborn", reborn).await;
    let carried = place.carry_out(plan).await;
    carried.came_out(
        reborn,
        FinalState::Held,
        "customer came back on another leg",
    );
    assert_eq!(carried.sends(reborn), []);
    carried.came_out(place.id("idle-2"), FinalState::Ended, "");
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}

#[tokio::test]
async fn f04_a_call_that_was_added_holds_the_chat() {
    let place = Place::of(Staging::quick(
        "[[chat]]\nkind = \"idle\"\nlabel = \"idle\"\ncount = 2\n",
    ))
    .await;
    let plan = place
        .plan(|kind| kind.word() == "idle", &Choices::default())
        .await;
    let called = place.id("idle");
    place.let_happen("voice-leg-added", called).await;
    let carried = place.carry_out(plan).await;
    carried.came_out(called, FinalState::Held, "another medium is open: call");
    assert_eq!(carried.sends(called), []);
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}

/// The conversation ends, the guest's socket does not: that is no failure, and nothing is sent because of it.
#[tokio::test]
async fn f07_a_guest_whose_socket_stays_up_is_no_reason_to_go_on() {
    let text = "[guest]\nsockets = 2\n[[chat]]\nkind = \"idle\"\nlabel = \"idle\"\ncount = 2\n";
    let place = Place::of(Staging::quick(text)).await;
    let plan = place
        .plan(|kind| kind.word() == "idle", &Choices::default())
        .await;
    let carried = place.carry_out(plan).await;
    assert_eq!(
        carried.count(FinalState::Ended),
        2,
        "{:#?}",
        carried.run.items
    );
    assert_eq!(carried.exit, 0);
    let smooth = Terms {
        is_smooth: true,
        ..Terms::default()
    };
    place.judge_as(&carried, smooth);
}

#[tokio::test]
async fn f44_a_chat_that_was_sent_to_another_queue_is_held() {
    let place = Place::of(Staging::quick(
        "[[chat]]\nkind = \"idle\"\nlabel = \"idle\"\ncount = 3\n",
    ))
    .await;
    let plan = place
        .plan(|kind| kind.word() == "idle", &Choices::default())
        .await;
    let (moved, moving) = (place.id("idle"), place.id("idle-2"));
    place.let_happen("transfer", moved).await;
    place
        .until(|truth| {
            let mut all = truth.iter();
            all.any(|one| one.what == Change::TransferEnded)
        })
        .await;
    // The second one's transfer begins with its check, and is still under way when the request leaves.
    place
        .order_fault(json!({ "step": "read", "conversation": "idle-2", "event": "transfer" }))
        .await;
    let carried = place.carry_out(plan).await;
    carried.came_out(moved, FinalState::Held, "queue joined");
    assert_eq!(carried.sends(moved), []);
    let state = carried.settled(moving).state;
    assert!(matches!(state, FinalState::Ended | FinalState::Held));
    carried.came_out(place.id("idle-3"), FinalState::Ended, "");
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}
