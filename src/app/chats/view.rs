//! Views of the list: how it is filtered and sorted, and which columns it has.

use super::column::Column;
use crate::app::action::Action;
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

    /// Its word in files.
    pub fn word(self) -> String {
        let minus = if self.is_reversed { "-" } else { "" };
        format!("{minus}{}", self.key.word())
    }

    /// Sorts by this key, or the other way round where it does already.
    pub(crate) fn turn_to(&mut self, key: SortKey) {
        self.is_reversed = self.key == key && !self.is_reversed;
        self.key = key;
    }

    pub(super) fn order(self) -> SortOrder {
        SortOrder {
            keys: vec![(self.key, self.is_reversed), (SortKey::Age, false)],
        }
    }
}

/// The built-in views: name and filter.
pub const VIEWS: [(&str, &str); 3] = [("All", ""), ("Stuck", "is:stuck"), ("Stale", "is:stale")];
/// What opens each view, the built-in ones first: keys go from 1 to 9.
pub const VIEW_ACTIONS: [Action; 9] = [
    Action::View1,
    Action::View2,
    Action::View3,
    Action::View4,
    Action::View5,
    Action::View6,
    Action::View7,
    Action::View8,
    Action::View9,
];
/// The most views of the operator's own.
pub const OWN_VIEWS: usize = VIEW_ACTIONS.len() - VIEWS.len();

/// Which view an action opens, from 0.
pub(crate) fn view_place(action: Action) -> Option<usize> {
    VIEW_ACTIONS.iter().position(|one| *one == action)
}

/// A view of the operator's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: Text,
    /// Its filter.
    pub filter: String,
    /// How it is sorted; as before, where it says nothing.
    pub sort: Option<Sort>,
    /// Its columns; those of every view, where it says nothing.
    pub columns: Vec<Column>,
}
