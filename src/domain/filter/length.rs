//! Lengths of time in a filter: spans (`1h30m`) and clocks (`14:05`), which stand for the time that has passed since then.

use std::fmt;

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::moment::after;

/// A length of time to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// So many seconds.
    Span(i64),
    /// Since it was last this time of day.
    TimeOfDay(Time),
    /// Since yesterday began.
    Yesterday,
    /// Since then, in the operator's time zone.
    At(DateTime),
}

/// Ten thousand days: longer than any conversation, and far from overflowing.
const MOST_SECONDS: i64 = 10_000 * 86_400;

const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3600), ('m', 60), ('s', 1)];

impl Length {
    /// Reads `45s`, `1h30m`, `14:05`, `yesterday`, `2026-03-02T09:00`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("yesterday") {
            return Some(Self::Yesterday);
        }
        span(text)
            .map(Self::Span)
            .or_else(|| time_of_day(text).map(Self::TimeOfDay))
            .or_else(|| moment(text).map(Self::At))
    }

    /// How long that is now; nothing when it lies outside the range of time.
    pub(super) fn at(self, now: Timestamp, zone: &TimeZone) -> Option<SignedDuration> {
        let today = || now.to_zoned(zone.clone()).date();
        let since = |then: DateTime| Some(now.duration_since(zone.to_timestamp(then).ok()?));
        match self {
            Self::Span(seconds) => Some(SignedDuration::from_secs(seconds)),
            Self::At(then) => since(then),
            Self::Yesterday => since(today().yesterday().ok()?.at(0, 0, 0, 0)),
            Self::TimeOfDay(time) => {
                let date = today();
                let passed = since(date.to_datetime(time))?;
                if passed.is_negative() {
                    return since(date.yesterday().ok()?.to_datetime(time));
                }
                Some(passed)
            }
        }
    }

    /// When what has lasted so long is next compared with this otherwise; nothing where time changes nothing any more.
    pub(super) fn turns(self, lasted: SignedDuration, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Span(seconds) => {
                let left = SignedDuration::from_secs(seconds) - lasted;
                (!left.is_negative()).then(|| after(now, left))
            }
            // Both run on alike.
            Self::At(_) => None,
            // They jump at a time of day, which begins with a minute.
            Self::Yesterday | Self::TimeOfDay(_) => {
                let into = now.as_second().rem_euclid(60);
                Some(after(now, SignedDuration::from_secs(60 - into)))
            }
        }
    }
}

/// Numbers with units, each unit once at most and larger ones first.
fn span(text: &str) -> Option<i64> {
    let mut rest = text;
    let mut seconds: i64 = 0;
    let mut units = UNITS.iter();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at_checked(digits)?;
        let unit = tail.chars().next()?;
        let (_, size) = units.find(|(letter, _)| *letter == unit)?;
        seconds = seconds.checked_add(number.parse::<i64>().ok()?.checked_mul(*size)?)?;
        rest = tail.get(unit.len_utf8()..)?;
    }
    (!text.is_empty() && seconds <= MOST_SECONDS).then_some(seconds)
}

fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let figure = |part: &str| {
        let is_short = (1..=2).contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit());
        is_short.then(|| part.parse::<i8>().ok()).flatten()
    };
    if minute.len() != 2 {
        return None;
    }
    Time::new(figure(hour)?, figure(minute)?, 0, 0).ok()
}

/// A date, or a date and a time; to the minute.
fn moment(text: &str) -> Option<DateTime> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some((date, time)) = text.split_once('T') {
        let date: jiff::civil::Date = date.parse().ok()?;
        return Some(date.to_datetime(time_of_day(time)?));
    }
    let date: jiff::civil::Date = text.parse().ok()?;
    Some(date.at(0, 0, 0, 0))
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Span(0) => f.write_str("0s"),
            Self::Span(seconds) => {
                let mut rest = *seconds;
                for (letter, size) in UNITS {
                    if rest >= size {
                        write!(f, "{}{letter}", rest / size)?;
                        rest %= size;
                    }
                }
                Ok(())
            }
            Self::TimeOfDay(time) => write!(f, "{:02}:{:02}", time.hour(), time.minute()),
            Self::Yesterday => f.write_str("yesterday"),
            Self::At(then) => {
                let (date, time) = (then.date(), then.time());
                write!(f, "{date}T{:02}:{:02}", time.hour(), time.minute())
            }
        }
    }
}
