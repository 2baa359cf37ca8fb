//! The help: columns of keys, or lines that fit what is looked for; below them, what codes and glyphs mean.
//! No words are cut: what has no room goes on in the next row, so that a page may be longer than one screen.

use jiff::Timestamp;

use super::look::Look;
use super::pen::Pen;
use crate::app::action::{Action, Mode};
use crate::app::help::{self, EXAMPLE_ROOM, Help, LEGEND, Line};
use crate::app::tone::{Tone, Words};
use crate::app::{App, Key};
use crate::domain::text::{cells, fit};

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, help: &Help, now: Timestamp) {
    let (width, height) = help::size(app.extent);
    let title = if help.is_syntax {
        "Filter syntax".to_owned()
    } else {
        format!("Keys for: {}", app.screen_mode().words())
    };
    let other = if help.is_syntax {
        "keys"
    } else {
        "filter syntax"
    };
    let more = if help::has_more(app, help, now) {
        "   PgDn more"
    } else {
        ""
    };
    let look = *pen.look;
    let keys = &app.settings.configured.keys;
    let key = keys.first(Mode::Help, Action::FilterSyntax);
    let key = key.map_or_else(String::new, |key| look.spelled(key));
    let esc = if help.is_searching() {
        "Esc clear"
    } else {
        "Esc close"
    };
    // What does not fit goes whole: first what is also written elsewhere, last that there is more.
    let feet = [
        format!("type to search   {esc}   {key} {other}{more}"),
        format!("type to search   {esc}{more}"),
        format!("{esc}{more}"),
    ];
    let room = usize::from(width).saturating_sub(6);
    let foot = feet.iter().find(|foot| cells(foot) <= room);
    let foot = foot.or(feet.last()).cloned().unwrap_or_default();
    let mut inside = pen.dialog(width, height, false, &title, &foot);
    let mut y = 0;
    if help.is_searching() {
        let x = inside.line(1, 0, "search ", Tone::Dim);
        inside.typed(x, 0, 60, &help.typed);
        y = 1;
    }
    let (wide, tall) = (inside.width(), inside.height());
    let legend = u16::try_from(help::legend_rows(app, help)).unwrap_or(0);
    let columns = help::columns(app, help, now);
    let room = help::key_room(app.extent);
    let count = u16::try_from(help::column_count(app, help)).unwrap_or(1);
    let across = wide / count.max(1);
    for (x, column) in (0..).step_by(usize::from(across.max(1))).zip(&columns) {
        let lines: Vec<Words> = column.iter().map(|line| words(look, line, room)).collect();
        let last = tall.saturating_sub(y + legend);
        inside.part(x, y, across, last).page(&lines, 0);
    }
    for (y, line) in (tall.saturating_sub(legend)..tall).zip(LEGEND) {
        inside.line(1, y, line, Tone::Dim);
    }
}

fn words(look: Look, line: &Line, room: usize) -> Words {
    match line {
        Line::Blank => Words::blank(),
        Line::Heading(title) => Words::new(Tone::Dim, format!(" {title}")),
        Line::Keys {
            keys,
            typed,
            words,
            tone,
        } => {
            // What is typed in the place of a key is said whole.
            let room = if keys.is_empty() {
                room.max(cells(typed))
            } else {
                room
            };
            let keys = fit(&spelled(look, keys, typed, room), room);
            Words::new(Tone::Strong, format!(" {keys} ")).and(*tone, words.clone())
        }
        Line::Example(example, means) => {
            Words::new(Tone::Strong, format!(" {} ", fit(example, EXAMPLE_ROOM)))
                .and(Tone::Plain, means.clone())
        }
        Line::Text(tone, text) => Words::new(*tone, format!(" {text}")),
    }
}

/// As many of the keys as there is room for. Two with Ctrl say it once: `Ctrl-D/U`.
fn spelled(look: Look, keys: &[Key], typed: &str, room: usize) -> String {
    if keys.is_empty() {
        return typed.to_owned();
    }
    let mut said = String::new();
    for key in keys {
        let name = look.spelled(*key);
        let more = match name.strip_prefix("Ctrl-") {
            Some(letter) if said.starts_with("Ctrl-") => format!("/{letter}"),
            _ if said.is_empty() => name,
            _ => format!(" {name}"),
        };
        if !said.is_empty() && cells(&said) + cells(&more) > room {
            break;
        }
        said.push_str(&more);
    }
    said
}
