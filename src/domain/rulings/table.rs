//! What follows from each case: one row a case, for every step that sends, for every read, and for the sign-in.

use super::{Case, ReadRuling, Streak, Then};
use crate::domain::fact::{Class, HaltCause};
use crate::domain::step::Step;

/// What follows from one case.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The case.
    pub case: Case,
    /// What is known of a request's effect.
    pub class: Class,
    /// What follows from it for a step that sends.
    pub send: Then,
    /// The one step for which something else follows.
    pub but: Option<(Step, Then)>,
    /// How many such answers in a row halt the run.
    pub send_streak: Option<Streak>,
    /// What follows for a read.
    pub read: ReadRuling,
    /// How many such reads in a row halt the run.
    pub read_streak: Option<Streak>,
    /// What a sign-in that failed so is for the request that wanted the token.
    pub sign_in: Case,
}

impl Rule {
    /// What follows for this step.
    pub fn then(&self, step: Step) -> Then {
        self.but
            .filter(|(other, _)| *other == step)
            .map_or(self.send, |(_, then)| then)
    }

    const fn new(case: Case, class: Class, send: Then, read: ReadRuling, sign_in: Case) -> Self {
        Self {
            case,
            class,
            send,
            but: None,
            send_streak: None,
            read,
            read_streak: None,
            sign_in,
        }
    }

    const fn but(mut self, step: Step, then: Then) -> Self {
        self.but = Some((step, then));
        self
    }

    const fn sends_halt(mut self, times: u32, cause: HaltCause) -> Self {
        self.send_streak = Some(Streak { times, cause });
        self
    }

    const fn reads_halt(mut self, times: u32, cause: HaltCause) -> Self {
        self.read_streak = Some(Streak { times, cause });
        self
    }
}

use Case as C;
use Class::{Ambiguous as Unknown, NotApplied as Not};
use HaltCause::{Contract, Offline, Permission};
use ReadRuling as R;
use Then as T;

/// Every case and what follows from it.
pub const RULES: [Rule; 26] = [
    Rule::new(
        C::NotSent,
        Not,
        T::Halt(Contract),
        R::Halt(Contract),
        C::NotSent,
    ),
    Rule::new(C::GrewOld, Not, T::Read, R::Retry, C::GrewOld),
    Rule::new(C::TokenRenewed, Not, T::Read, R::Retry, C::TokenRenewed),
    Rule::new(C::Unreachable, Not, T::Read, R::Retry, C::Unreachable),
    Rule::new(
        C::Untrusted,
        Not,
        T::Pause(Offline),
        R::Pause(Offline),
        C::Untrusted,
    ),
    Rule::new(C::Broken, Unknown, T::Read, R::Retry, C::Unreachable),
    Rule::new(
        C::TimedOut,
        Unknown,
        T::ReadQuietly,
        R::Retry,
        C::Unreachable,
    ),
    Rule::new(
        C::Redirected,
        Not,
        T::Halt(Contract),
        R::Halt(Contract),
        C::Intercepted,
    ),
    Rule::new(
        C::Refused,
        Not,
        T::Hold,
        R::Halt(Contract),
        C::SignInRefused,
    )
    .sends_halt(3, Contract),
    Rule::new(
        C::SignInRefused,
        Not,
        T::Pause(Permission),
        R::Pause(Permission),
        C::SignInRefused,
    ),
    Rule::new(
        C::NotPermitted,
        Not,
        T::Halt(Permission),
        R::Halt(Permission),
        C::SignInRefused,
    ),
    Rule::new(C::Forbidden, Not, T::Hold, R::Hold, C::SignInRefused)
        .sends_halt(3, Permission)
        .reads_halt(3, Permission),
    Rule::new(C::NotYourLeg, Not, T::Hold, R::Hold, C::SignInRefused).but(Step::Legs, T::SkipLegs),
    Rule::new(
        C::Intercepted,
        Not,
        T::Pause(Offline),
        R::Pause(Offline),
        C::Intercepted,
    ),
    // To a request for what a read still shows: it is not what the plan thinks it is.
    Rule::new(C::NotFound, Not, T::Hold, R::Gone, C::WrongRoute),
    Rule::new(
        C::WrongRoute,
        Not,
        T::Halt(Contract),
        R::Halt(Contract),
        C::WrongRoute,
    ),
    Rule::new(C::Conflict, Not, T::Read, R::Retry, C::SignInRefused).but(Step::Teardown, T::Hold),
    Rule::new(C::RateLimited, Not, T::Read, R::Retry, C::RateLimited),
    Rule::new(
        C::LimitedForLong,
        Not,
        T::Pause(Offline),
        R::Pause(Offline),
        C::LimitedForLong,
    ),
    Rule::new(C::ServiceFault, Unknown, T::Read, R::Retry, C::Unreachable),
    Rule::new(
        C::GatewayGaveUp,
        Unknown,
        T::ReadQuietly,
        R::Retry,
        C::Unreachable,
    ),
    Rule::new(C::Unavailable, Unknown, T::Read, R::Retry, C::Unreachable),
    // The status line said success or nothing; what it did is not known from this answer.
    Rule::new(C::Unreadable, Unknown, T::Read, R::Retry, C::Intercepted)
        .sends_halt(2, Contract)
        .reads_halt(2, Contract),
    // One chat must not stop a run by what is in it; that all of them changed shows in chats that come out badly one after the other.
    Rule::new(C::Garbled, Unknown, T::Read, R::Retry, C::Intercepted).sends_halt(2, Contract),
    Rule::new(C::TooLarge, Unknown, T::Read, R::Unreadable, C::Intercepted),
    Rule::new(C::Odd, Not, T::Hold, R::Hold, C::SignInRefused).sends_halt(3, Contract),
];
