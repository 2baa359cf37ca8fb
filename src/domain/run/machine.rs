//! The machine that carries a run out: it folds facts and says what is to be done next. Pure: it has no clock, waits for nothing, sends
//! and records nothing. `engine/runs/driver.rs` is its shell over tokio; the simulator of the tests is another.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::{Pace, Run, RunState};
use crate::domain::decide::{self, Next, Situation};
use crate::domain::fact::{ItemEvent, RunEvent, RunFact};
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::recipe::Recipe;
use crate::domain::roster::{Ending, Reading};
use crate::domain::sighting::Event;
use crate::domain::step::Action;

/// Why a run is paused that somebody asked to pause.
pub const PAUSED_BY_OPERATOR: &str = "paused by the operator";

/// The same sighting is recorded anew after this long only: long enough to be few, short enough to hold without a gap.
const SIGHTED_AGAIN: SignedDuration = SignedDuration::from_secs(20);

/// What the shell is to do. It asks again after each, and folds every fact once it is durable.
#[derive(Debug, Clone, PartialEq)]
pub enum Todo {
    /// Record this, then fold it.
    Record(RunEvent),
    /// Read a conversation. The machine counts it as under way from here on.
    Read {
        /// Which.
        id: ConversationId,
        /// A request may follow it at once, and then needs its share of the rate kept ready.
        may_act: bool,
    },
    /// Ask analytics when a conversation ended that cannot be found. It counts as under way from here on.
    SeekEnd(ConversationId),
    /// Record the intent of this request, fold it, then send it.
    Send {
        /// For which conversation.
        id: ConversationId,
        /// What.
        action: Action,
        /// Which send at its target, from 1.
        attempt: u32,
        /// When the read was sent on which it rests.
        read_at: Timestamp,
    },
    /// Nothing before then, unless something comes back or somebody wishes something; nothing at all where no time is named.
    Wait(Option<Timestamp>),
    /// The run is finished, and recorded to be.
    Finished,
}

/// What the operator may wish of a run under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Pause it.
    Pause,
    /// Pause it for a reason that is nobody's wish.
    PauseFor(String),
    /// Go on after a pause.
    GoOn,
    /// Start nothing new.
    Stop(String),
}

/// A run under way.
#[derive(Debug, Clone)]
pub struct Machine {
    run: Run,
    pace: Pace,
    /// What must be recorded before anything else is done.
    owed: VecDeque<RunEvent>,
    /// Items that wait for a lane, in the plan's order: not begun, or to be read once more.
    fresh: VecDeque<usize>,
    /// Items that were begun and are not final; each holds a lane.
    begun: BTreeSet<usize>,
    /// Items whose read, or question to analytics, is under way. (A send under way is the item's own pending intent.)
    reading: BTreeSet<usize>,
    /// Items of which an event told since their newest read began. It is no fact: nothing but an earlier look follows from it.
    told: BTreeSet<usize>,
    /// Items to decide about now.
    look: BTreeSet<usize>,
    /// Items to decide about later.
    due: BinaryHeap<Reverse<(Timestamp, usize)>>,
}

impl Machine {
    /// A machine over a run as far as its facts go.
    pub fn new(run: Run, pace: Pace) -> Self {
        let mut machine = Self {
            run,
            pace,
            owed: VecDeque::new(),
            fresh: VecDeque::new(),
            begun: BTreeSet::new(),
            reading: BTreeSet::new(),
            told: BTreeSet::new(),
            look: BTreeSet::new(),
            due: BinaryHeap::new(),
        };
        machine.sort_out();
        machine
    }

    /// The run so far.
    pub fn run(&self) -> &Run {
        &self.run
    }

    /// Looks at every item anew.
    fn sort_out(&mut self) {
        self.fresh.clear();
        self.begun.clear();
        self.due.clear();
        let open = self.run.items.iter().enumerate();
        for (index, item) in open.filter(|(_, item)| !item.is_settled()) {
            if item.is_begun() && !item.is_read_only {
                self.begun.insert(index);
            } else {
                self.fresh.push_back(index);
            }
        }
        self.look.clone_from(&self.begun);
    }

