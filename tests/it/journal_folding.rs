//! Whatever the domain decides on a service that behaves as it likes, the journal takes; and what is folded from it is the live run.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use unstick::domain::conversation::{Message, Purpose, Side};
use unstick::domain::decide::{self, Next};
use unstick::domain::evidence::{Evidence, OwedWrapUp};
use unstick::domain::fact::{Class, ItemEvent, RunEvent, RunFact};
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::ids::ConversationId;
use unstick::domain::item::{Item, Timings};
use unstick::domain::moment::after;
use unstick::domain::rulings;
use unstick::domain::run::{Pace, Run, RunState};
use unstick::domain::step::{Action, Rung};
use unstick::engine::ports::Recorder;
use unstick::journal::Journal;

use super::journal_stage::*;

/// Chance, from bytes; when they run out everything goes well, so that every run ends.
struct Dice(std::vec::IntoIter<u8>);

impl Dice {
    fn roll(&mut self, sides: u8) -> u8 {
        self.0.next().map_or(0, |byte| byte % sides)
    }

    /// One time in so many.
    fn hits(&mut self, one_in: u8) -> bool {
        self.roll(one_in) == one_in - 1
    }
}

/// A run under way: the live one, its journal, and the service.
struct Stage {
    scratch: Scratch,
    journal: Option<Journal>,
    live: Run,
    world: Vec<Evidence>,
    now: Timestamp,
    dice: Dice,
}

impl Stage {
    async fn new(rung: Rung, dice: Vec<u8>) -> Self {
        let scratch = Scratch::new();
        let mut world = vec![
            crowd(),
            evidence(vec![leg(Purpose::Customer, 4), leg(Purpose::Bot, 5)]),
            owing(),
        ];
        world.truncate(if rung == Rung::Teardown { 1 } else { 3 });
        let items = (1..).map(conversation).zip(world.clone()).collect();
        let journal = open(&scratch.journal());
        let header = journal
            .open(draft(plan(rung, items)), at(0))
            .await
            .expect("a run");
        let live = Run::new(header, Timings::default());
        let mut stage = Self {
            scratch,
            journal: Some(journal),
            live,
            world,
            now: at(0),
            dice: Dice(dice.into_iter()),
        };
        stage.record(RunEvent::Confirmed).await;
        stage
    }

    /// Records what happened and folds it, and what follows from it for the run.
    async fn record(&mut self, event: RunEvent) {
        let mut next = Some(event);
        while let Some(event) = next.take() {
            let fact = RunFact {
                at: self.now,
                event,
            };
            let journal = self.journal.as_ref().expect("an open journal");
            if let RunEvent::Item {
                what: ItemEvent::Intended { .. },
                ..
            } = &fact.event
            {
                journal
                    .intend(self.live.header.id, fact.clone())
                    .await
                    .expect("a decided send is a legal intent");
            } else {
                journal
                    .record(self.live.header.id, fact.clone())
                    .await
                    .unwrap_or_else(|error| panic!("{error}: {fact:?}"));
            }
            assert!(self.live.apply(&fact), "{fact:?}");
            next = self.live.consequence(&fact);
        }
    }

    async fn item(&mut self, conversation: ConversationId, what: ItemEvent) {
        self.record(RunEvent::Item { conversation, what }).await;
    }

    fn pass(&mut self, millis: i64) {
        self.now = after(self.now, SignedDuration::from_millis(millis));
    }

    /// The program dies and starts again.
    async fn restart(&mut self) {
        drop(self.journal.take());
        let journal = open(&self.scratch.journal());
        let back = journal.reopen(self.live.header.id).await.expect("the run");
        assert_eq!(told(&back), told(&self.live));
        self.journal = Some(journal);
        let lost: Vec<ConversationId> = back
            .items
            .iter()
            .filter(|item| item.pending().is_some())
            .map(|item| item.plan.id)
            .collect();
        for conversation in lost {
            self.item(conversation, Item::answer_lost()).await;
        }
        self.record(RunEvent::Recovered).await;
    }

    /// What others do meanwhile.
    fn meddle(&mut self) {
        if !self.dice.hits(12) {
            return;
        }
        let which = usize::from(self.dice.roll(3)) % self.world.len();
        let at = self.now;
        let world = &mut self.world[which];
        match self.dice.roll(4) {
            0 => {
                world.customer = Some(Message {
                    id: "m1".into(),
                    at,
                    from: Side::Customer,
                });
            }
            1 => world.legs.push(leg(Purpose::Agent, 8)),
            2 => world.legs.clear(),
            _ => drop(world.legs.pop()),
        }
        world.legs.sort();
        world.legs.dedup();
    }

