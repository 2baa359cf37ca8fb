//! When trouble of single items is trouble of the run: what pauses it, what halts it.

use super::Run;
use super::RunState;
use crate::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::rulings::{self, Case, ReadRuling, Rule, Streak, Then};
use crate::domain::text::Text;

/// The budget of a run for reads that fail, and what it costs and brings (`engine.md` I17).
pub(super) const RETRIES: u32 = 100;
const COST_OF_FAILURE: u32 = 5;
const COST_OF_TIMEOUT: u32 = 10;

/// Failures of the same case, with the same code of the service's, one after the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Alike {
    newest: Option<(Case, Option<Text>)>,
    count: u32,
}

impl Alike {
    /// Folds one more; it counts only where a row of them is trouble of the run.
    fn fold(&mut self, failure: Option<&Failure>, streak: impl Fn(&Rule) -> Option<Streak>) {
        let newest = failure
            .map(|failure| (Case::of(&failure.kind), failure.code.clone()))
            .filter(|(case, _)| streak(case.rule()).is_some());
        self.count = match &newest {
            Some(_) if newest == self.newest => self.count + 1,
            Some(_) => 1,
            None => 0,
        };
        self.newest = newest;
    }

    /// Halts the run when there are too many.
    fn halt(&self, streak: Option<Streak>, what: &str, failure: &Failure) -> Option<RunEvent> {
        let streak = streak.filter(|streak| self.count >= streak.times)?;
        Some(RunEvent::Halted {
            cause: streak.cause,
            why: format!(
                "{} {what} in a row came to the same: {}. Open one of the chats and look before going on",
                self.count,
                failure.words()
            ),
        })
    }
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
        if let Some(halted) = self.too_many_alike(what) {
            return Some(halted);
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
        self.refused_sends = Alike::default();
        self.failed_reads = Alike::default();
    }

    fn too_many_alike(&self, what: &ItemEvent) -> Option<RunEvent> {
        let rule = |failure: &Failure| Case::of(&failure.kind).rule();
        match what {
            ItemEvent::ReadFailed { failure } => {
                self.failed_reads
                    .halt(rule(failure).read_streak, "reads", failure)
            }
            ItemEvent::Answered {
                failure: Some(failure),
                ..
            } => self
                .refused_sends
                .halt(rule(failure).send_streak, "requests", failure),
            _ => None,
        }
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

    /// Folds what came of a request into the rows of failures alike. Reads count apart: one goes before every send.
    pub(super) fn count_alike(&mut self, what: &ItemEvent) {
        match what {
            ItemEvent::Answered { failure, .. } => self
                .refused_sends
                .fold(failure.as_ref(), |rule| rule.send_streak),
            ItemEvent::ReadFailed { failure } => self
                .failed_reads
                .fold(Some(failure), |rule| rule.read_streak),
            ItemEvent::Observed { .. } => self.failed_reads = Alike::default(),
            _ => {}
        }
    }

    fn ruling_of_last_send(&self, event: &RunEvent, failure: &Failure) -> Option<Then> {
        let RunEvent::Item { conversation, .. } = event else {
            return None;
        };
        let action = &self.item(*conversation)?.sends.last()?.action;
        Some(rulings::of_send(action, failure).then)
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
