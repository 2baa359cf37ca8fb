//! The shell of a run's machine: does what the machine says, sends requests off, and hands it what they bring back. Every fact is durable
//! before it is folded, and folded before it is told.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;

use super::{Control, Inbox, Standing, sign_in};
use crate::domain::fact::{HaltCause, ItemEvent, RunEvent, RunFact};
use crate::domain::failure::{Failure, Receipt};
use crate::domain::feed::Fact;
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::moment::after;
use crate::domain::roster::{Ending, Reading};
use crate::domain::run::Run;
use crate::domain::run::machine::{Machine, Todo, Wish};
use crate::domain::sighting::Event;
use crate::engine::Parts;
use crate::engine::ports::{Clock, Pass, RecordFailure, Recorder, Terminator};

mod guarded;
mod requests;

/// After a stop, how long requests in flight may take to settle.
const SETTLE: Duration = Duration::from_secs(35);

/// What a request brought back.
enum Done {
    Read(Result<Reading, Failure>),
    End(Result<Ending, Failure>),
    Sent(Result<Receipt, Failure>),
}

/// For which conversation, what came of it, and what was reserved and not used.
type Landed = (ConversationId, Done, Option<Pass>);

pub(super) struct Driver<T, R, C> {
    parts: Parts<T, R, C>,
    standing: Standing,
    machine: Machine,
    facts: mpsc::Sender<Fact>,
    jobs: JoinSet<Landed>,
    /// Whose request each job carries.
    busy: HashMap<Id, ConversationId>,
    /// Requests reserved together with a check, for what follows it.
    passes: HashMap<ConversationId, Pass>,
    stop_by: Option<Instant>,
    /// The journal broke: a request that still waits for its turn is not sent any more.
    is_broken: Arc<AtomicBool>,
    /// How often the client had signed in when it was last asked for whom.
    known_sign_ins: u64,
}

impl<T: Terminator, R: Recorder, C: Clock> Driver<T, R, C> {
    /// A driver of this run; nothing happens before [`Driver::drive`].
    pub(super) fn new(
        parts: Parts<T, R, C>,
        standing: Standing,
        run: Run,
        facts: mpsc::Sender<Fact>,
    ) -> Self {
        Self {
            machine: Machine::new(run, parts.pace),
            known_sign_ins: parts.org.sign_ins(),
            parts,
            standing,
            facts,
            jobs: JoinSet::new(),
            busy: HashMap::new(),
            passes: HashMap::new(),
            stop_by: None,
            is_broken: Arc::default(),
        }
    }

    /// Every item has a final state and the run says so; else it was left as it stands.
    pub(super) fn is_finished(&self) -> bool {
        self.machine.run().finished.is_some()
    }

    /// The run, where it has come to its end.
    pub(super) fn finished(self) -> Option<Run> {
        self.is_finished().then(|| self.machine.run().clone())
    }

    fn id(&self) -> RunId {
        self.machine.run().header.id
    }

    /// Carries the run to its last fact, or leaves it when it is told to wait no longer. An error means that the journal broke: nothing more may be sent.
    pub(super) async fn drive(
        &mut self,
        first: Vec<RunEvent>,
        seen: Vec<Event>,
        mut inbox: Inbox,
    ) -> Result<(), RecordFailure> {
        for event in first {
            self.record(event).await?;
        }
        for event in seen {
            self.saw(&event).await?;
        }
        let mut is_deaf = false;
        loop {
            let Some(nap) = self.advance(&mut inbox).await? else {
                return Ok(());
            };
            tokio::select! {
                biased;
                wish = inbox.control.recv(), if !is_deaf => {
                    is_deaf = wish.is_none();
                    if self.obey(wish).await? { return Ok(()) }
                }
                Some(done) = self.jobs.join_next_with_id(), if !self.jobs.is_empty() => {
                    self.land(done).await?;
                }
                Some(event) = inbox.events.recv() => self.saw(&event).await?,
                () = tokio::time::sleep(nap) => {}
            }
            if self.stop_by.is_some_and(|at| at <= Instant::now()) {
                return Ok(());
            }
        }
    }

