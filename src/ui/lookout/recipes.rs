//! The recipes: heads of columns, a line for each, and at the foot what is to be said of the chosen one.

use jiff::Timestamp;

use super::listed::{self, Foot};
use crate::app::App;
use crate::app::lookout::recipes::{self, Recipes};
use crate::app::tone::Tone;
use crate::ui::pages::frame;
use crate::ui::pen::Pen;

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &Recipes, now: Timestamp) {
    let right = (Tone::Dim, recipes::place(app));
    let said = recipes::said(app);
    let mut body = frame(pen, app, "Recipes", &right, &said, now);
    let head = recipes::head(app.extent, screen);
    let lines = recipes::lines(app, screen);
    let foot = Foot {
        rows: recipes::foot(app.extent),
        lines: recipes::foot_lines(app, screen),
    };
    listed::draw(&mut body, &head, &lines, screen.top, &foot);
}
