//! The language: what it says, what it refuses and how, what is unknown. Laws are in `laws`.

mod completion;
mod laws;
mod names;
mod refusals;

use jiff::tz::TimeZone;

use super::*;
use crate::domain::conversation::{Leg, Side};
use crate::domain::horizon::Horizon;
use crate::domain::ids::ConversationId;
use crate::domain::roster::Row;
use crate::domain::staged::{NOW, ago, alone, closed, leg, live, orphan, staged};
use crate::domain::text::Text;

/// What the tests' filters are asked in: UTC, row 1 marked, row 2 changed.
fn with_surroundings<T>(ask: impl FnOnce(&Surroundings<'_>) -> T) -> T {
    ask(&Surroundings {
        now: NOW,
        zone: &TimeZone::UTC,
        is_marked: &|id| id == ConversationId::from_u128(1),
        is_changed: &|id| id == ConversationId::from_u128(2),
        horizon: &Horizon::default(),
    })
}

fn truth(filter: &str, row: &Row) -> Truth {
    let query: Query = filter.parse().unwrap();
    with_surroundings(|around| query.truth(row, around))
}

/// M. Okafor left five hours ago, Ana Lima of Billing EU is still there.
fn okafor() -> Row {
    staged(0x3f2a_9c41_77b0_4d8e_9a51_0e6c_2f6b_1d20)
        .party("customer", closed("5h", "peer"), |party| {
            party.name = Some(Text::clean("M. Okafor"));
        })
        .party("acd", closed("5h", "transfer"), |party| {
            party.queue = Some(Text::clean("Billing EU"));
        })
        .party("agent", leg("connected"), |party| {
            party.name = Some(Text::clean("Ana Lima"));
        })
        .wrote(Side::Agent, "6h")
        .wrote(Side::Customer, "5h30m")
        .read("2s")
}

#[test]
fn every_clause_asks_what_it_says() {
    let row = okafor();
    let holds = [
        "",
        "is:stuck",
        "is:stale,stuck",
        "is!=fresh",
        "kind:orphan",
        "kind:idle,orphan",
        "kind!=idle",
        "age>2h",
        "age>=10h",
        "age<=10h",
        "idle>45m",
        "idle<6h",
        "for>4h",
        "for<=5h",
        "cust:off agent:on",
        "queue:off",
        "bot:none",
        "agent:\"Ana Lima\"",
        "agent:lima",
        "agent=\"ana lima\"",
        "agent!=Ana",
        "queue:Claims,\"Billing EU\"",
        "queue~^bil",
        "queue like EU$",
        "queue!=Claims",
        "state:connected",
        "state:disconnected",
        "why:customer",
        "why:orphan",
        "msgs=2",
        "msgs:2",
        "msgs>1 msgs<3",
        "msgs!=3",
        "last:cust",
        "last!=agent,none",
        "id:3f2a",
        "id:77b0",
        "id~^3f2a",
        "id!=3f2a",
        "name:okafor",
        "name~^M",
        "okafor",
        "\"Ana Lima\"",
        "billing",
        "3f2a9c41",
        "-claims",
        "not claims",
        "- claims",
        "not not billing",
        "claims or billing",
        "(claims or billing) is:stuck",
        "claims or (billing and is:stuck)",
        "is:stuck AND idle>45m",
        "agent:on,alerting",
        "IS:Stuck",
        "age > 2h",
        "age>1d or age>1h30m",
    ];
    for filter in holds {
        assert_eq!(truth(filter, &row), Truth::True, "{filter}");
    }
    let fails = [
        "is:fresh",
        "is:marked",
        "is:changed",
        "kind:idle",
        "kind!=orphan",
        "age>10h",
        "age<2h",
        "wait>1s",
        "wait<1d",
        "idle<45m",
        "cust:on",
        "cust:none",
        "agent:off",
        "bot:off",
        "agent=Ana",
        "queue!=\"Billing EU\"",
        "agent!=\"Ana Lima\"",
        "queue:billing queue:claims",
        "state:parked",
        "msgs!=2",
        "last:agent",
        "last!=cust",
        "id:ffff",
        "refund",
        "is:fresh or billing claims",
        "claims (billing or is:stuck)",
        "Okafor OKAFOR",
        "agent:LIMA",
        "queue~^bil$",
    ];
    for filter in fails {
        assert_eq!(truth(filter, &row), Truth::False, "{filter}");
    }
}

#[test]
fn or_binds_weaker_than_and() {
    let row = okafor();
    assert_eq!(truth("billing or claims claims", &row), Truth::True);
    assert_eq!(truth("(billing or claims) claims", &row), Truth::False);
}

#[test]
fn without_a_capital_letter_case_does_not_count() {
    let row = okafor();
    for (filter, expected) in [
        ("ana", Truth::True),
        ("Ana", Truth::True),
        ("ANA", Truth::False),
        ("agent~\\Sna", Truth::True),
        ("agent~^A", Truth::True),
        ("agent~^LIMA", Truth::False),
    ] {
        assert_eq!(truth(filter, &row), expected, "{filter}");
    }
}

#[test]
fn what_was_not_read_is_unknown_and_not_keeps_it_so() {
    let mut row = okafor();
    row.reading = None;
    let unknown = [
        "is:stuck",
        "is:fresh",
        "kind:orphan",
        "kind:unread",
        "idle>1s",
        "idle<9d",
        "wait>1s",
        "for>1s",
        "cust:off",
        "agent:on",
        "bot:none",
        "queue:Billing",
        "queue!=Claims",
        "state:connected",
        "why:customer",
        "msgs<9",
        "msgs!=9",
        "last:cust",
        "name:okafor",
        "refund",
        "is:stuck age>1h",
        "is:stuck or age>90d",
    ];
    for filter in unknown {
        assert_eq!(truth(filter, &row), Truth::Unknown, "{filter}");
        assert_eq!(
            truth(&format!("-({filter})"), &row),
            Truth::Unknown,
            "-{filter}"
        );
    }
    assert_eq!(truth("age>2h", &row), Truth::True, "its age is listed");
    assert_eq!(truth("id:3f2a or is:stuck", &row), Truth::True);
    assert_eq!(truth("id:ffff is:stuck", &row), Truth::False);
    row.listed.customer = Some(Text::clean("M. Okafor"));
    assert_eq!(truth("cust:okafor", &row), Truth::True, "listed");
    assert_eq!(truth("cust:park", &row), Truth::False, "listed");
}

#[test]
fn what_this_version_cannot_know_is_unknown() {
    for filter in ["is:mine", "division:Home", "deployment:shop-eu"] {
        assert_eq!(truth(filter, &okafor()), Truth::Unknown, "{filter}");
    }
    let odd = orphan(9).with("hologram", leg("connected")).read("2s");
    assert_eq!(truth("-is:stuck", &odd), Truth::Unknown);
    assert_eq!(truth("-kind:live", &odd), Truth::Unknown);
    assert_eq!(truth("kind:unknown", &odd), Truth::True);
    let levitating = alone(9).with("agent", leg("levitating")).read("2s");
    assert_eq!(truth("agent:off", &levitating), Truth::Unknown);
    let timeless = Leg {
        since: None,
        ..leg("connected")
    };
    let queued = alone(9).with("acd", timeless).read("2s");
    assert_eq!(truth("wait<1d", &queued), Truth::Unknown);
}

#[test]
fn marks_and_changes_come_from_outside() {
    assert_eq!(
        truth("is:marked -is:changed", &orphan(1).read("2s")),
        Truth::True
    );
    assert_eq!(
        truth("is:changed -is:marked", &orphan(2).read("2s")),
        Truth::True
    );
}

#[test]
fn a_party_is_asked_how_it_stands_or_what_it_is_called() {
    let parked = alone(1).with("agent", leg("parked")).read("2s");
    let ringing = alone(1).with("agent", leg("alerting")).read("2s");
    for (filter, row) in [
        ("agent:parked", &parked),
        ("agent:held", &parked),
        ("agent:alerting", &ringing),
        ("-agent:on", &ringing),
        ("cust:on", &ringing),
    ] {
        assert_eq!(truth(filter, row), Truth::True, "{filter}");
    }
    let called_on = alone(1)
        .party("agent", closed("1h", "client"), |party| {
            party.name = Some(Text::clean("On"));
        })
        .read("2s");
    assert_eq!(truth("agent:on", &called_on), Truth::False);
    assert_eq!(truth("agent:\"on\"", &called_on), Truth::True);
}

#[test]
fn a_clock_stands_for_the_time_since_then() {
    // The tests' now is 2026-09-21T14:13:20Z.
    let row = staged(1)
        .with("customer", leg("connected"))
        .but(|staged| staged.conversation.started = ago("6h"))
        .read("2s");
    for (filter, expected) in [
        ("age>14:05", Truth::True),
        ("age>08:14", Truth::True),
        ("age>8:13", Truth::False),
        ("age>08:14 or age<08:12", Truth::True),
        ("age<14:20", Truth::True),
        ("age<yesterday", Truth::True),
        ("age>2026-09-21T09:00", Truth::True),
        ("age>2026-09-21", Truth::False),
        ("age<2031-12-31T23:59", Truth::False),
    ] {
        assert_eq!(truth(filter, &row), expected, "{filter}");
    }
    let tokyo = TimeZone::fixed(jiff::tz::offset(9));
    let query: Query = "age>22:00".parse().unwrap();
    with_surroundings(|around| {
        assert!(query.matches(
            &row,
            &Surroundings {
                zone: &tokyo,
                ..*around
            }
        ));
        assert!(!query.matches(&row, around));
    });
}

#[test]
fn an_explanation_names_the_clauses_that_removed_a_chat() {
    let explained = |filter: &str, row: &Row| -> Vec<String> {
        let query: Query = filter.parse().unwrap();
        let removals = with_surroundings(|around| explain(&query, row, around, &str::to_owned));
        removals
            .iter()
            .map(|removal| format!("{}: {}", removal.clause, removal.fact))
            .collect()
    };
    let row = live(1).read("2s");
    assert_eq!(explained("is:fresh age>1h", &row), Vec::<String>::new());
    assert_eq!(
        explained("is:stuck idle>45m age>1h", &row),
        ["is:stuck: it is fresh: live", "idle>45m: its idle is 1m"]
    );
    assert_eq!(
        explained("kind:orphan or queue:Claims", &row),
        [
            "kind:orphan: its kind is live",
            "queue:Claims: it has no queue by name (C+ A+ Q.)"
        ]
    );
    assert_eq!(
        explained("-is:marked wait>1m is:mine", &row),
        [
            "-is:marked: it is marked",
            "wait>1m: it is not in queue",
            "is:mine: not known to this version"
        ]
    );
    assert_eq!(
        explained("is:stuck", &orphan(3).row),
        ["is:stuck: not read yet"]
    );
}
