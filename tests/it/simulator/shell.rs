//! A shell for the machine in virtual time: a journal that is a list, a process that dies and is started again, an operator who pauses
//! and goes on, a laptop that sleeps, and the model of the service. One seed, one history.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::sync::Arc;

use jiff::SignedDuration;
use unstick::domain::evidence::Evidence;
use unstick::domain::fact::{ItemEvent, RunEvent, RunFact};
use unstick::domain::failure::{Failure, FailureKind, Receipt};
use unstick::domain::ids::{CommunicationId, ConversationId, RunId};
use unstick::domain::item::{Item, Timings};
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan, PlanItem, Scope};
use unstick::domain::roster::{Ending, Reading};
use unstick::domain::run::machine::{Machine, Todo, Wish};
use unstick::domain::run::{Pace, Run, RunHeader, RunState};
use unstick::domain::step::{Action, Rung};
use unstick::domain::watch::{is_loose, late_effect};

use super::faults::{self, Fate};
use super::service::{Arrival, BEGIN, Deed, Service, at};
use super::{Sabotage, Settings};
use crate::support::dice::Dice;

/// Evidence may be this old when a request leaves, in milliseconds.
const FRESH: i64 = 2000;

/// Something that is to happen.
#[derive(Debug)]
enum Event {
    /// A read reaches the service.
    Asked(Flight),
    /// A read's answer is back.
    Shown(Flight, Option<Box<Reading>>),
    /// What analytics says of an end is back.
    Told(Flight, Option<i64>),
    /// A request that changes something reaches the service.
    Ordered(Flight, Action),
    /// It takes effect.
    Applied(ConversationId, Action),
    /// Its answer is back.
    Answered(Flight),
    /// People do something.
    Deed(ConversationId, Deed),
    /// The operator presses a key.
    Operator,
    /// The operator sees that the run is paused.
    LookUp,
    /// The laptop sleeps this long.
    Sleep(i64),
    /// The process is killed.
    Kill,
    /// It is started again, and the run is resumed.
    Start,
}

/// One request on its way.
#[derive(Debug, Clone)]
struct Flight {
    id: ConversationId,
    /// The process that sent it; an answer to a dead one reaches nobody.
    process: u32,
    left: i64,
    fate: Fate,
}

/// What is counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) crashes: u64,
    pub(crate) facts: u64,
    pub(crate) reads: u64,
    pub(crate) sends: u64,
}

/// A simulation under way, and afterwards what it left.
pub(crate) struct World {
    pub(crate) service: Service,
    /// Every fact that was made durable.
    pub(crate) journal: Vec<RunFact>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) counts: Counts,
    pub(crate) run: Run,
    dice: Dice,
    settings: Settings,
    pace: Pace,
    header: RunHeader,
    /// The process that lives now; nothing between a kill and the next start.
    machine: Option<Machine>,
    process: u32,
    now: i64,
    asleep_until: i64,
    events: BinaryHeap<Reverse<(i64, u64, Boxed)>>,
    next_event: u64,
    planned: HashMap<ConversationId, HashSet<CommunicationId>>,
    patience: u32,
    /// The operator has been called.
    is_called: bool,
    /// Until when the console was open.
    pub(crate) watched_until: i64,
}

/// Events are ordered by time and number alone.
struct Boxed(Event);

