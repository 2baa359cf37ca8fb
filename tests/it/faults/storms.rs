//! Everything goes wrong at once: F35 to F38.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use unstick::domain::fact::{FinalState, HaltCause, RunEvent};
use unstick::domain::feed::Command;
use unstick::domain::run::{Pace, RunState};

use super::place::{Place, Staging, is_pause};

#[tokio::test]
async fn f35_the_same_refusal_three_times_in_a_row_halts_the_run() {
    let place = Place::of(Staging::orphans(8)).await;
    let plan = place.plan_of_orphans().await;
    place
        .order_fault(json!({ "step": "legs", "times": 0, "status": 400, "code": "invalid.value" }))
        .await;
    let carried = place.carry_out(plan).await;
    let halted = matches!(
        carried.run.cut_short,
        Some(RunState::Halted(HaltCause::Contract, _))
    );
    assert!(halted, "{:?}", carried.run.cut_short);
    assert!(
        carried.cut_short().contains("3 requests in a row"),
        "{}",
        carried.cut_short()
    );
    assert_eq!(carried.all_sends(), 3, "three, not eight");
    assert_eq!(carried.count(FinalState::Cancelled), 5);
    assert_eq!(carried.count(FinalState::Ended), 0);
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}

/// Two of five requests fail. The run pauses before it has made it worse; when it is over, it is let go on and everything is ended.
#[tokio::test]
async fn f36_a_brown_out_pauses_the_run_and_it_goes_on_afterwards() {
    let mut staging = Staging::orphans(30);
    staging.pace = Pace {
        canary: 0,
        max_parallel: 4,
    };
    let place = Place::of(staging).await;
    let plan = place.plan_of_orphans().await;
    place
        .order_fault(json!({ "path": "/api/v2/conversations", "probability": 0.4, "seed": 5, "status": 503 }))
        .await;
    let mut pauses = Vec::new();
    let carried = place
        .carry_out_with(plan, |fact, engine| {
            if let RunEvent::Paused { why } = &fact.event {
                pauses.push(why.clone());
                let (control, engine) = (place.control(), engine.clone());
                tokio::spawn(async move {
                    control.order("faults", &json!({ "clear": true })).await;
                    engine.send(Command::PauseRun(false));
                });
            }
        })
        .await;
    assert_eq!(pauses.len(), 1, "{pauses:?}");
    let is_told = pauses[0].contains("could not be ended") || pauses[0].contains("keep failing");
    assert!(is_told, "{}", pauses[0]);
    // What could not be told apart in the brown-out is left for a resume; nothing else is lost.
    let open = carried.count(FinalState::Unresolved) + carried.count(FinalState::Escalate);
    assert!(open <= 10, "{:?}", carried.run.tally());
    assert_eq!(carried.count(FinalState::Ended) + open, 30);
    place.judge(&carried);
    // What is unresolved is only read when the run is taken up again, and then nothing is unknown any more.
    let unresolved = carried.count(FinalState::Unresolved);
    let sends = carried.all_sends();
    let again = place.resume(carried.run.header.id).await;
    assert_eq!(again.all_sends(), sends);
    assert!(again.count(FinalState::Unresolved) <= unresolved);
    place.judge(&again);
}

