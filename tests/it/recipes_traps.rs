//! Every trap of the forum's threads, on the real client, engine and journal against the sandbox over HTTP: what a run of the recipe that
//! walks into it says in the end, beside what really happened. "Ended" is said only where nobody is left.
//!
//! Waiting times, those of the recipes too, are a fifth of those in earnest.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::thread;

use serde_json::{Value, json};
use unstick::domain::conversation::Purpose;
use unstick::domain::fact::{FinalState, Settled};
use unstick::domain::ids::ConversationId;
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan};
use unstick::domain::recipe::{Method, Recipe, Way};
use unstick::engine::ports::Lane;
use unstick::sandbox::Change;
use unstick::settings::recipes;

use crate::faults::place::{Carried, Place};
use crate::faults::staging::Staging;

/// One chat that an agent has left alone: both are there, and the guest is on a socket.
const CHAT: &str = "[guest]\nsockets = 1\n[[chat]]\nkind = \"idle\"\nlabel = \"one\"\n";
/// The same, and the guest has no socket.
const OFFLINE: &str = "[[chat]]\nkind = \"idle\"\nlabel = \"one\"\n";
/// The same with a socket, and whoever ends the agent's leg leaves the agent owing wrap-up.
const OWING: &str =
    "[guest]\nsockets = 1\n[[chat]]\nkind = \"idle\"\nlabel = \"one\"\nwrap_up = true\n";

/// A recipe of the threads, quicker.
fn recipe(name: &str) -> Recipe {
    let source = recipes::shipped()
        .into_iter()
        .find(|source| source.name() == name);
    let mut recipe = source.expect(name).read.unwrap();
    for step in &mut recipe.steps {
        if let Some(wait) = &mut step.wait {
            wait.most_ms /= 5;
        }
        step.retry.base_ms /= 5;
        step.retry.most_ms /= 5;
    }
    recipe
}

/// The answer's PUT as its example for the command line writes it: without the code that the text above it wants.
fn put_without_a_code() -> Recipe {
    let mut recipe = recipe("1-put-closed");
    recipe.steps.retain(|step| step.method == Method::Put);
    recipe.steps[0].body = Some(json!({ "state": "closed" }));
    recipe
}

/// What a run came to.
struct Outcome {
    settled: Settled,
    /// The sandbox says that the conversation ended.
    is_over: bool,
    /// Whose legs are up, the truth says; of the guest also one that came up later.
    left: String,
    /// The statuses of what was to end something, in their order; 0 where none came.
    answers: Vec<u16>,
}

impl Outcome {
    fn of(place: &Place, plan: &Plan, carried: &Carried) -> Self {
        let item = &carried.run.items[0];
        let truth = place.sandbox.truth();
        let ended: HashSet<u128> = truth
            .iter()
            .filter(|change| change.what == Change::LegEnded)
            .map(|change| change.communication.unwrap().as_u128())
            .collect();
        let legs = &plan.items[0].evidence.legs;
        let is_up = |leg: u128| !ended.contains(&leg);
        let planned = legs.iter().filter(|leg| is_up(leg.communication.as_u128()));
        let mut left: Vec<&str> = planned
            .map(|leg| match leg.purpose {
                Purpose::Customer => "guest",
                _ => "agent",
            })
            .collect();
        let is_back = truth.iter().any(|change| {
            let leg = change.communication.map_or(0, |leg| leg.as_u128());
            change.what == Change::LegConnected && change.at > plan.made_at && is_up(leg)
        });
        if is_back {
            left.push("guest again");
        }
        left.sort_unstable();
        let arrivals = place.sandbox.arrivals();
        let sends = arrivals.iter().filter(|one| one.is_change());
        Self {
            settled: item.settled.clone().unwrap().0,
            is_over: truth
                .iter()
                .any(|change| change.what == Change::ConversationEnded),
            left: left.join(", "),
            answers: sends.map(|one| one.status.unwrap_or(0)).collect(),
        }
    }
}