    /// Does everything that can be done now; answers how long there is nothing to do, or nothing when the run is finished or left. What
    /// it is told comes before whatever is next: after a stop no intent is written.
    async fn advance(&mut self, inbox: &mut Inbox) -> Result<Option<Duration>, RecordFailure> {
        loop {
            if self.listen(inbox).await? {
                return Ok(None);
            }
            let now = self.parts.clock.now();
            match self.machine.next(now) {
                Todo::Record(event) => self.record(event).await?,
                Todo::Read { id, may_act } => self.start_read(id, may_act),
                Todo::SeekEnd(id) => self.start_seeking_the_end(id),
                Todo::Send {
                    id,
                    action,
                    attempt,
                    read_at,
                } => {
                    if self.parts.org.sign_ins() != self.known_sign_ins {
                        if self.greet(inbox).await? {
                            return Ok(None);
                        }
                        self.machine.look_again(id);
                        continue;
                    }
                    // The time at which it was decided: the age of its evidence is counted to that very moment.
                    let fact = RunFact {
                        at: now,
                        event: RunEvent::Item {
                            conversation: id,
                            what: ItemEvent::Intended { action, attempt },
                        },
                    };
                    let permit = self.parts.recorder.intend(self.id(), fact.clone()).await?;
                    self.fold(fact).await;
                    self.start_send(id, permit, read_at);
                }
                Todo::Wait(until) => {
                    return Ok(Some(
                        until.map_or(Duration::from_secs(1), |at| self.until(at)),
                    ));
                }
                Todo::Finished => return Ok(None),
            }
        }
    }

    /// Takes in what it was told up to now, a wish always before the next event; answers whether the run is to be left as it stands.
    async fn listen(&mut self, inbox: &mut Inbox) -> Result<bool, RecordFailure> {
        let mut waiting = inbox.events.len();
        loop {
            while let Ok(wish) = inbox.control.try_recv() {
                if self.obey(Some(wish)).await? {
                    return Ok(true);
                }
            }
            let Some(fewer) = waiting.checked_sub(1) else {
                return Ok(false);
            };
            waiting = fewer;
            if let Ok(event) = inbox.events.try_recv() {
                self.saw(&event).await?;
            }
        }
    }

    /// There is a new token: nothing more leaves before it is known to stand for the same organisation, host and client. A stop does not
    /// wait for the answer. Answers whether the run is to be left as it stands.
    async fn greet(&mut self, inbox: &mut Inbox) -> Result<bool, RecordFailure> {
        let sign_ins = self.parts.org.sign_ins();
        let parts = self.parts.clone();
        let mut question = pin!(sign_in::look(&parts));
        let answer = loop {
            tokio::select! {
                biased;
                wish = inbox.control.recv() => {
                    let is_left = self.obey(wish).await?;
                    if is_left || self.stop_by.is_some() {
                        return Ok(is_left);
                    }
                }
                answer = &mut question => break answer,
            }
        };
        let event = match answer {
            Ok(None) => {
                self.known_sign_ins = sign_ins;
                return Ok(false);
            }
            Ok(Some(other)) => RunEvent::Halted {
                cause: HaltCause::Organisation,
                why: format!("{other} any more. Nothing more is sent; check the profile"),
            },
            Err(failure) => RunEvent::Paused {
                why: format!(
                    "the sign-in was renewed, and for whom it stands could not be asked: {}",
                    failure.words()
                ),
            },
        };
        self.record(event).await.map(|()| false)
    }

    /// Takes a wish; answers whether the run is to be left as it stands.
    async fn obey(&mut self, wish: Option<Control>) -> Result<bool, RecordFailure> {
        let wish = match wish {
            Some(Control::Pause(true)) => Wish::Pause,
            Some(Control::Pause(false)) => Wish::GoOn,
            Some(Control::Revoked(why)) => Wish::PauseFor(why),
            Some(Control::Stop(_)) if self.stop_by.is_some() => {
                self.cancel_the_rest().await?;
                return Ok(true);
            }
            Some(Control::Stop(by)) => Wish::Stop(by),
            None if self.stop_by.is_some() => return Ok(false),
            // Whoever could ask is gone: that is a stop as well.
            None => Wish::Stop("the console ended".to_owned()),
        };
        if matches!(wish, Wish::Stop(_)) {
            self.stop_by = Some(Instant::now() + SETTLE);
        }
        if let Some(event) = self.machine.wish(wish) {
            self.record(event).await?;
        }
        Ok(false)
    }

