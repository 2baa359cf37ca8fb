//! How long a long list waits before it is worked out anew.

use jiff::SignedDuration;

/// How often all of a list is judged again by the time that went by: what costs more is done less often.
pub(crate) fn judging_pause(rows: usize) -> SignedDuration {
    SignedDuration::from_secs(match rows {
        0..2_000 => 1,
        2_000..20_000 => 5,
        _ => 30,
    })
}

/// How long a long list stays as it is while something of it changed: what costs more is done less often. What is on screen shows its newest
/// facts all the same; only its order and the counts wait.
pub(super) fn patience(rows: usize) -> SignedDuration {
    let millis = match rows {
        0..1_000 => 0,
        1_000..15_000 => 300,
        rows => rows / 50,
    };
    SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}
