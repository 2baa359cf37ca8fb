//! The filter bar: the filter in force, the one being typed, and what is wrong with that one. The last good filter stays in force.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tui_input::Input;

use crate::domain::diagnosis::words::Naming;
use crate::domain::filter::{
    Completion, Meant, Query, Removal, Surroundings, Truth, complete, did_you_mean, explain,
};
use crate::domain::horizon::Horizon;
use crate::domain::marks::Marks;
use crate::domain::roster::{Roster, Row};

use super::kept::Judged;
use super::past::Past;
use super::survey::AT_ONCE;
use crate::app::privacy::Privacy;

/// How many completions are shown at once.
const MOST: usize = 7;

/// The filter.
#[derive(Debug, Default)]
pub struct FilterBar {
    /// What is being typed, while somebody types.
    pub typing: Option<Input>,
    /// What is wrong with what is typed, and how to mend it.
    pub error: Option<String>,
    /// What could be typed next.
    pub offers: Vec<Completion>,
    /// For a filter that shows nothing: what was probably meant.
    pub nearest: Option<Meant>,
    text: String,
    query: Query,
    before: String,
    past: Past,
}

/// Marks and time, in the filter language's terms.
pub(crate) struct Seen<'a> {
    pub(crate) now: Timestamp,
    pub(crate) zone: &'a TimeZone,
    pub(crate) marks: &'a Marks,
    /// Until when what is answered of the time stands.
    pub(crate) horizon: Horizon,
}

impl Seen<'_> {
    pub(super) fn with<T>(&self, act: impl FnOnce(&Surroundings<'_>) -> T) -> T {
        act(&Surroundings {
            now: self.now,
            zone: self.zone,
            is_marked: &|id| self.marks.contains(id),
            // What changed since somebody looked is not kept by this version; `is:changed` is never true.
            is_changed: &|_| false,
            horizon: &self.horizon,
        })
    }
}

impl FilterBar {
    /// The filter in force, as text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts a filter in force; a bad one leaves the last good one, and says what is wrong.
    pub(crate) fn set(&mut self, text: &str) {
        self.nearest = None;
        match text.trim().parse::<Query>() {
            Ok(query) => {
                self.query = query;
                text.trim().clone_into(&mut self.text);
                self.error = None;
            }
            Err(error) => self.error = Some(error.to_string()),
        }
    }

    /// Somebody begins to type: behind the filter in force, and a blank away from it, so that what is typed at once is a clause of its own.
    pub(crate) fn begin(&mut self) {
        self.before = self.text.clone();
        let blank = if self.text.is_empty() { "" } else { " " };
        self.typing = Some(Input::new(format!("{}{blank}", self.text)));
        self.past.begin();
    }

    /// Puts a filter in the field that was in force before: an earlier one, or a later one up to what was being typed.
    pub(crate) fn recall(&mut self, is_earlier: bool) {
        let Some(typed) = self.typing.as_ref().map(|input| input.value().to_owned()) else {
            return;
        };
        let found = if is_earlier {
            self.past.earlier(&typed)
        } else {
            self.past.later()
        };
        if let Some(found) = found.map(str::to_owned) {
            self.typing = Some(Input::new(found));
            self.offers.clear();
            self.typed();
        }
    }

    /// Takes the filter away; it can be recalled.
    pub(crate) fn clear(&mut self) {
        self.past.keep(&self.text);
        self.set("");
    }

    /// What is typed changed: it is applied if it can be. A field's name that is being typed is no text to look for yet, so the list
    /// does not go blank on the way to `idle>45m`.
    pub(crate) fn typed(&mut self) {
        let Some(text) = self.typing.as_ref().map(|input| input.value().to_owned()) else {
            return;
        };
        let named = self.offers.first().filter(|offer| {
            offer.count.is_none() && !offer.replaces.is_empty() && offer.replaces.end == text.len()
        });
        let before = named
            .and_then(|offer| text.get(..offer.replaces.start))
            .map(|before| before.trim_end_matches('-'))
            .filter(|before| before.parse::<Query>().is_ok());
        self.set(before.unwrap_or(&text));
    }

