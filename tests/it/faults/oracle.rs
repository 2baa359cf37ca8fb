//! What must hold after every scenario, whatever went wrong in it. It compares the ground truth of the sandbox and the log of what came in
//! there with what the journal says; it knows nothing of how the engine decides.
//!
//! | rule | what |
//! |---|---|
//! | a | only conversations of the plan were changed by us |
//! | b | every request that changes something has an intent of its own that was recorded before it came in |
//! | c | a final state says what is true, and whoever was cut off unseen is reported |
//! | d | nothing was applied twice |
//! | e | the rate was kept, and an ended conversation cost no more requests than it may where nothing went wrong |
//! | f | no secret, no token, no name and no words of people in any output |
//! | g | the journal verifies |
//! | h | every planned conversation has exactly one final state |

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact, Settled};
use unstick::domain::ids::ConversationId;
use unstick::domain::item::Item;
use unstick::domain::run::Run;
use unstick::sandbox::{Actor, Arrival, Change, Truth};

/// Shorter words of people stand in every text.
const TELLING: usize = 6;
const WINDOW: SignedDuration = SignedDuration::from_secs(60);

/// What a scenario stages on purpose.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Terms {
    /// The organisation's own limit is dropped so low that it refuses.
    pub(crate) is_limited: bool,
    /// Nothing goes wrong: bounds on requests hold.
    pub(crate) is_smooth: bool,
    /// What was sent and not applied came true by somebody else's hand.
    pub(crate) is_ended_by_others: bool,
}

