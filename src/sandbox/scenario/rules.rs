//! `[[queue]]` and `[[bot]]`: what a queue or a bot does by itself.

use super::Span;
use crate::sandbox::world::directory::{Then, WrapUpPrompt};
use serde::Deserialize;
use toml::Spanned;

/// One `[[queue]]`. Everything but the name may be left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct QueueRule {
    pub(in crate::sandbox) name: Spanned<String>,
    /// How long nobody writes before its conversations are ended or sent on. Off where absent, as on
    /// the platform.
    pub(in crate::sandbox) inactivity: Option<Span>,
    /// The flow they are sent to instead of being disconnected.
    pub(in crate::sandbox) inactivity_flow: Option<String>,
    /// How long an agent is alerted.
    pub(in crate::sandbox) alerting: Option<Span>,
    /// Whether its agents answer.
    #[serde(default = "yes")]
    pub(in crate::sandbox) answers: bool,
    /// How its agents are asked for a wrap-up code.
    #[serde(default)]
    pub(in crate::sandbox) wrap_up: WrapUpPrompt,
    /// How long they have where the prompt has a limit.
    pub(in crate::sandbox) wrap_up_timeout: Option<Span>,
    /// Whether they settle what they owe.
    #[serde(default = "yes")]
    pub(in crate::sandbox) wraps_up: bool,
}

/// One `[[bot]]`. Everything but the name may be left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct BotRule {
    pub(in crate::sandbox) name: Spanned<String>,
    /// Whether it answers what a guest writes.
    #[serde(default = "yes")]
    pub(in crate::sandbox) answers: bool,
    /// How long it keeps a guest.
    pub(in crate::sandbox) keeps: Option<Span>,
    /// What follows it.
    #[serde(default)]
    pub(in crate::sandbox) then: Then,
}

fn yes() -> bool {
    true
}
