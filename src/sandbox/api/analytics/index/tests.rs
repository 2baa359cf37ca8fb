//! A list that is kept is the list that would be made anew, whatever happened in between.

use super::super::asked::Asked;
use super::*;
use crate::sandbox::scenario::Scenario;
use crate::sandbox::truth::Actor;
use crate::sandbox::world::conversation::Disconnect;
use crate::sandbox::world::happening::Happening;
use crate::sandbox::world::{Applying, By, Ending};
use jiff::SignedDuration;
use proptest::prelude::*;
use serde_json::{Value, json};

const HAPPENINGS: [&str; 22] = [
    "bot-writes",
    "bot-ends",
    "guest-clears",
    "session-expires",
    "guest-arrives",
    "transfer",
    "transfer-hangs",
    "park",
    "unpark",
    "voice-leg-added",
    "voice-leg-ends",
    "agent-away",
    "agent-back",
    "agent-joins",
    "agent-leaves",
    "agent-writes",
    "customer-writes",
    "customer-leaves",
    "guest-reborn",
    "wrap-up-done",
    "index-loses-track",
    "index-shows-over",
];

fn start() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

/// Everything in the demo that goes on by itself, hurried up.
fn world(seed: u64) -> World {
    let text = "description = \"x\"\n[life]\narrivals_per_hour = 600\nmessages = true\n\
                [[chat]]\nkind = \"live\"\ncount = 3\n[[chat]]\nkind = \"wrap-up\"\n\
                [[chat]]\nkind = \"orphan\"\n[[chat]]\nkind = \"no-show\"\n[[chat]]\nkind = \"ringing\"\n";
    World::new(
        &Scenario::parse(text, "x.toml").unwrap(),
        seed,
        None,
        start(),
    )
}

/// Queries that differ in what changes the membership and the place of a conversation.
fn subjects() -> Vec<Subject> {
    let predicate = |dimension: &str, operator: &str| {
        json!([{ "type": "and", "predicates": [
        { "dimension": dimension, "operator": operator } ] }])
    };
    let one = |dimension: &str, value: &str| {
        json!([{ "type": "and", "predicates": [
        { "dimension": dimension, "value": value } ] }])
    };
    let open_agent = json!([{ "type": "and", "predicates": [
        { "dimension": "purpose", "value": "agent" },
        { "dimension": "segmentEnd", "operator": "notExists" } ] }]);
    let silent = json!([{ "type": "and", "predicates": [
        { "dimension": "customerParticipation", "value": "false" } ] }]);
    let handled = json!([{ "type": "and", "predicates": [
        { "type": "metric", "metric": "tHandle", "range": { "gte": 1 } } ] }]);
    let queries = [
        json!({ "conversationFilters": predicate("conversationEnd", "notExists") }),
        json!({ "conversationFilters": predicate("conversationEnd", "exists"), "orderBy": "conversationEnd" }),
        json!({ "segmentFilters": open_agent, "orderBy": "segmentEnd" }),
        json!({ "segmentFilters": predicate("wrapUpCode", "exists"), "orderBy": "segmentStart" }),
        json!({ "conversationFilters": silent, "orderBy": "conversationEnd" }),
        json!({ "conversationFilters": handled, "orderBy": "segmentEnd" }),
        json!({ "orderBy": "conversationEnd" }),
        json!({ "segmentFilters": one("segmentType", "parked"), "orderBy": "segmentEnd" }),
        json!({ "segmentFilters": one("mediaType", "voice"), "orderBy": "segmentEnd", "order": "desc" }),
    ];
    queries.into_iter().map(subject).collect()
}

fn subject(mut query: Value) -> Subject {
    query["interval"] = json!("2026-11-10T00:00:00Z/2026-11-21T00:00:00Z");
    let days = Interval::read("2026-11-10T00:00:00Z/2026-11-22T00:00:00Z").unwrap();
    let (asked, order) = Asked::read(serde_json::from_value(query).unwrap()).unwrap();
    Subject {
        asked,
        days,
        by: order.by,
    }
}

/// One thing that happens between two looks.
#[derive(Clone, Debug)]
enum Step {
    Wait(i64),
    Happen(usize, &'static str),
    End(usize, bool),
    Lag(i64),
    Look(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_i64..90_000).prop_map(Step::Wait),
        4 => (any::<usize>(), prop::sample::select(&HAPPENINGS[..])).prop_map(|(which, what)| Step::Happen(which, what)),
        2 => (any::<usize>(), any::<bool>()).prop_map(|(which, whole)| Step::End(which, whole)),
        1 => prop::sample::select(&[0_i64, 3000, 60_000][..]).prop_map(Step::Lag),
        5 => any::<usize>().prop_map(Step::Look),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_kept_list_is_the_list_made_anew(seed in any::<u64>(), steps in prop::collection::vec(step(), 1..120)) {
        let (mut world, mut index, subjects) = (world(seed), Index::default(), subjects());
        let (mut now, mut lag) = (start(), 3000);
        for step in steps {
            match step {
                Step::Wait(milliseconds) => {
                    now += SignedDuration::from_millis(milliseconds);
                    world.tick(now);
                }
                Step::Happen(which, what) => {
                    let what: Happening = serde_json::from_value(json!(what)).unwrap();
                    world.order(which % world.conversations.len(), what, now);
                    world.tick(now);
                }
                Step::End(which, teardown) => {
                    let by = By::nobody(Actor::Agent);
                    let ending = Ending {
                        teardown: teardown.then(|| world.system_code()),
                        ..Ending::of_all_legs(Disconnect::Client)
                    };
                    let which = which % world.conversations.len();
                    world.accept_end_of_all(which, ending, &by, Applying::Usual, now);
                    world.tick(now);
                }
                Step::Lag(other) => lag = other,
                Step::Look(which) => {
                    let horizon = (now - SignedDuration::from_millis(lag)).max(world.began);
                    let subject = &subjects[which % subjects.len()];
                    let sight = Sight { directory: &world.directory, horizon };
                    let anew = subject.rows(&world, sight);
                    let kept = index.list(subject.clone(), &world, horizon);
                    prop_assert_eq!(kept, &anew);
                }
            }
        }
    }
}

#[test]
fn a_list_that_nobody_asked_for_through_many_changes_is_made_anew() {
    let (mut world, mut index, subjects) = (world(1), Index::default(), subjects());
    let open = || subjects[0].clone();
    assert_eq!(index.list(open(), &world, start()).len(), 7);
    for _ in 0..=PASSED_MAX {
        world.order(0, Happening::AgentWrites, start());
    }
    let end = By::nobody(Actor::Agent);
    let peer = Ending::of_all_legs(Disconnect::Peer);
    world.accept_end_of_all(4, peer, &end, Applying::Late(0), start());
    let later = start() + SignedDuration::from_hours(1);
    world.tick(start() + SignedDuration::from_secs(1));
    assert_eq!(index.list(open(), &world, later).len(), 6);
    assert!(index.passed.len() <= PASSED_MAX);
}

#[test]
fn only_so_many_lists_are_kept() {
    let (world, mut index) = (world(1), Index::default());
    for number in 0..3 * LISTS_MAX {
        let only = json!([{ "type": "and", "predicates": [
            { "dimension": "participantName", "value": format!("guest {number}") } ] }]);
        let subject = subject(json!({ "segmentFilters": only }));
        assert!(index.list(subject, &world, start()).is_empty());
    }
    assert_eq!(index.lists.len(), LISTS_MAX);
}
