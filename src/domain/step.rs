//! The ladder: the only requests that may change anything, and how hard a plan may push.

use serde::{Deserialize, Serialize};

use super::ids::{CommunicationId, ConversationId, ParticipantId};
use super::recipe::Sending;

/// One stage for one conversation, in the order of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Read, and compare with the plan.
    Check,
    /// Disconnect each planned human leg, agents first.
    Legs,
    /// Disconnect the conversation.
    Close,
    /// Settle after-call work with the plan's code.
    WrapUp,
    /// Read twice: no leg may be open.
    Verify,
    /// Tear the conversation down; only ever a plan of its own.
    Teardown,
}

impl Step {
    /// The step's name everywhere: screen, journal, JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Legs => "legs",
            Self::Close => "close",
            Self::WrapUp => "wrap-up",
            Self::Verify => "verify",
            Self::Teardown => "teardown",
        }
    }
}

/// How hard a plan may push. A run never changes its rung.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum Rung {
    /// check, legs, verify.
    Legs,
    /// check, legs, close, wrap-up, verify.
    #[default]
    Close,
    /// check, teardown, verify: one conversation at a time, on its own phrase.
    Teardown,
}

impl Rung {
    /// The rung's name everywhere.
    pub fn word(self) -> &'static str {
        match self {
            Self::Legs => "legs",
            Self::Close => "close",
            Self::Teardown => "teardown",
        }
    }

    /// The steps that a board shows for this rung.
    pub fn steps(self) -> &'static [Step] {
        match self {
            Self::Legs => &[Step::Check, Step::Legs, Step::Verify],
            Self::Close => &[
                Step::Check,
                Step::Legs,
                Step::Close,
                Step::WrapUp,
                Step::Verify,
            ],
            Self::Teardown => &[Step::Check, Step::Teardown, Step::Verify],
        }
    }
}

/// A request that changes something: what the engine intends, what the journal records first, what the client then sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Action {
    /// Disconnect one participant (all its message legs are in the plan).
    Legs {
        /// Whose legs.
        participant: ParticipantId,
    },
    /// Disconnect the conversation.
    Close,
    /// Apply a wrap-up code.
    WrapUp {
        /// Who owes it.
        participant: ParticipantId,
        /// The leg that the request names.
        communication: CommunicationId,
        /// The code's id.
        code: String,
    },
    /// Tear the conversation down.
    Teardown,
    /// A request of a recipe: aimed at one party it counts as `legs`, else as `close`, with their limits.
    Recipe(Box<Sending>),
}

impl Action {
    /// The step it belongs to.
    pub fn step(&self) -> Step {
        match self {
            Self::Legs { .. } => Step::Legs,
            Self::Close => Step::Close,
            Self::WrapUp { .. } => Step::WrapUp,
            Self::Teardown => Step::Teardown,
            Self::Recipe(sending) if sending.participant.is_some() => Step::Legs,
            Self::Recipe(_) => Step::Close,
        }
    }

    /// The HTTP method.
    pub fn method(&self) -> &'static str {
        match self {
            Self::Legs { .. } | Self::Close => "PATCH",
            Self::WrapUp { .. } | Self::Teardown => "POST",
            Self::Recipe(sending) => sending.method.word(),
        }
    }

    /// The request path. Only ids that parsed as ids get in.
    pub fn path(&self, conversation: ConversationId) -> String {
        match self {
            Self::Legs { participant } => {
                format!("/api/v2/conversations/messages/{conversation}/participants/{participant}")
            }
            Self::Close => format!("/api/v2/conversations/messages/{conversation}"),
            Self::WrapUp {
                participant,
                communication,
                ..
            } => {
                format!(
                    "/api/v2/conversations/messages/{conversation}/participants/{participant}/communications/{communication}/wrapup"
                )
            }
            Self::Teardown => format!("/api/v2/conversations/{conversation}/disconnect"),
            Self::Recipe(sending) => sending.path.clone(),
        }
    }

    /// The body; the teardown has none.
    pub fn body(&self) -> Option<serde_json::Value> {
        match self {
            Self::Legs { .. } | Self::Close => Some(serde_json::json!({ "state": "disconnected" })),
            Self::WrapUp { code, .. } => Some(serde_json::json!({ "code": code })),
            Self::Teardown => None,
            Self::Recipe(sending) => sending.body.clone(),
        }
    }

    /// Two actions aimed at the same thing share one count of sends.
    pub fn is_same_target(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Legs { participant: a }, Self::Legs { participant: b })
            | (Self::WrapUp { participant: a, .. }, Self::WrapUp { participant: b, .. }) => a == b,
            (Self::Recipe(a), Self::Recipe(b)) => a.participant == b.participant,
            (Self::Close, Self::Close) | (Self::Teardown, Self::Teardown) => true,
            _ => false,
        }
    }
}
