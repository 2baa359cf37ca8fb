//! The matrix of outcomes (`engine.md` 3.4): what is known of a request's effect, and what follows for the item and the run, given
//! how it went. It is one constant in two tables: [`OUTCOMES`] says which [`Case`] every answer and every broken exchange is, [`RULES`]
//! says what follows from each case. The client and the engine both look there and nowhere else; the tests of every cell and the table
//! below are made from them.
#![doc = ""]
#![doc = include_str!("rulings/matrix.md")]

use super::fact::{Class, HaltCause};
use super::failure::{Failure, FailureKind};
use super::recipe::{Means, Sending};
use super::step::Action;

pub use case::Case;
pub use outcomes::{Body, OUTCOMES, Outcome, Sign};
pub use table::{RULES, Rule};

mod case;
mod outcomes;
mod table;

/// A longer `Retry-After` than this, in seconds, is not waited for: the run pauses and says so.
pub const LONGEST_WAIT: u32 = 300;

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

/// So many alike in a row are trouble of the run, not of one conversation: it halts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streak {
    /// How many.
    pub times: u32,
    /// Why the run halts then.
    pub cause: HaltCause,
}

/// Which case an answer with this status is, that is no 2xx; `code` is the service's own, if the body is the service's.
pub fn of_status(status: u16, code: Option<&str>) -> Case {
    OUTCOMES
        .iter()
        .filter(|outcome| outcome.sign.fits(status, code))
        .find_map(|outcome| outcome.send)
        // Nothing may be concluded from a status that no standard knows.
        .unwrap_or(Case::ServiceFault)
}

/// What a failed send means.
pub fn of_send(action: &Action, failure: &Failure) -> Ruling {
    let rule = Case::of(&failure.kind).rule();
    let then = match action {
        Action::Recipe(sending) => of_recipe(sending, failure, rule.send),
        _ => rule.then(action.step()),
    };
    Ruling {
        class: rule.class,
        then,
    }
}

/// A recipe says how it understands refusals; what it says nothing of is understood as ever. A step that may be left out neither holds
/// its conversation nor stops the run by what refuses it.
fn of_recipe(sending: &Sending, failure: &Failure, otherwise: Then) -> Then {
    let then = match sending.means(failure) {
        Some(Means::AlreadyOver | Means::StillActive) => Then::Read,
        Some(Means::NeedsWrapUp | Means::NotThisOne) => Then::Hold,
        Some(Means::NeedsRight) => Then::Halt(HaltCause::Permission),
        Some(Means::NoSuchOperation) => Then::Halt(HaltCause::Contract),
        None => otherwise,
    };
    match then {
        Then::Hold | Then::Halt(HaltCause::Contract) if sending.is_optional => Then::Read,
        then => then,
    }
}

/// What a failed read means.
pub fn of_read(failure: &Failure) -> ReadRuling {
    Case::of(&failure.kind).rule().read
}

/// What a sign-in that failed in this way is for the request that wanted the token: that one was not sent, so what is ambiguous about a
/// sign-in is plain for it.
pub fn of_sign_in(kind: FailureKind) -> FailureKind {
    let case = Case::of(&kind);
    match case.rule().sign_in {
        same if same == case => kind,
        other => other.kind(Vec::new(), None),
    }
}
