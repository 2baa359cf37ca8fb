//! Recipes at the pure core: which step comes next, what a refusal means to them, and that a recipe is no way round what holds for the
//! ladder: every request on a fresh read, two at one target at most, and "ended" only by reads.

use std::sync::Arc;

use unstick::domain::conversation::Purpose;
use unstick::domain::evidence::Evidence;
use unstick::domain::fact::{FinalState, HaltCause, RunEvent};
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::ids::ConversationId;
use unstick::domain::recipe::{Recipe, Way};
use unstick::domain::run::machine::Todo;
use unstick::domain::step::{Action, Rung};
use unstick::domain::text::Text;
use unstick::settings::recipes;

use super::bench::Bench;
use crate::journal_stage::{conversation, evidence, leg, plan, receipt};

fn recipe(name: &str) -> Recipe {
    let source = recipes::shipped()
        .into_iter()
        .find(|source| source.name() == name);
    source.unwrap().read.unwrap()
}

/// A customer and an agent, both connected, and a queue's leg that only `close` ends.
fn both() -> Evidence {
    evidence(vec![
        leg(Purpose::Customer, 1),
        leg(Purpose::Agent, 2),
        leg(Purpose::Queue, 3),
    ])
}

/// Only these of them.
fn of(purposes: &[Purpose]) -> Evidence {
    let mut left = both();
    left.legs.retain(|leg| purposes.contains(&leg.purpose));
    left
}

fn bench(recipe: Recipe) -> Bench {
    let shown = both();
    let mut plan = plan(Rung::Close, vec![(conversation(1), shown.clone())]);
    "127.0.0.1:8080".clone_into(&mut plan.api_host);
    plan.recipe = Way::Recipe(Arc::new(recipe));
    plan.hash = plan.computed_hash();
    plan.check_sense().unwrap();
    Bench::of_plan(plan, &shown)
}

/// What was sent, as `PUT /…/close`, without the ids.
fn words(action: &Action) -> String {
    let path = action.path(conversation(1));
    let kept: Vec<&str> = path
        .split('/')
        .skip(4)
        .filter(|part| part.len() < 36)
        .collect();
    format!("{} {}", action.method(), kept.join("/"))
}

fn refused(kind: FailureKind, status: u16, said: &str) -> Failure {
    Failure {
        kind,
        code: None,
        said: Text::clean(said),
        receipt: receipt(status),
    }
}

/// The next request, and what it says of itself.
fn sends(bench: &mut Bench) -> (ConversationId, String) {
    let (id, action) = bench.send();
    (id, words(&action))
}

#[test]
fn the_participant_is_closed_and_seen_to_be_before_the_wrapper_is() {
    let mut bench = bench(recipe("5-participant-then-wrapper"));
    let (id, first) = sends(&mut bench);
    assert_eq!(first, "POST webchat/participants");
    bench.accept(id);
    let before = bench.now;
    bench.shown = of(&[Purpose::Agent, Purpose::Queue]);
    let (id, second) = sends(&mut bench);
    assert_eq!(second, "PATCH webchat");
    // It was seen at once, so nothing was waited for to the end.
    assert!(bench.now.duration_since(before).as_secs() < 5);
    bench.accept(id);
    bench.shown = of(&[]);
    let settled = bench.end_without_a_send();
    assert_eq!(settled.state, FinalState::Ended, "{settled:?}");
}

#[test]
fn what_is_waited_for_and_never_seen_is_waited_for_to_the_end_and_no_longer() {
    let mut bench = bench(recipe("5-participant-then-wrapper"));
    let (id, _) = sends(&mut bench);
    bench.accept(id);
    let before = bench.now;
    let (_, second) = sends(&mut bench);
    assert_eq!(second, "PATCH webchat");
    let waited = bench.now.duration_since(before).as_secs();
    assert!((15..20).contains(&waited), "{waited}");
}

