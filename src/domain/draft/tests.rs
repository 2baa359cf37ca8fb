//! Whole plans: who gets in, in what order, and what a fresh read does to it.

mod laws;

use super::*;
use crate::domain::conversation::Side;
use crate::domain::guard::Terms;
use crate::domain::plan::Choices;
use crate::domain::staged::{NOW, alone, closed, leg, live, orphan, roster, staged};

fn id(number: u128) -> ConversationId {
    ConversationId::from_u128(number)
}

fn scope() -> Scope {
    Scope {
        org_id: "org".to_owned(),
        api_host: "api.example.com".to_owned(),
        client_id: "client".to_owned(),
        profile: "acme".to_owned(),
    }
}

fn terms(choices: &Choices) -> Terms<'_> {
    Terms {
        choices,
        from_filter: false,
        max_batch: 3,
        allow_teardown: true,
        escalated: &[],
        now: NOW,
        max_read_age: None,
        still_matches: None,
    }
}

fn planned(plan: &Plan) -> Vec<ConversationId> {
    plan.items.iter().map(|item| item.id).collect()
}

fn reasons(plan: &Plan) -> Vec<&str> {
    plan.skipped.iter().map(|s| s.reason.as_str()).collect()
}

#[test]
fn each_conversation_asked_for_is_planned_once_or_left_out_with_its_reason() {
    let roster = roster([
        orphan(1).read("2s"),
        alone(2).read("2s"),
        orphan(3).read("2s"),
        live(4).read("2s"),
        orphan(5).row,
    ]);
    let asked = [3, 1, 2, 3, 4, 5, 6].map(id);
    let choices = Choices::default();
    let plan = draft(&asked, &roster, &scope(), &terms(&choices)).unwrap();
    assert_eq!(planned(&plan), [id(3), id(1)]);
    assert_eq!(
        reasons(&plan),
        [
            "alone is ended one at a time, chosen by its id",
            "live: both sides are there, customer wrote 1m ago",
            "not read yet",
            "not among the conversations that are known now",
        ]
    );
    assert_eq!(plan.hash, plan.computed_hash());
    assert_eq!(plan.phrase(), "acme 2");
}

#[test]
fn the_same_id_twice_is_one_conversation() {
    let roster = roster([alone(1).read("2s")]);
    let choices = Choices::default();
    let plan = draft(&[id(1), id(1)], &roster, &scope(), &terms(&choices)).unwrap();
    assert_eq!(planned(&plan), [id(1)]);
}

#[test]
fn one_conversation_from_a_filter_is_bulk() {
    let roster = roster([alone(1).read("2s")]);
    let choices = Choices::default();
    let drawn = Terms {
        from_filter: true,
        ..terms(&choices)
    };
    let plan = draft(&[id(1)], &roster, &scope(), &drawn).unwrap();
    assert!(plan.items.is_empty());
}

#[test]
fn over_the_batch_limit_nothing_is_planned() {
    let roster = roster((1..=4).map(|number| orphan(number).read("2s")));
    let choices = Choices::default();
    let refused = draft(&[1, 2, 3, 4].map(id), &roster, &scope(), &terms(&choices)).unwrap_err();
    assert_eq!(refused, DraftRefused::TooMany { count: 4, limit: 3 });
    let plan = draft(&[1, 2, 3].map(id), &roster, &scope(), &terms(&choices)).unwrap();
    assert_eq!(plan.items.len(), 3);
}

#[test]
fn a_live_conversation_is_named_alone_and_by_its_id() {
    let roster = roster([live(1).read("2s"), orphan(2).read("2s")]);
    let choices = Choices {
        allow_live: true,
        ..Choices::default()
    };
    let terms = terms(&choices);
    let plan = draft(&[id(1)], &roster, &scope(), &terms).unwrap();
    assert_eq!(plan.phrase(), "acme live 00000000");
    let two = draft(&[id(1), id(2)], &roster, &scope(), &terms);
    assert_eq!(two.unwrap_err(), DraftRefused::LiveIsAlone);
    let drawn = Terms {
        from_filter: true,
        ..terms
    };
    let filtered = draft(&[id(1)], &roster, &scope(), &drawn);
    assert_eq!(filtered.unwrap_err(), DraftRefused::LiveIsAlone);
}

