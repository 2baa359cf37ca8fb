//! What live and analytics disagree about as a whole: analytics has it as open, and live says that it is over, or that there is no such
//! conversation. Analytics lags, so it must have been asked long after the end; what it said before proves nothing.

use jiff::{SignedDuration, Timestamp};

use super::Thresholds;
use super::scene::Scene;
use crate::domain::evidence::who;
use crate::domain::moment::{after, short, since};
use crate::domain::recorded::Recorded;
use crate::domain::roster::Row;

/// How long after its end a message of the customer brings a conversation back, where nobody said (the platform's default).
const THREADING: SignedDuration = SignedDuration::from_hours(72);

/// So short a time tells nothing: one read, of which a command makes no second.
const HEARD_JUST_NOW: SignedDuration = SignedDuration::from_mins(1);

/// It is over: what a read says, or nothing.
fn over(scene: &Scene<'_>) -> Option<String> {
    if let Some(ended) = scene.conversation.ended {
        return Some(format!("ended {} ago", short(scene.since(ended))));
    }
    let is_down =
        !scene.conversation.owes_wrap_up() && scene.conversation.open_legs().next().is_none();
    is_down.then(|| "no leg is open, nothing is owed".to_owned())
}

/// Analytics' record, where it proves that it is astray: no end, asked for longer after the end than analytics may lag.
fn astray<'a>(scene: &Scene<'a>) -> Option<&'a Recorded> {
    let over_since = scene.conversation.over_since()?;
    let record = scene.record?;
    let asked = scene.platform_time_of(record.asked_at);
    let is_late = since(over_since, asked) > scene.thresholds.astray;
    (record.ended.is_none() && is_late).then_some(record)
}

/// Over in truth, open in analytics, not in a queue.
pub(super) fn desync(scene: &Scene<'_>) -> Option<String> {
    let record = astray(scene).filter(|record| record.open_queue().is_none())?;
    Some(format!(
        "{}, analytics still has it as open{}",
        over(scene)?,
        open_session(record)
    ))
}

/// Over in truth, and for analytics still in a queue.
pub(super) fn ghost(scene: &Scene<'_>) -> Option<String> {
    astray(scene)?.open_queue()?;
    Some(format!(
        "{}, analytics still has it in a queue",
        over(scene)?
    ))
}

/// In words, which session of analytics is open.
fn open_session(record: &Recorded) -> String {
    record.open_legs().next().map_or_else(String::new, |leg| {
        let what = if leg.is_wrap_up {
            "'s after-call work"
        } else {
            " session"
        };
        format!(" ({}{what})", who(&leg.purpose))
    })
}

/// Ended, and inside the time in which a message of the customer brings it back; or past it.
pub(super) fn reopen(scene: &Scene<'_>) -> Option<String> {
    let why = over(scene)?;
    let Some(ended) = scene.conversation.ended else {
        return Some(why);
    };
    let (window, assumed) = match scene.beside.threading {
        Some(window) => (window, ""),
        None => (THREADING, " (72 h assumed)"),
    };
    let left = window - scene.since(ended);
    Some(if left.is_negative() {
        format!("{why}; too long for a message of the customer to bring it back{assumed}")
    } else {
        let left = short(left);
        format!("{why}; a message of the customer brings it back for {left} more{assumed}")
    })
}

/// Reads have said for longer than analytics may lag that there is no such conversation, and analytics, asked after that, still has it in
/// a queue. One read that does not find it proves nothing: somebody may be waiting there. So it takes a console that is open for so long;
/// for a command it stays `unknown`.
pub(super) fn missing(row: &Row, now: Timestamp, thresholds: &Thresholds) -> Option<String> {
    let missing_since = row.beside.missing_since?;
    let record = row.listed.recorded.as_deref()?;
    let queued = record.open_queue()?.since?;
    let is_late = |from| since(from, record.asked_at) > thresholds.astray;
    (is_late(missing_since) && is_late(queued)).then(|| {
        format!(
            "{}, for analytics it has been in a queue for {}",
            not_known(missing_since, now),
            short(since(queued, now))
        )
    })
}

/// The service knows no such conversation; and since when it says so here, once that is any time at all. How long it has been so in truth
/// nobody knows.
pub(super) fn not_known(missing_since: Timestamp, now: Timestamp) -> String {
    let heard = since(missing_since, now);
    let words = "the service knows no such conversation";
    if heard < HEARD_JUST_NOW {
        words.to_owned()
    } else {
        format!("{words} (first heard here {} ago)", short(heard))
    }
}

/// Analytics' word on it would tell more than is known: it is over, or not there, and analytics was not asked since it could know.
pub(crate) fn wants_record(row: &Row, now: Timestamp) -> bool {
    let record = row.listed.recorded.as_deref();
    // When it became so, and the time now, by one clock; and how far that is behind this machine's.
    let (from, now, offset) = if let Some(missing_since) = row.beside.missing_since {
        if record.is_none() {
            return true;
        }
        (missing_since, now, SignedDuration::ZERO)
    } else {
        let over_since = row
            .reading
            .as_ref()
            .and_then(|reading| reading.conversation.over_since());
        let Some(over_since) = over_since else {
            return false;
        };
        let platform_now = row.platform_time(now);
        (over_since, platform_now, since(now, platform_now))
    };
    let could_know = after(from, row.thresholds.astray);
    now > could_know
        && record.is_none_or(|record| {
            let asked = after(record.asked_at, offset);
            record.ended.is_none() && asked <= could_know
        })
}
