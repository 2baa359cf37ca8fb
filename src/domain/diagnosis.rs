//! Why a conversation is still open: the kind and the words for it. Judges one read at one moment; it knows no clock, no list order
//! and nothing of what may be done about a kind (that is `guard`).

mod rules;
mod scene;
#[cfg(test)]
mod tests;

use jiff::{SignedDuration, Timestamp};

use super::conversation::{Conversation, LegState, Purpose};
use super::failure::FailureKind;
use super::kind::Kind;
use super::moment::short;
use super::parties::Parties;
use super::roster::Row;
use scene::Scene;

/// A kind with its reason in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The kind.
    pub kind: Kind,
    /// Which segment keeps it open, since when, in words (`customer left 5h58m ago, agent leg is still connected`).
    pub why: String,
}

/// The figures that the rules go by. Every limit is passed only when it is exceeded: at the limit itself the milder kind holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// A message younger than this, with both sides up, makes a conversation `live`.
    pub live: SignedDuration,
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
            gone: SignedDuration::from_mins(10),
            overdue: SignedDuration::from_mins(15),
            timer: SignedDuration::from_mins(15),
            wrap_up: SignedDuration::from_mins(15),
            alert_slack: SignedDuration::from_secs(60),
            unanswered: 5,
            transfer: SignedDuration::from_mins(10),
            idle_us: SignedDuration::from_hours(1),
            idle: SignedDuration::from_hours(12),
            long_wait: SignedDuration::from_hours(4),
            bot_loop: SignedDuration::from_hours(2),
            no_show: SignedDuration::from_hours(1),
            alone: SignedDuration::from_mins(20),
        }
    }
}

/// The diagnosis of a row, by the shipped figures.
pub fn of(row: &Row, now: Timestamp) -> Diagnosis {
    by(row, now, &Thresholds::default())
}

/// The diagnosis of a row, by other figures.
pub fn by(row: &Row, now: Timestamp, thresholds: &Thresholds) -> Diagnosis {
    let Some(reading) = &row.reading else {
        return without_reading(row);
    };
    let now = row.platform_time(now);
    let conversation = &reading.conversation;
    if let Some(word) = unknown_word(conversation) {
        return Diagnosis {
            kind: Kind::Unknown,
            why: format!("an open leg says `{word}`, which this version does not know"),
        };
    }
    let scene = Scene::new(conversation, row.listed.took_part, now, thresholds);
    // What is over is judged first: a timer or a transfer that once ran keeps nothing open, and its rule must not claim so.
    if let Some(why) = over(&scene) {
        return Diagnosis {
            kind: Kind::Reopen,
            why,
        };
    }
    rules::TABLE
        .iter()
        .find_map(|rule| {
            (rule.test)(&scene).map(|why| Diagnosis {
                kind: rule.kind,
                why,
            })
        })
        .unwrap_or_else(|| Diagnosis {
            kind: Kind::Unknown,
            why: format!("no rule fits these parties: {}", Parties::of(conversation)),
        })
}

/// A read that failed for good makes a conversation `unknown`; one that may go better the next time leaves it `unread`.
fn without_reading(row: &Row) -> Diagnosis {
    let Some(failed) = &row.failed_read else {
        return Diagnosis {
            kind: Kind::Unread,
            why: "not read yet".to_owned(),
        };
    };
    let is_unreadable = matches!(
        failed.failure.kind,
        FailureKind::Unreadable | FailureKind::Garbled | FailureKind::TooLarge
    );
    Diagnosis {
        kind: if is_unreadable {
            Kind::Unknown
        } else {
            Kind::Unread
        },
        why: format!("could not be read: {}", failed.failure.short()),
    }
}

/// A word on an open leg that this program does not know.
fn unknown_word(conversation: &Conversation) -> Option<&str> {
    conversation
        .open_legs()
        .find_map(|(party, leg)| match (&party.purpose, &leg.state) {
            (Purpose::Other(word), _) | (_, LegState::Other(word)) => Some(word.as_str()),
            _ => None,
        })
}

/// Nothing is open and nothing is owed.
fn over(scene: &Scene<'_>) -> Option<String> {
    if let Some(ended) = scene.conversation.ended {
        return Some(format!("ended {} ago", short(scene.since(ended))));
    }
    let is_open = scene.conversation.open_legs().next().is_some();
    (!is_open && !scene.owes_wrap_up()).then(|| "no leg is open, nothing is owed".to_owned())
}
