//! The list of wrap-up codes: what is typed, how the list stands, and the codes.

use crate::app::App;
use crate::app::planning::codes::{self, CodeMenu, Entry};
use crate::app::tone::{Tone, glyph};
use crate::app::{Key, KeyCode};
use crate::domain::text::{cells, cut};
use crate::ui::pen::Pen;

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, menu: &CodeMenu) {
    let (width, height) = codes::size(app.extent);
    let foot = keys(pen);
    let mut inside = pen.dialog(width, height, false, "Wrap-up code of the plan", &foot);
    let x = inside.line(1, 0, "code  ", Tone::Dim);
    inside.typed(x, 0, usize::from(width).saturating_sub(11), &menu.typed);
    inside.line(1, 1, &codes::state_words(app), Tone::Dim);
    inside.rule(2);
    let entries = codes::entries(app, menu);
    let tall = inside.height();
    for (y, one) in (3..tall).zip(entries.iter().skip(menu.top)) {
        entry(&mut inside, y, one, one.id == menu.chosen);
    }
    if entries.is_empty() {
        inside.line(3, 3, "no code has these words", Tone::Warn);
    }
}

/// The keys of a list from which a plan takes something.
pub(super) fn keys(pen: &Pen<'_>) -> String {
    let spelled = |code| pen.look.spelled(Key::plain(code));
    format!(
        "{} plan with it   {} {} choose   Esc cancel",
        spelled(KeyCode::Enter),
        spelled(KeyCode::Up),
        spelled(KeyCode::Down),
    )
}

fn entry(pen: &mut Pen<'_>, y: u16, entry: &Entry, is_chosen: bool) {
    let cursor = if is_chosen { glyph::CURSOR } else { " " };
    let now = if entry.is_now { glyph::DONE } else { " " };
    let width = usize::from(pen.width());
    let id = entry.id.as_ref().map_or("", |id| id.as_str());
    let start = cut(id, 8);
    let beside = match entry.beside.as_str() {
        // A name is worth more than what stands beside it, unless there are two of it.
        _ if width < 50 && entry.is_namesake => start,
        _ if width < 50 => String::new(),
        "" => start,
        beside if entry.is_namesake => format!("{beside}  {start}"),
        beside => beside.to_owned(),
    };
    let room = width.saturating_sub(cells(&beside) + 9);
    let line = format!(" {cursor} {now} {}", cut(&entry.name, room));
    pen.line(0, y, &line, Tone::Plain);
    pen.right(y, &beside, Tone::Dim);
    if is_chosen {
        pen.choose(y);
    }
}
