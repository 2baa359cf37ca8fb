//! Queues and bots as a scenario sets them up. Everything that it does not name stays usual.

use super::{Directory, FlowKind, InactivityAction};
use crate::sandbox::random::Random;
use crate::sandbox::scenario::{BotRule, QueueRule};
use serde::Deserialize;

/// What a bot does with its guests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct BotWays {
    /// Whether it answers what a guest writes.
    pub(in crate::sandbox) answers: bool,
    /// How long it keeps a guest, in milliseconds; absent: a while.
    pub(in crate::sandbox) keeps_ms: Option<u32>,
    pub(in crate::sandbox) then: Then,
}

/// What follows a bot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Then {
    /// A queue.
    #[default]
    Queue,
    /// The bot disconnects.
    Disconnect,
    /// Nothing: the bot keeps the guest.
    Stay,
}

impl Default for BotWays {
    fn default() -> Self {
        Self {
            answers: true,
            keeps_ms: None,
            then: Then::Queue,
        }
    }
}

impl Directory {
    /// Sets up the queues and bots that a scenario names, and founds those that are new.
    pub(super) fn set_up(&mut self, queues: &[QueueRule], bots: &[BotRule], random: &mut Random) {
        for rule in queues {
            let index = self.queue_named(Some(rule.name.get_ref()), random);
            let flow = rule.inactivity_flow.as_deref();
            let flow = flow.and_then(|name| {
                let flow = self.flow_named(Some(name), FlowKind::Inbound, random);
                flow.map(|flow| flow.id)
            });
            let Some(queue) = self.queues.get_mut(index) else {
                continue;
            };
            let action = match flow {
                Some(_) => InactivityAction::Flow,
                None => InactivityAction::Disconnect,
            };
            queue.inactivity = rule.inactivity.map(|span| (span.seconds(), action));
            queue.inactivity_flow = flow;
            queue.wrap_up_prompt = rule.wrap_up;
            queue.agents_answer = rule.answers;
            queue.agents_wrap_up = rule.wraps_up;
            if let Some(span) = rule.wrap_up_timeout {
                queue.wrap_up_timeout_ms = span.seconds().saturating_mul(1000);
            }
            if let Some(span) = rule.alerting {
                queue.alerting_seconds = span.seconds();
            }
        }
        for rule in bots {
            let id = self.flow_named(Some(rule.name.get_ref()), FlowKind::Bot, random);
            let id = id.map(|flow| flow.id);
            let mut flows = self.flows.iter_mut();
            if let Some(flow) = flows.find(|flow| Some(flow.id) == id) {
                flow.ways = BotWays {
                    answers: rule.answers,
                    keeps_ms: rule.keeps.map(|span| span.seconds().saturating_mul(1000)),
                    then: rule.then,
                };
            }
        }
    }
}
