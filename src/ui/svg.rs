//! A frame as a picture: SVG text, the same each time for the same frame. Every character has its own place, so that columns stand whatever
//! font there is; lines, bars and grounds are drawn, so that they join. Its title and its text can be read out.

mod paper;
mod shapes;

pub(super) use paper::Paper;

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;

use crate::domain::text::cells;
use paper::Rgb;
use shapes::{Area, joined};

/// A cell, in the picture's units.
const WIDE: u32 = 9;
/// Its height.
const HIGH: u32 = 18;
/// How large letters are: monospaced ones are three fifths as wide.
const LETTERS: u32 = 15;
/// From the top of a cell down to the foot of its letters.
const FOOT: u32 = 14;
/// Around the screen.
const MARGIN: u32 = 14;
/// The bar above it, with the title.
const BAR: u32 = 30;

const FONTS: &str =
    "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/// A cell that shows something, and how.
#[derive(Debug)]
struct Seen<'a> {
    /// In cells, from the left.
    x: u32,
    /// In cells, from the top.
    y: u32,
    /// How many cells it fills.
    cells: u32,
    symbol: &'a str,
    ink: Ink,
    ground: Rgb,
    is_underlined: bool,
}

/// How letters are painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ink {
    colour: Rgb,
    is_bold: bool,
    is_italic: bool,
}

/// Letters that stand beside each other and look alike.
#[derive(Debug)]
struct Letters {
    /// The first cell of each.
    places: Vec<u32>,
    /// The cell behind the last.
    end: u32,
    text: String,
    ink: Ink,
}

/// The frame as an SVG, on this paper and under this title.
pub(super) fn picture(frame: &Buffer, paper: &Paper, title: &str) -> String {
    let rows = seen(frame, paper);
    let (columns, lines) = (u32::from(frame.area.width), u32::from(frame.area.height));
    let width = columns * WIDE + 2 * MARGIN;
    let height = lines * HIGH + 2 * MARGIN + BAR;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         font-family=\"{FONTS}\" font-size=\"{LETTERS}\">\n<title>{}</title>\n<desc>\n{}</desc>\n",
        escaped(title),
        escaped(&text(&rows)),
    );
    frame_around(&mut svg, paper, title, width, height);
    let _ = writeln!(
        svg,
        "<g transform=\"translate({MARGIN} {})\" fill=\"{}\" xml:space=\"preserve\">",
        BAR + MARGIN,
        paper.ink
    );
    areas(&mut svg, &rows, paper);
    for row in &rows {
        for letters in letters(row) {
            write_letters(
                &mut svg,
                &letters,
                row.first().map_or(0, |cell| cell.y),
                paper,
            );
        }
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

/// The window that the screen is in: a rounded frame, and a bar with the title.
fn frame_around(svg: &mut String, paper: &Paper, title: &str, width: u32, height: u32) {
    let edge = paper.ground.towards(paper.ink, 25);
    let faint = paper.ground.towards(paper.ink, 60);
    let _ = writeln!(
        svg,
        "<rect x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{}\" stroke=\"{edge}\"/>\n\
         <path d=\"M1 {BAR}.5h{}\" stroke=\"{edge}\"/>\n\
         <g fill=\"none\" stroke=\"{faint}\"><circle cx=\"20\" cy=\"15\" r=\"5\"/><circle cx=\"38\" cy=\"15\" r=\"5\"/><circle cx=\"56\" cy=\"15\" \
         r=\"5\"/></g>\n\
         <text x=\"{}\" y=\"20\" fill=\"{faint}\" font-size=\"13\" text-anchor=\"middle\">{}</text>",
        width - 1,
        height - 1,
        paper.ground,
        width - 2,
        width / 2,
        escaped(title),
    );
}

/// Row by row what is to be seen; what a wide character covers is not.
fn seen<'a>(frame: &'a Buffer, paper: &Paper) -> Vec<Vec<Seen<'a>>> {
    let width = usize::from(frame.area.width).max(1);
    let rows = frame.content.chunks(width).zip(0..);
    let row = |(row, y): (&'a [Cell], u32)| {
        let mut hidden = 0;
        let mut seen = Vec::new();
        for (cell, x) in row.iter().zip(0..) {
            if hidden > 0 {
                hidden -= 1;
                continue;
            }
            let cells = u32::try_from(cells(cell.symbol())).unwrap_or(1).max(1);
            hidden = cells - 1;
            seen.push(look_at(cell, x, y, cells, paper));
        }
        seen
    };
    rows.map(row).collect()
}

