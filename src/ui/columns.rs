//! The column chooser: a line for each column, and how many of those that were chosen have room.

use super::chats::shown_columns;
use super::pen::Pen;
use crate::app::chats::Column;
use crate::app::columns::{self, Chooser};
use crate::app::extent::Class;
use crate::app::mouse::Spot;
use crate::app::tone::{Tone, Words, glyph};
use crate::app::{App, Key, KeyCode};
use crate::domain::text::{cut, fit};

/// How wide the box is.
const WIDTH: u16 = 60;
/// How wide a head is, at most.
const HEAD: usize = 10;

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, chooser: &Chooser) {
    let title = columns::own(app).map_or_else(
        || "Columns and sort, every view".to_owned(),
        |name| format!("Columns and sort, view \"{}\"", cut(name.as_str(), 24)),
    );
    let spelled = |key| pen.look.spelled(key);
    let enter = spelled(Key::plain(KeyCode::Enter));
    let show = spelled(Key::char(' '));
    let foot = match chooser.typing {
        Some(_) => format!("{enter} show it  Esc not"),
        None => format!("{show} show J/K move s sort u usual {enter} keep Esc undo"),
    };
    let tall = columns::height(app.extent, chooser.count());
    let places = shown_columns(app);
    let mut inside = pen.dialog(WIDTH, tall, false, &title, &foot);
    let rows = columns::rows(app.extent, chooser.count());
    let lines = (0..rows).zip(chooser.top..chooser.count());
    for (y, line) in lines {
        let is_here = line == chooser.line;
        let cursor = if is_here { glyph::CURSOR } else { " " };
        match chooser.choices.get(line) {
            Some(choice) => {
                let is_placed = places.contains(&choice.column);
                let words = row(app, cursor, choice, is_placed);
                inside.words(y, &words.chosen(is_here && chooser.typing.is_none()));
            }
            None => attribute(&mut inside, y, cursor, chooser, is_here),
        }
        inside.spot(y, Spot::Choice(line));
    }
    let chosen = chooser.choices.iter().filter(|choice| choice.is_shown);
    let fits = fits(app, places.len(), chosen.count());
    inside.line(1, rows + 1, &fits, Tone::Dim);
}

fn row(app: &App, cursor: &str, choice: &columns::Choice, is_placed: bool) -> Words {
    let check = if choice.is_shown { "[x]" } else { "[ ]" };
    let sort = app.chats.sort;
    let arrow =
        match choice.column.key() {
            // The clock time goes by the same order; the arrow stands once.
            Some(key) if key == sort.key && choice.column != Column::Started => {
                if sort.is_reversed { "▴" } else { "▾" }
            }
            _ => " ",
        };
    let head = match &choice.column {
        Column::Attribute(_) => fit(&choice.column.word(), HEAD),
        column => fit(column.head(), HEAD),
    };
    let tone = if choice.is_shown {
        Tone::Plain
    } else {
        Tone::Dim
    };
    let words = Words::plain(format!(" {cursor} {check} "))
        .and(tone, format!("{head}{arrow}  {}", choice.column.means()));
    if choice.is_shown && !is_placed {
        words.and(Tone::Warn, "  no room".to_owned())
    } else {
        words
    }
}

/// The line on which the name of an attribute is typed.
fn attribute(pen: &mut Pen<'_>, y: u16, cursor: &str, chooser: &Chooser, is_here: bool) {
    let Some(input) = &chooser.typing else {
        let words = format!(
            " {cursor} [ ] {}   any attribute: type its name",
            fit("attr.…", HEAD)
        );
        pen.words(y, &Words::new(Tone::Dim, words).chosen(is_here));
        return;
    };
    let x = pen.line(0, y, &format!(" {cursor} [x] attr."), Tone::Strong);
    let room = usize::from(pen.width().saturating_sub(x + 2));
    pen.typed(x, y, room, input);
}

/// How many of the chosen columns stand in the list.
fn fits(app: &App, placed: usize, chosen: usize) -> String {
    let width = app.extent.width;
    if app.extent.class() < Class::Normal {
        return format!("{width} columns: a short list. All of these from 80x20 on");
    }
    if placed >= chosen {
        return format!("{width} columns: all {chosen} fit");
    }
    format!("{width} columns: {placed} of {chosen} fit. Others need a wider terminal")
}
