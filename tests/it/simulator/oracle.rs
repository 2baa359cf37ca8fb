//! Compares what the journal says with what really happened.

use std::collections::HashMap;
use std::fmt::Write as _;

use unstick::domain::evidence::OpenLeg;
use unstick::domain::fact::{Class, FinalState, ItemEvent, RunEvent};
use unstick::domain::ids::ConversationId;
use unstick::domain::item::Item;
use unstick::domain::step::{Action, Rung};

use super::service::Arrival;
use super::shell::World;

/// What broke, by promise. All zero is what is promised.
#[derive(Debug, Clone, Default)]
pub(crate) struct Verdict {
    /// Requests for what the confirmed plan does not name.
    pub(crate) outside: u64,
    /// Said to be over while a leg of the plan was open, or said to be somebody's whose it was not.
    pub(crate) falsely_ended: u64,
    /// Items without a final state, requests without an intent, facts that vanished.
    pub(crate) lost: u64,
    /// Requests without a read between, after the end, or more often than allowed.
    pub(crate) twice: u64,
    /// People cut off of whom no final state speaks.
    pub(crate) unreported: u64,
    /// What broke, in words.
    pub(crate) words: String,
    /// People cut off by a request that took effect after its item was final.
    pub(crate) late: u64,
    /// Incidents that were reported.
    pub(crate) incidents: u64,
    /// Final states, by word.
    pub(crate) finals: HashMap<&'static str, u64>,
}

impl Verdict {
    pub(crate) fn is_sound(&self) -> bool {
        self.words.is_empty()
    }

    /// Adds another up.
    pub(crate) fn add(&mut self, other: &Self) {
        self.outside += other.outside;
        self.falsely_ended += other.falsely_ended;
        self.lost += other.lost;
        self.twice += other.twice;
        self.unreported += other.unreported;
        self.late += other.late;
        self.incidents += other.incidents;
        self.words.push_str(&other.words);
        for (word, count) in &other.finals {
            *self.finals.entry(word).or_default() += count;
        }
    }
}

/// Judges a simulation that has come to its end.
pub(crate) fn judge(world: &World) -> Verdict {
    let mut verdict = Verdict::default();
    if world.run.finished.is_none() {
        verdict.lost += 1;
        let _ = writeln!(verdict.words, "the run never finishes");
    }
    requests(world, &mut verdict);
    trails(world, &mut verdict);
    if world.run.items.len() != world.plan.items.len() {
        verdict.lost += 1;
        let _ = writeln!(verdict.words, "an item was lost");
    }
    let mut hits: HashMap<ConversationId, Vec<i64>> = HashMap::new();
    for hit in &world.service.hits {
        hits.entry(hit.conversation).or_default().push(hit.at);
    }
    for item in &world.run.items {
        let own = hits.get(&item.plan.id).map_or(&[][..], Vec::as_slice);
        final_state(world, item, own, &mut verdict);
    }
    verdict
}

/// Every request that reached the service is one of the plan's, and was intended before.
fn requests(world: &World, verdict: &mut Verdict) {
    for Arrival {
        conversation,
        action,
        ..
    } in &world.service.arrivals
    {
        let item = world.run.item(*conversation);
        let is_planned = item.is_some_and(|item| match action {
            Action::Legs { participant } => item.plan.leg_targets().contains(participant),
            Action::Close => world.plan.rung == Rung::Close,
            Action::WrapUp { participant, .. } => {
                let mut legs = item.plan.evidence.legs.iter();
                world.plan.rung == Rung::Close && legs.any(|leg| leg.participant == *participant)
            }
            Action::Teardown => world.plan.rung == Rung::Teardown,
            Action::Recipe(_) => false,
        });
        if !is_planned {
            verdict.outside += 1;
            let _ = writeln!(verdict.words, "outside the plan: {conversation} {action:?}");
        }
    }
    let mut intents: HashMap<(ConversationId, String), Vec<i64>> = HashMap::new();
    for fact in &world.journal {
        if let RunEvent::Item {
            conversation,
            what: ItemEvent::Intended { action, .. },
        } = &fact.event
        {
            let key = (*conversation, action.path(*conversation));
            intents
                .entry(key)
                .or_default()
                .push(fact.at.as_millisecond());
        }
    }
    for arrival in world.service.arrivals.iter().rev() {
        let key = (
            arrival.conversation,
            arrival.action.path(arrival.conversation),
        );
        let has_intent = intents.get_mut(&key).is_some_and(|times| {
            let place = times.iter().rposition(|time| *time <= arrival.at);
            place.is_some_and(|place| {
                times.remove(place);
                true
            })
        });
        if !has_intent {
            verdict.lost += 1;
            let _ = writeln!(verdict.words, "a request without its intent: {arrival:?}");
        }
    }
}

