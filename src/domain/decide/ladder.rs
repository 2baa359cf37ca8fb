//! The ladder (`decisions.md`): which request comes next while a planned leg is open or wrap-up is owed, and when it has been pushed
//! far enough. The order of requests lives here and nowhere else.

use jiff::Timestamp;

use super::{MAX_NOT_APPLIED, MAX_SENDS, Situation, recipe};
use crate::domain::evidence::{Evidence, who};
use crate::domain::fact::{Class, FinalState, Settled};
use crate::domain::item::{Answer, Item};
use crate::domain::moment::after;
use crate::domain::step::{Action, Rung};

/// What the ladder wants next.
pub(super) enum Want {
    Send(Action),
    Wait(Timestamp, &'static str),
    Settle(Settled),
}

/// The next rung of the ladder, with at least one planned leg still open.
pub(super) fn push(item: &Item, now: &Evidence, situation: &Situation<'_>) -> Want {
    if let Some(recipe) = situation.recipe {
        return recipe::push(item, now, situation, recipe);
    }
    if let Some(wait) = unsettled(item, now, situation) {
        return wait;
    }
    if let Some(refusal) = &item.refusal {
        return Want::Settle(Settled::new(
            FinalState::Held,
            format!("the service does not accept it: {}", refusal.words()),
        ));
    }
    if situation.rung == Rung::Teardown {
        return attempt(item, &Action::Teardown, 1)
            .unwrap_or_else(|| escalate("the teardown was sent and a leg is still open"));
    }
    if !item.skips_legs {
        for participant in item.plan.leg_targets() {
            let is_open = now.message_legs().any(|leg| leg.participant == participant);
            let want = is_open
                .then(|| attempt(item, &Action::Legs { participant }, MAX_SENDS))
                .flatten();
            if let Some(want) = want {
                return want;
            }
        }
    }
    if situation.rung != Rung::Close {
        return escalate(if item.skips_legs {
            "other people's legs are closed to this client, and `close` is outside the rung"
        } else {
            "a leg is still open, and `close` is outside the rung"
        });
    }
    if now.legs.iter().any(|leg| !leg.is_message()) {
        return escalate("another medium is open; `close` could end it too");
    }
    if !now.message_legs().any(|leg| leg.purpose.is_human()) {
        let left = item
            .last_effective()
            .and_then(|sent| sent.answer.as_ref())
            .map(|answer| after(answer.at, situation.timings.machines));
        if let Some(until) = left.filter(|until| *until > situation.now) {
            return Want::Wait(until, "for bots to leave");
        }
    }
    attempt(item, &Action::Close, MAX_SENDS).unwrap_or_else(|| {
        let open: Vec<&str> = now.message_legs().map(|leg| who(&leg.purpose)).collect();
        escalate(&format!(
            "every request was accepted and a leg is still open: {}",
            open.join(", ")
        ))
    })
}

/// After a send, before anything else is sent: an accepted request is given its time, an unknown outcome its silence.
fn unsettled(item: &Item, now: &Evidence, situation: &Situation<'_>) -> Option<Want> {
    if let Some(wait) = silence(item, situation) {
        return Some(wait);
    }
    let last = item.sends.last()?;
    let limit = if situation.rung == Rung::Teardown {
        1
    } else {
        MAX_SENDS
    };
    // What may have been applied gets the same time where no further request at its target could follow.
    let is_spent = item.sends_at(&last.action).0 >= limit;
    let answer = last.answer.as_ref().filter(|answer| {
        answer.class == Class::Accepted || (answer.class == Class::Ambiguous && is_spent)
    })?;
    look_again(item, &last.action, answer, now, situation)
}

/// Our last request may still take effect, as what it was aimed at is open: it is given the time for that, and nothing else is sent.
pub(super) fn effect_to_come(
    item: &Item,
    now: &Evidence,
    situation: &Situation<'_>,
) -> Option<Want> {
    silence(item, situation).or_else(|| {
        let last = item.last_effective()?;
        look_again(item, &last.action, last.answer.as_ref()?, now, situation)
    })
}

/// After an outcome that nobody knows.
pub(super) fn silence(item: &Item, situation: &Situation<'_>) -> Option<Want> {
    let until = item.quiet_until.filter(|until| *until > situation.now)?;
    Some(Want::Wait(until, "in case the request takes effect late"))
}

/// When the effect of a request is looked for next, while what it was aimed at is open; nothing once it was often enough.
fn look_again(
    item: &Item,
    action: &Action,
    answer: &Answer,
    now: &Evidence,
    situation: &Situation<'_>,
) -> Option<Want> {
    let looks = usize::try_from(item.reads_since_send).unwrap_or(usize::MAX);
    let due = situation.timings.settle.get(looks)?;
    is_open(action, now).then(|| Want::Wait(after(answer.at, *due), "for the effect"))
}

/// What a request was aimed at is still open.
fn is_open(action: &Action, now: &Evidence) -> bool {
    match action {
        Action::Legs { participant } => now
            .message_legs()
            .any(|leg| leg.participant == *participant),
        Action::Close | Action::Teardown => !now.is_clear(),
        Action::Recipe(sending) => match sending.participant {
            Some(participant) => now.message_legs().any(|leg| leg.participant == participant),
            None => !now.is_clear(),
        },
        Action::WrapUp { participant, .. } => now
            .wrap_up
            .iter()
            .any(|owed| owed.participant == *participant),
    }
}

/// One more send at this target, if its count allows.
pub(super) fn attempt(item: &Item, action: &Action, limit: u32) -> Option<Want> {
    let (applied, refused) = item.sends_at(action);
    if applied >= limit {
        return None;
    }
    if refused >= MAX_NOT_APPLIED {
        let last = item
            .sends
            .last()
            .and_then(|sent| sent.answer.as_ref())
            .and_then(|answer| answer.failure.as_ref());
        let words = last.map_or_else(String::new, |failure| format!(": {}", failure.words()));
        return Some(Want::Settle(Settled::new(
            FinalState::Unresolved,
            format!("{MAX_NOT_APPLIED} requests were not carried out{words}"),
        )));
    }
    Some(Want::Send(action.clone()))
}

pub(super) fn escalate(reason: &str) -> Want {
    Want::Settle(Settled::new(FinalState::Escalate, reason))
}

/// The wrap-up request, once no leg is open, where the plan names a code and the party is one of the plan's.
pub(super) fn wrap_up(item: &Item, now: &Evidence, situation: &Situation<'_>) -> Option<Want> {
    let code = situation
        .wrap_up
        .filter(|_| situation.rung == Rung::Close)?;
    let planned = &item.plan.evidence;
    let owed = now.wrap_up.iter().find(|owed| {
        planned
            .wrap_up
            .iter()
            .any(|other| other.participant == owed.participant)
            || planned
                .legs
                .iter()
                .any(|leg| leg.participant == owed.participant)
    })?;
    if let Some(wait) = unsettled(item, now, situation) {
        return Some(wait);
    }
    // A refused wrap-up is reported as owed, not as held: the customer is gone either way.
    if item.refusal.is_some() {
        return None;
    }
    attempt(
        item,
        &Action::WrapUp {
            participant: owed.participant,
            communication: owed.communication,
            code: code.to_owned(),
        },
        MAX_SENDS,
    )
}
