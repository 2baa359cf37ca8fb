//! After-call work: what an agent owes once a leg is down, and what it was settled with.

pub(in crate::sandbox) use super::directory::WrapUpPrompt as Prompt;

use super::directory::Queue;
use jiff::Timestamp;

/// After-call work of an agent.
#[derive(Clone, Debug, Default)]
pub(in crate::sandbox) struct WrapUp {
    /// The conversation stays open until it is settled.
    pub(in crate::sandbox) required: bool,
    pub(in crate::sandbox) prompt: Prompt,
    /// It ends by itself so many milliseconds after it began; 0: never.
    pub(in crate::sandbox) timeout_ms: u32,
    pub(in crate::sandbox) started: Option<Timestamp>,
    pub(in crate::sandbox) ended: Option<Timestamp>,
    pub(in crate::sandbox) skipped: bool,
    pub(in crate::sandbox) code: Option<Box<ChosenCode>>,
    /// Noted, and not settled yet.
    pub(in crate::sandbox) provisional: Option<Box<ChosenCode>>,
}

/// The code that a wrap-up was settled with.
#[derive(Clone, Debug, Default)]
pub(in crate::sandbox) struct ChosenCode {
    /// Empty where only notes were saved.
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) notes: Option<String>,
    pub(in crate::sandbox) tags: Vec<String>,
    pub(in crate::sandbox) duration_seconds: Option<i64>,
}

impl WrapUp {
    /// What a queue's agents owe.
    pub(in crate::sandbox) fn asked_by(queue: &Queue) -> Self {
        let prompt = queue.wrap_up_prompt;
        let timed = prompt.is_timed();
        Self {
            required: prompt.requires(),
            prompt,
            timeout_ms: if timed { queue.wrap_up_timeout_ms } else { 0 },
            ..Self::default()
        }
    }

    pub(in crate::sandbox) fn is_owed(&self) -> bool {
        self.required && self.started.is_some() && self.ended.is_none()
    }

    /// Nothing that anybody sends ends it; only its time does.
    pub(in crate::sandbox) fn runs_its_time(&self) -> bool {
        self.prompt == Prompt::MandatoryForcedTimeout && self.timeout_ms > 0
    }
}
