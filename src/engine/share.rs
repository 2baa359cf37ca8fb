//! Listing's part of the rate: two fifths of what is allowed in any minute, the first few at once, the others evenly.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// Listing takes at most this much of the rate (`decisions.md`, Budget).
const SHARE: f64 = 0.4;
const MINUTE: Duration = Duration::from_secs(60);
/// The first requests of a minute follow each other at once: they are what somebody waits for.
const AT_ONCE: usize = 16;

/// What listing took in the last minute.
#[derive(Debug, Default)]
pub(super) struct Share {
    /// When each was sent.
    sent: VecDeque<Instant>,
    /// On their way; when they are sent is not known yet.
    open: usize,
}

impl Share {
    /// How long until another may be made, with so many requests allowed to all in a minute.
    pub(super) fn wait(&mut self, now: Instant, allowed: u32) -> Duration {
        while self.sent.front().is_some_and(|at| *at + MINUTE <= now) {
            self.sent.pop_front();
        }
        let taken = self.sent.len() + self.open;
        let until = |at: Option<Instant>| at.map_or(MINUTE, |at| at.saturating_duration_since(now));
        let most = (f64::from(allowed) * SHARE).floor().max(1.0);
        if taken >= rounded(most) {
            // Those on their way come back before long; then this is asked again.
            return until(self.sent.front().map(|at| *at + MINUTE));
        }
        if taken < AT_ONCE.min(rounded(most)) {
            return Duration::ZERO;
        }
        let newest = if self.open > 0 {
            Some(now)
        } else {
            self.sent.back().copied()
        };
        until(newest.map(|at| at + per_page(allowed)))
    }

    /// One is on its way.
    pub(super) fn begin(&mut self) {
        self.open += 1;
    }

    /// It was sent then.
    pub(super) fn end(&mut self, sent: Instant) {
        self.open = self.open.saturating_sub(1);
        let place = self.sent.partition_point(|at| *at <= sent);
        self.sent.insert(place, sent);
    }
}

/// How long one takes at listing's share.
pub(super) fn per_page(allowed: u32) -> Duration {
    MINUTE.div_f64((f64::from(allowed) * SHARE).max(1.0))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number from 1 to a few thousand"
)]
fn rounded(most: f64) -> usize {
    most as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_has_more_than_two_fifths_and_none_is_left_unused() {
        for (allowed, most) in [(2, 1), (3, 1), (10, 4), (60, 24), (200, 80), (270, 108)] {
            let (start, mut share) = (Instant::now(), Share::default());
            let (mut now, mut sent) = (start, Vec::new());
            while now < start + 5 * MINUTE {
                let wait = share.wait(now, allowed);
                now += wait;
                if wait.is_zero() {
                    share.begin();
                    share.end(now);
                    sent.push(now);
                }
            }
            for from in &sent {
                let minute = |at: &&Instant| **at >= *from && at.duration_since(*from) < MINUTE;
                assert!(sent.iter().filter(minute).count() <= most, "{allowed}");
            }
            assert!(sent.len() + 5 >= most * 5, "{allowed}: {}", sent.len());
        }
    }
}
