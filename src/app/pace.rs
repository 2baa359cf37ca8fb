//! How long what is left takes, and why it waits: reads of the list by what was seen of them, other requests by the rate.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::App;
use super::clock_text::exact;
use crate::domain::moment::since;

/// How long is looked back.
const WINDOW: SignedDuration = SignedDuration::from_secs(60);
/// Between two looks.
const EVERY: SignedDuration = SignedDuration::from_secs(2);
/// Less is no measure yet, and what takes less time is not worth a word.
const LEAST: SignedDuration = SignedDuration::from_secs(10);

/// How many chats had been read, and when.
#[derive(Debug, Default)]
pub struct Pace {
    seen: VecDeque<(Timestamp, usize)>,
}

impl Pace {
    /// So many are read now. Fewer than before is another list: it is measured anew.
    pub(crate) fn note(&mut self, read: usize, now: Timestamp) {
        if let Some((at, before)) = self.seen.back().copied() {
            if read < before {
                self.seen.clear();
            } else if since(at, now) < EVERY {
                return;
            }
        }
        self.seen.push_back((now, read));
        while self
            .seen
            .front()
            .is_some_and(|(at, _)| since(*at, now) > WINDOW)
        {
            self.seen.pop_front();
        }
    }

    /// How long so many more take; nothing while that cannot be said.
    fn left(&self, waiting: usize) -> Option<SignedDuration> {
        let (from, before) = *self.seen.front()?;
        let (to, read) = *self.seen.back()?;
        let took = since(from, to);
        let done = i64::try_from(read.checked_sub(before)?).ok()?;
        if took < LEAST || done == 0 {
            return None;
        }
        let waiting = i64::try_from(waiting).ok()?;
        let milliseconds = i64::try_from(took.as_millis()).ok()?;
        let left = milliseconds.saturating_mul(waiting) / done;
        Some(SignedDuration::from_millis(left)).filter(|left| *left >= LEAST)
    }
}

/// What stands beside the chats that are not read yet: how long that takes at this rate, or what they wait for.
pub fn reading_words(app: &App, now: Timestamp) -> String {
    let waiting = app.chats.counts.waiting();
    if waiting == 0 {
        return String::new();
    }
    let gauge = &app.link.gauge;
    if let Some(until) = gauge.shut_until.filter(|until| *until > now) {
        return format!(", again in {}", exact(since(now, until)));
    }
    if app.link.is_paused {
        return ", while paused only what is in view".to_owned();
    }
    if app.is_running() {
        return ", the run goes first".to_owned();
    }
    let left = app.pace.left(waiting);
    left.map_or_else(String::new, |left| {
        format!(", about {} at {} a minute", rounded(left), allowed(app))
    })
}

/// Why requests that are still to be made wait, and how long; nothing where they need not.
pub fn waiting_words(app: &App, requests: usize, now: Timestamp) -> Option<String> {
    let gauge = &app.link.gauge;
    if let Some(until) = gauge.shut_until.filter(|until| *until > now) {
        let left = exact(since(now, until));
        return Some(format!(
            "The service said 429: nothing is asked for {left}."
        ));
    }
    let allowed = allowed(app);
    let free = allowed.saturating_sub(gauge.used);
    let requests = u32::try_from(requests).unwrap_or(u32::MAX);
    let over = i64::from(requests.checked_sub(free).filter(|over| *over > 0)?);
    let left = SignedDuration::from_secs(over * 60 / i64::from(allowed.max(1)));
    (left >= LEAST).then(|| {
        format!(
            "About {} more: {allowed} requests a minute are allowed.",
            rounded(left)
        )
    })
}

/// How many requests a minute this program allows itself now.
pub fn allowed(app: &App) -> u32 {
    match app.link.gauge.allowed {
        0 => app.settings.per_minute,
        allowed => allowed,
    }
}

/// An estimate is no more exact than this: 40s, 7m, 2h.
fn rounded(left: SignedDuration) -> String {
    let seconds = left.as_secs();
    match seconds {
        0..60 => format!("{}s", seconds / 10 * 10),
        60..7200 => format!("{}m", (seconds + 30) / 60),
        _ => format!("{}h", (seconds + 1800) / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_what_was_read_in_the_last_minute() {
        let start = Timestamp::UNIX_EPOCH;
        let at = |seconds| start + SignedDuration::from_secs(seconds);
        let mut pace = Pace::default();
        for second in 0..200 {
            // Three a second, and none in the second before the first: too short to say.
            pace.note(usize::try_from(second).unwrap_or_default() * 3, at(second));
            assert_eq!(pace.left(300).is_some(), second >= 10, "{second}");
        }
        assert_eq!(pace.left(300), Some(SignedDuration::from_secs(100)));
        assert_eq!(pace.left(3), None, "not worth a word");
        assert!(pace.seen.len() <= 32);
        // Another list, of which nothing is read.
        pace.note(0, at(200));
        assert_eq!(pace.left(300), None);
        // Nothing is read: nobody knows how long that goes on.
        pace.note(0, at(220));
        assert_eq!(pace.left(300), None);
    }

    #[test]
    fn estimates_are_rounded() {
        let words = [12, 59, 60, 89, 95, 3600, 7300].map(|s| rounded(SignedDuration::from_secs(s)));
        assert_eq!(words, ["10s", "50s", "1m", "1m", "2m", "60m", "2h"]);
    }
}
