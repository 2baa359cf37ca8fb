//! The door with whatever trouble is ordered: how an answer travels, and what it is by then.

use super::Service;
use crate::sandbox::api::table;
use crate::sandbox::control;
use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::faults::{Cut, Fault, Step, Subject, When, drifted, neighbour};
use crate::sandbox::world::Applying;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;

/// An answer and how it travels.
#[derive(Debug)]
pub(in crate::sandbox) struct Reply {
    pub(in crate::sandbox) answer: Answer,
    /// Wait so long first.
    pub(in crate::sandbox) delay: Duration,
    /// Wait for a release first.
    pub(in crate::sandbox) hold: bool,
    /// After so many bytes of the body, wait for a release.
    pub(in crate::sandbox) stands_after: Option<u32>,
    /// Nothing was applied yet: after the wait, ask `resume` for the answer, under this rule.
    pub(in crate::sandbox) unapplied: Option<Arc<Fault>>,
    /// How the connection ends.
    pub(in crate::sandbox) cut: Option<Cut>,
    /// Send the body byte by byte, one each so often.
    pub(in crate::sandbox) drip: Option<Duration>,
}

impl Reply {
    pub(super) fn at_once(answer: Answer) -> Self {
        Self {
            answer,
            delay: Duration::ZERO,
            hold: false,
            stands_after: None,
            unapplied: None,
            cut: None,
            drip: None,
        }
    }

    /// Whether the head of an answer goes out without anybody's order.
    fn is_answered(&self) -> bool {
        let is_cut = self.cut.is_some_and(|cut| cut.after.is_none());
        !is_cut && !self.hold && self.unapplied.is_none()
    }

    /// The connection is closed without an answer.
    fn nothing() -> Self {
        let cut = Cut {
            after: None,
            reset: false,
        };
        Self {
            cut: Some(cut),
            ..Self::at_once(Answer::empty(503))
        }
    }
}

impl Service {
    /// Answers a request, with whatever trouble is scripted for it.
    pub(in crate::sandbox) fn handle(&mut self, request: &Request, now: Timestamp) -> Reply {
        self.settle(now);
        let reply = self.reply(request, now);
        self.settle(now);
        reply
    }

    fn reply(&mut self, request: &Request, now: Timestamp) -> Reply {
        if let Some(rest) = request.segments().strip_prefix(&["sandbox"]) {
            return Reply::at_once(control::answer(self, request, rest, now));
        }
        let reply = self
            .hindrance(request, now)
            .unwrap_or_else(|| Reply::at_once(self.dated(request, Applying::Usual, now)));
        let answer = Some(&reply.answer).filter(|_| reply.is_answered());
        self.arrivals.note(request, answer, now);
        reply
    }

    /// Answers a request that was held or delayed before anything was applied.
    pub(in crate::sandbox) fn resume(
        &mut self,
        request: &Request,
        fault: &Fault,
        now: Timestamp,
    ) -> Answer {
        self.settle(now);
        let mut answer = self.applied(request, fault, now);
        fault.alter(&mut answer);
        self.settle(now);
        answer
    }

    /// What comes between a request and its usual answer, if anything does.
    fn hindrance(&mut self, request: &Request, now: Timestamp) -> Option<Reply> {
        if self.unreachable_until.is_some_and(|until| now < until) {
            return Some(Reply::nothing());
        }
        let fault = self.strike(request, now)?;
        Some(self.troubled(request, fault, now))
    }

    /// What is answered to somebody who wants to open a socket and may not. A door is not opened late.
    pub(super) fn closed_door(&mut self, request: &Request, now: Timestamp) -> Option<Reply> {
        if self.unreachable_until.is_some_and(|until| now < until) {
            return Some(Reply::nothing());
        }
        let fault = self.strike(request, now).filter(|fault| fault.spoils())?;
        Some(self.troubled(request, fault, now))
    }

