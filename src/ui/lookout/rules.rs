//! Rules and guards: heads of columns, and a line for each.

use jiff::Timestamp;

use crate::app::App;
use crate::app::lookout::counting::BEING_COUNTED;
use crate::app::lookout::rules::{self, Rulebook};
use crate::app::mouse::Spot;
use crate::app::tone::Tone;
use crate::ui::pages::frame;
use crate::ui::pen::Pen;

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &Rulebook, now: Timestamp) {
    let right = (
        Tone::Dim,
        "what forbids more applies at once; less, after a restart".to_owned(),
    );
    let said = rules::said(screen);
    let mut body = frame(pen, app, "Rules and guards", &right, &said, now);
    if screen.counted_at.is_none() {
        body.line(1, 0, BEING_COUNTED, Tone::Dim);
        return;
    }
    body.line(0, 0, &rules::head(app.extent), Tone::Plain);
    body.underline(0);
    let (width, height) = (body.width(), body.height());
    let mut list = body.part(0, 1, width, height.saturating_sub(1));
    list.page(&rules::lines(app.extent, screen), screen.top);
    for (y, line) in (0..list.height()).zip(screen.top..) {
        if let Some(at) = rules::entry_at(screen, line) {
            list.spot(y, Spot::Line(at));
        }
    }
}
