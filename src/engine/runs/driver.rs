//! The task that owns a run: decides, sends requests off, folds what they bring back. Every fact is durable before it is folded, and
//! folded before it is told.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::Control;
use crate::domain::decide::{self, Next};
use crate::domain::evidence::Evidence;
use crate::domain::fact::{Class, ItemEvent, RunEvent, RunFact};
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::feed::Fact;
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::moment::{after, since};
use crate::domain::roster::Reading;
use crate::domain::rulings;
use crate::domain::run::{Run, RunState};
use crate::engine::Parts;
use crate::engine::ports::{Clock, Lane, Pass, RecordFailure, Recorder, SendPermit, Terminator};

/// After a stop, how long requests in flight may take to settle.
const SETTLE: Duration = Duration::from_secs(35);

/// What a request brought back.
enum Done {
    Read(Result<Reading, Failure>),
    Sent(Result<Receipt, Failure>),
}

pub(super) struct Driver<T, R, C> {
    parts: Parts<T, R, C>,
    run: Run,
    facts: mpsc::Sender<Fact>,
    jobs: JoinSet<(ConversationId, Done, Option<Pass>)>,
    /// Items with a request in flight.
    busy: HashSet<ConversationId>,
    /// Requests reserved together with a check, for what follows it.
    passes: HashMap<ConversationId, Pass>,
    stop_by: Option<Instant>,
}

impl<T: Terminator, R: Recorder, C: Clock> Driver<T, R, C> {
    /// A driver of this run; nothing happens before [`Driver::drive`].
    pub(super) fn new(parts: Parts<T, R, C>, run: Run, facts: mpsc::Sender<Fact>) -> Self {
        Self {
            parts,
            run,
            facts,
            jobs: JoinSet::new(),
            busy: HashSet::new(),
            passes: HashMap::new(),
            stop_by: None,
        }
    }

    /// Carries the run to its last fact. An error means that the journal broke: nothing more may be sent.
    pub(super) async fn drive(
        &mut self,
        first: Vec<RunEvent>,
        mut control: mpsc::Receiver<Control>,
    ) -> Result<(), RecordFailure> {
        for event in first {
            self.record(event).await?;
        }
        self.settle_lost_answers().await?;
        loop {
            let wake = self.advance().await?;
            if self.run.open_items().next().is_none() {
                return self.record(RunEvent::Finished).await;
            }
            let nap = wake.map_or(Duration::from_secs(1), |at| self.until(at));
            tokio::select! {
                biased;
                wish = control.recv() => if self.obey(wish).await? { return Ok(()) },
                Some(done) = self.jobs.join_next(), if !self.jobs.is_empty() => {
                    if let Ok((id, done, pass)) = done {
                        self.absorb(id, done, pass).await?;
                    }
                }
                () = tokio::time::sleep(nap) => {}
            }
            if self.stop_by.is_some_and(|at| at <= Instant::now()) {
                return Ok(());
            }
        }
    }

    /// Takes a wish; answers whether the run is to be left as it stands.
    async fn obey(&mut self, wish: Option<Control>) -> Result<bool, RecordFailure> {
        match wish {
            Some(Control::Pause(true)) if self.run.state == RunState::Running => {
                self.record(RunEvent::Paused {
                    why: "paused by the operator".to_owned(),
                })
                .await?;
            }
            Some(Control::Pause(false)) if matches!(self.run.state, RunState::Paused(_)) => {
                self.record(RunEvent::Resumed).await?;
            }
            Some(Control::Stop(_)) if self.stop_by.is_some() => return Ok(true),
            Some(Control::Stop(by)) => {
                self.stop_by = Some(Instant::now() + SETTLE);
                self.record(RunEvent::Stopped { by }).await?;
            }
            // Whoever could ask is gone: that is a stop as well.
            None if self.stop_by.is_none() => {
                self.stop_by = Some(Instant::now() + SETTLE);
                self.record(RunEvent::Stopped {
                    by: "the console ended".to_owned(),
                })
                .await?;
            }
            None => tokio::time::sleep(Duration::from_millis(100)).await,
            Some(Control::Pause(_)) => {}
        }
        Ok(false)
    }

