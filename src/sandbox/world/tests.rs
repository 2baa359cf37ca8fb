//! The rules of the world, at times that the tests choose.

use super::conversation::{
    Conversation, Leg, Medium, Purpose, Resistance, Side, Stray, Straying, Transfer, TransferState,
};
use super::*;
use crate::sandbox::kind::Kind;

mod endings;
mod journeys;
mod properties;
mod staged;
mod timers;

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn world_of(scenario: &str, seed: u64, chats: Option<usize>) -> World {
    World::new(&Scenario::named(scenario).unwrap(), seed, chats, now())
}

/// A world of a scenario that the test writes.
fn world(text: &str) -> World {
    let text = format!("description = \"of a test\"\n{text}");
    World::new(
        &Scenario::parse(&text, "test.toml").unwrap(),
        1,
        None,
        now(),
    )
}

fn chat(kind: &str, more: &str) -> String {
    format!("[[chat]]\nkind = \"{kind}\"\nlabel = \"{kind}\"\n{more}\n")
}

fn seconds(count: i64) -> Timestamp {
    later(now(), count * 1000)
}

fn minutes_on(count: i64) -> Timestamp {
    seconds(count * 60)
}

/// How the leg of each party of a purpose came down, or its state.
fn ends(world: &World, index: usize, purpose: Purpose) -> Vec<&'static str> {
    let parties = world.conversations[index].participants.iter();
    let parties = parties.filter(|party| party.purpose == purpose);
    parties
        .map(|party| {
            let leg = party.last_leg().unwrap();
            leg.ended.map_or(leg.state(), |(_, how)| how.word())
        })
        .collect()
}

fn labelled(world: &World, label: &str) -> usize {
    world.find_by_name(label).unwrap()
}

fn client() -> By {
    By::nobody(Actor::Client("tester".to_owned()))
}

fn leg_of(world: &World, index: usize, purpose: Purpose) -> Uuid {
    world.conversations[index].open(purpose).unwrap().legs[0].id
}

#[test]
fn messages_are_strictly_in_order_and_nothing_staged_lies_in_the_future() {
    for one in &world_of("demo", 4, Some(1500)).conversations {
        assert!(
            one.messages.is_sorted_by(|left, right| left.at < right.at),
            "{one:#?}"
        );
        for party in &one.participants {
            for leg in &party.legs {
                let end = leg.ended.map_or(now(), |(at, _)| at);
                let began = leg.began().unwrap();
                assert!(
                    one.started <= began && began <= end && end <= now(),
                    "{one:#?}"
                );
            }
        }
    }
}

#[test]
fn the_same_seed_stages_the_same_world_and_another_seed_another() {
    let picture = |seed| {
        let world = world_of("demo", seed, Some(200));
        format!("{:?}", world.conversations)
    };
    assert_eq!(picture(11), picture(11));
    assert_ne!(picture(11), picture(12));
}

#[test]
fn life_is_the_same_for_the_same_seed_however_often_the_world_is_asked() {
    let lived = |steps: i64| {
        let mut world = world_of("demo", 9, None);
        for step in 1..=steps {
            world.tick(later(now(), 3_600_000 * step / steps));
        }
        world.truth().to_vec()
    };
    let once = lived(1);
    assert!(once.len() > 20, "people came and wrote: {}", once.len());
    assert_eq!(once, lived(500));
}

#[test]
fn chats_that_arrive_are_served_and_end() {
    let mut world = world_of("demo", 3, None);
    world.tick(later(now(), 4 * 3_600_000));
    let arrived: Vec<_> = world
        .conversations
        .iter()
        .filter(|one| one.kind.is_none())
        .collect();
    assert!(arrived.len() > 20, "{} arrived", arrived.len());
    assert!(arrived.iter().filter(|one| one.ended.is_some()).count() > 15);
}