#[test]
fn a_200_that_changes_nothing_is_never_called_ended() {
    let mut bench = bench(recipe("4-patch-200"));
    let (id, first) = sends(&mut bench);
    assert_eq!(first, "PATCH messaging");
    bench.accept(id);
    let (id, second) = sends(&mut bench);
    assert_eq!(second, "DELETE messaging");
    let still = "Conversation cannot be deleted while active.";
    bench.answer(id, &refused(FailureKind::Conflict, 409, still));
    let settled = bench.end_without_a_send();
    assert_eq!(settled.state, FinalState::Escalate, "{settled:?}");
}

#[test]
fn what_is_still_active_is_tried_as_often_as_the_recipe_says_with_a_read_before_each() {
    let mut bench = bench(recipe("3-patch-status"));
    let mut times = Vec::new();
    for _ in 0..3 {
        let (id, what) = sends(&mut bench);
        assert_eq!(what, "PATCH conversations");
        times.push(bench.now);
        let active = "The client is still active.";
        bench.answer(id, &refused(FailureKind::Refused, 400, active));
    }
    let settled = bench.end_without_a_send();
    assert_eq!(settled.state, FinalState::Unresolved, "{settled:?}");
    assert!(settled.reason.contains("3 requests"), "{settled:?}");
    let item = bench.machine.run().item(conversation(1)).unwrap();
    assert!(item.requests >= 6, "{}", item.requests);
}

#[test]
fn what_was_closed_already_is_a_success_of_its_own_kind_once_a_read_shows_it() {
    let mut bench = bench(recipe("3-routing-status"));
    let (id, _) = sends(&mut bench);
    let closed = "The interaction is closed already.";
    bench.answer(id, &refused(FailureKind::Conflict, 409, closed));
    bench.shown = of(&[]);
    let settled = bench.end_without_a_send();
    assert_eq!(settled.state, FinalState::EndedElsewhere, "{settled:?}");
}

#[test]
fn what_is_said_to_be_closed_and_is_not_is_held() {
    let mut bench = bench(recipe("3-routing-status"));
    let (id, _) = sends(&mut bench);
    bench.answer(id, &refused(FailureKind::Conflict, 409, "closed"));
    let settled = bench.end_without_a_send();
    assert_eq!(settled.state, FinalState::Held, "{settled:?}");
}

#[test]
fn a_right_that_is_missing_stops_the_run_and_a_code_that_is_missing_holds_the_chat() {
    let mut without = bench(recipe("2-post-empty"));
    let (id, _) = sends(&mut without);
    without.answer(id, &refused(FailureKind::Forbidden, 403, "agent context"));
    match without.recorded() {
        RunEvent::Halted { cause, .. } => assert_eq!(cause, HaltCause::Permission),
        event => panic!("{event:?}"),
    }
    let mut bare = recipe("1-put-closed");
    // The PUT alone.
    bare.steps.drain(..2);
    let mut bench = bench(bare);
    let (id, first) = sends(&mut bench);
    assert_eq!(first, "PUT webmessaging");
    let code = "A wrap-up code is required.";
    bench.answer(id, &refused(FailureKind::Refused, 400, code));
    let settled = bench.end_without_a_send();
    assert_eq!(settled.state, FinalState::Held, "{settled:?}");
    assert!(
        settled.reason.contains("wrap-up code is required"),
        "{settled:?}"
    );
}

#[test]
fn a_step_that_may_be_done_without_stops_nothing_whatever_refuses_it() {
    for (kind, status) in [
        (FailureKind::Conflict, 409),
        (FailureKind::WrongRoute, 405),
        (FailureKind::NotFound, 404),
        (FailureKind::Refused, 400),
    ] {
        let mut bench = bench(recipe("1-put-closed"));
        let (id, first) = sends(&mut bench);
        assert_eq!(first, "DELETE webmessaging");
        bench.answer(id, &refused(kind, status, "no"));
        let (_, second) = sends(&mut bench);
        assert_eq!(second, "PATCH webmessaging", "{status}");
    }
}

