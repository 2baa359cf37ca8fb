//! The one widget for text that is read and searched: transcript, JSON, requests, attributes, overview. It knows lines, a place in them
//! and a needle; what the lines say is each page's own.

mod find;
mod wrap;

pub use find::{Hit, hits, marked};
pub use wrap::wrapped;

use tui_input::Input;

use super::scroll::{Move, follow};
use super::tone::Words;

/// A line of a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageLine {
    /// What is shown.
    pub words: Words,
    /// How far its further rows are indented where it is wrapped.
    pub hang: usize,
    /// What a copy key takes of it; absent where there is nothing, or nothing that may be seen yet.
    pub value: Option<String>,
    /// Where in a tree it stands.
    pub place: Option<Place>,
}

/// A line's place in a tree; parts are named by their JSON pointer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What the line shows.
    pub pointer: String,
    /// What can be folded here: itself, else what it is in.
    pub container: String,
    /// What it is in.
    pub parent: String,
    /// What can be folded here is open.
    pub is_open: bool,
    /// It is the first line of what can be folded here.
    pub is_head: bool,
}

impl PageLine {
    /// A line that is only read.
    pub fn of(words: Words) -> Self {
        Self {
            words,
            ..Self::default()
        }
    }
}

/// A page: one column, or two beside each other.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The first column.
    pub left: Vec<PageLine>,
    /// The second one, where there is room for it.
    pub right: Vec<PageLine>,
    /// A cursor goes from line to line. Without one the page is only scrolled.
    pub has_cursor: bool,
}

impl Page {
    /// A page with a cursor.
    pub fn with_cursor(lines: Vec<PageLine>) -> Self {
        Self {
            left: lines,
            right: Vec::new(),
            has_cursor: true,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.left.len().max(self.right.len())
    }

    /// Every place where the needle stands, in the order of reading.
    pub fn hits(&self, needle: &str) -> Vec<Hit> {
        let mut all = hits(&self.left, needle);
        let right = hits(&self.right, needle);
        all.extend(right.into_iter().map(|hit| Hit {
            line: hit.line + self.left.len(),
            ..hit
        }));
        all
    }
}

/// Where somebody is in a page, and what they look for.
#[derive(Debug, Clone, Default)]
pub struct TextView {
    /// The line of the cursor; on a page without one, of the newest hit.
    pub line: usize,
    /// The first line on screen.
    pub top: usize,
    /// What is looked for; nothing while it is empty.
    pub needle: String,
    /// Which of the hits was gone to last.
    pub hit: usize,
}

/// The room that a page has.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub rows: usize,
    /// Long lines go on in the next row.
    pub wraps: bool,
}

impl TextView {
    /// Moves the cursor, or the page.
    pub(crate) fn go(&mut self, step: Move, page: &Page, room: Room) {
        let count = page.len();
        if page.has_cursor {
            self.line = step.from(self.line, room.rows, count);
        } else {
            let lowest = count.saturating_sub(room.rows);
            self.top = step.from(self.top, room.rows, lowest + 1);
        }
        self.fit(page, room);
    }

    /// Keeps the cursor on the page and in view.
    pub(crate) fn fit(&mut self, page: &Page, room: Room) {
        let count = page.len();
        self.line = self.line.min(count.saturating_sub(1));
        if !page.has_cursor {
            self.top = self.top.min(count.saturating_sub(room.rows));
            return;
        }
        self.top = self.top.min(self.line);
        if !room.wraps {
            self.top = follow(self.top, self.line, room.rows, count);
            return;
        }
        let tall = |line: &PageLine| wrapped(line, room.width).len();
        let mut taken = 0;
        let mut highest = self.line;
        // Upwards from the cursor, as far as there is room.
        for at in (0..=self.line).rev() {
            taken += page.left.get(at).map_or(1, tall);
            if taken > room.rows {
                break;
            }
            highest = at;
        }
        self.top = self.top.max(highest);
    }

    /// Looks for something from the cursor on. An empty needle looks for nothing any more.
    pub(crate) fn look_for(&mut self, needle: String, page: &Page, room: Room) {
        self.needle = needle;
        let found = page.hits(&self.needle);
        let from = if page.has_cursor { self.line } else { self.top };
        self.hit = found.iter().position(|hit| hit.line >= from).unwrap_or(0);
        self.show_hit(&found, page, room);
    }

    /// Goes to the next hit, or the one before, around the ends; says whether there is one.
    pub(crate) fn go_to_hit(&mut self, forward: bool, page: &Page, room: Room) -> bool {
        let found = page.hits(&self.needle);
        let Some(last) = found.len().checked_sub(1) else {
            return false;
        };
        self.hit = match (forward, self.hit.min(last)) {
            (true, at) if at == last => 0,
            (true, at) => at + 1,
            (false, 0) => last,
            (false, at) => at - 1,
        };
        self.show_hit(&found, page, room);
        true
    }

    fn show_hit(&mut self, found: &[Hit], page: &Page, room: Room) {
        let Some(hit) = found.get(self.hit) else {
            return;
        };
        let line = if hit.line < page.left.len() {
            hit.line
        } else {
            hit.line - page.left.len()
        };
        self.line = line;
        if !page.has_cursor && !(self.top..self.top + room.rows).contains(&line) {
            self.top = line.saturating_sub(room.rows / 2);
        }
        self.fit(page, room);
    }

    /// `match 2 of 7`.
    pub fn count_words(&self, page: &Page) -> String {
        match page.hits(&self.needle).len() {
            0 => "no match".to_owned(),
            count => format!("match {} of {count}", self.hit.min(count - 1) + 1),
        }
    }
}

/// The search being typed.
pub(crate) type Typing = Option<Input>;

/// The longest needle, in characters.
pub(crate) const NEEDLE: usize = 200;

#[cfg(test)]
mod tests;
