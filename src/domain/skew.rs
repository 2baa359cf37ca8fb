//! How far the platform's clock and this machine's are apart, and from where on that matters. Ages of conversations are counted by the
//! platform's clock, which dates every answer; how old a read is, by this machine's alone.

use jiff::{SignedDuration, Timestamp};

use super::moment::{after, short, since};

/// Apart by more than this it is said.
const SAID: SignedDuration = SignedDuration::from_secs(30);

/// Apart by more than this nothing is ended.
const DISARMING: SignedDuration = SignedDuration::from_mins(5);

/// The time of the platform at the moment that is `now` here, by an answer that came at `arrived` and was dated `date`. A date names whole
/// seconds, so clocks that differ by less than what is said count as one.
pub fn platform_time(date: Option<Timestamp>, arrived: Timestamp, now: Timestamp) -> Timestamp {
    let ahead = date.map_or(SignedDuration::ZERO, |date| since(arrived, date));
    if ahead.abs() <= SAID {
        now
    } else {
        after(now, ahead)
    }
}

/// The difference in tens of seconds where it is worth saying, so that the same one is not said anew each second.
pub fn worth_saying(ahead: SignedDuration) -> Option<SignedDuration> {
    (ahead.abs() > SAID).then(|| in_tens(ahead))
}

fn in_tens(span: SignedDuration) -> SignedDuration {
    let half = if span.is_negative() { -5 } else { 5 };
    SignedDuration::from_secs((span.as_secs() + half) / 10 * 10)
}

/// What is said of clocks that are too far apart; nothing where they agree. `ahead`: how far the platform's is ahead.
pub fn warning(ahead: SignedDuration) -> Option<String> {
    (ahead.abs() > SAID).then(|| {
        format!(
            "{}. Ages are counted by the platform's clock",
            difference(ahead)
        )
    })
}

/// Why nothing is ended while clocks are this far apart; nothing where they are not.
pub fn refusal(ahead: SignedDuration) -> Option<String> {
    (ahead.abs() > DISARMING).then(|| {
        format!(
            "{}, and by more than {} nothing is ended. Nothing was sent; set this machine's clock, then start again",
            difference(ahead),
            short(DISARMING)
        )
    })
}

fn difference(ahead: SignedDuration) -> String {
    let side = if ahead.is_negative() {
        "ahead of"
    } else {
        "behind"
    };
    format!(
        "this machine's clock is {} {side} the platform's",
        short(in_tens(ahead).abs())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: i64) -> SignedDuration {
        SignedDuration::from_secs(seconds)
    }

    #[test]
    fn clocks_that_agree_say_nothing_and_clocks_far_apart_end_nothing() {
        for (ahead, is_said, is_disarmed) in [
            (0, false, false),
            (30, false, false),
            (-31, true, false),
            (300, true, false),
            (301, true, true),
            (-301, true, true),
        ] {
            assert_eq!(warning(secs(ahead)).is_some(), is_said, "{ahead}");
            assert_eq!(refusal(secs(ahead)).is_some(), is_disarmed, "{ahead}");
        }
        let words = refusal(secs(-600)).unwrap_or_default();
        assert!(words.starts_with("this machine's clock is 10m ahead of the platform's"));
        let nearly = SignedDuration::from_millis(599_400);
        assert!(warning(nearly).is_some_and(|words| words.contains("10m behind")));
        assert_eq!(worth_saying(nearly), worth_saying(secs(601)));
    }

    #[test]
    fn only_a_difference_worth_saying_moves_the_time() {
        let here = Timestamp::UNIX_EPOCH;
        let now = after(here, secs(7));
        assert_eq!(platform_time(None, here, now), now);
        assert_eq!(platform_time(Some(after(here, secs(29))), here, now), now);
        let late = platform_time(Some(after(here, secs(-600))), here, now);
        assert_eq!(late, after(now, secs(-600)));
    }
}
