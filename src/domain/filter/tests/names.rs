//! Names that are looked up by their ids: unknown before they are known, by name or id then.

use std::sync::Arc;

use super::*;
use crate::domain::names::{NameKind, Names};
use crate::domain::recorded::{Recorded, RecordedFlow, RecordedLeg};
use crate::domain::shown;
use crate::domain::staged::{Staged, recorded, recorded_leg};

const QUEUE: &str = "3f2a91c4-77b0-4d8e-9a51-0e6c2f6b1d20";
const FLOW: &str = "bedbedbe-77b0-4d8e-9a51-0e6c2f6b1d20";
const HOME: &str = "0a0a0a0a-77b0-4d8e-9a51-0e6c2f6b1d20";
const SHOP: &str = "0b0b0b0b-77b0-4d8e-9a51-0e6c2f6b1d20";
const LIMA: &str = "0c0c0c0c-77b0-4d8e-9a51-0e6c2f6b1d20";
const CHO: &str = "0d0d0d0d-77b0-4d8e-9a51-0e6c2f6b1d20";

/// Names that were read this long ago.
fn read_before(before: &str, known: &[(NameKind, &str, &str)]) -> Arc<Names> {
    let mut names = Names::default();
    for (kind, id, name) in known {
        names.take(*kind, (*id).into(), (*name).into(), ago(before));
    }
    Arc::new(names)
}

/// Two agents who are told by their user ids alone, the newer one there; and these names.
fn by_user_ids(names: Arc<Names>) -> Row {
    let mut row = staged(8)
        .party("agent", closed("2h", "transfer"), |party| {
            party.user = Some(LIMA.into());
        })
        .party("agent", leg("connected"), |party| {
            party.user = Some(CHO.into());
        })
        .read("2s");
    row.names = names;
    row
}

/// A row that was listed and not read, with ids of everything and the names of these.
fn listed(known: &[(NameKind, &str, &str)]) -> Row {
    let mut row = staged(7).read("2s");
    row.reading = None;
    row.listed.recorded = Some(Arc::new(Recorded {
        divisions: vec![HOME.into()],
        address_to: Some(SHOP.into()),
        legs: vec![
            RecordedLeg {
                flow: Some(RecordedFlow {
                    id: Some(FLOW.into()),
                    name: None,
                    version: None,
                    kind: None,
                }),
                ..recorded_leg("workflow", None, true)
            },
            recorded_leg("acd", Some(QUEUE), false),
        ],
        ..recorded()
    }));
    let mut names = Names::default();
    for (kind, id, name) in known {
        names.take(*kind, (*id).into(), (*name).into(), NOW);
    }
    row.names = Arc::new(names);
    row
}

#[test]
fn a_name_is_unknown_before_it_is_known_and_an_id_is_not() {
    let row = listed(&[]);
    for filter in [
        "queue:Claims",
        "queue!=Claims",
        "-queue:Claims",
        "bot:Triage",
        "division:Home",
        "deployment:Shop",
        "deployment!=Shop",
        // Letters that occur in an id are no id.
        "bot:bed",
        "queue:3f2a",
        "division:0a",
    ] {
        assert_eq!(truth(filter, &row), Truth::Unknown, "{filter}");
    }
    for filter in [
        "queue:3f2a91",
        &format!("queue={QUEUE}"),
        "bot:bedbed",
        "division:0a0a0a0a-77",
        &format!("deployment:{SHOP}"),
    ] {
        assert_eq!(truth(filter, &row), Truth::True, "{filter}");
    }
}

#[test]
fn once_it_is_known_it_fits_or_it_does_not() {
    let row = listed(&[
        (NameKind::Queue, QUEUE, "Claims"),
        (NameKind::Flow, FLOW, "Triage"),
        (NameKind::Division, HOME, "Home"),
        (NameKind::Deployment, SHOP, "Web Shop"),
    ]);
    let all = [
        ("queue", "claims", "Billing"),
        ("bot", "tri", "Other"),
        ("division", "Home", "Away"),
        ("deployment", "shop", "Desk"),
    ];
    for (field, fits, other) in all {
        assert_eq!(truth(&format!("{field}:{fits}"), &row), Truth::True);
        assert_eq!(truth(&format!("{field}:{other}"), &row), Truth::False);
        assert_eq!(truth(&format!("{field}!={other}"), &row), Truth::True);
    }
    assert_eq!(truth("deployment~^web.*p$", &row), Truth::True);
}

