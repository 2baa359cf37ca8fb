//! The sign-in runs out, loses a right, or stands for somebody else: F15, F19b, F33.

use serde_json::json;
use unstick::domain::fact::{Class, FinalState, HaltCause};
use unstick::domain::failure::FailureKind;
use unstick::domain::run::{Pace, RunState};
use unstick::sandbox::Arrival;

use super::place::{Place, Staging};

const DISCONNECT: &str = "conversation:communication:disconnect";

fn sign_ins(arrivals: &[Arrival]) -> usize {
    let all = arrivals.iter().filter(|one| one.path == "/oauth/token");
    all.count()
}

/// One at a time, so that what happens at which item is the same each time.
fn one_lane(count: usize) -> Staging {
    let mut staging = Staging::orphans(count);
    staging.pace = Pace {
        canary: 0,
        max_parallel: 1,
    };
    staging
}

#[tokio::test]
async fn f15_a_token_that_runs_out_is_renewed_once_and_the_run_goes_on() {
    for (step, sends) in [("read", 6), ("legs", 7)] {
        let mut staging = Staging::orphans(6);
        staging.pace = Pace {
            canary: 0,
            max_parallel: 4,
        };
        let place = Place::of(staging).await;
        let plan = place.plan_of_orphans().await;
        let from = jiff::Timestamp::now();
        place
            .order_fault(json!({ "step": step, "nth": 3, "then": { "expire_tokens": true } }))
            .await;
        let carried = place.carry_out(plan).await;
        assert_eq!(carried.count(FinalState::Ended), 6, "{step}");
        let arrivals = place.arrivals_since(from);
        assert_eq!(sign_ins(&arrivals), 1, "{step}: {arrivals:#?}");
        // Whatever was refused, or stayed because the token was new, was sent once more after a fresh read; nothing was carried out twice.
        let changes = arrivals.iter().filter(|one| one.is_change());
        let carried_out = changes.filter(|one| one.status != Some(401)).count();
        assert_eq!(carried_out, 6, "{step}: {arrivals:#?}");
        assert!(carried.all_sends() >= sends, "{step}");
        assert_eq!(carried.exit, 0);
        place.judge(&carried);
    }
}

#[tokio::test]
async fn f15_a_sign_in_that_stays_refused_pauses_the_run_and_is_not_tried_for_ever() {
    // From the second request that changes something on, no token is good any more: for anything, or for such requests alone.
    for where_to in ["/api/v2/", "/participants/"] {
        let place = Place::of(one_lane(4)).await;
        let plan = place.plan_of_orphans().await;
        let from = jiff::Timestamp::now();
        place
            .order_fault(json!({ "step": "legs", "nth": 2, "status": 401, "code": "bad.credentials", "then": { "fault": [
                { "path": where_to, "times": 0, "status": 401, "code": "bad.credentials" },
            ] } }))
            .await;
        let carried = place.carry_out(plan).await;
        let pause = carried.pause();
        assert!(pause.contains("sign-in refused"), "{where_to}: {pause}");
        assert!(pause.contains("client id and secret"), "{pause}");
        assert_eq!(carried.exit, 3, "{where_to}");
        assert_eq!(carried.count(FinalState::Ended), 1);
        assert_eq!(carried.count(FinalState::Cancelled), 2);
        assert!(
            carried.all_sends() <= 3,
            "{where_to}: {}",
            carried.all_sends()
        );
        let sign_ins = sign_ins(&place.arrivals_since(from));
        assert!((1..=3).contains(&sign_ins), "{sign_ins} sign-ins");
        place.judge(&carried);
    }
}

#[tokio::test]
async fn f15_a_client_that_was_disabled_pauses_the_run() {
    let place = Place::of(one_lane(3)).await;
    let plan = place.plan_of_orphans().await;
    place
        .order_fault(json!({ "step": "legs", "nth": 2, "then": {
            "revoke_tokens": true,
            "fault": [{ "step": "token", "times": 0, "status": 401, "code": "invalid_client" }],
        } }))
        .await;
    let carried = place.carry_out(plan).await;
    let pause = carried.pause();
    assert!(pause.contains("sign-in refused"), "{pause}");
    assert_eq!(carried.exit, 3);
    assert_eq!(carried.count(FinalState::Ended), 1);
    place.judge(&carried);
}