    /// What is to be done next, at this time.
    pub fn next(&mut self, now: Timestamp) -> Todo {
        if let Some(event) = self.owed.pop_front() {
            return Todo::Record(event);
        }
        if self.run.finished.is_some() {
            return Todo::Finished;
        }
        if self.begun.is_empty() && self.fresh.is_empty() {
            return Todo::Record(RunEvent::Finished);
        }
        while let Some(Reverse((at, index))) = self.due.peek().copied() {
            if at > now {
                break;
            }
            self.due.pop();
            if self.begun.contains(&index) {
                self.look.insert(index);
            }
        }
        self.let_in();
        while let Some(index) = self.look.pop_first() {
            if let Some(todo) = self.decide(index, now) {
                return todo;
            }
        }
        Todo::Wait(self.due.peek().map(|Reverse((at, _))| *at))
    }

    /// Begins items while there are lanes. A run that is stopping settles what it never sent to at once, whatever the lanes.
    fn let_in(&mut self) {
        if matches!(self.run.state, RunState::Paused(_)) {
            return;
        }
        let is_ending = matches!(self.run.state, RunState::Stopping(_) | RunState::Halted(..));
        while let Some(index) = self.fresh.front().copied() {
            // What is only read proves nothing of our requests, so it neither waits for a canary nor is one.
            let is_read_only = self
                .run
                .items
                .get(index)
                .is_some_and(|item| item.is_read_only);
            let lanes = if is_read_only {
                self.pace.max_parallel.max(1)
            } else {
                self.run.lanes(self.pace)
            };
            if self.begun.len() >= lanes && (is_read_only || !is_ending) {
                return;
            }
            self.fresh.pop_front();
            self.begun.insert(index);
            self.look.insert(index);
        }
    }

    fn decide(&mut self, index: usize, now: Timestamp) -> Option<Todo> {
        if self.reading.contains(&index) {
            return None;
        }
        let item = self.run.items.get(index)?;
        let id = item.plan.id;
        let situation = Situation {
            is_told: self.told.contains(&index),
            ..self.run.situation(now)
        };
        match decide::next(item, &situation) {
            Next::Read => {
                let may_act = item.clear_since.is_none() && !situation.is_stopping;
                self.told.remove(&index);
                self.reading.insert(index);
                Some(Todo::Read { id, may_act })
            }
            Next::SeekEnd => {
                self.reading.insert(index);
                Some(Todo::SeekEnd(id))
            }
            Next::Send { action, attempt } => Some(Todo::Send {
                id,
                action,
                attempt,
                read_at: item.seen.as_ref().map_or(now, |seen| seen.read_at),
            }),
            Next::Settle(settled) => Some(Todo::Record(RunEvent::Item {
                conversation: id,
                what: ItemEvent::Settled(settled),
            })),
            Next::Wait { until, .. } => {
                self.due.push(Reverse((until, index)));
                None
            }
            Next::Idle => None,
        }
    }

    /// Folds a fact that is durable. One that cannot follow changes nothing and answers `false`.
    pub fn fold(&mut self, fact: &RunFact) -> bool {
        if !self.run.apply(fact) {
            return false;
        }
        match &fact.event {
            RunEvent::Item { conversation, what } => self.touch(*conversation, what),
            RunEvent::Recovered => {
                self.sort_out();
                self.owe_lost_answers();
            }
            RunEvent::Confirmed
            | RunEvent::Paused { .. }
            | RunEvent::Resumed
            | RunEvent::Stopped { .. }
            | RunEvent::Halted { .. }
            | RunEvent::Finished => self.look.extend(&self.begun),
        }
        self.owed.extend(self.run.consequence(fact));
        true
    }

    /// What was to be done for this conversation was not done; it is decided anew.
    pub fn look_again(&mut self, id: ConversationId) {
        let index = self.run.index_of(id);
        self.look
            .extend(index.filter(|index| self.begun.contains(index)));
    }

