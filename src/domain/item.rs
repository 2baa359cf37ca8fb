//! One conversation of a run, folded from its facts. Knows what happened; what comes next is `decide`.

use jiff::{SignedDuration, Timestamp};

use super::aside::Aside;
use super::evidence::Evidence;
use super::fact::{Class, ItemEvent, Settled};
use super::failure::{Failure, FailureKind, Receipt};
use super::moment::after;
use super::plan::PlanItem;
use super::rulings::{self, Then};
use super::sighting::Sighting;
use super::step::{Action, Step};

pub use super::timings::Timings;
pub use missing::{Proof, Trouble};

mod account;
mod missing;

/// The newest read.
#[derive(Debug, Clone)]
pub struct Seen {
    /// When the read was sent.
    pub read_at: Timestamp,
    /// When its answer was recorded.
    pub arrived: Timestamp,
    /// What it showed.
    pub evidence: Evidence,
    /// What it showed beside the evidence.
    pub aside: Aside,
    /// How the request went.
    pub receipt: Receipt,
}

/// A request that was intended, and what became of it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// What.
    pub action: Action,
    /// Which send at its target, from 1.
    pub attempt: u32,
    /// When it was recorded.
    pub at: Timestamp,
    /// What became of it; absent while nobody knows.
    pub answer: Option<Answer>,
}

/// What became of a request.
#[derive(Debug, Clone)]
pub struct Answer {
    /// When.
    pub at: Timestamp,
    /// What is known of its effect.
    pub class: Class,
    /// How it went.
    pub receipt: Receipt,
    /// Why it was not accepted.
    pub failure: Option<Failure>,
}

/// One conversation of a run.
#[derive(Debug, Clone)]
pub struct Item {
    /// What was planned.
    pub plan: PlanItem,
    /// Requests that were intended, oldest first.
    pub sends: Vec<Sent>,
    /// The newest read since the last send; absent right after a send.
    pub seen: Option<Seen>,
    /// The newest read of all, for the screen and for incidents.
    pub last_seen: Option<Seen>,
    /// Reads since the last send was answered.
    pub reads_since_send: u32,
    /// Since when reads show no open leg, without a send in between.
    pub clear_since: Option<Timestamp>,
    /// Reads in a row that took longer than evidence may be old.
    pub slow_reads: u32,
    /// Reads that failed in a row.
    pub trouble: Option<Trouble>,
    /// What analytics knows of its end, asked while it cannot be found.
    pub proof: Proof,
    /// The service does not accept a request for this conversation.
    pub refusal: Option<Failure>,
    /// Other people's legs are closed to this token.
    pub skips_legs: bool,
    /// What the newest read before our first request that may have had an effect showed beside the evidence.
    pub before: Aside,
    /// Somebody was there when a request of ours took effect whom the check had not shown. Once found it stays.
    pub incident: Option<String>,
    /// What notifications of the last minute showed beyond the plan, oldest first.
    pub sightings: Vec<Sighting>,
    /// Nothing is sent before then.
    pub quiet_until: Option<Timestamp>,
    /// It may be read, never sent to: an unresolved item that is looked at again.
    pub is_read_only: bool,
    /// The first and the newest fact's time.
    pub span: Option<(Timestamp, Timestamp)>,
    /// The final state, and when it was reached.
    pub settled: Option<(Settled, Timestamp)>,
    /// Requests sent for it, reads included.
    pub requests: u32,
}

impl Item {
    /// An item of which nothing has happened yet.
    pub fn new(plan: PlanItem) -> Self {
        Self {
            plan,
            sends: Vec::new(),
            seen: None,
            last_seen: None,
            reads_since_send: 0,
            clear_since: None,
            slow_reads: 0,
            trouble: None,
            proof: Proof::default(),
            refusal: None,
            skips_legs: false,
            before: Aside::default(),
            incident: None,
            sightings: Vec::new(),
            quiet_until: None,
            is_read_only: false,
            span: None,
            settled: None,
            requests: 0,
        }
    }