#[test]
fn a_teardown_needs_leave_a_single_id_and_a_run_that_left_it_open() {
    let roster = roster([orphan(1).read("2s"), orphan(2).read("2s")]);
    let choices = Choices {
        rung: Rung::Teardown,
        ..Choices::default()
    };
    let escalated = [id(1)];
    let good = Terms {
        escalated: &escalated,
        ..terms(&choices)
    };
    let plan = draft(&[id(1)], &roster, &scope(), &good).unwrap();
    assert_eq!(planned(&plan), [id(1)]);
    let refused = |asked: &[ConversationId], terms: Terms<'_>| {
        draft(asked, &roster, &scope(), &terms).unwrap_err()
    };
    assert_eq!(
        refused(&[id(2)], good),
        DraftRefused::NotEscalated {
            id: id(2),
            why: "a leg of it is open".to_owned()
        }
    );
    assert_eq!(
        refused(&[id(1), id(2)], good),
        DraftRefused::TeardownIsAlone
    );
    let off = Terms {
        allow_teardown: false,
        ..good
    };
    assert!(matches!(
        refused(&[id(1)], off),
        DraftRefused::TeardownIsOff { .. }
    ));
}

#[test]
fn what_changed_since_it_was_seen_is_left_out_and_the_rest_is_frozen_anew() {
    let seen = roster([
        orphan(1).read("2m"),
        orphan(2).read("2m"),
        orphan(3).read("2m"),
    ]);
    let choices = Choices::default();
    let terms = terms(&choices);
    let plan = draft(&[1, 2, 3].map(id), &seen, &scope(), &terms).unwrap();
    let fresh = roster([
        orphan(1).read("2s"),
        orphan(2).wrote(Side::Customer, "5s").read("2s"),
        staged(3)
            .with("customer", closed("5h", "peer"))
            .with("agent", closed("5s", "client"))
            .read("2s"),
    ]);
    let again = redraft(&plan, &fresh, &terms).unwrap();
    assert_eq!(planned(&again), [id(1)]);
    assert_eq!(
        reasons(&again),
        [
            "customer wrote since it was planned",
            "agent had left already since it was planned"
        ]
    );
    assert_ne!(again.hash, plan.hash);
    assert_eq!(again.phrase(), "acme 1");
    let same = redraft(&again, &fresh, &terms).unwrap();
    assert_eq!(same.hash, again.hash, "nothing changed, nothing is changed");
}

#[test]
fn a_plan_of_many_stays_bulk_when_one_remains() {
    let many = roster([orphan(1).read("2m"), live(2).read("2m")]);
    let choices = Choices::default();
    let plan = draft(&[1, 2].map(id), &many, &scope(), &terms(&choices)).unwrap();
    assert_eq!(planned(&plan), [id(1)]);
    let broken = staged(1)
        .with("customer", closed("5h", "peer"))
        .party("agent", leg("connected"), |party| {
            party.legs[0].is_broken = true;
        })
        .read("2s");
    let fresh = roster([broken, live(2).read("2s")]);
    let again = redraft(&plan, &fresh, &terms(&choices)).unwrap();
    assert!(again.items.is_empty());
    assert_eq!(again.skipped.len(), 2);
}

#[test]
fn a_conversation_that_the_operator_drops_is_named_among_those_left_out() {
    let roster = roster([orphan(1).read("2s"), orphan(2).read("2s")]);
    let choices = Choices::default();
    let terms = terms(&choices);
    let plan = draft(&[1, 2].map(id), &roster, &scope(), &terms).unwrap();
    let rest = leave_out(&plan, id(1), &terms).unwrap();
    assert_eq!(planned(&rest), [id(2)]);
    assert_eq!(reasons(&rest), ["left out by you"]);
    assert_eq!(rest.hash, rest.computed_hash());
}
