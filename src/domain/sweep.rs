//! What one round of a sweep takes: of what its filter fits, what a rule allows by its own word, nothing forbids, nobody would have to be
//! told of, and no earlier sweep gave up. Oldest first, as many as there is room for. Pure: it looks at rows and at runs on record.

use std::borrow::Borrow;

use jiff::{SignedDuration, Timestamp};

use super::cause::Cause;
use super::conversation::Side;
use super::guard::{self, Terms};
use super::ids::ConversationId;
use super::moment::since;
use super::roster::Row;

pub use past::{Past, WINDOW};

mod past;

/// Why a round leaves a chat alone that the filter fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// A plan of many may not hold it.
    Refused(Cause),
    /// No rule says that a sweep may end it.
    NoRule,
    /// A rule or guard warns of it, and there is nobody to hear that.
    Warned,
    /// Somebody wrote lately, and there is nobody to whom that could be counted aloud.
    Recent,
    /// An earlier sweep left it open, and nothing has changed since; or it did so too often.
    Tried,
    /// The round is full.
    Batch,
    /// The hour is full.
    Hour,
}

impl Left {
    /// After a count: `8 without a rule that allows it`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Refused(cause) => cause.word(),
            Self::NoRule => "without a rule that allows it",
            Self::Warned => "warned of",
            Self::Recent => "with a recent reply",
            Self::Tried => "left open by sweeps before",
            Self::Batch => "over the batch",
            Self::Hour => "over the hour",
        }
    }
}

/// How many a round may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// In a round.
    pub batch: usize,
    /// What is left of the hour.
    pub hour: usize,
}

impl Room {
    /// There is room for one more beside so many.
    fn check(self, taken: usize) -> Result<(), Left> {
        if taken >= self.hour {
            return Err(Left::Hour);
        }
        if taken >= self.batch {
            return Err(Left::Batch);
        }
        Ok(())
    }
}

/// What a round takes, and what it leaves of what the filter fits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Oldest first.
    pub taken: Vec<ConversationId>,
    /// Each with its reason, oldest first.
    pub left: Vec<(ConversationId, Left)>,
}

impl Selection {
    /// How many are left for each reason, in the order in which they are told.
    pub fn counts(&self) -> Vec<(Left, usize)> {
        let mut reasons: Vec<Left> = self.left.iter().map(|(_, left)| *left).collect();
        reasons.sort_unstable();
        reasons.dedup();
        let count = |reason: Left| {
            let left = self.left.iter();
            (reason, left.filter(|(_, left)| *left == reason).count())
        };
        reasons.into_iter().map(count).collect()
    }
}

/// What a policy asks of a chat beyond what every plan of many does. It is asked again of the read that a plan is made on.
pub fn may_take(row: &Row, recent_reply: SignedDuration, now: Timestamp) -> Result<(), Left> {
    if row.swept_by(now).is_none() {
        return Err(Left::NoRule);
    }
    if !row.warnings(now).is_empty() {
        return Err(Left::Warned);
    }
    let Some(reading) = row.reading.as_deref() else {
        return Err(Left::Refused(Cause::Unread));
    };
    let newest = [Side::Customer, Side::Agent].map(|side| reading.conversation.newest(side));
    let time = row.platform_time(now);
    let is_recent = |at: Timestamp| since(at, time) < recent_reply;
    if newest
        .into_iter()
        .flatten()
        .any(|wrote| is_recent(wrote.at))
    {
        return Err(Left::Recent);
    }
    Ok(())
}

/// What a round takes of these, which its filter fits: that is not asked again. Rows are looked at one by one, for there may be many.
pub fn select<R: Borrow<Row>>(
    ids: impl IntoIterator<Item = ConversationId>,
    row: impl Fn(ConversationId) -> Option<R>,
    room: Room,
    past: &Past,
    recent_reply: SignedDuration,
    terms: &Terms<'_>,
) -> Selection {
    let terms = &Terms {
        still_matches: None,
        ..*terms
    };
    let place = |id| Some((row(id)?.borrow().listed.started, id));
    let mut oldest_first: Vec<_> = ids.into_iter().filter_map(place).collect();
    oldest_first.sort_unstable();
    oldest_first.dedup();
    let mut selection = Selection::default();
    for (_, id) in oldest_first {
        let Some(row) = row(id) else { continue };
        let verdict = verdict(row.borrow(), past, recent_reply, terms);
        let verdict = verdict.and(room.check(selection.taken.len()));
        match verdict {
            Ok(()) => selection.taken.push(id),
            Err(left) => selection.left.push((id, left)),
        }
    }
    selection
}

fn verdict(
    row: &Row,
    past: &Past,
    recent_reply: SignedDuration,
    terms: &Terms<'_>,
) -> Result<(), Left> {
    let item = guard::admit(row, true, terms).map_err(|why| Left::Refused(why.cause))?;
    may_take(row, recent_reply, terms.now)?;
    if past.gave_up(item.id, &item.evidence) {
        return Err(Left::Tried);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
