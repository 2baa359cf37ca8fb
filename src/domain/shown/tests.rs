//! Whose name a row shows.

use super::*;
use crate::domain::names::Names;
use crate::domain::staged::{Staged, closed, leg, staged};
use crate::domain::staged::{recorded, recorded_leg};

fn named(staged: Staged, purpose: &str, state: &str, name: &str) -> Staged {
    let leg = if state == "disconnected" {
        closed("1h", "peer")
    } else {
        leg(state)
    };
    staged.party(purpose, leg, |party| {
        party.name = Some(name.into());
        party.queue = (purpose != "customer").then(|| format!("{name}'s queue").into());
    })
}

fn text(name: Option<&Text>) -> Option<&str> {
    name.map(Text::as_str)
}

#[test]
fn who_is_there_wins_over_who_came_later_and_left() {
    let row = named(staged(1), "agent", "connected", "Ana");
    let row = named(row, "agent", "disconnected", "Ben").read("2s");
    assert_eq!(text(agent(&row)), Some("Ana"));
    let left = named(staged(1), "agent", "disconnected", "Ana");
    let left = named(left, "agent", "disconnected", "Ben").read("2s");
    assert_eq!(text(agent(&left)), Some("Ben"));
}

#[test]
fn a_read_wins_over_the_list_and_the_list_over_nothing() {
    let mut row = named(staged(1), "customer", "connected", "Read").read("2s");
    row.listed.customer = Some("Listed".into());
    row.listed.agent = Some("Gone".into());
    assert_eq!(text(customer(&row)), Some("Read"));
    assert_eq!(text(agent(&row)), None, "the read shows no agent");
    row.reading = None;
    assert_eq!(text(customer(&row)), Some("Listed"));
    assert_eq!(text(agent(&row)), Some("Gone"));
    assert_eq!(text(queue(&row)), None);
}

#[test]
fn the_queue_is_that_of_the_queue_leg_else_of_the_agent() {
    let direct = named(staged(1), "agent", "connected", "Ana");
    assert_eq!(text(queue(&direct.clone().read("2s"))), Some("Ana's queue"));
    let queued = named(direct, "acd", "disconnected", "Claims").read("2s");
    assert_eq!(text(queue(&queued)), Some("Claims's queue"));
    let in_bot = named(staged(1), "workflow", "connected", "Triage").read("2s");
    assert_eq!(text(bot(&in_bot)), Some("Triage"));
}

#[test]
fn before_it_is_read_the_ids_of_the_list_go_by_their_names_once_these_are_known() {
    let mut row = named(staged(1), "customer", "connected", "Guest").read("2s");
    row.reading = None;
    let mut recorded = recorded();
    let queue = "3f2a91c4-77b0-4d8e-9a51-0e6c2f6b1d20";
    recorded.legs = vec![
        recorded_leg("acd", Some("aaaaaaaa-77b0-4d8e-9a51-0e6c2f6b1d20"), true),
        recorded_leg("acd", Some(queue), false),
    ];
    recorded.divisions = vec![queue.into()];
    recorded.address_to = Some(queue.into());
    row.listed.recorded = Some(std::sync::Arc::new(recorded));
    assert_eq!(text(super::queue(&row)), None);
    assert_eq!(place_words(&row).as_deref(), Some("queue 3f2a91"));
    assert_eq!(division_words(&row), ["division 3f2a91"]);
    assert_eq!(deployment_words(&row).as_deref(), Some("deployment 3f2a91"));
    let mut names = Names::default();
    for (kind, name) in [(NameKind::Queue, "Claims"), (NameKind::Division, "Home")] {
        names.take(kind, queue.into(), name.into(), crate::domain::staged::NOW);
    }
    let now = crate::domain::staged::NOW;
    names.learn(NameKind::Deployment, &[queue.into()], Vec::new(), now);
    row.names = std::sync::Arc::new(names);
    assert_eq!(text(super::queue(&row)), Some("Claims"));
    assert_eq!(place_words(&row).as_deref(), Some("Claims"));
    assert_eq!(division_words(&row), ["Home"]);
    assert_eq!(deployment_words(&row), None, "it is no deployment");
    // A read that names the queue wins.
    let read = named(staged(1), "acd", "connected", "Read").read("2s");
    row.reading = read.reading;
    assert_eq!(text(super::queue(&row)), Some("Read's queue"));
}

#[test]
fn a_queue_that_the_read_tells_by_its_id_alone_is_looked_up() {
    let id = Text::clean("3f2a91c4-77b0-4d8e-9a51-0e6c2f6b1d20");
    let mut row = staged(1)
        .party("acd", leg("connected"), |party| {
            party.queue = Some("3f2a91c4-77b0-4d8e-9a51-0e6c2f6b1d20".into());
            party.queue_id = party.queue.clone();
        })
        .read("2s");
    assert_eq!(text(super::queue(&row)), None);
    assert_eq!(queue_words(&row).as_deref(), Some("queue 3f2a91"));
    let mut names = Names::default();
    names.take(
        NameKind::Queue,
        id,
        "Claims".into(),
        crate::domain::staged::NOW,
    );
    row.names = std::sync::Arc::new(names);
    assert_eq!(queue_words(&row).as_deref(), Some("Claims"));
}
