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

pub use super::tally::{Pace, Tally};

pub mod machine;
mod trouble;

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
    /// How many of them prove that our requests do what they should.
    proven: usize,
    /// How many final states there were when it was last started or resumed: what led to a pause does not lead to the next.
    judged_from: usize,
    /// What is left of the budget for reads that fail.
    retries: u32,
    /// Requests in a row that did not reach the service.
    offline: u32,
    /// Sends in a row that came to the same.
    refused_sends: trouble::Alike,
    /// Reads in a row that failed alike.
    failed_reads: trouble::Alike,
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
            proven: 0,
            judged_from: 0,
            retries: trouble::RETRIES,
            offline: 0,
            refused_sends: trouble::Alike::default(),
            failed_reads: trouble::Alike::default(),
        }
    }

    /// Folds one fact. A fact that cannot follow changes nothing and answers `false`; the caller logs it.
    pub fn apply(&mut self, fact: &RunFact) -> bool {
        let is_over = self.finished.is_some();
        match &fact.event {
            RunEvent::Item { conversation, what } => {
                return self.apply_to_item(fact.at, *conversation, what);
            }
            // After its end a run is only ever taken up again: a stop that comes too late does not make it one that was cut short.
            event if is_over && *event != RunEvent::Recovered => return false,
            RunEvent::Confirmed => {
                self.confirmed = Some(fact.at);
                self.state = RunState::Running;
            }
            RunEvent::Paused { why } => self.state = RunState::Paused(why.clone()),
            RunEvent::Resumed => {
                self.state = RunState::Running;
                self.judge_anew();
                self.items.iter_mut().for_each(|item| item.trouble = None);
            }
            RunEvent::Stopped { by } => self.cut(RunState::Stopping(by.clone())),
            RunEvent::Halted { cause, why } => self.cut(RunState::Halted(*cause, why.clone())),
            RunEvent::Recovered => {
                self.state = RunState::Running;
                self.finished = None;
                self.cut_short = None;
                self.judge_anew();
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
        // The first reason stays: a stop said to a halted run does not unsay why it halted.
        self.cut_short.get_or_insert_with(|| state.clone());
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
                ItemEvent::Settled(settled) => {
                    self.finals.push(settled.state);
                    self.proven += usize::from(matches!(
                        settled.state,
                        FinalState::Ended | FinalState::WrapUpOwed
                    ));
                }
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
                ItemEvent::Intended { .. }
                | ItemEvent::EndSought { .. }
                | ItemEvent::Sighted(_)
                | ItemEvent::LateEffect { .. } => {}
            }
            self.count_alike(what);
            self.count_retries(what);
        }
        fits
    }

    /// The item of a conversation.
    pub fn item(&self, id: ConversationId) -> Option<&Item> {
        self.index.get(&id).and_then(|index| self.items.get(*index))
    }

    /// The place of a conversation in `items`.
    pub fn index_of(&self, id: ConversationId) -> Option<usize> {
        self.index.get(&id).copied()
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
            recipe: self.header.plan.recipe.recipe(),
            timings: &self.timings,
            is_told: false,
            is_stopping: matches!(self.state, RunState::Stopping(_) | RunState::Halted(..)),
            is_paused: matches!(self.state, RunState::Paused(_)),
        }
    }

    /// How many items may be under way at a time now: one while canaries are out, then all lanes. A held canary passes the turn, and so
    /// does one that somebody else had ended: neither proves that our requests do what they should.
    pub fn lanes(&self, pace: Pace) -> usize {
        if self.proven < pace.canary {
            1
        } else {
            pace.max_parallel.max(1)
        }
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

    /// A resume would find something to do: it did not come to its end, be it that only this is not on record yet, or something is
    /// unresolved and may be read again.
    pub fn has_more_to_do(&self) -> bool {
        self.finished.is_none() || self.tally().of(FinalState::Unresolved) > 0
    }

    /// Items that still have no final state.
    pub fn open_items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| !item.is_settled())
    }
}
