//! Strings of events against the pure machine: what an answer may say, what people may do meanwhile, kills and wishes, one after the
//! other. Every send and every final state is checked on the way, against what was really shown and what is really true.

mod every;
mod three;

use std::sync::Arc;

use jiff::Timestamp;
use unstick::domain::conversation::{Conversation, Message, Purpose, Side, WrapUp};
use unstick::domain::decide::{MAX_NOT_APPLIED, MAX_SENDS};
use unstick::domain::evidence::Evidence;
use unstick::domain::fact::{Class, FinalState, ItemEvent, RunEvent, RunFact, Settled};
use unstick::domain::failure::{Failure, FailureKind, Receipt};
use unstick::domain::ids::{ConversationId, RunId};
use unstick::domain::item::{Item, Timings};
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan, PlanItem, Scope};
use unstick::domain::roster::{Ending, Reading};
use unstick::domain::run::machine::{Machine, Todo, Wish};
use unstick::domain::run::{Pace, Run, RunHeader, RunState};
use unstick::domain::step::{Action, Rung};

use crate::support::parties::{close, conversation, leg, party};

/// When every string begins, in milliseconds.
const BEGIN: i64 = 1_772_460_000_000;
/// How long an answer takes, and how long a slow one.
const QUICK: i64 = 100;
const SLOW: i64 = 3000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}

/// What a read comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadEnd {
    /// It shows what is true.
    Shown,
    /// It shows what is true, and takes longer than evidence may be old.
    ShownLate,
    Fails(Ill),
}

/// What a request comes to that is to change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SendEnd {
    Accepted,
    Fails(Ill),
}

/// Failures, one for each ruling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ill {
    Fault,
    TimedOut,
    Broken,
    Conflict,
    NotYourLeg,
    Refused,
    NotFound,
    SignInRefused,
    NotPermitted,
}

impl Ill {
    fn kind(self) -> FailureKind {
        match self {
            Self::Fault => FailureKind::ServiceFault,
            Self::TimedOut => FailureKind::TimedOut,
            Self::Broken => FailureKind::Broken,
            Self::Conflict => FailureKind::Conflict,
            Self::NotYourLeg => FailureKind::NotYourLeg,
            Self::Refused => FailureKind::Refused,
            Self::NotFound => FailureKind::NotFound,
            Self::SignInRefused => FailureKind::SignInRefused,
            Self::NotPermitted => FailureKind::NotPermitted {
                permissions: Vec::new(),
            },
        }
    }
}

/// What changes in the world before a read is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// Every request of ours that may take effect does.
    Effect,
    StrangerJoins,
    CustomerWrites,
    Reborn,
    EndedElsewhere,
}

/// What is true of one conversation, and what was shown of it.
#[derive(Debug, Clone)]
struct Scene {
    conversation: Conversation,
    planned: Evidence,
    /// Requests of ours that may yet take effect.
    loose: Vec<Action>,
    /// A request of ours closed a leg.
    closed_by_us: bool,
    /// The evidence of the newest read since the last send, and when it was sent.
    shown: Option<(Evidence, i64)>,
    /// When the first of the reads arrived that show no planned leg, one after the other.
    clear_since: Option<i64>,
    /// Analytics knew of its end.
    is_proven: bool,
    /// Strangers and messages so far.
    deeds: u32,
}

/// A request under way.
#[derive(Debug, Clone)]
enum Flight {
    Read(usize, i64),
    Send(usize, Action),
    Seek(usize),
}

/// The machine, the world, and the time.
#[derive(Debug, Clone)]
struct Stage {
    machine: Machine,
    pace: Pace,
    now: i64,
    scenes: Vec<Scene>,
    flights: Vec<Flight>,
    /// When the machine wakes by itself.
    wake: Option<i64>,
    journal: Vec<RunFact>,
}

/// Parties of a staged conversation: what for, and whether up.
type Shape = [(Purpose, bool)];