impl PartialEq for Boxed {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for Boxed {}
impl PartialOrd for Boxed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Boxed {
    fn cmp(&self, _: &Self) -> std::cmp::Ordering {
        std::cmp::Ordering::Equal
    }
}

impl World {
    /// The organisation of a seed, and a plan over it.
    pub(crate) fn new(seed: u64, settings: Settings) -> Self {
        let mut dice = Dice::new(seed);
        let mut service = Service::new(&mut dice);
        let ids: Vec<ConversationId> = (0..settings.conversations)
            .map(|_| service.stage(&mut dice))
            .collect();
        let items = ids
            .iter()
            .map(|id| PlanItem {
                id: *id,
                kind: Kind::Orphan,
                read_at: at(BEGIN),
                evidence: Evidence::of(&service.show(*id)),
                deployment: None,
            })
            .collect();
        let scope = Scope {
            org_id: "org".to_owned(),
            api_host: "127.0.0.1".to_owned(),
            client_id: "client".to_owned(),
            profile: "sandbox".to_owned(),
        };
        let choices = Choices {
            rung: dice.of(&[Rung::Close, Rung::Close, Rung::Close, Rung::Legs]),
            wrap_up: dice.in_ten(5).then(|| "code".to_owned()),
            ..Choices::default()
        };
        let plan = Arc::new(Plan::freeze(&scope, &choices, at(BEGIN), items, Vec::new()));
        let header = RunHeader {
            id: RunId(1),
            plan: Arc::clone(&plan),
            operator: "tester".to_owned(),
            label: "SANDBOX".to_owned(),
            note: None,
            api_url: "http://127.0.0.1".to_owned(),
            created: at(BEGIN),
        };
        let pace = Pace {
            canary: usize::try_from(dice.below(4)).unwrap(),
            max_parallel: dice.of(&[1, 4, 4, 16, 64]).max(settings.least_parallel),
        };
        let planned = plan
            .items
            .iter()
            .map(|item| {
                let legs = item.evidence.legs.iter();
                (item.id, legs.map(|leg| leg.communication).collect())
            })
            .collect();
        let mut world = Self {
            service,
            journal: Vec::new(),
            counts: Counts::default(),
            run: Run::new(header.clone(), Timings::default()),
            dice,
            settings,
            pace,
            header,
            machine: None,
            process: 0,
            now: BEGIN + 1000,
            asleep_until: 0,
            events: BinaryHeap::new(),
            next_event: 0,
            planned,
            patience: 40,
            is_called: false,
            watched_until: 0,
            plan,
        };
        world.foresee(&ids);
        world
    }

    /// What people will do, whatever this program does.
    fn foresee(&mut self, ids: &[ConversationId]) {
        // About how long the run takes.
        let span = 20_000 + ids.len() as u64 * 5000 / self.pace.max_parallel as u64;
        for id in ids {
            let deed = match self.dice.below(1000) {
                0..50 => Deed::AgentJoins,
                50..100 => Deed::EndedElsewhere,
                100..130 => Deed::CustomerWrites,
                130..150 => Deed::Reborn,
                150..155 => Deed::CallJoins,
                155..165 => Deed::Vanishes,
                _ => continue,
            };
            let when = self.now + self.dice.ms(span);
            self.plan_event(when, Event::Deed(*id, deed));
        }
        for _ in 0..self.dice.below(4) {
            let when = self.now + self.dice.ms(span);
            self.plan_event(when, Event::Operator);
        }
        for _ in 0..self.dice.below(3) {
            let (when, sleep) = (self.now + self.dice.ms(span), self.dice.ms(90_000));
            self.plan_event(when, Event::Sleep(sleep));
        }
    }

    fn plan_event(&mut self, when: i64, event: Event) {
        self.next_event += 1;
        let entry = (when, self.next_event, Boxed(event));
        self.events.push(Reverse(entry));
    }

    /// Lives through it all, until the run is finished or nothing can happen any more.
    pub(crate) fn live(&mut self) {
        self.start();
        // Far more than any run needs; one that comes here hangs.
        let limit = 10_000 + self.settings.conversations as u64 * 2000;
        for _ in 0..limit {
            let wake = self.work();
            if self.run.finished.is_some() {
                self.machine = None;
                return self.watch();
            }
            let next = self.events.peek().map(|Reverse((when, ..))| *when);
            match (next, wake) {
                (Some(next), Some(wake)) if wake < next => self.now = wake,
                (Some(_), _) => {
                    let Some(Reverse((when, _, Boxed(event)))) = self.events.pop() else {
                        return;
                    };
                    self.now = self.now.max(when);
                    self.take(event);
                }
                (None, Some(wake)) => self.now = self.now.max(wake),
                (None, None) => return,
            }
        }
    }

    /// An open console looks at what the finished run has let go of, and records what it sees.
    fn watch(&mut self) {
        let finished = self.now;
        let loose = self.run.items.iter().filter(|item| is_loose(item));
        let mut loose: Vec<Item> = loose.cloned().collect();
        for wait in Timings::default().watch {
            let when = finished + i64::try_from(wait.as_millis()).unwrap();
            self.happen_until(when);
            loose.retain(|item| {
                let reading = Reading {
                    conversation: self.service.show(item.plan.id),
                    read_at: at(when),
                    arrived: at(when),
                    receipt: Receipt::default(),
                };
                let Some(incident) = late_effect(item, &reading) else {
                    return true;
                };
                let fact = RunFact {
                    at: at(when),
                    event: RunEvent::Item {
                        conversation: item.plan.id,
                        what: ItemEvent::LateEffect {
                            incident,
                            receipt: Receipt::default(),
                        },
                    },
                };
                assert!(self.run.apply(&fact), "cannot follow: {fact:?}");
                self.journal.push(fact);
                false
            });
        }
        self.watched_until = self.now;
    }