fn look_at<'a>(cell: &'a Cell, x: u32, y: u32, cells: u32, paper: &Paper) -> Seen<'a> {
    let has = |modifier| cell.modifier.contains(modifier);
    let mut ground = paper.colour(cell.bg).unwrap_or(paper.ground);
    let mut colour = paper.colour(cell.fg).unwrap_or(paper.ink);
    if has(Modifier::REVERSED) {
        (ground, colour) = (colour, ground);
    }
    if has(Modifier::DIM) {
        colour = colour.towards(ground, 36);
    }
    if has(Modifier::HIDDEN) {
        colour = ground;
    }
    Seen {
        x,
        y,
        cells,
        symbol: cell.symbol(),
        ink: Ink {
            colour,
            is_bold: has(Modifier::BOLD),
            is_italic: has(Modifier::ITALIC),
        },
        ground,
        is_underlined: has(Modifier::UNDERLINED),
    }
}

/// The screen's text. Lines and bars are nothing to read out.
fn text(rows: &[Vec<Seen<'_>>]) -> String {
    let mut text = String::new();
    for row in rows {
        let signs = row.iter().map(|cell| match shapes::of(cell.symbol) {
            Some(_) => " ",
            None => cell.symbol,
        });
        text.push_str(signs.collect::<String>().trim_end());
        text.push('\n');
    }
    text
}

/// Grounds first, then what is drawn on them.
fn areas(svg: &mut String, rows: &[Vec<Seen<'_>>], paper: &Paper) {
    let all = || rows.iter().flatten();
    let grounds = all().filter(|cell| cell.ground != paper.ground);
    let grounds = grounds.map(|cell| {
        let area = Area::of(0, 0, WIDE * cell.cells, HIGH);
        (cell.ground, area.moved(cell.x * WIDE, cell.y * HIGH))
    });
    write_areas(svg, grounds.collect());
    let shapes = all().flat_map(|cell| {
        let mut shapes = shapes::of(cell.symbol).unwrap_or_default();
        if cell.is_underlined {
            shapes.push((100, Area::of(0, HIGH - 2, WIDE * cell.cells, 1)));
        }
        let paint = |(strength, area): (u32, Area)| {
            let colour = cell.ground.towards(cell.ink.colour, strength);
            (colour, area.moved(cell.x * WIDE, cell.y * HIGH))
        };
        shapes.into_iter().map(paint).collect::<Vec<_>>()
    });
    write_areas(svg, shapes.collect());
}

/// One path for each colour.
fn write_areas(svg: &mut String, areas: Vec<(Rgb, Area)>) {
    let mut last = None;
    for (colour, area) in joined(areas) {
        if last != Some(colour) {
            let end = if last.is_some() { "\"/>\n" } else { "" };
            let _ = write!(
                svg,
                "{end}<path fill=\"{colour}\" shape-rendering=\"crispEdges\" d=\""
            );
            last = Some(colour);
        }
        let _ = write!(svg, "{area}");
    }
    if last.is_some() {
        svg.push_str("\"/>\n");
    }
}

/// The letters of a row, taken together where they stand and look alike: one blank among them keeps words apart for whoever copies them.
fn letters(row: &[Seen<'_>]) -> Vec<Letters> {
    let mut all: Vec<Letters> = Vec::new();
    let mut is_blank = true;
    for cell in row {
        let was_blank = std::mem::replace(&mut is_blank, cell.symbol.trim().is_empty());
        if is_blank || shapes::of(cell.symbol).is_some() {
            continue;
        }
        let goes_on = |last: &&mut Letters| {
            let gap = cell.x - last.end;
            let joins = gap == 0 || (gap == 1 && was_blank);
            joins
                && last.ink == cell.ink
                && is_one(cell.symbol)
                && last.places.len() == last.text.encode_utf16().count()
        };
        if let Some(last) = all.last_mut().filter(goes_on) {
            if last.end < cell.x {
                last.places.push(last.end);
                last.text.push(' ');
            }
            last.places.push(cell.x);
            last.text.push_str(cell.symbol);
            last.end = cell.x + cell.cells;
        } else {
            all.push(Letters {
                places: vec![cell.x],
                end: cell.x + cell.cells,
                text: cell.symbol.to_owned(),
                ink: cell.ink,
            });
        }
    }
    all
}

/// It is one character that every reader counts as one.
fn is_one(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    characters.next().is_some_and(|c| c.len_utf16() == 1) && characters.next().is_none()
}

fn write_letters(svg: &mut String, letters: &Letters, y: u32, paper: &Paper) {
    svg.push_str("<text");
    if letters.ink.colour != paper.ink {
        let _ = write!(svg, " fill=\"{}\"", letters.ink.colour);
    }
    if letters.ink.is_bold {
        svg.push_str(" font-weight=\"700\"");
    }
    if letters.ink.is_italic {
        svg.push_str(" font-style=\"italic\"");
    }
    let _ = write!(svg, " y=\"{}\" x=\"", y * HIGH + FOOT);
    for (nth, place) in letters.places.iter().enumerate() {
        let between = if nth > 0 { " " } else { "" };
        let _ = write!(svg, "{between}{}", place * WIDE);
    }
    let _ = writeln!(svg, "\">{}</text>", escaped(&letters.text));
}

/// Text as XML may hold it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\n' => out.push('\n'),
            // Not even as a reference.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            character if character.is_control() => out.push('\u{fffd}'),
            character => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests;
