//! The command palette, and the question which clause of the filter hides a chat: a field atop, answers below it.

use jiff::Timestamp;

use super::pen::Pen;
use crate::app::chats::FilterBar;
use crate::app::explain::{self, Explain};
use crate::app::mouse::Spot;
use crate::app::palette::{self, Entry, Line, Palette};
use crate::app::tone::{Tone, Words, glyph};
use crate::app::{App, Key, KeyCode};
use crate::domain::text::{cells, cut, fit};

/// How many cells the name of an action has.
const NAME: usize = 16;

/// Every action by its words.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, palette: &Palette, now: Timestamp) {
    let (width, height) = palette::size(app.extent);
    let spelled = |code| pen.look.spelled(Key::plain(code));
    let foot = format!(
        "{} do it   Esc close   {} {} choose   Tab complete",
        spelled(KeyCode::Enter),
        spelled(KeyCode::Up),
        spelled(KeyCode::Down)
    );
    let mut inside = pen.dialog(width, height, false, "Commands", &foot);
    let x = inside.line(1, 0, ": ", Tone::Strong);
    inside.typed(x, 0, usize::from(width).saturating_sub(6), &palette.typed);
    inside.rule(1);
    let lines = palette::lines(app, palette, now);
    let room = inside.height();
    for (y, line) in (2..room).zip(lines.iter().skip(palette.top)) {
        match line {
            Line::Blank => {}
            Line::Heading(words) => {
                inside.line(3, y, words, Tone::Strong);
            }
            Line::Entry(one) => {
                let is_chosen = palette.chosen == Some((one.mode, one.action));
                entry(&mut inside, y, one, is_chosen);
                inside.spot(y, Spot::Entry(one.mode, one.action));
            }
        }
    }
    if lines.is_empty() {
        inside.line(3, 2, "no action has these words", Tone::Warn);
    }
}

fn entry(pen: &mut Pen<'_>, y: u16, entry: &Entry, is_chosen: bool) {
    let width = usize::from(pen.width());
    let key = entry
        .key
        .map_or_else(String::new, |key| pen.look.spelled(key));
    let cursor = if is_chosen { glyph::CURSOR } else { " " };
    let name = fit(&entry.name, NAME);
    let room = width.saturating_sub(NAME + 6 + cells(&key) + 2);
    let (words, tone) = match &entry.why_not {
        Some(why) => (why, Tone::Dim),
        None => (&entry.words, Tone::Plain),
    };
    let line = Words::plain(format!(" {cursor} "))
        .and(
            if entry.why_not.is_some() {
                Tone::Dim
            } else {
                Tone::Strong
            },
            name,
        )
        .and(tone, format!(" {}", cut(words, room)));
    pen.words(y, &line);
    pen.right(y, &key, tone);
    if is_chosen {
        pen.choose(y);
    }
}

/// Why the filter hides a chat.
pub(crate) fn explain(pen: &mut Pen<'_>, app: &App, explain: &Explain) {
    let (width, height) = explain::size(app.extent);
    let foot = "type an id or a name   Esc close";
    let title = "Which clause hides a chat";
    let mut inside = pen.dialog(width, height, false, title, foot);
    let x = inside.line(1, 0, "chat   ", Tone::Dim);
    inside.typed(x, 0, usize::from(width).saturating_sub(12), &explain.typed);
    let filter: &FilterBar = &app.chats.filter;
    let x = inside.line(1, 1, "filter ", Tone::Dim);
    let words = match filter.text() {
        "" if app.chats.only_marked => "only marked chats",
        "" => "none: every chat is shown",
        text => text,
    };
    inside.line(x, 1, words, Tone::Plain);
    inside.rule(2);
    let (wide, tall) = (inside.width(), inside.height());
    inside
        .part(0, 3, wide, tall.saturating_sub(3))
        .page(&explain.lines, explain.top);
}
