//! A cell of the board: one step of one chat, as glyph and figure; and the words at the row's end.

use jiff::Timestamp;

use crate::app::clock_text::tenths;
use crate::app::run_log::RunLog;
use crate::app::tone::{Tone, glyph};
use crate::domain::decide::{MAX_FAILED_READS, MAX_SENDS, Next, next};
use crate::domain::fact::{Class, FinalState, ItemEvent, RunEvent, Settled};
use crate::domain::item::{Item, Sent, planned_legs_are_closed};
use crate::domain::moment::since;
use crate::domain::run::RunState;
use crate::domain::step::Step;

/// One step of one chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its glyph.
    pub glyph: &'static str,
    /// Seconds, a status, or a count of tries.
    pub figure: String,
    /// Its role.
    pub tone: Tone,
}

fn made(glyph: &'static str, tone: Tone, figure: impl Into<String>) -> Cell {
    Cell {
        glyph,
        figure: figure.into(),
        tone,
    }
}

fn waiting() -> Cell {
    made(glyph::FRESH, Tone::Dim, "")
}

/// A step that was never taken: not needed where the chat is over, not reached where it stopped.
fn untaken(item: &Item, step: Step) -> Cell {
    let is_over = item
        .settled
        .as_ref()
        .is_some_and(|(settled, _)| settled.state.is_done());
    let is_passed =
        item.sends.iter().any(|sent| sent.action.step() > step) || item.clear_since.is_some();
    if is_over || is_passed {
        made(glyph::NEEDLESS, Tone::Dim, "")
    } else {
        waiting()
    }
}

/// The cell of a step.
pub fn cell(log: &RunLog, item: &Item, step: Step, now: Timestamp) -> Cell {
    match step {
        Step::Check => check(log, item),
        Step::Verify => verify(item, now),
        Step::Legs | Step::Close | Step::WrapUp | Step::Teardown => {
            let sends: Vec<&Sent> = item.sends_of(step).collect();
            match (sends.first(), sends.last()) {
                (Some(first), Some(last)) => sent(item, first, last, sends.len(), now),
                _ => untaken(item, step),
            }
        }
    }
}

fn check(log: &RunLog, item: &Item) -> Cell {
    let first_read = log
        .facts(item.plan.id)
        .iter()
        .find_map(|fact| match &fact.event {
            RunEvent::Item {
                what: ItemEvent::Observed { receipt, .. },
                ..
            } => Some(receipt.took_ms),
            _ => None,
        });
    let held = matches!(&item.settled, Some((settled, _)) if settled.state == FinalState::Held)
        && item.sends.is_empty();
    match (first_read, &item.trouble) {
        (Some(took), _) if held => made(glyph::SKIPPED, Tone::Warn, tenths(took.into())),
        (Some(took), _) => made(glyph::DONE, Tone::Good, tenths(took.into())),
        (None, Some(trouble)) if item.is_settled() => made(
            glyph::FAILED,
            Tone::Bad,
            trouble
                .failure
                .receipt
                .status
                .map_or_else(String::new, |status| status.to_string()),
        ),
        (None, Some(trouble)) => made(
            glyph::AGAIN,
            Tone::Warn,
            format!("{}/{MAX_FAILED_READS}", trouble.count),
        ),
        (None, None) => waiting(),
    }
}

fn verify(item: &Item, now: Timestamp) -> Cell {
    let clear = item.clear_since;
    match (&item.settled, clear) {
        (Some((settled, at)), Some(clear)) if is_proof(settled) => made(
            glyph::DONE,
            Tone::Good,
            tenths(since(clear, *at).as_millis()),
        ),
        (Some((settled, _)), _) if settled.state == FinalState::Escalate => {
            made(glyph::FAILED, Tone::Bad, "open")
        }
        (None, Some(clear)) => made(
            glyph::CURSOR,
            Tone::Strong,
            tenths(since(clear, now).as_millis()),
        ),
        _ => waiting(),
    }
}