/// Carries a recipe out on the one chat of a sandbox, and has the oracle judge it.
async fn walk(staging: Staging, recipe: Recipe, trouble: Option<Value>) -> Outcome {
    let place = Place::of(staging).await;
    let plan = planned(&place, recipe).await;
    if let Some(trouble) = trouble {
        place.order_trouble(trouble).await;
    }
    let carried = place.carry_out(plan.clone()).await;
    place.judge(&carried);
    Outcome::of(&place, &plan, &carried)
}

/// A plan of the one chat in this way.
async fn planned(place: &Place, recipe: Recipe) -> Plan {
    let takes_code = recipe.needs_wrap_up();
    let plan = planned_all(place, recipe).await;
    assert_eq!(
        plan.wrap_up.is_some(),
        takes_code,
        "nothing is sent beside a recipe"
    );
    assert_eq!(plan.items.len(), 1, "{:?}", plan.skipped);
    plan
}

/// A few at a time: each is an organisation, a client and a journal, and mostly waits.
fn each<T: Sync, R: Send>(all: &[T], one: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let mut done = Vec::new();
    for some in all.chunks(6) {
        thread::scope(|scope| {
            let walks: Vec<_> = some.iter().map(|row| scope.spawn(|| one(row))).collect();
            done.extend(walks.into_iter().map(|walk| walk.join().unwrap()));
        });
    }
    done
}

fn now<F: Future>(work: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(work)
}

/// The recipe; the switches; the chat; the final state; whether the conversation ended, in truth; whose legs are up, in truth; the
/// statuses of its requests.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    FinalState,
    bool,
    &'static str,
    &'static [u16],
);

use FinalState::{Ended, Escalate, Held, Unresolved, WrapUpOwed};