#[test]
fn nothing_that_was_accepted_is_applied_early_and_all_of_it_within_the_promise() {
    for seed in 0..50 {
        let mut world = world_of("kinds", seed, None);
        let index = labelled(&world, "waiting");
        let leg = leg_of(&world, index, Purpose::Customer);
        world.accept_leg_ends(
            index,
            &[leg],
            Disconnect::Client,
            &client(),
            Applying::Usual,
            now(),
        );
        world.tick(later(now(), 99));
        assert!(world.truth().is_empty());
        world.tick(later(now(), 800));
        assert!(
            world.conversations[index].ended.is_some(),
            "the queue leg followed"
        );
    }
}

#[test]
fn the_customer_stays_when_the_last_agent_goes() {
    let mut world = world_of("quiet", 1, None);
    let index = labelled(&world, "live");
    let leg = leg_of(&world, index, Purpose::Agent);
    world.accept_leg_ends(
        index,
        &[leg],
        Disconnect::Client,
        &client(),
        Applying::Late(0),
        now(),
    );
    world.tick(later(now(), 60_000));
    let one = &world.conversations[index];
    assert!(one.open(Purpose::Customer).is_some() && one.ended.is_none());
}

#[test]
fn a_leg_ends_once_however_often_that_is_accepted() {
    let mut world = world_of("quiet", 1, None);
    let index = labelled(&world, "orphan");
    let leg = leg_of(&world, index, Purpose::Agent);
    for _ in 0..3 {
        world.accept_leg_ends(
            index,
            &[leg],
            Disconnect::Client,
            &client(),
            Applying::Usual,
            now(),
        );
    }
    world.tick(later(now(), 5000));
    let endings = world
        .truth()
        .iter()
        .filter(|one| one.what == Change::LegEnded);
    assert_eq!(endings.count(), 1);
}

#[test]
fn an_alerting_agent_who_is_ended_owes_nothing() {
    let text = "description = \"x\"\n[[chat]]\nkind = \"ringing\"\nlabel = \"r\"\nwrap_up = true\n";
    let scenario = Scenario::parse(text, "x.toml").unwrap();
    let mut world = World::new(&scenario, 1, None, now());
    world.accept_end_of_all(
        0,
        Ending::of_all_legs(Disconnect::Client),
        &client(),
        Applying::Late(0),
        now(),
    );
    world.tick(later(now(), 1));
    assert!(world.conversations[0].ended.is_some());
}

#[test]
fn a_customer_who_writes_after_the_end_brings_the_same_conversation_back() {
    let mut world = world_of("quiet", 1, None);
    let index = labelled(&world, "orphan");
    world.accept_end_of_all(
        index,
        Ending::of_all_legs(Disconnect::Client),
        &client(),
        Applying::Late(0),
        now(),
    );
    world.order(index, Happening::CustomerWrites, later(now(), 10));
    world.tick(later(now(), 10));
    let one = &world.conversations[index];
    assert!(one.ended.is_none());
    assert_eq!(one.participants[0].legs.len(), 2);
    let changes: Vec<Change> = world.truth().iter().map(|one| one.what).collect();
    let after = changes
        .iter()
        .position(|one| *one == Change::ConversationEnded)
        .unwrap();
    assert_eq!(
        changes[after + 1..],
        [
            Change::ConversationReopened,
            Change::LegConnected,
            Change::MessageWritten
        ]
    );
}

#[test]
fn a_message_starts_the_inactivity_timer_anew() {
    let mut world = world_of("kinds", 1, None);
    let index = labelled(&world, "closing");
    let minutes = |count: i64| later(now(), count * 60_000);
    world.order(index, Happening::CustomerWrites, minutes(40));
    world.tick(minutes(84));
    assert!(world.conversations[index].ended.is_none());
    world.tick(minutes(85));
    assert!(world.conversations[index].ended.is_some());
}

#[test]
fn nobody_joins_what_has_ended() {
    let mut world = world_of("quiet", 1, None);
    let index = labelled(&world, "orphan");
    world.accept_end_of_all(
        index,
        Ending::of_all_legs(Disconnect::Client),
        &client(),
        Applying::Late(0),
        now(),
    );
    world.order(index, Happening::AgentJoins, later(now(), 10));
    world.tick(later(now(), 10));
    assert!(world.conversations[index].open_legs().is_empty());
}
