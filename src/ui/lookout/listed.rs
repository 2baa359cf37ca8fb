//! A list under the heads of its columns, and at the foot what is to be said of the chosen line.

use crate::app::mouse::Spot;
use crate::app::tone::{Tone, Words};
use crate::ui::pen::Pen;

/// What stands below the list.
pub(super) struct Foot {
    /// Its height with the rule above it; 0 where there is no room.
    pub(super) rows: usize,
    /// What is said there.
    pub(super) lines: Vec<Words>,
}

/// Draws them into the body of a screen, from the line `top` on.
pub(super) fn draw(body: &mut Pen<'_>, head: &str, lines: &[Words], top: usize, foot: &Foot) {
    body.line(0, 0, head, Tone::Plain);
    body.underline(0);
    let (width, height) = (body.width(), body.height());
    let rows = u16::try_from(foot.rows).unwrap_or(0);
    let mut list = body.part(0, 1, width, height.saturating_sub(1 + rows));
    list.page(lines, top);
    for (y, at) in (0..list.height()).zip(top..lines.len()) {
        list.spot(y, Spot::Line(at));
    }
    if rows > 0 {
        let at = height.saturating_sub(rows);
        body.rule(at);
        body.part(0, at + 1, width, rows - 1).page(&foot.lines, 0);
    }
}