/// Everything that is known of a run.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// As the journal folds it.
    pub(crate) run: Run,
    /// As the journal keeps it.
    pub(crate) facts: Vec<RunFact>,
    pub(crate) truth: Vec<Truth>,
    pub(crate) arrivals: Vec<Arrival>,
    /// What verifying the journal found.
    pub(crate) damage: Vec<String>,
    pub(crate) outputs: Vec<(&'static str, Vec<u8>)>,
    pub(crate) secrets: Vec<String>,
    pub(crate) personal: Vec<String>,
    pub(crate) per_minute: u32,
    pub(crate) terms: Terms,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Objection {
    pub(crate) rule: char,
    pub(crate) words: String,
}

/// How a rule is looked after.
type Look = fn(&Record) -> Vec<String>;

/// Everything that does not hold.
pub(crate) fn objections(record: &Record) -> Vec<Objection> {
    let rules: [(char, Look); 8] = [
        ('a', outside_the_plan),
        ('b', without_an_intent),
        ('c', untrue),
        ('d', applied_twice),
        ('e', too_many),
        ('f', leaked),
        ('g', |record| record.damage.clone()),
        ('h', not_final_once),
    ];
    let found = rules.iter().flat_map(|(rule, look)| {
        let words = look(record).into_iter();
        words.map(|words| Objection { rule: *rule, words })
    });
    found.collect()
}

fn outside_the_plan(record: &Record) -> Vec<String> {
    let planned: HashSet<ConversationId> =
        record.run.items.iter().map(|item| item.plan.id).collect();
    let outside = ours(record).filter(|change| !planned.contains(&id_of(change)));
    outside.map(|change| format!("{change:?}")).collect()
}

/// Counted by method and path: the n-th request needs n intents before it, and so does the n-th that was applied.
fn without_an_intent(record: &Record) -> Vec<String> {
    let mut intents: HashMap<(String, String), Vec<Timestamp>> = HashMap::new();
    for fact in &record.facts {
        if let RunEvent::Item {
            conversation,
            what: ItemEvent::Intended { action, .. },
        } = &fact.event
        {
            let of = (action.method().to_owned(), action.path(*conversation));
            intents.entry(of).or_default().push(fact.at);
        }
    }
    let mut came: BTreeMap<(String, String), Vec<(Timestamp, &str)>> = BTreeMap::new();
    for arrival in record.arrivals.iter().filter(|one| one.is_change()) {
        let of = (arrival.method.clone(), arrival.path.clone());
        came.entry(of).or_default().push((arrival.at, "came in"));
    }
    let mut known = HashSet::new();
    let mut applied: BTreeMap<(String, String), Vec<(Timestamp, &str)>> = BTreeMap::new();
    for change in ours(record) {
        let cause = change.request.as_ref().unwrap();
        if known.insert(cause.correlation_id.clone()) {
            let of = (cause.method.clone(), cause.path.clone());
            applied
                .entry(of)
                .or_default()
                .push((change.at, "was applied"));
        }
    }
    let mut found = Vec::new();
    for (of, times) in came.iter().chain(&applied) {
        let before = |at: Timestamp| {
            let all = intents.get(of).into_iter().flatten();
            // The sandbox's times have whole milliseconds.
            all.filter(|intended| intended.as_millisecond() <= at.as_millisecond())
                .count()
        };
        for (number, (at, what)) in (1..).zip(times) {
            if before(*at) < number {
                found.push(format!(
                    "{} {}: number {number} {what} at {at} and was not intended",
                    of.0, of.1
                ));
            }
        }
    }
    for (of, times) in &applied {
        let requests = came.get(of).map_or(0, Vec::len);
        if requests < times.len() {
            found.push(format!(
                "{} {}: applied {} times, asked for {requests} times",
                of.0,
                of.1,
                times.len()
            ));
        }
    }
    found
}

fn untrue(record: &Record) -> Vec<String> {
    let settled = record.run.items.iter().filter_map(|item| {
        let (settled, at) = item.settled.as_ref()?;
        Some((item, settled, *at))
    });
    settled
        .flat_map(|(item, settled, at)| {
            let state = wrong_state(record, item, settled, at);
            let incident = wrong_incident(record, item, settled);
            state.into_iter().chain(incident)
        })
        .collect()
}

fn wrong_state(record: &Record, item: &Item, settled: &Settled, at: Timestamp) -> Option<String> {
    let id = item.plan.id;
    let is_over = planned_legs_ended(record, item);
    let changes: Vec<&Truth> = ours(record).filter(|change| id_of(change) == id).collect();
    let words = match settled.state {
        FinalState::Ended if !is_over => "ended, and a planned leg is open",
        FinalState::Ended if changes.is_empty() && !record.terms.is_ended_by_others => {
            "ended, and nothing of ours was applied"
        }
        FinalState::EndedElsewhere if !is_over => "ended-elsewhere, and a planned leg is open",
        FinalState::EndedElsewhere if !changes.is_empty() => "ended-elsewhere, and it was us",
        FinalState::WrapUpOwed if !is_over => "wrap-up-owed, and a planned leg is open",
        FinalState::Cancelled if !changes.is_empty() || !item.sends.is_empty() => {
            "cancelled, and something was sent"
        }
        FinalState::Held
        | FinalState::Unresolved
        | FinalState::Escalate
        | FinalState::Cancelled
            if settled.reopened || settled.reason.contains("two reads show") =>
        {
            "not ended, and its reason says that it is over"
        }
        FinalState::Held | FinalState::Unresolved | FinalState::Cancelled
            if changes.iter().any(|change| change.at > at) && settled.incident.is_none() =>
        {
            "given up, and a request took effect afterwards that is not reported"
        }
        _ => return None,
    };
    Some(format!("{id}: said to be {words}: {}", settled.reason))
}

/// Somebody came, or wrote, after the last read before a request of ours and before the request came in, which then took effect: that is
/// an incident. One that is reported must have happened.
fn wrong_incident(record: &Record, item: &Item, settled: &Settled) -> Option<String> {
    let id = item.plan.id;
    let people: Vec<&Truth> = record
        .truth
        .iter()
        .filter(|change| id_of(change) == id && change.at > item.plan.read_at)
        .filter(|change| matches!(change.who, Actor::Guest | Actor::Agent))
        .filter(|change| {
            matches!(
                change.what,
                Change::LegConnected | Change::LegAlerting | Change::MessageWritten
            )
        })
        .collect();
    let first = ours(record).find(|change| id_of(change) == id);
    let came_in = first.and_then(|change| {
        let cause = change.request.as_ref()?;
        let mut requests = record.arrivals.iter().rev();
        requests
            .find(|one| one.path == cause.path && one.method == cause.method && one.at <= change.at)
    });
    let hit = came_in.and_then(|request| people.iter().find(|change| change.at < request.at));
    match (&settled.incident, hit) {
        (None, Some(hit)) => Some(format!(
            "{id}: somebody was cut off and nobody is told: {hit:?}"
        )),
        (Some(said), _) if people.is_empty() && !said.contains("late") => {
            Some(format!("{id}: an incident that did not happen: {said}"))
        }
        _ => None,
    }
}

fn applied_twice(record: &Record) -> Vec<String> {
    let mut known = HashSet::new();
    let again = ours(record).filter(|change| {
        let is_end = matches!(
            change.what,
            Change::LegEnded | Change::WrapUpDone | Change::ConversationEnded
        );
        is_end
            && !known.insert((
                change.conversation,
                change.participant,
                change.communication,
                format!("{:?}", change.what),
            ))
    });
    again.map(|change| format!("{change:?}")).collect()
}

fn too_many(record: &Record) -> Vec<String> {
    let mut found = Vec::new();
    let times: Vec<Timestamp> = record.arrivals.iter().map(|one| one.at).collect();
    for (number, from) in times.iter().enumerate() {
        let rest = times[number..].iter();
        let count = rest
            .take_while(|at| at.duration_since(*from) < WINDOW)
            .count();
        if count > usize::try_from(record.per_minute).unwrap() {
            found.push(format!("{count} requests in the minute from {from}"));
            break;
        }
    }
    let refused = record
        .arrivals
        .iter()
        .filter(|one| one.is_over_the_limit)
        .count();
    if refused > 0 && !record.terms.is_limited {
        found.push(format!(
            "{refused} requests were over the limit of the organisation"
        ));
    }
    let items = record.run.items.iter().filter(|_| record.terms.is_smooth);
    let ended = items.filter(|item| {
        item.settled
            .as_ref()
            .is_some_and(|(settled, _)| settled.state == FinalState::Ended)
    });
    for item in ended {
        let bound = item.plan.request_bound(&record.run.header.plan);
        if usize::try_from(item.requests).unwrap() > bound {
            found.push(format!(
                "{} took {} requests, of {bound} at most",
                item.plan.id, item.requests
            ));
        }
    }
    found
}

fn leaked(record: &Record) -> Vec<String> {
    let personal = record
        .personal
        .iter()
        .filter(|words| words.chars().count() >= TELLING);
    let words: Vec<&String> = record.secrets.iter().chain(personal).collect();
    let mut found = Vec::new();
    for (name, bytes) in &record.outputs {
        let text = String::from_utf8_lossy(bytes);
        let leaked = words.iter().filter(|words| text.contains(words.as_str()));
        found.extend(leaked.map(|words| format!("`{words}` stands in {name}")));
    }
    found
}

fn not_final_once(record: &Record) -> Vec<String> {
    let recovered = record
        .facts
        .iter()
        .filter(|fact| fact.event == RunEvent::Recovered)
        .count();
    let mut found = Vec::new();
    for item in &record.run.items {
        let id = item.plan.id;
        let settled = record.facts.iter().filter(|fact| {
            matches!(&fact.event, RunEvent::Item { conversation, what: ItemEvent::Settled(_) } if *conversation == id)
        });
        let count = settled.count();
        if item.settled.is_none() || count == 0 || count > 1 + recovered {
            found.push(format!("{id} has {count} final states"));
        }
    }
    found
}

/// Changes that a request of an API client made.
fn ours(record: &Record) -> impl Iterator<Item = &Truth> {
    record
        .truth
        .iter()
        .filter(|change| change.request.is_some())
}

fn id_of(change: &Truth) -> ConversationId {
    ConversationId::from_u128(change.conversation.as_u128())
}

/// Every message leg that the plan names went down.
fn planned_legs_ended(record: &Record, item: &Item) -> bool {
    let ended: HashSet<u128> = record
        .truth
        .iter()
        .filter(|change| change.what == Change::LegEnded)
        .filter_map(|change| change.communication.map(|leg| leg.as_u128()))
        .collect();
    let mut legs = item.plan.evidence.message_legs();
    legs.all(|leg| ended.contains(&leg.communication.as_u128()))
}
