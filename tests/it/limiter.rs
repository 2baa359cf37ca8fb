//! The budget of requests over hours of virtual traffic: never a window above the allowance, and nearly all of it used.

use std::time::Duration;

pub(crate) mod traffic;

use traffic::{Flow, Stretch, flow, stretch};

/// A million requests of forty rates, demands and kinds of trouble.
const SEEDS: u64 = 40;
const REQUESTS: usize = 25_000;

#[test]
fn i16_no_window_is_above_the_allowance_in_a_million_requests() {
    let mut all = Flow::default();
    for seed in 0..SEEDS {
        let one = flow(seed, REQUESTS);
        assert_eq!(one.broken, 0, "seed {seed}: {one:?}");
        all = all.and(one);
    }
    assert!(all.requests >= 1_000_000, "{all:?}");
    assert!(
        all.limited > 1_000,
        "too little trouble to prove anything: {all:?}"
    );
}

#[test]
fn i16_nearly_all_of_the_allowance_is_used_and_no_429_is_drawn() {
    for (configured, allowed, latency) in [
        (270, 300, 100),
        (200, 300, 100),
        (3_000, 300, 1_000),
        (3_000, 3_000, 100),
        (60, 300, 300),
    ] {
        let wanted = Stretch {
            configured,
            allowed,
            others: 0,
            latency: Duration::from_millis(latency),
            minutes: 10,
        };
        let used = stretch(1, wanted);
        assert!(used.percent >= 98.0, "{wanted:?}: {used:?}");
        assert_eq!(used.refused, 0, "{wanted:?}");
    }
}

#[test]
fn others_who_use_the_same_client_are_given_way() {
    let wanted = Stretch {
        configured: 270,
        allowed: 300,
        others: 60,
        latency: Duration::from_millis(100),
        minutes: 10,
    };
    let used = stretch(1, wanted);
    assert_eq!(used.refused, 0, "{used:?}");
    assert!(used.percent > 75.0, "{used:?}");
    let few = Stretch {
        others: 20,
        ..wanted
    };
    let used = stretch(1, few);
    assert!(
        used.percent >= 98.0,
        "what we leave free is theirs to use: {used:?}"
    );
}
