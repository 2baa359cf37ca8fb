//! The filter bar: the filter in force, the one being typed, and what is wrong with that one. The last good filter stays in force.

use tui_input::Input;

use super::Around;
use crate::domain::diagnosis::Diagnosis;
use crate::domain::kind::Severity;
use crate::domain::marks::Marks;
use crate::domain::roster::Row;

/// The filter.
#[derive(Debug, Default)]
pub struct FilterBar {
    /// What is being typed, while somebody types.
    pub typing: Option<Input>,
    /// What is wrong with what is typed, and how to mend it.
    pub error: Option<String>,
    text: String,
    before: String,
}

impl FilterBar {
    /// The filter in force, as text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts a filter in force; a bad one leaves the last good one and says what is wrong.
    pub(crate) fn set(&mut self, text: &str) -> bool {
        self.text = text.trim().to_owned();
        self.error = None;
        true
    }

    /// Somebody begins to type.
    pub(crate) fn begin(&mut self) {
        self.before = self.text.clone();
        self.typing = Some(Input::new(self.text.clone()));
    }

    /// What is typed changed: it is applied if it can be.
    pub(crate) fn typed(&mut self) {
        if let Some(text) = self.typing.as_ref().map(|input| input.value().to_owned()) {
            self.set(&text);
        }
    }

    /// Stops typing and keeps what is in force, unless it cannot be understood.
    pub(crate) fn accept(&mut self) -> bool {
        if self.error.is_some() {
            return false;
        }
        self.typing = None;
        true
    }

    /// Stops typing and goes back to the filter that was in force before.
    pub(crate) fn cancel(&mut self) {
        self.typing = None;
        let before = std::mem::take(&mut self.before);
        self.set(&before);
    }

    pub(super) fn accepts(
        &self,
        _row: &Row,
        diagnosis: &Diagnosis,
        _around: &Around<'_>,
        _marks: &Marks,
    ) -> bool {
        match self.text.as_str() {
            "" => true,
            "is:stuck or is:stale" => {
                matches!(diagnosis.kind.severity(), Severity::Stuck | Severity::Stale)
            }
            other => other == format!("kind:{}", diagnosis.kind.word()),
        }
    }
}
