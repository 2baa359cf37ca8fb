//! The rules, one small function each, in the order in which they are tried (`decisions.md`, Kinds; signatures in `staleness.md` 3).
//! The first that answers decides. What a rule cannot know for certain never makes it answer: the conversation then falls to a
//! milder kind, or to `unknown`.
//!
//! `stubborn` rests on the record of our own runs, `desync` and `ghost` on analytics' record beside the read (`astray`), `away` on the
//! agent's presence: without that fact they do not answer.

use jiff::SignedDuration;

use super::scene::Scene;
use super::{astray, waiting};
use crate::domain::conversation::{LegState, Medium, Purpose, Side};
use crate::domain::evidence::who;
use crate::domain::kind::Kind;
use crate::domain::moment::short;

/// A kind and the test for it.
pub(super) struct Rule {
    /// The kind.
    pub(super) kind: Kind,
    /// Answers with the reason in words when the kind holds.
    pub(super) test: fn(&Scene<'_>) -> Option<String>,
}

/// What is over, in order: tried first, as none of the other rules asks whether anything is open.
#[rustfmt::skip]
pub(super) const OVER: &[Rule] = &[
    Rule { kind: Kind::Desync,   test: astray::desync },
    Rule { kind: Kind::Ghost,    test: astray::ghost },
    Rule { kind: Kind::Reopen,   test: astray::reopen },
];

/// Every rule for what is not over, in order.
#[rustfmt::skip]
pub(super) const TABLE: &[Rule] = &[
    Rule { kind: Kind::Mixed,    test: mixed },
    Rule { kind: Kind::Parked,   test: parked },
    Rule { kind: Kind::Closing,  test: closing },
    Rule { kind: Kind::Live,     test: live },
    Rule { kind: Kind::Stubborn, test: stubborn },
    Rule { kind: Kind::Error,    test: error },
    Rule { kind: Kind::WrapUp,   test: wrap_up },
    Rule { kind: Kind::Orphan,   test: orphan },
    Rule { kind: Kind::Overdue,  test: overdue },
    Rule { kind: Kind::Timer,    test: timer },
    Rule { kind: Kind::Ringing,  test: waiting::ringing },
    Rule { kind: Kind::Transfer, test: waiting::transfer },
    Rule { kind: Kind::Away,     test: waiting::away },
    Rule { kind: Kind::IdleUs,   test: waiting::idle_us },
    Rule { kind: Kind::Idle,     test: waiting::idle },
    Rule { kind: Kind::LongWait, test: waiting::long_wait },
    Rule { kind: Kind::BotLoop,  test: waiting::bot_loop },
    Rule { kind: Kind::NoShow,   test: waiting::no_show },
    Rule { kind: Kind::Alone,    test: waiting::alone },
    Rule { kind: Kind::Serving,  test: waiting::serving },
    Rule { kind: Kind::Waiting,  test: waiting::waiting },
    Rule { kind: Kind::InBot,    test: waiting::in_bot },
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
        if scene.is_over(resumes, scene.thresholds.overdue) {
            return None;
        }
        let late = scene.since(resumes);
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
    let closes = scene.conversation.inactivity_timeout?;
    scene
        .is_within(closes, SignedDuration::ZERO)
        .then(|| format!("closes by itself in {}", short(-scene.since(closes))))
}

/// Both sides are up and somebody wrote lately.
fn live(scene: &Scene<'_>) -> Option<String> {
    let is_live =
        scene.has_customer() && scene.has_staff() && scene.is_quiet_within(scene.thresholds.live);
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

/// A request of ours was accepted, and a leg that it was aimed at, and that was open then, is open long after.
fn stubborn(scene: &Scene<'_>) -> Option<String> {
    scene.beside.accepted.iter().find_map(|accepted| {
        let (party, _) = scene.conversation.open_legs().find(|(party, leg)| {
            let is_aimed_at = accepted.target.is_none_or(|target| target == party.id);
            let was_open = leg.since.is_some_and(|since| since <= accepted.at);
            is_aimed_at && was_open && leg.medium == Medium::WebMessaging
        })?;
        scene
            .is_over(accepted.at, scene.thresholds.stubborn)
            .then(|| {
                format!(
                    "a request to end it was accepted {} ago, {} leg is still open",
                    short(scene.since(accepted.at)),
                    who(&party.purpose)
                )
            })
    })
}

/// A leg in error, or one of ours or a machine's that broke while another stayed up. A customer whose line broke is gone like any
/// other: that is `orphan`.
fn error(scene: &Scene<'_>) -> Option<String> {
    let is_open = scene.conversation.open_legs().next().is_some();
    if !is_open {
        return None;
    }
    let live = scene.conversation.legs().find_map(|(party, leg)| {
        let party_name = who(&party.purpose);
        if leg.is_broken {
            return Some(format!("{party_name} leg is in error"));
        }
        let word = leg.disconnect.as_ref()?.as_str();
        let broke = !party.purpose.is_customer() && matches!(word, "error" | "transport.failure");
        broke.then(|| format!("{party_name} leg broke ({word}), another leg is still up"))
    });
    live.or_else(|| recorded_error(scene))
}

/// Analytics says of a session that something went wrong with it.
fn recorded_error(scene: &Scene<'_>) -> Option<String> {
    scene.record?.legs.iter().find_map(|leg| {
        let error = leg.error.as_ref()?;
        let party = who(&leg.purpose);
        Some(format!("{party} leg is in error, says analytics ({error})"))
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
    scene
        .is_over(scene.customer_left()?, scene.thresholds.gone)
        .then(|| left_behind(scene))
        .flatten()
}

/// In words: the customer left, an agent's leg is up.
pub(super) fn left_behind(scene: &Scene<'_>) -> Option<String> {
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
        let resumes = resumes?;
        scene.is_over(resumes, scene.thresholds.overdue).then(|| {
            let late = short(scene.since(resumes));
            format!("{party} parked it, was due back {late} ago")
        })
    })
}

/// The inactivity timer passed, and a leg is still up.
fn timer(scene: &Scene<'_>) -> Option<String> {
    let passed = scene.conversation.inactivity_timeout?;
    let is_late = scene.is_over(passed, scene.thresholds.timer) && scene.up(|_| true).is_some();
    is_late.then(|| {
        format!(
            "inactivity timer passed {} ago, nothing happened",
            short(scene.since(passed))
        )
    })
}

fn side(side: Side) -> &'static str {
    match side {
        Side::Customer => "customer",
        Side::Agent => "agent",
    }
}
