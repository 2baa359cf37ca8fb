//! A conversation that reads say is not there (404, 410). Gone is not over: the access or the division may have changed. It counts as
//! over only where this run read it before and analytics, asked after the second such answer, knows of its end (`engine.md` I10).

use jiff::{SignedDuration, Timestamp};

use super::{Next, Situation};
use crate::domain::fact::{FinalState, Settled};
use crate::domain::item::{Item, Trouble, planned_legs_are_closed};
use crate::domain::moment::after;

/// This often in a row a read says so before analytics is asked.
pub(super) const SAID_TWICE: u32 = 2;

/// What comes next once reads have said so twice.
pub(super) fn next(item: &Item, trouble: &Trouble, situation: &Situation<'_>) -> Next {
    if item.last_seen.is_none() {
        return held(item, trouble, "this run never read it");
    }
    let proof = &item.proof;
    if let Some(ended) = proof.ended.filter(|ended| is_its_end(item, *ended)) {
        return over(item, trouble, ended);
    }
    match situation
        .timings
        .proof
        .get(usize::try_from(proof.asked).unwrap_or(usize::MAX))
    {
        Some(_) if situation.is_paused && !situation.is_stopping => Next::Idle,
        Some(wait) => {
            let until = after(trouble.at, *wait);
            if until > situation.now {
                Next::Wait {
                    until,
                    why: "for analytics to know of its end",
                }
            } else {
                Next::SeekEnd
            }
        }
        None => {
            let why = match (&proof.failure, proof.ended) {
                (Some(failure), _) => format!("analytics gave no answer: {}", failure.words()),
                (None, Some(ended)) => {
                    format!(
                        "analytics knows only of an end at {ended:.0}, and it was read as open after that"
                    )
                }
                (None, None) => "analytics knows of no end".to_owned(),
            };
            held(item, trouble, &why)
        }
    }
}

/// The end that analytics knows is the one that the reads tell of: this run read the conversation, and not as open after that end, by the
/// platform's clock where it said.
pub fn is_its_end(item: &Item, ended: Timestamp) -> bool {
    let Some(last) = &item.last_seen else {
        return false;
    };
    let was_over =
        last.evidence.is_clear() && planned_legs_are_closed(&item.plan.evidence, &last.evidence);
    let took = i64::try_from(last.receipt.took_ms).unwrap_or(i64::MAX);
    let asked = last.receipt.date.map_or(last.read_at, |date| {
        after(date, SignedDuration::from_millis(took.saturating_neg()))
    });
    was_over || ended >= asked
}

fn over(item: &Item, trouble: &Trouble, ended: Timestamp) -> Next {
    let state = if item.has_acted() {
        FinalState::Ended
    } else {
        FinalState::EndedElsewhere
    };
    let reason = format!(
        "it is gone ({}), and analytics says that it ended at {ended:.0}",
        trouble.failure.short()
    );
    Next::Settle(Settled {
        incident: item.incident.clone(),
        ..Settled::new(state, reason)
    })
}

fn held(item: &Item, trouble: &Trouble, why: &str) -> Next {
    let reason = format!(
        "gone, and not proven: {why}. The reads said: {}",
        trouble.failure.words()
    );
    Next::Settle(Settled {
        incident: item.incident.clone(),
        ..Settled::new(FinalState::Held, reason)
    })
}