/// Nobody has left.
const BOTH: &str = "agent, guest";
/// The guest came back, and the agent is there.
const BACK: &str = "agent, guest again";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // Thread 1: DELETE is refused while it is active, then PATCH and PUT end everybody but the guest.
    ("1-put-closed", "", CHAT, Escalate, false, "guest", &[409, 200, 200]),
    ("1-put-closed", "again = \"conflict\"", CHAT, Escalate, false, "guest", &[409, 200, 200]),
    ("1-put-closed", "delete = \"not-allowed\"", CHAT, Escalate, false, "guest", &[405, 200, 200]),
    ("1-put-closed", "delete = \"accepted\"", CHAT, Ended, true, "", &[200]),
    ("1-put-closed", "delete = \"accepted\"", OWING, WrapUpOwed, false, "", &[200]),
    ("1-put-closed", "delete = \"accepted\"\ndeleted = \"forgotten\"", CHAT, Held, false, BOTH, &[200]),
    ("1-put-closed", "closed = \"everybody\"", OWING, Ended, true, "", &[409, 200]),
    ("1-put-closed", "guest_returns = true", CHAT, Held, false, "guest again", &[409, 200]),
    ("put without a code", "", CHAT, Held, false, BOTH, &[400]),
    ("put without a code", "put_wrap_up = \"optional\"", CHAT, Escalate, false, "guest", &[200]),
    ("1-post-close", "", CHAT, Held, false, BOTH, &[404]),
    ("1-post-close", "close = \"wrapper\"", CHAT, Escalate, false, "guest", &[200]),
    ("1-post-close", "close = \"everybody\"", CHAT, Ended, true, "", &[200]),
    // Thread 2.
    ("2-post-empty", "", OWING, Ended, true, "", &[200]),
    ("2-post-empty", "empty_post = \"wrapper\"", CHAT, Escalate, false, "guest", &[200]),
    ("2-post-empty", "agent_context = \"agent\"", CHAT, Held, false, BOTH, &[403]),
    ("2-post-empty", "without_grants = [\"conversation:write\"]", CHAT, Held, false, BOTH, &[403]),
    // Thread 3.
    ("3-patch-status", "", CHAT, Unresolved, false, BOTH, &[400, 400, 400]),
    ("3-patch-status", "status_patch = \"accepted\"", CHAT, Ended, true, "", &[200]),
    ("3-messaging-close", "", CHAT, Unresolved, false, BOTH, &[409, 409, 409]),
    ("3-messaging-close", "", OFFLINE, Ended, true, "", &[200]),
    ("3-messaging-close", "messaging_close = \"accepted\"", CHAT, Ended, true, "", &[200]),
    ("3-routing-status", "", CHAT, Ended, true, "", &[200]),
    ("3-routing-status", "", OWING, WrapUpOwed, false, "", &[200]),
    ("3-routing-status", "routing_status = \"nothing\"", CHAT, Escalate, false, BOTH, &[200]),
    ("3-routing-status", "without_grants = [\"interaction:write\"]", CHAT, Held, false, BOTH, &[403]),
    // Thread 4.
    ("4-patch-200", "", CHAT, Escalate, false, BOTH, &[200, 409]),
    ("4-patch-200", "delete = \"not-allowed\"", CHAT, Escalate, false, BOTH, &[200, 405]),
    ("4-patch-200", "delete = \"accepted\"", CHAT, Ended, true, "", &[200, 200]),
    ("4-patch-200", "delete = \"accepted\"\ndeleted = \"forgotten\"", CHAT, Held, false, BOTH, &[200, 200]),
    ("4-patch-200", "state_patch = \"ends\"", CHAT, Ended, true, "", &[200]),
    ("4-end-participant", "", CHAT, Ended, true, "", &[202, 200]),
    ("4-end-participant", "delete = \"not-allowed\"", CHAT, Escalate, false, "agent", &[202, 405]),
    ("4-end-participant", "deleted = \"forgotten\"", CHAT, Held, false, "agent", &[202, 200]),
    ("4-end-participant", "guest_returns = true", CHAT, Held, false, BACK, &[202]),
    // Thread 5.
    ("5-patch-wrapper", "", CHAT, Escalate, false, "guest", &[200]),
    ("5-patch-wrapper", "closed = \"everybody\"", CHAT, Ended, true, "", &[200]),
    ("5-patch-wrapper", "guest_returns = true", CHAT, Held, false, "guest again", &[200]),
    ("5-patch-wrapper", "without_grants = [\"conversation:webchat:write\"]", CHAT, Held, false, BOTH, &[403]),
    ("5-patch-participant", "", CHAT, Escalate, false, "agent", &[202]),
    ("5-patch-participant", "guest_returns = true", CHAT, Held, false, BACK, &[202]),
    ("5-patch-participant", "without_grants = [\"conversation:webchat:write\"]", CHAT, Held, false, BOTH, &[403]),
    ("5-participant-then-wrapper", "", CHAT, Ended, true, "", &[202, 200]),
    ("5-participant-then-wrapper", "", OWING, WrapUpOwed, false, "", &[202, 200]),
    ("5-participant-then-wrapper", "guest_returns = true", CHAT, Held, false, BACK, &[202]),
    ("5-participant-then-wrapper", "guest_returns = true\nclosed = \"everybody\"", CHAT, Held, false, BACK, &[202]),
    ("5-disposition", "", CHAT, Escalate, false, "agent", &[202]),
    ("5-disposition", "guest_returns = true", CHAT, Held, false, BACK, &[202]),
    ("5-disposition", "without_grants = [\"conversations:write\"]", CHAT, Held, false, BOTH, &[403]),
];

