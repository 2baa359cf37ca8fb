//! The task that owns a run: decides, sends requests off, folds what they bring back. Every fact is durable before it is folded, and
//! folded before it is told.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

use super::Control;
use crate::domain::aside::Aside;
use crate::domain::decide::{self, Next};
use crate::domain::evidence::Evidence;
use crate::domain::fact::{Class, ItemEvent, RunEvent, RunFact};
use crate::domain::failure::{Failure, Receipt};
use crate::domain::feed::Fact;
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::moment::after;
use crate::domain::roster::Reading;
use crate::domain::rulings;
use crate::domain::run::{Run, RunState};
use crate::engine::Parts;
use crate::engine::ports::{Clock, Pass, RecordFailure, Recorder, SendPermit, Terminator};

mod requests;

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
    busy: HashMap<ConversationId, Id>,
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
            busy: HashMap::new(),
            passes: HashMap::new(),
            stop_by: None,
        }
    }

    /// Every item has a final state and the run says so; else it was left as it stands.
    pub(super) fn is_finished(&self) -> bool {
        self.run.finished.is_some()
    }

    /// Carries the run to its last fact, or leaves it when it is told to wait no longer. An error means that the journal broke: nothing more may be sent.
    pub(super) async fn drive(
        &mut self,
        first: Vec<RunEvent>,
        mut control: mpsc::Receiver<Control>,
    ) -> Result<(), RecordFailure> {
        for event in first {
            self.record(event).await?;
        }
        self.settle_lost_answers().await?;
        let mut is_deaf = false;
        loop {
            let wake = self.advance().await?;
            if self.run.open_items().next().is_none() {
                return self.record(RunEvent::Finished).await;
            }
            let nap = wake.map_or(Duration::from_secs(1), |at| self.until(at));
            tokio::select! {
                biased;
                wish = control.recv(), if !is_deaf => {
                    is_deaf = wish.is_none();
                    if self.obey(wish).await? { return Ok(()) }
                }
                Some(done) = self.jobs.join_next(), if !self.jobs.is_empty() => {
                    self.land(done).await?;
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
            None | Some(Control::Pause(_)) => {}
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
            .partition(|(id, is_begun)| *is_begun || self.busy.contains_key(id));
        let free = lanes.saturating_sub(ids.len());
        ids.extend(rest.into_iter().take(free));
        let mut wake: Option<Timestamp> = None;
        for (id, _) in ids {
            if self.busy.contains_key(&id) {
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

    /// Takes what a task brought back. One that fell over must not leave its conversation waiting for ever.
    async fn land(
        &mut self,
        done: Result<(ConversationId, Done, Option<Pass>), JoinError>,
    ) -> Result<(), RecordFailure> {
        match done {
            Ok((id, done, pass)) => self.absorb(id, done, pass).await,
            Err(error) => {
                let fallen = self.busy.iter().find(|(_, job)| **job == error.id());
                let Some(id) = fallen.map(|(id, _)| *id) else {
                    return Ok(());
                };
                let done = self.fallen(id);
                self.absorb(id, done, None).await
            }
        }
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
                let plan = self.run.item(id).map(|item| &item.plan);
                let event = ItemEvent::Observed {
                    read_at: reading.read_at,
                    aside: plan.map_or_else(Aside::default, |plan| {
                        Aside::of(&reading.conversation, plan)
                    }),
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
