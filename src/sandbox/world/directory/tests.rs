//! Who is there, and what follows from a change of it.

use super::user::Unavailable;
use super::*;

fn at(minute: i8) -> Timestamp {
    format!("2026-11-20T12:{minute:02}:00Z").parse().unwrap()
}

fn directory() -> Directory {
    let scenario = Scenario::parse("description = \"x\"", "x.toml").unwrap();
    Directory::new(&scenario, &mut Random::stream(1, "directory"), at(0))
}

#[test]
fn who_goes_offline_gets_no_more_work_and_both_say_since_when() {
    let standing = Standing::on_queue(at(0));
    let gone = standing
        .changed(Some(Presence::Offline), None, at(5))
        .unwrap();
    assert_eq!(
        (gone.routing, gone.routed_since),
        (Routing::OffQueue, at(5))
    );
    let still = gone.changed(Some(Presence::Offline), None, at(9)).unwrap();
    assert_eq!(still.present_since, at(5));
    let back = still
        .changed(Some(Presence::OnQueue), None, at(20))
        .unwrap();
    assert_eq!((back.routing, back.routed_since), (Routing::Idle, at(20)));
}

#[test]
fn nobody_is_offline_and_gets_work() {
    let standing = Standing::on_queue(at(0));
    let refused = standing.changed(Some(Presence::Offline), Some(Routing::Idle), at(1));
    assert_eq!(refused, Err(Unavailable));
    let gone = standing
        .changed(Some(Presence::Offline), None, at(1))
        .unwrap();
    assert_eq!(
        gone.changed(None, Some(Routing::Idle), at(2)),
        Err(Unavailable)
    );
}

#[test]
fn whoever_a_scenario_names_is_there_once_and_leavers_are_never_drawn() {
    let mut directory = directory();
    let mut random = Random::stream(1, "x");
    let first = directory.agent_named(Some("Zoe Quist"), &mut random);
    assert_eq!(directory.agent_named(Some("Zoe Quist"), &mut random), first);
    assert_eq!(directory.agents[first].state, UserState::Active);
    for _ in 0..100 {
        let drawn = directory.agent_named(None, &mut random);
        assert_eq!(directory.agents[drawn].state, UserState::Active);
    }
}

#[test]
fn a_flow_is_of_the_kind_that_was_asked_for() {
    let mut directory = directory();
    let mut random = Random::stream(1, "x");
    for kind in [FlowKind::Inbound, FlowKind::Bot, FlowKind::InQueue] {
        for wanted in [None, Some("Web Greeter"), Some("Something New")] {
            let flow = directory.flow_named(wanted, kind, &mut random).unwrap();
            assert_eq!(flow.kind, kind);
            assert!(wanted.is_none_or(|name| flow.name == name));
        }
    }
}
