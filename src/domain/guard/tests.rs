//! What may be planned, alone and with others, for every kind; and what is refused for other reasons.

use std::sync::Arc;

use super::*;
use crate::domain::conversation::{Leg, Medium, Side, WrapUp};
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::roster::FailedRead;
use crate::domain::staged::{
    NOW, Staged, age, ago, alone, closed, leg, live, orphan, recorded, staged,
};
use crate::domain::text::Text;

fn terms(choices: &Choices) -> Terms<'_> {
    Terms {
        choices,
        from_filter: false,
        max_batch: 10,
        allow_teardown: false,
        escalated: &[],
        now: NOW,
        max_read_age: None,
        still_matches: None,
    }
}

/// The rule, with the words of a refusal alone.
fn admit(row: &Row, is_bulk: bool, terms: &Terms<'_>) -> Result<PlanItem, String> {
    super::admit(row, is_bulk, terms).map_err(|why| why.reason)
}

fn admitted(staged: Staged, is_bulk: bool, choices: &Choices) -> Result<Kind, String> {
    admit(&staged.read("2s"), is_bulk, &terms(choices)).map(|item| item.kind)
}

fn owing() -> Staged {
    staged(1).with("customer", closed("5h", "peer")).party(
        "agent",
        closed("4h", "client"),
        |party| {
            party.wrap_up = WrapUp::Owed {
                since: None,
                timeout: age("0s"),
            };
        },
    )
}

fn mixed() -> Staged {
    let call = Leg {
        medium: Medium::from("call".to_owned()),
        ..leg("connected")
    };
    orphan(1).with("agent", call)
}

#[test]
fn a_stuck_kind_is_planned_alone_and_with_others() {
    for is_bulk in [false, true] {
        let item = admitted(orphan(1), is_bulk, &Choices::default());
        assert_eq!(item, Ok(Kind::Orphan));
    }
}

#[test]
fn a_kind_that_may_hide_a_person_is_planned_only_alone() {
    assert_eq!(
        admitted(alone(1), false, &Choices::default()),
        Ok(Kind::Alone)
    );
    assert_eq!(
        admitted(alone(1), true, &Choices::default()),
        Err("alone is ended one at a time, chosen by its id".to_owned())
    );
}

#[test]
fn a_live_conversation_needs_leave_and_is_never_one_of_many() {
    let allowed = Choices {
        allow_live: true,
        ..Choices::default()
    };
    assert_eq!(admitted(live(1), false, &allowed), Ok(Kind::Live));
    assert!(admitted(live(1), true, &allowed).is_err());
    assert_eq!(
        admitted(live(1), false, &Choices::default()),
        Err("live is left alone unless a live conversation is allowed by name".to_owned())
    );
}

#[test]
fn leave_for_live_ones_opens_nothing_that_is_never_planned() {
    let allowed = Choices {
        allow_live: true,
        ..Choices::default()
    };
    let never = [
        orphan(1).with("hologram", leg("connected")),
        orphan(1).but(|staged| staged.conversation.ended = Some(NOW)),
        staged(1).with("agent", leg("connected")),
    ];
    for staged in never {
        assert!(admitted(staged, false, &allowed).is_err());
    }
}

#[test]
fn what_is_not_known_now_is_not_planned() {
    let choices = Choices::default();
    let unread = orphan(1).row;
    assert_eq!(
        admit(&unread, false, &terms(&choices)).unwrap_err(),
        "not read yet"
    );
    let mut failed = orphan(1).read("2s");
    failed.failed_read = Some(FailedRead {
        failure: Failure {
            kind: FailureKind::TimedOut,
            code: None,
            said: Text::clean(""),
            receipt: Receipt::default(),
        },
        at: NOW,
    });
    let reason = admit(&failed, false, &terms(&choices)).unwrap_err();
    assert!(reason.starts_with("could not be read: "), "{reason}");
    let mut ghost = orphan(1).read("61s");
    ghost.over_since = Some(NOW);
    assert_eq!(
        admit(&ghost, false, &terms(&choices)).unwrap_err(),
        "no longer listed as open, and not read since"
    );
    let mut outside_the_list = orphan(1).read("60s");
    outside_the_list.over_since = Some(NOW);
    assert!(admit(&outside_the_list, false, &terms(&choices)).is_ok());
}