    async fn step(&mut self) {
        self.meddle();
        if self.dice.hits(40) {
            self.restart().await;
        }
        if self.dice.hits(60) {
            self.record(RunEvent::Stopped {
                by: "operator".to_owned(),
            })
            .await;
        }
        let open: Vec<usize> = (0..self.live.items.len())
            .filter(|index| !self.live.items[*index].is_settled())
            .collect();
        let Some(&which) = open.get(usize::from(self.dice.roll(3)) % open.len().max(1)) else {
            return;
        };
        let item = &self.live.items[which];
        let id = item.plan.id;
        match decide::next(item, &self.live.situation(self.now)) {
            Next::Read => self.read(which, id).await,
            Next::SeekEnd => self.seek_end(id).await,
            Next::Send { action, attempt } => {
                self.item(
                    id,
                    ItemEvent::Intended {
                        action: action.clone(),
                        attempt,
                    },
                )
                .await;
                self.send(which, id, &action).await;
            }
            Next::Wait { until, .. } => self.now = self.now.max(until),
            Next::Idle => {
                self.pass(1000);
                if matches!(self.live.state, RunState::Paused(_)) {
                    self.record(RunEvent::Resumed).await;
                }
            }
            Next::Settle(settled) => self.item(id, ItemEvent::Settled(settled)).await,
        }
    }

    async fn read(&mut self, which: usize, id: ConversationId) {
        let read_at = self.now;
        let took = if self.dice.hits(16) { 2500 } else { 60 };
        self.pass(took);
        let what = if self.dice.hits(8) {
            let kinds = [
                FailureKind::TimedOut,
                FailureKind::Unreachable,
                FailureKind::NotFound,
                FailureKind::NotPermitted {
                    permissions: Vec::new(),
                },
            ];
            let kind = kinds[usize::from(self.dice.roll(4))].clone();
            ItemEvent::ReadFailed {
                failure: Failure::local(kind, "no luck"),
            }
        } else {
            ItemEvent::Observed {
                read_at,
                aside: unstick::domain::aside::Aside::default(),
                evidence: self.world[which].clone(),
                ended: false,
                receipt: receipt(200),
            }
        };
        self.item(id, what).await;
    }

    /// Analytics knows of an end now, of one long ago, of none, or gives no answer.
    async fn seek_end(&mut self, id: ConversationId) {
        let asked = self.now;
        self.pass(60);
        let (ended, failure) = match self.dice.roll(4) {
            0 => (Some(asked), None),
            1 => (Some(at(-86_400_000)), None),
            2 => (None, None),
            _ => (None, Some(Failure::local(FailureKind::TimedOut, "no luck"))),
        };
        let what = ItemEvent::EndSought {
            asked_at: failure.is_none().then_some(asked),
            ended,
            receipt: failure.is_none().then(|| receipt(200)),
            failure,
        };
        self.item(id, what).await;
    }

    async fn send(&mut self, which: usize, id: ConversationId, action: &Action) {
        self.pass(120);
        let fate = self.dice.roll(12);
        let kind = match fate {
            0..6 => None,
            6 => Some(FailureKind::Conflict),
            7 | 8 => Some(FailureKind::TimedOut),
            9 => Some(FailureKind::NotYourLeg),
            10 => Some(FailureKind::Unreachable),
            _ => {
                // Killed between the send and the record of its answer.
                self.take_effect(which, action);
                return self.restart().await;
            }
        };
        if matches!(fate, 0..5 | 7) {
            self.take_effect(which, action);
        }
        let what = kind.map_or_else(accepted, |kind| {
            let failure = Failure::local(kind, "no luck");
            let class = rulings::of_send(action, &failure).class;
            assert_eq!(
                class == Class::Ambiguous,
                failure.kind == FailureKind::TimedOut
            );
            ItemEvent::Answered {
                class,
                receipt: None,
                failure: Some(failure),
            }
        });
        self.item(id, what).await;
    }

    fn take_effect(&mut self, which: usize, action: &Action) {
        let world = &mut self.world[which];
        match action {
            Action::Legs { participant } => {
                world.legs.retain(|leg| leg.participant != *participant);
            }
            Action::Close | Action::Teardown => world.legs.clear(),
            Action::WrapUp { .. } => world.wrap_up.clear(),
            Action::Recipe(sending) => unreachable!("{sending:?}"),
        }
        if matches!(action, Action::Legs { .. }) && self.dice.hits(4) {
            world.wrap_up = vec![OwedWrapUp {
                participant: participant(1),
                communication: communication(1),
            }];
        }
    }
}

/// Everything of a run that anybody can see.
fn told(run: &Run) -> String {
    let lanes = run.lanes(Pace {
        canary: 2,
        max_parallel: 4,
    });
    format!(
        "{:?}",
        (
            &run.header,
            &run.items,
            &run.state,
            run.confirmed,
            run.finished,
            &run.cut_short,
            run.tally(),
            lanes
        )
    )
}

async fn carry_out(rung: Rung, dice: Vec<u8>) {
    let mut stage = Stage::new(rung, dice).await;
    for _ in 0..800 {
        if stage.live.open_items().next().is_none() {
            break;
        }
        stage.step().await;
    }
    assert_eq!(stage.live.open_items().count(), 0, "every run ends");
    stage.record(RunEvent::Finished).await;
    let journal = stage.journal.as_ref().expect("an open journal");
    let history = journal.history();
    assert_eq!(
        told(&history.load(stage.live.header.id).expect("the run")),
        told(&stage.live)
    );
    assert_eq!(history.verify().expect("a verdict").faults, []);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_journal_takes_what_the_domain_decides_and_folds_to_the_live_run(
        rung in prop::sample::select(vec![Rung::Legs, Rung::Close, Rung::Close, Rung::Teardown]),
        dice in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(carry_out(rung, dice));
    }
}
