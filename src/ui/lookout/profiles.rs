//! The profiles: heads of columns, a line for each, and at the foot what is to be said of the chosen one.

use jiff::Timestamp;

use super::listed::{self, Foot};
use crate::app::App;
use crate::app::lookout::profiles::{self, Profiles};
use crate::app::tone::Tone;
use crate::ui::pages::frame;
use crate::ui::pen::Pen;

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &Profiles, now: Timestamp) {
    let file = app.settings.configured.file.as_deref();
    let right = (
        Tone::Dim,
        file.map_or_else(
            || "no configuration yet".to_owned(),
            |file| format!("config {file}"),
        ),
    );
    let said = profiles::said(app, screen);
    let mut body = frame(pen, app, "Profiles", &right, &said, now);
    let head = profiles::head(app.extent);
    let lines = profiles::lines(app, screen, now);
    let foot = Foot {
        rows: profiles::foot(app.extent),
        lines: profiles::foot_lines(app, screen, now),
    };
    listed::draw(&mut body, &head, &lines, screen.top, &foot);
}
