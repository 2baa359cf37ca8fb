//! What a failure of one question means for the others.

use crate::domain::failure::{Failure, FailureKind};

/// What a failure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Meaning {
    /// It concerns one window, which is asked in another way, or later; the others go on.
    OneWindow,
    /// Nothing can be listed now.
    Everything,
}

impl Meaning {
    /// Nothing is wrong with the service or the way there as such: the questions are answered, but not with what was asked for.
    pub(in crate::engine) fn is_of_answers(failure: &Failure) -> bool {
        matches!(whose(&failure.kind), Whose::Perhaps | Whose::Its)
    }
}

/// Whose a failure is.
pub(super) enum Whose {
    /// The service, the way there or the sign-in: any question fails like this.
    Everybodys,
    /// Nearly always the service's, or the way there; but perhaps this question is too much for it.
    Services,
    /// What this one question is answered with, unless others fail as well.
    Perhaps,
    /// This question's.
    Its,
}

pub(super) fn whose(kind: &FailureKind) -> Whose {
    match kind {
        FailureKind::Refused => Whose::Its,
        FailureKind::GatewayGaveUp
        | FailureKind::TooLarge
        | FailureKind::TimedOut
        | FailureKind::ServiceFault
        | FailureKind::Unreadable
        | FailureKind::Garbled
        | FailureKind::Odd => Whose::Perhaps,
        FailureKind::Broken | FailureKind::Unavailable { .. } => Whose::Services,
        _ => Whose::Everybodys,
    }
}
