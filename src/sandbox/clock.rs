//! The sandbox's single reader of the wall clock. Everything below is handed the time.

use jiff::Timestamp;

/// Now, on the wall clock.
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    // The platform's times have milliseconds; a finer time would be before its own picture.
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