#[test]
fn completion_shows_the_names_of_divisions_and_deployments_with_their_counts() {
    let home = (NameKind::Division, HOME, "Home");
    let rows = [
        listed(&[home, (NameKind::Deployment, SHOP, "Web Shop")]),
        listed(&[home]),
    ];
    let offered = |text: &str| {
        let all = with_surroundings(|around| complete(text, text.len(), rows.iter(), around));
        let all = all.into_iter().map(|one| (one.insert, one.count));
        all.collect::<Vec<_>>()
    };
    assert_eq!(offered("division:h"), [("Home".to_owned(), Some(2))]);
    assert_eq!(
        offered("deployment:"),
        [("\"Web Shop\"".to_owned(), Some(1))]
    );
}

#[test]
fn an_agent_without_a_name_may_be_called_anything_and_is_found_by_the_user_id() {
    let lima = [(NameKind::User, LIMA, "Ana Lima")];
    let both = [lima[0], (NameKind::User, CHO, "Ben Cho")];
    let table = [
        ("agent:Lima", &[][..], Truth::Unknown),
        ("agent!=Lima", &[], Truth::Unknown),
        ("agent:0d0d0d", &[], Truth::True),
        ("agent:0c0c0c", &[], Truth::Unknown),
        ("name:Lima", &[], Truth::Unknown),
        ("lima", &[], Truth::Unknown),
        // Of the newer, who is shown, nothing is known; the older is not there any more.
        ("agent:Lima", &lima, Truth::Unknown),
        ("name:Lima", &lima, Truth::True),
        ("lima", &lima, Truth::True),
        ("agent:Cho", &lima, Truth::Unknown),
        ("agent!=Cho", &lima, Truth::Unknown),
        ("agent:Lima", &both, Truth::Unknown),
        ("agent:Okafor", &both, Truth::False),
        ("name:Okafor", &both, Truth::False),
        ("okafor", &both, Truth::False),
        ("agent:Cho", &both, Truth::True),
    ];
    for (filter, known, expected) in table {
        let row = by_user_ids(read_before("1h", known));
        assert_eq!(truth(filter, &row), expected, "{filter} with {known:?}");
    }
    // One whom the platform names, and one whom it does not.
    let half = staged(9)
        .party("agent", closed("2h", "transfer"), |party| {
            party.name = Some("Ana Lima".into());
            party.user = Some(LIMA.into());
        })
        .party("agent", leg("connected"), |party| {
            party.user = Some(CHO.into());
        })
        .read("2s");
    assert_eq!(truth("agent:Lima", &half), Truth::Unknown);
    assert_eq!(truth("agent:0c0c0c", &half), Truth::Unknown);
    assert_eq!(truth("agent:0d0d0d", &half), Truth::True);
    assert_eq!(truth("agent:Cho", &half), Truth::Unknown);
}

/// It went from one queue, agent and bot, whose leg is over, to others who are there; read, or only listed.
fn moved(is_read: bool) -> Row {
    let named = |purpose: &str, open: Leg, name: &'static str, all: Staged| {
        all.party(purpose, open, |party| party.name = Some(name.into()))
    };
    if is_read {
        let row = named("botflow", closed("4h", "transfer"), "Triage", staged(7));
        let row = named("botflow", leg("connected"), "Concierge", row);
        let row = named("acd", closed("3h", "transfer"), "Claims", row);
        let row = named("acd", leg("connected"), "VIP Desk", row);
        // The newest of all is over, so that it is not the one who is there.
        let row = named("agent", leg("connected"), "Ben Cho", row);
        return named("agent", closed("2h", "client"), "Ana Lima", row).read("2s");
    }
    let mut row = listed(&[
        (NameKind::Queue, QUEUE, "Claims"),
        (NameKind::Queue, HOME, "VIP Desk"),
        (NameKind::User, LIMA, "Ana Lima"),
        (NameKind::User, CHO, "Ben Cho"),
    ]);
    let one = |purpose: &str, is_over, change: &dyn Fn(&mut RecordedLeg)| {
        let mut leg = recorded_leg(purpose, None, is_over);
        change(&mut leg);
        leg
    };
    row.listed.recorded = Some(Arc::new(Recorded {
        legs: vec![
            one("botflow", true, &|leg| leg.name = Some("Triage".into())),
            one("botflow", false, &|leg| leg.name = Some("Concierge".into())),
            recorded_leg("acd", Some(QUEUE), true),
            recorded_leg("acd", Some(HOME), false),
            one("agent", false, &|leg| leg.user = Some(CHO.into())),
            one("agent", true, &|leg| leg.user = Some(LIMA.into())),
        ],
        ..recorded()
    }));
    row
}

