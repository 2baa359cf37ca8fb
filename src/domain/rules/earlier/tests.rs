//! What a reload cannot let go of.

use jiff::tz::TimeZone;

use super::*;
use crate::domain::kind::Severity;
use crate::domain::rules::tests::{guard, rule};
use crate::domain::staged::{NOW, live, orphan};

/// How, the rules and guards before, and those after.
type Case = (&'static str, Vec<Rule>, Vec<Guard>, Vec<Rule>, Vec<Guard>);

#[test]
fn what_was_forbidden_stays_so_through_every_reload_whatever_became_of_the_rules_a_guard_asks() {
    let row = orphan(1).read("2s");
    let judged = |rules: &Option<Arc<Rules>>| row.clone().under(rules.clone());
    let set = |rules: Vec<Rule>, guards: Vec<Guard>| {
        Some(Arc::new(Rules::new(rules, guards, TimeZone::UTC)))
    };
    let vip = || rule("vip", "kind:orphan", None, Power::Allow);
    let by_rule = || vec![guard("g", "rule:vip")];
    let grave = || rule("grave", "agent:on", Some(Severity::Stuck), Power::Allow);
    let other = || rule("other", "agent:on", None, Power::Allow);
    let lowers = "not rule:other";
    let raised = || vec![guard("g", "is:stale")];
    let kept_by: [Case; 5] = [
        (
            "the rule is gone",
            vec![vip()],
            by_rule(),
            vec![],
            by_rule(),
        ),
        (
            "the rule fits no more",
            vec![vip()],
            by_rule(),
            vec![rule("vip", "kind:idle", None, Power::Allow)],
            by_rule(),
        ),
        (
            "a rule came that the guard makes room for",
            vec![],
            vec![guard("g", lowers)],
            vec![other()],
            vec![guard("g", lowers)],
        ),
        (
            "the guard is gone too",
            vec![vip()],
            by_rule(),
            vec![],
            vec![],
        ),
        (
            "what forbade by itself is only counted aloud",
            vec![rule("r", "kind:orphan", None, Power::Never)],
            vec![],
            vec![rule("r", "kind:orphan", None, Power::Warn)],
            vec![],
        ),
    ];
    for (how, rules, guards, new_rules, new_guards) in kept_by {
        let old = set(rules, guards);
        let before = judged(&old).forbidden(NOW);
        assert!(before.is_some(), "{how}");
        let new = set(new_rules, new_guards);
        assert_eq!(judged(&new).forbidden(NOW), None, "{how}: after a restart");
        let (all, names) = Rules::tightened(old.as_ref(), new.clone());
        assert_eq!(judged(&all).forbidden(NOW), before, "{how}");
        assert_eq!(names.len(), 1, "{how}: {names:?}");
        // The file is saved again, as it was and without anything.
        for next in [new, None, set(vec![grave()], vec![])] {
            let (later, _) = Rules::tightened(all.as_ref(), next);
            assert_eq!(judged(&later).forbidden(NOW), before, "{how}");
        }
    }
    // What a rule made stale and a guard forbade stays forbidden when the rule raises it past that.
    let waits = live(1).read("2s");
    let stale = rule("mild", "agent:on", Some(Severity::Stale), Power::Allow);
    let old = set(vec![stale.clone()], raised());
    let (all, names) = Rules::tightened(old.as_ref(), set(vec![stale, grave()], raised()));
    assert_eq!(names, ["guard g"]);
    let now = waits.under(all);
    assert_eq!(now.severity(NOW), Severity::Stuck, "as the file says now");
    assert_eq!(now.forbidden(NOW).as_deref(), Some("guard g"));
}
