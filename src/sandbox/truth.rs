//! The ground-truth log: every change that was really applied, by whom, when, to what.
//!
//! It is written by the world alone, at the moment of the change, and never by a request handler.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One applied change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Truth {
    /// When it took effect.
    pub at: Timestamp,
    /// Who did it.
    pub who: Actor,
    /// What changed.
    pub what: Change,
    /// The conversation it happened to.
    pub conversation: Uuid,
    /// The participant it happened to, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant: Option<Uuid>,
    /// The leg it happened to, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub communication: Option<Uuid>,
    /// The message that was written, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Uuid>,
    /// The frame that a guest was sent, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frame: Option<Framed>,
    /// The request that caused it, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Cause>,
}

/// Who changed something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Actor {
    /// The guest.
    Guest,
    /// A human agent, in the agent's own program.
    Agent,
    /// The platform itself: a bot, a timer, or what follows from another change.
    World,
    /// A client of the API, written as its client id.
    #[serde(untagged)]
    Client(String),
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// A conversation began.
    ConversationStarted,
    /// The last open segment of a conversation ended.
    ConversationEnded,
    /// An ended conversation came back with the same id.
    ConversationReopened,
    /// A leg came up.
    LegConnected,
    /// A leg went down.
    LegEnded,
    /// An agent owes wrap-up from now on.
    WrapUpOwed,
    /// Wrap-up was settled.
    WrapUpDone,
    /// Somebody wrote.
    MessageWritten,
    /// An agent is being alerted.
    LegAlerting,
    /// A leg was set aside.
    LegParked,
    /// A parked leg was taken up again.
    LegResumed,
    /// A transfer began.
    TransferStarted,
    /// A transfer was done or given up.
    TransferEnded,
    /// Participant data changed.
    AttributesChanged,
    /// Whether after-call work will be owed changed, or something was noted for it.
    AfterCallWorkChanged,
    /// Both sides were warned that the inactivity timer has a minute left.
    InactivityWarned,
    /// The conversation service forgot the conversation; what was open stays open.
    RecordRemoved,
    /// A frame about the conversation was written to a guest's socket.
    FrameWritten,
}

/// A frame that was written to a guest's socket; the whole of it is at `/sandbox/frames`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framed {
    /// The guest's token.
    pub guest: Uuid,
    /// The socket's number.
    pub socket: u64,
    /// What it says: `text`, `presence-disconnect`, `session-read-only` and the like.
    pub kind: String,
}

/// The request that caused a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The correlation id of the answer.
    pub correlation_id: String,
    /// The user that the client acted for, where one had signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Uuid>,
}
