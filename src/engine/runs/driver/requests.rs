//! Sends the requests of a run off, each as a short-lived task with its share of the budget. Decides nothing and records nothing.

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;

use super::{Done, Driver};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::moment::since;
use crate::domain::rulings::LONGEST_WAIT;
use crate::engine::ports::{Clock, Lane, Limiter, Pass, Recorder, SendPermit, Terminator};

impl<T: Terminator, R: Recorder, C: Clock> Driver<T, R, C> {
    /// A read that a request may follow reserves both together, so that its evidence cannot grow old in the queue.
    pub(super) fn start_read(&mut self, id: ConversationId, may_act: bool) {
        let held = self.passes.remove(&id);
        let (org, limiter) = (self.parts.org.clone(), self.parts.limiter.clone());
        let job = self.jobs.spawn(async move {
            let (lane, count) = if may_act {
                (Lane::Act, 2)
            } else {
                (Lane::Verify, 1)
            };
            if let Some(held) = held {
                held.refund();
            }
            let mut pass = match turn(&limiter, lane, count).await {
                Ok(pass) => pass,
                Err(failure) => return (id, Done::Read(Err(failure)), None),
            };
            let spare = pass.split();
            (id, Done::Read(org.read(id, pass).await), spare)
        });
        self.busy.insert(job.id(), id);
    }

    /// Asks analytics for the end of a conversation that cannot be found.
    pub(super) fn start_seeking_the_end(&mut self, id: ConversationId) {
        let (org, limiter) = (self.parts.org.clone(), self.parts.limiter.clone());
        let job = self.jobs.spawn(async move {
            let pass = limiter.acquire(Lane::Verify, 1).await;
            (id, Done::End(org.end_of(id, pass).await), None)
        });
        self.busy.insert(job.id(), id);
    }

    pub(super) fn start_send(
        &mut self,
        id: ConversationId,
        permit: SendPermit,
        read_at: Timestamp,
    ) {
        let held = self.passes.remove(&id);
        let known_sign_ins = self.known_sign_ins;
        let (org, limiter, clock, fresh, is_broken) = (
            self.parts.org.clone(),
            self.parts.limiter.clone(),
            self.parts.clock.clone(),
            self.parts.timings.fresh,
            self.is_broken.clone(),
        );
        let job = self.jobs.spawn(async move {
            let pass = match held {
                Some(pass) => pass,
                None => limiter.acquire(Lane::Act, 1).await,
            };
            // The machine may have slept, or the limiter made it wait: evidence that grew old carries nothing. Meanwhile a 429 may have
            // shut the gate, for what was reserved before it too; or somebody else's request may have fetched a token of which nobody
            // knows yet for whom it stands.
            let age = since(read_at, clock.now());
            let why_not = if is_broken.load(Ordering::Acquire) {
                Some(Failure::local(
                    FailureKind::NotSent,
                    "the journal takes nothing more",
                ))
            } else {
                let is_old = age > fresh
                    || age.is_negative()
                    || limiter.standing().shut_for.is_some()
                    || org.sign_ins() != known_sign_ins;
                is_old.then(|| Failure::local(FailureKind::GrewOld, ""))
            };
            if let Some(failure) = why_not {
                pass.refund();
                return (id, Done::Sent(Err(failure)), None);
            }
            (id, Done::Sent(org.send(permit, pass).await), None)
        });
        self.busy.insert(job.id(), id);
    }

    /// What a task that fell over leaves behind: a request whose outcome nobody knows.
    pub(super) fn fallen(&self, id: ConversationId) -> Done {
        let why = "a part of this program fell over; its log says where";
        let failure = Failure::local(FailureKind::Broken, why);
        match self.machine.run().item(id).and_then(Item::pending) {
            Some(_) => Done::Sent(Err(failure)),
            None => Done::Read(Err(failure)),
        }
    }
}

/// A turn at the budget. A gate that stays shut for longer than anybody should wait gives none, but says what it was told.
async fn turn(limiter: &Limiter, lane: Lane, count: u32) -> Result<Pass, Failure> {
    let mut waiting = pin!(limiter.acquire(lane, count));
    loop {
        let shut = limiter.standing().shut_for.map(|wait| wait.as_secs());
        let told = shut.and_then(|seconds| u32::try_from(seconds).ok());
        if let Some(seconds) = told.filter(|seconds| *seconds > LONGEST_WAIT) {
            let kind = FailureKind::RateLimited {
                retry_after: Some(seconds),
            };
            return Err(Failure::local(kind, "not sent"));
        }
        tokio::select! {
            pass = &mut waiting => return Ok(pass),
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}