#[tokio::test]
async fn f19b_a_permission_that_is_missing_halts_the_run_after_one_request_and_is_named() {
    let place = Place::of(one_lane(6)).await;
    let plan = place.plan_of_orphans().await;
    let rights = [
        DISCONNECT,
        "conversation:participant:wrapup",
        "conversation:call:record",
    ];
    place
        .order_fault(json!({ "step": "legs", "nth": 3, "then": { "remove_permissions": rights } }))
        .await;
    let carried = place.carry_out(plan).await;
    let halted = matches!(
        carried.run.cut_short,
        Some(RunState::Halted(HaltCause::Permission, _))
    );
    assert!(halted, "{:?}", carried.run.cut_short);
    assert!(
        carried.cut_short().contains(DISCONNECT),
        "{}",
        carried.cut_short()
    );
    assert_eq!(carried.all_sends(), 3, "one request of that kind");
    assert_eq!(carried.count(FinalState::Ended), 2);
    assert_eq!(carried.count(FinalState::Unresolved), 1);
    assert_eq!(carried.count(FinalState::Cancelled), 3);
    assert_eq!(carried.exit, 3);
    place.judge(&carried);
}

#[tokio::test]
async fn f33_a_sign_in_for_another_organisation_is_refused_before_anything_is_sent() {
    let place = Place::of(Staging::orphans(2)).await;
    let plan = place.plan_of_orphans().await;
    place
        .order_trouble(json!({ "swap_organization": true }))
        .await;
    let from = jiff::Timestamp::now();
    let why = place.refused(plan).await;
    assert!(why.contains("stands for organisation"), "{why}");
    assert!(why.contains("Nothing was sent"), "{why}");
    let arrivals = place.arrivals_since(from);
    assert!(arrivals.iter().all(|one| !one.is_change()), "{arrivals:#?}");
    assert_eq!(place.journal.history().runs(10).unwrap().len(), 0);
}

/// A token that was renewed in the middle may stand for somebody else: it is asked before the next request leaves.
#[tokio::test]
async fn f33_a_renewed_token_for_another_organisation_halts_the_run_before_the_next_request() {
    for step in ["read", "legs"] {
        let place = Place::of(one_lane(4)).await;
        let plan = place.plan_of_orphans().await;
        place
            .order_fault(
                json!({ "step": step, "nth": if step == "read" { 4 } else { 2 }, "then": {
                "expire_tokens": true, "swap_organization": true,
            } }),
            )
            .await;
        let carried = place.carry_out(plan).await;
        let halted = matches!(
            carried.run.cut_short,
            Some(RunState::Halted(HaltCause::Organisation, _))
        );
        assert!(halted, "{step}: {:?}", carried.run.cut_short);
        assert_eq!(carried.exit, 5, "{step}");
        assert_eq!(carried.count(FinalState::Ended), 1, "{step}");
        // Whatever was sent with the old token came back as not carried out; nothing was sent with the new one.
        let items = carried.run.items.iter();
        let sends = items.flat_map(|item| &item.sends).skip(1);
        for sent in sends {
            let answer = sent.answer.as_ref().unwrap();
            assert_eq!(answer.class, Class::NotApplied);
            let kind = answer.failure.as_ref().map(|failure| &failure.kind);
            assert_eq!(kind, Some(&FailureKind::TokenRenewed));
        }
        let truth = place.sandbox.truth();
        let ours = truth.iter().filter(|one| one.request.is_some());
        let ids: std::collections::BTreeSet<_> = ours.map(|one| one.conversation).collect();
        assert_eq!(ids.len(), 1, "{step}");
        place.judge(&carried);
    }
}
