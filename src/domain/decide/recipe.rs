//! The order of requests of a recipe: which of its steps comes next while a planned leg is open. What a read means is the same as for the
//! ladder, and so is the proof; a recipe only says what is sent.

use jiff::SignedDuration;

use super::ladder::{Want, attempt, escalate, silence};
use super::{MAX_SENDS, Situation, back_off};
use crate::domain::evidence::{Evidence, who};
use crate::domain::fact::{Class, FinalState, Settled};
use crate::domain::failure::Failure;
use crate::domain::ids::ParticipantId;
use crate::domain::item::{Answer, Item, Sent};
use crate::domain::moment::after;
use crate::domain::recipe::{By, Means, Recipe, RecipeStep, Sending, Slot, Until, Wait};
use crate::domain::step::Action;

/// What helps against a refusal is another way, not a right that somebody made up.
const NEXT: &str = "Next: without the recipe, the ladder sends what is published";

/// What is left to do at one target of a step.
enum Left {
    /// It was taken, or needs nothing: on to the next.
    Nothing,
    /// This, first.
    Want(Want),
    /// It was refused for good, and the recipe goes on without the step.
    GivenUp,
}

/// The next request of the recipe, or what is waited for, with at least one planned leg still open.
pub(super) fn push(
    item: &Item,
    now: &Evidence,
    situation: &Situation<'_>,
    recipe: &Recipe,
) -> Want {
    if let Some(refusal) = &item.refusal {
        return held(refusal);
    }
    // Nobody has published what these requests end.
    if now.legs.iter().any(|leg| !leg.is_message()) {
        let why = "another medium is open, which a recipe could end too";
        return Want::Settle(Settled::new(FinalState::Held, why));
    }
    let mut place = item
        .sends
        .last()
        .map_or(0, |sent| place_of(&sent.action, recipe));
    while let Some(step) = recipe.steps.get(place) {
        let mut is_given_up = false;
        for target in step.targets(&item.plan) {
            match left(item, now, situation, step, target) {
                Left::Nothing => {}
                Left::Want(want) => return want,
                Left::GivenUp => is_given_up = true,
            }
        }
        let next = if is_given_up {
            Some(place + 1)
        } else {
            recipe.after(place)
        };
        let Some(next) = next else { break };
        place = next;
    }
    spent(item, now, situation)
}

/// Where in the recipe this request stands.
fn place_of(action: &Action, recipe: &Recipe) -> usize {
    match action {
        Action::Recipe(sending) => recipe.step(&sending.name).map_or(0, |(place, _)| place),
        _ => 0,
    }
}

fn left(
    item: &Item,
    now: &Evidence,
    situation: &Situation<'_>,
    step: &RecipeStep,
    target: Option<ParticipantId>,
) -> Left {
    let is_open = |who: ParticipantId| now.message_legs().any(|leg| leg.participant == who);
    let Some(sending) = step.sending(&item.plan, target, situation.wrap_up) else {
        let why = if step.needs(Slot::Deployment) && item.plan.deployment.is_none() {
            "the recipe opens a socket of the guest's deployment, and nothing says which that is"
        } else {
            "the recipe wants a wrap-up code and the plan names none"
        };
        return Left::Want(Want::Settle(Settled::new(FinalState::Held, why)));
    };
    let action = Action::Recipe(Box::new(sending));
    let is_of_it = |sent: &&Sent| match (&sent.action, &action) {
        (Action::Recipe(known), Action::Recipe(this)) => {
            known.name == this.name && known.participant == this.participant
        }
        _ => false,
    };
    let answers = || {
        let sends = item.sends.iter().rev().filter(is_of_it);
        sends.filter_map(|sent| sent.answer.as_ref())
    };
    let again = || attempt(item, &action, MAX_SENDS).map_or(Left::Nothing, Left::Want);
    let Some(last) = answers().next() else {
        // Whoever has left needs nothing.
        return if target.is_some_and(|who| !is_open(who)) {
            Left::Nothing
        } else {
            again()
        };
    };
    let is_seen = |until: Until| match (until, target) {
        (Until::LegClosed, Some(who)) => !is_open(who),
        _ => now.is_clear(),
    };
    match (last.class, &last.failure) {
        (Class::Accepted, _) => match step.wait.filter(|wait| !is_seen(wait.until)) {
            Some(wait) => waiting(item, last, wait, situation),
            None => Left::Nothing,
        },
        (Class::Ambiguous, _) => match silence(item, situation) {
            Some(wait) => Left::Want(wait),
            None if is_seen(until_of(step, target)) => Left::Nothing,
            None => again(),
        },
        (Class::NotApplied, None) => Left::Nothing,
        (Class::NotApplied, Some(failure)) => {
            let is_refused = |answer: &&Answer| answer.class == Class::NotApplied;
            let refused = answers().filter(is_refused).count();
            refused_for(step, &action, failure, refused).unwrap_or_else(again)
        }
    }
}

