//! `[thresholds]`: how long is too long, for every kind that is a question of time. What is not said is as shipped.

use jiff::SignedDuration;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};

use super::limits::within;
use crate::domain::diagnosis::Thresholds;
use crate::domain::moment::round;

/// The longest that any of them may be.
const LONGEST: SignedDuration = SignedDuration::from_hours(60 * 24);

/// `[thresholds]`: spans of time with their unit, like `30m` or `2h`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ThresholdsEntry {
    /// A message younger than this, with both sides there, makes a chat `live`.
    #[serde(deserialize_with = "span::<300, _>")]
    #[schemars(with = "Option<String>")]
    live: Option<SignedDuration>,
    /// How long an accepted request to end a chat may take before it is `stubborn`.
    #[serde(deserialize_with = "span::<10, _>")]
    #[schemars(with = "Option<String>")]
    stubborn: Option<SignedDuration>,
    /// How long analytics may have a chat as open that is over (`desync`, `ghost`); never under half an hour, as it lags.
    #[serde(deserialize_with = "span::<1_800, _>")]
    #[schemars(with = "Option<String>")]
    astray: Option<SignedDuration>,
    /// A customer who left longer ago than this is gone (`orphan`).
    #[serde(deserialize_with = "span::<60, _>")]
    #[schemars(with = "Option<String>")]
    gone: Option<SignedDuration>,
    /// How late a parked chat may be (`overdue`).
    #[serde(deserialize_with = "span::<60, _>")]
    #[schemars(with = "Option<String>")]
    overdue: Option<SignedDuration>,
    /// How late the inactivity timer may be (`timer`).
    #[serde(deserialize_with = "span::<60, _>")]
    #[schemars(with = "Option<String>")]
    timer: Option<SignedDuration>,
    /// The least time an agent is given for after-call work (`wrap-up`).
    #[serde(deserialize_with = "span::<60, _>")]
    #[schemars(with = "Option<String>")]
    wrap_up: Option<SignedDuration>,
    /// How much longer than the platform's own limit an alert may ring (`ringing`).
    #[serde(deserialize_with = "span::<10, _>")]
    #[schemars(with = "Option<String>")]
    alert_slack: Option<SignedDuration>,
    /// How long a transfer may be under way (`transfer`).
    #[serde(deserialize_with = "span::<60, _>")]
    #[schemars(with = "Option<String>")]
    transfer: Option<SignedDuration>,
    /// How long it may be quiet with an agent who is not there (`away`).
    #[serde(deserialize_with = "span::<600, _>")]
    #[schemars(with = "Option<String>")]
    away: Option<SignedDuration>,
    /// How long a customer may wait for an answer (`idle-us`).
    #[serde(deserialize_with = "span::<300, _>")]
    #[schemars(with = "Option<String>")]
    idle_us: Option<SignedDuration>,
    /// How long a customer may leave us without one (`idle`).
    #[serde(deserialize_with = "span::<300, _>")]
    #[schemars(with = "Option<String>")]
    idle: Option<SignedDuration>,
    /// How long a customer may wait in queue (`long-wait`).
    #[serde(deserialize_with = "span::<300, _>")]
    #[schemars(with = "Option<String>")]
    long_wait: Option<SignedDuration>,
    /// How long a bot may hold a silent customer (`bot-loop`).
    #[serde(deserialize_with = "span::<300, _>")]
    #[schemars(with = "Option<String>")]
    bot_loop: Option<SignedDuration>,
    /// The age at which a customer who never took part is given up (`no-show`).
    #[serde(deserialize_with = "span::<300, _>")]
    #[schemars(with = "Option<String>")]
    no_show: Option<SignedDuration>,
    /// How long a customer may be there alone (`alone`).
    #[serde(deserialize_with = "span::<300, _>")]
    #[schemars(with = "Option<String>")]
    alone: Option<SignedDuration>,
    /// How many unanswered alerts make a loop (`ringing`).
    #[serde(deserialize_with = "within::<2, 100, _>")]
    #[schemars(range(min = 2, max = 100))]
    unanswered: Option<usize>,
}

impl ThresholdsEntry {
    /// The figures in force.
    pub(super) fn in_force(&self) -> Thresholds {
        let shipped = Thresholds::default();
        Thresholds {
            live: self.live.unwrap_or(shipped.live),
            stubborn: self.stubborn.unwrap_or(shipped.stubborn),
            astray: self.astray.unwrap_or(shipped.astray),
            gone: self.gone.unwrap_or(shipped.gone),
            overdue: self.overdue.unwrap_or(shipped.overdue),
            timer: self.timer.unwrap_or(shipped.timer),
            wrap_up: self.wrap_up.unwrap_or(shipped.wrap_up),
            alert_slack: self.alert_slack.unwrap_or(shipped.alert_slack),
            transfer: self.transfer.unwrap_or(shipped.transfer),
            away: self.away.unwrap_or(shipped.away),
            idle_us: self.idle_us.unwrap_or(shipped.idle_us),
            idle: self.idle.unwrap_or(shipped.idle),
            long_wait: self.long_wait.unwrap_or(shipped.long_wait),
            bot_loop: self.bot_loop.unwrap_or(shipped.bot_loop),
            no_show: self.no_show.unwrap_or(shipped.no_show),
            alone: self.alone.unwrap_or(shipped.alone),
            unanswered: self.unanswered.unwrap_or(shipped.unanswered),
        }
    }

    /// The same for a file that can only narrow: nothing is given up sooner than by the usual file's own figures.
    pub(super) fn narrowed(&self, own: &Thresholds) -> Thresholds {
        self.in_force().held_to(own)
    }
}

/// A span of at least so many seconds.
fn span<'de, const LEAST: i64, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SignedDuration>, D::Error> {
    let said = String::deserialize(deserializer)?;
    let least = SignedDuration::from_secs(LEAST);
    let span: SignedDuration = said.parse().map_err(|_| {
        serde::de::Error::custom("this is not a span of time. Write it like `30m` or `2h`")
    })?;
    if (least..=LONGEST).contains(&span) {
        return Ok(Some(span));
    }
    Err(serde::de::Error::custom(format!(
        "`{said}` is out of bounds: from {} to {}",
        round(least),
        round(LONGEST)
    )))
}

#[cfg(test)]
mod tests;
