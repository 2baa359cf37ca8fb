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
    /// The flow that inactive conversations are sent to.
    pub(in crate::sandbox) inactivity_flow: Option<Uuid>,
    /// Whether the agents whom the sandbox plays answer, and settle what they owe.
    pub(in crate::sandbox) agents_answer: bool,
    pub(in crate::sandbox) agents_wrap_up: bool,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum WrapUpPrompt {
    #[default]
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
            inactivity_flow: None,
            agents_answer: true,
            agents_wrap_up: true,
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

    /// The word of `Participant.wrapupPrompt`.
    pub(in crate::sandbox) fn participant_word(self) -> &'static str {
        match self {
            Self::Optional => "optional",
            Self::Mandatory => "mandatory",
            Self::MandatoryTimeout => "timeout",
            Self::MandatoryForcedTimeout => "forcedTimeout",
            Self::AgentRequested => "agentRequested",
        }
    }

    /// Whether a code is owed without anybody asking for after-call work.
    pub(in crate::sandbox) fn requires(self) -> bool {
        matches!(
            self,
            Self::Mandatory | Self::MandatoryTimeout | Self::MandatoryForcedTimeout
        )
    }

    /// Whether the platform fills a code in when the time is up.
    pub(in crate::sandbox) fn is_timed(self) -> bool {
        matches!(self, Self::MandatoryTimeout | Self::MandatoryForcedTimeout)
    }
}
