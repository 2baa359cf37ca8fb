//! Something in between answers instead of the platform: F20, F21, F40.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use unstick::domain::fact::{Class, FinalState, HaltCause};
use unstick::domain::failure::FailureKind;
use unstick::domain::run::{Pace, RunState};
use unstick::engine::ports::{Lane, Org, PageWanted};
use unstick::genesys::Timeouts;

use super::place::{Carried, Place, Staging};

/// Three orphans, one after the other, with this rule from the start of the run on.
async fn with(fault: Value) -> (Place, Carried) {
    let mut staging = Staging::orphans(3);
    staging.pace = Pace {
        canary: 0,
        max_parallel: 1,
    };
    let place = Place::of(staging).await;
    let plan = place.plan_of_orphans().await;
    place.order_fault(fault).await;
    let carried = place.carry_out(plan).await;
    (place, carried)
}

#[track_caller]
fn halted_for_contract(carried: &Carried, words: &str) {
    let halted = matches!(
        carried.run.cut_short,
        Some(RunState::Halted(HaltCause::Contract, _))
    );
    assert!(halted, "{:?}", carried.run.cut_short);
    assert!(
        carried.cut_short().contains(words),
        "{}",
        carried.cut_short()
    );
    assert_eq!(carried.exit, 1);
}

/// A host that nobody must come to, and how often somebody did.
async fn elsewhere() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/api/v2", listener.local_addr().unwrap());
    let visits = Arc::new(AtomicUsize::new(0));
    let counted = visits.clone();
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });
    (url, visits)
}

#[tokio::test]
async fn f20_no_redirect_is_followed_and_the_run_halts() {
    let (other_host, visits) = elsewhere().await;
    for step in ["read", "legs"] {
        for status in [301, 302, 303, 307, 308] {
            for location in [None, Some(&other_host)] {
                let mut fault = json!({ "step": step, "times": 0, "redirect": status });
                if let Some(location) = location {
                    fault["location"] = json!(location);
                }
                let from = jiff::Timestamp::now();
                let (place, carried) = with(fault).await;
                halted_for_contract(&carried, "redirected, not followed");
                assert_eq!(carried.count(FinalState::Ended), 0);
                assert_eq!(carried.all_sends(), usize::from(step == "legs"));
                let arrivals = place.arrivals_since(from);
                assert!(
                    arrivals.iter().all(|one| one.path != "/moved"),
                    "{step} {status}"
                );
                place.judge(&carried);
            }
        }
    }
    assert_eq!(visits.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn f21_a_captive_portal_in_place_of_a_read_halts_the_run() {
    let (place, carried) =
        with(json!({ "step": "read", "times": 0, "body_like": "captive-portal" })).await;
    halted_for_contract(&carried, "not a Genesys answer");
    assert_eq!(carried.all_sends(), 0);
    assert_eq!(carried.count(FinalState::Ended), 0);
    place.judge(&carried);
}

/// A page that passes is not the end of it.
#[tokio::test]
async fn f21_one_page_of_a_portal_is_read_again() {
    let (place, carried) =
        with(json!({ "step": "read", "nth": 2, "body_like": "captive-portal" })).await;
    assert_eq!(carried.count(FinalState::Ended), 3);
    assert_eq!(carried.exit, 0);
    place.judge(&carried);
}

/// Its status says success, so it may have been carried out: it is read, sent once more, and then the run halts.
#[tokio::test]
async fn f21_a_captive_portal_in_place_of_an_ending_is_not_believed() {
    let (place, carried) =
        with(json!({ "step": "legs", "times": 0, "body_like": "captive-portal" })).await;
    halted_for_contract(&carried, "not a Genesys answer");
    assert_eq!(carried.all_sends(), 2);
    for sent in carried.run.items.iter().flat_map(|item| &item.sends) {
        assert_eq!(sent.answer.as_ref().unwrap().class, Class::Ambiguous);
    }
    assert_eq!(carried.count(FinalState::Ended), 0);
    place.judge(&carried);
}

#[tokio::test]
async fn f40_a_proxy_that_wants_a_sign_in_pauses_the_run() {
    for step in ["read", "legs"] {
        let (place, carried) = with(json!({
            "step": step, "times": 0, "status": 407,
            "body": "<h1>Proxy Authentication Required</h1>", "content_type": "text/html",
        }))
        .await;
        let pause = carried.pause();
        assert!(pause.contains("407 blocked on the way"), "{pause}");
        assert!(pause.contains("proxy or firewall"), "{pause}");
        assert_eq!(carried.exit, 4, "{step}");
        assert_eq!(carried.count(FinalState::Ended), 0);
        place.judge(&carried);
    }
}

/// Whoever signed the certificate is not known here: nothing is sent, not by TLS and not in plain text. Known, everything works.
#[tokio::test]
async fn f40_an_unknown_authority_is_refused_and_plain_text_never_tried() {
    let staging = |is_trusting| {
        let mut staging = Staging::orphans(1);
        staging.is_encrypted = true;
        staging.is_trusting = is_trusting;
        staging.timeouts = Timeouts::default();
        staging
    };
    let place = Place::of(staging(false)).await;
    let now = jiff::Timestamp::now();
    let page = PageWanted {
        from: now - jiff::SignedDuration::from_hours(1),
        to: now,
        number: 1,
        size: 100,
    };
    let pass = place.limiter.acquire(Lane::Read, 1).await;
    let failure = place.client.list(page, pass).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Untrusted);
    assert!(
        failure.words().contains("certificate"),
        "{}",
        failure.words()
    );
    assert_eq!(place.sandbox.arrivals(), []);

    let place = Place::of(staging(true)).await;
    let plan = place.plan_of_orphans().await;
    let carried = place.carry_out(plan).await;
    assert_eq!(carried.count(FinalState::Ended), 1);
    place.judge(&carried);
}
