//! How often a window is worth asking: the present all the time, the past ever more rarely while it stays as it is.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

/// When a window is asked again after it showed something new; each look that shows nothing doubles it.
const SOON: Duration = Duration::from_secs(60);
/// The same for one in which nothing is open.
const SOON_EMPTY: Duration = Duration::from_secs(300);
/// The longest, with open conversations and without.
pub(super) const SELDOM: Duration = Duration::from_secs(600);
const SELDOM_EMPTY: Duration = Duration::from_secs(3600);

/// The time on both clocks: of the list's rows, and of this machine's waiting.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Now {
    pub(in crate::engine) at: Timestamp,
    pub(in crate::engine) instant: Instant,
}

/// How fast it may go.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Tempo {
    /// The least time between two looks at the present.
    pub(in crate::engine) every: Duration,
    /// What a page takes at listing's share of the rate.
    pub(in crate::engine) per_page: Duration,
}

/// How long a past window is left in peace after so many looks in a row that showed nothing new.
pub(super) fn past(is_empty: bool, quiet: u32) -> Duration {
    let (soon, seldom) = if is_empty {
        (SOON_EMPTY, SELDOM_EMPTY)
    } else {
        (SOON, SELDOM)
    };
    soon.saturating_mul(1 << quiet.min(8)).min(seldom)
}
