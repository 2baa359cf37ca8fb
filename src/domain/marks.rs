//! Marks: the operator's selection. A set of ids in the order of marking; it knows no rows and no positions, so a refresh, a sort or
//! a filter cannot move it to another conversation.

use super::ids::{ConversationId, Conversations};

/// The marked conversations.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    order: Vec<ConversationId>,
    known: Conversations,
    changes: u64,
}

impl Marks {
    /// Is it marked?
    pub fn contains(&self, id: ConversationId) -> bool {
        self.known.contains(&id)
    }

    /// How many are marked.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Nothing is marked.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The marked ids, first marked first.
    pub fn ids(&self) -> &[ConversationId] {
        &self.order
    }

    /// How often they have changed: what was worked out by them holds while that is the same.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Marks one; a mark that is there keeps its place.
    pub fn mark(&mut self, id: ConversationId) {
        if self.known.insert(id) {
            self.order.push(id);
            self.changes += 1;
        }
    }

    /// Takes one mark away.
    pub fn unmark(&mut self, id: ConversationId) {
        if self.known.remove(&id) {
            self.changes += 1;
            self.order.retain(|marked| *marked != id);
        }
    }

    /// Marks it, or takes its mark away; says whether it is marked now.
    pub fn toggle(&mut self, id: ConversationId) -> bool {
        if self.contains(id) {
            self.unmark(id);
        } else {
            self.mark(id);
        }
        self.contains(id)
    }

    /// Marks all of these, in their order: a range, or everything shown.
    pub fn mark_all(&mut self, ids: impl IntoIterator<Item = ConversationId>) {
        let ids = ids.into_iter();
        self.known.reserve(ids.size_hint().0);
        for id in ids {
            self.mark(id);
        }
    }

    /// Turns the marks of what is shown around; what is not shown keeps its own.
    pub fn invert(&mut self, shown: &[ConversationId]) {
        let shown_marked: Conversations = shown
            .iter()
            .copied()
            .filter(|id| self.contains(*id))
            .collect();
        self.retain(|id| !shown_marked.contains(&id));
        self.mark_all(
            shown
                .iter()
                .copied()
                .filter(|id| !shown_marked.contains(id)),
        );
    }

    /// Takes every mark away.
    pub fn clear(&mut self) {
        self.order.clear();
        self.known.clear();
        self.changes += 1;
    }

    /// Keeps only the marks that `keep` names.
    pub fn retain(&mut self, mut keep: impl FnMut(ConversationId) -> bool) {
        self.order.retain(|id| keep(*id));
        self.known = self.order.iter().copied().collect();
        self.changes += 1;
    }
}

#[cfg(test)]
mod tests;
