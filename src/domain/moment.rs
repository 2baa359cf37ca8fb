//! Arithmetic on instants that cannot overflow, and how long ago something was in few characters.

use std::num::{NonZeroI64, NonZeroU8};

use jiff::{SignedDuration, Timestamp};

/// A moment in eight bytes, for what is kept of every chat: exact from 1678 to 2262, and the nearest end of that time beyond. The first
/// nanosecond of 1970 counts as the second, so that no moment at all takes no more room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nanos(NonZeroI64);

impl From<Timestamp> for Nanos {
    fn from(at: Timestamp) -> Self {
        let ends = (i128::from(i64::MIN), i128::from(i64::MAX));
        let nanos = i64::try_from(at.as_nanosecond().clamp(ends.0, ends.1));
        let second = NonZeroI64::from(NonZeroU8::MIN);
        Self(nanos.ok().and_then(NonZeroI64::new).unwrap_or(second))
    }
}

impl From<Nanos> for Timestamp {
    fn from(Nanos(nanos): Nanos) -> Self {
        // All of them are moments that there are.
        Self::from_nanosecond(i128::from(nanos.get())).unwrap_or_default()
    }
}

/// `from` moved by `by`; stays at the ends of time instead of failing.
pub fn after(from: Timestamp, by: SignedDuration) -> Timestamp {
    from.checked_add(by).unwrap_or(if by.is_negative() {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// How long after `from` it is at `now`; negative when `from` lies ahead.
pub fn since(from: Timestamp, now: Timestamp) -> SignedDuration {
    now.duration_since(from)
}

/// At most six characters: `9s`, `4m`, `6h12m`, `3d04h`, `412d`. A time ahead reads as `0s`.
pub fn short(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{minutes}m"),
        3600..86_400 => format!("{hours}h{:02}m", minutes % 60),
        _ if days < 100 => format!("{days}d{:02}h", hours % 24),
        _ => format!("{days}d"),
    }
}

/// A span that somebody chose, without what is nothing of it: `30m`, `2h`, `1h30m`.
pub fn round(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let parts = [
        (seconds / 86_400, 'd'),
        (seconds / 3600 % 24, 'h'),
        (seconds / 60 % 60, 'm'),
        (seconds % 60, 's'),
    ];
    let mut words = String::new();
    for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
        words.push_str(&count.to_string());
        words.push(unit);
    }
    if words.is_empty() {
        "0s".to_owned()
    } else {
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_in_eight_bytes_is_the_same_moment_and_stands_in_the_same_order() {
        assert_eq!(size_of::<Option<Nanos>>(), 8);
        let moment = |nanos| Timestamp::from_nanosecond(nanos).unwrap();
        let far = i128::from(i64::MAX);
        let inside = [-far, -1, 1, 1_790_000_000_123_456_789, far].map(moment);
        for at in inside {
            assert_eq!(Timestamp::from(Nanos::from(at)), at);
        }
        let [before, .., after] = inside;
        assert_eq!(Timestamp::from(Nanos::from(Timestamp::MAX)), after);
        assert!(Nanos::from(Timestamp::MIN) <= Nanos::from(before));
        let mut all = [&[Timestamp::UNIX_EPOCH], &inside[..]].concat();
        all.sort();
        assert!(all.is_sorted_by_key(|at| Nanos::from(*at)));
    }

    #[test]
    fn durations_fit_their_column() {
        let cases = [
            (9, "9s"),
            (60, "1m"),
            (22_320, "6h12m"),
            (86_400, "1d00h"),
            (35_600_000, "412d"),
            (-5, "0s"),
        ];
        for (seconds, shown) in cases {
            assert_eq!(short(SignedDuration::from_secs(seconds)), shown);
        }
    }
}
