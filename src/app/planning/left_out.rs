//! The cursor of the plan screen goes on from what will be ended to what is left out, so that every reason can be read.

use super::Planning;
use crate::app::extent::Extent;
use crate::app::scroll::follow;
use crate::app::tone::wrap;
use crate::domain::cause::Cause;
use crate::domain::ids::ConversationId;
use crate::domain::plan::{Plan, Skipped};

impl Planning {
    fn counts(&self) -> (usize, usize) {
        let plan = self.plan.as_ref();
        plan.map_or((0, 0), |plan| (plan.items.len(), plan.skipped.len()))
    }

    /// How many lines the cursor can stand on.
    pub(super) fn lines(&self) -> usize {
        let (items, skipped) = self.counts();
        items + skipped
    }

    /// The chat under the cursor, left out or not.
    pub fn under_cursor(&self) -> Option<ConversationId> {
        let plan = self.plan.as_ref()?;
        let item = plan.items.get(self.line).map(|item| item.id);
        item.or_else(|| Some(self.left_out()?.id))
    }

    /// What is left out, where the cursor is on that.
    pub fn left_out(&self) -> Option<&Skipped> {
        let plan = self.plan.as_ref()?;
        plan.skipped.get(self.line.checked_sub(plan.items.len())?)
    }

    /// Keeps the cursor on its chat in the plan that comes next, and on its line where that chat will not be ended any more.
    pub(super) fn keep_cursor(&mut self, next: &Plan) {
        let items = next.items.len();
        let (at, was_left_out) = (self.under_cursor(), self.left_out().is_some());
        let item = next.items.iter().position(|item| Some(item.id) == at);
        let mut left_out = next.skipped.iter();
        let left_out = left_out.position(|left_out| was_left_out && Some(left_out.id) == at);
        let followed = item.or_else(|| Some(items + left_out?));
        self.line = followed.unwrap_or_else(|| self.line.min(items.saturating_sub(1)));
    }

    /// Keeps the cursor in view, in a list of `rows` items and `below` lines for what is left out.
    pub(super) fn fit(&mut self, rows: usize, below: usize) {
        let (items, skipped) = self.counts();
        self.line = self.line.min(self.lines().saturating_sub(1));
        let at = self.line.min(items.saturating_sub(1));
        self.top = follow(self.top, at, rows, items);
        let at = self.line.saturating_sub(items);
        self.top_left_out = follow(self.top_left_out, at, shown(below, skipped), skipped);
    }
}

/// How many are left out, for what; each reason stands below.
pub fn skip_words(skipped: &[Skipped]) -> String {
    if skipped.is_empty() {
        return "none".to_owned();
    }
    let count = |cause| skipped.iter().filter(|one| one.cause == cause).count();
    let groups = Cause::ALL.map(|cause| (count(cause), cause.word()));
    let groups = groups.iter().filter(|(count, _)| *count > 0);
    let groups: Vec<String> = groups
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    format!("{:<5}{}", skipped.len(), groups.join(", "))
}

/// The whole reason under the cursor, in as many lines as it needs; none while the cursor is on what will be ended.
pub fn said(planning: &Planning, extent: Extent) -> Vec<String> {
    let room = usize::from(extent.width).saturating_sub(2);
    planning.left_out().map_or_else(Vec::new, |left_out| {
        let words = format!("{} left out: {}", left_out.id.short(), left_out.reason);
        wrap(&words, room)
    })
}

/// So many of those that are left out are shown in `below` lines: the last line counts the rest.
pub fn shown(below: usize, skipped: usize) -> usize {
    if skipped > below {
        below.saturating_sub(1).max(1)
    } else {
        skipped
    }
}
