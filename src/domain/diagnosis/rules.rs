//! The rules, one small function each, in the order in which they are tried (`decisions.md`, Kinds; signatures in `staleness.md` 3).
//! The first that answers decides. What a rule cannot know for certain never makes it answer: the conversation then falls to a
//! milder kind, or to `unknown`.
//!
//! Absent until their facts are known: `stubborn` needs the record of our own runs; `desync` and `ghost` need analytics' legs beside
//! the live ones; `away` needs the agent's presence.

use super::scene::Scene;
use crate::domain::conversation::{LegState, Medium, Purpose, Side};
use crate::domain::evidence::who;
use crate::domain::kind::Kind;
use crate::domain::moment::short;
use crate::domain::text::Text;

/// A kind and the test for it.
pub(super) struct Rule {
    /// The kind.
    pub(super) kind: Kind,
    /// Answers with the reason in words when the kind holds.
    pub(super) test: fn(&Scene<'_>) -> Option<String>,
}

/// Every rule, in order.
#[rustfmt::skip]
pub(super) const TABLE: &[Rule] = &[
    Rule { kind: Kind::Mixed,    test: mixed },
    Rule { kind: Kind::Parked,   test: parked },
    Rule { kind: Kind::Closing,  test: closing },
    Rule { kind: Kind::Live,     test: live },
    Rule { kind: Kind::Error,    test: error },
    Rule { kind: Kind::WrapUp,   test: wrap_up },
    Rule { kind: Kind::Orphan,   test: orphan },
    Rule { kind: Kind::Overdue,  test: overdue },
    Rule { kind: Kind::Timer,    test: timer },
    Rule { kind: Kind::Ringing,  test: ringing },
    Rule { kind: Kind::Transfer, test: transfer },
    Rule { kind: Kind::IdleUs,   test: idle_us },
    Rule { kind: Kind::Idle,     test: idle },
    Rule { kind: Kind::LongWait, test: long_wait },
    Rule { kind: Kind::BotLoop,  test: bot_loop },
    Rule { kind: Kind::NoShow,   test: no_show },
    Rule { kind: Kind::Alone,    test: alone },
    Rule { kind: Kind::Serving,  test: serving },
    Rule { kind: Kind::Waiting,  test: waiting },
    Rule { kind: Kind::InBot,    test: in_bot },
];

/// An open leg outside `messages[]`, or a message type that is not web messaging.
fn mixed(scene: &Scene<'_>) -> Option<String> {
    scene
        .conversation
        .open_legs()
        .find_map(|(_, leg)| match &leg.medium {
            Medium::Other(word) => Some(format!("another medium is open: {word}")),
            Medium::WebMessaging => None,
        })
}

/// A leg set aside whose time has not passed by much. Without a time it counts as parked: nothing says that it is late.
fn parked(scene: &Scene<'_>) -> Option<String> {
    parked_legs(scene).find_map(|(party, resumes)| {
        let Some(resumes) = resumes else {
            return Some(format!("{party} parked it, with no time to come back"));
        };
        let late = scene.since(resumes);
        if late > scene.thresholds.overdue {
            return None;
        }
        Some(if late.is_negative() {
            format!("{party} parked it, due back in {}", short(-late))
        } else {
            format!("{party} parked it, was due back {} ago", short(late))
        })
    })
}

/// Every open parked leg: whose it is, and when it is to come back.
fn parked_legs<'a>(
    scene: &Scene<'a>,
) -> impl Iterator<Item = (&'a str, Option<jiff::Timestamp>)> + use<'a> {
    scene
        .conversation
        .open_legs()
        .filter(|(_, leg)| leg.state == LegState::Parked)
        .map(|(party, leg)| (who(&party.purpose), leg.resumes))
}

/// The inactivity timer is running.
fn closing(scene: &Scene<'_>) -> Option<String> {
    let late = scene.since(scene.conversation.inactivity_timeout?);
    late.is_negative()
        .then(|| format!("closes by itself in {}", short(-late)))
}

/// Both sides are up and somebody wrote lately.
fn live(scene: &Scene<'_>) -> Option<String> {
    let is_live =
        scene.has_customer() && scene.has_staff() && scene.quiet() < scene.thresholds.live;
    is_live.then(|| {
        let quiet = short(scene.quiet());
        match scene.conversation.newest_of_all() {
            Some(message) => format!(
                "both sides are there, {} wrote {quiet} ago",
                side(message.from)
            ),
            None => format!("both sides are there, began {quiet} ago"),
        }
    })
}

/// A leg in error, or one of ours or a machine's that broke while another stayed up. A customer whose line broke is gone like any
/// other: that is `orphan`.
fn error(scene: &Scene<'_>) -> Option<String> {
    let is_open = scene.conversation.open_legs().next().is_some();
    if !is_open {
        return None;
    }
    scene.conversation.legs().find_map(|(party, leg)| {
        let party_name = who(&party.purpose);
        if leg.is_broken {
            return Some(format!("{party_name} leg is in error"));
        }
        let word = leg.disconnect.as_ref()?.as_str();
        let broke = !party.purpose.is_customer() && matches!(word, "error" | "transport.failure");
        broke.then(|| format!("{party_name} leg broke ({word}), another leg is still up"))
    })
}

/// Every leg is closed, and after-call work is owed for too long.
fn wrap_up(scene: &Scene<'_>) -> Option<String> {
    if scene.conversation.open_legs().next().is_some() {
        return None;
    }
    let owed_for = scene.late_wrap_up()?;
    Some(format!(
        "everybody left, agent has owed wrap-up for {}",
        short(owed_for)
    ))
}

/// The customer is gone, however that came about, and an agent's leg is up.
fn orphan(scene: &Scene<'_>) -> Option<String> {
    let left_for = scene.since(scene.customer_left()?);
    (left_for > scene.thresholds.gone)
        .then(|| left_behind(scene))
        .flatten()
}

/// In words: the customer left, an agent's leg is up.
fn left_behind(scene: &Scene<'_>) -> Option<String> {
    let left_for = scene.since(scene.customer_left()?);
    let (party, leg) = scene.up(Purpose::is_staff)?;
    Some(format!(
        "customer left {} ago, {} leg is still {}",
        short(left_for),
        who(&party.purpose),
        leg.state.word()
    ))
}

/// Parked, and its time has long passed.
fn overdue(scene: &Scene<'_>) -> Option<String> {
    parked_legs(scene).find_map(|(party, resumes)| {
        let late = scene.since(resumes?);
        (late > scene.thresholds.overdue)
            .then(|| format!("{party} parked it, was due back {} ago", short(late)))
    })
}

/// The inactivity timer passed, and a leg is still up.
fn timer(scene: &Scene<'_>) -> Option<String> {
    let late = scene.since(scene.conversation.inactivity_timeout?);
    let is_late = late > scene.thresholds.timer && scene.up(|_| true).is_some();
    is_late.then(|| {
        format!(
            "inactivity timer passed {} ago, nothing happened",
            short(late)
        )
    })
}

/// An alert that outlived its own limit; or one agent after the other who did not answer, and none who has.
fn ringing(scene: &Scene<'_>) -> Option<String> {
    rings_too_long(scene).or_else(|| rings_in_vain(scene))
}

/// A platform that names no limit proves no excess.
fn rings_too_long(scene: &Scene<'_>) -> Option<String> {
    scene.conversation.open_legs().find_map(|(party, leg)| {
        let is_ringing = party.purpose.is_staff() && leg.state == LegState::Alerting;
        let limit = party
            .alerting_timeout?
            .saturating_add(scene.thresholds.alert_slack);
        let rung_for = scene.since(leg.alerting_since?);
        (is_ringing && rung_for > limit)
            .then(|| format!("agent leg has rung for {}", short(rung_for)))
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
fn transfer(scene: &Scene<'_>) -> Option<String> {
    let under_way = scene.since(scene.conversation.transfer_since?);
    (under_way > scene.thresholds.transfer)
        .then(|| format!("a transfer has hung for {}", short(under_way)))
}

/// The customer wrote last and waits for us.
fn idle_us(scene: &Scene<'_>) -> Option<String> {
    let waits = newest_side(scene) == Some(Side::Customer)
        && both_are_up(scene)
        && scene.quiet() > scene.thresholds.idle_us;
    waits.then(|| {
        format!(
            "customer wrote {} ago and waits for an answer",
            short(scene.quiet())
        )
    })
}

/// We wrote last; silence since, and no timer that would end it.
fn idle(scene: &Scene<'_>) -> Option<String> {
    let is_idle = newest_side(scene) == Some(Side::Agent)
        && both_are_up(scene)
        && scene.conversation.inactivity_timeout.is_none()
        && scene.quiet() > scene.thresholds.idle;
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
fn long_wait(scene: &Scene<'_>) -> Option<String> {
    let waited = scene.since(scene.queue()?.1.since?);
    let in_queue = in_queue(scene)?;
    (waited > scene.thresholds.long_wait).then(|| format!("{in_queue}, no agent yet"))
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
fn bot_loop(scene: &Scene<'_>) -> Option<String> {
    let held = held_by_machine(scene)?;
    (scene.quiet() > scene.thresholds.bot_loop).then_some(held)
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
fn no_show(scene: &Scene<'_>) -> Option<String> {
    let age = scene.since(scene.conversation.started);
    let had_staff = scene
        .conversation
        .participants
        .iter()
        .any(|party| party.purpose.is_staff());
    let never_came =
        scene.took_part == Some(false) && scene.conversation.newest(Side::Customer).is_none();
    (never_came && !had_staff && age > scene.thresholds.no_show)
        .then(|| format!("customer never took part, open for {}", short(age)))
}

/// The customer is up and nobody and nothing else is open.
fn alone(scene: &Scene<'_>) -> Option<String> {
    let alone = is_by_itself(scene)?;
    (scene.quiet() > scene.thresholds.alone).then_some(alone)
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
fn serving(scene: &Scene<'_>) -> Option<String> {
    if both_are_up(scene) {
        return Some(format!(
            "with an agent, silence for {}",
            short(scene.quiet())
        ));
    }
    let is_open = scene.conversation.open_legs().next().is_some();
    if !is_open && scene.owes_wrap_up() {
        return Some("everybody left, after-call work is under way".to_owned());
    }
    left_behind(scene)
}

/// In queue, or between two hands for a moment.
fn waiting(scene: &Scene<'_>) -> Option<String> {
    in_queue(scene).or_else(|| is_by_itself(scene))
}

/// With a bot or flow.
fn in_bot(scene: &Scene<'_>) -> Option<String> {
    held_by_machine(scene)
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Customer => "customer",
        Side::Agent => "agent",
    }
}
