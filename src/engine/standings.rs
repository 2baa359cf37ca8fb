//! Whose standing is asked for, and when again: only of agents on whom it depends whether a conversation is `away`, a hundred at a time,
//! each at most once a minute. Asks nothing itself.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::beside::{AgentStanding, Standings};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::moment::{Nanos, after, since};
use crate::domain::roster::{Reading, agents_in_question};
use crate::domain::text::Text;

/// A user is asked about this often, at most.
const EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Between two questions, at least: reads come one by one, and users are asked about together.
const APART: SignedDuration = SignedDuration::from_secs(10);
/// After a refusal that will not pass by itself.
const REFUSED: SignedDuration = SignedDuration::from_mins(10);
/// A conversation is in question once it has been quiet for this long; whether that is long enough is for the diagnosis, whose own limit
/// can be lower than the shipped hour.
const QUIET: SignedDuration = SignedDuration::from_mins(10);
/// Who was in question by no read for so long is in question no more: their conversations have left the list or go on, or are read soon.
const UNREAD: SignedDuration = SignedDuration::from_mins(10);
/// Users of one question, at most: the platform's limit.
pub(super) const AT_ONCE: usize = 100;

/// An agent in question.
#[derive(Debug)]
struct User {
    /// The newest read by which they are.
    read_at: Nanos,
    /// When they were asked about last.
    asked_at: Option<Nanos>,
}

/// What is to be asked.
#[derive(Debug, Default)]
pub(super) struct Questions {
    /// Whoever is in question. By agent and not by conversation: of those there may be a hundred thousand.
    users: HashMap<Text, User>,
    is_out: bool,
    not_before: Option<Timestamp>,
    /// Something that has ended was read, and how long it can be brought back was not asked yet; or it was.
    threading: Option<bool>,
}

impl Questions {
    /// A conversation was read: its agents are in question, if they are.
    pub(super) fn note(&mut self, reading: &Reading, now: Timestamp) {
        let read_at = now.into();
        for user in agents_in_question(reading, now, QUIET) {
            let asked_at = None;
            let user = self.users.entry(user).or_insert(User { read_at, asked_at });
            user.read_at = read_at;
        }
        if reading.conversation.ended.is_some() {
            self.threading.get_or_insert(false);
        }
    }

    /// How long an ended conversation can be brought back is to be asked: once, and only where there is one.
    pub(super) fn wants_threading(&mut self) -> bool {
        self.threading.is_some_and(|is_asked| !is_asked) && self.threading.replace(true).is_some()
    }

    /// Whom to ask about now. They count as asked, and nobody else is asked about until [`Questions::came`].
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Vec<Text>> {
        if self.is_out || self.not_before.is_some_and(|at| at > now) {
            return None;
        }
        self.users
            .retain(|_, user| since(user.read_at.into(), now) <= UNREAD);
        let is_due = |user: &User| {
            let asked_at = user.asked_at.map(Timestamp::from);
            asked_at.is_none_or(|at| since(at, now) >= EVERY)
        };
        let due = self.users.iter().filter(|(_, user)| is_due(user));
        // Whoever was never asked about comes first, then who was longest ago.
        let mut due: Vec<(Option<Nanos>, Text)> = due
            .map(|(name, user)| (user.asked_at, name.clone()))
            .collect();
        due.sort_unstable();
        due.truncate(AT_ONCE);
        if due.is_empty() {
            return None;
        }
        let due: Vec<Text> = due.into_iter().map(|(_, name)| name).collect();
        for name in &due {
            if let Some(user) = self.users.get_mut(name) {
                user.asked_at = Some(now.into());
            }
        }
        self.is_out = true;
        Some(due)
    }

    /// The answer came: as what the roster is told.
    pub(super) fn came(
        &mut self,
        asked: Vec<Text>,
        result: Result<Vec<AgentStanding>, Failure>,
        now: Timestamp,
    ) -> Standings {
        self.is_out = false;
        let wait = match &result {
            Err(Failure { kind, .. }) if is_lasting(kind) => REFUSED,
            Err(_) => EVERY,
            Ok(_) => APART,
        };
        self.not_before = Some(after(now, wait));
        told(asked, result)
    }
}

/// What an answer, or its absence, tells the roster.
pub(super) fn told(asked: Vec<Text>, result: Result<Vec<AgentStanding>, Failure>) -> Standings {
    match result {
        Ok(found) => Standings {
            asked,
            found,
            failure: None,
        },
        Err(failure) => Standings {
            asked,
            found: Vec::new(),
            failure: Some(failure.words()),
        },
    }
}

fn is_lasting(kind: &FailureKind) -> bool {
    matches!(
        kind,
        FailureKind::NotPermitted { .. }
            | FailureKind::Forbidden
            | FailureKind::Refused
            | FailureKind::WrongRoute
    )
}

#[cfg(test)]
mod tests;
