//! The organisation says "not so fast": F16 to F18.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use unstick::domain::fact::{FinalState, ItemEvent};
use unstick::domain::failure::FailureKind;
use unstick::domain::run::Pace;
use unstick::sandbox::Arrival;

use super::place::{Carried, Place, Staging};

/// Four at a time from the first on.
fn four_lanes(count: usize) -> Staging {
    let mut staging = Staging::orphans(count);
    staging.pace = Pace {
        canary: 0,
        max_parallel: 4,
    };
    staging
}

/// Nothing came in for so long after the refusal, but what was under way when it was answered.
#[track_caller]
fn was_silent(arrivals: &[Arrival], span: SignedDuration) {
    let refused = arrivals.iter().find(|one| one.status == Some(429)).unwrap();
    let under_way = SignedDuration::from_millis(500);
    let early = arrivals.iter().filter(|one| {
        let after = one.at.duration_since(refused.at);
        after > under_way && after < span
    });
    assert_eq!(early.count(), 0, "{arrivals:#?}");
    let until = arrivals
        .iter()
        .find(|one| one.at.duration_since(refused.at) >= span);
    assert!(until.is_some(), "nothing came after the silence");
}

fn refusals(carried: &Carried) -> usize {
    let items = carried.run.items.iter();
    let sends = items.flat_map(|item| &item.sends);
    sends
        .filter(|sent| {
            let failure = sent
                .answer
                .as_ref()
                .and_then(|answer| answer.failure.as_ref());
            failure.is_some_and(|failure| matches!(failure.kind, FailureKind::RateLimited { .. }))
        })
        .count()
}

#[tokio::test]
async fn f16_a_429_shuts_one_gate_for_all_lanes_for_as_long_as_it_says() {
    let place = Place::of(four_lanes(6)).await;
    let plan = place.plan_of_orphans().await;
    // One check is answered a second after the 429: the request that rests on it must not leave while the gate is shut.
    let slow = plan.items[2].id.to_string();
    place
        .order_trouble(json!({ "fault": [
            { "step": "read", "conversation": slow, "delay_ms": 1500 },
            { "step": "legs", "nth": 2, "status": 429, "retry_after": 3 },
        ]}))
        .await;
    let from = Timestamp::now();
    let carried = place.carry_out(plan).await;
    was_silent(&place.arrivals_since(from), SignedDuration::from_secs(3));
    assert_eq!(carried.count(FinalState::Ended), 6);
    assert_eq!(refusals(&carried), 1);
    assert_eq!(carried.exit, 0);
    place.judge(&carried);
}

#[tokio::test]
async fn f16_a_429_to_a_read_shuts_the_same_gate() {
    let place = Place::of(four_lanes(6)).await;
    let plan = place.plan_of_orphans().await;
    place
        .order_fault(json!({ "step": "read", "nth": 6, "status": 429, "retry_after": 3 }))
        .await;
    let from = Timestamp::now();
    let carried = place.carry_out(plan).await;
    was_silent(&place.arrivals_since(from), SignedDuration::from_secs(3));
    assert_eq!(carried.count(FinalState::Ended), 6);
    assert_eq!(carried.exit, 0);
    place.judge(&carried);
}

/// Without a time, or with one that is none, the first step of the ladder of waits is taken: five seconds.
#[tokio::test]
async fn f17_a_429_without_a_time_or_with_nonsense_waits_by_the_ladder() {
    for retry_after in [None, Some("soon")] {
        let place = Place::of(four_lanes(2)).await;
        let plan = place.plan_of_orphans().await;
        let mut fault = json!({ "step": "legs", "status": 429 });
        if let Some(words) = retry_after {
            fault["retry_after"] = json!(words);
        }
        place.order_fault(fault).await;
        let from = Timestamp::now();
        let carried = place.carry_out(plan).await;
        was_silent(&place.arrivals_since(from), SignedDuration::from_secs(5));
        assert_eq!(carried.count(FinalState::Ended), 2);
        assert_eq!(carried.exit, 0);
        place.judge(&carried);
    }
}

/// An hour is not waited for: the run pauses and says how long, and without a screen it is over at once.
#[tokio::test]
async fn f17_a_429_for_an_hour_pauses_the_run_and_is_not_waited_for() {
    for step in ["legs", "read"] {
        let place = Place::of(Staging::orphans(3)).await;
        let plan = place.plan_of_orphans().await;
        place
            .order_fault(json!({ "step": step, "status": 429, "retry_after": 3600 }))
            .await;
        let from = Timestamp::now();
        let carried = place.carry_out(plan).await;
        let took = Timestamp::now().duration_since(from);
        assert!(took < SignedDuration::from_secs(20), "{step}: {took}");
        let pause = carried.pause();
        assert!(pause.contains("go on in 3600s"), "{pause}");
        assert_eq!(carried.refusal, None);
        assert_eq!(carried.exit, 4, "{step}");
        // What was sent for has an unknown state, as nothing can be read; everything else was left alone.
        let unresolved = usize::from(step == "legs");
        assert_eq!(carried.count(FinalState::Unresolved), unresolved, "{step}");
        assert_eq!(carried.count(FinalState::Cancelled), 3 - unresolved);
        let arrivals = place.arrivals_since(from);
        let last = arrivals.last().unwrap();
        assert_eq!(
            last.status,
            Some(429),
            "something left while the gate was shut: {last:?}"
        );
        place.judge(&carried);
    }
}

/// The limit drops from 3,000 a minute to 60 with the first request: from then on at most 54 leave in a minute, and none of them is refused.
#[tokio::test]
async fn f18_a_limit_that_drops_is_kept_from_the_next_request_on() {
    let place = Place::of(four_lanes(10)).await;
    let plan = place.plan_of_orphans().await;
    place
        .order_fault(json!({ "step": "read", "then": { "rate_limit": 60 } }))
        .await;
    let from = Timestamp::now();
    let carried = place.carry_out(plan).await;
    assert_eq!(carried.count(FinalState::Ended), 10);
    assert_eq!(carried.exit, 0);
    let arrivals = place.arrivals_since(from);
    let minute = SignedDuration::from_secs(60);
    for (number, one) in arrivals.iter().enumerate() {
        let rest = arrivals[number..].iter();
        let count = rest
            .take_while(|other| other.at.duration_since(one.at) < minute)
            .count();
        assert!(count <= 58, "{count} in the minute from {}", one.at);
    }
    // Ten checks and requests at once would be over it: what the run needs is spread out.
    assert!(arrivals.len() > 40, "{}", arrivals.len());
    let looked = carried.facts.iter().filter(|fact| {
        matches!(
            &fact.event,
            unstick::domain::fact::RunEvent::Item {
                what: ItemEvent::ReadFailed { .. },
                ..
            }
        )
    });
    assert_eq!(looked.count(), 0);
    // None was refused by the organisation: the oracle's rule e.
    place.judge(&carried);
}
