//! The log of requests: heads of columns, a line for each, and at the foot the whole of the chosen one and figures of all.

use jiff::Timestamp;

use crate::app::App;
use crate::app::lookout::requests::{self, Requests};
use crate::app::mouse::Spot;
use crate::app::tone::Tone;
use crate::ui::pages::{frame, narrowing};
use crate::ui::pen::Pen;

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &Requests, now: Timestamp) {
    let right = (Tone::Plain, requests::heading(app, screen));
    let said = requests::said(app, screen);
    narrowing(pen, &screen.narrowing, 11);
    let mut body = frame(pen, app, "Requests", &right, &said, now);
    body.line(0, 0, &requests::head(app.extent), Tone::Plain);
    body.underline(0);
    let (width, height) = (body.width(), body.height());
    let foot = u16::try_from(requests::foot(app.extent)).unwrap_or(0);
    let rows = height.saturating_sub(1 + foot);
    let mut list = body.part(0, 1, width, rows);
    list.page(&requests::lines(app, screen, now), 0);
    let shown = screen.shown(&app.requests);
    for (y, request) in (0..list.height()).zip(shown.iter().skip(screen.top)) {
        list.spot(y, Spot::Request(request.number));
    }
    if foot > 0 {
        let at = height.saturating_sub(foot);
        body.rule(at);
        body.part(0, at + 1, width, foot - 1)
            .page(&requests::foot_lines(app, screen, now), 0);
    }
}
