//! The rows that the list shows, as they were made last. Making one costs some microseconds, and a key that moves the cursor shows the same
//! rows again; they stand until anything of the roster changes.

use std::borrow::Cow;

use super::Chats;
use crate::app::App;
use crate::domain::ids::{ByConversation, ConversationId};
use crate::domain::roster::{Roster, Row};

/// More are not kept: what was scrolled past goes.
const KEPT: usize = 256;

/// The rows, and for how many changes of the roster they were made.
#[derive(Debug, Default)]
pub(super) struct InView {
    changes: u64,
    rows: ByConversation<Row>,
}

impl App {
    /// Makes the rows that come into view: before a frame is drawn.
    pub fn look(&mut self) {
        if self.screens.is_empty() {
            self.chats.look(&self.roster, self.extent.chat_rows());
        }
    }
}

impl Chats {
    fn look(&mut self, roster: &Roster, lines: usize) {
        let mut kept = std::mem::take(&mut self.in_view);
        if kept.changes != roster.changes() || kept.rows.len() > KEPT {
            kept.rows.clear();
            kept.changes = roster.changes();
        }
        for id in self.on_screen(lines) {
            if !kept.rows.contains_key(id) {
                kept.rows.extend(roster.row(*id).map(|row| (*id, row)));
            }
        }
        self.in_view = kept;
    }

    /// A row to be drawn: as it was made for this, else made now.
    pub fn row<'a>(&'a self, roster: &Roster, id: ConversationId) -> Option<Cow<'a, Row>> {
        let kept = &self.in_view;
        if kept.changes == roster.changes()
            && let Some(row) = kept.rows.get(&id)
        {
            return Some(Cow::Borrowed(row));
        }
        roster.row(id).map(Cow::Owned)
    }

    /// The same of the one under the cursor.
    pub fn row_under_cursor<'a>(&'a self, roster: &Roster) -> Option<Cow<'a, Row>> {
        self.row(roster, self.cursor?)
    }
}

#[cfg(test)]
mod tests;
