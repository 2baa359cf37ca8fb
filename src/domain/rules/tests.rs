//! What rules and guards make of a row: which fit, what they raise, what they forbid, what they never allow.

use super::*;
use crate::domain::conversation::Side;
use crate::domain::guard::{Terms, admit};
use crate::domain::plan::Choices;
use crate::domain::staged::{NOW, Staged, alone, closed, leg, live, orphan, staged};
use crate::domain::text::Text;

pub(super) fn rule(name: &str, when: &str, severity: Option<Severity>, power: Power) -> Rule {
    let wording = Wording {
        name,
        when,
        severity,
        power: Some(power),
        hint: None,
    };
    Rule::new(&wording).unwrap()
}

pub(super) fn guard(name: &str, when: &str) -> Guard {
    let wording = Wording {
        name,
        when,
        severity: None,
        power: Some(Power::Never),
        hint: None,
    };
    Guard::new(&wording).unwrap()
}

fn under(row: Row, rules: Vec<Rule>, guards: Vec<Guard>) -> Row {
    row.under(Some(Arc::new(Rules::new(rules, guards, TimeZone::UTC))))
}

fn planned(row: &Row, is_bulk: bool) -> Result<Kind, String> {
    let choices = Choices::default();
    let terms = Terms {
        choices: &choices,
        from_filter: is_bulk,
        max_batch: 10,
        allow_teardown: false,
        escalated: &[],
        now: NOW,
        max_read_age: None,
        still_matches: None,
    };
    admit(row, is_bulk, &terms).map(|item| item.kind)
}

/// An orphan of the VIP desk.
fn vip() -> Staged {
    orphan(7).party("acd", closed("5h", "transfer"), |party| {
        party.queue = Some(Text::clean("VIP Desk"));
    })
}

#[test]
fn the_gravest_rule_comes_first_then_the_order_of_the_file_and_all_are_told() {
    let rules = vec![
        rule("mild", "kind:orphan", Some(Severity::Watch), Power::Allow),
        rule("first", "kind:orphan", Some(Severity::Stuck), Power::Allow),
        rule("silent", "kind:orphan", None, Power::Allow),
        rule("second", "agent:on", Some(Severity::Stuck), Power::Allow),
        rule("other", "kind:idle", Some(Severity::Stuck), Power::Allow),
    ];
    let row = under(orphan(1).read("2s"), rules, Vec::new());
    let names: Vec<&str> = row
        .caught(NOW)
        .iter()
        .map(|rule| rule.name.as_str())
        .collect();
    assert_eq!(names, ["first", "second", "mild", "silent"]);
}

#[test]
fn a_rule_raises_how_grave_a_chat_is_and_never_lowers_it() {
    let raise = |severity| vec![rule("r", "age>1h", Some(severity), Power::Allow)];
    let fresh = under(live(1).read("2s"), raise(Severity::Stale), Vec::new());
    assert_eq!(fresh.severity(NOW), Severity::Stale);
    let stuck = under(orphan(1).read("2s"), raise(Severity::Watch), Vec::new());
    assert_eq!(stuck.severity(NOW), Severity::Stuck);
}

#[test]
fn no_rule_lets_a_chat_be_ended_that_its_kind_does_not() {
    let rules = vec![rule("mine", "age>1h", Some(Severity::Stuck), Power::Allow)];
    let row = under(live(1).read("2s"), rules.clone(), Vec::new());
    assert!(planned(&row, false).is_err() && planned(&row, true).is_err());
    let row = under(alone(1).read("2s"), rules, Vec::new());
    assert!(planned(&row, true).unwrap_err().contains("one at a time"));
}