#[test]
fn who_is_shown_fits_and_who_left_is_neither_drawn_in_nor_let_go() {
    for is_read in [true, false] {
        let row = moved(is_read);
        let named = |name: Option<&Text>| name.unwrap().to_string();
        for (field, before, shown) in [
            ("queue", "Claims", named(shown::queue(&row))),
            ("agent", "Ana Lima", named(shown::agent(&row))),
            ("bot", "Triage", named(shown::bot(&row))),
        ] {
            for (clause, expected) in [
                (format!("{field}:\"{shown}\""), Truth::True),
                (format!("{field}!=\"{shown}\""), Truth::False),
                // A filter draws in nothing by it, and a guard holds, either way round.
                (format!("{field}:\"{before}\""), Truth::Unknown),
                (format!("{field}!=\"{before}\""), Truth::Unknown),
                (format!("-{field}:\"{before}\""), Truth::Unknown),
                (format!("{field}:Other"), Truth::False),
            ] {
                assert_eq!(truth(&clause, &row), expected, "{clause} {is_read}");
            }
        }
    }
    let row = moved(true);
    let query: Query = "queue:Claims".parse().unwrap();
    let removals = with_surroundings(|around| explain(&query, &row, around, &str::to_owned));
    let fact = "its queue is VIP Desk, beside or after Claims (C. A+ Q+)";
    assert_eq!(removals[0].fact, fact);
}

#[test]
fn what_may_be_any_queue_is_not_known_to_fit_one_that_it_was_in_before() {
    let row = staged(8)
        .party("acd", closed("2h", "transfer"), |party| {
            party.queue_id = Some(QUEUE.into());
        })
        .party("acd", leg("connected"), |party| {
            party.queue = Some("Billing EU".into());
            party.queue_id = Some(HOME.into());
        })
        .read("2s");
    for (filter, expected) in [
        ("queue:Billing", Truth::True),
        ("queue:0a0a0a", Truth::True),
        ("queue:3f2a91", Truth::Unknown),
        ("queue:VIP", Truth::Unknown),
        ("vip", Truth::Unknown),
    ] {
        assert_eq!(truth(filter, &row), expected, "{filter}");
    }
}

#[test]
fn a_name_that_was_read_long_ago_may_be_another_by_now() {
    let known = [
        (NameKind::Queue, QUEUE, "Claims"),
        (NameKind::Flow, FLOW, "Triage"),
        (NameKind::Division, HOME, "Home"),
        (NameKind::Deployment, SHOP, "Web Shop"),
    ];
    for (before, other) in [("23h", Truth::False), ("26h", Truth::Unknown)] {
        let mut row = listed(&[]);
        row.names = read_before(before, &known);
        for (field, fits) in [
            ("queue", "Claims"),
            ("bot", "Triage"),
            ("division", "Home"),
            ("deployment", "Shop"),
        ] {
            let name = format!("{field}:{fits}");
            assert_eq!(truth(&name, &row), Truth::True, "{name} {before}");
            let name = format!("{field}:Other");
            assert_eq!(truth(&name, &row), other, "{name} {before}");
            assert_eq!(truth(&format!("-{name}"), &row), !other, "-{name} {before}");
        }
        let users = [
            (NameKind::User, LIMA, "Ana Lima"),
            (NameKind::User, CHO, "Ben Cho"),
        ];
        let row = by_user_ids(read_before(before, &users));
        assert_eq!(truth("agent:Okafor", &row), other, "{before}");
        assert_eq!(truth("okafor", &row), other, "{before}");
    }
}

#[test]
fn an_explanation_names_every_party_of_a_sort_or_says_that_one_has_no_name() {
    let known = [
        (NameKind::User, LIMA, "Ana Lima"),
        (NameKind::User, CHO, "Ben Cho"),
    ];
    for (known, expected) in [
        (
            &known[..],
            "its agent is Ben Cho, beside or after Ana Lima (C. A+ Q.)",
        ),
        (
            &known[..1],
            "its agent is Ana Lima, and one whose name is not known for certain (C. A+ Q.)",
        ),
        (
            &[],
            "its agent is one whose name is not known for certain (C. A+ Q.)",
        ),
    ] {
        let row = by_user_ids(read_before("1h", known));
        let query: Query = "agent:Okafor".parse().unwrap();
        let removals = with_surroundings(|around| explain(&query, &row, around, &str::to_owned));
        assert_eq!(removals[0].fact, expected);
    }
}

#[test]
fn an_agent_or_a_queue_of_which_nothing_is_told_may_be_anybody() {
    let row = staged(8)
        .party("acd", leg("connected"), |_| {})
        .party("agent", leg("connected"), |_| {})
        .read("2s");
    for filter in ["agent:Lima", "queue:VIP", "-agent:Lima", "queue!=VIP"] {
        assert_eq!(truth(filter, &row), Truth::Unknown, "{filter}");
    }
}
