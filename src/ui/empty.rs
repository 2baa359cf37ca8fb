//! A list without rows: why it is empty, and what to do.

use jiff::Timestamp;

use super::pen::Pen;
use crate::app::App;
use crate::app::chats::nothing::words;
use crate::app::tone::{Tone, wrap};
use crate::domain::text::cells;

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    let (headline, lines) = words(app, now);
    write(pen, &headline, &lines);
}

/// A headline in the middle, and lines below it.
pub(crate) fn write(pen: &mut Pen<'_>, headline: &str, lines: &[String]) {
    let room = usize::from(pen.width().saturating_sub(2));
    // Where there is little room, whole sentences in more rows.
    let lines = lines.iter().flat_map(|line| match cells(line) {
        0 => Vec::new(),
        wide if wide <= room => vec![line.clone()],
        _ => wrap(line, room),
    });
    let lines: Vec<String> = lines.collect();
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let needed = pen.height().saturating_sub(count.saturating_add(2));
    let top = (pen.height().saturating_sub(4) / 2).min(needed);
    let gap = if pen.height() < count.saturating_add(2) {
        1
    } else {
        2
    };
    pen.centre(top, headline, Tone::Strong);
    for (y, line) in (top + gap..).zip(lines) {
        pen.centre(y, &line, Tone::Plain);
    }
}