#[test]
fn what_any_rule_forbids_is_forbidden_whatever_a_graver_one_allows() {
    let rules = vec![
        rule("grave", "kind:orphan", Some(Severity::Stuck), Power::Allow),
        rule(
            "careful",
            "kind:orphan",
            Some(Severity::Watch),
            Power::Never,
        ),
    ];
    let row = under(orphan(1).read("2s"), rules, Vec::new());
    assert_eq!(planned(&row, false), Err("rule careful".to_owned()));
}

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
fn the_filter_asks_for_rules_by_name_and_for_what_they_raise() {
    let rules = vec![rule("old", "age>1h", Some(Severity::Stuck), Power::Allow)];
    let truth = |filter: &str, row: &Row| {
        let query: Query = filter.parse().unwrap();
        let around = Surroundings {
            now: NOW,
            zone: &TimeZone::UTC,
            is_marked: &|_| false,
            is_changed: &|_| false,
        };
        query.truth(row, &around)
    };
    let read = under(live(1).read("2s"), rules.clone(), Vec::new());
    assert_eq!(truth("rule:old", &read), Truth::True);
    assert_eq!(truth("rule:young", &read), Truth::False);
    assert_eq!(truth("is:stuck", &read), Truth::True);
    assert_eq!(truth("is:fresh", &read), Truth::False);
    // Of an unread chat the list tells its age: what that alone says is known.
    let unread = under(live(1).row, rules, Vec::new());
    assert_eq!(truth("rule:old", &unread), Truth::True);
    assert_eq!(truth("rule:young", &unread), Truth::Unknown);
    assert_eq!(truth("is:stuck", &unread), Truth::True);
    assert_eq!(truth("is:stale", &unread), Truth::False);
    let bare = live(1).row;
    assert_eq!(truth("is:stuck", &bare), Truth::Unknown);
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

#[test]
fn words_have_their_placeholders_filled_in() {
    let wording = Wording {
        name: "o",
        when: "kind:orphan",
        severity: None,
        power: None,
        hint: Some(
            "left {cust.left} ago, {agent.name} of {queue.name}; {msgs} messages, bot {bot.name}",
        ),
    };
    let row = staged(1)
        .party("customer", closed("5h", "peer"), |_| {})
        .party("acd", closed("5h", "transfer"), |party| {
            party.queue = Some(Text::clean("Billing"));
        })
        .party("agent", leg("connected"), |party| {
            party.name = Some(Text::clean("Ana"));
        })
        .read("2s");
    let row = under(row, vec![Rule::new(&wording).unwrap()], Vec::new());
    let words = row.caught(NOW)[0].words(&row, NOW);
    assert_eq!(words, "left 5h00m ago, Ana of Billing; 0 messages, bot ?");
}

#[test]
fn why_a_chat_is_left_alone_names_no_person() {
    let hint = Some("{cust.name} of {agent.name}, {queue.name}, bot {bot.name}");
    let wording = Wording {
        name: "g",
        when: "kind:orphan",
        severity: None,
        power: Some(Power::Never),
        hint,
    };
    let row = vip()
        .party("agent", leg("connected"), |party| {
            party.name = Some(Text::clean("Ana"));
        })
        .party("customer", closed("5h", "peer"), |party| {
            party.name = Some(Text::clean("Mia"));
        })
        .read("2s");
    let words = "[name] of [name], VIP Desk, bot ?";
    let guard = Guard::new(&wording).unwrap();
    let guarded = under(row.clone(), Vec::new(), vec![guard]);
    assert_eq!(planned(&guarded, false), Err(format!("guard g: {words}")));
    let rule = Rule::new(&wording).unwrap();
    let ruled = under(row, vec![rule], Vec::new());
    assert_eq!(planned(&ruled, true), Err(format!("rule g: {words}")));
}

#[test]
fn what_cannot_be_understood_says_which_part_where_and_the_mend() {
    let base = Wording {
        name: "n",
        when: "is:stuck",
        severity: None,
        power: None,
        hint: None,
    };
    let cases: [(Wording<'_>, Part, usize, &str); 8] = [
        (
            Wording {
                name: "two words",
                ..base.clone()
            },
            Part::Name,
            0,
            "letters, digits",
        ),
        (
            Wording {
                when: "is:stuck idle>45",
                ..base.clone()
            },
            Part::When,
            14,
            "idle>45m",
        ),
        (
            Wording {
                when: "  ",
                ..base.clone()
            },
            Part::When,
            0,
            "every chat",
        ),
        (
            Wording {
                when: "is:marked",
                ..base.clone()
            },
            Part::When,
            0,
            "belong to the console",
        ),
        (
            Wording {
                when: "not (age>1h or is:changed)",
                ..base.clone()
            },
            Part::When,
            0,
            "belong to the console",
        ),
        (
            Wording {
                when: "rule:x",
                ..base.clone()
            },
            Part::When,
            0,
            "cannot ask about rules",
        ),
        (
            Wording {
                hint: Some("a {cust.lefd} b"),
                ..base.clone()
            },
            Part::Hint,
            2,
            "Did you mean {cust.left}?",
        ),
        (
            Wording {
                hint: Some("a {age"),
                ..base.clone()
            },
            Part::Hint,
            2,
            "has no end",
        ),
    ];
    for (wording, part, at, words) in cases {
        let bad = Rule::new(&wording).unwrap_err();
        assert_eq!((bad.part, bad.span.start), (part, at), "{bad}");
        assert!(bad.what.contains(words), "{bad}");
    }
    let allows = Wording {
        power: Some(Power::Allow),
        ..base
    };
    assert_eq!(Guard::new(&allows).unwrap_err().part, Part::Terminate);
}

#[test]
fn warnings_are_counted_by_chat_and_named_once() {
    let rules = vec![
        rule("a", "kind:orphan", None, Power::Warn),
        rule("b", "agent:on", None, Power::Warn),
    ];
    let rows = [
        under(orphan(1).read("2s"), rules.clone(), Vec::new()),
        under(orphan(2).read("2s"), rules.clone(), Vec::new()),
        under(alone(3).read("2s"), rules, Vec::new()),
    ];
    let words = warned(rows.iter(), NOW);
    assert_eq!(words.as_deref(), Some("2 warned of by a, b"));
    assert_eq!(planned(&rows[0], true), Ok(Kind::Orphan));
    assert_eq!(warned([orphan(1).read("2s")].iter(), NOW), None);
}

#[test]
fn a_roster_hands_its_rules_to_every_row_however_it_came() {
    use crate::domain::roster::{Listed, Roster};
    let rules = Arc::new(Rules::new(
        Vec::new(),
        vec![guard("g", "age>1s")],
        TimeZone::UTC,
    ));
    let mut roster = Roster::default();
    let listed = |number| orphan(number).row.listed;
    roster.absorb_page(&[listed(1)]);
    roster.follow(Some(rules));
    roster.absorb_page(&[listed(2)]);
    let expected = Listed::new(listed(3).id, listed(3).started);
    roster.expect(expected.id, NOW);
    let reading = orphan(4).read("2s").reading.unwrap();
    roster.absorb_reading(listed(4).id, reading);
    assert_eq!(roster.len(), 4);
    assert!(roster.rows().all(|row| row.rules.is_some()));
    roster.follow(None);
    assert!(roster.rows().all(|row| row.rules.is_none()));
}
