//! Limits on how often: so many in a span, counted anew once it is over.

use jiff::{SignedDuration, Timestamp};

/// What was counted in one span.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    since: Option<Timestamp>,
    count: u32,
}

impl Window {
    /// Counts one more; where that is too many, whole seconds until the next may come.
    pub(super) fn take(
        &mut self,
        allowed: u32,
        span: SignedDuration,
        now: Timestamp,
    ) -> Result<(), i64> {
        let since = *self.since.get_or_insert(now);
        let passed = now.duration_since(since);
        if passed >= span {
            *self = Self {
                since: Some(now),
                count: 0,
            };
        } else if self.count >= allowed {
            let left = i64::try_from((span - passed).as_millis()).unwrap_or(1000);
            return Err((left + 999).div_euclid(1000).max(1));
        }
        self.count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_is_refused_until_the_span_is_over() {
        let start: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let after = |milliseconds| start + SignedDuration::from_millis(milliseconds);
        let minute = SignedDuration::from_mins(1);
        let mut window = Window::default();
        assert_eq!(window.take(2, minute, start), Ok(()));
        assert_eq!(window.take(2, minute, after(100)), Ok(()));
        assert_eq!(window.take(2, minute, after(200)), Err(60));
        assert_eq!(window.take(2, minute, after(59_999)), Err(1));
        assert_eq!(window.take(2, minute, after(60_000)), Ok(()));
    }
}