#[test]
fn the_wrapper_closed_with_the_guest_still_connected_is_never_called_ended() {
    let mut bench = bench(recipe("5-patch-wrapper"));
    let (id, _) = sends(&mut bench);
    bench.accept(id);
    let before = bench.now;
    bench.shown = of(&[Purpose::Customer]);
    let settled = bench.end_without_a_send();
    assert_eq!(settled.state, FinalState::Escalate, "{settled:?}");
    // As long as the ladder waits, though the step itself looked more often and for a shorter time.
    let waited = bench.now.duration_since(before).as_secs();
    assert!((15..20).contains(&waited), "{waited}");
    assert!(settled.reason.contains("customer"), "{settled:?}");
}

/// Carries a recipe out to its end, every request of it answered like this and without effect; how often each target was sent to.
fn to_the_end(name: &str, mut answer: impl FnMut(&mut Bench, ConversationId)) -> Vec<usize> {
    let mut bench = bench(recipe(name));
    for _ in 0..400 {
        match bench.read_on() {
            Todo::Send {
                id,
                action,
                attempt,
                ..
            } => {
                let intended = unstick::domain::fact::ItemEvent::Intended { action, attempt };
                bench.item(id, intended);
                answer(&mut bench, id);
            }
            Todo::Record(event) => bench.fold(event),
            Todo::Finished => {
                let item = bench.machine.run().item(conversation(1)).unwrap();
                let mut targets: Vec<&Action> = Vec::new();
                for sent in &item.sends {
                    if !targets
                        .iter()
                        .any(|known| known.is_same_target(&sent.action))
                    {
                        targets.push(&sent.action);
                    }
                }
                let (settled, _) = item.settled.as_ref().unwrap();
                assert!(!settled.state.is_done(), "{name}: {settled:?}");
                let count = |target: &&Action| {
                    item.sends
                        .iter()
                        .filter(|sent| sent.action.is_same_target(target))
                        .count()
                };
                return targets.iter().map(count).collect();
            }
            todo => panic!("{name}: {todo:?}"),
        }
    }
    panic!("{name} does not end")
}

#[test]
fn no_recipe_sends_more_than_two_that_may_have_an_effect_to_one_target_or_says_ended_without_a_proof()
 {
    for source in recipes::shipped() {
        let name = source.name();
        if name == "standard" {
            continue;
        }
        let accepted = to_the_end(&name, super::bench::Bench::accept);
        assert!(
            accepted.iter().all(|sends| *sends <= 2),
            "{name}: {accepted:?}"
        );
        let unknown = to_the_end(&name, |bench, id| {
            bench.answer(id, &refused(FailureKind::TimedOut, 504, "late"));
        });
        assert!(
            unknown.iter().all(|sends| *sends <= 2),
            "{name}: {unknown:?}"
        );
        let refusals = to_the_end(&name, |bench, id| {
            bench.answer(
                id,
                &refused(FailureKind::RateLimited { retry_after: None }, 429, "slow"),
            );
        });
        assert!(
            refusals.iter().all(|sends| *sends <= 5),
            "{name}: {refusals:?}"
        );
    }
}

#[test]
fn a_recipe_is_refused_for_a_host_that_is_not_this_machine_and_beside_another_rung() {
    let shown = both();
    let way = Way::Recipe(Arc::new(recipe("4-end-participant")));
    let mut plan = plan(Rung::Close, vec![(conversation(1), shown.clone())]);
    plan.recipe = way.clone();
    for host in [
        "api.mypurecloud.com",
        "127.0.0.1.example.com",
        "10.0.0.1:80",
        "",
    ] {
        plan.api_host = host.to_owned();
        let refused = plan.check_sense().unwrap_err().to_string();
        assert!(
            refused.contains("only ever shown `standard`"),
            "{host}: {refused}"
        );
    }
    for host in ["127.0.0.1:4000", "[::1]:4000", "127.0.0.1"] {
        plan.api_host = host.to_owned();
        plan.check_sense().unwrap();
    }
    plan.rung = Rung::Legs;
    assert!(plan.check_sense().is_err());
}
