//! What is known of a conversation beside the list and the read: facts of other sources that a diagnosis needs. Absent means not known.

use jiff::Timestamp;

use super::text::Text;

/// Facts of other sources about one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// When the newest request of ours to end it was accepted, as our own runs recorded it.
    pub accepted_at: Option<Timestamp>,
    /// Where the agent stands who is on it.
    pub agent: Option<AgentStanding>,
    /// Since when reads have answered that it is not there (404).
    pub missing_since: Option<Timestamp>,
}

/// An agent's presence and routing status, as read with the user's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentStanding {
    /// The user's id.
    pub user: Text,
    /// The system presence (`Available`, `Offline`, …), in the service's word.
    pub presence: Option<Text>,
    /// Since when.
    pub presence_since: Option<Timestamp>,
    /// The routing status (`OFF_QUEUE`, `IDLE`, …). `OFF_QUEUE` is also said of users that do not exist.
    pub routing: Option<Text>,
    /// When this was read, by this machine's clock.
    pub read_at: Timestamp,
}
