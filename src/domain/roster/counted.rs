//! A value whose changes are counted, so that what was made of it is known to be old. There is no other way to change it.

use std::ops::Deref;

/// The value, and how often it may have changed.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted<T> {
    value: T,
    changes: u64,
}

impl<T> Counted<T> {
    /// The value, to be changed.
    pub(super) fn change(&mut self) -> &mut T {
        self.changes += 1;
        &mut self.value
    }

    /// How often it was given out to be changed.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }
}

impl<T> Deref for Counted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
