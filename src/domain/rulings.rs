//! The matrix of outcomes (`engine.md` 3.4): what is known of a request's effect, and what follows for the item and the run, given
//! how it failed. Success is not in it: an accepted request is only ever `Accepted`, and an answered read is judged by its content.

use super::fact::{Class, HaltCause};
use super::failure::{Failure, FailureKind};
use super::step::Step;

/// A longer `Retry-After` than this, in seconds, is not waited for: the run pauses and says so.
const LONGEST_WAIT: u32 = 300;

/// What follows from a failed request that was to change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling {
    /// What is known of its effect.
    pub class: Class,
    /// What follows, after the read that every outcome demands.
    pub then: Then,
}

/// What follows for the item or the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// The next read decides.
    Read,
    /// The next read decides, and nothing is sent for 15 s: the request may be applied late.
    ReadQuietly,
    /// Unless the next read shows it over, the item is held: the service does not accept this request for it.
    Hold,
    /// Other people's legs are closed to this token: go on to `close`.
    SkipLegs,
    /// The run pauses until somebody resumes it; without a screen it halts.
    Pause(HaltCause),
    /// The run halts.
    Halt(HaltCause),
}

/// What follows from a failed read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadRuling {
    /// Read again after a while, five times at most.
    Retry,
    /// The item is held: it cannot be seen, and that alone proves nothing.
    Hold,
    /// It is not there; said twice, a second source is asked whether it ended.
    Gone,
    /// The run pauses; without a screen it halts.
    Pause(HaltCause),
    /// The run halts.
    Halt(HaltCause),
    /// The item cannot be read.
    Unreadable,
}

/// What a failed send means.
pub fn of_send(step: Step, failure: &Failure) -> Ruling {
    use Class::{Ambiguous, NotApplied};
    let (class, then) = match &failure.kind {
        FailureKind::NotSent => (NotApplied, Then::Halt(HaltCause::Contract)),
        FailureKind::Unreachable | FailureKind::GrewOld | FailureKind::TokenRenewed => {
            (NotApplied, Then::Read)
        }
        FailureKind::RateLimited {
            retry_after: Some(seconds),
        } if *seconds > LONGEST_WAIT => (NotApplied, Then::Pause(HaltCause::Offline)),
        FailureKind::Untrusted | FailureKind::Intercepted => {
            (NotApplied, Then::Pause(HaltCause::Offline))
        }
        FailureKind::Broken | FailureKind::ServiceFault | FailureKind::Unavailable { .. } => {
            (Ambiguous, Then::Read)
        }
        FailureKind::TimedOut | FailureKind::GatewayGaveUp => (Ambiguous, Then::ReadQuietly),
        FailureKind::Redirected | FailureKind::WrongRoute => {
            (NotApplied, Then::Halt(HaltCause::Contract))
        }
        FailureKind::Refused | FailureKind::Odd => (NotApplied, Then::Hold),
        FailureKind::SignInRefused => (NotApplied, Then::Pause(HaltCause::Permission)),
        FailureKind::NotPermitted { .. } => (NotApplied, Then::Halt(HaltCause::Permission)),
        FailureKind::NotYourLeg if step == Step::Legs => (NotApplied, Then::SkipLegs),
        FailureKind::NotYourLeg | FailureKind::Forbidden => (NotApplied, Then::Hold),
        // 404 to a request for what a read still shows: it is not what the plan thinks it is.
        FailureKind::NotFound => (NotApplied, Then::Hold),
        FailureKind::Conflict | FailureKind::RateLimited { .. } => (NotApplied, Then::Read),
        // The status line said success or nothing; what it did is not known from this answer.
        FailureKind::Unreadable | FailureKind::TooLarge => (Ambiguous, Then::Read),
    };
    Ruling { class, then }
}

/// What a failed read means.
pub fn of_read(failure: &Failure) -> ReadRuling {
    match &failure.kind {
        FailureKind::NotSent | FailureKind::Redirected | FailureKind::WrongRoute => {
            ReadRuling::Halt(HaltCause::Contract)
        }
        FailureKind::Untrusted | FailureKind::Intercepted => ReadRuling::Pause(HaltCause::Offline),
        FailureKind::SignInRefused => ReadRuling::Pause(HaltCause::Permission),
        FailureKind::NotPermitted { .. } => ReadRuling::Halt(HaltCause::Permission),
        FailureKind::Forbidden | FailureKind::NotYourLeg | FailureKind::Odd => ReadRuling::Hold,
        FailureKind::NotFound => ReadRuling::Gone,
        FailureKind::TooLarge => ReadRuling::Unreadable,
        FailureKind::Refused => ReadRuling::Halt(HaltCause::Contract),
        FailureKind::RateLimited {
            retry_after: Some(seconds),
        } if *seconds > LONGEST_WAIT => ReadRuling::Pause(HaltCause::Offline),
        FailureKind::Unreachable
        | FailureKind::GrewOld
        | FailureKind::TokenRenewed
        | FailureKind::Broken
        | FailureKind::TimedOut
        | FailureKind::Conflict
        | FailureKind::RateLimited { .. }
        | FailureKind::ServiceFault
        | FailureKind::GatewayGaveUp
        | FailureKind::Unavailable { .. }
        | FailureKind::Unreadable => ReadRuling::Retry,
    }
}
