//! Names that are looked up by their ids: unknown before they are known, by name or id then.

use std::sync::Arc;

use super::*;
use crate::domain::names::{NameKind, Names};
use crate::domain::recorded::{Recorded, RecordedFlow, RecordedLeg};
use crate::domain::staged::{recorded, recorded_leg};

const QUEUE: &str = "3f2a91c4-77b0-4d8e-9a51-0e6c2f6b1d20";
const FLOW: &str = "bedbedbe-77b0-4d8e-9a51-0e6c2f6b1d20";
const HOME: &str = "0a0a0a0a-77b0-4d8e-9a51-0e6c2f6b1d20";
const SHOP: &str = "0b0b0b0b-77b0-4d8e-9a51-0e6c2f6b1d20";

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
