//! Filters that were in force before, for the arrow keys of the filter bar: newest first, none twice. They live as long as the console
//! does and are never written down, for a filter may hold somebody's name.

/// How many are remembered.
const MOST: usize = 50;

/// Filters that were in force before.
#[derive(Debug, Default)]
pub(super) struct Past {
    kept: Vec<String>,
    /// Which one stands in the field; none is what was being typed.
    at: Option<usize>,
    draft: String,
}

impl Past {
    /// This one was in force.
    pub(super) fn keep(&mut self, filter: &str) {
        if filter.is_empty() {
            return;
        }
        self.kept.retain(|one| one != filter);
        self.kept.insert(0, filter.to_owned());
        self.kept.truncate(MOST);
    }

    /// Somebody begins to type.
    pub(super) fn begin(&mut self) {
        self.at = None;
    }

    /// The one before what stands in the field, if there is one. What was being typed is kept for the way back.
    pub(super) fn earlier(&mut self, typed: &str) -> Option<&str> {
        let from = self.at.map_or(0, |at| at + 1);
        // What stands there already would look like a key that does nothing.
        let found = self
            .kept
            .iter()
            .skip(from)
            .position(|one| one != typed.trim_end())?;
        if self.at.is_none() {
            typed.clone_into(&mut self.draft);
        }
        self.at = Some(from + found);
        self.kept.get(from + found).map(String::as_str)
    }

    /// The one after it; behind the newest, what was being typed.
    pub(super) fn later(&mut self) -> Option<&str> {
        let at = self.at?;
        self.at = at.checked_sub(1);
        match self.at {
            Some(at) => self.kept.get(at).map(String::as_str),
            None => Some(&self.draft),
        }
    }
}
