//! The recipes: heads of columns, a line for each, and at the foot what is to be said of the chosen one.

use jiff::Timestamp;

use crate::app::App;
use crate::app::lookout::recipes::{self, Recipes};
use crate::app::mouse::Spot;
use crate::app::tone::Tone;
use crate::ui::pages::frame;
use crate::ui::pen::Pen;

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &Recipes, now: Timestamp) {
    let right = (Tone::Dim, recipes::place(app));
    let said = recipes::said(app);
    let mut body = frame(pen, app, "Recipes", &right, &said, now);
    body.line(0, 0, &recipes::head(app.extent, screen), Tone::Plain);
    body.underline(0);
    let (width, height) = (body.width(), body.height());
    let foot = u16::try_from(recipes::foot(app.extent)).unwrap_or(0);
    let mut list = body.part(0, 1, width, height.saturating_sub(1 + foot));
    let lines = recipes::lines(app, screen);
    list.page(&lines, screen.top);
    for (y, at) in (0..list.height()).zip(screen.top..lines.len()) {
        list.spot(y, Spot::Line(at));
    }
    if foot > 0 {
        let at = height.saturating_sub(foot);
        body.rule(at);
        body.part(0, at + 1, width, foot - 1)
            .page(&recipes::foot_lines(app, screen), 0);
    }
}
