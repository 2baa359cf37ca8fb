//! How much may be done at once. What a fresh real profile may is little; raising it is a line of configuration.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

/// The limits in force for a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The most conversations of one run.
    pub max_batch: usize,
    /// How many conversations go first and alone.
    pub canary: usize,
    /// How many conversations are worked on at once.
    pub max_parallel: usize,
    /// Requests in any 60 seconds; what the service's headers allow may lower it.
    pub requests_per_minute: u32,
    /// The most conversations that sweeps end in an hour.
    pub max_per_hour: usize,
    /// A run needs a note.
    pub require_note: bool,
    /// A reply younger than this is counted aloud.
    pub recent_reply: SignedDuration,
    /// How many days back open conversations are looked for. Looking far back is cheap: what is empty is counted, a request for each 30
    /// days, and then left alone for up to an hour.
    pub horizon_days: u32,
}

/// A year and a day: stuck conversations of that age have been seen, and 14 requests find out that there are none.
const HORIZON_DAYS: u32 = 366;

impl Limits {
    /// A fresh real profile's.
    pub const REAL: Self = Self {
        max_batch: 10,
        canary: 1,
        max_parallel: 2,
        requests_per_minute: 200,
        max_per_hour: 60,
        require_note: true,
        recent_reply: SignedDuration::from_mins(30),
        horizon_days: HORIZON_DAYS,
    };

    /// A pretend organisation's.
    pub const SANDBOX: Self = Self {
        max_batch: 500,
        canary: 1,
        max_parallel: 4,
        requests_per_minute: 270,
        max_per_hour: 60,
        require_note: false,
        recent_reply: SignedDuration::from_mins(30),
        horizon_days: HORIZON_DAYS,
    };

    /// Those of a fresh profile: a note is required where the label is PROD.
    pub(super) fn fresh(is_pretend: bool, label: &str) -> Self {
        let limits = if is_pretend {
            Self::SANDBOX
        } else {
            Self::REAL
        };
        Self {
            require_note: label == "PROD",
            ..limits
        }
    }

    /// These limits where `entry` says nothing.
    pub(super) fn with(mut self, entry: &LimitsEntry) -> Self {
        fn set<T: Copy>(limit: &mut T, said: Option<T>) {
            if let Some(said) = said {
                *limit = said;
            }
        }
        set(&mut self.max_batch, entry.max_batch);
        set(&mut self.canary, entry.canary);
        set(&mut self.max_parallel, entry.max_parallel);
        set(&mut self.requests_per_minute, entry.requests_per_minute);
        set(&mut self.max_per_hour, entry.max_per_hour);
        set(&mut self.require_note, entry.require_note);
        set(&mut self.recent_reply, entry.recent_reply);
        set(&mut self.horizon_days, entry.horizon_days);
        self
    }

    /// The tighter of both, limit by limit.
    pub(super) fn narrowed_to(&self, other: &Self) -> Self {
        Self {
            max_batch: self.max_batch.min(other.max_batch),
            canary: self.canary.max(other.canary),
            max_parallel: self.max_parallel.min(other.max_parallel),
            requests_per_minute: self.requests_per_minute.min(other.requests_per_minute),
            max_per_hour: self.max_per_hour.min(other.max_per_hour),
            require_note: self.require_note || other.require_note,
            recent_reply: self.recent_reply.max(other.recent_reply),
            // Looking changes nothing, however far.
            horizon_days: self.horizon_days,
        }
    }
}

/// `[limits]`, and `limits` of a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LimitsEntry {
    /// The most conversations of one run.
    #[serde(deserialize_with = "within::<1, 10_000, _>")]
    #[schemars(range(min = 1, max = 10_000))]
    max_batch: Option<usize>,
    /// How many conversations go first and alone.
    #[serde(deserialize_with = "within::<1, 100, _>")]
    #[schemars(range(min = 1, max = 100))]
    canary: Option<usize>,
    /// How many conversations are worked on at once.
    #[serde(deserialize_with = "within::<1, 4, _>")]
    #[schemars(range(min = 1, max = 4))]
    max_parallel: Option<usize>,
    /// Requests in any 60 seconds; what the service's headers allow may lower it.
    #[serde(deserialize_with = "rate")]
    #[schemars(range(min = 10, max = 3000))]
    requests_per_minute: Option<u32>,
    /// The most conversations that sweeps end in an hour.
    #[serde(deserialize_with = "within::<1, 100_000, _>")]
    #[schemars(range(min = 1, max = 100_000))]
    max_per_hour: Option<usize>,
    /// A run needs a note. Where nothing is said: where the label is PROD.
    require_note: Option<bool>,
    /// A reply younger than this is counted aloud, like `30m` or `2h`.
    #[serde(deserialize_with = "span")]
    #[schemars(with = "Option<String>")]
    recent_reply: Option<SignedDuration>,
    /// How many days back open conversations are looked for.
    #[serde(deserialize_with = "days")]
    #[schemars(range(min = 1, max = 3660))]
    horizon_days: Option<u32>,
}

pub(super) fn within<'de, const LEAST: usize, const MOST: usize, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<usize>, D::Error> {
    let said = i64::deserialize(deserializer)?;
    usize::try_from(said)
        .ok()
        .filter(|said| (LEAST..=MOST).contains(said))
        .map(Some)
        .ok_or_else(|| {
            serde::de::Error::custom(format!("{said} is out of bounds: from {LEAST} to {MOST}"))
        })
}

/// The service keeps what ended for a while and what is open as long as it is; ten years are beyond both.
fn days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(within::<1, 3660, _>(deserializer)?.and_then(|said| u32::try_from(said).ok()))
}

fn rate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    Ok(within::<10, 3000, _>(deserializer)?.and_then(|said| u32::try_from(said).ok()))
}

fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SignedDuration>, D::Error> {
    let said = String::deserialize(deserializer)?;
    said.parse::<SignedDuration>()
        .ok()
        .filter(|span| !span.is_negative())
        .map(Some)
        .ok_or_else(|| {
            serde::de::Error::custom("this is not a span of time. Write it like `30m` or `2h`")
        })
}
