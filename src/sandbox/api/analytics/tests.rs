//! Filters and intervals, on a world that stands still.

use super::asked::Asked;
use super::interval::Interval;
use super::sight::Sight;
use crate::sandbox::scenario::Scenario;
use crate::sandbox::world::World;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn world() -> World {
    World::new(&Scenario::named("kinds").unwrap(), 1, None, now())
}

/// How many chats a query's filters want.
fn wanted(world: &World, filters: &Value) -> usize {
    let mut sent = json!({ "interval": "" });
    let members = sent.as_object_mut().unwrap();
    members.extend(filters.as_object().unwrap().clone());
    let (asked, _) = Asked::read(serde_json::from_value(sent).unwrap()).unwrap();
    let sight = Sight {
        directory: &world.directory,
        horizon: now(),
    };
    let all = world.conversations.iter();
    all.filter_map(|one| sight.of(one))
        .filter(|seen| asked.wants(*seen))
        .count()
}

fn met(world: &World, filters: &Value) -> usize {
    wanted(world, &json!({ "segmentFilters": filters }))
}

#[test]
fn predicates_of_one_filter_must_hold_on_the_same_segment_and_filters_need_not() {
    let world = world();
    let agent = json!({ "dimension": "purpose", "value": "agent" });
    let alert = json!({ "dimension": "segmentType", "value": "alert" });
    let open = json!({ "dimension": "segmentEnd", "operator": "notExists" });
    let together = json!([{ "type": "and", "predicates": [agent, alert, open] }]);
    assert_eq!(met(&world, &together), 1, "only the ringing chat");
    let apart = json!([
        { "type": "and", "predicates": [agent] },
        { "type": "and", "predicates": [open] } ]);
    assert!(met(&world, &apart) > 8);
}

#[test]
fn clauses_and_or_are_understood() {
    let world = world();
    let flow = |word: &str| json!({ "dimension": "purpose", "value": word });
    let either = json!([{ "type": "or", "predicates": [flow("botflow"), flow("workflow")] }]);
    assert_eq!(met(&world, &either), world.conversations.len());
    let nested = json!([{ "type": "and", "clauses": [
        { "type": "or", "predicates": [flow("botflow"), flow("fax")] } ] }]);
    assert_eq!(met(&world, &nested), 2);
}

#[test]
fn a_wrap_up_that_is_owed_is_an_open_segment() {
    let owed = json!([{ "type": "and", "predicates": [
        { "dimension": "segmentType", "value": "wrapup" },
        { "dimension": "segmentEnd", "operator": "notExists" } ] }]);
    assert_eq!(met(&world(), &owed), 1);
}

#[test]
fn an_interval_reaches_over_the_whole_days_it_touches() {
    let read = |text: &str| {
        let Interval { from, to } = Interval::read(text).unwrap().short().unwrap().days();
        format!("{from}/{to}")
    };
    assert_eq!(
        read("2026-11-19T10:00:00.000Z/2026-11-20T00:00:00.000Z"),
        "2026-11-19T00:00:00Z/2026-11-20T00:00:00Z"
    );
    assert_eq!(
        read("2026-11-19T10:00:00+02:00/2026-11-20T00:00:00.001Z"),
        "2026-11-19T00:00:00Z/2026-11-21T00:00:00Z"
    );
    let days = |text: &str| Interval::read(text).and_then(Interval::short);
    assert!(days("2026-11-01T00:00:00Z/2026-12-02T00:00:00Z").is_ok());
    assert!(days("2026-11-01T00:00:00Z/2026-12-02T00:00:01Z").is_err());
    assert!(days("2026-11-02T00:00:00Z/2026-11-01T00:00:00Z").is_err());
    assert!(days("yesterday").is_err());
}

#[test]
fn what_is_behind_the_horizon_is_not_seen_yet() {
    use crate::sandbox::truth::Actor;
    use crate::sandbox::world::conversation::Disconnect;
    use crate::sandbox::world::{Applying, By, Ending};
    let mut world = world();
    let by = By::nobody(Actor::World);
    let client = Ending::of_all_legs(Disconnect::Client);
    world.accept_end_of_all(0, client, &by, Applying::Late(500), now());
    let later = |milliseconds| now() + SignedDuration::from_millis(milliseconds);
    world.tick(later(5000));
    let ended = |horizon| {
        let directory = &world.directory;
        let sight = Sight { directory, horizon };
        let seen = sight.of(&world.conversations[0]).unwrap().record(false);
        let seen = serde_json::to_value(seen).unwrap();
        seen["conversationEnd"].is_string()
    };
    assert!(!ended(later(499)));
    assert!(ended(later(500)));
}

/// Whether analytics shows a conversation as over, seen from a horizon.
fn over(world: &World, index: usize, horizon: Timestamp) -> bool {
    let directory = &world.directory;
    let sight = Sight { directory, horizon };
    let record = sight.of(&world.conversations[index]).unwrap().record(false);
    serde_json::to_value(record).unwrap()["conversationEnd"].is_string()
}

