//! Characters that are drawn and not written, so that they join whatever font there is: lines, corners and bars, as areas of a cell.

use std::fmt;

use super::{HIGH, Rgb, WIDE};

/// An area, from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Area {
    /// One of this place and size.
    pub(super) const fn of(x: u32, y: u32, width: u32, height: u32) -> Self {
        Self {
            x,
            y,
            width,
            height,
        }
    }

    /// So much further to the right and down.
    pub(super) fn moved(self, x: u32, y: u32) -> Self {
        Self {
            x: self.x + x,
            y: self.y + y,
            ..self
        }
    }
}

/// As a piece of a path.
impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            x,
            y,
            width,
            height,
        } = self;
        write!(f, "M{x} {y}h{width}v{height}h-{width}z")
    }
}

/// A character's areas, with how strongly each is painted in hundredths; none is a letter.
pub(super) fn of(symbol: &str) -> Option<Vec<(u32, Area)>> {
    let full = |strength| vec![(strength, Area::of(0, 0, WIDE, HIGH))];
    // From the left, right, top and bottom to the middle: nothing, a thin line, a thick one.
    let arms = match symbol {
        "█" => return Some(full(100)),
        "▓" => return Some(full(75)),
        "▒" => return Some(full(50)),
        "░" => return Some(full(22)),
        "▁" => return Some(low(1)),
        "▂" => return Some(low(2)),
        "▃" => return Some(low(3)),
        "▄" => return Some(low(4)),
        "▅" => return Some(low(5)),
        "▆" => return Some(low(6)),
        "▇" => return Some(low(7)),
        "═" | "║" | "╔" | "╗" | "╚" | "╝" => return Some(twofold(symbol)),
        "─" => [1, 1, 0, 0],
        "│" => [0, 0, 1, 1],
        "┌" => [0, 1, 0, 1],
        "┐" => [1, 0, 0, 1],
        "└" => [0, 1, 1, 0],
        "┘" => [1, 0, 1, 0],
        "├" => [0, 1, 1, 1],
        "┤" => [1, 0, 1, 1],
        "┬" => [1, 1, 0, 1],
        "┴" => [1, 1, 1, 0],
        "┼" => [1, 1, 1, 1],
        "━" => [3, 3, 0, 0],
        "┃" => [0, 0, 3, 3],
        _ => return None,
    };
    let [left, right, top, bottom] = arms;
    // The middle of a cell is a point of its own: one line goes through it, others end at it.
    let (x, y) = (WIDE / 2, HIGH / 2 - 1);
    let across = |from, to, thick: u32| Area::of(from, y - thick / 2, to - from, thick);
    let down = |from, to, thick: u32| Area::of(x - thick / 2, from, thick, to - from);
    let areas = [
        (left, across(0, x + 1, left)),
        (right, across(x, WIDE, right)),
        (top, down(0, y + 1, top)),
        (bottom, down(y, HIGH, bottom)),
    ];
    let areas = areas.into_iter().filter(|(thick, _)| *thick > 0);
    Some(areas.map(|(_, area)| (100, area)).collect())
}

/// So many eighths of a cell, from below.
fn low(eighths: u32) -> Vec<(u32, Area)> {
    let height = HIGH * eighths / 8;
    vec![(100, Area::of(0, HIGH - height, WIDE, height))]
}

/// Lines of two: the outer and the inner one.
fn twofold(symbol: &str) -> Vec<(u32, Area)> {
    let (left, right) = (WIDE / 2 - 1, WIDE / 2 + 1);
    let (upper, lower) = (HIGH / 2 - 2, HIGH / 2 + 1);
    let across = |from: u32, to: u32, y| Area::of(from, y, to - from, 1);
    let down = |from: u32, to: u32, x| Area::of(x, from, 1, to - from);
    let areas = match symbol {
        "═" => vec![across(0, WIDE, upper), across(0, WIDE, lower)],
        "║" => vec![down(0, HIGH, left), down(0, HIGH, right)],
        "╔" => vec![
            across(left, WIDE, upper),
            across(right, WIDE, lower),
            down(upper, HIGH, left),
            down(lower, HIGH, right),
        ],
        "╗" => vec![
            across(0, right + 1, upper),
            across(0, left + 1, lower),
            down(upper, HIGH, right),
            down(lower, HIGH, left),
        ],
        "╚" => vec![
            across(right, WIDE, upper),
            across(left, WIDE, lower),
            down(0, lower + 1, left),
            down(0, upper + 1, right),
        ],
        _ => vec![
            across(0, left + 1, upper),
            across(0, right + 1, lower),
            down(0, lower + 1, right),
            down(0, upper + 1, left),
        ],
    };
    areas.into_iter().map(|area| (100, area)).collect()
}

/// The same areas by their colours, with one instead of those that touch: first side by side, then one below the other.
pub(super) fn joined(mut areas: Vec<(Rgb, Area)>) -> Vec<(Rgb, Area)> {
    areas.sort_by_key(|(colour, area)| (*colour, area.y, area.height, area.x));
    let areas = melted(areas, |one, next| {
        let touches = one.y == next.y && one.height == next.height && next.x <= one.x + one.width;
        let end = (one.x + one.width).max(next.x + next.width);
        touches.then(|| Area {
            width: end - one.x,
            ..one
        })
    });
    let mut areas = areas;
    areas.sort_by_key(|(colour, area)| (*colour, area.x, area.width, area.y));
    melted(areas, |one, next| {
        let touches = one.x == next.x && one.width == next.width && next.y <= one.y + one.height;
        let end = (one.y + one.height).max(next.y + next.height);
        touches.then(|| Area {
            height: end - one.y,
            ..one
        })
    })
}

fn melted(areas: Vec<(Rgb, Area)>, both: impl Fn(Area, Area) -> Option<Area>) -> Vec<(Rgb, Area)> {
    let mut melted: Vec<(Rgb, Area)> = Vec::with_capacity(areas.len());
    for (colour, area) in areas {
        if let Some((last, one)) = melted.last_mut()
            && *last == colour
            && let Some(whole) = both(*one, area)
        {
            *one = whole;
            continue;
        }
        melted.push((colour, area));
    }
    melted
}
