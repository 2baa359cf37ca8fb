//! Crash points: places around a commit where a build with debug assertions can be told to die, so that tests see what a killed
//! program leaves behind. `UNSTICK_CRASH_AT=after-intent` dies at the first, `after-intent:3` at the third. Release builds never look.

use crate::domain::fact::{ItemEvent, RunEvent};

/// Where to die, if anywhere.
#[derive(Debug, Default)]
pub(super) struct Crash {
    at: Option<String>,
    left: u32,
}

impl Crash {
    /// What the environment asks for.
    pub(super) fn from_environment() -> Self {
        if !cfg!(debug_assertions) {
            return Self::default();
        }
        std::env::var("UNSTICK_CRASH_AT")
            .map_or_else(|_| Self::default(), |text| Self::parse(&text))
    }

    fn parse(text: &str) -> Self {
        let (name, count) = text.split_once(':').unwrap_or((text, "1"));
        Self {
            at: Some(name.to_owned()),
            left: count.parse().unwrap_or(1),
        }
    }

    /// Passes a point: `before` or `after` the commit of this event.
    pub(super) fn pass(&mut self, moment: &str, event: &RunEvent) {
        let (Some(at), Some(point)) = (&self.at, point(event)) else {
            return;
        };
        if *at != format!("{moment}-{point}") {
            return;
        }
        self.left = self.left.saturating_sub(1);
        if self.left == 0 {
            std::process::abort();
        }
    }
}

fn point(event: &RunEvent) -> Option<&'static str> {
    match event {
        RunEvent::Confirmed => Some("confirm"),
        RunEvent::Item { what, .. } => match what {
            ItemEvent::Observed { .. } => Some("observation"),
            ItemEvent::Intended { .. } => Some("intent"),
            ItemEvent::Answered { .. } => Some("outcome"),
            ItemEvent::Settled(_) => Some("final"),
            ItemEvent::ReadFailed { .. } | ItemEvent::EndSought { .. } => None,
        },
        _ => None,
    }
}
