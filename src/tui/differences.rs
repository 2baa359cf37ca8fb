//! Which cells a frame changes: those that [`Buffer::diff_iter`] names, in its order. Nearly all cells are as before, and asking the library
//! of each was two fifths of what a frame cost: here that is one comparison of a byte and of a style. Cells are compared as this program
//! draws them, without the library's options of a cell.

use std::iter::zip;

use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::style::{Color, Modifier};

/// What can be seen of a space.
const SEEN_ON_A_SPACE: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// The cells of a frame that are not as they were.
#[derive(Debug)]
pub(super) struct Differences<'a> {
    before: &'a Buffer,
    drawn: &'a Buffer,
    at: usize,
    /// What lies behind a wide cell.
    behind: Option<Behind>,
}

/// Cells behind one that is wide, or was.
#[derive(Debug)]
struct Behind {
    end: usize,
    /// All of them are told: the wide one may have left its style there. Otherwise those that hold something else than before.
    all: bool,
}

/// What is to be written to a terminal that shows `before`, so that it shows `drawn`. Both have the same area.
pub(super) fn differences<'a>(before: &'a Buffer, drawn: &'a Buffer) -> Differences<'a> {
    debug_assert_eq!(before.area, drawn.area, "frames of two sizes");
    Differences {
        before,
        drawn,
        at: 0,
        behind: None,
    }
}

impl<'a> Differences<'a> {
    /// Goes on to the next cell that is not simply as it was.
    fn skip_same(&mut self) {
        let before = self.before.content.get(self.at..).unwrap_or_default();
        let drawn = self.drawn.content.get(self.at..).unwrap_or_default();
        let same = zip(before, drawn).take_while(|(before, drawn)| is_plainly_same(before, drawn));
        self.at += same.count();
    }

    /// A cell as it was and as it is.
    fn pair(&self, at: usize) -> Option<(&'a Cell, &'a Cell)> {
        self.before.content.get(at).zip(self.drawn.content.get(at))
    }

    fn told(&self, at: usize, cell: &'a Cell) -> (u16, u16, &'a Cell) {
        let (x, y) = self.drawn.pos_of(at);
        (x, y, cell)
    }

    /// The next to tell of those behind a wide cell.
    fn next_behind(&mut self) -> Option<(u16, u16, &'a Cell)> {
        while let Some(Behind { end, all }) = self.behind.take() {
            let at = self.at;
            let (before, drawn) = self.pair(at).filter(|_| at < end)?;
            self.at += usize::from(drawn.cell_width().max(1));
            let end = end.max(self.at);
            self.behind = Some(Behind { end, all });
            if all || before.symbol() != drawn.symbol() {
                return Some(self.told(at, drawn));
            }
        }
        None
    }
}

impl<'a> Iterator for Differences<'a> {
    type Item = (u16, u16, &'a Cell);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(told) = self.next_behind() {
                return Some(told);
            }
            self.skip_same();
            let at = self.at;
            let (before, drawn) = self.pair(at)?;
            let width = usize::from(drawn.cell_width());
            if before == drawn {
                self.at += width.max(1);
                continue;
            }
            self.at += 1;
            if width > 1 && drawn.symbol().contains('\u{fe0f}') {
                // Terminals leave what stood in the second half of these.
                self.behind = Some(Behind {
                    end: at + width,
                    all: false,
                });
            } else if width > 1 {
                self.at = at + width;
            } else if usize::from(before.cell_width()) > width && is_seen_empty(before) {
                let end = at + usize::from(before.cell_width());
                self.behind = Some(Behind { end, all: true });
            }
            return Some(self.told(at, drawn));
        }
    }
}

/// One byte of text, the same as before, in the same style. That others are the same is found out more slowly.
fn is_plainly_same(before: &Cell, drawn: &Cell) -> bool {
    let symbols = (before.symbol().as_bytes(), drawn.symbol().as_bytes());
    matches!(symbols, ([before], [drawn]) if before == drawn) && before.style() == drawn.style()
}

/// A cell whose style is seen on what comes to stand there, where that is empty.
fn is_seen_empty(cell: &Cell) -> bool {
    cell.bg != Color::Reset || cell.modifier.intersects(SEEN_ON_A_SPACE)
}

#[cfg(test)]
mod tests;
