//! When trouble of single items is trouble of the run: what pauses it, what halts it.

use super::Run;
use super::RunState;
use crate::domain::fact::{FinalState, HaltCause, ItemEvent, RunEvent, RunFact};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::rulings::{self, ReadRuling, Then};
use crate::domain::text::Text;

/// The same refusal this often in a row is a wrong request, not a wrong conversation.
const SAME_REFUSALS: u32 = 3;

/// The budget of a run for reads that fail, and what it costs and brings (`engine.md` I17).
pub(super) const RETRIES: u32 = 100;
const COST_OF_FAILURE: u32 = 5;
const COST_OF_TIMEOUT: u32 = 10;

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
        if self.retries == 0 {
            return Some(RunEvent::Paused {
                why: "reads keep failing: the run's budget for trying again is spent".to_owned(),
            });
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

    /// What led to a pause was seen by whoever resumed the run: it does not lead to the next one.
    pub(super) fn judge_anew(&mut self) {
        self.judged_from = self.finals.len();
        self.retries = RETRIES;
        self.offline = 0;
    }

    /// Folds what a read does to the one budget of retries.
    pub(super) fn count_retries(&mut self, what: &ItemEvent) {
        match what {
            ItemEvent::ReadFailed { failure } if failure.kind == FailureKind::TimedOut => {
                self.retries = self.retries.saturating_sub(COST_OF_TIMEOUT);
            }
            ItemEvent::ReadFailed { failure } if rulings::of_read(failure) == ReadRuling::Retry => {
                self.retries = self.retries.saturating_sub(COST_OF_FAILURE);
            }
            ItemEvent::Observed { .. } => self.retries = (self.retries + 1).min(RETRIES),
            _ => {}
        }
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

    /// Since the start or the last resume: five bad ends in a row, three in ten of the last twenty, or more than a fifth of them held;
    /// and a first item that ended badly.
    fn too_much_trouble(&self) -> Option<RunEvent> {
        let is_bad =
            |state: &FinalState| matches!(state, FinalState::Unresolved | FinalState::Escalate);
        let finals = self.finals.get(self.judged_from..).unwrap_or_default();
        let streak = finals
            .iter()
            .rev()
            .take_while(|state| is_bad(state))
            .count();
        let recent = finals.rchunks(20).next().unwrap_or_default();
        let bad = recent.iter().filter(|state| is_bad(state)).count();
        let held = recent
            .iter()
            .filter(|state| **state == FinalState::Held)
            .count();
        let is_first = streak > 0 && streak == self.finals.len() && self.items.len() > 1;
        let why = if streak >= 5 {
            format!("the last {streak} chats could not be ended")
        } else if recent.len() == 20 && bad * 10 >= recent.len() * 3 {
            format!("{bad} of the last 20 chats could not be ended")
        } else if recent.len() == 20 && held * 5 > recent.len() {
            format!(
                "{held} of the last 20 chats were not as planned: stop and plan again, or go on"
            )
        } else if is_first {
            "the first chat could not be ended; look at it before going on".to_owned()
        } else {
            return None;
        };
        Some(RunEvent::Paused { why })
    }
}
