//! A recipe that waits by event: an event is what it goes on by, as a reason to read at once and never as a proof; and without any it goes
//! on by reading all the same. The real engine over the scripted organisation, on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use unstick::domain::conversation::Purpose;
use unstick::domain::fact::FinalState;
use unstick::domain::feed::Command;
use unstick::domain::ids::ConversationId;
use unstick::domain::plan::Choices;
use unstick::domain::recipe::{By, Recipe, Way};
use unstick::domain::run::Pace;
use unstick::domain::sighting::{Event, Sighting};
use unstick::domain::step::Step;
use unstick::engine::ports::{Clock as _, Heard};
use unstick::settings::recipes;

use crate::model::*;

const PACE: Pace = Pace {
    canary: 1,
    max_parallel: 4,
};

/// Longer than the first look after an acceptance, and well before the third.
const EFFECT: Duration = Duration::from_millis(4200);

fn recipe(by: By) -> Recipe {
    let shipped = recipes::shipped().into_iter();
    let mut named = shipped.filter(|source| source.name() == "5-participant-then-wrapper");
    let mut recipe = named.next().unwrap().read.unwrap();
    for wait in recipe
        .steps
        .iter_mut()
        .filter_map(|step| step.wait.as_mut())
    {
        wait.by = by;
    }
    recipe
}

/// What an event brings: nobody whom the plan does not show.
fn quiet(model: &Model, id: ConversationId) -> Heard {
    Heard::Event(Event {
        conversation: id,
        sighting: Sighting {
            heard: model.clock.now(),
            people: Vec::new(),
            written: Vec::new(),
        },
    })
}

/// Carries the recipe out; its first request takes effect late, and events come so long after it left. When each request left, from there
/// on, in milliseconds: whether it is one that changes something.
async fn carried(by: By, events: &[u64], is_effective: bool) -> (Vec<(i64, bool)>, FinalState) {
    let model = Model::new();
    let id = model.chat(1, &[(Purpose::Customer, true), (Purpose::Agent, true)]);
    model.fault(Fault {
        step: Some(Step::Legs),
        applied_after: is_effective.then_some(EFFECT),
        takes: Duration::from_millis(50),
        answer: Ok(200),
    });
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    let choices = Choices {
        recipe: Way::Recipe(Arc::new(recipe(by))),
        ..Choices::default()
    };
    let plan = Arc::new(plan_for(&model, &[id], &choices));
    carried.engine.send(Command::Start { plan, note: None });
    let left = loop {
        if let Some(first) = sends(&model).first() {
            break first.at;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    for wait in events {
        let due = left + SignedDuration::try_from(Duration::from_millis(*wait)).unwrap();
        let rest = due.duration_since(model.clock.now());
        tokio::time::sleep(Duration::try_from(rest).unwrap_or_default()).await;
        model.tell(quiet(&model, id)).await;
    }
    carried.until(|_| false).await;
    let state = carried.finals()[&id].state;
    let after = |at: Timestamp| i64::try_from(at.duration_since(left).as_millis()).unwrap();
    let asked = model.requests().into_iter();
    let asked = asked.map(|one| (after(one.at), one.action.is_some()));
    (asked.filter(|(at, _)| *at > 0).collect(), state)
}

fn reads_between(asked: &[(i64, bool)], from: i64, to: i64) -> usize {
    let is_read = |(at, acts): &&(i64, bool)| !acts && (from..to).contains(at);
    asked.iter().filter(is_read).count()
}

fn second_send(asked: &[(i64, bool)]) -> i64 {
    asked.iter().find(|(_, acts)| *acts).unwrap().0
}

#[tokio::test(start_paused = true)]
async fn an_event_is_followed_by_a_read_at_once_and_the_next_step_by_that() {
    let (asked, state) = carried(By::Event, &[4300], true).await;
    assert_eq!(reads_between(&asked, 4300, 4500), 1, "{asked:?}");
    let told = second_send(&asked);
    assert!((4300..4600).contains(&told), "{asked:?}");
    assert_eq!(state, FinalState::Ended);
    // Without an event it goes on all the same, by the next look.
    let (asked, state) = carried(By::Event, &[], true).await;
    let untold = second_send(&asked);
    assert!(untold > told + 1000, "{told} {asked:?}");
    assert_eq!(state, FinalState::Ended);
    // One that waits by reading alone is not woken.
    let (asked, _) = carried(By::Read, &[4300], true).await;
    assert_eq!(second_send(&asked), untold, "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn an_event_proves_nothing_and_many_are_one_reason_to_read_in_a_second() {
    // Told again and again, and nothing is so: it waits to its end, 15 s, then goes on.
    let storm: Vec<u64> = (0..140).map(|number| 1000 + number * 100).collect();
    let (asked, _) = carried(By::Event, &storm, false).await;
    let second = second_send(&asked);
    assert!((15_000..17_000).contains(&second), "{asked:?}");
    let reads = reads_between(&asked, 0, second);
    assert!((10..=17).contains(&reads), "{reads}: {asked:?}");
}
