//! Stretches of whole days. The platform lists what began on a *day* that the interval touches, by its own clock (UTC), so that intervals
//! that meet at another time than midnight would both name what began on that day.

use jiff::{SignedDuration, Timestamp};

use crate::domain::moment::after;

const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The most days of one stretch: a day less than the platform takes at once.
const LONGEST: i64 = 30;
/// Days of the present stretch, today included: what began shortly before midnight is listed minutes late.
const PRESENT: i64 = 2;
/// The platform's clock may be ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_mins(1);

/// Whole days, counted from 1970; the end is not part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) to: i64,
}

impl Span {
    /// How many days.
    pub(super) fn days(self) -> i64 {
        self.to - self.from
    }

    /// The older and the newer half; a day cannot be parted, because the platform lists whole days.
    pub(super) fn halves(self) -> Option<(Self, Self)> {
        let middle = self.from + self.days() / 2;
        let older = Self { to: middle, ..self };
        let newer = Self {
            from: middle,
            ..self
        };
        (older.days() > 0).then_some((older, newer))
    }

    /// What began on that day belongs here.
    pub(super) fn has(self, day: i32) -> bool {
        (self.from..self.to).contains(&i64::from(day))
    }

    /// Its beginning.
    pub(super) fn begin(self) -> Timestamp {
        midnight(self.from)
    }

    /// The interval to ask for: up to now, and no further.
    pub(super) fn interval(self, now: Timestamp) -> (Timestamp, Timestamp) {
        (self.begin(), midnight(self.to).min(after(now, AHEAD)))
    }
}

fn midnight(day: i64) -> Timestamp {
    let seconds = day.saturating_mul(DAY.as_secs());
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

/// The day of a moment. There are some seven million of them.
pub(super) fn day(at: Timestamp) -> i32 {
    let day = at.as_second().div_euclid(DAY.as_secs());
    i32::try_from(day).unwrap_or(i32::MAX)
}

/// The day that it is.
pub(super) fn today(now: Timestamp) -> i64 {
    i64::from(day(after(now, AHEAD)))
}

/// The stretches from so many days back to the end of this day, oldest first; the last is the present. The others begin at the same days
/// whatever day it is, so that what is known of them stays true from one day to the next.
pub(super) fn stretches(today: i64, days_back: u32) -> Vec<Span> {
    let end = today + 1;
    let present = end - PRESENT;
    let oldest = (end - i64::from(days_back)).min(present);
    let mut spans = Vec::new();
    let mut from = oldest.div_euclid(LONGEST) * LONGEST;
    while from < present {
        let to = (from + LONGEST).min(present);
        spans.push(Span { from, to });
        from = to;
    }
    spans.push(Span {
        from: present,
        to: end,
    });
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_meet_at_midnight_are_at_most_thirty_days_and_reach_the_horizon() {
        for today in 20_000..20_070 {
            for days_back in [1, 2, 31, 93, 366] {
                let spans = stretches(today, days_back);
                assert!(spans.windows(2).all(|two| two[0].to == two[1].from));
                assert!(spans.iter().all(|span| (1..=30).contains(&span.days())));
                assert!(spans[0].from <= today + 1 - i64::from(days_back));
                assert_eq!(spans.last().map(|span| span.to), Some(today + 1));
            }
        }
    }

    #[test]
    fn only_the_newest_of_the_past_changes_from_one_day_to_the_next() {
        let (before, after) = (stretches(20_010, 93), stretches(20_011, 93));
        let same = before.iter().filter(|span| after.contains(span)).count();
        assert_eq!(same, before.len() - 2, "{before:?} {after:?}");
    }

    #[test]
    fn a_stretch_is_parted_down_to_single_days() {
        let span = Span { from: 10, to: 13 };
        let (older, newer) = span.halves().unwrap();
        assert_eq!((older.days(), newer.days()), (1, 2));
        assert_eq!(older.halves(), None);
    }
}
