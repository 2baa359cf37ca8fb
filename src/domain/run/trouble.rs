//! When trouble of single items is trouble of the run: what pauses it, what halts it.

use super::Run;
use super::RunState;
use crate::domain::fact::{FinalState, HaltCause, ItemEvent, RunEvent, RunFact};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::rulings::{self, ReadRuling, Then};
use crate::domain::text::Text;

/// The same refusal this often in a row is a wrong request, not a wrong conversation.
const SAME_REFUSALS: u32 = 3;

/// An answer that says no to this very request.
fn is_refusal(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::Refused | FailureKind::Forbidden | FailureKind::Odd
    )
}

impl Run {
    /// What the facts so far demand of the run as a whole: a pause or a halt. What was in flight when it paused may still halt it;
    /// one that is stopping or halted is told nothing more.
    pub fn consequence(&self, newest: &RunFact) -> Option<RunEvent> {
        let RunEvent::Item { what, .. } = &newest.event else {
            return None;
        };
        let is_paused = matches!(self.state, RunState::Paused(_));
        if self.state != RunState::Running && !is_paused {
            return None;
        }
        let (pause, halt) = match what {
            ItemEvent::ReadFailed { failure } => match rulings::of_read(failure) {
                ReadRuling::Pause(_) => (Some(failure), None),
                ReadRuling::Halt(cause) => (None, Some((cause, failure))),
                _ => (None, None),
            },
            ItemEvent::Answered {
                failure: Some(failure),
                ..
            } => match self.ruling_of_last_send(&newest.event, failure) {
                Some(Then::Pause(_)) => (Some(failure), None),
                Some(Then::Halt(cause)) => (None, Some((cause, failure))),
                _ => (None, None),
            },
            _ => (None, None),
        };
        if let Some((cause, failure)) = halt {
            return Some(RunEvent::Halted {
                cause,
                why: failure.words(),
            });
        }
        if let Some(failure) = pause.filter(|_| !is_paused) {
            return Some(RunEvent::Paused {
                why: failure.words(),
            });
        }
        if self.refusals.1 >= SAME_REFUSALS {
            let code = self.refusals.0.as_ref().map_or("no code", Text::as_str);
            return Some(RunEvent::Halted {
                cause: HaltCause::Contract,
                why: format!(
                    "the service refused {SAME_REFUSALS} requests in a row in the same way ({code}). Open one of them and look before going on"
                ),
            });
        }
        if is_paused {
            return None;
        }
        if self.offline >= 3 {
            return Some(RunEvent::Paused {
                why: "offline: three requests in a row did not reach the service".to_owned(),
            });
        }
        matches!(what, ItemEvent::Settled(_))
            .then(|| self.too_much_trouble())
            .flatten()
    }

    /// Folds what an answer says about requests that are refused again and again.
    pub(super) fn count_refusals(&mut self, what: &ItemEvent) {
        match what {
            ItemEvent::Answered {
                failure: Some(failure),
                ..
            } if is_refusal(failure) => {
                let count = if self.refusals.0 == failure.code {
                    self.refusals.1 + 1
                } else {
                    1
                };
                self.refusals = (failure.code.clone(), count);
            }
            ItemEvent::Answered { .. } => self.refusals = (None, 0),
            _ => {}
        }
    }

    fn ruling_of_last_send(&self, event: &RunEvent, failure: &Failure) -> Option<Then> {
        let RunEvent::Item { conversation, .. } = event else {
            return None;
        };
        let step = self.item(*conversation)?.sends.last()?.action.step();
        Some(rulings::of_send(step, failure).then)
    }

    /// Five bad ends in a row, or three in ten of the last twenty; a first item that ended badly.
    fn too_much_trouble(&self) -> Option<RunEvent> {
        let is_bad =
            |state: &FinalState| matches!(state, FinalState::Unresolved | FinalState::Escalate);
        let streak = self
            .finals
            .iter()
            .rev()
            .take_while(|state| is_bad(state))
            .count();
        let recent: Vec<&FinalState> = self.finals.iter().rev().take(20).collect();
        let bad = recent.iter().filter(|state| is_bad(state)).count();
        let is_first = streak == self.finals.len() && streak > 0 && self.items.len() > 1;
        let why = if streak >= 5 {
            format!("the last {streak} chats could not be ended")
        } else if recent.len() == 20 && bad * 10 >= 30 * 2 {
            format!("{bad} of the last 20 chats could not be ended")
        } else if is_first {
            "the first chat could not be ended; look at it before going on".to_owned()
        } else {
            return None;
        };
        Some(RunEvent::Paused { why })
    }
}
