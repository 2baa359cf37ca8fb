//! Exit codes: of everything that applies, the first in the order of [`Exit`] is the one that a script sees.

use std::process::ExitCode;

use crate::domain::fact::HaltCause;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::run::{Run, RunState};

/// How a command came out; earlier ones win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// Internal error: a bug of this program.
    Internal,
    /// Interrupted before anything was sent.
    Interrupted,
    /// Usage or settings; a missing note and a damaged journal too.
    Usage,
    /// Refused by a guard, a limit or read-only; for a lock, a wrong phrase or an edited plan too.
    Refused,
    /// Nothing matched: no conversation to plan or to show.
    NothingMatched,
    /// Sign-in or permission.
    SignIn,
    /// Unreachable: the service cannot be reached or used.
    Unreachable,
    /// Something asked for was not ended.
    NotEnded,
    /// All done.
    Done,
}

impl Exit {
    /// The number.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Internal => 70,
            Self::Interrupted => 130,
            Self::Usage => 2,
            Self::Refused => 5,
            Self::NothingMatched => 6,
            Self::SignIn => 3,
            Self::Unreachable => 4,
            Self::NotEnded => 1,
            Self::Done => 0,
        }
    }

    /// Every way, in the order in which it applies.
    pub(super) const ALL: [Self; 9] = [
        Self::Internal,
        Self::Interrupted,
        Self::Usage,
        Self::Refused,
        Self::NothingMatched,
        Self::SignIn,
        Self::Unreachable,
        Self::NotEnded,
        Self::Done,
    ];

    /// What it means, for the manual.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Internal => "internal error",
            Self::Interrupted => "interrupted before anything was sent",
            Self::Usage => "usage or settings",
            Self::Refused => "refused by a guard, a limit or read-only",
            Self::NothingMatched => "nothing matched",
            Self::SignIn => "sign-in or permission",
            Self::Unreachable => "unreachable",
            Self::NotEnded => "something asked for was not ended",
            Self::Done => "all done",
        }
    }

    /// The first that applies; all done where nothing does.
    pub(super) fn first(applies: impl IntoIterator<Item = Self>) -> Self {
        applies.into_iter().min().unwrap_or(Self::Done)
    }

    /// What a failed request means when nothing can be done without it.
    pub(super) fn of_failure(failure: &Failure) -> Self {
        match failure.kind {
            FailureKind::SignInRefused
            | FailureKind::NotPermitted { .. }
            | FailureKind::Forbidden
            | FailureKind::NotYourLeg => Self::SignIn,
            FailureKind::NotSent => Self::Internal,
            _ => Self::Unreachable,
        }
    }

    /// How a run came out. `pause` is what made it pause: without a screen nobody is there to let it go on. `is_interrupted` says whether
    /// somebody stopped it: a run may also be stopped because it is too old to send anything.
    pub(super) fn of_run(run: &Run, pause: Option<HaltCause>, is_interrupted: bool) -> Self {
        let is_untouched = run.items.iter().all(|item| item.sends.is_empty());
        let cause = match &run.cut_short {
            Some(RunState::Halted(cause, _)) => Some(Self::of_halt(*cause)),
            Some(RunState::Stopping(_)) => match pause {
                Some(cause) => Some(Self::of_halt(cause)),
                None => (is_interrupted && is_untouched).then_some(Self::Interrupted),
            },
            _ => None,
        };
        let is_short = !run.tally().is_all_done();
        Self::first(
            cause
                .filter(|_| is_short)
                .into_iter()
                .chain(is_short.then_some(Self::NotEnded)),
        )
    }

    fn of_halt(cause: HaltCause) -> Self {
        match cause {
            HaltCause::Permission => Self::SignIn,
            HaltCause::Offline => Self::Unreachable,
            HaltCause::Organisation => Self::Refused,
            HaltCause::Contract | HaltCause::TooMuchTrouble => Self::NotEnded,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}

#[cfg(test)]
mod tests;
