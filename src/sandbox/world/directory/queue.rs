//! A queue and how it is set up.

use super::Named;
use serde::Deserialize;
use uuid::Uuid;

/// One queue. Every agent is a member of every queue.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Queue {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) division: Uuid,
    /// How long nobody may write, and what happens then. Off by default, as on the platform.
    pub(in crate::sandbox) inactivity: Option<(u32, InactivityAction)>,
    pub(in crate::sandbox) wrap_up_prompt: WrapUpPrompt,
    /// How long after-call work may take, where the prompt has a limit.
    pub(in crate::sandbox) wrap_up_timeout_ms: u32,
    /// How long an agent is alerted.
    pub(in crate::sandbox) alerting_seconds: u32,
}

/// What happens when a queue's inactivity timer runs out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum InactivityAction {
    /// The conversation ends.
    Disconnect,
    /// It goes to a flow.
    Flow,
}

/// What an agent owes after a conversation of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum WrapUpPrompt {
    Optional,
    Mandatory,
    MandatoryTimeout,
    MandatoryForcedTimeout,
    AgentRequested,
}

impl Queue {
    pub(super) fn new(one: Named, division: Uuid) -> Self {
        Self {
            id: one.id,
            name: one.name,
            division,
            inactivity: None,
            wrap_up_prompt: WrapUpPrompt::Optional,
            wrap_up_timeout_ms: 60_000,
            alerting_seconds: 30,
        }
    }
}

impl WrapUpPrompt {
    /// The word of `AcwSettings.wrapupPrompt`.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Optional => "OPTIONAL",
            Self::Mandatory => "MANDATORY",
            Self::MandatoryTimeout => "MANDATORY_TIMEOUT",
            Self::MandatoryForcedTimeout => "MANDATORY_FORCED_TIMEOUT",
            Self::AgentRequested => "AGENT_REQUESTED",
        }
    }
}
