//! What is kept of every chat beside its row: how it was judged last, until when that stands, as what it is counted, and where in the list
//! it stands. A few bytes each, for there may be a hundred thousand; the words of a diagnosis are worked out for what is drawn.

use jiff::Timestamp;

use super::counts::Share;
use crate::domain::diagnosis;
use crate::domain::horizon::Horizon;
use crate::domain::ids::{ByConversation, ConversationId};
use crate::domain::kind::{Kind, Severity};
use crate::domain::roster::Row;

/// How a chat was judged last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) kind: Kind,
    /// As the kind says, or a rule.
    pub(super) severity: Severity,
}

#[derive(Debug)]
struct One {
    judged: Judged,
    /// As what it is counted.
    share: Share,
    /// Until when that stands, and what filters answer of it, in seconds since 1970.
    until: u32,
    /// Its line in the list in view, and in the one that is being worked out; which is which changes with each list. What says nothing
    /// any more stays there, so whoever asks looks whether it stands on that line.
    lines: [u32; 2],
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    known: ByConversation<One>,
    /// Before this no chat is to be judged again.
    next_due: u32,
    /// Which of the lines are those of the list in view.
    current: usize,
}

/// A time in whole seconds, so that nothing is ever judged too late; some things are once too early.
fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.as_second().max(0)).unwrap_or(u32::MAX)
}

impl Kept {
    /// Judges a row.
    pub(super) fn judge(&mut self, row: &Row, now: Timestamp) -> Judged {
        let horizon = Horizon::default();
        let kind = diagnosis::noting(row, now, &horizon).kind;
        let severity = row.severity_noting(kind, now, &horizon);
        let judged = Judged { kind, severity };
        let until = seconds(horizon.until());
        let one = self.known.entry(row.listed.id).or_insert(One {
            judged,
            share: Share::default(),
            until,
            lines: [u32::MAX; 2],
        });
        one.judged = judged;
        one.until = until;
        self.next_due = self.next_due.min(until);
        judged
    }

    /// What was answered of it beside that stands no longer than this.
    pub(super) fn stands(&mut self, id: ConversationId, until: Timestamp) {
        let until = seconds(until);
        if let Some(one) = self.known.get_mut(&id) {
            one.until = one.until.min(until);
            self.next_due = self.next_due.min(until);
        }
    }

    /// Whether it stands no more.
    pub(super) fn is_due(&self, id: ConversationId, now: Timestamp) -> bool {
        let known = self.known.get(&id);
        known.is_none_or(|one| one.until <= seconds(now))
    }

    /// Every chat of which what is known stands no more. All are looked through, but only once one of them is due.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<ConversationId> {
        let now = seconds(now);
        let mut due = Vec::new();
        if self.next_due <= now {
            self.next_due = u32::MAX;
            for (id, one) in &self.known {
                if one.until <= now {
                    // When it is due next is told when it is judged.
                    due.push(*id);
                } else {
                    self.next_due = self.next_due.min(one.until);
                }
            }
        }
        due
    }

    /// How it was judged last.
    pub(super) fn judged(&self, id: ConversationId) -> Option<Judged> {
        self.known.get(&id).map(|one| one.judged)
    }

    /// As what it is counted; as nothing where it never was.
    pub(super) fn share(&self, id: ConversationId) -> Share {
        self.known
            .get(&id)
            .map_or(Share::default(), |one| one.share)
    }

    /// It is counted as this.
    pub(super) fn count(&mut self, id: ConversationId, share: Share) {
        if let Some(one) = self.known.get_mut(&id) {
            one.share = share;
        }
    }

    /// What was judged so grave.
    pub(super) fn so_grave(&self, severity: Severity) -> impl Iterator<Item = ConversationId> {
        let known = self.known.iter();
        let found = known.filter(move |(_, one)| one.judged.severity == severity);
        found.map(|(id, _)| *id)
    }

    /// The line on which it may stand in this list, which is the one in view.
    pub(super) fn line(&self, id: ConversationId, shown: &[ConversationId]) -> Option<usize> {
        let line = *self.known.get(&id)?.lines.get(self.current)?;
        let line = usize::try_from(line).ok()?;
        (shown.get(line) == Some(&id)).then_some(line)
    }

    /// Its line in the list that is being worked out.
    pub(super) fn place(&mut self, id: ConversationId, line: usize) {
        self.set_line(1 - self.current, id, line);
    }

    /// Its line in the list in view, which was amended.
    pub(super) fn replace(&mut self, id: ConversationId, line: usize) {
        self.set_line(self.current, id, line);
    }

    fn set_line(&mut self, list: usize, id: ConversationId, line: usize) {
        let lines = self.known.get_mut(&id).map(|one| &mut one.lines);
        if let Some(place) = lines.and_then(|lines| lines.get_mut(list)) {
            *place = u32::try_from(line).unwrap_or(u32::MAX);
        }
    }

    /// That list is the one in view now.
    pub(super) fn turn(&mut self) {
        self.current = 1 - self.current;
    }

    /// It is gone.
    pub(super) fn forget(&mut self, id: ConversationId) {
        self.known.remove(&id);
    }
}