    /// Requests of a run that was cut off have no known outcome.
    async fn settle_lost_answers(&mut self) -> Result<(), RecordFailure> {
        let lost: Vec<ConversationId> = self
            .run
            .items
            .iter()
            .filter(|item| item.pending().is_some())
            .map(|item| item.plan.id)
            .collect();
        for id in lost {
            self.record_item(id, Item::answer_lost()).await?;
        }
        Ok(())
    }

    /// Starts everything that may start now; answers when to look again at the latest. What has begun goes on; what has not begins
    /// while there are lanes.
    async fn advance(&mut self) -> Result<Option<Timestamp>, RecordFailure> {
        let is_ending = matches!(self.run.state, RunState::Stopping(_) | RunState::Halted(..));
        let lanes = if is_ending {
            usize::MAX
        } else {
            self.run.lanes(self.parts.pace)
        };
        let (mut ids, rest): (Vec<_>, Vec<_>) = self
            .run
            .open_items()
            .map(|item| (item.plan.id, item.is_begun()))
            .partition(|(id, is_begun)| *is_begun || self.busy.contains(id));
        let free = lanes.saturating_sub(ids.len());
        ids.extend(rest.into_iter().take(free));
        let mut wake: Option<Timestamp> = None;
        for (id, _) in ids {
            if self.busy.contains(&id) {
                continue;
            }
            if let Some(until) = self.step(id).await? {
                wake = Some(wake.map_or(until, |sooner| sooner.min(until)));
            }
        }
        Ok(wake)
    }

    /// Does what comes next for an item; answers when to look at it again, if nothing else brings it up.
    async fn step(&mut self, id: ConversationId) -> Result<Option<Timestamp>, RecordFailure> {
        let now = self.parts.clock.now();
        let Some(item) = self.run.item(id) else {
            return Ok(None);
        };
        match decide::next(item, &self.run.situation(now)) {
            Next::Read => {
                self.start_read(id);
                Ok(None)
            }
            Next::Send { action, attempt } => {
                let read_at = item.seen.as_ref().map_or(now, |seen| seen.read_at);
                let permit = self
                    .intend(id, ItemEvent::Intended { action, attempt }, now)
                    .await?;
                self.start_send(id, permit, read_at);
                Ok(None)
            }
            Next::Settle(settled) => {
                if let Some(unused) = self.passes.remove(&id) {
                    self.parts.limiter.refund(&unused);
                }
                self.record_item(id, ItemEvent::Settled(settled)).await?;
                // The lane it leaves is used at once.
                Ok(Some(now))
            }
            Next::Wait { until, .. } => Ok(Some(until)),
            Next::Idle => Ok(None),
        }
    }

    /// A read that a request may follow reserves both together, so that its evidence cannot grow old in the queue.
    fn start_read(&mut self, id: ConversationId) {
        let may_act = self
            .run
            .item(id)
            .is_some_and(|item| item.clear_since.is_none())
            && !self.run.situation(self.parts.clock.now()).is_stopping;
        let held = self.passes.remove(&id);
        let (org, limiter) = (self.parts.org.clone(), self.parts.limiter.clone());
        self.busy.insert(id);
        self.jobs.spawn(async move {
            let (lane, count) = if may_act {
                (Lane::Act, 2)
            } else {
                (Lane::Verify, 1)
            };
            if let Some(held) = held {
                limiter.refund(&held);
            }
            let mut pass = limiter.acquire(lane, count).await;
            let spare = pass.split();
            (id, Done::Read(org.read(id, pass).await), spare)
        });
    }

    fn start_send(&mut self, id: ConversationId, permit: SendPermit, read_at: Timestamp) {
        let held = self.passes.remove(&id);
        let (org, limiter, clock, fresh) = (
            self.parts.org.clone(),
            self.parts.limiter.clone(),
            self.parts.clock.clone(),
            self.parts.timings.fresh,
        );
        self.busy.insert(id);
        self.jobs.spawn(async move {
            let pass = match held {
                Some(pass) => pass,
                None => limiter.acquire(Lane::Act, 1).await,
            };
            // The machine may have slept, or the limiter made it wait: evidence that grew old carries nothing.
            let age = since(read_at, clock.now());
            if age > fresh || age.is_negative() {
                limiter.refund(&pass);
                return (
                    id,
                    Done::Sent(Err(Failure::local(FailureKind::GrewOld, ""))),
                    None,
                );
            }
            (id, Done::Sent(org.send(permit, pass).await), None)
        });
    }

