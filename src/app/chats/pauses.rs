//! How long a long list waits before something is worked out from all of it, or before its order is put right.

use jiff::SignedDuration;

/// How often it is looked for chats that time made something else: all of a list is gone through for that. So many at once that they are
/// judged with the list wait for that. A kind in the list can be so much behind the ages beside it; a plan judges anew.
pub(super) fn judging_pause(rows: usize) -> SignedDuration {
    seconds(rows / 10_000)
}

/// How often it is counted through, and how long its order and its counts wait where nothing but time changed them: what costs more is done
/// less often.
pub(crate) fn counting_pause(rows: usize) -> SignedDuration {
    seconds(rows / 2_000)
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

/// At least one second.
fn seconds(count: usize) -> SignedDuration {
    SignedDuration::from_secs(i64::try_from(count.max(1)).unwrap_or(i64::MAX))
}
