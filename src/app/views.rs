//! The views of the list, the built-in ones and the operator's own: which there are, and which one is open.

use super::App;
use super::chats::{OWN_VIEWS, VIEWS, View};
use crate::domain::text::Text;

impl App {
    /// The operator's own views that have a key: those of the configuration, then those that were saved.
    pub fn own_views(&self) -> impl Iterator<Item = &View> {
        let configured = self.settings.configured.views.iter();
        configured.chain(&self.keeping.saved).take(OWN_VIEWS)
    }

    /// The place of the first view that was saved: behind the built-in ones and those of the configuration.
    pub(crate) fn first_saved(&self) -> usize {
        VIEWS.len() + self.settings.configured.views.len()
    }

    /// The place of the saved view of this name.
    pub(crate) fn place_of_saved(&self, name: &Text) -> Option<usize> {
        let saved = &self.keeping.saved;
        let at = self.first_saved() + saved.iter().position(|view| view.name == *name)?;
        (at < self.views().count()).then_some(at)
    }

    /// Every view in the order of its key: name and filter.
    pub fn views(&self) -> impl Iterator<Item = (&str, &str)> {
        let own = self.own_views();
        let own = own.map(|view| (view.name.as_str(), view.filter.trim()));
        VIEWS.into_iter().chain(own)
    }

    /// The view that is open, from 0: its filter is in force. Of several with one filter it is the one that was opened.
    pub fn open_view(&self) -> Option<usize> {
        if self.chats.only_marked {
            return None;
        }
        let text = self.chats.filter.text();
        let is_open = |(_, filter): &(&str, &str)| *filter == text;
        let opened = self.chats.opened;
        let named = opened.filter(|at| self.views().nth(*at).is_some_and(|view| is_open(&view)));
        named.or_else(|| self.views().position(|view| is_open(&view)))
    }

    /// The operator's own view that is open.
    pub fn open_own_view(&self) -> Option<&View> {
        let own = self.open_view()?.checked_sub(VIEWS.len())?;
        self.own_views().nth(own)
    }
}
