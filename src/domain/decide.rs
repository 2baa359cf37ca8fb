//! What comes next for one conversation of a run: a pure function of what happened and what time it is. What a read means lives in
//! `readings` (`engine.md` 3.5), row by row as below; which request comes next lives in `ladder`. Where the plan is the teardown of what
//! showed no open leg, `stray` stands in for the rows without one.
#![doc = ""]
#![doc = include_str!("decide/readings.md")]

use jiff::{SignedDuration, Timestamp};

use super::fact::{Class, FinalState, Settled};
use super::item::{Item, Seen, Timings};
use super::moment::after;
use super::recipe::Recipe;
use super::rulings::{self, ReadRuling};
use super::step::{Action, Rung};

use ladder::Want;
use readings::Scene;

pub use gone::is_its_end;
pub use readings::{READINGS, Reading};

mod gone;
mod ladder;
mod readings;
mod recipe;
mod stray;

/// Accepted or ambiguous sends at one target, at most.
pub const MAX_SENDS: u32 = 2;
/// Sends at one target that are known not to have been applied, at most.
pub const MAX_NOT_APPLIED: u32 = 5;
/// Failed reads in a row, at most.
pub const MAX_FAILED_READS: u32 = 5;
/// Reads in a row that take longer than evidence may be old, at most.
const MAX_SLOW_READS: u32 = 3;
/// Reads since the last send, at most, where each grew old before anything could be sent on it.
const MAX_STALE_READS: u32 = 12;

/// What an item is decided in.
#[derive(Debug, Clone)]
pub struct Situation<'a> {
    /// The time now.
    pub now: Timestamp,
    /// How hard the plan may push.
    pub rung: Rung,
    /// The wrap-up code of the plan.
    pub wrap_up: Option<&'a str>,
    /// The recipe of the plan, where it is not the ladder.
    pub recipe: Option<&'a Recipe>,
    /// Waiting times.
    pub timings: &'a Timings,
    /// An event told of it since its newest read began.
    pub is_told: bool,
    /// Nothing new is sent: the run was stopped or halted.
    pub is_stopping: bool,
    /// Nothing new is sent until the run is resumed.
    pub is_paused: bool,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// Read the conversation.
    Read,
    /// Send this, as the n-th send at its target; the newest read still fits and is fresh.
    Send {
        /// What.
        action: Action,
        /// Which send at its target, from 1.
        attempt: u32,
    },
    /// Nothing before then.
    Wait {
        /// Until when.
        until: Timestamp,
        /// What for, in words.
        why: &'static str,
    },
    /// Nothing until an answer, a resume or a stop comes.
    Idle,
    /// Ask analytics whether it ended, as reads say that it is not there.
    SeekEnd,
    /// It is final.
    Settle(Settled),
}

/// Decides what comes next for an item.
pub fn next(item: &Item, situation: &Situation<'_>) -> Next {
    if item.is_settled() || item.pending().is_some() {
        return Next::Idle;
    }
    if situation.is_stopping && item.sends.is_empty() && !item.is_read_only {
        return settle(
            FinalState::Cancelled,
            "stopped before anything was sent for it",
        );
    }
    if let Some(next) = after_failed_read(item, situation) {
        return next;
    }
    let Some(seen) = &item.seen else {
        return first_read(item, situation);
    };
    readings::judge(&Scene {
        item,
        seen,
        situation,
    })
}

/// The first read since the last send: at once, but a second after what was or may have been accepted, which takes effect later, and
/// after a growing wait where the service did not carry it out.
fn first_read(item: &Item, situation: &Situation<'_>) -> Next {
    let timings = situation.timings;
    let due = item.sends.last().and_then(|sent| {
        let answer = sent.answer.as_ref()?;
        match answer.class {
            // What may have been accepted takes effect no sooner than what was.
            Class::Accepted | Class::Ambiguous => {
                Some((after(answer.at, *timings.settle.first()?), "for the effect"))
            }
            Class::NotApplied => {
                let (_, refused) = item.sends_at(&sent.action);
                let pause = match (&sent.action, situation.recipe) {
                    (Action::Recipe(sending), Some(known)) => {
                        recipe::pause(item, sending, refused, known)
                    }
                    _ => back_off(item, refused, timings.retry),
                };
                Some((after(answer.at, pause), "to try again"))
            }
        }
    });
    match due {
        Some((until, why)) if until > situation.now => Next::Wait { until, why },
        _ if situation.is_paused && item.sends.is_empty() => Next::Idle,
        _ => Next::Read,
    }
}

