//! How the help's lines stand in columns: whole groups where everything fits, else like a newspaper.

use jiff::Timestamp;

use super::sections::{sections, syntax};
use super::{Help, LEGEND, Line};
use crate::app::App;
use crate::app::extent::{Class, Extent};
use crate::app::tone::{Tone, wrap};
use crate::domain::text::cells;

/// How many cells an example of the filter language has.
pub const EXAMPLE_ROOM: usize = 26;
/// In fewer cells than this what an example means stands below it.
const NARROW: usize = 24;

/// How wide and high the box is, with its border.
pub fn size(extent: Extent) -> (u16, u16) {
    let height = extent.height.saturating_sub(2);
    match extent.class() {
        Class::Wide => (extent.width.saturating_sub(8).min(134), height.min(34)),
        Class::Normal => (extent.width.min(90), height),
        _ => (extent.width, height),
    }
}

/// How many cells the keys have.
pub fn key_room(extent: Extent) -> usize {
    if extent.class() == Class::Wide { 12 } else { 9 }
}

/// How many rows explain codes and glyphs, below the keys.
pub fn legend_rows(app: &App, help: &Help) -> usize {
    let is_there = app.extent.class() >= Class::Normal && !help.is_syntax && !help.is_searching();
    if is_there { LEGEND.len() } else { 0 }
}

/// How many columns there are.
pub fn column_count(app: &App, help: &Help) -> usize {
    match app.extent.class() {
        _ if help.is_searching() => 1,
        Class::Wide if help.is_syntax => 2,
        Class::Wide => 3,
        Class::Normal if !help.is_syntax => 2,
        _ => 1,
    }
}

/// How many cells a column has, with a blank at either side.
pub(super) fn column_width(app: &App, help: &Help) -> usize {
    usize::from(size(app.extent).0.saturating_sub(2)) / column_count(app, help)
}

fn rows(app: &App, help: &Help) -> usize {
    let inside = usize::from(size(app.extent).1).saturating_sub(2);
    let search = usize::from(help.is_searching());
    let rows = inside.saturating_sub(legend_rows(app, help) + search);
    rows.max(1)
}

fn lines(groups: &[Vec<Line>], is_loose: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    for group in groups {
        if is_loose && !lines.is_empty() {
            lines.push(Line::Blank);
        }
        lines.extend(group.iter().cloned());
    }
    lines
}

/// Whole groups in columns, each as long as the others where it can be; nothing where they do not all fit.
fn placed(
    groups: &[Vec<Line>],
    count: usize,
    rows: usize,
    is_loose: bool,
) -> Option<Vec<Vec<Line>>> {
    let all = lines(groups, is_loose).len();
    let fair = all.div_ceil(count);
    let mut columns: Vec<Vec<Line>> = vec![Vec::new()];
    for group in groups {
        let is_last = columns.len() == count;
        let column = columns.last_mut()?;
        let gap = usize::from(is_loose && !column.is_empty());
        let after = column.len() + gap + group.len();
        // It goes where it comes nearer to a fair share.
        let is_worse = after.abs_diff(fair) > column.len().abs_diff(fair);
        if !column.is_empty() && (after > rows || (is_worse && !is_last)) {
            columns.push(group.clone());
        } else {
            column.extend(std::iter::repeat_n(Line::Blank, gap));
            column.extend(group.iter().cloned());
        }
    }
    let fits = columns.len() <= count && columns.iter().all(|column| column.len() <= rows);
    fits.then_some(columns)
}

fn groups(app: &App, help: &Help, now: Timestamp) -> Vec<Vec<Line>> {
    let groups = if help.is_syntax && !help.is_searching() {
        syntax()
    } else {
        sections(app, help, now)
    };
    let (width, keys) = (column_width(app, help), key_room(app.extent));
    let folded = |group: Vec<Line>| {
        let lines = group.into_iter();
        lines.flat_map(|line| folded(line, width, keys)).collect()
    };
    groups.into_iter().map(folded).collect()
}

/// A line in as many as its column asks for: no words of the help are cut.
fn folded(line: Line, width: usize, keys: usize) -> Vec<Line> {
    match line {
        Line::Keys {
            keys: pressed,
            typed,
            words,
            tone,
        } => {
            let typed_room = if pressed.is_empty() { cells(&typed) } else { 0 };
            let room = width.saturating_sub(keys.max(typed_room) + 2);
            let mut parts = wrap(&words, room).into_iter();
            let first = Line::Keys {
                keys: pressed,
                typed,
                words: parts.next().unwrap_or_default(),
                tone,
            };
            let below = parts.map(|words| Line::Keys {
                keys: Vec::new(),
                typed: String::new(),
                words,
                tone,
            });
            std::iter::once(first).chain(below).collect()
        }
        Line::Example(example, means) => {
            let room = width.saturating_sub(EXAMPLE_ROOM + 2);
            if room < NARROW || cells(&example) > EXAMPLE_ROOM {
                let below = wrap(&means, width.saturating_sub(3));
                let below = below.into_iter().map(|part| format!("  {part}"));
                let below = below.map(|part| Line::Text(Tone::Plain, part));
                return std::iter::once(Line::Text(Tone::Strong, example))
                    .chain(below)
                    .collect();
            }
            let mut parts = wrap(&means, room).into_iter();
            let first = Line::Example(example, parts.next().unwrap_or_default());
            let below = parts.map(|means| Line::Example(String::new(), means));
            std::iter::once(first).chain(below).collect()
        }
        Line::Text(tone, text) if cells(&text) + 1 > width => wrap(&text, width.saturating_sub(1))
            .into_iter()
            .map(|part| Line::Text(tone, part))
            .collect(),
        line => vec![line],
    }
}

/// What is in view, column by column.
pub fn columns(app: &App, help: &Help, now: Timestamp) -> Vec<Vec<Line>> {
    let (count, rows) = (column_count(app, help), rows(app, help));
    let groups = groups(app, help, now);
    let whole = placed(&groups, count, rows, true).or_else(|| placed(&groups, count, rows, false));
    whole.unwrap_or_else(|| {
        let lines = lines(&groups, count == 1);
        let seen = lines.iter().skip(help.top).cloned();
        let seen: Vec<Line> = seen.take(rows * count).collect();
        seen.chunks(rows).map(<[Line]>::to_vec).collect()
    })
}

/// How many lines are in view, and how many there are.
pub(super) fn extent_of(app: &App, help: &Help, now: Timestamp) -> (usize, usize) {
    let (count, rows) = (column_count(app, help), rows(app, help));
    let groups = groups(app, help, now);
    if placed(&groups, count, rows, false).is_some() {
        return (rows * count, 0);
    }
    (rows * count, lines(&groups, count == 1).len())
}

/// Something stands below what is in view.
pub fn has_more(app: &App, help: &Help, now: Timestamp) -> bool {
    let (rows, count) = extent_of(app, help, now);
    help.top + rows < count
}
