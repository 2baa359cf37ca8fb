//! What a plan leaves out, below what it will end, with each reason as far as it fits its row.

use crate::app::mouse::Spot;
use crate::app::planning::Planning;
use crate::app::planning::left_out::shown;
use crate::app::tone::{Tone, glyph};
use crate::domain::plan::Plan;
use crate::ui::pen::Pen;

/// Draws `below` lines of it from `y` on, and says where they end.
pub(super) fn draw(
    pen: &mut Pen<'_>,
    planning: &Planning,
    plan: &Plan,
    mut y: u16,
    below: usize,
) -> u16 {
    let skipped = plan.skipped.len();
    let from = planning.top_left_out;
    let shown = shown(below, skipped);
    let rows = plan.skipped.iter().enumerate().skip(from).take(shown);
    for (place, left_out) in rows {
        let is_chosen = planning.line == plan.items.len() + place;
        if is_chosen {
            pen.line(0, y, glyph::CURSOR, Tone::Strong);
        }
        let x = pen.line(3, y, &left_out.id.short(), Tone::Plain);
        let x = pen.line(x + 2, y, glyph::SKIPPED, Tone::Warn);
        let x = pen.line(x + 1, y, "left out  ", Tone::Warn);
        pen.line(x, y, &left_out.reason, Tone::Plain);
        if is_chosen {
            pen.choose(y);
        }
        pen.spot(y, Spot::Chat(left_out.id));
        y += 1;
    }
    if below > shown {
        let rest = skipped.saturating_sub(from + shown);
        let words = match (from, rest) {
            (0, _) => format!("… and {rest} more are left out"),
            (_, 0) => format!("… and {from} more above"),
            _ => format!("… {from} more above, {rest} more below"),
        };
        pen.line(3, y, &words, Tone::Dim);
        y += 1;
    }
    y
}
