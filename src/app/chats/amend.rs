//! The list in view with a few chats looked at again, instead of one that is worked out from all of them: what changes one chat, and what
//! time changes, costs a long list as little as a short one. It comes to the same list, or the whole is worked out anew.

use super::survey::Asked;
use super::{Around, Chats};
use crate::domain::ids::ConversationId;
use crate::domain::kind::Kind;
use crate::domain::sorting::{Place, SortOrder};

/// The most chats that are looked at again at once: about a millisecond's worth.
pub(super) const AMENDED: usize = 128;

impl Chats {
    /// Few chats changed, and the list in view says where every other one belongs.
    pub(super) fn can_amend(&self, is_held: bool) -> bool {
        !self.is_void
            && self.changed.len() <= AMENDED
            && (is_held || self.is_in_order)
            && self.shown_by == self.choice()
            && self.shown_sort == self.sort
            && !self.ask_about_marks()
    }

    /// Looks at the chats that changed, counts them anew, and gives those a place that need another one.
    pub(super) fn amend(&mut self, around: &Around<'_>, is_held: bool) {
        let changed: Vec<ConversationId> = self.changed.drain().collect();
        self.is_outdated = false;
        let asked = Asked {
            order: self.sort.order(),
            is_held,
            is_same_list: true,
            is_judging: false,
            at: around.now,
        };
        let (mut counts, mut own) = (self.counts, self.own.taken());
        let (mut standing, mut coming, mut leaving) = (Vec::new(), Vec::new(), Vec::new());
        for id in changed {
            let line = self.line_of(id);
            counts.take(self.kept.share(id));
            self.own.take(&mut own, id);
            let row = around.roster.row(id);
            let place =
                row.and_then(|row| self.look_at(&row, &asked, around, &mut counts, &mut own));
            match (place, line) {
                (Some(place), Some(line)) => standing.push((place, line)),
                (Some(place), None) => coming.push(place),
                (None, Some(line)) => leaving.push(line),
                (None, None) => {}
            }
            if !around.roster.has(id) {
                self.kept.forget(id);
            }
        }
        self.counts = counts;
        self.own.show(own);
        self.built_at = Some(around.now);
        // Beside one that leaves or stands wrong it cannot be told of its neighbours where they belong.
        let are_right = leaving.is_empty()
            && standing
                .iter()
                .all(|(place, line)| self.is_right(place, *line, &asked.order, around));
        let late = coming.len();
        if is_held {
            self.is_in_order &= are_right && coming.is_empty();
        } else if !are_right {
            leaving.extend(standing.iter().map(|(_, line)| *line));
            coming.extend(standing.into_iter().map(|(place, _)| place));
        }
        coming.sort_unstable();
        leaving.sort_unstable();
        if !leaving.is_empty() || !coming.is_empty() {
            let order = (!is_held).then_some(&asked.order);
            self.put_in(coming, leaving, order, around);
        }
        self.late = if is_held {
            (self.late + late).min(self.shown.len())
        } else {
            0
        };
        self.place_cursor(around.rows);
    }

    /// The list without those on these lines, and with these: each at its place in the order, or behind all others where that is held.
    fn put_in(
        &mut self,
        coming: Vec<Place>,
        leaving: Vec<usize>,
        order: Option<&SortOrder>,
        around: &Around<'_>,
    ) {
        let mut rest = Vec::with_capacity(self.shown.len());
        let mut from = 0;
        for line in leaving {
            rest.extend_from_slice(self.shown.get(from..line).unwrap_or_default());
            from = line + 1;
        }
        rest.extend_from_slice(self.shown.get(from..).unwrap_or_default());
        let mut shown = Vec::with_capacity(rest.len() + coming.len());
        let mut taken = 0;
        for place in coming {
            let at = order.map_or(rest.len(), |order| {
                rest.partition_point(|id| {
                    self.place_of(*id, order, around)
                        .is_some_and(|one| one < place)
                })
            });
            shown.extend_from_slice(rest.get(taken..at).unwrap_or_default());
            shown.push(place.id);
            taken = at.max(taken);
        }
        shown.extend_from_slice(rest.get(taken..).unwrap_or_default());
        let stood = std::mem::replace(&mut self.shown, shown);
        for (line, id) in self.shown.iter().enumerate() {
            if stood.get(line) != Some(id) {
                self.kept.replace(*id, line);
            }
        }
        self.lists += 1;
    }

    /// It stands where the order has it: behind the one before it, and before the one behind.
    fn is_right(&self, place: &Place, line: usize, order: &SortOrder, around: &Around<'_>) -> bool {
        let at = |line: usize| self.place_of(*self.shown.get(line)?, order, around);
        let before = line.checked_sub(1).and_then(at);
        let behind = at(line + 1);
        before.is_none_or(|before| before < *place) && behind.is_none_or(|behind| *place < behind)
    }

    /// Where the order has a chat.
    fn place_of(
        &self,
        id: ConversationId,
        order: &SortOrder,
        around: &Around<'_>,
    ) -> Option<Place> {
        let row = around.roster.row(id)?;
        Some(Place::of(
            &row,
            order,
            || self.severity(id),
            || self.kind(id).unwrap_or(Kind::Unread),
        ))
    }
}

#[cfg(test)]
mod tests;
