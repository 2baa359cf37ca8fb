//! The matrix of outcomes: every cell of it, at the pure core and through the real client, and the table that the docs print.

use std::fmt::Write as _;
use std::path::Path;

use unstick::domain::fact::HaltCause;
use unstick::domain::failure::{Failure, Receipt};
use unstick::domain::rulings::{
    Body, Case, OUTCOMES, Outcome, RULES, ReadRuling, Sign, Streak, Then, of_status,
};
use unstick::domain::step::Step;

/// What a read means: every row, rung by rung.
mod after_a_read;
/// The teardown of what is over in truth: analytics' word before it and after it.
mod astray;
/// A run at the pure core that is led by hand.
mod bench;
/// Every cell at the pure core.
mod cells;
/// What recipes send, and when: led by hand.
mod recipes;
/// Every row through the real client, over a socket.
mod sockets;

pub(crate) const SENDING: [Step; 4] = [Step::Legs, Step::Close, Step::WrapUp, Step::Teardown];

/// The permission that a refusal of these tests names.
pub(crate) const PERMISSION: &str = "conversation:communication:disconnect";

/// A failure of this case, as the client would report it for such an outcome.
pub(crate) fn failure_of(outcome: &Outcome, case: Case) -> Failure {
    let retry_after = match outcome.sign {
        Sign::Limited(seconds) => seconds.parse().ok(),
        _ => None,
    };
    let (status, code) = match outcome.sign {
        Sign::Status(spans, Body::Code(codes)) => (Some(spans[0].0), Some(codes[0].into())),
        Sign::Status(spans, Body::Genesys) => (Some(spans[0].0), Some("some.code".into())),
        Sign::Status(spans, _) => (Some(spans[0].0), None),
        Sign::Limited(_) => (Some(429), None),
        Sign::Success => (Some(200), None),
        Sign::NoAnswer => (None, None),
    };
    Failure {
        kind: case.kind(vec![PERMISSION.into()], retry_after),
        code,
        said: "as told".into(),
        receipt: Receipt {
            status,
            ..Receipt::default()
        },
    }
}

#[test]
fn every_status_falls_into_one_row_and_every_row_is_reached() {
    let mut reached = vec![false; OUTCOMES.len()];
    for status in (0..200).chain(300..1000) {
        for code in [
            None,
            Some("some.code"),
            Some("missing.permissions"),
            Some("conversation.error.forbidden.not.active.participant"),
        ] {
            let row = OUTCOMES
                .iter()
                .position(|outcome| outcome.sign.fits(status, code))
                .unwrap_or_else(|| panic!("no row for {status} {code:?}"));
            reached[row] = true;
            assert_eq!(Some(of_status(status, code)), OUTCOMES[row].send);
        }
    }
    for (outcome, reached) in OUTCOMES.iter().zip(reached) {
        let by_status = matches!(outcome.sign, Sign::Status(..));
        assert_eq!(reached, by_status, "{}", outcome.name);
    }
}

#[test]
fn every_case_has_its_rule_and_a_failed_sign_in_never_leaves_an_effect_in_doubt() {
    assert_eq!(RULES.map(|rule| rule.case), Case::ALL);
    for rule in RULES {
        let for_the_request = rule.sign_in.rule();
        assert_eq!(
            for_the_request.class,
            unstick::domain::fact::Class::NotApplied,
            "{:?}",
            rule.case
        );
        assert!(
            !matches!(
                for_the_request.read,
                ReadRuling::Hold | ReadRuling::Gone | ReadRuling::Unreadable
            ),
            "{:?}: a sign-in says nothing of a conversation",
            rule.case
        );
    }
}

#[test]
fn the_table_of_the_docs_is_what_the_constant_prints() {
    is_printed("src/domain/rulings/matrix.md", &printed());
}

/// A file of the docs is what its constant prints. `BLESS=1` writes it anew.
#[track_caller]
pub(crate) fn is_printed(file: &str, printed: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, printed).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap() == printed,
        "{file} is not what the constant prints: BLESS=1 cargo test --test it the_table_of_the_docs"
    );
}

fn printed() -> String {
    let mut out = "\
<!-- Printed from OUTCOMES and RULES by `BLESS=1 cargo test --test it the_table_of_the_docs`; not written by hand. -->

*not*: known not to have been applied; *unknown*: it may have been. After every outcome comes a read; what else follows: *read*, the
read decides; *quiet*, and nothing is sent for 15 s; *held*, unless the read shows it over (a wrap-up: reported as owed); *pause* and
*halt*, of the run. Of reads: *again*, five times at most, then unresolved; three in a row that reached nobody pause the run. \"3: halt\"
means that the third of its like in a row halts the run. For a sign-in: what it is for the request that wanted the token, which was not
sent; where the page pauses at once and this says *again*, three in a row pause it.

| what came | check, verify | legs | close | wrap-up | teardown | sign-in | note |
| --- | --- | --- | --- | --- | --- | --- | --- |
"
    .to_owned();
    for outcome in OUTCOMES {
        let sends = SENDING.map(|step| send_cell(outcome, step));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            outcome.name,
            read_cell(outcome),
            sends.join(" | "),
            sign_in_cell(outcome),
            outcome.note
        );
    }
    out
}

fn cause(cause: HaltCause) -> &'static str {
    match cause {
        HaltCause::Permission => "permission",
        HaltCause::Contract => "contract",
        HaltCause::Offline => "offline",
        HaltCause::Organisation => "organisation",
        HaltCause::TooMuchTrouble => "trouble",
    }
}

fn with_streak(cell: String, streak: Option<Streak>) -> String {
    match streak {
        Some(streak) => format!("{cell}; {}: halt ({})", streak.times, cause(streak.cause)),
        None => cell,
    }
}

fn read_words(ruling: ReadRuling) -> String {
    match ruling {
        ReadRuling::Retry => "again".to_owned(),
        ReadRuling::Hold => "held".to_owned(),
        ReadRuling::Gone => "again; then I10".to_owned(),
        ReadRuling::Pause(why) => format!("pause ({})", cause(why)),
        ReadRuling::Halt(why) => format!("halt ({})", cause(why)),
        ReadRuling::Unreadable => "unresolved".to_owned(),
    }
}

fn read_cell(outcome: &Outcome) -> String {
    match (outcome.read, outcome.sign) {
        (None, Sign::NoAnswer) => "–".to_owned(),
        (None, _) => "its content".to_owned(),
        (Some(case), _) => {
            let rule = case.rule();
            with_streak(read_words(rule.read), rule.read_streak)
        }
    }
}

fn send_cell(outcome: &Outcome, step: Step) -> String {
    let Some(case) = outcome.send else {
        return "accepted".to_owned();
    };
    let rule = case.rule();
    let class = match rule.class {
        unstick::domain::fact::Class::NotApplied => "not",
        _ => "unknown",
    };
    let then = match rule.then(step) {
        Then::Read => "read".to_owned(),
        Then::ReadQuietly => "quiet".to_owned(),
        Then::Hold => "held".to_owned(),
        Then::SkipLegs => "on to close".to_owned(),
        Then::Pause(why) => format!("pause ({})", cause(why)),
        Then::Halt(why) => format!("halt ({})", cause(why)),
    };
    with_streak(format!("{class}, {then}"), rule.send_streak)
}

fn sign_in_cell(outcome: &Outcome) -> String {
    match (outcome.read, outcome.sign) {
        (None, Sign::NoAnswer) => "–".to_owned(),
        (None, _) => "the token".to_owned(),
        (Some(case), _) => read_words(case.rule().sign_in.rule().read),
    }
}
