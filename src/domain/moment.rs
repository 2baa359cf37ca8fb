//! Arithmetic on instants that cannot overflow, and how long ago something was in few characters.

use jiff::{SignedDuration, Timestamp};

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