    /// Stops typing and keeps what is in force; goes on while it cannot be understood.
    pub(crate) fn accept(&mut self) {
        if let Some(text) = self.typing.as_ref().map(|input| input.value().to_owned()) {
            self.set(&text);
        }
        if self.error.is_none() {
            self.past.keep(&self.text);
            self.typing = None;
            self.offers.clear();
        }
    }

    /// Stops typing and goes back to the filter that was in force before.
    pub(crate) fn cancel(&mut self) {
        self.typing = None;
        self.offers.clear();
        let before = std::mem::take(&mut self.before);
        self.set(&before);
    }

    /// Puts the first offer in; where there is none, what was probably meant.
    pub(crate) fn complete(&mut self) {
        let Some(input) = &self.typing else {
            return;
        };
        let Some(offer) = self.offers.first() else {
            if let Some(meant) = &self.nearest {
                self.typing = Some(Input::new(meant.filter.clone()));
                self.typed();
            }
            return;
        };
        let text = input.value();
        let head = text.get(..offer.replaces.start).unwrap_or_default();
        let tail = text.get(offer.replaces.end..).unwrap_or_default();
        let whole = format!("{head}{}{tail}", offer.insert);
        let cursor = head.chars().count() + offer.insert.chars().count();
        self.typing = Some(Input::new(whole).with_cursor(cursor));
        self.offers.clear();
        self.typed();
    }

    /// Works out what could be typed next. Nobody is offered by name whose name is masked. In a long list only fields are: whoever types
    /// does not wait until all values are counted.
    pub(crate) fn offer(&mut self, roster: &Roster, privacy: Privacy, seen: &Seen<'_>) {
        let is_long = roster.len() > AT_ONCE;
        self.offers = match &self.typing {
            Some(input) => {
                let text = input.value();
                let cursor = text
                    .char_indices()
                    .nth(input.cursor())
                    .map_or(text.len(), |(at, _)| at);
                let rows = roster.rows().take(if is_long { 0 } else { usize::MAX });
                seen.with(|around| complete(text, cursor, rows, around))
            }
            None => Vec::new(),
        };
        self.offers
            .retain(|offer| !is_long || offer.count.is_none());
        self.offers
            .retain(|offer| !(privacy.is_on && offer.names_a_person));
        self.offers.truncate(MOST);
    }

    /// Works out what was probably meant by a filter that shows nothing; of a short list alone, for all of it is looked through often.
    pub(crate) fn look_nearby(&mut self, is_empty: bool, roster: &Roster, seen: &Seen<'_>) {
        let is_long = roster.len() > AT_ONCE;
        self.nearest = if is_empty && !is_long && !self.query.is_everything() {
            seen.with(|around| did_you_mean(&self.query, &roster.rows(), around))
        } else {
            None
        };
    }

    /// Whether marks decide what is shown.
    pub(super) fn asks_about_marks(&self) -> bool {
        self.query.asks_about_the_console()
    }

    /// The clauses that remove a row; none where it is shown. People are named so.
    pub(crate) fn removals(&self, row: &Row, seen: &Seen<'_>, naming: Naming<'_>) -> Vec<Removal> {
        seen.with(|around| explain(&self.query, row, around, naming))
    }

    /// The rows that match. Only what is true matches; what is unknown does not.
    pub(super) fn accepts(&self, row: &Row, judged: Judged, seen: &Seen<'_>) -> bool {
        let Judged { kind, severity } = judged;
        let query = &self.query;
        query.is_everything()
            || seen.with(|around| query.truth_of_judged(row, kind, severity, around)) == Truth::True
    }
}

#[cfg(test)]
mod tests;
