//! The wall clock: the only place outside the sandbox that reads the time.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use crate::engine::ports::Clock;

/// The time now, never understating how much of it has passed: a machine that slept makes the wall clock jump ahead, a clock that is set
/// back leaves the monotonic one going; whichever advanced further since the start counts, so evidence always looks at least its age.
#[derive(Debug, Clone, Copy)]
pub struct WallClock {
    started_at: Timestamp,
    started: Instant,
}

impl WallClock {
    /// A clock that starts now.
    pub fn start() -> Self {
        Self {
            started_at: Timestamp::now(),
            started: Instant::now(),
        }
    }
}

impl WallClock {
    /// The time where the wall clock says this, and the monotonic one has advanced by so much.
    fn at(self, wall: Timestamp, elapsed: Duration) -> Timestamp {
        let elapsed = SignedDuration::try_from(elapsed).unwrap_or(SignedDuration::MAX);
        let by_monotonic = self
            .started_at
            .checked_add(elapsed)
            .unwrap_or(Timestamp::MAX);
        by_monotonic.max(wall)
    }
}

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        self.at(Timestamp::now(), self.started.elapsed())
    }
}

#[cfg(test)]
mod tests;
