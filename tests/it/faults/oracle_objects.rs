//! The oracle has no objection to a run that went well, and objects to one forged violation of each of its rules.

use jiff::SignedDuration;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent};
use unstick::domain::ids::ConversationId;
use unstick::sandbox::{Actor, Change};

use super::oracle::{Record, Terms, objections};
use super::place::{Place, Staging};

/// Three orphans that were ended.
async fn well() -> Record {
    let place = Place::of(Staging::orphans(3)).await;
    let plan = place.plan_of_orphans().await;
    let carried = place.carry_out(plan).await;
    assert_eq!(carried.run.tally().of(FinalState::Ended), 3);
    let terms = Terms {
        is_smooth: true,
        ..Terms::default()
    };
    place.record(&carried.run, terms)
}

/// The rules that object.
fn rules(record: &Record) -> String {
    let mut rules: Vec<char> = objections(record).iter().map(|one| one.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules.into_iter().collect()
}

/// The first change of ours to a leg.
fn ended_by_us(record: &Record) -> usize {
    let mut all = record.truth.iter();
    all.position(|one| one.what == Change::LegEnded && one.request.is_some())
        .unwrap()
}

fn state_of(record: &mut Record, state: FinalState) -> ConversationId {
    let item = &mut record.run.items[0];
    item.settled.as_mut().unwrap().0.state = state;
    item.plan.id
}

type Forgery = fn(&mut Record);

/// Which rule must object, to what, and how the violation is forged.
const FORGERIES: [(&str, &str, Forgery); 22] = [
    ("a", "a change outside the plan", |record| {
        let place = ended_by_us(record);
        record.truth[place].conversation = uuid::Uuid::new_v4();
        record.terms.is_ended_by_others = true;
    }),
    ("b", "a request without an intent", |record| {
        let mut again = record
            .arrivals
            .iter()
            .find(|one| one.is_change())
            .unwrap()
            .clone();
        again.at += SignedDuration::from_millis(5);
        record.arrivals.push(again);
    }),
    ("b", "an intent after its request", |record| {
        for fact in &mut record.facts {
            if let RunEvent::Item {
                what: ItemEvent::Intended { .. },
                ..
            } = fact.event
            {
                fact.at += SignedDuration::from_secs(5);
                return;
            }
        }
    }),
    ("b", "a change by a request that never came in", |record| {
        record.arrivals.retain(|one| !one.is_change());
    }),
    ("c", "ended with a leg open", |record| {
        let place = ended_by_us(record);
        record.truth.remove(place);
        record.terms.is_ended_by_others = true;
    }),
    ("c", "ended, and nothing of ours was applied", |record| {
        for change in &mut record.truth {
            change.request = None;
        }
    }),
    ("c", "ended-elsewhere, and it was us", |record| {
        state_of(record, FinalState::EndedElsewhere);
    }),
    ("c", "ended-elsewhere with a leg open", |record| {
        let id = state_of(record, FinalState::EndedElsewhere);
        record
            .truth
            .retain(|one| one.conversation.as_u128() != id.as_u128());
    }),
    ("c", "wrap-up-owed with a leg open", |record| {
        let id = state_of(record, FinalState::WrapUpOwed);
        record
            .truth
            .retain(|one| one.conversation.as_u128() != id.as_u128());
    }),
    ("c", "cancelled, and something was sent", |record| {
        state_of(record, FinalState::Cancelled);
    }),
    ("c", "held with the words of an ending", |record| {
        state_of(record, FinalState::Held);
    }),
    ("c", "held, and a late effect is not reported", |record| {
        let id = state_of(record, FinalState::Held);
        let (settled, at) = record.run.items[0].settled.as_mut().unwrap();
        "customer wrote".clone_into(&mut settled.reason);
        let at = *at + SignedDuration::from_secs(2);
        let mut ours = record.truth.iter_mut().filter(|one| one.request.is_some());
        ours.find(|one| one.conversation.as_u128() == id.as_u128())
            .unwrap()
            .at = at;
    }),
    ("c", "somebody was cut off and nobody is told", |record| {
        let place = ended_by_us(record);
        let mut joined = record.truth[place].clone();
        joined.what = Change::LegConnected;
        joined.who = Actor::Agent;
        joined.request = None;
        let path = record.truth[place].request.as_ref().unwrap().path.clone();
        let request = record.arrivals.iter().find(|one| one.path == path).unwrap();
        joined.at = request.at - SignedDuration::from_millis(1);
        record.truth.push(joined);
    }),
    ("c", "an incident that did not happen", |record| {
        let item = &mut record.run.items[0];
        item.settled.as_mut().unwrap().0.incident = Some("agent joined".to_owned());
    }),
    ("d", "a leg that was ended twice", |record| {
        let place = ended_by_us(record);
        record.truth.push(record.truth[place].clone());
    }),
    ("e", "more requests in a minute than the rate", |record| {
        let read = record
            .arrivals
            .iter()
            .find(|one| !one.is_change())
            .unwrap()
            .clone();
        let many = usize::try_from(record.per_minute).unwrap();
        record.arrivals.extend(std::iter::repeat_n(read, many));
    }),
    (
        "e",
        "a request over the limit of the organisation",
        |record| {
            record.arrivals[0].is_over_the_limit = true;
        },
    ),
    (
        "e",
        "more requests for an ended conversation than its bound",
        |record| {
            record.run.items[0].requests = 100;
        },
    ),
    ("f", "a token in the log", |record| {
        record
            .outputs
            .push(("the log", b"Bearer sbx_0123".to_vec()));
    }),
    ("f", "a name in the journal", |record| {
        let name = record
            .personal
            .iter()
            .find(|words| words.len() > 8)
            .unwrap();
        let bytes = [b"\xff\x00", name.as_bytes()].concat();
        record.outputs.push(("the journal", bytes));
    }),
    ("g", "a journal that was edited", |record| {
        record
            .damage
            .push("run 1, fact 2: it was changed".to_owned());
    }),
    ("h", "a conversation with two final states", |record| {
        let settled = record.facts.iter().find(|fact| {
            matches!(
                fact.event,
                RunEvent::Item {
                    what: ItemEvent::Settled(_),
                    ..
                }
            )
        });
        let again = settled.unwrap().clone();
        record.facts.push(again);
    }),
];

#[tokio::test]
async fn one_forged_violation_of_each_rule_is_objected_to() {
    let well = well().await;
    assert_eq!(objections(&well), []);
    assert!(well.personal.iter().any(|words| words.contains(' ')));
    for (rule, what, forge) in FORGERIES {
        let mut forged = well.clone();
        forge(&mut forged);
        assert_eq!(rules(&forged), rule, "{what}: {:#?}", objections(&forged));
    }
    let mut lost = well.clone();
    lost.run.items[0].settled = None;
    assert_eq!(rules(&lost), "h", "a conversation without a final state");
}
