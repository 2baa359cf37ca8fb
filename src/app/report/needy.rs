//! The chats that need somebody: each with why and what to do next. Those that came out alike share one entry.

use super::groups::{WIDE, correlation};
use super::next::next_step;
use super::state_words;
use crate::app::run_log::{RunLog, alike};
use crate::app::tone::{Tone, Words, folded, glyph};
use crate::domain::fact::Settled;
use crate::domain::item::Item;
use crate::domain::text;

/// How wide a chat is in an entry of several: cursor, id, name.
const CELL: usize = 21;

/// The entries; `chosen` is the place of the chat under the cursor.
pub(super) fn entries(log: &RunLog, needs: &[&Item], chosen: usize, width: usize) -> Vec<Words> {
    let mut lines = Vec::new();
    let mut from = 0;
    for group in needs.chunk_by(|one, next| alike(one).is_some() && alike(one) == alike(next)) {
        let here = chosen.checked_sub(from).filter(|here| *here < group.len());
        lines.extend(entry(log, group, here, width));
        from += group.len();
    }
    lines
}

/// Why a chat came out so: an incident before all else.
pub(super) fn why(item: &Item, settled: &Settled) -> String {
    let incident = settled.incident.clone();
    incident.unwrap_or_else(|| item.why(settled))
}

fn entry(log: &RunLog, group: &[&Item], here: Option<usize>, width: usize) -> Vec<Words> {
    let Some((item, (settled, _))) = group
        .first()
        .and_then(|item| Some((item, item.settled.as_ref()?)))
    else {
        return Vec::new();
    };
    let (mark, tone, _) = state_words(settled.state);
    let (tone, incident) = match settled.incident {
        Some(_) => (Tone::Bad, ", INCIDENT"),
        None => (tone, ""),
    };
    let state = format!("{}{incident}", settled.state.word());
    let mut lines = if group.len() == 1 {
        let id = item.plan.id;
        let cursor = if here.is_some() { glyph::CURSOR } else { " " };
        let line = Words::plain(format!(" {cursor} "))
            .and(tone, format!("{mark} {}  ", id.short()))
            .and(Tone::Plain, text::fit(log.customer(id), 10))
            .and(Tone::Plain, " ")
            .and(tone, state);
        vec![
            line.and(Tone::Dim, last_request(log, item, width))
                .chosen(here.is_some()),
        ]
    } else {
        let head = format!("   {mark} {} {state}", group.len());
        let mut lines = vec![Words::new(tone, head)];
        lines.extend(members(log, group, here, width));
        lines
    };
    let next = next_step(&log.keys, &log.run.header.plan, item);
    for (label, text, tone) in [
        ("why:", why(item, settled), Tone::Plain),
        ("next:", next, Tone::Accent),
    ] {
        let label = Words::plain(format!("{label:>20} "));
        lines.extend(folded(label, &text, tone, width));
    }
    lines
}

/// The chats of an entry of several, as many to a line as there is room for.
fn members(log: &RunLog, group: &[&Item], here: Option<usize>, width: usize) -> Vec<Words> {
    let is_known = |item: &&Item| !last_request(log, item, width).is_empty();
    let each = if group.iter().any(is_known) {
        1
    } else {
        (width.saturating_sub(4) / CELL).max(1)
    };
    let row = |(row, items): (usize, &[&Item])| {
        let mut words = Words::plain("    ");
        for (place, item) in items.iter().enumerate() {
            let is_here = here == Some(row * each + place);
            let cursor = if is_here { glyph::CURSOR } else { " " };
            let id = item.plan.id;
            let cell = format!(
                "{cursor}{} {} ",
                id.short(),
                text::fit(log.customer(id), 10)
            );
            words = words
                .and(Tone::Plain, cell)
                .and(Tone::Dim, last_request(log, item, width));
        }
        let is_here = here.is_some_and(|here| here / each == row);
        words.chosen(is_here)
    };
    group.chunks(each).enumerate().map(row).collect()
}

/// Where there is room, the id by which the platform's support finds the last request for a chat.
fn last_request(log: &RunLog, item: &Item, width: usize) -> String {
    let known = correlation(log, item.plan.id).filter(|_| width >= WIDE);
    known.map_or_else(String::new, |id| format!("  correlation {id}"))
}
