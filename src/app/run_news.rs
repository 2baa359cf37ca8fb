//! What of a run stays among the messages, when it was and by which id the service knows its request: pauses, halts, what was not ended,
//! incidents, the end. Everything else of it is on the board, and all of it in the journal.

use jiff::{SignedDuration, Timestamp};

use super::run_log::RunLog;
use super::tone::Tone;
use super::{App, Screen};
use crate::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact};
use crate::domain::failure::{Failure, Receipt};
use crate::domain::moment::since;

/// A pause or a halt comes at once after what caused it.
const AT_ONCE: SignedDuration = SignedDuration::from_secs(2);

/// Keeps what a fact of the run under way says, once the run has folded it. A run that stops by itself is told at once to who looks
/// elsewhere.
pub(super) fn keep(app: &mut App, fact: &RunFact, now: Timestamp) {
    let Some(live) = &app.live else {
        return;
    };
    let Some((tone, words, receipt)) = news(live, fact) else {
        return;
    };
    let text = format!("run {} {words}", live.run.header.id);
    let correlation = receipt.and_then(|receipt| receipt.correlation.as_ref());
    let correlation = correlation.map(ToString::to_string);
    let stands_still = matches!(
        fact.event,
        RunEvent::Paused { .. } | RunEvent::Halted { .. }
    );
    // Whatever lies over the board hides it.
    let is_watched = matches!(app.screens.last(), Some(Screen::Board(_))) && app.overlay.is_none();
    let is_one_of_many = matches!(
        &fact.event,
        RunEvent::Item { what: ItemEvent::Settled(settled), .. } if settled.incident.is_none()
    );
    if stands_still && !is_watched {
        app.notices.warn_of(text, correlation, now);
    } else if is_one_of_many {
        app.notices.record_one_of_many(tone, text, correlation, now);
    } else {
        app.notices.record_of(tone, text, correlation, now);
    }
    app.notices.was_of_run();
}

/// How grave it is, in words, and the request that it rests on.
fn news<'a>(live: &'a RunLog, fact: &'a RunFact) -> Option<(Tone, String, Option<&'a Receipt>)> {
    Some(match &fact.event {
        RunEvent::Confirmed => {
            let words = format!("began: {} to end", live.run.items.len());
            (Tone::Accent, words, None)
        }
        RunEvent::Recovered => {
            let words = "was taken up again from the journal".to_owned();
            (Tone::Accent, words, None)
        }
        RunEvent::Paused { why } => (
            Tone::Warn,
            format!("paused: {why}"),
            newest_failure(live, fact.at),
        ),
        RunEvent::Resumed => (Tone::Accent, "went on".to_owned(), None),
        RunEvent::Stopped { by } => {
            let words = format!("stopped by {by}: nothing new is started");
            (Tone::Warn, words, None)
        }
        RunEvent::Halted { why, .. } => (
            Tone::Bad,
            format!("halted: {why}"),
            newest_failure(live, fact.at),
        ),
        // Said by whoever shows the report.
        RunEvent::Finished => return None,
        RunEvent::Item { conversation, what } => {
            let id = conversation.short();
            let newest = live.facts(*conversation).iter().rev().find_map(receipt);
            match what {
                ItemEvent::Settled(settled) => match (&settled.incident, settled.state) {
                    (Some(incident), _) => {
                        (Tone::Bad, format!("{id} INCIDENT: {incident}"), newest)
                    }
                    (None, FinalState::Ended | FinalState::EndedElsewhere) => return None,
                    (None, state) => {
                        let words = format!("{id} {}: {}", state.word(), settled.reason);
                        (Tone::Warn, words, newest)
                    }
                },
                _ => return None,
            }
        }
    })
}

/// The newest request that failed, where that was just now.
fn newest_failure(live: &RunLog, now: Timestamp) -> Option<&Receipt> {
    let items = live.run.items.iter();
    let facts = items.flat_map(|item| live.facts(item.plan.id));
    let failed = facts.filter_map(|fact| Some((fact.at, failure(fact)?)));
    let (_, failure) = failed
        .filter(|(at, _)| since(*at, now) <= AT_ONCE)
        .max_by_key(|(at, _)| *at)?;
    Some(&failure.receipt)
}

fn failure(fact: &RunFact) -> Option<&Failure> {
    let RunEvent::Item { what, .. } = &fact.event else {
        return None;
    };
    match what {
        ItemEvent::ReadFailed { failure } => Some(failure),
        ItemEvent::EndSought { failure, .. } | ItemEvent::Answered { failure, .. } => {
            failure.as_ref()
        }
        _ => None,
    }
}

/// How the request of a fact went, if it is one and was answered.
pub(super) fn receipt(fact: &RunFact) -> Option<&Receipt> {
    let RunEvent::Item { what, .. } = &fact.event else {
        return None;
    };
    let receipt = match what {
        ItemEvent::Observed { receipt, .. } | ItemEvent::LateEffect { receipt, .. } => {
            Some(receipt)
        }
        ItemEvent::EndSought { receipt, .. } | ItemEvent::Answered { receipt, .. } => {
            receipt.as_ref()
        }
        _ => None,
    };
    receipt.or_else(|| Some(&failure(fact)?.receipt))
}