    /// An event told of this conversation: what waits for one is looked at sooner.
    pub fn told_of(&mut self, id: ConversationId) {
        let recipe = self.run.header.plan.recipe.recipe();
        if recipe.is_some_and(Recipe::waits_by_event) {
            self.told.extend(self.run.index_of(id));
            self.look_again(id);
        }
    }

    fn touch(&mut self, id: ConversationId, what: &ItemEvent) {
        let Some(index) = self.run.index_of(id) else {
            return;
        };
        match what {
            ItemEvent::Intended { .. } | ItemEvent::LateEffect { .. } => return,
            // A read may be under way, and an item that has not begun waits for its lane as before.
            ItemEvent::Sighted(_) => return self.look_again(id),
            ItemEvent::Settled(_) => {
                self.begun.remove(&index);
                self.look.remove(&index);
                return;
            }
            _ => self.reading.remove(&index),
        };
        self.look.insert(index);
    }

    /// Requests of a run that was cut off have no known outcome.
    fn owe_lost_answers(&mut self) {
        let lost = self
            .run
            .items
            .iter()
            .filter(|item| item.pending().is_some());
        let events: Vec<RunEvent> = lost
            .map(|item| RunEvent::Item {
                conversation: item.plan.id,
                what: Item::answer_lost(),
            })
            .collect();
        self.owed.extend(events);
    }

    /// What a wish comes to; nothing where it changes nothing.
    pub fn wish(&self, wish: Wish) -> Option<RunEvent> {
        if self.run.finished.is_some() {
            return None;
        }
        match wish {
            Wish::Pause => (self.run.state == RunState::Running).then(|| RunEvent::Paused {
                why: PAUSED_BY_OPERATOR.to_owned(),
            }),
            Wish::PauseFor(why) => {
                (self.run.state == RunState::Running).then_some(RunEvent::Paused { why })
            }
            Wish::GoOn => {
                matches!(self.run.state, RunState::Paused(_)).then_some(RunEvent::Resumed)
            }
            Wish::Stop(by) => Some(RunEvent::Stopped { by }),
        }
    }

    /// What a read brought back, as a fact.
    pub fn read_came(&self, id: ConversationId, result: &Result<Reading, Failure>) -> RunEvent {
        let what = match (result, self.run.item(id)) {
            (Ok(reading), Some(item)) => ItemEvent::observed(reading, &item.plan),
            (Ok(_), None) => ItemEvent::ReadFailed {
                failure: Failure::local(FailureKind::Unreadable, "it is not in the plan"),
            },
            (Err(failure), _) => ItemEvent::ReadFailed {
                failure: failure.clone(),
            },
        };
        RunEvent::Item {
            conversation: id,
            what,
        }
    }

    /// What an event shows of an item that is not final, as a fact, where it shows more than the plan: after a request too, as that may
    /// turn out not to have been applied, and another may follow it.
    pub fn saw(&self, event: &Event) -> Option<RunEvent> {
        let item = self.run.item(event.conversation)?;
        if self.run.finished.is_some() || item.is_settled() {
            return None;
        }
        let news = event.sighting.beyond(&item.plan.evidence)?;
        let mut known = item.sightings.iter();
        let is_known = known.any(|older| {
            older.is_same(&news) && news.heard.duration_since(older.heard) < SIGHTED_AGAIN
        });
        (!is_known).then_some(RunEvent::Item {
            conversation: event.conversation,
            what: ItemEvent::Sighted(news),
        })
    }

    /// What analytics said of a conversation's end, as a fact.
    pub fn end_came(id: ConversationId, result: Result<Ending, Failure>) -> RunEvent {
        RunEvent::Item {
            conversation: id,
            what: ItemEvent::sought(result),
        }
    }

    /// What became of the request under way for this conversation, as a fact.
    pub fn send_came(&self, id: ConversationId, result: Result<Receipt, Failure>) -> RunEvent {
        let pending = self.run.item(id).and_then(Item::pending);
        let action = pending.map(|sent| &sent.action);
        RunEvent::Item {
            conversation: id,
            what: ItemEvent::answered(action, result),
        }
    }
}
