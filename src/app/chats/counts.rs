//! How many chats there are, by what is known of them.

use crate::domain::kind::{Kind, Severity};
use crate::domain::roster::Row;

/// How many chats there are, by what is known of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Every row there is: what has just ended is among them.
    pub rows: usize,
    /// Of those, not over, as far as this list or any other source says.
    pub open: usize,
    /// Of those, not found by analytics alone: on the list, and to be read.
    pub listed: usize,
    /// Of those, read at least once, and not unreadable since.
    pub read: usize,
    /// Of those, asked for and not to be had so far.
    pub unreadable: usize,
    /// Stuck.
    pub stuck: usize,
    /// Stale.
    pub stale: usize,
}

/// In which of the counts a chat is one, a bit for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Share(u8);

impl Share {
    /// A chat as it is judged now.
    pub(super) fn of(row: &Row, kind: Kind, severity: Severity) -> Self {
        let is_open = row.over_since.is_none();
        let is_listed = is_open && !kind.is_astray();
        let is_unread = kind == Kind::Unread || row.is_unreadable();
        let is_in = [
            true,
            is_open,
            is_listed,
            is_listed && !is_unread,
            is_listed && is_unread && row.failed_read.is_some(),
            is_open && severity == Severity::Stuck,
            is_open && severity == Severity::Stale,
        ];
        let bits = is_in.iter().rev();
        Self(bits.fold(0, |bits, is_in| bits << 1 | u8::from(*is_in)))
    }
}

impl Counts {
    pub(super) fn add(&mut self, share: Share) {
        self.each(share, |count, one| *count += one);
    }

    /// What was added is counted no more.
    pub(super) fn take(&mut self, share: Share) {
        self.each(share, |count, one| *count = count.saturating_sub(one));
    }

    /// Every count, in the order of a share's bits.
    fn each(&mut self, share: Share, change: impl Fn(&mut usize, usize)) {
        let counts = [
            &mut self.rows,
            &mut self.open,
            &mut self.listed,
            &mut self.read,
            &mut self.unreadable,
            &mut self.stuck,
            &mut self.stale,
        ];
        for (place, count) in counts.into_iter().enumerate() {
            change(count, usize::from(share.0 >> place & 1));
        }
    }

    /// How many are still to be read for the first time.
    pub fn waiting(&self) -> usize {
        self.listed - self.read - self.unreadable
    }

    /// What is not known of the list, in words; nothing where all of it was read.
    pub fn gap(&self) -> Option<String> {
        match (self.waiting(), self.unreadable) {
            (0, 0) => None,
            (waiting, 0) => Some(format!("{waiting} not read yet")),
            (0, failed) => Some(format!("{failed} could not be read")),
            (waiting, failed) => Some(format!("{waiting} not read yet, {failed} could not be")),
        }
    }

    /// The count beside the name of a built-in view.
    pub fn of_view(&self, view: usize) -> Option<usize> {
        match view {
            0 => Some(self.open),
            1 => Some(self.stuck),
            2 => Some(self.stale),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::ids::ConversationId;
    use crate::domain::roster::Listed;

    fn row() -> Row {
        let id: ConversationId = "3f2a9c41-0000-4000-8000-000000000000".parse().unwrap();
        Row::new(Listed::new(id, Timestamp::UNIX_EPOCH))
    }

    #[test]
    fn a_chat_that_is_over_and_open_in_analytics_counts_where_it_is_shown_and_not_as_one_to_read() {
        let mut counts = Counts::default();
        counts.add(Share::of(&row(), Kind::Orphan, Severity::Stuck));
        counts.add(Share::of(&row(), Kind::Desync, Severity::Stuck));
        let over = Row {
            over_since: Some(Timestamp::UNIX_EPOCH),
            ..row()
        };
        counts.add(Share::of(&over, Kind::Orphan, Severity::Stuck));
        assert_eq!((counts.rows, counts.open, counts.stuck), (3, 2, 2));
        assert_eq!(counts.of_view(0), Some(2));
        assert_eq!((counts.listed, counts.read), (1, 1));
        assert_eq!(counts.gap(), None);
    }
}
