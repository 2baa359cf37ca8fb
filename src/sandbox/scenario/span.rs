//! A length of time as scenario files write it: `6h12m`, `3d`, `45s`.

use jiff::SignedDuration;
use serde::de::{Deserialize, Deserializer, Error};

/// A length of time before the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Span(pub(in crate::sandbox) SignedDuration);

impl Span {
    /// The same in seconds.
    pub(in crate::sandbox) fn seconds(self) -> u32 {
        u32::try_from(self.0.as_secs()).unwrap_or(u32::MAX)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut seconds = 0_i64;
        let mut number = String::new();
        for letter in text.chars() {
            if letter.is_ascii_digit() {
                number.push(letter);
                continue;
            }
            let unit = match letter {
                'd' => 86_400,
                'h' => 3600,
                'm' => 60,
                's' => 1,
                _ => return None,
            };
            let count: i64 = number.parse().ok()?;
            seconds = seconds.checked_add(count.checked_mul(unit)?)?;
            number.clear();
        }
        // Ten years keep every sum of times far from the calendar's edge.
        let usable = number.is_empty() && !text.is_empty() && seconds <= 10 * 365 * 86_400;
        usable.then(|| Self(SignedDuration::from_secs(seconds)))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            D::Error::custom(format!(
                "`{text}` is no length of time; write days, hours, minutes and seconds like `6h12m` or `3d`"
            ))
        })
    }
}