fn is_proof(settled: &Settled) -> bool {
    settled.state.is_done() || settled.state == FinalState::WrapUpOwed
}

/// A step that was sent: to one target or several, once or again.
fn sent(item: &Item, first: &Sent, last: &Sent, count: usize, now: Timestamp) -> Cell {
    let Some(answer) = &last.answer else {
        let so_far = tenths(since(last.at, now).as_millis());
        return made(glyph::CURSOR, Tone::Strong, so_far);
    };
    let took = tenths(since(first.at, answer.at).as_millis());
    let status = answer.receipt.status.map(|status| status.to_string());
    match answer.class {
        Class::Accepted => {
            let took_effect =
                item.last_seen.as_ref().is_some_and(|seen| {
                    planned_legs_are_closed(&item.plan.evidence, &seen.evidence)
                }) || item
                    .sends
                    .last()
                    .is_some_and(|newest| newest.action.step() > last.action.step());
            if item.is_settled() || took_effect {
                made(glyph::DONE, Tone::Good, took)
            } else {
                made(glyph::CURSOR, Tone::Strong, took)
            }
        }
        Class::Ambiguous if !item.is_settled() => made(glyph::UNKNOWN, Tone::Warn, took),
        _ if item.skips_legs => made(glyph::SKIPPED, Tone::Warn, status.unwrap_or(took)),
        _ if item.is_settled() => made(glyph::FAILED, Tone::Bad, status.unwrap_or(took)),
        _ => made(glyph::AGAIN, Tone::Warn, format!("{count}/{MAX_SENDS}")),
    }
}

/// What a row says at its end.
pub fn result(log: &RunLog, item: &Item, now: Timestamp) -> (Tone, String) {
    if let Some((settled, _)) = &item.settled {
        return settled_words(settled);
    }
    let trouble = item
        .trouble
        .as_ref()
        .map(|trouble| trouble.failure.short())
        .or_else(|| {
            let answer = item.sends.last()?.answer.as_ref()?;
            answer
                .failure
                .as_ref()
                .map(crate::domain::failure::Failure::short)
        });
    let state = match next(item, &log.run.situation(now)) {
        _ if !item.is_begun() => String::new(),
        _ if item.pending().is_some() => "sent, waiting for the answer".to_owned(),
        Next::Wait { until, why } => {
            let left = since(now, until).as_millis();
            format!("{}s {why}", tenths(left))
        }
        Next::Read => "reading".to_owned(),
        Next::SeekEnd => "asking analytics".to_owned(),
        Next::Send { action, .. } => format!("sending {}", action.step().word()),
        Next::Settle(_) => "settling".to_owned(),
        Next::Idle if matches!(log.run.state, RunState::Paused(_)) => "paused".to_owned(),
        Next::Idle => String::new(),
    };
    match trouble {
        Some(trouble) if state.is_empty() => (Tone::Warn, trouble),
        Some(trouble) => (Tone::Warn, format!("{trouble}, {state}")),
        None => (Tone::Plain, state),
    }
}

/// A final state in its words, with its note or its reason.
pub fn settled_words(settled: &Settled) -> (Tone, String) {
    let word = settled.state.word();
    if let Some(incident) = &settled.incident {
        return (Tone::Bad, format!("{word}, INCIDENT: {incident}"));
    }
    match settled.state {
        FinalState::Ended if settled.reopened => {
            (Tone::Good, "ended, reopened by its customer".to_owned())
        }
        FinalState::Ended => (Tone::Good, word.to_owned()),
        FinalState::EndedElsewhere => (Tone::Good, "ended elsewhere".to_owned()),
        FinalState::WrapUpOwed => (Tone::Warn, "wrap-up owed".to_owned()),
        FinalState::Held => (Tone::Warn, format!("held: {}", settled.reason)),
        FinalState::Cancelled => (Tone::Dim, word.to_owned()),
        FinalState::Unresolved | FinalState::Escalate => {
            (Tone::Bad, format!("{word}: {}", settled.reason))
        }
    }
}
