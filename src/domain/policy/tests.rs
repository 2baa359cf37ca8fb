//! A confirmation holds for exactly one policy: whatever decides what is ended changes the phrase, and nothing else does.

use jiff::tz::TimeZone;

use super::*;
use crate::domain::kind::Severity;
use crate::domain::rules::{Guard, Power, Rule, Rules, Wording};

fn rule(name: &str, when: &str, power: Option<Power>, hint: Option<&str>) -> Rule {
    Rule::new(&Wording {
        name,
        when,
        severity: Some(Severity::Watch),
        power,
        hint,
    })
    .unwrap()
}

fn guard(name: &str, when: &str, power: Power) -> Guard {
    Guard::new(&Wording {
        name,
        when,
        severity: None,
        power: Some(power),
        hint: None,
    })
    .unwrap()
}

fn worded(rules: Vec<Rule>, guards: Vec<Guard>) -> (Vec<Worded>, Vec<Worded>) {
    Rules::new(rules, guards, TimeZone::UTC).worded()
}

fn policy() -> Policy {
    let allow = Some(Power::Allow);
    let (rules, guards) = worded(
        vec![
            rule("dead", "kind:orphan", allow, None),
            rule("said-nothing", "kind:idle", None, None),
        ],
        vec![guard("vip", "queue:Vip", Power::Never)],
    );
    Policy {
        format: FORMAT,
        org_id: "org".to_owned(),
        api_host: "api.example.com".to_owned(),
        client_id: "client".to_owned(),
        profile: "acme".to_owned(),
        filter: "is:stuck".to_owned(),
        zone: "UTC".to_owned(),
        recipe: Way::Standard,
        rung: Rung::Close,
        wrap_up: None,
        limits: Bounds {
            max_batch: 10,
            max_per_hour: 60,
            canary: 1,
            max_parallel: 2,
            requests_per_minute: 200,
            recent_reply: SignedDuration::from_mins(30),
            horizon_days: 366,
        },
        rounds: Rounds::Every(Duration::from_secs(600)),
        note: Some("ticket 4711".to_owned()),
        rules,
        guards,
        thresholds: Thresholds::default(),
    }
}

type Change = fn(&mut Policy);

/// Everything that decides what is ended, where, how, how fast and why.
const CHANGES: [(&str, Change); 26] = [
    ("organisation", |policy| policy.org_id.push('x')),
    ("host", |policy| policy.api_host.push('x')),
    ("client", |policy| policy.client_id.push('x')),
    ("profile", |policy| policy.profile.push('x')),
    ("filter", |policy| policy.filter.push_str(" idle>1h")),
    ("zone", |policy| policy.zone = "Asia/Tokyo".to_owned()),
    ("rung", |policy| policy.rung = Rung::Legs),
    ("wrap-up", |policy| policy.wrap_up = Some("code".to_owned())),
    ("max_batch", |policy| policy.limits.max_batch += 1),
    ("max_per_hour", |policy| policy.limits.max_per_hour += 1),
    ("canary", |policy| policy.limits.canary += 1),
    ("max_parallel", |policy| policy.limits.max_parallel += 1),
    ("rate", |policy| policy.limits.requests_per_minute += 1),
    ("recent_reply", |policy| {
        policy.limits.recent_reply = SignedDuration::ZERO;
    }),
    ("horizon", |policy| policy.limits.horizon_days += 1),
    ("every", |policy| {
        policy.rounds = Rounds::Every(Duration::from_secs(601));
    }),
    ("once", |policy| policy.rounds = Rounds::Once),
    ("note", |policy| policy.note = None),
    ("a rule's name", |policy| policy.rules[0].name.push('x')),
    ("a rule's filter", |policy| {
        policy.rules[0] = worded(
            vec![rule("dead", "kind:orphan,idle", Some(Power::Allow), None)],
            vec![],
        )
        .0
        .remove(0);
    }),
    ("a rule's severity", |policy| {
        policy.rules[0].severity = "stuck";
    }),
    ("a rule's mark", |policy| {
        policy.rules[1] = worded(
            vec![rule("said-nothing", "kind:idle", Some(Power::Allow), None)],
            vec![],
        )
        .0
        .remove(0);
    }),
    ("the order of rules", |policy| policy.rules.reverse()),
    ("a guard taken out", |policy| policy.guards.clear()),
    ("a guard that only warns", |policy| {
        policy.guards = worded(vec![], vec![guard("vip", "queue:Vip", Power::Warn)]).1;
    }),
    ("a figure", |policy| {
        policy.thresholds.gone = SignedDuration::from_secs(1);
    }),
];

#[test]
fn whatever_decides_what_is_ended_changes_the_phrase() {
    let confirmed = policy();
    let mut phrases = vec![confirmed.phrase()];
    for (what, change) in CHANGES {
        let mut changed = policy();
        change(&mut changed);
        assert_ne!(changed.hash(), confirmed.hash(), "{what}");
        assert!(!phrases.contains(&changed.phrase()), "{what}");
        phrases.push(changed.phrase());
    }
    assert_eq!(policy().phrase(), confirmed.phrase());
    assert!(confirmed.phrase().starts_with("acme sweep "));
    assert_eq!(confirmed.phrase().len(), "acme sweep ".len() + 8);
}

#[test]
fn nothing_of_a_policy_is_outside_its_hash() {
    let value = serde_json::to_value(policy()).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    let fields = [
        "api_host",
        "client_id",
        "filter",
        "format",
        "guards",
        "limits",
        "note",
        "org_id",
        "profile",
        "recipe",
        "rounds",
        "rules",
        "rung",
        "thresholds",
        "wrap_up",
        "zone",
    ];
    assert_eq!(keys, fields);
    assert_eq!(value["rules"][0]["terminate"], "allow");
    assert_eq!(value["rules"][1]["terminate"], "");
    assert_eq!(value["rounds"], "every 10m");
}

#[test]
fn the_words_of_a_rule_decide_nothing_and_change_no_phrase() {
    let allow = Some(Power::Allow);
    let with = |hint| worded(vec![rule("dead", "kind:orphan", allow, hint)], vec![]);
    assert_eq!(with(None), with(Some("customer left {cust.left} ago")));
}

#[test]
fn a_rule_that_says_nothing_allows_no_sweep() {
    assert_eq!(policy().allowing(), ["dead"]);
}

#[test]
fn the_policy_says_in_words_what_it_takes_how_and_how_much() {
    let lines = policy().lines().join("\n");
    for words in [
        "is:stuck, oldest first",
        "fits: dead\n",
        "by standard, rung close",
        "10 a round, 60 an hour",
        "every 10m",
        "note     ticket 4711",
    ] {
        assert!(lines.contains(words), "{words}: {lines}");
    }
    assert_eq!(
        policy().run_note(),
        format!("sweep {}: ticket 4711", policy().short())
    );
}