    async fn absorb(
        &mut self,
        id: ConversationId,
        done: Done,
        pass: Option<Pass>,
    ) -> Result<(), RecordFailure> {
        self.busy.remove(&id);
        if let Some(pass) = pass {
            self.passes.insert(id, pass);
        }
        match done {
            Done::Read(Ok(reading)) => {
                let event = ItemEvent::Observed {
                    read_at: reading.read_at,
                    evidence: Evidence::of(&reading.conversation),
                    ended: reading.conversation.ended.is_some(),
                    receipt: reading.receipt.clone(),
                };
                self.record_item(id, event).await?;
                let at = self.parts.clock.now();
                let _ = self
                    .facts
                    .send(Fact::Read {
                        id,
                        result: Ok(Arc::new(reading)),
                        at,
                    })
                    .await;
                Ok(())
            }
            Done::Read(Err(failure)) => {
                self.record_item(id, ItemEvent::ReadFailed { failure })
                    .await
            }
            Done::Sent(result) => {
                let event = self.answered(id, result);
                self.record_item(id, event).await
            }
        }
    }

    fn answered(&self, id: ConversationId, result: Result<Receipt, Failure>) -> ItemEvent {
        match result {
            Ok(receipt) => ItemEvent::Answered {
                class: Class::Accepted,
                receipt: Some(receipt),
                failure: None,
            },
            Err(failure) => {
                let step = self
                    .run
                    .item(id)
                    .and_then(Item::pending)
                    .map(|sent| sent.action.step());
                let class = step.map_or(Class::Ambiguous, |step| {
                    rulings::of_send(step, &failure).class
                });
                ItemEvent::Answered {
                    class,
                    receipt: None,
                    failure: Some(failure),
                }
            }
        }
    }

    /// `at` is the time at which the send was decided: the age of its evidence is counted to that very moment.
    async fn intend(
        &mut self,
        id: ConversationId,
        what: ItemEvent,
        at: Timestamp,
    ) -> Result<SendPermit, RecordFailure> {
        let event = RunEvent::Item {
            conversation: id,
            what,
        };
        let fact = RunFact { at, event };
        let run = self.run.header.id;
        let permit = self.parts.recorder.intend(run, fact.clone()).await?;
        self.fold(fact).await;
        Ok(permit)
    }

    async fn record_item(
        &mut self,
        id: ConversationId,
        what: ItemEvent,
    ) -> Result<(), RecordFailure> {
        let fact = self
            .record_fact(RunEvent::Item {
                conversation: id,
                what,
            })
            .await?;
        match self.run.consequence(&fact) {
            Some(event) => self.record(event).await,
            None => Ok(()),
        }
    }

    async fn record(&mut self, event: RunEvent) -> Result<(), RecordFailure> {
        self.record_fact(event).await.map(drop)
    }

    async fn record_fact(&mut self, event: RunEvent) -> Result<RunFact, RecordFailure> {
        let fact = RunFact {
            at: self.parts.clock.now(),
            event,
        };
        self.parts
            .recorder
            .record(self.run.header.id, fact.clone())
            .await?;
        self.fold(fact.clone()).await;
        Ok(fact)
    }

    async fn fold(&mut self, fact: RunFact) {
        if !self.run.apply(&fact) {
            tracing::warn!(run = %self.run.header.id, ?fact, "a fact does not follow from what happened before");
        }
        let _ = self.facts.send(Fact::Run(self.run.header.id, fact)).await;
    }

    fn until(&self, at: Timestamp) -> Duration {
        // A millisecond more, so that the clock has passed it when we look.
        let wait = after(at, SignedDuration::from_millis(1)).duration_since(self.parts.clock.now());
        Duration::try_from(wait)
            .unwrap_or(Duration::ZERO)
            .min(Duration::from_secs(1))
    }

    /// The journal broke: nothing new is sent, and what is in flight is not dropped. Its outcome stays unknown in the journal, and the
    /// next start reads before it does anything.
    pub(super) async fn let_in_flight_land(&mut self) {
        let _ = tokio::time::timeout(SETTLE, async {
            while self.jobs.join_next().await.is_some() {}
        })
        .await;
    }
}
