//! The screen before there is a console: row 0 as every screen has it, and in the middle what is waited for.

use jiff::Timestamp;

use super::header::Head;
use super::pen::Pen;
use super::{chats, empty, header};
use crate::app::extent::Extent;
use crate::app::opening::Opening;
use crate::app::tone::Tone;

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, opening: &Opening, here: Extent, now: Timestamp) {
    let head = Head {
        label: &opening.label,
        profile: &opening.profile,
        place: &opening.place,
        writes: opening.writes,
    };
    let right = format!("opening {}", opening.waited(now));
    header::row(pen, here.class(), &head, (right, Tone::Plain), || {
        opening.waited(now)
    });
    let (headline, lines) = opening.words(now);
    // Where the list will say what it waits for, so that nothing jumps.
    let (body, end) = chats::body(here.class(), here.height);
    let room = end.saturating_sub(body);
    let mut middle = pen.part(0, body, here.width, room);
    empty::write(&mut middle, &headline, &lines);
}
