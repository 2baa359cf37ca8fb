//! Whose name a row shows.

use super::*;
use crate::domain::staged::{Staged, closed, leg, staged};

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
