//! The one way in which tests wait for what nobody tells them: they look, again and again, until it is so, and not for ever.

use std::thread;
use std::time::{Duration, Instant};

/// No condition may take longer: a test that waits this long has failed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(90);
/// Between two looks: a loop without a pause would keep from its work what is waited for.
const LOOK: Duration = Duration::from_millis(20);

/// Looks until there is something, and gives it. What failed is said in the words that `missing` has in the end.
#[track_caller]
pub(crate) fn wait_for<T>(
    mut look: impl FnMut() -> Option<T>,
    missing: impl FnOnce() -> String,
) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < deadline, "{}", missing());
        thread::sleep(LOOK);
    }
}

/// Looks until it is so.
#[track_caller]
pub(crate) fn wait_until(mut is_so: impl FnMut() -> bool, missing: impl FnOnce() -> String) {
    wait_for(|| is_so().then_some(()), missing);
}