    /// The world goes on without the program.
    fn happen_until(&mut self, when: i64) {
        while self
            .events
            .peek()
            .is_some_and(|Reverse((at, ..))| *at <= when)
        {
            if let Some(Reverse((at, _, Boxed(event)))) = self.events.pop() {
                self.now = self.now.max(at);
                self.take(event);
            }
        }
        self.now = when;
    }

    /// The process does all that it can do now; answers when it wakes by itself.
    fn work(&mut self) -> Option<i64> {
        if self.now < self.asleep_until {
            return Some(self.asleep_until);
        }
        while let Some(machine) = &mut self.machine {
            match machine.next(at(self.now)) {
                Todo::Record(event) => {
                    self.record(event);
                }
                Todo::Read { id, .. } => {
                    self.counts.reads += 1;
                    let ills = self.settings.faults;
                    let fate = faults::of_read(&mut self.dice, ills);
                    let flight = self.flight(id, fate);
                    let when = flight.left + flight.fate.arrives.unwrap_or(0);
                    self.plan_event(when, Event::Asked(flight));
                }
                Todo::SeekEnd(id) => {
                    self.counts.reads += 1;
                    let fate = faults::of_read(&mut self.dice, self.settings.faults);
                    let flight = self.flight(id, fate);
                    let when = flight.left + flight.fate.answers;
                    let asked = flight.left + flight.fate.arrives.unwrap_or(0);
                    let ended = self.service.ended_by_analytics(asked, id);
                    self.plan_event(when, Event::Told(flight, ended));
                }
                Todo::Send {
                    id,
                    action,
                    attempt,
                    read_at,
                } => {
                    let intent = RunEvent::Item {
                        conversation: id,
                        what: ItemEvent::Intended {
                            action: action.clone(),
                            attempt,
                        },
                    };
                    if self.record(intent) {
                        self.send(id, action, read_at.as_millisecond());
                    }
                }
                Todo::Wait(until) => {
                    let is_paused = matches!(machine.run().state, RunState::Paused(_));
                    if is_paused && !self.is_called {
                        self.is_called = true;
                        let when = self.now + self.dice.ms(20_000);
                        self.plan_event(when, Event::LookUp);
                    }
                    return until.map(|until| until.as_millisecond() + 1);
                }
                Todo::Finished => {
                    self.run = machine.run().clone();
                    return None;
                }
            }
        }
        None
    }

    /// Where a request arrives, and what it is then: what was intended, but for sabotage.
    fn misled(&mut self, when: i64, flight: &Flight, action: Action) -> (Flight, Action) {
        let mut flight = flight.clone();
        if self.is_sabotaged(Sabotage::SendToAnother) {
            flight.id = self.plan.items.first().map_or(flight.id, |item| item.id);
        }
        if self.is_sabotaged(Sabotage::CloseInsteadOfLegs) {
            return (flight, Action::Close);
        }
        if self.is_sabotaged(Sabotage::SendTwice) {
            self.plan_event(when, Event::Ordered(flight.clone(), action.clone()));
        }
        (flight, action)
    }

    fn flight(&self, id: ConversationId, fate: Fate) -> Flight {
        Flight {
            id,
            process: self.process,
            left: self.now + fate.leaves,
            fate,
        }
    }

    fn send(&mut self, id: ConversationId, action: Action, read_at: i64) {
        let fate = faults::of_send(&mut self.dice, self.settings.faults);
        let mut flight = self.flight(id, fate);
        if flight.left - read_at > FRESH {
            flight.fate.failure = Some(FailureKind::GrewOld);
            return self.plan_event(flight.left, Event::Answered(flight));
        }
        self.counts.sends += 1;
        if let Some(arrives) = flight.fate.arrives {
            let when = flight.left + arrives;
            let (misled, action) = self.misled(when, &flight, action);
            self.plan_event(when, Event::Ordered(misled, action));
        }
        let when = flight.left + flight.fate.answers;
        self.plan_event(when, Event::Answered(flight));
    }

