//! The kinds of conversation that can be staged, and what a staging of each needs.
//!
//! Knows times only as minutes before the start; how a kind is built is `world/staging.rs`.

use serde::{Deserialize, Serialize};

/// Why a staged conversation is still open. The words are those of scenario files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Both sides are up and write.
    Live,
    /// The agent has parked the conversation until a later time.
    Parked,
    /// An inactivity timer runs and will end it.
    Closing,
    /// The customer is gone, an agent leg is up.
    Orphan,
    /// The customer is up and nobody else is.
    Alone,
    /// Every leg is down, an agent owes wrap-up.
    WrapUp,
    /// Really in a queue, for over four hours.
    LongWait,
    /// Alerting an agent who never answers.
    Ringing,
    /// A bot holds the customer for over two hours.
    BotLoop,
    /// An agent wrote last, over twelve hours ago.
    Idle,
    /// The customer wrote last, over an hour ago, and waits for an agent.
    IdleUs,
    /// The customer never took part.
    NoShow,
    /// With an agent, quiet for a while, healthy.
    Serving,
    /// In a queue for less than four hours, healthy.
    Waiting,
    /// With a bot for less than two hours, healthy.
    InBot,
    /// A callback, or messages of another type than web messaging, are on the conversation too.
    Mixed,
    /// Every ending is accepted, and none is applied.
    Stubborn,
    /// A leg is in error, or its line broke.
    Error,
    /// Over, and analytics still says that it is open.
    Desync,
    /// Analytics says that it waits in a queue, and the conversation service does not know it.
    Ghost,
    /// Parked, and not taken up again at its time.
    Overdue,
    /// The inactivity timer ran out, and ended nothing.
    Timer,
    /// A transfer that does not come to an end.
    Transfer,
    /// The agent has signed out with the chat open.
    Away,
    /// Over, and a message of its guest would bring it back.
    Reopen,
}

/// The allowed and the usual times of a kind, in minutes before the start.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// Usual age, lowest and highest.
    pub(super) age: (i64, i64),
    /// Usual silence, lowest and highest.
    pub(super) idle: (i64, i64),
    /// The age a chat must have to be of this kind: more than, less than.
    pub(super) age_bounds: (i64, i64),
    /// The silence a chat must have to be of this kind: more than, less than.
    pub(super) idle_bounds: (i64, i64),
}

/// No upper bound that a scenario could reach: ten years.
const EVER: i64 = 10 * 365 * 24 * 60;

impl Kind {
    /// What every chat of the kind has in common, in one line.
    pub(super) fn line(self) -> &'static str {
        match self {
            Self::Live => "both sides are up and write",
            Self::Parked => "set aside by the agent until a later time",
            Self::Closing => "an inactivity timer runs and will end it",
            Self::Orphan => "the customer is gone, an agent's leg is up",
            Self::Alone => "the customer is up and nobody else is",
            Self::WrapUp => "every leg is down, an agent owes wrap-up",
            Self::LongWait => "really in a queue, for over four hours",
            Self::Ringing => "alerting an agent who never answers",
            Self::BotLoop => "a bot holds a silent customer for over two hours",
            Self::Idle => "an agent wrote last, over twelve hours ago",
            Self::IdleUs => "the customer wrote last and waits for an agent",
            Self::NoShow => "the customer never took part",
            Self::Serving => "with an agent, quiet for a while, healthy",
            Self::Waiting => "in a queue for less than four hours, healthy",
            Self::InBot => "with a bot for less than two hours, healthy",
            Self::Mixed => "a callback stands beside the messages",
            Self::Stubborn => "every ending is accepted, and none is applied",
            Self::Error => "an agent's leg is in error, or its line broke",
            Self::Desync => "over, and analytics still says that it is open",
            Self::Ghost => "in a queue for analytics, unknown to the service",
            Self::Overdue => "parked, and not taken up again at its time",
            Self::Timer => "the inactivity timer ran out and ended nothing",
            Self::Transfer => "a transfer does not come to an end",
            Self::Away => "the agent signed out with the chat open",
            Self::Reopen => "over, and a message of its guest would bring it back",
        }
    }

    /// Every kind, in the order in which the `kinds` scenario lists them.
    pub const ALL: [Self; 25] = [
        Self::Live,
        Self::Parked,
        Self::Closing,
        Self::Orphan,
        Self::Alone,
        Self::WrapUp,
        Self::LongWait,
        Self::Ringing,
        Self::BotLoop,
        Self::Idle,
        Self::IdleUs,
        Self::NoShow,
        Self::Serving,
        Self::Waiting,
        Self::InBot,
        Self::Mixed,
        Self::Stubborn,
        Self::Error,
        Self::Desync,
        Self::Ghost,
        Self::Overdue,
        Self::Timer,
        Self::Transfer,
        Self::Away,
        Self::Reopen,
    ];

    pub(super) fn times(self) -> Times {
        let (age, idle, age_bounds, idle_bounds) = match self {
            Self::Live => ((6, 50), (0, 4), (0, EVER), (-1, 30)),
            Self::Parked => ((60, 300), (45, 55), (0, EVER), (-1, EVER)),
            Self::Closing => ((70, 200), (35, 45), (0, EVER), (-1, EVER)),
            Self::Orphan => ((180, 900), (60, 170), (11, EVER), (11, EVER)),
            Self::Alone => ((90, 400), (30, 80), (20, EVER), (20, EVER)),
            Self::WrapUp => ((80, 300), (40, 70), (17, EVER), (17, EVER)),
            Self::LongWait => ((300, 900), (120, 280), (245, EVER), (-1, EVER)),
            Self::Ringing => ((60, 200), (40, 55), (30, EVER), (30, EVER)),
            Self::BotLoop => ((200, 900), (130, 190), (120, EVER), (120, EVER)),
            Self::Idle => ((800, 2500), (740, 790), (720, EVER), (720, EVER)),
            Self::IdleUs => ((130, 400), (65, 120), (60, EVER), (60, EVER)),
            Self::NoShow => ((70, 600), (70, 600), (60, EVER), (-1, EVER)),
            Self::Serving => ((50, 200), (31, 45), (30, EVER), (30, 720)),
            Self::Waiting => ((4, 50), (1, 3), (0, 240), (-1, EVER)),
            Self::InBot => ((3, 40), (0, 2), (0, EVER), (-1, 120)),
            Self::Mixed => ((60, 200), (31, 45), (0, EVER), (-1, EVER)),
            Self::Stubborn => ((180, 900), (60, 170), (11, EVER), (11, EVER)),
            Self::Error => ((60, 300), (35, 55), (30, EVER), (30, EVER)),
            Self::Desync => ((120, 600), (45, 100), (30, EVER), (30, EVER)),
            Self::Ghost => ((120, 900), (60, 110), (30, EVER), (30, EVER)),
            Self::Overdue => ((120, 300), (90, 110), (45, EVER), (45, EVER)),
            Self::Timer => ((100, 300), (70, 95), (30, EVER), (30, EVER)),
            Self::Transfer => ((60, 200), (35, 50), (30, EVER), (30, EVER)),
            Self::Away => ((130, 400), (65, 120), (60, EVER), (60, EVER)),
            Self::Reopen => ((60, 600), (30, 50), (1, EVER), (0, 4300)),
        };
        Times {
            age,
            idle,
            age_bounds,
            idle_bounds,
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.serialize(out)
    }
}
