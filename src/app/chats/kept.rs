//! What is kept of every chat beside its row: how it was judged last, and where in the list it stands. A few bytes each, for there may be a
//! hundred thousand; the words of a diagnosis are worked out for what is drawn.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::domain::ids::ConversationId;
use crate::domain::kind::{Kind, Severity};
use crate::domain::roster::{Roster, Row};

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
    /// Its line in the list in view, and in the one that is being worked out; which is which changes with each list. What says nothing
    /// any more stays there, so whoever asks looks whether it stands on that line.
    lines: [u32; 2],
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Kept {
    known: HashMap<ConversationId, One>,
    /// Which of the lines are those of the list in view.
    current: usize,
}

impl Kept {
    /// Judges a row.
    pub(super) fn judge(&mut self, row: &Row, now: Timestamp) -> Judged {
        let kind = row.kind(now);
        let severity = row.severity_of(kind, now);
        let judged = Judged { kind, severity };
        let one = self.known.entry(row.listed.id).or_insert(One {
            judged,
            lines: [u32::MAX; 2],
        });
        one.judged = judged;
        judged
    }

    /// How it was judged last.
    pub(super) fn judged(&self, id: ConversationId) -> Option<Judged> {
        self.known.get(&id).map(|one| one.judged)
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
        let next = 1 - self.current;
        let lines = self.known.get_mut(&id).map(|one| &mut one.lines);
        if let Some(place) = lines.and_then(|lines| lines.get_mut(next)) {
            *place = u32::try_from(line).unwrap_or(u32::MAX);
        }
    }

    /// That list is the one in view now.
    pub(super) fn turn(&mut self) {
        self.current = 1 - self.current;
    }

    /// Forgets what is kept of chats that are gone, once they are many: all of it is looked through for that.
    pub(super) fn forget_gone(&mut self, roster: &Roster) {
        if self.known.len() > roster.len() + roster.len() / 4 {
            self.known.retain(|id, _| roster.has(*id));
        }
    }
}