#[test]
fn a_stray_stays_open_in_the_index_until_a_teardown_brings_it_back_in_line() {
    use crate::sandbox::truth::Actor;
    use crate::sandbox::world::conversation::Disconnect;
    use crate::sandbox::world::happening::Happening;
    use crate::sandbox::world::{Applying, By, Ending};
    let mut world = world();
    let later = |seconds| now() + SignedDuration::from_secs(seconds);
    let by = By::nobody(Actor::World);
    world.order(0, Happening::IndexLosesTrack, later(1));
    world.tick(later(1));
    let peer = Ending::of_all_legs(Disconnect::Peer);
    world.accept_end_of_all(0, peer, &by, Applying::Late(0), later(2));
    world.tick(later(60));
    assert!(world.conversations[0].ended.is_some());
    assert!(!over(&world, 0, later(60)));
    let teardown = Ending {
        teardown: Some(world.system_code()),
        ..Ending::of_all_legs(Disconnect::System)
    };
    world.accept_end_of_all(0, teardown, &by, Applying::Late(0), later(70));
    world.tick(later(80));
    assert!(!over(&world, 0, later(69)));
    assert!(over(&world, 0, later(70)));
}

#[test]
fn a_stray_can_be_over_in_the_index_while_it_goes_on() {
    use crate::sandbox::world::happening::Happening;
    let mut world = world();
    let later = |seconds| now() + SignedDuration::from_secs(seconds);
    world.order(0, Happening::IndexShowsOver, later(1));
    world.order(0, Happening::CustomerWrites, later(2));
    world.tick(later(60));
    assert!(world.conversations[0].ended.is_none());
    assert!(!over(&world, 0, now()));
    assert!(over(&world, 0, later(60)));
}

#[test]
fn who_comes_back_is_over_in_the_index_for_as_long_as_it_lags() {
    use crate::sandbox::world::happening::Happening;
    let mut world = world();
    let orphan = 3;
    let later = |seconds| now() + SignedDuration::from_secs(seconds);
    world.order(orphan, Happening::AgentLeaves, later(10));
    world.order(orphan, Happening::CustomerWrites, later(20));
    world.tick(later(30));
    assert!(world.conversations[orphan].ended.is_none());
    assert!(!over(&world, orphan, later(9)));
    assert!(over(&world, orphan, later(19)));
    assert!(!over(&world, orphan, later(20)));
}

/// A list of one filter with one predicate.
fn one(predicate: &Value) -> Value {
    json!([{ "type": "and", "predicates": [predicate] }])
}

#[test]
fn a_legal_word_that_means_nothing_here_is_never_there() {
    let world = world();
    let all = world.conversations.len();
    let number = |operator: &str| {
        one(&json!({ "dimension": "callbackNumber", "operator": operator, "value": "x" }))
    };
    assert_eq!(met(&world, &number("matches")), 0);
    assert_eq!(met(&world, &number("exists")), 0);
    assert_eq!(met(&world, &number("notExists")), all);
    let property = one(
        &json!({ "type": "property", "property": "color", "propertyType": "string", "value": "red" }),
    );
    assert_eq!(met(&world, &property), 0);
    for filters in ["evaluationFilters", "surveyFilters", "resolutionFilters"] {
        let with = |operator: &str| {
            let predicate =
                json!({ "type": "metric", "metric": "oTotalScore", "operator": operator });
            json!({ filters: one(&predicate) })
        };
        assert_eq!(wanted(&world, &with("exists")), 0);
        assert_eq!(wanted(&world, &with("notExists")), all);
    }
}

#[test]
fn a_predicate_says_what_it_is_about_and_what_it_compares_to() {
    let read = |predicate: Value| {
        let query = json!({ "interval": "", "segmentFilters": one(&predicate) });
        Asked::read(serde_json::from_value(query).unwrap()).map_err(|refusal| refusal.message)
    };
    assert!(read(json!({})).unwrap_err().contains("needs a dimension"));
    let typed = json!({ "type": "metric", "dimension": "queueId", "operator": "exists" });
    assert!(read(typed).unwrap_err().contains("needs a metric"));
    let bare = json!({ "dimension": "queueId" });
    assert!(read(bare).unwrap_err().contains("[queueId] needs a value"));
    assert!(read(json!({ "dimension": "queueId", "operator": "exists" })).is_ok());
    assert!(read(json!({ "metric": "tSegmentDuration", "range": { "gt": 1 } })).is_ok());
}

#[test]
fn ids_words_and_times_are_compared_as_what_they_are() {
    let world = world();
    let first = &world.conversations[0];
    let conversation = |dimension: &str, value: &str| {
        let predicate = json!({ "dimension": dimension, "value": value });
        wanted(&world, &json!({ "conversationFilters": one(&predicate) }))
    };
    let id = first.id.to_string();
    assert_eq!(conversation("conversationId", &id), 1);
    assert_eq!(conversation("conversationId", &id.to_uppercase()), 1);
    let shown = format!("{:.3}", first.started);
    assert_eq!(conversation("conversationStart", &shown), 1);
    assert_eq!(conversation("customerParticipation", "FALSE"), 1);
    let name = first.participants[0].name.to_uppercase();
    assert!(
        met(
            &world,
            &one(&json!({ "dimension": "participantName", "value": name }))
        ) >= 1
    );
}