fn until_of(step: &RecipeStep, target: Option<ParticipantId>) -> Until {
    let of_target = if target.is_some() {
        Until::LegClosed
    } else {
        Until::Ended
    };
    step.wait.map_or(of_target, |wait| wait.until)
}

/// Looks again and again until what was waited for is seen, or it has been long enough. Where an event may say so, one is a reason to look
/// at once; it proves nothing, and without any the looks come all the same. However many come, two looks are a second apart.
fn waiting(item: &Item, last: &Answer, wait: Wait, situation: &Situation<'_>) -> Left {
    let looks = usize::try_from(item.reads_since_send).unwrap_or(usize::MAX);
    let end = after(
        last.at,
        SignedDuration::from_millis(i64::from(wait.most_ms)),
    );
    let due = situation
        .timings
        .settle
        .get(looks)
        .map_or(end, |due| after(last.at, *due).min(end));
    let seen_at = item.last_seen.as_ref().map(|seen| seen.read_at);
    let due = match (seen_at, situation.timings.settle.first()) {
        (Some(at), Some(apart)) if wait.by == By::Event && situation.is_told => {
            due.min(after(at, *apart))
        }
        _ => due,
    };
    if seen_at.is_some_and(|at| at >= end) {
        Left::Nothing
    } else {
        Left::Want(Want::Wait(due, "for what the step is to do"))
    }
}

/// What follows from a refusal; nothing where it is tried again.
fn refused_for(
    step: &RecipeStep,
    action: &Action,
    failure: &Failure,
    refused: usize,
) -> Option<Left> {
    let means = match action {
        Action::Recipe(sending) => sending.means(failure),
        _ => None,
    };
    let may_again = match means {
        Some(Means::AlreadyOver) => return Some(Left::Nothing),
        Some(Means::StillActive) => refused < usize::from(step.retry.times),
        // What the recipe says nothing of and what is known to pass is tried again as for the ladder.
        None => failure.is_passing(),
        Some(_) => false,
    };
    if may_again {
        None
    } else if step.is_optional {
        Some(Left::GivenUp)
    } else if means == Some(Means::StillActive) {
        Some(Left::Want(Want::Settle(Settled::new(
            FinalState::Unresolved,
            format!(
                "{refused} requests were not carried out: {}. {NEXT}",
                failure.said_whole()
            ),
        ))))
    } else {
        Some(Left::Want(held(failure)))
    }
}

fn held(refusal: &Failure) -> Want {
    Want::Settle(Settled::new(
        FinalState::Held,
        format!(
            "the service does not accept it: {}. {NEXT}",
            refusal.said_whole()
        ),
    ))
}

/// Every step was sent: what may still take effect is given its time, then it is said that it did not end.
fn spent(item: &Item, now: &Evidence, situation: &Situation<'_>) -> Want {
    let Some(sent) = item.last_effective() else {
        let why = "nothing that the recipe sends was accepted, and a leg is still open";
        return Want::Settle(Settled::new(FinalState::Held, why));
    };
    if let (Some(answer), Some(seen)) = (&sent.answer, &item.last_seen) {
        // By the time, not by the count of looks: what a step waits for is looked for more often.
        let looks = situation.timings.settle.iter();
        let mut due = looks.map(|due| after(answer.at, *due));
        if let Some(due) = due.find(|due| seen.read_at < *due) {
            return Want::Wait(due, "for the effect");
        }
    }
    let open: Vec<&str> = now.message_legs().map(|leg| who(&leg.purpose)).collect();
    escalate(&format!(
        "every step of the recipe was carried out and a leg is still open: {}",
        open.join(", ")
    ))
}

/// How long is waited after so many refusals of this step before it is read, and sent again.
pub(super) fn pause(
    item: &Item,
    sending: &Sending,
    refused: u32,
    recipe: &Recipe,
) -> SignedDuration {
    let retry = recipe
        .step(&sending.name)
        .map(|(_, step)| step.retry)
        .unwrap_or_default();
    let base = SignedDuration::from_millis(i64::from(retry.base_ms));
    back_off(item, refused, base).min(SignedDuration::from_millis(i64::from(retry.most_ms)))
}
