//! What a failure is ruled by: its kind, and where one kind has two fates, which of them.

use super::{LONGEST_WAIT, RULES, Rule};
use crate::domain::failure::FailureKind;
use crate::domain::text::Text;

/// A way in which a request can fail. The names are those of [`FailureKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "said at the kind of the same name")]
pub enum Case {
    NotSent,
    GrewOld,
    TokenRenewed,
    Unreachable,
    Untrusted,
    Broken,
    TimedOut,
    Redirected,
    Refused,
    SignInRefused,
    NotPermitted,
    Forbidden,
    NotYourLeg,
    Intercepted,
    NotFound,
    WrongRoute,
    Conflict,
    RateLimited,
    /// 429 with a longer time than is waited for.
    LimitedForLong,
    ServiceFault,
    GatewayGaveUp,
    Unavailable,
    Unreadable,
    Garbled,
    TooLarge,
    Odd,
}

impl Case {
    /// Every case, in the order of [`RULES`].
    pub const ALL: [Self; 26] = [
        Self::NotSent,
        Self::GrewOld,
        Self::TokenRenewed,
        Self::Unreachable,
        Self::Untrusted,
        Self::Broken,
        Self::TimedOut,
        Self::Redirected,
        Self::Refused,
        Self::SignInRefused,
        Self::NotPermitted,
        Self::Forbidden,
        Self::NotYourLeg,
        Self::Intercepted,
        Self::NotFound,
        Self::WrongRoute,
        Self::Conflict,
        Self::RateLimited,
        Self::LimitedForLong,
        Self::ServiceFault,
        Self::GatewayGaveUp,
        Self::Unavailable,
        Self::Unreadable,
        Self::Garbled,
        Self::TooLarge,
        Self::Odd,
    ];

    /// Which case a failure is.
    pub fn of(kind: &FailureKind) -> Self {
        match kind {
            FailureKind::NotSent => Self::NotSent,
            FailureKind::GrewOld => Self::GrewOld,
            FailureKind::TokenRenewed => Self::TokenRenewed,
            FailureKind::Unreachable => Self::Unreachable,
            FailureKind::Untrusted => Self::Untrusted,
            FailureKind::Broken => Self::Broken,
            FailureKind::TimedOut => Self::TimedOut,
            FailureKind::Redirected => Self::Redirected,
            FailureKind::Refused => Self::Refused,
            FailureKind::SignInRefused => Self::SignInRefused,
            FailureKind::NotPermitted { .. } => Self::NotPermitted,
            FailureKind::Forbidden => Self::Forbidden,
            FailureKind::NotYourLeg => Self::NotYourLeg,
            FailureKind::Intercepted => Self::Intercepted,
            FailureKind::NotFound => Self::NotFound,
            FailureKind::WrongRoute => Self::WrongRoute,
            FailureKind::Conflict => Self::Conflict,
            FailureKind::RateLimited {
                retry_after: Some(seconds),
            } if *seconds > LONGEST_WAIT => Self::LimitedForLong,
            FailureKind::RateLimited { .. } => Self::RateLimited,
            FailureKind::ServiceFault => Self::ServiceFault,
            FailureKind::GatewayGaveUp => Self::GatewayGaveUp,
            FailureKind::Unavailable { .. } => Self::Unavailable,
            FailureKind::Unreadable => Self::Unreadable,
            FailureKind::Garbled => Self::Garbled,
            FailureKind::TooLarge => Self::TooLarge,
            FailureKind::Odd => Self::Odd,
        }
    }

    /// The kind of failure, with what only some kinds carry.
    pub fn kind(self, permissions: Vec<Text>, retry_after: Option<u32>) -> FailureKind {
        match self {
            Self::NotSent => FailureKind::NotSent,
            Self::GrewOld => FailureKind::GrewOld,
            Self::TokenRenewed => FailureKind::TokenRenewed,
            Self::Unreachable => FailureKind::Unreachable,
            Self::Untrusted => FailureKind::Untrusted,
            Self::Broken => FailureKind::Broken,
            Self::TimedOut => FailureKind::TimedOut,
            Self::Redirected => FailureKind::Redirected,
            Self::Refused => FailureKind::Refused,
            Self::SignInRefused => FailureKind::SignInRefused,
            Self::NotPermitted => FailureKind::NotPermitted { permissions },
            Self::Forbidden => FailureKind::Forbidden,
            Self::NotYourLeg => FailureKind::NotYourLeg,
            Self::Intercepted => FailureKind::Intercepted,
            Self::NotFound => FailureKind::NotFound,
            Self::WrongRoute => FailureKind::WrongRoute,
            Self::Conflict => FailureKind::Conflict,
            Self::RateLimited | Self::LimitedForLong => FailureKind::RateLimited { retry_after },
            Self::ServiceFault => FailureKind::ServiceFault,
            Self::GatewayGaveUp => FailureKind::GatewayGaveUp,
            Self::Unavailable => FailureKind::Unavailable { retry_after },
            Self::Unreadable => FailureKind::Unreadable,
            Self::Garbled => FailureKind::Garbled,
            Self::TooLarge => FailureKind::TooLarge,
            Self::Odd => FailureKind::Odd,
        }
    }

    /// What follows from it.
    pub fn rule(self) -> &'static Rule {
        RULES
            .iter()
            .find(|rule| rule.case == self)
            .unwrap_or(&RULES[0])
    }
}
