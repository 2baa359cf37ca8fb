//! A run at the pure core that is led by hand: what its reads show, what its requests come to.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use unstick::domain::conversation::Purpose;
use unstick::domain::evidence::Evidence;
use unstick::domain::fact::{ItemEvent, RunEvent, RunFact, Settled};
use unstick::domain::failure::Failure;
use unstick::domain::ids::{ConversationId, RunId};
use unstick::domain::item::Timings;
use unstick::domain::kind::Kind;
use unstick::domain::plan::Plan;
use unstick::domain::roster::Ending;
use unstick::domain::run::machine::{Machine, Todo};
use unstick::domain::run::{Pace, Run, RunHeader};
use unstick::domain::step::{Action, Rung, Step};

use crate::journal_stage::{at, conversation, evidence, leg, observed, owing, plan, receipt};

/// A run whose items wait for one step.
pub(super) struct Bench {
    pub(super) machine: Machine,
    pub(super) now: Timestamp,
    /// What every read shows.
    pub(super) shown: Evidence,
    /// The service no longer mentions what is closed.
    pub(super) forgets: bool,
}

/// What shows that this step is the next, and the rung that allows it.
pub(super) fn due(step: Step) -> (Rung, Evidence) {
    match step {
        Step::Close => (Rung::Close, evidence(vec![leg(Purpose::Queue, 3)])),
        Step::WrapUp => (Rung::Close, owing()),
        Step::Teardown => (Rung::Teardown, evidence(vec![leg(Purpose::Agent, 1)])),
        _ => (Rung::Close, evidence(vec![leg(Purpose::Agent, 1)])),
    }
}

impl Bench {
    pub(super) fn of(step: Step, items: u128) -> Self {
        let (rung, shown) = due(step);
        Self::with(rung, &shown, items)
    }

    /// A run of so many items, all planned on this evidence.
    pub(super) fn with(rung: Rung, shown: &Evidence, items: u128) -> Self {
        let items = (1..=items).map(|number| (conversation(number), shown.clone()));
        Self::of_plan(plan(rung, items.collect()), shown)
    }

    /// The teardown of what is over in truth and open in analytics.
    pub(super) fn stray() -> Self {
        let shown = evidence(Vec::new());
        let mut plan = plan(Rung::Teardown, vec![(conversation(1), shown.clone())]);
        for item in &mut plan.items {
            item.kind = Kind::Desync;
        }
        Self::of_plan(plan, &shown)
    }

    pub(super) fn of_plan(plan: Plan, shown: &Evidence) -> Self {
        let header = RunHeader {
            id: RunId(1),
            plan: Arc::new(plan),
            operator: "pat".to_owned(),
            label: "TEST".to_owned(),
            note: None,
            api_url: "https://api.example.com".to_owned(),
            created: at(0),
        };
        let pace = Pace {
            canary: 0,
            max_parallel: 1,
        };
        let mut bench = Self {
            machine: Machine::new(Run::new(header, Timings::default()), pace),
            now: at(0),
            shown: shown.clone(),
            forgets: false,
        };
        bench.fold(RunEvent::Confirmed);
        bench
    }

    pub(super) fn fold(&mut self, event: RunEvent) {
        self.now += SignedDuration::from_millis(10);
        let fact = RunFact {
            at: self.now,
            event,
        };
        assert!(self.machine.fold(&fact), "it cannot follow: {fact:?}");
    }

    pub(super) fn item(&mut self, id: ConversationId, what: ItemEvent) {
        self.fold(RunEvent::Item {
            conversation: id,
            what,
        });
    }

    /// What is to be done next; waiting passes the time.
    pub(super) fn next(&mut self) -> Todo {
        loop {
            match self.machine.next(self.now) {
                Todo::Wait(Some(until)) => {
                    self.now = self.now.max(until) + SignedDuration::from_millis(1);
                }
                todo => return todo,
            }
        }
    }

    pub(super) fn see(&mut self, id: ConversationId) {
        let mut seen = observed(0, self.shown.clone());
        let planned = &self.machine.run().item(id).unwrap().plan.evidence;
        let closed = planned
            .legs
            .iter()
            .filter(|leg| !self.shown.legs.contains(leg));
        if let ItemEvent::Observed { read_at, aside, .. } = &mut seen {
            *read_at = self.now;
            if !self.forgets {
                aside.closed = closed.cloned().collect();
            }
            // Messages newer than the plan's, as the reading would tell them.
            let newest = [&self.shown.customer, &self.shown.agent];
            aside.written = newest.into_iter().flatten().cloned().collect();
        }
        self.item(id, seen);
    }

    /// Answers reads with what is shown, until something else is to be done.
    pub(super) fn read_on(&mut self) -> Todo {
        loop {
            match self.next() {
                Todo::Read { id, .. } => self.see(id),
                todo => return todo,
            }
        }
    }

    /// Goes on until something is sent.
    #[track_caller]
    pub(super) fn send(&mut self) -> (ConversationId, Action) {
        let todo = self.read_on();
        let Todo::Send {
            id,
            action,
            attempt,
            ..
        } = todo
        else {
            panic!("nothing is sent: {todo:?}")
        };
        self.item(
            id,
            ItemEvent::Intended {
                action: action.clone(),
                attempt,
            },
        );
        (id, action)
    }

    /// The request that waits for its answer.
    fn pending(&self, id: ConversationId) -> Option<Action> {
        let item = self.machine.run().item(id)?;
        item.pending().map(|sent| sent.action.clone())
    }

    pub(super) fn answer(&mut self, id: ConversationId, failure: &Failure) {
        let pending = self.pending(id);
        self.item(
            id,
            ItemEvent::answered(pending.as_ref(), Err(failure.clone())),
        );
    }

    pub(super) fn accept(&mut self, id: ConversationId) {
        let pending = self.pending(id);
        self.item(id, ItemEvent::answered(pending.as_ref(), Ok(receipt(202))));
    }

    /// Analytics knows of this end, or of none.
    pub(super) fn sought(&mut self, id: ConversationId, ended: Option<Timestamp>) {
        let known = Ending {
            asked_at: self.now,
            ended,
            receipt: receipt(200),
        };
        self.item(id, ItemEvent::sought(Ok(known)));
    }

    /// Goes on to the end of the run; fails when anything is sent.
    #[track_caller]
    pub(super) fn end_without_a_send(&mut self) -> Settled {
        let mut last = None;
        for _ in 0..100 {
            match self.read_on() {
                Todo::Record(event) => {
                    if let RunEvent::Item {
                        what: ItemEvent::Settled(settled),
                        ..
                    } = &event
                    {
                        last = Some(settled.clone());
                    }
                    self.fold(event);
                }
                Todo::SeekEnd(id) => self.sought(id, None),
                Todo::Finished => return last.expect("a final state"),
                todo => panic!("{todo:?}"),
            }
        }
        panic!("it does not end")
    }

    /// The next thing is that this is recorded.
    #[track_caller]
    pub(super) fn recorded(&mut self) -> RunEvent {
        match self.next() {
            Todo::Record(event) => {
                self.fold(event.clone());
                event
            }
            todo => panic!("nothing is recorded: {todo:?}"),
        }
    }

    #[track_caller]
    pub(super) fn recorded_as(&mut self, todo: Todo) {
        match todo {
            Todo::Record(event) => self.fold(event),
            todo => panic!("{todo:?}"),
        }
    }
}
