//! How a recipe goes on after a step: where to, after what was seen, and how often it is tried again.

use jiff::SignedDuration;

use super::Reader;
use crate::domain::recipe::{Each, MOST_WAIT_MS, Retry, Then, Until, Wait};
use crate::settings::nearest::nearest;
use crate::settings::recipes::entry::{RetryEntry, WaitEntry};
use crate::settings::region::did_you_mean;

impl Reader {
    pub(super) fn then(&mut self, said: Option<&str>, names: &[String]) -> Option<Then> {
        match said {
            None | Some("next") => Some(Then::Next),
            Some("verify") => Some(Then::Verify),
            Some(name) => {
                let later = names.get(self.place + 1..).unwrap_or_default();
                if later.iter().any(|other| other == name) {
                    return Some(Then::Step(name.to_owned()));
                }
                let known = ["next", "verify"]
                    .into_iter()
                    .chain(later.iter().map(String::as_str));
                let near = nearest(name, known);
                let what = format!(
                    "`{name}` is no later step: `then` is `next`, `verify` or the name of a step below{}",
                    did_you_mean(near.as_deref())
                );
                self.wrong("then", 0, what);
                None
            }
        }
    }

    pub(super) fn wait(&mut self, wait: &WaitEntry, each: Each) -> Option<Wait> {
        if wait.until == Until::LegClosed && each == Each::Conversation {
            self.wrong("wait.until", 0, "`leg-closed` is for a step that is sent for a party: say `for`, or wait for `ended`");
        }
        Some(Wait {
            until: wait.until,
            by: wait.by,
            most_ms: self.span("wait.at_most", &wait.at_most, MOST_WAIT_MS)?,
        })
    }

    pub(super) fn retry(&mut self, retry: &RetryEntry) -> Option<Retry> {
        if !(1..=Retry::MOST_TIMES).contains(&retry.times) {
            self.wrong(
                "retry.times",
                0,
                format!("`times` is 1 to {}", Retry::MOST_TIMES),
            );
        }
        let base_ms = self.span("retry.base", &retry.base, Retry::MOST_MS);
        let most_ms = self.span("retry.at_most", &retry.at_most, Retry::MOST_MS);
        Some(Retry {
            times: retry.times,
            base_ms: base_ms?,
            most_ms: most_ms?,
        })
    }

    /// A time, in milliseconds.
    pub(super) fn span(&mut self, key: &str, said: &str, most: u32) -> Option<u32> {
        let millis = said
            .parse::<SignedDuration>()
            .ok()
            .and_then(|span| u32::try_from(span.as_millis()).ok());
        let found = millis.filter(|millis| (1..=most).contains(millis));
        if found.is_none() {
            self.wrong(
                key,
                0,
                format!(
                    "`{said}` is no time up to {} s, like `250ms` or `8s`",
                    most / 1000
                ),
            );
        }
        found
    }
}
