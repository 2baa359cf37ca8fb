//! Rules as values: what is taken, what is refused and on which line, which request is hit.

use super::pattern::fits;
use super::*;
use crate::sandbox::scenario::{Chat, Scenario};

const EXAMPLE: &str = include_str!("../../../assets/scenarios/faults.example.toml");

fn refused(text: &str) -> String {
    FaultOrders::parse(text, "mine.toml")
        .unwrap_err()
        .to_string()
}

#[test]
fn the_example_is_taken_whole_and_shows_every_field() {
    let orders = FaultOrders::parse(EXAMPLE, "faults.example.toml").unwrap();
    assert_eq!(orders.faults.len(), 15);
    // What the parser knows it says itself, where it meets a word that it does not know.
    let tables = ["fault", "event", "false_end", "socket", "notifications", ""];
    for table in tables {
        let text = match table {
            "" => "nonsense = 1".to_owned(),
            "notifications" => "[notifications]\nnonsense = 1".to_owned(),
            table => format!("[[{table}]]\nnonsense = 1"),
        };
        let said = refused(&text);
        let (_, known) = said.split_once("expected").unwrap();
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        for field in known {
            let shown = format!("{field} = ");
            let opened = [format!("[{field}]"), format!("[[{field}]]")];
            let is_shown =
                EXAMPLE.contains(&shown) || opened.iter().any(|one| EXAMPLE.contains(one));
            let is_alias = ["faults", "events", "sockets"].contains(&field);
            assert!(
                is_shown || is_alias,
                "`{field}` of `{table}` is not in the example"
            );
        }
    }
}

#[test]
fn the_labels_of_the_example_are_those_of_the_demo() {
    let orders = FaultOrders::parse(EXAMPLE, "faults.example.toml").unwrap();
    let scenario = Scenario::named("demo").unwrap();
    let labels: Vec<String> = scenario.chats.iter().flat_map(Chat::labels).collect();
    for target in orders.targets() {
        assert!(labels.iter().any(|label| label == target), "{target}");
    }
}

#[test]
fn what_contradicts_itself_is_refused_with_its_field_and_line() {
    let cases = [
        (
            "drop = true\nstatus = 503",
            "3: status: it does not go with `drop`",
        ),
        (
            "drop = true\nredirect = 301",
            "3: redirect: it does not go with `drop`",
        ),
        (
            "status = 503\nhold = true",
            "2: status: it does not go with `hold`",
        ),
        ("hold_after = 3", "2: hold_after: it needs `hold` beside it"),
        (
            "hold = true\nhold_after = 3\nwhen = \"before\"",
            "4: when: it does not go with `hold_after`",
        ),
        (
            "redirect = 302\nbody = \"x\"",
            "3: body: it does not go with `redirect`",
        ),
        (
            "body = \"x\"\nbody_like = \"deep\"",
            "3: body_like: it does not go with `body`",
        ),
        (
            "accepted_but_open = true\napply_late_ms = 5",
            "3: apply_late_ms: it does not go with",
        ),
        (
            "stale_ms = 5\nmethod = \"PATCH\"",
            "2: stale_ms: only reads",
        ),
        ("stale_ms = 5\nstep = \"legs\"", "2: stale_ms: only reads"),
        (
            "page_drift = 1\nstep = \"read\"",
            "2: page_drift: only the list",
        ),
        ("page_drift = 0", "2: page_drift: 0 rows"),
        (
            "status = 503\nnth = 0",
            "3: nth: requests are counted from 1",
        ),
        ("status = 503\nprobability = 1.5", "3: probability: "),
        ("status = 503\nprobability = nan", "3: probability: "),
        ("status = 503\nseed = 3", "3: seed: it needs `probability`"),
        ("redirect = 304", "2: redirect: use 301"),
        (
            "location = \"/x\"\nstatus = 503",
            "2: location: it needs `redirect`",
        ),
        (
            "retry_after = 3\ndrop = true",
            "2: retry_after: it needs `status`",
        ),
        (
            "delay_ms = 3\nreset = true",
            "3: reset: it needs `drop` or `truncate_after`",
        ),
        (
            "truncate_after = 3\nwhen = \"before\"",
            "3: when: there is nothing before which",
        ),
        ("headers = { \"content-length\" = \"3\" }", "2: headers: "),
        ("headers = { \"a b\" = \"3\" }", "2: headers: "),
        ("method = \"GET\"\nnth = 2", "1: fault: it does nothing"),
        (
            "event_after_ms = 3\nstatus = 503",
            "2: event_after_ms: it needs `event`",
        ),
        (
            "event = \"agent-joins\"\nstep = \"list\"",
            "2: event: such a request names no conversation",
        ),
        ("status = 503\npath = \"\"", "3: path: it is empty"),
        (
            "step = \"list\"\nthen = { fault = [{ nth = 2 }] }",
            "3: then: fault 1, fault: it does nothing",
        ),
    ];
    for (text, expected) in cases {
        let said = refused(&format!("[[fault]]\n{text}\n"));
        let expected = format!("mine.toml:{expected}");
        assert!(said.starts_with(&expected), "{text}: {said}");
    }
    let fine = "[[fault]]\nstatus = 503\n\n[[fault]]\nstep = \"read\"\ndrop = true\nbody = \"x\"\n";
    assert!(
        refused(fine).starts_with("mine.toml:7: body: "),
        "{}",
        refused(fine)
    );
    assert!(refused("whose = \"Console\"\n").starts_with("mine.toml:1: whose: "));
    assert!(
        refused("[[event]]\nevent = \"agent-joins\"\n").starts_with("mine.toml:1: conversation: ")
    );
    assert!(refused("[[socket]]\nreset = true\n").starts_with("mine.toml:2: reset: "));
}