    /// Folds one fact. A fact that cannot follow what happened so far changes nothing and answers `false`.
    pub fn apply(&mut self, at: Timestamp, event: &ItemEvent, timings: &Timings) -> bool {
        if let (Some((settled, _)), ItemEvent::LateEffect { incident, .. }) =
            (&mut self.settled, event)
        {
            settled.incident.get_or_insert_with(|| incident.clone());
            return true;
        }
        if self.settled.is_some() {
            return false;
        }
        if let ItemEvent::Sighted(sighting) = event {
            // It is nothing that was done for it: an item that only this happened to has not begun.
            return self.sight(at, sighting);
        }
        let fits = match event {
            ItemEvent::Observed {
                read_at,
                evidence,
                aside,
                receipt,
                ..
            } => {
                let seen = Seen {
                    read_at: *read_at,
                    arrived: at,
                    evidence: evidence.clone(),
                    aside: aside.clone(),
                    receipt: receipt.clone(),
                };
                self.observe(seen, timings)
            }
            ItemEvent::ReadFailed { failure } => {
                self.miss(at, failure);
                true
            }
            ItemEvent::EndSought {
                asked_at,
                ended,
                receipt,
                failure,
            } => {
                let asked_at = asked_at.or(receipt
                    .as_ref()
                    .map(|receipt| missing::sent_at(at, receipt)));
                self.trace(at, asked_at, *ended, failure.as_ref());
                true
            }
            ItemEvent::Intended { action, attempt } => {
                let is_next = self.pending().is_none() && self.seen.is_some();
                if is_next {
                    self.sends.push(Sent {
                        action: action.clone(),
                        attempt: *attempt,
                        at,
                        answer: None,
                    });
                    self.seen = None;
                    self.clear_since = None;
                    self.requests += 1;
                }
                is_next
            }
            ItemEvent::Answered {
                class,
                receipt,
                failure,
            } => self.answer(at, *class, receipt.as_ref(), failure.as_ref(), timings),
            ItemEvent::LateEffect { .. } | ItemEvent::Sighted(_) => false,
            ItemEvent::Settled(settled) => {
                self.settled = Some((settled.clone(), at));
                true
            }
        };
        if fits {
            let first = self.span.map_or(at, |(first, _)| first);
            self.span = Some((first, at));
        }
        fits
    }

    fn sight(&mut self, now: Timestamp, sighting: &Sighting) -> bool {
        self.sightings.retain(|older| older.holds(now));
        self.sightings.push(sighting.clone());
        true
    }

    fn observe(&mut self, seen: Seen, timings: &Timings) -> bool {
        if self.pending().is_some() {
            return false;
        }
        match self.taken() {
            None => self.before = seen.aside.clone(),
            Some(taken) if self.incident.is_none() => {
                self.incident = seen
                    .aside
                    .unseen_people(&self.plan.evidence, &self.before, &seen.evidence, taken)
                    .map(|change| {
                        format!(
                            "{} before the request took effect, and the check had not shown it",
                            change.words()
                        )
                    });
            }
            Some(_) => {}
        }
        self.slow_reads = if seen.arrived.duration_since(seen.read_at) > timings.fresh {
            self.slow_reads + 1
        } else {
            0
        };
        self.clear_since = if planned_legs_are_closed(&self.plan.evidence, &seen.evidence) {
            self.clear_since.or(Some(seen.arrived))
        } else {
            None
        };
        self.seen = Some(seen.clone());
        self.last_seen = Some(seen);
        self.trouble = None;
        self.reads_since_send += 1;
        self.requests += 1;
        true
    }

