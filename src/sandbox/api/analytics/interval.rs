//! Intervals: two ISO-8601 times joined by a slash, and the days that they touch.

use crate::sandbox::refusal::Refusal;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

const DAY_SECONDS: i64 = 86_400;
/// The longest interval that the platform answers at once.
const DAYS_MAX: i64 = 31;

/// From the first moment to the one after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Interval {
    /// As it was sent.
    pub(super) fn read(sent: &str) -> Result<Self, Refusal> {
        let ends = sent
            .split_once('/')
            .and_then(|(from, to)| Some((moment(from)?, moment(to)?)));
        match ends.filter(|(from, to)| from < to) {
            Some((from, to)) => Ok(Self { from, to }),
            None => Err(Refusal::bad_request(format!(
                "The interval [{sent}] is not valid. Use two ISO-8601 times, the earlier first, joined by a slash."
            ))),
        }
    }

    /// Refuses one that is longer than the platform answers at once.
    pub(super) fn short(self) -> Result<Self, Refusal> {
        if self.to.duration_since(self.from) > SignedDuration::from_hours(24 * DAYS_MAX) {
            return Err(Refusal::bad_request(
                "The interval may not be longer than 31 days. Query month by month.",
            ));
        }
        Ok(self)
    }

    /// The whole days (UTC) that it touches.
    pub(super) fn days(self) -> Self {
        let first = self.from.as_second().div_euclid(DAY_SECONDS) * DAY_SECONDS;
        // The end is exclusive: an interval up to midnight does not touch the day that begins there.
        let last = (self.to.as_millisecond() - 1).div_euclid(DAY_SECONDS * 1000) + 1;
        Self {
            from: Timestamp::from_second(first).unwrap_or(self.from),
            to: Timestamp::from_second(last * DAY_SECONDS).unwrap_or(self.to),
        }
    }

    pub(super) fn has(self, at: Timestamp) -> bool {
        self.from <= at && at < self.to
    }
}

/// A time with an offset; without one it is UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}
