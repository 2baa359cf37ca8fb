//! Rules for what waits: alerts, transfers, silence, queues, bots, nobody at all; and for what is healthy.

use super::rules::left_behind;
use super::scene::Scene;
use crate::domain::conversation::{LegState, Purpose, Side};
use crate::domain::evidence::who;
use crate::domain::moment::short;
use crate::domain::text::Text;

/// An alert that outlived its own limit; or one agent after the other who did not answer, and none who has.
pub(super) fn ringing(scene: &Scene<'_>) -> Option<String> {
    rings_too_long(scene).or_else(|| rings_in_vain(scene))
}

/// A platform that names no limit proves no excess.
fn rings_too_long(scene: &Scene<'_>) -> Option<String> {
    scene.conversation.open_legs().find_map(|(party, leg)| {
        let is_ringing = party.purpose.is_staff() && leg.state == LegState::Alerting;
        let limit = party
            .alerting_timeout?
            .saturating_add(scene.thresholds.alert_slack);
        let rings_since = leg.alerting_since?;
        (is_ringing && scene.is_over(rings_since, limit))
            .then(|| format!("agent leg has rung for {}", short(scene.since(rings_since))))
    })
}

fn rings_in_vain(scene: &Scene<'_>) -> Option<String> {
    let has_answered = scene
        .conversation
        .open_legs()
        .any(|(party, leg)| party.purpose.is_staff() && leg.state == LegState::Connected);
    let unanswered = scene
        .conversation
        .legs()
        .filter(|(party, leg)| {
            let word = leg.disconnect.as_ref().map(Text::as_str);
            party.purpose.is_staff() && !leg.is_open() && word == Some("transfer.noanswer")
        })
        .count();
    (unanswered >= scene.thresholds.unanswered && !has_answered)
        .then(|| format!("{unanswered} alerts to agents went unanswered"))
}

/// A transfer that does not come to an end.
pub(super) fn transfer(scene: &Scene<'_>) -> Option<String> {
    let began = scene.conversation.transfer_since?;
    scene
        .is_over(began, scene.thresholds.transfer)
        .then(|| format!("a transfer has hung for {}", short(scene.since(began))))
}

/// With an agent who is not there any more.
pub(super) fn away(scene: &Scene<'_>) -> Option<String> {
    let standing = scene.standing()?;
    let (is_away, since) = standing.away()?;
    let is_on_it = scene.conversation.open_legs().any(|(party, leg)| {
        party.purpose.is_staff()
            && leg.state != LegState::Parked
            && party.user.as_ref() == Some(&standing.user)
    });
    if !is_on_it || !scene.has_customer() || !scene.is_quiet_over(scene.thresholds.away) {
        return None;
    }
    let since = since
        .map(|at| format!(" for {}", short(scene.since(at))))
        .unwrap_or_default();
    Some(format!(
        "agent has been {is_away}{since}, silence for {}",
        short(scene.quiet())
    ))
}

/// The customer wrote last and waits for us.
pub(super) fn idle_us(scene: &Scene<'_>) -> Option<String> {
    let waits = newest_side(scene) == Some(Side::Customer)
        && both_are_up(scene)
        && scene.is_quiet_over(scene.thresholds.idle_us);
    waits.then(|| {
        format!(
            "customer wrote {} ago and waits for an answer",
            short(scene.quiet())
        )
    })
}

/// We wrote last; silence since, and no timer that would end it.
pub(super) fn idle(scene: &Scene<'_>) -> Option<String> {
    let is_idle = newest_side(scene) == Some(Side::Agent)
        && both_are_up(scene)
        && scene.conversation.inactivity_timeout.is_none()
        && scene.is_quiet_over(scene.thresholds.idle);
    is_idle.then(|| format!("agent wrote {} ago, silence since", short(scene.quiet())))
}

/// Who wrote last; at the same instant it is us, for then nobody waits for an answer.
fn newest_side(scene: &Scene<'_>) -> Option<Side> {
    let customer = scene.conversation.newest(Side::Customer).map(|m| m.at);
    let agent = scene.conversation.newest(Side::Agent).map(|m| m.at);
    match (customer, agent) {
        (None, None) => None,
        (customer, agent) if customer > agent => Some(Side::Customer),
        _ => Some(Side::Agent),
    }
}

