//! What somebody can do who is here for the first time, in a box in the middle; where there is little room as plain lines.

use jiff::Timestamp;

use crate::app::App;
use crate::app::extent::Class;
use crate::app::lookout::welcome::{self, CHOICES, Welcome};
use crate::app::mouse::Spot;
use crate::app::tone::{Tone, glyph};
use crate::ui::pages::frame;
use crate::ui::pen::Pen;

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &Welcome, now: Timestamp) {
    let said = (Tone::Plain, welcome::said(app));
    let mut body = frame(pen, app, "Welcome", &(Tone::Dim, String::new()), &said, now);
    if app.extent.class() < Class::Normal {
        choices(&mut body, screen, 0, false);
        return;
    }
    let file = app.settings.configured.file.as_deref();
    let foot = file.unwrap_or("no profile yet");
    let mut inside = body.dialog(66, 18, false, "Welcome", foot);
    let intro = "Find stuck web messaging chats, and end them safely.";
    inside.line(2, 0, intro, Tone::Plain);
    choices(&mut inside, screen, 2, true);
}

/// The choices; with what they are, where there is room.
fn choices(pen: &mut Pen<'_>, screen: &Welcome, top: u16, is_whole: bool) {
    let mut y = top;
    for (at, (name, words, _)) in CHOICES.iter().enumerate() {
        let is_chosen = at == screen.at;
        let cursor = if is_chosen { glyph::CURSOR } else { " " };
        pen.line(
            2,
            y,
            &format!("{cursor} {}  {name}", at + 1),
            if is_chosen { Tone::Strong } else { Tone::Plain },
        );
        pen.spot(y, Spot::Choice(at));
        y += 1;
        if is_whole {
            for line in words {
                pen.line(7, y, line, Tone::Dim);
                pen.spot(y, Spot::Choice(at));
                y += 1;
            }
            y += 1;
        }
    }
}