impl Stage {
    /// A confirmed run over conversations of these shapes.
    fn new(shapes: &[&Shape], rung: Rung, wrap_up: Option<&str>, pace: Pace) -> Self {
        let scenes: Vec<Scene> = shapes
            .iter()
            .enumerate()
            .map(|(index, shape)| Scene::new(index, shape))
            .collect();
        let items = scenes
            .iter()
            .map(|scene| PlanItem {
                id: scene.conversation.id,
                kind: Kind::Orphan,
                read_at: at(BEGIN),
                evidence: scene.planned.clone(),
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
            rung,
            wrap_up: wrap_up.map(str::to_owned),
            ..Choices::default()
        };
        let header = RunHeader {
            id: RunId(1),
            plan: Arc::new(Plan::freeze(&scope, &choices, at(BEGIN), items, Vec::new())),
            operator: "tester".to_owned(),
            label: "SANDBOX".to_owned(),
            note: None,
            api_url: "http://127.0.0.1".to_owned(),
            created: at(BEGIN),
        };
        let run = Run::new(header, Timings::default());
        let mut stage = Self {
            machine: Machine::new(run, pace),
            pace,
            now: BEGIN + 1000,
            scenes,
            flights: Vec::new(),
            wake: None,
            journal: Vec::new(),
        };
        stage.record(RunEvent::Confirmed);
        stage.work();
        stage
    }

    fn run(&self) -> &Run {
        self.machine.run()
    }

    fn is_finished(&self) -> bool {
        self.run().finished.is_some()
    }

    fn is_paused(&self) -> bool {
        matches!(self.run().state, RunState::Paused(_))
    }

    fn record(&mut self, event: RunEvent) {
        let fact = RunFact {
            at: at(self.now),
            event,
        };
        assert!(self.machine.fold(&fact), "cannot follow: {fact:?}");
        self.journal.push(fact);
    }

    fn index(&self, id: ConversationId) -> usize {
        self.run().index_of(id).unwrap()
    }

    /// The machine does what it can do now. Everything that it does is checked.
    fn work(&mut self) {
        loop {
            match self.machine.next(at(self.now)) {
                Todo::Record(event) => {
                    if let RunEvent::Item {
                        conversation,
                        what: ItemEvent::Settled(settled),
                    } = &event
                    {
                        let index = self.index(*conversation);
                        self.check_final(index, settled);
                    }
                    self.record(event);
                }
                Todo::Read { id, .. } => {
                    let flight = Flight::Read(self.index(id), self.now);
                    self.flights.push(flight);
                }
                Todo::SeekEnd(id) => {
                    let flight = Flight::Seek(self.index(id));
                    self.flights.push(flight);
                }
                Todo::Send {
                    id,
                    action,
                    attempt,
                    read_at,
                } => {
                    let index = self.index(id);
                    self.check_send(index, &action, read_at);
                    self.record(RunEvent::Item {
                        conversation: id,
                        what: ItemEvent::Intended {
                            action: action.clone(),
                            attempt,
                        },
                    });
                    self.scenes[index].shown = None;
                    self.scenes[index].clear_since = None;
                    self.flights.push(Flight::Send(index, action));
                }
                Todo::Wait(until) => {
                    self.wake = until.map(|until| until.as_millisecond() + 1);
                    return;
                }
                Todo::Finished => return,
            }
        }
    }

    /// Time passes until the machine wakes, where nothing is under way.
    fn pass_time(&mut self) -> bool {
        let Some(wake) = self.wake.filter(|_| self.flights.is_empty()) else {
            return false;
        };
        self.now = self.now.max(wake);
        self.work();
        true
    }

    /// I3, I4, I6, I7, I8, I19, I28: what a request rests on.
    fn check_send(&self, index: usize, action: &Action, read_at: Timestamp) {
        let scene = &self.scenes[index];
        let item = &self.run().items[index];
        assert_eq!(
            self.run().state,
            RunState::Running,
            "sent while not running"
        );
        assert!(item.settled.is_none(), "sent after its end");
        let Some((shown, sent)) = &scene.shown else {
            panic!("sent without a read since the last request: {action:?}");
        };
        assert_eq!(at(*sent), read_at, "it rests on another read");
        assert!(
            self.now - sent <= 2000,
            "evidence {} ms old",
            self.now - sent
        );
        if item.has_acted() {
            assert!(scene.planned.news_in(shown).is_none(), "news: {shown:?}");
        } else {
            assert_eq!(&scene.planned, shown, "not as planned");
        }
        let (applied, refused) = item.sends_at(action);
        assert!(applied < MAX_SENDS && refused < MAX_NOT_APPLIED);
        let rung = self.run().header.plan.rung;
        match action {
            Action::Legs { participant } => {
                assert!(item.plan.leg_targets().contains(participant));
                let mut open = shown.message_legs();
                assert!(open.any(|leg| leg.participant == *participant));
            }
            Action::Recipe(sending) => panic!("{sending:?}"),
            Action::Close => {
                assert_eq!(rung, Rung::Close);
                assert!(!shown.is_clear());
            }
            Action::WrapUp { .. } => assert!(rung == Rung::Close && shown.is_clear()),
            Action::Teardown => assert_eq!(rung, Rung::Teardown),
        }
    }

    /// I9, I10, I11, I12: what a final state rests on.
    fn check_final(&self, index: usize, settled: &Settled) {
        let scene = &self.scenes[index];
        let item = &self.run().items[index];
        assert!(item.settled.is_none(), "two final states");
        let mut open = scene.conversation.open_legs();
        let is_open = open.any(|(_, leg)| {
            let mut planned = scene.planned.message_legs();
            planned.any(|known| known.communication == leg.id)
        });
        let is_over = settled.state.is_done() || settled.state == FinalState::WrapUpOwed;
        if is_over {
            assert!(!is_open, "a leg of the plan is open: {settled:?}");
            let apart = scene.shown.as_ref().zip(scene.clear_since);
            let is_seen_twice = apart.is_some_and(|((_, read), first)| read - first >= 2000);
            assert!(
                is_seen_twice || scene.is_proven,
                "not two reads apart: {settled:?}"
            );
        }
        match settled.state {
            FinalState::Ended => assert!(item.has_acted(), "nothing of ours ended it"),
            FinalState::EndedElsewhere => {
                assert!(!item.has_acted() && !scene.closed_by_us, "it was ours");
            }
            FinalState::Cancelled => assert!(item.sends.is_empty(), "something was sent"),
            _ => {}
        }
    }

    /// People do something, or a request takes effect.
    fn happen(&mut self, index: usize, deed: Deed) {
        let now = self.now;
        self.scenes[index].happen(now, deed);
    }

    /// What is under way lands.
    fn land_read(&mut self, flight: usize, end: ReadEnd) {
        let Flight::Read(index, read_at) = self.flights.remove(flight) else {
            panic!("no read");
        };
        self.now += if end == ReadEnd::ShownLate {
            SLOW
        } else {
            QUICK
        };
        let scene = &mut self.scenes[index];
        let result = if let ReadEnd::Fails(ill) = end {
            Err(failure(ill, self.now))
        } else {
            let conversation = scene.conversation.clone();
            let evidence = Evidence::of(&conversation);
            let is_clear = !scene.planned.message_legs().any(|leg| {
                let mut open = evidence.message_legs();
                open.any(|other| other.is_same_communication(leg))
            });
            scene.clear_since = is_clear.then(|| scene.clear_since.unwrap_or(self.now));
            scene.shown = Some((evidence, read_at));
            Ok(Reading {
                conversation,
                read_at: at(read_at),
                arrived: at(self.now),
                receipt: receipt(200, self.now),
            })
        };
        let event = self.machine.read_came(self.scenes[index].id(), &result);
        self.record(event);
        self.work();
    }

    fn land_send(&mut self, flight: usize, end: SendEnd) {
        let Flight::Send(index, action) = self.flights.remove(flight) else {
            panic!("no request");
        };
        self.now += QUICK;
        let id = self.scenes[index].id();
        let result = match end {
            SendEnd::Accepted => Ok(receipt(202, self.now)),
            SendEnd::Fails(ill) => Err(failure(ill, self.now)),
        };
        let may_apply = matches!(
            end,
            SendEnd::Accepted | SendEnd::Fails(Ill::TimedOut | Ill::Broken | Ill::Fault)
        );
        if may_apply {
            self.scenes[index].loose.push(action);
        }
        let event = self.machine.send_came(id, result);
        self.record(event);
        self.work();
    }

    fn land_seek(&mut self, flight: usize, is_told: bool) {
        let Flight::Seek(index) = self.flights.remove(flight) else {
            panic!("no question");
        };
        self.now += QUICK;
        let scene = &mut self.scenes[index];
        let ended = scene.conversation.ended.filter(|_| is_told);
        scene.is_proven |= ended.is_some();
        let ending = Ending {
            asked_at: at(self.now),
            ended,
            receipt: receipt(200, self.now),
        };
        let event = Machine::end_came(self.scenes[index].id(), Ok(ending));
        self.record(event);
        self.work();
    }

    /// The process is killed and started again at once; what is under way is lost, and may yet take effect.
    fn kill(&mut self) {
        for flight in std::mem::take(&mut self.flights) {
            if let Flight::Send(index, action) = flight {
                self.scenes[index].loose.push(action);
            }
        }
        for scene in &mut self.scenes {
            // An unresolved item may be read anew; what was shown before does not count for what is sent.
            scene.shown = None;
        }
        let mut run = Run::new(self.run().header.clone(), Timings::default());
        for fact in &self.journal {
            assert!(run.apply(fact), "the journal does not fold: {fact:?}");
        }
        self.machine = Machine::new(run, self.pace);
        self.now += QUICK;
        self.record(RunEvent::Recovered);
        for (scene, item) in self.scenes.iter_mut().zip(&self.machine.run().items) {
            scene.clear_since = item.clear_since.map(Timestamp::as_millisecond);
            let seen = item.seen.as_ref();
            scene.shown = seen.map(|seen| (seen.evidence.clone(), seen.read_at.as_millisecond()));
        }
        self.work();
    }

    fn wish(&mut self, wish: Wish) {
        if let Some(event) = self.machine.wish(wish) {
            self.record(event);
        }
        self.work();
    }

    /// From here on nothing goes wrong any more: the run comes to its end.
    fn calm_down(mut self) {
        for _ in 0..400 {
            if self.is_finished() {
                let open = self.run().items.iter().filter(|item| !item.is_settled());
                assert_eq!(open.count(), 0, "finished with open items");
                return;
            }
            if self.is_paused() {
                self.wish(Wish::GoOn);
                continue;
            }
            match self.flights.first() {
                Some(Flight::Read(index, _)) => {
                    let index = *index;
                    self.happen(index, Deed::Effect);
                    self.land_read(0, ReadEnd::Shown);
                }
                Some(Flight::Send(..)) => self.land_send(0, SendEnd::Accepted),
                Some(Flight::Seek(..)) => self.land_seek(0, true),
                None => assert!(self.pass_time(), "it hangs: {:?}", self.run().state),
            }
        }
        panic!("it never ends: {:?}", self.run().items);
    }
}

impl Scene {
    fn new(index: usize, shape: &Shape) -> Self {
        let bits = u128::try_from(index + 1).unwrap();
        let started = BEGIN - 6 * 3_600_000;
        let participants = shape
            .iter()
            .zip(1..)
            .map(|((purpose, is_open), key)| {
                party(bits << 32 | key, purpose, *is_open, at(started))
            })
            .collect();
        let id = ConversationId::from_u128(bits << 64);
        let conversation = conversation(id, at(started), participants);
        Self {
            planned: Evidence::of(&conversation),
            conversation,
            loose: Vec::new(),
            closed_by_us: false,
            shown: None,
            clear_since: None,
            is_proven: false,
            deeds: 0,
        }
    }