#[test]
fn metrics_are_asked_by_range_over_a_segment_or_over_the_whole_conversation() {
    let world = world();
    let long = |range: Value| {
        met(
            &world,
            &one(&json!({ "metric": "tSegmentDuration", "range": range })),
        )
    };
    let over = long(json!({ "gte": 0 }));
    assert!(
        over > 0 && over < world.conversations.len(),
        "open segments have no duration"
    );
    assert_eq!(long(json!({ "lt": 0 })), 0);
    let whole =
        |predicate: Value| wanted(&world, &json!({ "conversationFilters": one(&predicate) }));
    let not_responding = json!({ "metric": "nAlertExpired", "range": { "gt": 3, "lte": 4 } });
    assert_eq!(
        whole(not_responding),
        1,
        "four agents let the ringing chat ring"
    );
    let queued = whole(json!({ "metric": "nOffered", "operator": "exists" }));
    let bots = whole(json!({ "metric": "nOffered", "operator": "notExists" }));
    assert_eq!(queued + bots, world.conversations.len());
    assert!(
        bots >= 3,
        "bot-loop, in-bot and no-show were never in a queue"
    );
    assert_eq!(
        whole(json!({ "metric": "tCallbackConnect", "operator": "exists" })),
        0
    );
}

#[test]
fn a_flow_tells_how_it_let_go_and_to_whom() {
    let world = world();
    let handed = |dimension: &str, value: &str| {
        met(
            &world,
            &one(&json!({ "dimension": dimension, "value": value })),
        )
    };
    let transferred = handed("exitReason", "TRANSFER");
    assert!(transferred > 5);
    assert_eq!(handed("transferType", "ACD"), transferred);
    assert_eq!(handed("exitReason", "FLOW_DISCONNECT"), 1, "the no-show");
    let queue = &world.directory.queues[0];
    let by_name = handed("transferTargetName", &queue.name);
    assert_eq!(
        handed("transferTargetAddress", &queue.id.to_string()),
        by_name
    );
    assert!(handed("flowName", &world.directory.flows[0].name) > 0);
}

#[test]
fn errors_supervisors_and_chats_that_were_cleared_are_told() {
    use crate::sandbox::world::happening::Happening;
    let mut world = world();
    let broken = json!([{ "type": "and", "predicates": [
        { "dimension": "errorCode", "operator": "exists" },
        { "dimension": "segmentEnd", "operator": "notExists" } ] }]);
    let errors = met(&world, &broken);
    let metric = json!({ "metric": "nStateTransitionError", "operator": "exists" });
    let by_metric = wanted(&world, &json!({ "conversationFilters": one(&metric) }));
    assert_eq!(errors, by_metric);
    let cleared = one(&json!({ "dimension": "cleared", "value": "true" }));
    assert_eq!(met(&world, &cleared), 0);
    world.order(0, Happening::GuestClears, now());
    world.tick(now());
    assert_eq!(met(&world, &cleared), 1);
}

/// Every member of an object and of what is in it that is a word or a flag, by name.
fn words(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) => found.push((name.clone(), text.clone())),
                    Value::Bool(flag) => found.push((name.clone(), flag.to_string())),
                    other => words(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| words(item, found)),
        _ => {}
    }
}

#[test]
fn what_a_filter_finds_is_what_is_shown() {
    use std::collections::{BTreeMap, BTreeSet};
    const NAMES: [&str; 22] = [
        "addressFrom",
        "addressTo",
        "authenticated",
        "cleared",
        "conference",
        "direction",
        "disconnectType",
        "errorCode",
        "exitReason",
        "flowId",
        "flowName",
        "mediaType",
        "messageType",
        "participantName",
        "provider",
        "purpose",
        "queueId",
        "segmentEnd",
        "segmentType",
        "transferTargetName",
        "transferType",
        "userId",
    ];
    let world = world();
    let (directory, horizon) = (&world.directory, now());
    let sight = Sight { directory, horizon };
    let mut shown: BTreeMap<(String, String), BTreeSet<usize>> = BTreeMap::new();
    for (place, one) in world.conversations.iter().enumerate() {
        let Some(seen) = sight.of(one) else { continue };
        let mut found = Vec::new();
        words(
            &serde_json::to_value(seen.record(false)).unwrap(),
            &mut found,
        );
        for pair in found {
            shown.entry(pair).or_default().insert(place);
        }
    }
    shown.retain(|(name, _), _| NAMES.contains(&name.as_str()));
    let names: BTreeSet<&String> = shown.keys().map(|(name, _)| name).collect();
    assert!(names.len() > 17, "{names:?}");
    for ((name, value), places) in &shown {
        let predicate = json!({ "dimension": name, "value": value });
        assert_eq!(
            met(&world, &one(&predicate)),
            places.len(),
            "{name} = {value}"
        );
    }
}
