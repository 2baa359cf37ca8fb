//! A run: a confirmed plan being carried out, folded from its facts. Screen, journal and printed output all fold the same facts.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fact::{FinalState, HaltCause, ItemEvent, RunEvent, RunFact};
use super::failure::FailureKind;
use super::ids::{ConversationId, RunId};
use super::item::{Item, Timings};
use super::plan::Plan;
use super::rulings::{self, ReadRuling, Then};

/// Who runs it and why: recorded once, before anything else of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunHeader {
    /// Its number in this journal.
    pub id: RunId,
    /// The confirmed plan; the very value that the phrase was typed for.
    pub plan: Arc<Plan>,
    /// Who typed the phrase, by the system's user name.
    pub operator: String,
    /// The profile's label (PROD, STAGE, TEST, SANDBOX).
    pub label: String,
    /// Why, in the operator's words.
    pub note: Option<String>,
    /// The API base URL, so that a resume reaches the same place.
    pub api_url: String,
    /// When it was created.
    pub created: Timestamp,
}

/// Whether a run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunState {
    /// Not confirmed: nothing was or will be sent.
    Unconfirmed,
    /// Going on.
    Running,
    /// Nothing new until somebody resumes.
    Paused(String),
    /// The operator stopped it: what was begun is read to its end.
    Stopping(String),
    /// It cannot go on: what was begun is read once more.
    Halted(HaltCause, String),
    /// Every item is final.
    Finished,
}

/// How a run may spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Items that must go well one by one before others start.
    pub canary: usize,
    /// Conversations at a time.
    pub max_parallel: usize,
}

/// Counts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Planned.
    pub planned: usize,
    /// Final states, in the order of [`FinalState::ALL`].
    pub settled: [usize; 7],
    /// Begun and not final.
    pub running: usize,
    /// Not begun.
    pub waiting: usize,
    /// Final with an incident.
    pub incidents: usize,
    /// Requests sent for its items.
    pub requests: u32,
}

impl Tally {
    /// How many ended in this state.
    pub fn of(&self, state: FinalState) -> usize {
        FinalState::ALL
            .iter()
            .position(|other| *other == state)
            .map_or(0, |index| self.settled[index])
    }

    /// How many have any final state.
    pub fn finals(&self) -> usize {
        self.settled.iter().sum()
    }

    /// Everything that was asked for is true, and no incident happened.
    pub fn is_all_done(&self) -> bool {
        self.of(FinalState::Ended) + self.of(FinalState::EndedElsewhere) == self.planned
            && self.incidents == 0
    }
}

/// A run.
#[derive(Debug, Clone)]
pub struct Run {
    /// Who, why and what.
    pub header: RunHeader,
    /// Its items, in the plan's order.
    pub items: Vec<Item>,
    /// Whether it goes on.
    pub state: RunState,
    /// When the phrase was typed.
    pub confirmed: Option<Timestamp>,
    /// When it finished.
    pub finished: Option<Timestamp>,
    /// Why it was stopped or halted, kept after it has finished.
    pub cut_short: Option<RunState>,
    index: HashMap<ConversationId, usize>,
    timings: Timings,
    /// Final states in the order in which they came.
    finals: Vec<FinalState>,
    /// Requests in a row that did not reach the service.
    offline: u32,
}

impl Run {
    /// A run of which nothing has happened yet.
    pub fn new(header: RunHeader, timings: Timings) -> Self {
        let items: Vec<Item> = header.plan.items.iter().cloned().map(Item::new).collect();
        let index = items
            .iter()
            .enumerate()
            .map(|(index, item)| (item.plan.id, index))
            .collect();
        Self {
            header,
            items,
            state: RunState::Unconfirmed,
            confirmed: None,
            finished: None,
            cut_short: None,
            index,
            timings,
            finals: Vec::new(),
            offline: 0,
        }
    }

