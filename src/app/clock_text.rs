//! Times as people read them on a wall, in the console's zone.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// `14:22:08`, with the day before it when that is not today.
pub fn clock(at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
    let local = at.to_zoned(zone.clone());
    let is_today = local.date() == now.to_zoned(zone.clone()).date();
    let form = if is_today { "%H:%M:%S" } else { "%d %b %H:%M" };
    local.strftime(form).to_string()
}

/// `14:22:08`, with the day before it when that is not the day of `seen`: for what has to be found again to the second.
pub fn dated(at: Timestamp, zone: &TimeZone, seen: Timestamp) -> String {
    let local = at.to_zoned(zone.clone());
    let here = seen.to_zoned(zone.clone());
    let form = if local.date() == here.date() {
        "%H:%M:%S"
    } else if local.year() == here.year() {
        "%d %b %H:%M:%S"
    } else {
        "%Y-%m-%d %H:%M:%S"
    };
    local.strftime(form).to_string()
}

/// `14:22:08.402`.
pub fn precise(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%H:%M:%S%.3f")
        .to_string()
}

/// `14:22`.
pub fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// `2026-03-02 14:22:08`.
pub fn full(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// `today 14:22`, `yesterday 17:40`, `26 Feb 11:30`, `2025-12-01`.
pub fn day(at: Timestamp, zone: &TimeZone, now: Timestamp) -> String {
    let (local, here) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if local.date() == here.date() {
        "today %H:%M"
    } else if local
        .date()
        .tomorrow()
        .is_ok_and(|next| next == here.date())
    {
        "yesterday %H:%M"
    } else if local.year() == here.year() {
        "%d %b %H:%M"
    } else {
        "%Y-%m-%d"
    };
    local.strftime(form).to_string()
}

/// `00:24`, or `1:02:24`.
pub fn elapsed(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// `1m12s`: as exact as a state of the link needs.
pub fn exact(span: SignedDuration) -> String {
    let seconds = span.as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        _ => crate::domain::moment::short(span),
    }
}

/// `2.2`: seconds with one digit.
pub fn tenths(milliseconds: i128) -> String {
    let tenths = (milliseconds.max(0) + 50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}
