//! A page that is read from top to bottom: its lines, and where it is scrolled to.

use super::action::Action;
use super::scroll::{Move, follow};
use super::update::step_of;

/// Moves a page's first line; `count` lines, `rows` of them fit.
pub(crate) fn scroll(top: usize, action: Action, rows: usize, count: usize) -> usize {
    let lowest = count.saturating_sub(rows);
    step_of(action).map_or(top, |step| match step {
        Move::Last => lowest,
        step => step.from(top, rows, lowest + 1),
    })
}

/// The first line so that a chosen line is in view.
pub(crate) fn keep_in_view(top: usize, chosen: usize, rows: usize, count: usize) -> usize {
    follow(top, chosen, rows, count)
}
