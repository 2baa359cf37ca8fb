//! Views of the list, and how it is sorted.

use crate::domain::sorting::{SortKey, SortOrder};
use crate::domain::text::Text;

/// The order: by what, and the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// By what; the oldest first among equals.
    pub key: SortKey,
    /// The other way round.
    pub is_reversed: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            key: SortKey::Severity,
            is_reversed: false,
        }
    }
}

impl Sort {
    /// A sort by its word in the configuration: `age`, or `-age` the other way round.
    pub fn named(word: &str) -> Option<Self> {
        let key = word.strip_prefix('-').unwrap_or(word);
        Some(Self {
            key: SortKey::named(key)?,
            is_reversed: key != word,
        })
    }

    pub(super) fn order(self) -> SortOrder {
        SortOrder {
            keys: vec![(self.key, self.is_reversed), (SortKey::Age, false)],
        }
    }
}

/// The built-in views: name and filter.
pub const VIEWS: [(&str, &str); 3] = [("All", ""), ("Stuck", "is:stuck"), ("Stale", "is:stale")];
/// The most views of the operator's own: keys go from 1 to 9.
pub const OWN_VIEWS: usize = 6;

/// A view of the operator's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: Text,
    /// Its filter.
    pub filter: String,
    /// How it is sorted; as before, where it says nothing.
    pub sort: Option<Sort>,
}