fn both_are_up(scene: &Scene<'_>) -> bool {
    scene.has_customer() && scene.has_staff()
}

/// Really in queue, for too long.
pub(super) fn long_wait(scene: &Scene<'_>) -> Option<String> {
    let queued = scene.queue()?.1.since?;
    let in_queue = in_queue(scene)?;
    scene
        .is_over(queued, scene.thresholds.long_wait)
        .then(|| format!("{in_queue}, no agent yet"))
}

/// In queue, nobody of ours there: in words, with the queue's name.
fn in_queue(scene: &Scene<'_>) -> Option<String> {
    let (party, leg) = scene.queue()?;
    if !scene.has_customer() || scene.has_staff() {
        return None;
    }
    let name = party.queue.as_ref().or(party.name.as_ref());
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    let waited = leg
        .since
        .map(|since| format!(" for {}", short(scene.since(since))))
        .unwrap_or_default();
    Some(format!("in queue{name}{waited}"))
}

/// A machine holds a customer who has been silent for long.
pub(super) fn bot_loop(scene: &Scene<'_>) -> Option<String> {
    let held = held_by_machine(scene)?;
    scene
        .is_quiet_over(scene.thresholds.bot_loop)
        .then_some(held)
}

/// A machine and the customer, nobody else: in words, with the machine's name.
fn held_by_machine(scene: &Scene<'_>) -> Option<String> {
    let (party, _) = scene.up(Purpose::is_automaton)?;
    if !scene.has_customer() || scene.has_staff() || scene.queue().is_some() {
        return None;
    }
    let what = who(&party.purpose);
    let name = party.name.as_ref();
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    Some(format!(
        "{what}{name} holds it, silence for {}",
        short(scene.quiet())
    ))
}

/// The list says that the customer never took part, the read does not contradict it, and no agent was ever there.
pub(super) fn no_show(scene: &Scene<'_>) -> Option<String> {
    let started = scene.conversation.started;
    let had_staff = scene
        .conversation
        .participants
        .iter()
        .any(|party| party.purpose.is_staff());
    let never_came =
        scene.took_part == Some(false) && scene.conversation.newest(Side::Customer).is_none();
    let is_given_up = never_came && !had_staff && scene.is_over(started, scene.thresholds.no_show);
    is_given_up.then(|| {
        let age = short(scene.since(started));
        format!("customer never took part, open for {age}")
    })
}

/// The customer is up and nobody and nothing else is open.
pub(super) fn alone(scene: &Scene<'_>) -> Option<String> {
    let alone = is_by_itself(scene)?;
    scene.is_quiet_over(scene.thresholds.alone).then_some(alone)
}

fn is_by_itself(scene: &Scene<'_>) -> Option<String> {
    let others = scene
        .conversation
        .open_legs()
        .any(|(party, _)| !party.purpose.is_customer());
    (scene.has_customer() && !others).then(|| {
        format!(
            "nobody but the customer is there, silence for {}",
            short(scene.quiet())
        )
    })
}

/// With an agent. That includes an agent whose customer left just now, and after-call work that still has time.
pub(super) fn serving(scene: &Scene<'_>) -> Option<String> {
    if both_are_up(scene) {
        return Some(format!(
            "with an agent, silence for {}",
            short(scene.quiet())
        ));
    }
    let is_open = scene.conversation.open_legs().next().is_some();
    if !is_open && scene.conversation.owes_wrap_up() {
        return Some("everybody left, after-call work is under way".to_owned());
    }
    left_behind(scene)
}

/// In queue, or between two hands for a moment.
pub(super) fn waiting(scene: &Scene<'_>) -> Option<String> {
    in_queue(scene).or_else(|| is_by_itself(scene))
}

/// With a bot or flow.
pub(super) fn in_bot(scene: &Scene<'_>) -> Option<String> {
    held_by_machine(scene)
}