    /// Makes a fact durable and folds it; answers whether the process lived through it.
    fn record(&mut self, event: RunEvent) -> bool {
        let fact = RunFact {
            at: at(self.now),
            event,
        };
        if self.dice.in_thousand(self.settings.crashes) {
            // Before the commit, or right after it.
            if self.dice.in_ten(5) {
                self.keep(fact);
            }
            self.kill();
            return false;
        }
        let machine = self.machine.as_mut().unwrap();
        assert!(machine.fold(&fact), "a fact that cannot follow: {fact:?}");
        self.keep(fact);
        true
    }

    fn keep(&mut self, fact: RunFact) {
        self.counts.facts += 1;
        self.journal.push(fact);
    }

    /// A mistake that the machine does not make: the oracle must see it.
    fn is_sabotaged(&mut self, by: Sabotage) -> bool {
        self.settings.sabotage == Some(by) && self.dice.in_ten(1)
    }

    fn kill(&mut self) {
        if self.is_sabotaged(Sabotage::ForgetWhatWasKept) {
            let kept = self.journal.len().saturating_sub(3).max(1);
            self.journal.truncate(kept);
        }
        if self.machine.take().is_some() {
            self.counts.crashes += 1;
            let pause = match self.dice.below(200) {
                0 => 45 * 60_000,
                1..20 => 60_000,
                _ => self.dice.ms(5000),
            };
            self.plan_event(self.now + pause, Event::Start);
        }
    }

    /// Starts the process, with what the journal kept.
    fn start(&mut self) {
        let mut run = Run::new(self.header.clone(), Timings::default());
        for fact in &self.journal {
            assert!(run.apply(fact), "the journal does not fold: {fact:?}");
        }
        self.process += 1;
        self.run = run.clone();
        if run.finished.is_some() {
            return;
        }
        let mut first = vec![RunEvent::Recovered];
        let confirmed = run.confirmed;
        if confirmed.is_none() {
            first = vec![RunEvent::Confirmed];
        } else if confirmed
            .is_some_and(|then| at(self.now).duration_since(then) > SignedDuration::from_mins(30))
        {
            first.push(RunEvent::Stopped {
                by: "confirmed over 30 minutes ago: it is only read".to_owned(),
            });
        }
        self.machine = Some(Machine::new(run, self.pace));
        for event in first {
            if !self.record(event) {
                return;
            }
        }
    }

    fn is_alive(&self, flight: &Flight) -> bool {
        self.machine.is_some() && flight.process == self.process
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Asked(flight) => self.asked(flight),
            Event::Shown(flight, reading) => self.shown(&flight, reading),
            Event::Told(flight, ended) => self.told(&flight, ended),
            Event::Ordered(flight, action) => self.ordered(&flight, action),
            Event::Applied(id, action) => {
                let planned = &self.planned[&id];
                self.service
                    .apply(self.now, id, &action, |leg| planned.contains(&leg));
            }
            Event::Answered(flight) => self.answered(&flight),
            Event::Deed(id, deed) => self.service.happen(self.now, id, deed),
            Event::Operator => self.operator(),
            Event::LookUp => self.look_up(),
            Event::Sleep(long) => self.asleep_until = self.now + long,
            Event::Kill => self.kill(),
            Event::Start => self.start(),
        }
    }

    /// People like to come at the worst moment.
    fn tempt(&mut self, id: ConversationId, chances: u64) {
        if self.dice.in_thousand(chances) {
            let deed = self.dice.of(&[
                Deed::AgentJoins,
                Deed::AgentJoins,
                Deed::CustomerWrites,
                Deed::Reborn,
                Deed::EndedElsewhere,
            ]);
            let when = self.now + self.dice.ms(600);
            self.plan_event(when, Event::Deed(id, deed));
        }
        // A kill while something is in flight.
        if self.dice.in_thousand(self.settings.crashes) {
            let when = self.now + self.dice.ms(200);
            self.plan_event(when, Event::Kill);
        }
    }

    fn asked(&mut self, flight: Flight) {
        self.tempt(flight.id, 20);
        let mut flight = flight;
        if self.service.chat(flight.id).is_gone && flight.fate.failure.is_none() {
            flight.fate.failure = Some(FailureKind::NotFound);
        }
        let reading = flight.fate.failure.is_none().then(|| {
            Box::new(Reading {
                conversation: self.service.show(flight.id),
                read_at: at(flight.left),
                arrived: at(flight.left + flight.fate.answers),
                receipt: Receipt {
                    status: Some(200),
                    date: Some(at(self.now / 1000 * 1000)),
                    ..Receipt::default()
                },
            })
        });
        let when = flight.left + flight.fate.answers;
        self.plan_event(when.max(self.now), Event::Shown(flight, reading));
    }

