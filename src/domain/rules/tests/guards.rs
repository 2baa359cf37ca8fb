//! What guards hold: in bulk and alone, and where nobody knows whether they fit.

use super::*;

#[test]
fn a_guard_holds_alone_and_in_bulk_and_before_every_rule() {
    let rules = vec![rule(
        "go",
        "kind:orphan",
        Some(Severity::Stuck),
        Power::Allow,
    )];
    let guards = vec![guard("vip-desk", "queue:\"VIP Desk\"")];
    for is_bulk in [false, true] {
        let held = under(vip().read("2s"), rules.clone(), guards.clone());
        assert_eq!(planned(&held, is_bulk), Err("guard vip-desk".to_owned()));
        let free = under(orphan(1).read("2s"), rules.clone(), guards.clone());
        assert_eq!(planned(&free, is_bulk), Ok(Kind::Orphan));
    }
}

#[test]
fn a_chat_that_left_a_queue_is_held_by_guards_on_either_and_planned_in_bulk_by_where_it_is() {
    let left = || {
        let claims = closed("6h", "transfer");
        let row = orphan(7).party("acd", claims, |party| party.queue = Some("Claims".into()));
        let vip = leg("connected");
        row.party("acd", vip, |party| party.queue = Some("VIP Desk".into()))
            .read("2s")
    };
    for when in ["queue:Claims", "queue!=Claims", "queue:VIP", "-queue:Other"] {
        let held = under(left(), Vec::new(), vec![guard("g", when)]);
        let why = planned(&held, true).unwrap_err();
        assert!(why.starts_with("guard g"), "{when}: {why}");
    }
    let around = Surroundings {
        now: NOW,
        zone: &TimeZone::UTC,
        is_marked: &|_| false,
        is_changed: &|_| false,
        horizon: &Horizon::default(),
    };
    for (filter, expected) in [
        ("queue:Claims is:stuck", false),
        ("queue!=Claims is:stuck", false),
        ("queue:VIP is:stuck", true),
    ] {
        let query: Query = filter.parse().unwrap();
        assert_eq!(query.matches(&left(), &around), expected, "{filter}");
    }
}

#[test]
fn a_guard_that_may_fit_holds_and_a_rule_that_may_fit_does_not() {
    let unknowable = "division:North";
    let rules = vec![rule("r", unknowable, Some(Severity::Stuck), Power::Never)];
    let row = under(orphan(1).read("2s"), rules, Vec::new());
    assert_eq!(planned(&row, true), Ok(Kind::Orphan));
    let row = under(
        orphan(1).read("2s"),
        Vec::new(),
        vec![guard("g", unknowable)],
    );
    for is_bulk in [false, true] {
        let why = planned(&row, is_bulk).unwrap_err();
        assert!(
            why.starts_with("guard g (whether it fits is not known"),
            "{why}"
        );
    }
}

#[test]
fn a_guard_may_ask_for_rules_and_for_what_they_raise_but_a_rule_may_not() {
    let rules = || vec![rule("night", "age>1h", Some(Severity::Stuck), Power::Allow)];
    let idle = || {
        staged(1)
            .with("customer", leg("connected"))
            .with("agent", leg("connected"))
            .wrote(Side::Agent, "13h")
            .read("2s")
    };
    for when in ["rule:night", "is:stuck"] {
        let held = under(idle(), rules(), vec![guard("g", when)]);
        assert_eq!(planned(&held, false), Err("guard g".to_owned()), "{when}");
        let free = under(idle(), Vec::new(), vec![guard("g", when)]);
        assert_eq!(planned(&free, false), Ok(Kind::Idle), "{when}");
    }
    // A rule sees the kind alone: one that asks for what it raises itself would never come to an end.
    let itself = vec![
        rule("a", "is:stuck", Some(Severity::Stuck), Power::Never),
        rule("b", "age>1h", Some(Severity::Stuck), Power::Allow),
    ];
    let row = under(idle(), itself, Vec::new());
    assert_eq!(planned(&row, false), Ok(Kind::Idle));
}

#[test]
fn what_a_flow_noted_down_can_be_asked_for() {
    let row = orphan(1)
        .party("customer", closed("5h", "peer"), |party| {
            party.attributes = vec![(Text::clean("caseId"), Text::clean("5513"))];
        })
        .read("2s");
    let held = |when: &str| {
        let row = under(row.clone(), Vec::new(), vec![guard("g", when)]);
        row.forbidden(NOW).is_some()
    };
    assert!(held("attr.caseId~^55") && held("attr.caseid:5513"));
    assert!(!held("attr.caseId:6000") && !held("attr.other:5513"));
}
