//! The figures that the rules go by.

use jiff::SignedDuration;
use serde::Serialize;

use crate::domain::kind::Kind;

/// Every limit is passed only when it is exceeded: at the limit itself the milder kind holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Thresholds {
    /// A message younger than this, with both sides up, makes a conversation `live`.
    pub live: SignedDuration,
    /// How long an accepted request of ours may take to have its effect (`stubborn`).
    pub stubborn: SignedDuration,
    /// How long analytics may have a conversation as open that is over, or not there (`desync`, `ghost`). It lags.
    pub astray: SignedDuration,
    /// A customer who left longer ago than this is gone (`orphan`).
    pub gone: SignedDuration,
    /// How late a parked leg may be (`overdue`).
    pub overdue: SignedDuration,
    /// How late the inactivity timer may be (`timer`).
    pub timer: SignedDuration,
    /// The least time an agent is given for after-call work (`wrap-up`); the platform's own limit counts where it is longer.
    pub wrap_up: SignedDuration,
    /// How much longer than the platform's own limit an alert may ring (`ringing`).
    pub alert_slack: SignedDuration,
    /// How many unanswered alerts make a loop (`ringing`).
    pub unanswered: usize,
    /// How long a transfer may be under way (`transfer`).
    pub transfer: SignedDuration,
    /// How long it may be quiet with an agent who is not there (`away`).
    pub away: SignedDuration,
    /// How long a customer may wait for an answer (`idle-us`).
    pub idle_us: SignedDuration,
    /// How long a customer may leave us without one (`idle`).
    pub idle: SignedDuration,
    /// How long a customer may wait in queue (`long-wait`).
    pub long_wait: SignedDuration,
    /// How long a bot may hold a silent customer (`bot-loop`).
    pub bot_loop: SignedDuration,
    /// The age at which a customer who never took part is given up (`no-show`).
    pub no_show: SignedDuration,
    /// How long a customer may be there alone (`alone`).
    pub alone: SignedDuration,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            live: SignedDuration::from_mins(30),
            stubborn: SignedDuration::from_secs(60),
            astray: SignedDuration::from_mins(30),
            gone: SignedDuration::from_mins(10),
            overdue: SignedDuration::from_mins(15),
            timer: SignedDuration::from_mins(15),
            wrap_up: SignedDuration::from_mins(15),
            alert_slack: SignedDuration::from_secs(60),
            unanswered: 5,
            transfer: SignedDuration::from_mins(10),
            away: SignedDuration::from_hours(1),
            idle_us: SignedDuration::from_hours(1),
            idle: SignedDuration::from_hours(12),
            long_wait: SignedDuration::from_hours(4),
            bot_loop: SignedDuration::from_hours(2),
            no_show: SignedDuration::from_hours(1),
            alone: SignedDuration::from_mins(20),
        }
    }
}

impl Thresholds {
    /// The figure that a kind goes by, where it goes by one: `live` below it, all others above.
    pub fn of(&self, kind: Kind) -> Option<SignedDuration> {
        Some(match kind {
            Kind::Live => self.live,
            Kind::Stubborn => self.stubborn,
            Kind::Desync | Kind::Ghost => self.astray,
            Kind::WrapUp => self.wrap_up,
            Kind::Orphan => self.gone,
            Kind::Overdue => self.overdue,
            Kind::Timer => self.timer,
            Kind::Transfer => self.transfer,
            Kind::Away => self.away,
            Kind::IdleUs => self.idle_us,
            Kind::Idle => self.idle,
            Kind::LongWait => self.long_wait,
            Kind::BotLoop => self.bot_loop,
            Kind::NoShow => self.no_show,
            Kind::Alone => self.alone,
            _ => return None,
        })
    }

    /// What remains of these beside others: nothing is given up sooner than by either.
    pub fn held_to(&self, own: &Self) -> Self {
        Self {
            live: self.live.max(own.live),
            stubborn: self.stubborn.min(own.stubborn),
            astray: self.astray.max(own.astray),
            gone: self.gone.max(own.gone),
            overdue: self.overdue.max(own.overdue),
            timer: self.timer.max(own.timer),
            wrap_up: self.wrap_up.max(own.wrap_up),
            alert_slack: self.alert_slack.max(own.alert_slack),
            transfer: self.transfer.max(own.transfer),
            away: self.away.max(own.away),
            idle_us: self.idle_us.max(own.idle_us),
            idle: self.idle.max(own.idle),
            // Neither way: a shorter one ends sooner who waits, a longer one takes who waits for one who was left alone.
            long_wait: own.long_wait,
            bot_loop: self.bot_loop.max(own.bot_loop),
            no_show: self.no_show.max(own.no_show),
            alone: self.alone.max(own.alone),
            unanswered: self.unanswered.max(own.unanswered),
        }
    }
}