fn after_failed_read(item: &Item, situation: &Situation<'_>) -> Option<Next> {
    let trouble = item.trouble.as_ref()?;
    let words = trouble.failure.words();
    let unresolved = || {
        Some(settle(
            FinalState::Unresolved,
            &format!("could not be read: {words}"),
        ))
    };
    let retry_until = |limit: u32, last: FinalState| {
        if trouble.count >= limit {
            return Some(settle(last, &format!("could not be read: {words}")));
        }
        if situation.is_paused && !situation.is_stopping {
            return Some(Next::Idle);
        }
        let due = after(
            trouble.at,
            back_off(item, trouble.count, situation.timings.retry),
        );
        (due > situation.now)
            .then_some(Next::Wait {
                until: due,
                why: "to read again",
            })
            .or(Some(Next::Read))
    };
    match rulings::of_read(&trouble.failure) {
        ReadRuling::Retry => retry_until(MAX_FAILED_READS, FinalState::Unresolved),
        ReadRuling::Hold => Some(settle(
            FinalState::Held,
            &format!("could not be read: {words}"),
        )),
        ReadRuling::Gone if trouble.alike < gone::SAID_TWICE => {
            retry_until(MAX_FAILED_READS, FinalState::Unresolved)
        }
        ReadRuling::Gone => Some(gone::next(item, trouble, situation)),
        ReadRuling::Unreadable => unresolved(),
        ReadRuling::Pause(_) | ReadRuling::Halt(_) if situation.is_stopping => unresolved(),
        ReadRuling::Pause(_) | ReadRuling::Halt(_) if situation.is_paused => Some(Next::Idle),
        ReadRuling::Pause(_) | ReadRuling::Halt(_) => {
            retry_until(MAX_FAILED_READS, FinalState::Unresolved)
        }
    }
}

/// Full jitter over a doubling wait of at most 20 s. The jitter comes from the id, so that the same run waits the same way.
fn back_off(item: &Item, count: u32, base: SignedDuration) -> SignedDuration {
    let ceiling = base
        .as_millis()
        .saturating_mul(1 << count.min(10))
        .min(20_000);
    let seed = item.plan.id.as_u128() ^ (u128::from(count) << 64);
    let share = (seed ^ (seed >> 61)).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) >> 96;
    SignedDuration::from_millis(
        i64::try_from(ceiling * i128::try_from(share).unwrap_or(0) / i128::from(u32::MAX))
            .unwrap_or(0),
    )
}

/// The row by which the newest read of an item is judged now; nothing where something else comes first.
pub fn reading_of(item: &Item, situation: &Situation<'_>) -> Option<&'static Reading> {
    let seen = item.seen.as_ref().filter(|_| item.trouble.is_none())?;
    readings::first_that_fits(&Scene {
        item,
        seen,
        situation,
    })
}

/// Turns a wish into what may be done now: nothing is sent while stopping or paused, and only on a read that is fresh.
fn fulfil(item: &Item, seen: &Seen, want: Want, situation: &Situation<'_>) -> Next {
    match want {
        Want::Settle(settled) => Next::Settle(settled),
        Want::Wait(until, why) if until > situation.now => Next::Wait { until, why },
        Want::Wait(..) => Next::Read,
        Want::Send(_) if situation.is_stopping || item.is_read_only => settle(
            FinalState::Unresolved,
            "stopped with a leg still open; make a new plan for it",
        ),
        Want::Send(_) if situation.is_paused => Next::Idle,
        Want::Send(action) => {
            let age = situation.now.duration_since(seen.read_at);
            if age <= situation.timings.fresh && !age.is_negative() {
                let (applied, refused) = item.sends_at(&action);
                Next::Send {
                    action,
                    attempt: applied + refused + 1,
                }
            } else if item.slow_reads >= MAX_SLOW_READS || item.reads_since_send >= MAX_STALE_READS
            {
                settle(
                    FinalState::Unresolved,
                    "reads take longer than the two seconds for which they may be relied on",
                )
            } else {
                Next::Read
            }
        }
    }
}

fn settle(state: FinalState, reason: &str) -> Next {
    Next::Settle(Settled::new(state, reason))
}