/// Between two requests for a conversation there is a read, and none comes after its end.
fn trails(world: &World, verdict: &mut Verdict) {
    #[derive(Default)]
    struct Trail {
        has_read: bool,
        is_final: bool,
        finals: u32,
    }
    let mut trails: HashMap<ConversationId, Trail> = HashMap::new();
    let mut is_stopped = false;
    for fact in &world.journal {
        let (conversation, what) = match &fact.event {
            RunEvent::Item { conversation, what } => (conversation, what),
            RunEvent::Stopped { .. } | RunEvent::Halted { .. } => {
                is_stopped = true;
                continue;
            }
            RunEvent::Recovered => {
                is_stopped = false;
                continue;
            }
            _ => continue,
        };
        let trail = trails.entry(*conversation).or_default();
        match what {
            ItemEvent::Observed { .. } => trail.has_read = true,
            ItemEvent::Intended { .. } => {
                if !trail.has_read || trail.is_final || is_stopped {
                    verdict.twice += 1;
                    let _ = writeln!(
                        verdict.words,
                        "{conversation}: sent without a read, after its end or after a stop"
                    );
                }
                trail.has_read = false;
            }
            ItemEvent::Settled(settled) => {
                trail.is_final = true;
                trail.finals += u32::from(settled.state != FinalState::Unresolved);
                if trail.finals > 1 {
                    verdict.lost += 1;
                    let _ = writeln!(verdict.words, "{conversation}: two final states");
                }
            }
            _ => {}
        }
    }
}

fn final_state(world: &World, item: &Item, hits: &[i64], verdict: &mut Verdict) {
    let id = item.plan.id;
    let Some((settled, settled_at)) = &item.settled else {
        verdict.lost += 1;
        let _ = writeln!(verdict.words, "{id}: has no final state");
        return;
    };
    *verdict.finals.entry(settled.state.word()).or_default() += 1;
    verdict.incidents += u64::from(settled.incident.is_some());
    let chat = world.service.chat(id);
    let is_open = chat.conversation.open_legs().any(|(party, leg)| {
        let is_same =
            |planned: &OpenLeg| planned.participant == party.id && planned.communication == leg.id;
        item.plan.evidence.legs.iter().any(is_same)
    });
    let says_over = settled.state.is_done() || settled.state == FinalState::WrapUpOwed;
    let is_ours = item.sends.iter().any(|sent| {
        let answer = sent.answer.as_ref();
        answer.is_none_or(|answer| answer.class != Class::NotApplied)
    });
    let wrong_owner = match settled.state {
        FinalState::Ended => !is_ours,
        FinalState::EndedElsewhere | FinalState::Cancelled => chat.closed_by_us,
        _ => false,
    };
    if says_over && is_open || wrong_owner {
        verdict.falsely_ended += 1;
        let _ = writeln!(
            verdict.words,
            "{id}: open: {is_open}, ours: {is_ours}, and it says {settled:?}"
        );
    }
    for sent in &item.sends {
        let (applied, refused) = item.sends_at(&sent.action);
        if applied > 2 || refused > 5 {
            verdict.twice += 1;
            let _ = writeln!(
                verdict.words,
                "{id}: {applied} and {refused} sends at one target"
            );
        }
    }
    let settled_at = settled_at.as_millisecond();
    let is_known = settled.state != FinalState::Unresolved;
    let (seen, late): (Vec<i64>, Vec<i64>) = hits.iter().partition(|at| **at < settled_at);
    verdict.late += u64::from(!late.is_empty());
    // What took effect after the item was let go, and while the console was open, is told as well.
    let is_let_go = matches!(settled.state, FinalState::Held | FinalState::Unresolved);
    let is_watched = late.iter().any(|at| *at < world.watched_until);
    let must_be_told = !seen.is_empty() && is_known || is_let_go && is_watched;
    if must_be_told && settled.incident.is_none() {
        verdict.unreported += 1;
        let _ = writeln!(
            verdict.words,
            "{id}: somebody was cut off, and it says {settled:?}"
        );
    }
}
