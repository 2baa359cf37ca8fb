//! The teardown of a stray: of what is over in truth and open in analytics (`desync`, `ghost`). There is no leg that a read could show
//! closed, so analytics' own word is the proof: asked right before the request, and for ten minutes after it.

use jiff::{SignedDuration, Timestamp};

use super::ladder;
use super::readings::{Scene, verify};
use super::{Next, fulfil, settle};
use crate::domain::fact::{FinalState, Settled};
use crate::domain::item::{Answer, Proof};
use crate::domain::moment::{after, since};
use crate::domain::step::Rung;

/// Before the request analytics may give no answer this often in a row, at most.
const TRIES: u32 = 2;
/// And this often, at most, where each answer grew old before the request could leave.
const MAX_STALE_ANSWERS: u32 = 5;
/// How old analytics' word may be when the request is decided that rests on it: a read comes between the two at most.
const FRESH: SignedDuration = SignedDuration::from_secs(5);

/// The plan is to tear down what is over in truth.
pub(super) fn is_one(scene: &Scene<'_>) -> bool {
    scene.situation.rung == Rung::Teardown && scene.item.plan.is_stray()
}

/// What comes next, while reads show what the plan shows: nothing open.
pub(super) fn next(scene: &Scene<'_>) -> Next {
    let acted = scene
        .item
        .last_effective()
        .and_then(|sent| sent.answer.as_ref());
    match acted {
        Some(answer) => prove(scene, answer),
        None => send(scene),
    }
}

/// The request leaves only while analytics still has it as open, by a word that is fresh.
fn send(scene: &Scene<'_>) -> Next {
    let (item, situation) = (scene.item, scene.situation);
    let held = |why: &str| settle(FinalState::Held, why);
    match &item.proof {
        _ if item.is_read_only => settle(
            FinalState::Unresolved,
            "it was only read, as it had no known state",
        ),
        Proof { ended: Some(_), .. } => verify(scene, false),
        Proof { asked: 1.., .. } if situation.is_stopping => settle(
            FinalState::Unresolved,
            "stopped before the teardown was carried out",
        ),
        Proof {
            failure: Some(failure),
            failed,
            ..
        } if *failed >= TRIES => held(&format!(
            "analytics gave no answer, so nothing was sent: {}",
            failure.words()
        )),
        Proof {
            failure: None,
            asked: 1..,
            ..
        } if is_fresh(&item.proof, situation.now) => fulfil(
            item,
            scene.seen,
            ladder::push(item, scene.now(), situation),
            situation,
        ),
        _ if situation.is_paused => Next::Idle,
        Proof {
            asked: MAX_STALE_ANSWERS..,
            ..
        } => settle(
            FinalState::Unresolved,
            "each time the word of analytics was over five seconds old before the request could leave",
        ),
        _ => Next::SeekEnd,
    }
}

/// By the clock, however long the run was paused or the program was not there meanwhile. A clock that was set back says nothing.
fn is_fresh(proof: &Proof, now: Timestamp) -> bool {
    proof.sent_at.is_some_and(|sent_at| {
        let age = since(sent_at, now);
        age <= FRESH && !age.is_negative()
    })
}

/// After the request: over once analytics knows of the end.
fn prove(scene: &Scene<'_>, answer: &Answer) -> Next {
    let (proof, situation) = (&scene.item.proof, scene.situation);
    if proof.ended.is_some() {
        return verify(scene, scene.is_written_to_again());
    }
    if situation.is_stopping && proof.asked > 0 {
        let why = "stopped while analytics still knew of no end; a resume asks again";
        return Next::Settle(Settled {
            incident: scene.item.incident.clone(),
            ..Settled::new(FinalState::Unresolved, why)
        });
    }
    if situation.is_paused && !situation.is_stopping {
        return Next::Idle;
    }
    let waits = situation.timings.stray.iter();
    let due = waits
        .map(|wait| after(answer.at, *wait))
        .find(|due| proof.asked_at.is_none_or(|at| at < *due));
    match due {
        Some(until) if until > situation.now && !situation.is_stopping => Next::Wait {
            until,
            why: "for analytics to know of its end",
        },
        Some(_) => Next::SeekEnd,
        None => {
            let why = match &proof.failure {
                Some(failure) => format!(
                    "the teardown was sent, and analytics gave no answer: {}",
                    failure.words()
                ),
                None => "the teardown was sent, and analytics still knows of no end".to_owned(),
            };
            Next::Settle(Settled {
                incident: scene.item.incident.clone(),
                ..Settled::new(FinalState::Escalate, why)
            })
        }
    }
}