    fn answer(
        &mut self,
        at: Timestamp,
        class: Class,
        receipt: Option<&Receipt>,
        failure: Option<&Failure>,
        timings: &Timings,
    ) -> bool {
        let Some(sent) = self.sends.last_mut().filter(|sent| sent.answer.is_none()) else {
            return false;
        };
        let receipt = receipt
            .or(failure.map(|failure| &failure.receipt))
            .cloned()
            .unwrap_or_default();
        sent.answer = Some(Answer {
            at,
            class,
            receipt,
            failure: failure.cloned(),
        });
        let action = sent.action.clone();
        self.proof = Proof::default();
        self.reads_since_send = 0;
        self.refusal = None;
        if let Some(failure) = failure {
            match rulings::of_send(&action, failure).then {
                Then::ReadQuietly => self.quiet_until = Some(after(at, timings.quiet)),
                Then::Hold => self.refusal = Some(failure.clone()),
                Then::SkipLegs => self.skips_legs = true,
                Then::Read | Then::Pause(_) | Then::Halt(_) => {}
            }
        }
        true
    }

    /// The program ended before the answer to this request was known.
    pub fn answer_lost() -> ItemEvent {
        let failure = Failure::local(
            FailureKind::TimedOut,
            "the program ended before the answer was known",
        );
        ItemEvent::Answered {
            class: Class::Ambiguous,
            receipt: None,
            failure: Some(failure),
        }
    }

    /// The request whose outcome nobody knows yet.
    pub fn pending(&self) -> Option<&Sent> {
        self.sends.last().filter(|sent| sent.answer.is_none())
    }

    /// A request of ours was accepted or may have been applied.
    pub fn has_acted(&self) -> bool {
        self.sends.iter().any(|sent| {
            sent.answer
                .as_ref()
                .is_none_or(|answer| answer.class != Class::NotApplied)
        })
    }

    /// The last request that was accepted or may have been applied.
    pub fn last_effective(&self) -> Option<&Sent> {
        self.sends.iter().rev().find(|sent| {
            sent.answer
                .as_ref()
                .is_none_or(|answer| answer.class != Class::NotApplied)
        })
    }

    /// By when our last request that may have had an effect was answered, by the platform's clock where it said: its `Date` names whole
    /// seconds. Who was there by then may have been cut off by it.
    pub fn taken(&self) -> Option<Timestamp> {
        let answer = self.last_effective()?.answer.as_ref()?;
        let date = answer.receipt.date.unwrap_or(answer.at);
        Some(after(date, SignedDuration::from_millis(999)))
    }

    /// How often this target was sent to: accepted or ambiguous, and known not to have been applied.
    pub fn sends_at(&self, action: &Action) -> (u32, u32) {
        self.sends
            .iter()
            .filter(|sent| sent.action.is_same_target(action))
            .fold((0, 0), |(applied, refused), sent| {
                match sent.answer.as_ref().map(|answer| answer.class) {
                    Some(Class::NotApplied) => (applied, refused + 1),
                    _ => (applied + 1, refused),
                }
            })
    }

    /// Sends of one step, newest last.
    pub fn sends_of(&self, step: Step) -> impl DoubleEndedIterator<Item = &Sent> {
        self.sends
            .iter()
            .filter(move |sent| sent.action.step() == step)
    }

    /// Anything at all has happened to it.
    pub fn is_begun(&self) -> bool {
        self.span.is_some()
    }

    /// It is final.
    pub fn is_settled(&self) -> bool {
        self.settled.is_some()
    }

    /// An unresolved item is looked at once more: it may be read again, and nothing is sent for it.
    pub fn look_again(&mut self) {
        self.settled = None;
        self.trouble = None;
        self.proof = Proof::default();
        self.seen = None;
        self.clear_since = None;
        self.is_read_only = true;
    }
}

/// No message leg that the plan names is open, whatever the service says of it now. (Legs that appeared since are somebody else's.)
pub fn planned_legs_are_closed(planned: &Evidence, now: &Evidence) -> bool {
    !planned
        .message_legs()
        .any(|leg| now.legs.iter().any(|open| open.is_same_communication(leg)))
}
