//! Where a list is scrolled to. Always called from `update`, so that what is drawn was decided before.

/// The first row to show of `count`, so that `cursor` is among the `rows` that fit and the list does not end above its last line.
pub(crate) fn follow(top: usize, cursor: usize, rows: usize, count: usize) -> usize {
    let rows = rows.max(1);
    let lowest = count.saturating_sub(rows);
    let top = top.min(lowest);
    if cursor < top {
        cursor
    } else if cursor >= top + rows {
        (cursor + 1).saturating_sub(rows).min(lowest)
    } else {
        top
    }
}

/// A step through a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    Down,
    Up,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    First,
    Last,
}

impl Move {
    /// Where a cursor goes from `at`, with `rows` on screen and `count` in all.
    pub(crate) fn from(self, at: usize, rows: usize, count: usize) -> usize {
        let last = count.saturating_sub(1);
        let to = match self {
            Self::Down => at.saturating_add(1),
            Self::Up => at.saturating_sub(1),
            Self::HalfDown => at.saturating_add((rows / 2).max(1)),
            Self::HalfUp => at.saturating_sub((rows / 2).max(1)),
            Self::PageDown => at.saturating_add(rows.max(1)),
            Self::PageUp => at.saturating_sub(rows.max(1)),
            Self::First => 0,
            Self::Last => last,
        };
        to.min(last)
    }
}
