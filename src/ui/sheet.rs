//! A page in a box.

use super::pen::Pen;
use crate::app::action::{Action, Mode};
use crate::app::sheet::{self, Sheet};
use crate::app::{App, Key, KeyCode};

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, sheet: &Sheet) {
    let (width, height) = sheet::size(app.extent);
    let (rows, room) = sheet::room(app.extent);
    let lines = sheet.lines(room);
    let copy = app.key(Mode::Sheet, Action::Copy);
    let spelled = |code| pen.look.spelled(Key::plain(code));
    let more = lines.len().saturating_sub(sheet.top + rows);
    let more = match more {
        0 => String::new(),
        count => format!("   {} {count} more", spelled(KeyCode::Down)),
    };
    let foot = format!("Esc close   {copy} copy{more}");
    let height = u16::try_from(lines.len() + 2).map_or(height, |needed| needed.min(height));
    let mut inside = pen.dialog(width, height, false, &sheet.title, &foot);
    inside.page(&lines, sheet.top);
}
