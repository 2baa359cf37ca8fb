//! The table of exit codes.

use super::*;

#[test]
fn the_first_that_applies_in_the_documented_order_is_the_exit_code() {
    use Exit::{
        Done, Internal, Interrupted, NotEnded, NothingMatched, Refused, SignIn, Unreachable, Usage,
    };
    let table: [(&[Exit], u8); 10] = [
        (&[], 0),
        (&[Done], 0),
        (&[NotEnded, Done], 1),
        (&[NotEnded, Unreachable], 4),
        (&[Unreachable, SignIn, NotEnded], 3),
        (&[SignIn, NothingMatched], 6),
        (&[NothingMatched, Refused], 5),
        (&[Refused, Usage, NotEnded], 2),
        (&[Usage, Interrupted], 130),
        (&[Interrupted, Internal, Done], 70),
    ];
    for (applies, number) in table {
        assert_eq!(
            Exit::first(applies.iter().copied()).number(),
            number,
            "{applies:?}"
        );
    }
}

#[test]
fn a_failure_that_stops_a_command_tells_sign_in_from_reach() {
    let permission = FailureKind::NotPermitted {
        permissions: Vec::new(),
    };
    let table = [
        (FailureKind::SignInRefused, 3),
        (permission, 3),
        (FailureKind::Forbidden, 3),
        (FailureKind::Unreachable, 4),
        (FailureKind::TimedOut, 4),
        (FailureKind::ServiceFault, 4),
        (FailureKind::NotSent, 70),
    ];
    for (kind, number) in table {
        let failure = Failure::local(kind, "");
        assert_eq!(
            Exit::of_failure(&failure).number(),
            number,
            "{:?}",
            failure.kind
        );
    }
}