    /// Records what an event showed, where it concerns an item of this run.
    async fn saw(&mut self, event: &Event) -> Result<(), RecordFailure> {
        self.machine.told_of(event.conversation);
        match self.machine.saw(event) {
            Some(event) => self.record(event).await,
            None => Ok(()),
        }
    }

    /// Whoever waits no longer still wants the rest cancelled: what needs no answer is settled before the run is left.
    async fn cancel_the_rest(&mut self) -> Result<(), RecordFailure> {
        loop {
            match self.machine.next(self.parts.clock.now()) {
                Todo::Record(event) => self.record(event).await?,
                Todo::Read { .. } | Todo::SeekEnd(_) => {}
                Todo::Send { .. } | Todo::Wait(_) | Todo::Finished => return Ok(()),
            }
        }
    }

    /// Takes what a task brought back. One that fell over must not leave its conversation waiting for ever.
    async fn land(&mut self, done: Result<(Id, Landed), JoinError>) -> Result<(), RecordFailure> {
        let (id, done) = match done {
            Ok((job, (id, done, pass))) => {
                self.busy.remove(&job);
                self.passes.extend(pass.map(|pass| (id, pass)));
                (id, done)
            }
            Err(error) => match self.busy.remove(&error.id()) {
                Some(id) => (id, self.fallen(id)),
                None => return Ok(()),
            },
        };
        match done {
            Done::Read(result) => self.take_reading(id, result).await,
            Done::End(result) => self.record(Machine::end_came(id, result)).await,
            Done::Sent(result) => {
                let event = self.machine.send_came(id, result);
                self.record(event).await
            }
        }
    }

    async fn take_reading(
        &mut self,
        id: ConversationId,
        result: Result<Reading, Failure>,
    ) -> Result<(), RecordFailure> {
        if let Ok(reading) = &result {
            self.standing.queues.read(reading);
        }
        let event = self.machine.read_came(id, &result);
        let forbidden = result
            .as_ref()
            .ok()
            .and_then(|reading| self.forbidden(id, reading));
        self.record(event).await?;
        if let Some(held) = forbidden {
            self.record(held).await?;
        }
        if let Ok(reading) = result {
            let at = self.parts.clock.now();
            let result = Ok(Arc::new(reading));
            let _ = self.facts.send(Fact::Read { id, result, at }).await;
        }
        Ok(())
    }

    async fn record(&mut self, event: RunEvent) -> Result<(), RecordFailure> {
        let fact = RunFact {
            at: self.parts.clock.now(),
            event,
        };
        self.parts.recorder.record(self.id(), fact.clone()).await?;
        self.fold(fact).await;
        Ok(())
    }

    async fn fold(&mut self, fact: RunFact) {
        if !self.machine.fold(&fact) {
            tracing::warn!(run = %self.id(), ?fact, "a fact does not follow from what happened before");
        }
        if let RunEvent::Item {
            conversation,
            what: ItemEvent::Settled(_),
        } = &fact.event
            && let Some(unused) = self.passes.remove(conversation)
        {
            unused.refund();
        }
        let _ = self.facts.send(Fact::Run(self.id(), fact)).await;
    }

    fn until(&self, at: Timestamp) -> Duration {
        // A millisecond more, so that the clock has passed it when we look.
        let wait = after(at, SignedDuration::from_millis(1)).duration_since(self.parts.clock.now());
        Duration::try_from(wait)
            .unwrap_or(Duration::ZERO)
            .min(Duration::from_secs(1))
    }

    /// The journal broke: nothing new is sent, and what is in flight is not dropped. What it brings back is handed over all the same, to
    /// be kept wherever it can be.
    pub(super) async fn let_in_flight_land(&mut self) {
        self.is_broken.store(true, Ordering::Release);
        let _ = tokio::time::timeout(SETTLE, async {
            while let Some(done) = self.jobs.join_next().await {
                if let Ok((id, Done::Sent(result), _)) = done {
                    let event = self.machine.send_came(id, result);
                    let _ = self.record(event).await;
                }
            }
        })
        .await;
    }
}