#[test]
fn every_trap_turned_both_ways_comes_out_as_the_truth_has_it() {
    let outcomes = each(ROWS, |(name, switches, chat, ..)| {
        let recipe = match *name {
            "put without a code" => put_without_a_code(),
            name => recipe(name),
        };
        now(walk(Staging::forum(switches, chat), recipe, None))
    });
    let mut missed = Vec::new();
    for (row, found) in ROWS.iter().zip(outcomes) {
        let (name, switches, _, state, is_over, left, answers) = row;
        // The one that matters most, whatever the table says.
        assert!(
            !found.settled.state.is_done() || (found.is_over && found.left.is_empty()),
            "{name}, {switches}: {:?}, and {} is there",
            found.settled,
            found.left
        );
        let as_found = (
            found.settled.state,
            found.is_over,
            found.left.as_str(),
            &found.answers[..],
        );
        if as_found != (*state, *is_over, *left, *answers) {
            missed.push(format!(
                "{name}, {switches}: {as_found:?}: {}",
                found.settled.reason
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn every_switch_of_the_dialect_is_turned_in_the_table() {
    let all = include_str!("../../src/sandbox/scenario/forum.rs");
    let fields = all.split("pub(in crate::sandbox) struct Forum {").nth(1);
    let fields = fields.unwrap().split("\n}").next().unwrap();
    let names = fields.lines().filter_map(|line| {
        let line = line.trim().strip_prefix("pub(in crate::sandbox) ")?;
        line.split(':').next()
    });
    let mut turned: BTreeMap<&str, usize> = names.map(|name| (name, 0)).collect();
    assert_eq!(turned.len(), 14);
    for (_, switches, ..) in ROWS {
        for line in switches.lines() {
            let name = line.split(" =").next().unwrap();
            *turned.get_mut(name).expect(name) += 1;
        }
    }
    let never: Vec<_> = turned.iter().filter(|(_, count)| **count == 0).collect();
    assert!(never.is_empty(), "{never:?}");
    // And every recipe walks.
    for source in recipes::shipped() {
        let name = source.name();
        let is_walked = ROWS.iter().any(|row| row.0 == name);
        assert!(
            is_walked || name == "standard" || name == "5-socket-event",
            "{name}"
        );
    }
}

/// The recipe, the trouble, the final state, whether it ended in truth, whose legs are up, how often it was sent.
type Storm = (
    &'static str,
    &'static str,
    Value,
    FinalState,
    bool,
    &'static str,
    usize,
);

#[rustfmt::skip]
fn storms() -> Vec<Storm> {
    let close = |more: Value| { let mut fault = json!({ "step": "close" }); merge(&mut fault, &more); json!({ "fault": [fault] }) };
    let legs = |more: Value| { let mut fault = json!({ "step": "legs" }); merge(&mut fault, &more); json!({ "fault": [fault] }) };
    // What was applied and is not told; then reads that show it as it was before: a repeat meets what is over.
    let unseen = json!({ "fault": [
        { "step": "close", "drop": true, "when": "after", "then": { "fault": [{ "step": "read", "times": 3, "stale_ms": 60_000 }] } },
    ] });
    let forgotten = "delete = \"accepted\"\ndeleted = \"forgotten\"";
    vec![
        ("2-post-empty", "", close(json!({ "drop": true, "when": "after" })), Ended, true, "", 1),
        ("2-post-empty", "", close(json!({ "drop": true, "when": "before" })), Ended, true, "", 2),
        ("2-post-empty", "", close(json!({ "status": 500, "when": "after" })), Ended, true, "", 1),
        ("2-post-empty", "", close(json!({ "status": 500, "when": "before", "times": 0 })), Escalate, false, BOTH, 2),
        ("2-post-empty", "", close(json!({ "accepted_but_open": true, "times": 0 })), Escalate, false, BOTH, 1),
        ("2-post-empty", "", close(json!({ "apply_late_ms": 900 })), Ended, true, "", 1),
        ("2-post-empty", "", unseen.clone(), Ended, true, "", 2),
        ("2-post-empty", "again = \"conflict\"", unseen.clone(), Ended, true, "", 2),
        ("3-routing-status", "", unseen, Ended, true, "", 2),
        // It is closed already, says the answer, and nothing of it is true.
        ("3-routing-status", "", close(json!({ "status": 409, "code": "conflict", "times": 0 })), Held, false, BOTH, 1),
        ("5-patch-wrapper", "", close(json!({ "status": 500, "when": "after", "times": 0 })), Escalate, false, "guest", 2),
        ("5-participant-then-wrapper", "", legs(json!({ "drop": true, "when": "after" })), Ended, true, "", 2),
        ("5-participant-then-wrapper", "", legs(json!({ "accepted_but_open": true, "times": 0 })), Escalate, false, "guest", 2),
        ("4-end-participant", "", legs(json!({ "status": 200, "body": "{}", "content_type": "application/json", "when": "before" })), Escalate, false, BOTH, 3),
        // The record is gone, and analytics tells of an end that did not come.
        ("4-end-participant", "deleted = \"forgotten\"", json!({ "false_end": [{ "conversation": "one" }] }), Held, false, "agent", 2),
        ("4-patch-200", forgotten, json!({ "false_end": [{ "conversation": "one" }] }), Held, false, BOTH, 2),
    ]
}

fn merge(into: &mut Value, more: &Value) {
    for (key, value) in more.as_object().unwrap() {
        into[key] = value.clone();
    }
}

#[test]
fn what_is_lost_late_repeated_or_untrue_on_the_way_makes_nobody_say_ended_who_is_not() {
    let storms = storms();
    let outcomes = each(&storms, |(name, switches, trouble, ..)| {
        let staging = Staging::forum(switches, CHAT);
        now(walk(staging, recipe(name), Some(trouble.clone())))
    });
    let mut missed = Vec::new();
    for (storm, found) in storms.iter().zip(outcomes) {
        let (name, switches, trouble, state, is_over, left, sends) = storm;
        if found.settled.state.is_done() && !(found.is_over && found.left.is_empty()) {
            missed.push(format!("{name}: ENDED WRONGLY: {trouble}"));
        }
        let as_found = (
            found.settled.state,
            found.is_over,
            found.left.as_str(),
            found.answers.len(),
        );
        if as_found != (*state, *is_over, *left, *sends) {
            missed.push(format!(
                "{name}, {switches}, {trouble}: {as_found:?}: {}",
                found.settled.reason
            ));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// A guest who writes, an agent who joins: whoever comes between the plan and the first request is left alone by every recipe.
#[test]
fn whoever_comes_after_the_plan_is_left_alone_by_every_recipe() {
    let names: Vec<String> = recipes::shipped()
        .iter()
        .map(recipes::Source::name)
        .filter(|name| name != "standard" && name != "5-socket-event")
        .collect();
    let untouched = each(&names, |name| {
        now(async {
            let place = Place::of(Staging::forum("", CHAT)).await;
            let plan = planned(&place, recipe(name)).await;
            place.let_happen("customer-writes", plan.items[0].id).await;
            let carried = place.carry_out(plan.clone()).await;
            place.judge(&carried);
            Outcome::of(&place, &plan, &carried)
        })
    });
    for (name, found) in names.iter().zip(untouched) {
        assert_eq!(found.settled.state, Held, "{name}: {:?}", found.settled);
        assert_eq!(
            (found.left.as_str(), &found.answers[..]),
            (BOTH, &[][..]),
            "{name}"
        );
    }
}

/// Only the conversations of the plan are hit, though others are just like it.
#[test]
fn chats_beside_the_planned_one_stay_as_they_are_whatever_the_recipe() {
    let rows = [
        "1-put-closed",
        "2-post-empty",
        "4-end-participant",
        "5-participant-then-wrapper",
    ];
    let others = each(&rows, |name| {
        now(async {
            let more = format!("{CHAT}count = 3\n");
            let place = Place::of(Staging::forum("closed = \"everybody\"", &more)).await;
            let id: ConversationId = place.id("one-2");
            let mut plan = planned_all(&place, recipe(name)).await;
            plan.items.retain(|item| item.id == id);
            plan.hash = plan.computed_hash();
            let carried = place.carry_out(plan.clone()).await;
            place.judge(&carried);
            assert!(
                carried.run.items[0].settled.as_ref().unwrap().0.state == Ended,
                "{name}"
            );
            let hit = place
                .sandbox
                .truth()
                .into_iter()
                .filter(|one| one.request.is_some());
            hit.filter(|one| one.conversation.as_u128() != id.as_u128())
                .count()
        })
    });
    assert_eq!(others, [0; 4]);
}

/// A plan of every chat in this way.
async fn planned_all(place: &Place, recipe: Recipe) -> Plan {
    let pass = place.limiter.acquire(Lane::Read, 1).await;
    let codes = place.client.reader().wrap_up_codes(1, pass).await.unwrap();
    let choices = Choices {
        recipe: Way::Recipe(Arc::new(recipe)),
        wrap_up: codes.codes.first().map(|code| code.id.clone()),
        ..Choices::default()
    };
    place.plan(|kind| kind == Kind::Idle, &choices).await
}