    /// Folds one fact. A fact that cannot follow changes nothing and answers `false`; the caller logs it.
    pub fn apply(&mut self, fact: &RunFact) -> bool {
        match &fact.event {
            RunEvent::Item { conversation, what } => {
                return self.apply_to_item(fact.at, *conversation, what);
            }
            RunEvent::Confirmed => {
                self.confirmed = Some(fact.at);
                self.state = RunState::Running;
            }
            RunEvent::Paused { why } => self.state = RunState::Paused(why.clone()),
            RunEvent::Resumed => {
                self.state = RunState::Running;
                self.offline = 0;
                self.items.iter_mut().for_each(|item| item.trouble = None);
            }
            RunEvent::Stopped { by } => self.cut(RunState::Stopping(by.clone())),
            RunEvent::Halted { cause, why } => self.cut(RunState::Halted(*cause, why.clone())),
            RunEvent::Recovered => {
                self.state = RunState::Running;
                self.finished = None;
                self.cut_short = None;
                self.offline = 0;
                for item in &mut self.items {
                    item.trouble = None;
                    if item
                        .settled
                        .as_ref()
                        .is_some_and(|(settled, _)| settled.state == FinalState::Unresolved)
                    {
                        item.look_again();
                    }
                }
            }
            RunEvent::Finished => {
                self.finished = Some(fact.at);
                self.state = RunState::Finished;
            }
        }
        true
    }

    fn cut(&mut self, state: RunState) {
        self.cut_short = Some(state.clone());
        self.state = state;
    }

    fn apply_to_item(
        &mut self,
        at: Timestamp,
        conversation: ConversationId,
        what: &ItemEvent,
    ) -> bool {
        let Some(item) = self
            .index
            .get(&conversation)
            .and_then(|index| self.items.get_mut(*index))
        else {
            return false;
        };
        let fits = item.apply(at, what, &self.timings);
        if fits {
            match what {
                ItemEvent::Settled(settled) => self.finals.push(settled.state),
                ItemEvent::Observed { .. } | ItemEvent::Answered { failure: None, .. } => {
                    self.offline = 0;
                }
                ItemEvent::ReadFailed { failure }
                | ItemEvent::Answered {
                    failure: Some(failure),
                    ..
                } => {
                    self.offline = if failure.kind == FailureKind::Unreachable {
                        self.offline + 1
                    } else {
                        0
                    };
                }
                ItemEvent::Intended { .. } => {}
            }
        }
        fits
    }

    /// The item of a conversation.
    pub fn item(&self, id: ConversationId) -> Option<&Item> {
        self.index.get(&id).and_then(|index| self.items.get(*index))
    }

    /// The waiting times it runs under.
    pub fn timings(&self) -> &Timings {
        &self.timings
    }

    /// What its items are decided in now.
    pub fn situation(&self, now: Timestamp) -> super::decide::Situation<'_> {
        super::decide::Situation {
            now,
            rung: self.header.plan.rung,
            wrap_up: self.header.plan.wrap_up.as_deref(),
            timings: &self.timings,
            is_stopping: matches!(self.state, RunState::Stopping(_) | RunState::Halted(..)),
            is_paused: matches!(self.state, RunState::Paused(_)),
        }
    }

    /// How many items may be under way at a time now: one while canaries are out, then all lanes. A held canary passes the turn.
    pub fn lanes(&self, pace: Pace) -> usize {
        let proven = self
            .finals
            .iter()
            .filter(|state| {
                matches!(
                    state,
                    FinalState::Ended | FinalState::EndedElsewhere | FinalState::WrapUpOwed
                )
            })
            .count();
        if proven < pace.canary {
            1
        } else {
            pace.max_parallel.max(1)
        }
    }

    /// What the facts so far demand of the run as a whole: a pause or a halt. Nothing while it is not running.
    pub fn consequence(&self, newest: &RunFact) -> Option<RunEvent> {
        let RunEvent::Item { what, .. } = &newest.event else {
            return None;
        };
        if self.state != RunState::Running {
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
        if let Some(failure) = pause {
            return Some(RunEvent::Paused {
                why: failure.words(),
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

    fn ruling_of_last_send(
        &self,
        event: &RunEvent,
        failure: &super::failure::Failure,
    ) -> Option<Then> {
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

    /// Counts.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally {
            planned: self.items.len(),
            ..Tally::default()
        };
        for item in &self.items {
            tally.requests += item.requests;
            match &item.settled {
                Some((settled, _)) => {
                    if let Some(index) = FinalState::ALL
                        .iter()
                        .position(|state| *state == settled.state)
                    {
                        tally.settled[index] += 1;
                    }
                    tally.incidents += usize::from(settled.incident.is_some());
                }
                None if item.is_begun() => tally.running += 1,
                None => tally.waiting += 1,
            }
        }
        tally
    }

    /// Items that still have no final state.
    pub fn open_items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.is_settled())
    }
}