#[test]
fn a_scenario_refuses_its_faults_in_the_same_words() {
    let text = "description = \"x\"\n\n[[fault]]\ndrop = true\nstatus = 503\n";
    let said = Scenario::parse(text, "mine.toml").unwrap_err().to_string();
    assert!(
        said.starts_with("mine.toml:5: status: it does not go with `drop`"),
        "{said}"
    );
}

#[test]
fn unknown_words_are_refused_with_the_nearest() {
    let said = refused("[[fault]]\ndripms = 3\n");
    assert!(
        said.starts_with("mine.toml:2: dripms: ") && said.contains("`drip_ms`?"),
        "{said}"
    );
    let said = refused("[[fault]]\nbody_like = \"captive\"\n");
    assert!(said.starts_with("mine.toml:2: body_like: "), "{said}");
    let said = refused("rate_limits = 3\n");
    assert!(
        said.starts_with("mine.toml:1: rate_limits: ") && said.contains("`rate_limit`?"),
        "{said}"
    );
    let said = refused("[[event]]\nevent = \"agent-join\"\nconversation = \"x\"\n");
    assert!(
        said.starts_with("mine.toml:2: event: ") && said.contains("`agent-joins`?"),
        "{said}"
    );
}

#[test]
fn a_pattern_stands_for_the_whole_path_and_a_text_for_a_part() {
    let path = "/api/v2/conversations/messages/c1/participants/p1";
    for fitting in [
        "messages/",
        path,
        "*",
        "/api/v2/*",
        "*/participants/*",
        "/api/*/c1/*p1",
        "*p1",
    ] {
        assert!(fits(fitting, path), "{fitting}");
    }
    for other in [
        "message/",
        "/api/v2/conversations/*/wrapup",
        "api/v2/*",
        "*/participants",
        "*p1*p1",
    ] {
        assert!(!fits(other, path), "{other}");
    }
}

/// Which of ten requests are hit, turn by turn for two conversations.
fn hit(rule: &str) -> Vec<usize> {
    let orders = FaultOrders::parse(&format!("[[fault]]\nstatus = 503\n{rule}"), "x").unwrap();
    let mut faults = Faults::new(7);
    for fault in orders.faults {
        faults.add(fault);
    }
    let hit = (1..=10).filter(|turn| {
        let id = if turn % 2 == 0 { "even" } else { "odd" };
        let subject = Subject {
            method: "GET",
            path: "/api/v2/x",
            step: None,
            conversation: Some((id, None)),
        };
        faults.strike(subject).is_some()
    });
    hit.collect()
}

#[test]
fn requests_are_counted_as_the_rule_says() {
    assert_eq!(hit(""), [1]);
    assert_eq!(hit("nth = 3\ntimes = 2"), [3, 4]);
    assert_eq!(hit("nth = 9\ntimes = 0"), [9, 10]);
    assert_eq!(
        hit("per_conversation = true\nnth = 2\ntimes = 2"),
        [3, 4, 5, 6]
    );
    assert_eq!(hit("conversation = \"even\"\ntimes = 2"), [2, 4]);
    assert_eq!(hit("method = \"post\""), Vec::<usize>::new());
}

#[test]
fn a_probability_is_drawn_from_its_seed() {
    let some = hit("probability = 0.5\nseed = 3");
    assert!(!some.is_empty() && some.len() < 10, "{some:?}");
    assert_eq!(some, hit("probability = 0.5\nseed = 3"));
    assert_ne!(some, hit("probability = 0.5\nseed = 4"));
    assert_eq!(hit("probability = 1").len(), 10);
    assert_eq!(hit("probability = 1\ntimes = 3").len(), 3);
}