    fn id(&self) -> ConversationId {
        self.conversation.id
    }

    fn happen(&mut self, now: i64, deed: Deed) {
        self.deeds += u32::from(deed != Deed::Effect);
        let key = u128::from(self.deeds) + 50;
        let conversation = &mut self.conversation;
        match deed {
            Deed::Effect => {
                for action in std::mem::take(&mut self.loose) {
                    let closed = match action {
                        Action::Legs { participant } => {
                            close(conversation, at(now), false, |party, _| {
                                party.id == participant
                            })
                        }
                        Action::Recipe(sending) => panic!("{sending:?}"),
                        Action::Close | Action::Teardown => {
                            close(conversation, at(now), false, |_, _| true)
                        }
                        Action::WrapUp { participant, .. } => {
                            let parties = &mut conversation.participants;
                            let owing = parties.iter_mut().find(|party| party.id == participant);
                            owing.unwrap().wrap_up = WrapUp::NotOwed;
                            Vec::new()
                        }
                    };
                    self.closed_by_us |= !closed.is_empty();
                }
            }
            Deed::StrangerJoins => {
                let bits = conversation.id.as_u128() >> 32;
                let stranger = party(bits | key, &Purpose::Agent, true, at(now));
                conversation.participants.push(stranger);
            }
            Deed::CustomerWrites => conversation.messages.push(Message {
                id: format!("m{key}").as_str().into(),
                at: at(now),
                from: Side::Customer,
            }),
            Deed::Reborn => {
                close(conversation, at(now), false, |party, _| {
                    party.purpose.is_customer()
                });
                let parties = &mut conversation.participants;
                let customer = parties.iter_mut().find(|party| party.purpose.is_customer());
                customer.unwrap().legs.push(leg(key, true, at(now)));
            }
            Deed::EndedElsewhere => {
                close(conversation, at(now), false, |_, _| true);
            }
        }
        let is_open = conversation.open_legs().next().is_some();
        conversation.ended = (!is_open).then_some(conversation.ended.unwrap_or(at(now)));
    }
}

fn receipt(status: u16, now: i64) -> Receipt {
    Receipt {
        status: Some(status),
        date: Some(at(now)),
        ..Receipt::default()
    }
}

fn failure(ill: Ill, now: i64) -> Failure {
    let mut failure = Failure::local(ill.kind(), "as staged");
    if !matches!(ill, Ill::TimedOut | Ill::Broken) {
        failure.receipt = receipt(500, now);
    }
    failure
}

/// What is left of an item to decide by. What only the screen shows is left out, and of requests that later ones have overtaken all but
/// what counts them.
fn essence(item: &Item, now: i64) -> Item {
    let mut item = item.clone();
    item.requests = 0;
    item.last_seen = None;
    item.span = item.span.map(|_| (at(0), at(0)));
    item.quiet_until = item.quiet_until.filter(|until| *until > at(now));
    let last = item.sends.len().saturating_sub(1);
    let effective = item.sends.iter().rposition(|sent| {
        let answer = sent.answer.as_ref();
        answer.is_none_or(|answer| answer.class != Class::NotApplied)
    });
    for (place, sent) in item.sends.iter_mut().enumerate() {
        sent.at = at(0);
        let counts_only = place != last && Some(place) != effective;
        if let Some(answer) = sent.answer.as_mut().filter(|_| counts_only) {
            answer.at = at(0);
            answer.receipt = Receipt::default();
            answer.failure = None;
        }
    }
    if let Some(seen) = &mut item.seen {
        seen.receipt = Receipt::default();
    }
    if let Some(trouble) = &mut item.trouble {
        trouble.failure.receipt = Receipt::default();
    }
    item
}

/// What is left of a scene to go on by.
fn essence_of_scene(scene: &Scene) -> Scene {
    let mut scene = scene.clone();
    let conversation = &mut scene.conversation;
    conversation.ended = conversation.ended.map(|_| at(0));
    for party in &mut conversation.participants {
        for leg in &mut party.legs {
            leg.ended = None;
        }
    }
    scene
}
