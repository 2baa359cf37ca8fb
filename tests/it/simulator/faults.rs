//! What goes wrong with a request on its way, and whether it takes effect all the same.

use unstick::domain::failure::{Failure, FailureKind, Receipt};
use unstick::domain::text::Text;

use crate::support::dice::Dice;

use super::service::at;

/// How one request goes.
#[derive(Debug, Clone)]
pub(crate) struct Fate {
    /// When it leaves, in milliseconds after it was asked for: what the limiter, a token or a new connection cost.
    pub(crate) leaves: i64,
    /// When it reaches the service, after it left; absent when it never does.
    pub(crate) arrives: Option<i64>,
    /// When it takes effect, after it arrived; absent when it never does. Reads have no effect.
    pub(crate) applies: Option<i64>,
    /// When its answer is back, after it left.
    pub(crate) answers: i64,
    /// What it says; nothing is a success.
    pub(crate) failure: Option<FailureKind>,
}

/// A request of which nothing goes wrong.
fn smooth(dice: &mut Dice) -> Fate {
    let arrives = 10 + dice.ms(70);
    let leaves = match dice.below(40) {
        0 => dice.ms(4000),
        _ => dice.ms(20),
    };
    Fate {
        leaves,
        arrives: Some(arrives),
        applies: Some(dice.ms(800)),
        answers: arrives + 10 + dice.ms(110),
        failure: None,
    }
}

/// How a read goes. `ills` in a thousand go wrong.
pub(crate) fn of_read(dice: &mut Dice, ills: u64) -> Fate {
    let mut fate = smooth(dice);
    if !dice.in_thousand(ills) {
        return fate;
    }
    let failure = match dice.below(16) {
        0 | 1 => FailureKind::Unreachable,
        2 => FailureKind::Broken,
        3 => FailureKind::TimedOut,
        4..7 => FailureKind::ServiceFault,
        7 | 8 => FailureKind::Unavailable { retry_after: None },
        9 => FailureKind::GatewayGaveUp,
        10 => FailureKind::RateLimited {
            retry_after: Some(3),
        },
        11 => FailureKind::TokenRenewed,
        12 => FailureKind::Unreadable,
        13 => FailureKind::Conflict,
        14 if dice.in_ten(1) => FailureKind::NotFound,
        // What halts a run must be rare, else little is simulated.
        15 if dice.in_thousand(2) => FailureKind::WrongRoute,
        // No failure, and so slow that it carries nothing.
        _ => {
            fate.answers += dice.ms(9000);
            return fate;
        }
    };
    if failure == FailureKind::TimedOut {
        fate.answers = 15_000;
    }
    fate.failure = Some(failure);
    fate
}

/// How a request goes that is to change something. `ills` in a thousand go wrong.
pub(crate) fn of_send(dice: &mut Dice, ills: u64) -> Fate {
    let mut fate = smooth(dice);
    if !dice.in_thousand(ills) {
        return fate;
    }
    let late = 1000 + dice.ms(44_000);
    let (failure, arrives, applies) = match dice.below(18) {
        0 | 1 => (FailureKind::Unreachable, false, None),
        // It was swallowed on the way; it was applied, and the answer lost; it is applied late.
        2 => (FailureKind::TimedOut, true, None),
        3 => (FailureKind::TimedOut, true, Some(dice.ms(800))),
        4 => (FailureKind::TimedOut, true, Some(late)),
        5 => (FailureKind::Broken, true, None),
        6 => (FailureKind::Broken, true, Some(dice.ms(800))),
        7 => (FailureKind::ServiceFault, true, None),
        8 => (FailureKind::ServiceFault, true, Some(dice.ms(800))),
        9 => (FailureKind::Unavailable { retry_after: None }, true, None),
        10 => (FailureKind::GatewayGaveUp, true, Some(late)),
        11 => (FailureKind::GatewayGaveUp, true, None),
        12 => (
            FailureKind::RateLimited {
                retry_after: Some(2),
            },
            false,
            None,
        ),
        13 => (FailureKind::TokenRenewed, false, None),
        14 => (FailureKind::Conflict, false, None),
        15 => (FailureKind::Unreadable, true, Some(dice.ms(800))),
        16 if dice.in_ten(1) => (FailureKind::Refused, false, None),
        17 if dice.in_thousand(2) => {
            let permissions = Vec::new();
            (FailureKind::NotPermitted { permissions }, false, None)
        }
        // Accepted, and applied much later, or not at all.
        _ => {
            fate.applies = dice.in_ten(7).then_some(late);
            return fate;
        }
    };
    if failure == FailureKind::TimedOut {
        fate.answers = 30_000;
    }
    fate.failure = Some(failure);
    fate.arrives = fate.arrives.filter(|_| arrives);
    fate.applies = applies;
    fate
}

/// The failure as the client would report it at this time.
pub(crate) fn failure(kind: FailureKind, now: i64) -> Failure {
    let has_answer = !matches!(
        kind,
        FailureKind::Unreachable
            | FailureKind::Broken
            | FailureKind::TimedOut
            | FailureKind::GrewOld
    );
    Failure {
        kind,
        code: None,
        said: Text::clean("as the dice fell"),
        receipt: Receipt {
            date: has_answer.then(|| at(now / 1000 * 1000)),
            ..Receipt::default()
        },
    }
}
