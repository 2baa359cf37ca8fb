//! A report for a ticket (`y`): who, when, how it came out, and what needs somebody, with the ids by which the platform's support finds
//! the requests. No customer's or agent's name is in it, unless the operator's note has one.

use jiff::tz::TimeZone;

use super::groups::{Answers, correlation, cut_short, kinds};
use super::needy::why;
use super::next::next_step;
use super::span_words;
use crate::app::clock_text::elapsed;
use crate::app::run_log::RunLog;
use crate::domain::fact::FinalState;
use crate::domain::moment::since;

/// The text.
pub(super) fn text(log: &RunLog, zone: &TimeZone) -> String {
    let (run, header) = (&log.run, &log.run.header);
    let tally = run.tally();
    let mut counts: Vec<String> = FinalState::ALL
        .into_iter()
        .filter(|state| tally.of(*state) > 0)
        .map(|state| format!("{} {}", tally.of(state), state.word()))
        .collect();
    let open = tally.planned.saturating_sub(tally.finals());
    if open > 0 {
        counts.push(format!("{open} without a final state"));
    }
    if tally.incidents > 0 {
        counts.push(format!("{} with an INCIDENT", tally.incidents));
    }
    let from = run.confirmed.unwrap_or(header.created);
    let took = run.finished.map_or_else(String::new, |to| {
        format!(", took {}", elapsed(since(from, to)))
    });
    let mut lines = vec![
        format!(
            "run {} of {} ({}), by {}",
            header.id, header.plan.profile, header.label, header.operator
        ),
        format!("{}{took}", span_words(log, zone)),
        format!("{} planned: {}", tally.planned, counts.join(", ")),
        format!("kinds: {}", kinds(log)),
        format!(
            "{}, plan {}, {} requests{}",
            header.plan.manner(),
            header.plan.hash,
            tally.requests,
            Answers::of(log).words()
        ),
        format!("note: {}", header.note.as_deref().unwrap_or("none")),
    ];
    if let Some((_, why)) = cut_short(log) {
        lines.push(format!("cut short: {why}"));
    }
    for item in log.needs_you() {
        let Some((settled, _)) = &item.settled else {
            continue;
        };
        let id = item.plan.id;
        let why = why(item, settled);
        let incident = if settled.incident.is_some() {
            ", INCIDENT"
        } else {
            ""
        };
        lines.extend([
            String::new(),
            format!("{id} {}{incident}: {why}", settled.state.word()),
            format!(
                "  next: {}",
                next_step(&log.keys, &log.run.header.plan, item)
            ),
            format!("  correlation: {}", correlation(log, id).unwrap_or("none")),
        ]);
    }
    lines.join("\n")
}
