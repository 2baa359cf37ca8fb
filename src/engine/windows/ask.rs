//! What can be asked of the list.

/// What a window is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum What {
    /// How many there are.
    Count,
    /// Its newest page, by number.
    Newest(u32),
    /// A page of its whole list.
    Page(u32),
}

/// A question about one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) struct Ask {
    pub(super) window: u64,
    pub(super) what: What,
}

impl Ask {
    /// It asks for a number and no rows.
    pub(in crate::engine) fn is_count(self) -> bool {
        self.what == What::Count
    }

    /// It asks what is new, and for no page of a whole list.
    pub(in crate::engine) fn is_look(self) -> bool {
        !matches!(self.what, What::Page(_))
    }
}
