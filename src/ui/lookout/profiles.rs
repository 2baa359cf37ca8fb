//! The profiles: heads of columns, a line for each, and at the foot what is to be said of the chosen one.

use jiff::Timestamp;

use crate::app::App;
use crate::app::lookout::profiles::{self, Profiles};
use crate::app::mouse::Spot;
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
    body.line(0, 0, &profiles::head(app.extent), Tone::Plain);
    body.underline(0);
    let (width, height) = (body.width(), body.height());
    let foot = u16::try_from(profiles::foot(app.extent)).unwrap_or(0);
    let mut list = body.part(0, 1, width, height.saturating_sub(1 + foot));
    let lines = profiles::lines(app, screen, now);
    list.page(&lines, screen.top);
    for (y, at) in (0..list.height()).zip(screen.top..lines.len()) {
        list.spot(y, Spot::Line(at));
    }
    if foot > 0 {
        let at = height.saturating_sub(foot);
        body.rule(at);
        body.part(0, at + 1, width, foot - 1)
            .page(&profiles::foot_lines(app, screen, now), 0);
    }
}
