//! What a read means (`engine.md` 3.5): its rows in their order. The first that fits decides, and nothing else does.

use super::ladder::{self, Want};
use super::{Next, Situation, fulfil, settle, stray};
use crate::domain::conversation::Side;
use crate::domain::evidence::{Change, Evidence, who};
use crate::domain::fact::{FinalState, Settled};
use crate::domain::item::{Item, Seen, planned_legs_are_closed};
use crate::domain::moment::after;

/// A row: what a read shows, and what follows.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// Whether a request of ours may have had an effect: no, yes, or either way.
    pub acted: Option<bool>,
    /// What it shows.
    pub shows: &'static str,
    /// What follows, in words.
    pub so: &'static str,
    /// What follows, where the row fits.
    rule: fn(&Scene<'_>) -> Option<Next>,
}

/// A read, and what it is judged in.
pub(super) struct Scene<'a> {
    pub(super) item: &'a Item,
    pub(super) seen: &'a Seen,
    pub(super) situation: &'a Situation<'a>,
}

const fn row(
    acted: Option<bool>,
    shows: &'static str,
    so: &'static str,
    rule: fn(&Scene<'_>) -> Option<Next>,
) -> Reading {
    Reading {
        acted,
        shows,
        so,
        rule,
    }
}

/// Every row, in its order. "News" is a leg, of another medium too, or a human message that the plan does not show.
pub const READINGS: [Reading; 13] = [
    row(
        None,
        "an unknown word on an open leg",
        "held: new words fail closed",
        unknown,
    ),
    row(
        Some(false),
        "no message leg open; where the plan showed none open either, also no wrap-up owed",
        "a second read after 2 s, then `ended-elsewhere`, or `wrap-up-owed`",
        over_already,
    ),
    row(
        Some(false),
        "anything but what the plan shows: news, a leg closed, in another state or of another connect time, another wrap-up",
        "held: who or what",
        not_as_planned,
    ),
    row(
        Some(false),
        "what the plan shows; but a notification of the last 60 s showed a person or a message that it does not",
        "held: who or what, and that a notification said so",
        sighted,
    ),
    row(
        Some(true),
        "news: the customer wrote after our last request took effect, nobody was cut off, and the planned legs are closed; not in the teardown of what showed none open, whose proof is analytics",
        "a second read after 2 s, then `ended`, reopened; nothing more is sent",
        reopened,
    ),
    row(
        Some(true),
        "other news, and no message leg open",
        "a second read after 2 s, then `ended`, with the incident if somebody was cut off",
        over_with_news,
    ),
    row(
        Some(true),
        "other news, and a message leg open",
        "read on while our request may still take effect, 15 s at most, then held; nothing more is sent",
        news_while_open,
    ),
    row(
        None,
        "no message leg open, wrap-up owed by a party of the plan, a code in the plan, rung `close`",
        "`wrap-up`; once it is refused, spent or may not be sent, the next row",
        wrap_up,
    ),
    row(
        None,
        "no message leg open",
        "a second read after 2 s, then `ended`, or `wrap-up-owed`",
        clear,
    ),
    row(
        Some(true),
        "a message leg open, and somebody was cut off whom the check had not shown",
        "held, with the incident",
        cut_off,
    ),
    row(
        None,
        "a message leg open, of an item that may only be read",
        "unresolved",
        only_read,
    ),
    row(
        Some(true),
        "a message leg open, and a request due; but a notification of the last 60 s showed a person or a message that neither the plan nor the read does",
        "held: who or what, and that a notification said so; a wrap-up is sent all the same, as it cuts nobody off",
        sighted_since,
    ),
    row(
        None,
        "planned message legs open",
        "the ladder: legs of people first, bots 10 s to leave, then `close` if the rung allows; all spent: `escalate`",
        push,
    ),
];

pub(super) fn judge(scene: &Scene<'_>) -> Next {
    // The last row fits always.
    READINGS
        .iter()
        .find_map(|reading| (reading.rule)(scene))
        .unwrap_or(Next::Idle)
}

pub(super) fn first_that_fits(scene: &Scene<'_>) -> Option<&'static Reading> {
    READINGS
        .iter()
        .find(|reading| (reading.rule)(scene).is_some())
}

impl Scene<'_> {
    fn planned(&self) -> &Evidence {
        &self.item.plan.evidence
    }

    pub(super) fn now(&self) -> &Evidence {
        &self.seen.evidence
    }

    fn planned_are_closed(&self) -> bool {
        planned_legs_are_closed(self.planned(), self.now())
    }

    fn is_over(&self) -> bool {
        self.now().is_clear() && self.planned_are_closed()
    }

    /// What a read after our own send shows that it should not.
    fn news(&self) -> Option<Change> {
        self.planned()
            .news_in(self.now())
            .filter(|_| self.item.has_acted())
    }

    /// The customer wrote after our last request took effect. What was written before would be an incident.
    pub(super) fn is_written_to_again(&self) -> bool {
        let mut wrote = self.seen.aside.written.iter();
        self.news().is_some()
            && self.item.incident.is_none()
            && self.planned_are_closed()
            && wrote.any(|message| message.from == Side::Customer)
    }
}

fn unknown(scene: &Scene<'_>) -> Option<Next> {
    let word = scene.now().unknown_word()?;
    let reason = format!("a word this version does not know is on an open leg: {word}");
    Some(settle(FinalState::Held, &reason))
}

fn over_already(scene: &Scene<'_>) -> Option<Next> {
    let was_open = !scene.planned().is_clear();
    let fits =
        !scene.item.has_acted() && scene.is_over() && (was_open || scene.now().wrap_up.is_empty());
    let fits = fits && !stray::is_one(scene);
    fits.then(|| verify(scene, false))
}

fn not_as_planned(scene: &Scene<'_>) -> Option<Next> {
    if scene.item.has_acted() {
        return None;
    }
    let change = scene.planned().change_to(scene.now())?;
    Some(held(&change, None))
}

/// Reads may lag behind what notifications say: whoever saw somebody last is believed (`threats.md` T38).
fn sighted(scene: &Scene<'_>) -> Option<Next> {
    (!scene.item.has_acted())
        .then(|| seen_by_notifications_alone(scene))
        .flatten()
}

fn seen_by_notifications_alone(scene: &Scene<'_>) -> Option<Next> {
    let mut fresh = scene.item.sightings.iter();
    let change = fresh.find_map(|sighting| {
        let seen = scene.seen;
        sighting
            .unexplained(scene.planned(), &seen.evidence, &seen.aside)
            .filter(|_| sighting.holds(scene.situation.now))
    })?;
    let reason = format!(
        "{}, as a notification says; the read does not show it",
        change.words()
    );
    Some(Next::Settle(Settled {
        change: Some(change),
        ..Settled::new(FinalState::Held, reason)
    }))
}

fn reopened(scene: &Scene<'_>) -> Option<Next> {
    let is_reopened = scene.is_written_to_again() && !stray::is_one(scene);
    is_reopened.then(|| verify(scene, true))
}

fn over_with_news(scene: &Scene<'_>) -> Option<Next> {
    scene.news()?;
    scene.is_over().then(|| no_leg_open(scene))
}

fn news_while_open(scene: &Scene<'_>) -> Option<Next> {
    let change = scene.news()?;
    // Whatever is said of it then must be true of it then: a request that takes effect late does so before, not after.
    let want = ladder::effect_to_come(scene.item, scene.now(), scene.situation);
    Some(match want {
        Some(want) => fulfil(scene.item, scene.seen, want, scene.situation),
        None => held(&change, scene.item.incident.clone()),
    })
}

fn wrap_up(scene: &Scene<'_>) -> Option<Next> {
    let (item, situation) = (scene.item, scene.situation);
    // A recipe sends what stands in it, and nothing else.
    if !scene.now().is_clear() || situation.recipe.is_some() {
        return None;
    }
    let want = ladder::wrap_up(item, scene.now(), situation)?;
    let may_send = !situation.is_stopping && !item.is_read_only && item.incident.is_none();
    if matches!(want, Want::Send(_)) && !may_send {
        return None;
    }
    Some(fulfil(item, scene.seen, want, situation))
}

fn clear(scene: &Scene<'_>) -> Option<Next> {
    scene.now().is_clear().then(|| no_leg_open(scene))
}

/// Reads are the proof, unless no leg was open to begin with.
fn no_leg_open(scene: &Scene<'_>) -> Next {
    if stray::is_one(scene) {
        stray::next(scene)
    } else {
        verify(scene, false)
    }
}

fn cut_off(scene: &Scene<'_>) -> Option<Next> {
    let incident = scene.item.incident.clone()?;
    Some(Next::Settle(Settled {
        incident: Some(incident),
        ..Settled::new(
            FinalState::Held,
            "somebody came whom the plan does not show",
        )
    }))
}

fn only_read(scene: &Scene<'_>) -> Option<Next> {
    scene.item.is_read_only.then(|| {
        settle(
            FinalState::Unresolved,
            "still open; it was only read, as it had no known state",
        )
    })
}

/// What a request of ours did is judged by reads alone; but whoever came meanwhile is not cut off by the next one.
fn sighted_since(scene: &Scene<'_>) -> Option<Next> {
    let is_due = scene.item.has_acted() && matches!(push(scene), Some(Next::Send { .. }));
    is_due.then(|| seen_by_notifications_alone(scene)).flatten()
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of every row")]
fn push(scene: &Scene<'_>) -> Option<Next> {
    let want = ladder::push(scene.item, scene.now(), scene.situation);
    Some(fulfil(scene.item, scene.seen, want, scene.situation))
}

/// Two reads apart must both show the planned legs closed; then it is over, and what of.
pub(super) fn verify(scene: &Scene<'_>, reopened: bool) -> Next {
    let Scene {
        item,
        seen,
        situation,
    } = scene;
    if let Some(leg) = seen.aside.missing(&item.plan.evidence, &seen.evidence) {
        return Next::Settle(Settled {
            incident: item.incident.clone(),
            ..Settled::new(
                FinalState::Held,
                format!(
                    "the service no longer mentions the {} leg of the plan, neither open nor closed",
                    who(&leg.purpose)
                ),
            )
        });
    }
    let first = item.clear_since.unwrap_or(seen.arrived);
    let due = after(first, situation.timings.verify_gap);
    if seen.read_at < due {
        return if situation.now < due {
            Next::Wait {
                until: due,
                why: "to verify",
            }
        } else {
            Next::Read
        };
    }
    let (state, reason) = if !seen.evidence.wrap_up.is_empty() && !reopened {
        (
            FinalState::WrapUpOwed,
            "no leg is open; an agent still owes wrap-up",
        )
    } else if !item.has_acted() {
        (
            FinalState::EndedElsewhere,
            "it had ended already; nothing was sent",
        )
    } else if stray::is_one(scene) {
        let why = if reopened {
            "analytics knows of its end now; the customer wrote again afterwards"
        } else {
            "analytics knows of its end now"
        };
        (FinalState::Ended, why)
    } else if reopened {
        (
            FinalState::Ended,
            "the planned legs are closed; the customer wrote again afterwards",
        )
    } else {
        (FinalState::Ended, "two reads show no open leg")
    };
    Next::Settle(Settled {
        reopened,
        incident: item.incident.clone(),
        ..Settled::new(state, reason)
    })
}

fn held(change: &Change, incident: Option<String>) -> Next {
    Next::Settle(Settled {
        change: Some(change.clone()),
        incident,
        ..Settled::new(FinalState::Held, change.words())
    })
}