    fn strike(&mut self, request: &Request, now: Timestamp) -> Option<Arc<Fault>> {
        let segments = request.segments();
        let found = table::find(self.forum.as_ref(), &request.method, &segments).ok();
        let is_token = segments == ["oauth", "token"];
        let step = match &found {
            Some((route, _)) => route.step,
            None => is_token.then_some(Step::Token),
        };
        let index = self.named_by(request);
        let one = index.and_then(|index| self.world.conversations.get(index));
        let id = one.map(|one| one.id.to_string());
        let label = one.and_then(|one| one.label.as_deref());
        let fault = self.faults.strike(Subject {
            method: &request.method,
            path: &request.path,
            step,
            conversation: id.as_deref().map(|id| (id, label)),
        })?;
        if let (Some(index), Some((event, after))) = (index, fault.event()) {
            let after = SignedDuration::from_millis(after.into());
            let at = now.checked_add(after).unwrap_or(now);
            self.world.order(index, event, at);
        }
        if let Some(orders) = fault.orders() {
            self.carry_out(orders.clone(), now);
        }
        Some(fault)
    }

    fn troubled(&mut self, request: &Request, fault: Arc<Fault>, now: Timestamp) -> Reply {
        let before = fault.when() == When::Before;
        let unapplied = before && (fault.spoils() || fault.waits());
        let mut answer = if unapplied {
            Answer::empty(503)
        } else {
            self.applied(request, &fault, now)
        };
        if let Some(refusal) = fault.refusal() {
            answer = self.refuse(refusal);
        }
        fault.alter(&mut answer);
        Reply {
            answer,
            delay: fault.delay(),
            hold: fault.holds(),
            stands_after: fault.stands_after(),
            cut: fault.cut(&request.method),
            drip: fault.drip(),
            unapplied: (unapplied && !fault.spoils()).then_some(fault),
        }
    }

    /// The platform's own answer under a rule.
    fn applied(&mut self, request: &Request, fault: &Fault, now: Timestamp) -> Answer {
        let mut answer = match fault.stale_ms() {
            Some(age) if request.method == "GET" => self.outdated(request, age, now),
            Some(_) | None => self.dated(request, fault.applying(), now),
        };
        if let Some(drift) = fault.page_drift()
            && let Some(other) = neighbour(request, drift)
            && self.step_of(request) == Some(Step::List)
        {
            let other = self.dated(&other, Applying::Usual, now);
            drifted(&mut answer, other, drift);
        }
        answer
    }

    /// A read by somebody who has not heard of the newest changes.
    fn outdated(&mut self, request: &Request, age: u32, now: Timestamp) -> Answer {
        let then = now.checked_sub(SignedDuration::from_millis(age.into()));
        let index = self.named_by(request);
        let past = index.and_then(|index| {
            let memory = &self.faults.memory;
            memory.as_of(index, then.unwrap_or(now)).cloned()
        });
        // The past stands in the present's place for as long as the read takes, which changes nothing.
        let present = self.exchange(index, past);
        let answer = self.dated(request, Applying::Usual, now);
        self.exchange(index, present);
        answer
    }

    /// The answer as the platform's clock, right or wrong, dates it.
    fn dated(&mut self, request: &Request, applying: Applying, now: Timestamp) -> Answer {
        let skew = self.skew;
        if skew.is_none() {
            return self.answer(request, applying, now);
        }
        let answer = self.answer(&skew.heard(request), applying, now);
        skew.told(answer, now)
    }

    /// Where the conversation stands that the path names first.
    fn named_by(&self, request: &Request) -> Option<usize> {
        let segments = request.segments();
        let (_, pieces) = table::find(self.forum.as_ref(), &request.method, &segments).ok()?;
        self.world.find(pieces.first()?)
    }

    fn step_of(&self, request: &Request) -> Option<Step> {
        let found = table::find(self.forum.as_ref(), &request.method, &request.segments()).ok();
        found.and_then(|(route, _)| route.step)
    }
}
