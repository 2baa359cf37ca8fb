//! The page of all messages: a line each, and the whole of the one under the cursor below them.

use jiff::Timestamp;

use super::pages::frame;
use super::pen::Pen;
use crate::app::App;
use crate::app::clock_text::clock;
use crate::app::messages::{self, MessagesScreen};
use crate::app::mouse::Spot;
use crate::app::notices::{MOST, Notice};
use crate::app::tone::{Tone, Words, glyph, wrap};

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &MessagesScreen, now: Timestamp) {
    let count = app.notices.kept().len();
    let right = (
        Tone::Plain,
        format!("{count} kept of {MOST} at most, newest first"),
    );
    let said = (
        Tone::Dim,
        "Messages are kept until the console is left; runs are in the journal.".to_owned(),
    );
    let mut body = frame(pen, app, "Messages", &right, &said, now);
    let chosen = messages::line(app, screen);
    let lines: Vec<Words> = app
        .notices
        .kept()
        .enumerate()
        .skip(screen.top)
        .map(|(at, notice)| line(app, notice, at == chosen, now))
        .collect();
    let (width, height) = (body.width(), body.height());
    let below = u16::try_from(messages::detail_rows(app)).unwrap_or(3);
    let rows = height.saturating_sub(below);
    let mut list = body.part(0, 0, width, rows);
    list.page(&lines, 0);
    for (y, notice) in (0..rows).zip(app.notices.kept().skip(screen.top)) {
        list.spot(y, Spot::Message(notice.number));
    }
    if count == 0 {
        body.line(3, 0, "nothing was said yet", Tone::Dim);
        return;
    }
    body.rule(rows);
    if let Some(notice) = messages::chosen(app, screen) {
        let room = usize::from(width).saturating_sub(2);
        for (y, text) in (rows + 1..height).zip(wrap(&notice.text, room)) {
            body.line(1, y, &text, Tone::Plain);
        }
    }
}

fn line(app: &App, notice: &Notice, is_chosen: bool, now: Timestamp) -> Words {
    let cursor = if is_chosen { glyph::CURSOR } else { " " };
    let (sign, word) = match notice.tone {
        Tone::Bad => (glyph::FAILED, "error"),
        Tone::Warn => (glyph::STALE, "note "),
        _ => (glyph::FRESH, "news "),
    };
    let when = clock(notice.at, &app.settings.zone, now);
    Words::plain(format!(" {cursor} {when:<8}  "))
        .and(notice.tone, format!("{sign} {word}"))
        .and(Tone::Plain, format!("  {}", notice.text))
        .chosen(is_chosen)
}
