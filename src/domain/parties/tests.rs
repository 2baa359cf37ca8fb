//! The code of a row, as the screens show it.

use super::*;
use crate::domain::conversation::WrapUp;
use crate::domain::staged::{Staged, closed, leg, orphan, staged};
use jiff::SignedDuration;

fn code(staged: &Staged) -> String {
    Parties::of(&staged.conversation).to_string()
}

#[test]
fn the_code_says_who_is_there_and_how() {
    let gone = || closed("1h", "peer");
    let up = || leg("connected");
    let cases = [
        (orphan(1).with("acd", gone()), "C- A+ Q-"),
        (
            staged(1).with("customer", up()).with("acd", up()),
            "C+ A. Q+",
        ),
        (
            staged(1).with("customer", up()).with("botflow", up()),
            "C+ A. B+",
        ),
        (
            staged(1)
                .with("customer", up())
                .with("agent", leg("parked"))
                .with("acd", gone()),
            "C+ A~ Q-",
        ),
        (
            staged(1)
                .with("customer", gone())
                .with("agent", leg("alerting"))
                .with("workflow", gone()),
            "C- A! B-",
        ),
        (
            staged(1).with("workflow", gone()).with("acd", gone()),
            "C. A. Q-",
        ),
        (
            orphan(1).with("acd", up()).with("external", up()),
            "C- A+ E+",
        ),
        (orphan(1).with("hologram", up()), "C- A+ ?+"),
        (orphan(1).with("agent", leg("levitating")), "C- A? Q."),
        (
            staged(1).with("agent", up()).with("agent", gone()),
            "C. A+ Q.",
        ),
        (
            staged(1).with("agent", gone()).with("agent", up()),
            "C. A+ Q.",
        ),
        (staged(1), "C. A. Q."),
    ];
    for (staged, expected) in cases {
        assert_eq!(code(&staged), expected);
    }
}

#[test]
fn wrap_up_shows_only_when_the_agent_has_left() {
    let owed = |state: &str| {
        staged(1)
            .with("customer", closed("1h", "peer"))
            .party("agent", leg(state), |party| {
                party.wrap_up = WrapUp::Owed {
                    since: None,
                    timeout: SignedDuration::ZERO,
                };
            })
    };
    assert_eq!(code(&owed("disconnected")), "C- Aw Q.");
    assert_eq!(code(&owed("connected")), "C- A+ Q.");
}

#[test]
fn what_is_unread_shows_no_state() {
    assert_eq!(Parties::UNREAD.to_string(), "C? A? Q?");
    assert_eq!(format!("{:10}|", Parties::UNREAD), "C? A? Q?  |");
}