#[test]
fn the_age_of_a_read_counts_only_where_a_limit_is_given() {
    let choices = Choices::default();
    let limited = Terms {
        max_read_age: Some(age("60s")),
        ..terms(&choices)
    };
    assert!(admit(&orphan(1).read("60s"), false, &limited).is_ok());
    assert_eq!(
        admit(&orphan(1).read("2m"), false, &limited).unwrap_err(),
        "its read is 2m old"
    );
    assert!(admit(&orphan(1).read("2m"), false, &terms(&choices)).is_ok());
}

#[test]
fn wrap_up_needs_a_code_and_the_rung_that_applies_it() {
    let mut choices = Choices::default();
    assert_eq!(
        admitted(owing(), true, &choices),
        Err("needs a code".to_owned())
    );
    choices.wrap_up = Some("code".to_owned());
    assert_eq!(admitted(owing(), true, &choices), Ok(Kind::WrapUp));
    choices.rung = Rung::Legs;
    assert!(admitted(owing(), true, &choices).is_err());
}

#[test]
fn with_another_medium_only_single_legs_are_ended() {
    let mut choices = Choices::default();
    let refused = admitted(mixed(), false, &choices).unwrap_err();
    assert!(refused.contains("only the rung `legs`"), "{refused}");
    choices.rung = Rung::Legs;
    assert_eq!(admitted(mixed(), false, &choices), Ok(Kind::Mixed));
    assert!(admitted(mixed(), true, &choices).is_err());
}

#[test]
fn after_call_work_that_has_time_left_is_no_work_for_a_plan() {
    let young = staged(1).with("customer", closed("5m", "peer")).party(
        "agent",
        closed("5m", "client"),
        |party| {
            party.wrap_up = WrapUp::Owed {
                since: None,
                timeout: age("0s"),
            };
        },
    );
    let allowed = Choices {
        allow_live: true,
        wrap_up: Some("code".to_owned()),
        ..Choices::default()
    };
    let refused = admitted(young, false, &allowed).unwrap_err();
    assert!(refused.contains("nothing to end"), "{refused}");
}

#[test]
fn a_row_that_left_the_filter_is_not_planned() {
    let choices = Choices::default();
    let row = alone(1).wrote(Side::Customer, "2h").read("2s");
    let left = Terms {
        still_matches: Some(&|_| false),
        ..terms(&choices)
    };
    assert_eq!(
        admit(&row, false, &left).unwrap_err(),
        "no longer matches the filter"
    );
}

/// Over for an hour, and open for analytics, which was asked just now.
fn stray() -> Row {
    staged(1)
        .with("agent", closed("1h", "client"))
        .but(|staged| {
            staged.conversation.ended = Some(ago("1h"));
            staged.row.listed.recorded = Some(Arc::new(recorded()));
        })
        .read("2s")
}

#[test]
fn what_was_read_before_it_answered_404_and_what_has_a_leg_open_is_not_torn_down() {
    assert_eq!(may_tear_down(&stray(), NOW), Ok(()));
    let mut missing = stray();
    missing.beside.missing_since = Some(ago("1s"));
    let why = may_tear_down(&missing, NOW).unwrap_err();
    assert!(why.contains("knows no such conversation"), "{why}");
    // The platform says that it ended, and shows a leg: whoever is right, somebody may be there.
    let open = staged(1)
        .with("agent", leg("connected"))
        .but(|staged| {
            staged.conversation.ended = Some(ago("1h"));
            staged.row.listed.recorded = Some(Arc::new(recorded()));
        })
        .read("2s");
    assert_eq!(open.kind(NOW), Kind::Desync);
    let why = may_tear_down(&open, NOW).unwrap_err();
    assert!(why.contains("a leg of it is open"), "{why}");
}

#[test]
fn each_refusal_has_a_cause_to_count_by_beside_its_words() {
    let choices = Choices::default();
    let cause = |row: &Row, is_bulk, terms: &Terms<'_>| {
        let refused = super::admit(row, is_bulk, terms).unwrap_err();
        assert!(!refused.reason.is_empty());
        refused.cause
    };
    let terms = terms(&choices);
    assert_eq!(cause(&orphan(1).row, false, &terms), Cause::Unread);
    assert_eq!(cause(&live(1).read("2s"), true, &terms), Cause::Healthy);
    assert_eq!(cause(&live(1).read("2s"), false, &terms), Cause::Healthy);
    assert_eq!(cause(&alone(1).read("2s"), true, &terms), Cause::OneByOne);
    let elsewhere = Terms {
        still_matches: Some(&|_| false),
        ..terms
    };
    assert_eq!(
        cause(&orphan(1).read("2s"), false, &elsewhere),
        Cause::Filter
    );
}
