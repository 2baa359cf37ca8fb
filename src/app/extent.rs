//! How much room there is, in four classes, and how many rows each screen can show: known to `update`, so that drawing never scrolls.

/// A class of terminal sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Below 36 by 8: says so, and nothing else.
    TooSmall,
    /// From 36 by 8: look only.
    Mini,
    /// From 60 by 12: five columns, everything works.
    Compact,
    /// From 80 by 20.
    Normal,
    /// From 120 by 30: with a preview beside the list.
    Wide,
}

/// A terminal's size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            width: 80,
            height: 24,
        }
    }
}

impl Extent {
    /// Its class: the largest whose both bounds it reaches.
    pub fn class(self) -> Class {
        match (self.width, self.height) {
            (120.., 30..) => Class::Wide,
            (80.., 20..) => Class::Normal,
            (60.., 12..) => Class::Compact,
            (36.., 8..) => Class::Mini,
            _ => Class::TooSmall,
        }
    }

    fn less(self, taken: u16) -> usize {
        usize::from(self.height.saturating_sub(taken)).max(1)
    }

    /// Rows of the chats list.
    pub fn chat_rows(self) -> usize {
        match self.class() {
            Class::Wide => self.less(7),
            Class::Normal => self.less(10),
            Class::Compact => self.less(6),
            Class::Mini | Class::TooSmall => self.less(3),
        }
    }

    /// Rows of a page that is read from top to bottom, or of a plain list: all but heading and footer.
    pub fn page_rows(self) -> usize {
        match self.class() {
            Class::Wide | Class::Normal => self.less(5),
            Class::Compact => self.less(4),
            Class::Mini | Class::TooSmall => self.less(3),
        }
    }

    /// Rows of a list below `head` lines of its own (a plan's, a board's).
    pub fn rows_below(self, head: u16) -> usize {
        self.less(head)
    }
}