/// Connections are refused. Three requests are enough to know; nothing more leaves until the line is back, and then everything is ended.
#[tokio::test]
async fn f37_an_outage_pauses_the_run_after_three_requests_and_it_goes_on_afterwards() {
    let mut staging = Staging::orphans(12);
    staging.is_relayed = true;
    staging.pace = Pace {
        canary: 1,
        max_parallel: 4,
    };
    let place = Place::of(staging).await;
    let plan = place.plan_of_orphans().await;
    let relay = place.relay.as_ref().unwrap();
    let mut cut_at = None;
    let mut paused_at = None;
    let mut failed = 0;
    let mut failed_late = 0;
    let (went_off, mut off) = tokio::sync::mpsc::unbounded_channel::<()>();
    let (found_out, mut paused) = tokio::sync::mpsc::unbounded_channel();
    let outage = async {
        off.recv().await.unwrap();
        relay.cut().await;
        let engine: unstick::engine::Engine = paused.recv().await.unwrap();
        // A fiftieth of the five minutes of an outage in earnest: time enough for many a try, if any were made.
        tokio::time::sleep(Duration::from_secs(6)).await;
        relay.mend().await;
        engine.send(Command::PauseRun(false));
        std::future::pending::<()>().await;
    };
    let run = place.carry_out_with(plan, |fact, engine| {
        if is_pause(fact) {
            paused_at.get_or_insert(fact.at);
            found_out.send(engine.clone()).unwrap();
        }
        if let RunEvent::Item { what, .. } = &fact.event {
            use unstick::domain::fact::ItemEvent;
            match what {
                ItemEvent::Settled(_) if cut_at.is_none() => {
                    cut_at = Some(fact.at);
                    went_off.send(()).unwrap();
                }
                ItemEvent::ReadFailed { .. }
                | ItemEvent::Answered {
                    failure: Some(_), ..
                } => {
                    failed += 1;
                    let is_late =
                        paused_at.is_some_and(|at| fact.at > at + SignedDuration::from_secs(1));
                    failed_late += usize::from(is_late);
                }
                _ => {}
            }
        }
    });
    let carried = tokio::select! {
        carried = run => carried,
        () = outage => unreachable!(),
    };
    assert!(carried.pause().contains("offline"), "{}", carried.pause());
    // Those under way when the line went, and three that found out.
    assert!(failed <= 20, "{failed} requests in the outage");
    assert_eq!(failed_late, 0, "tried again while it was paused");
    assert_eq!(
        carried.count(FinalState::Ended),
        12,
        "{:?}",
        carried.run.tally()
    );
    assert_eq!(carried.exit, 0);
    place.judge(&carried);
}

/// Connections are taken and closed without an answer: it takes longer to find out, and the budget of reads that fail ends it.
#[tokio::test]
async fn f37_an_outage_behind_a_door_that_still_opens_costs_few_requests() {
    let mut staging = Staging::orphans(12);
    staging.pace = Pace {
        canary: 1,
        max_parallel: 4,
    };
    let place = Place::of(staging).await;
    let plan = place.plan_of_orphans().await;
    let from = Timestamp::now();
    place
        .order_fault(json!({ "step": "legs", "nth": 3, "then": { "unreachable_ms": 600_000 } }))
        .await;
    let carried = place.carry_out(plan).await;
    assert!(!carried.pause().is_empty());
    let arrivals = place.arrivals_since(from);
    let unanswered = arrivals.iter().filter(|one| one.status.is_none()).count();
    // Twenty failed reads spend the budget; four lanes are under way by then, and each of their chats is looked at once more.
    assert!(unanswered <= 28, "{unanswered} requests in the outage");
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}

/// The forum's 405 and 409 to requests of ours. (The traps of `DELETE` belong to recipes.)
#[tokio::test]
async fn f38_a_405_halts_the_run_and_says_what_is_allowed() {
    let place = Place::of(Staging::orphans(3)).await;
    let plan = place.plan_of_orphans().await;
    place
        .order_fault(
            json!({ "step": "legs", "times": 0, "status": 405, "headers": { "allow": "GET" } }),
        )
        .await;
    let carried = place.carry_out(plan).await;
    assert!(carried.is_halted(), "{:?}", carried.run.cut_short);
    assert!(
        carried.cut_short().contains("allowed here: GET"),
        "{}",
        carried.cut_short()
    );
    assert_eq!(carried.all_sends(), 1);
    assert_eq!(carried.count(FinalState::Cancelled), 2);
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}

#[tokio::test]
async fn f38_a_409_is_read_again_and_the_rest_of_the_run_goes_on() {
    let place = Place::of(Staging::orphans(4)).await;
    let plan = place.plan_of_orphans().await;
    place
        .order_trouble(json!({ "fault": [
            { "step": "legs", "conversation": "orphan-2", "times": 1, "status": 409, "code": "conversation.is.active" },
            { "step": "legs", "conversation": "orphan-3", "times": 0, "status": 409, "code": "conversation.is.active" },
        ]}))
        .await;
    let carried = place.carry_out(plan).await;
    let (once, always) = (place.id("orphan-2"), place.id("orphan-3"));
    carried.came_out(once, FinalState::Ended, "two reads show no open leg");
    assert_eq!(carried.sends(once).len(), 2);
    carried.came_out(
        always,
        FinalState::Unresolved,
        "5 requests were not carried out",
    );
    assert_eq!(carried.sends(always).len(), 5);
    assert_eq!(carried.count(FinalState::Ended), 3);
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}
