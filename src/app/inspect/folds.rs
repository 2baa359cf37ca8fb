//! Which parts of a tree are open.

use std::collections::HashMap;

/// Open down to a depth, but for those that somebody turned. Parts are named by their JSON pointer.
#[derive(Debug, Clone)]
pub struct Folds {
    depth: usize,
    turned: HashMap<String, bool>,
}

impl Default for Folds {
    /// The conversation and its lists, with what is in the lists folded.
    fn default() -> Self {
        Self {
            depth: 2,
            turned: HashMap::new(),
        }
    }
}

impl Folds {
    /// Nothing but the whole is open.
    pub(crate) fn all_shut() -> Self {
        Self {
            depth: 1,
            turned: HashMap::new(),
        }
    }

    /// Everything is open.
    pub(crate) fn all_open() -> Self {
        Self {
            depth: usize::MAX,
            turned: HashMap::new(),
        }
    }

    /// Whether the part is open that lies so deep.
    pub fn is_open(&self, pointer: &str, depth: usize) -> bool {
        let turned = self.turned.get(pointer).copied();
        turned.unwrap_or(depth < self.depth)
    }

    /// Opens or shuts a part.
    pub(crate) fn turn(&mut self, pointer: &str, open: bool) {
        self.turned.insert(pointer.to_owned(), open);
    }
}
