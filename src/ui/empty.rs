//! A list without rows: why it is empty, and what to do.

use jiff::Timestamp;

use super::pen::Pen;
use crate::app::App;
use crate::app::chats::nothing::words;
use crate::app::tone::Tone;

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    let (headline, lines) = words(app, now);
    let top = pen.height().saturating_sub(4) / 2;
    pen.centre(top, &headline, Tone::Strong);
    for (y, line) in (top + 2..).zip(lines) {
        pen.centre(y, &line, Tone::Plain);
    }
}