    fn shown(&mut self, flight: &Flight, reading: Option<Box<Reading>>) {
        if let Some(flight) = self.delayed(flight) {
            return self.plan_event(self.asleep_until, Event::Shown(flight, reading));
        }
        if !self.is_alive(flight) {
            return;
        }
        let result = match (reading, &flight.fate.failure) {
            (Some(reading), _) => Ok(*reading),
            (None, kind) => Err(self.failure(kind.as_ref())),
        };
        let machine = self.machine.as_ref().unwrap();
        let mut event = machine.read_came(flight.id, &result);
        if self.settings.sabotage == Some(Sabotage::SeeNoLegs)
            && let RunEvent::Item {
                what:
                    ItemEvent::Observed {
                        evidence, aside, ..
                    },
                ..
            } = &mut event
            && self.dice.in_ten(3)
        {
            aside.closed.append(&mut evidence.legs);
        }
        if self.settings.sabotage == Some(Sabotage::SeeNoStrangers)
            && let RunEvent::Item {
                what: ItemEvent::Observed { aside, .. },
                ..
            } = &mut event
        {
            let planned = &self.planned[&flight.id];
            aside
                .closed
                .retain(|leg| planned.contains(&leg.communication));
            aside.written.clear();
        }
        self.record(event);
    }

    fn told(&mut self, flight: &Flight, ended: Option<i64>) {
        if let Some(flight) = self.delayed(flight) {
            return self.plan_event(self.asleep_until, Event::Told(flight, ended));
        }
        if !self.is_alive(flight) {
            return;
        }
        let result = match &flight.fate.failure {
            Some(kind) => Err(self.failure(Some(kind))),
            None => Ok(Ending {
                asked_at: at(self.now),
                ended: ended.map(at),
                receipt: Receipt::default(),
            }),
        };
        self.record(Machine::end_came(flight.id, result));
    }

    fn failure(&self, kind: Option<&FailureKind>) -> Failure {
        faults::failure(kind.cloned().unwrap_or(FailureKind::Broken), self.now)
    }

    /// A machine that sleeps hears nothing; the answer waits for it.
    fn delayed(&self, flight: &Flight) -> Option<Flight> {
        (self.now < self.asleep_until).then(|| flight.clone())
    }

    fn ordered(&mut self, flight: &Flight, action: Action) {
        self.tempt(flight.id, 10);
        self.service.arrivals.push(Arrival {
            conversation: flight.id,
            action: action.clone(),
            at: self.now,
        });
        if let Some(applies) = flight.fate.applies {
            self.plan_event(self.now + applies, Event::Applied(flight.id, action));
        }
    }

    fn answered(&mut self, flight: &Flight) {
        if let Some(flight) = self.delayed(flight) {
            return self.plan_event(self.asleep_until, Event::Answered(flight));
        }
        if !self.is_alive(flight) {
            return;
        }
        let result = match &flight.fate.failure {
            Some(kind) => Err(self.failure(Some(kind))),
            None => Ok(Receipt {
                status: Some(202),
                // The service's clock says when it answered, in whole seconds.
                date: Some(at((flight.left + flight.fate.answers) / 1000 * 1000)),
                ..Receipt::default()
            }),
        };
        let machine = self.machine.as_ref().unwrap();
        let event = machine.send_came(flight.id, result);
        self.record(event);
    }

    /// Somebody presses a key: pause, go on, or, rarely, stop.
    fn operator(&mut self) {
        let wish = match self.dice.below(20) {
            0 => Wish::Stop("operator".to_owned()),
            _ => Wish::Pause,
        };
        let Some(machine) = &self.machine else {
            return;
        };
        if let Some(event) = machine.wish(wish) {
            self.record(event);
        }
    }

    /// Whoever sees the run paused lets it go on some seconds later; who sees it too often stops it.
    fn look_up(&mut self) {
        self.is_called = false;
        let Some(machine) = &self.machine else {
            return;
        };
        if !matches!(machine.run().state, RunState::Paused(_)) {
            return;
        }
        let wish = if self.patience > 0 {
            self.patience -= 1;
            Wish::GoOn
        } else {
            Wish::Stop("operator".to_owned())
        };
        if let Some(event) = machine.wish(wish) {
            self.record(event);
        }
    }
}
