//! Analytics against live, leg by leg: what the conversation service says now beside what analytics recorded, and where they disagree.
//! Only shown; what a disagreement means is for `diagnosis`.

use jiff::{SignedDuration, Timestamp};

use super::conversation::{Conversation, Leg, Participant, Purpose, WrapUp};
use super::moment::{after, since};
use super::recorded::{Recorded, RecordedLeg};
use super::roster::Row;
use super::text::Text;

/// Both sides of one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// When live was read, by this machine's clock; absent where it was not, or says that there is no such conversation.
    pub read_at: Option<Timestamp>,
    /// When analytics was asked, by this machine's clock; absent where it was not.
    pub asked_at: Option<Timestamp>,
    /// The conversation as a whole.
    pub whole: Pair,
    /// Leg by leg, in the order of the conversation service; then what only analytics has.
    pub legs: Vec<Pair>,
}

/// One thing as both see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Whose; absent for the whole conversation.
    pub purpose: Option<Purpose>,
    /// The name it goes by.
    pub name: Option<Text>,
    /// As the conversation service says.
    pub live: Option<Span>,
    /// As analytics says.
    pub recorded: Option<Span>,
    /// Where the two disagree.
    pub mismatch: Option<Mismatch>,
}

/// From when to when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// When it began.
    pub since: Option<Timestamp>,
    /// It is open, or after-call work of it is owed.
    pub is_open: bool,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// How.
    pub disconnect: Option<Text>,
}

/// A disagreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch {
    /// What.
    pub what: Difference,
    /// It came about so lately that analytics, which lags, may only be late.
    pub may_be_late: bool,
}

/// In what the two can differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Open for analytics, over in truth.
    OpenInAnalytics,
    /// Open in truth, over for analytics.
    OverInAnalytics,
    /// Analytics does not have it.
    NotInAnalytics,
    /// Live does not have it.
    NotLive,
}

impl Mismatch {
    /// In words.
    pub fn words(&self) -> String {
        let what = match self.what {
            Difference::OpenInAnalytics => "open for analytics, over in truth",
            Difference::OverInAnalytics => "over for analytics, open in truth",
            Difference::NotInAnalytics => "not in analytics",
            Difference::NotLive => "only in analytics",
        };
        if self.may_be_late {
            format!("{what} (analytics may be late)")
        } else {
            what.to_owned()
        }
    }
}

/// How the two clocks of a row and analytics' lag are taken into account.
struct Eye {
    /// When analytics was asked, by the platform's clock.
    asked: Option<Timestamp>,
    lag: SignedDuration,
}

/// The comparison of a row; nothing where neither side is known.
pub fn of(row: &Row, now: Timestamp) -> Option<Comparison> {
    let reading = row
        .reading
        .as_deref()
        .filter(|_| row.beside.missing_since.is_none());
    let live = reading.map(|reading| &reading.conversation);
    let recorded = row.listed.recorded.as_deref();
    if live.is_none() && recorded.is_none() {
        return None;
    }
    let offset = since(now, row.platform_time(now));
    let eye = Eye {
        asked: recorded.map(|record| after(record.asked_at, offset)),
        lag: row.thresholds.astray,
    };
    let is_known = live.is_some() || row.beside.missing_since.is_some();
    let whole = Pair {
        purpose: None,
        name: None,
        live: live.map(whole_live),
        recorded: recorded.map(|record| whole_recorded(record, row.listed.started)),
        mismatch: None,
    };
    Some(Comparison {
        read_at: reading.map(|reading| reading.read_at),
        asked_at: recorded.map(|record| record.asked_at),
        whole: eye.judged(whole, is_known),
        legs: pairs(live, recorded)
            .into_iter()
            .map(|pair| eye.judged(pair, is_known))
            .collect(),
    })
}

impl Comparison {
    /// Something differs.
    pub fn is_at_odds(&self) -> bool {
        std::iter::once(&self.whole)
            .chain(&self.legs)
            .any(|pair| pair.mismatch.is_some())
    }
}

fn whole_live(conversation: &Conversation) -> Span {
    let ended = conversation.over_since();
    Span {
        since: Some(conversation.started),
        is_open: conversation.ended.is_none()
            && (conversation.owes_wrap_up() || conversation.open_legs().next().is_some()),
        ended,
        disconnect: None,
    }
}

fn whole_recorded(record: &Recorded, started: Timestamp) -> Span {
    Span {
        since: Some(started),
        is_open: record.ended.is_none(),
        ended: record.ended,
        disconnect: None,
    }
}

/// After-call work belongs to a party's last leg, as in analytics.
fn live_span(party: &Participant, leg: &Leg) -> Span {
    let owes = matches!(party.wrap_up, WrapUp::Owed { .. });
    let is_last = party.legs.last().is_some_and(|last| last.id == leg.id);
    Span {
        since: leg.since,
        is_open: leg.is_open() || (owes && is_last),
        ended: leg.ended,
        disconnect: leg.disconnect.clone(),
    }
}

fn recorded_span(leg: &RecordedLeg) -> Span {
    Span {
        since: leg.since,
        is_open: leg.is_open(),
        ended: leg.ended,
        disconnect: leg.disconnect.clone(),
    }
}

/// Pairs of legs: those of the same id, for sessions are probably called like communications, which nobody has verified; of the rest the
/// n-th of a purpose with the n-th of it.
fn pairs(live: Option<&Conversation>, recorded: Option<&Recorded>) -> Vec<Pair> {
    let mut rest: Vec<&RecordedLeg> = recorded.map_or_else(Vec::new, |r| r.legs.iter().collect());
    let mut pairs: Vec<Pair> = Vec::new();
    let mut alone: Vec<usize> = Vec::new();
    for (party, leg) in live.into_iter().flat_map(Conversation::legs) {
        let id = leg.id.to_string();
        let same = rest
            .iter()
            .position(|other| other.id.as_ref().is_some_and(|said| said.as_str() == id));
        if same.is_none() {
            alone.push(pairs.len());
        }
        let session = same.map(|place| rest.remove(place));
        pairs.push(pair(party, leg, session));
    }
    for place in alone {
        let Some(pair) = pairs.get_mut(place) else {
            continue;
        };
        let nth = rest
            .iter()
            .position(|leg| Some(&leg.purpose) == pair.purpose.as_ref());
        pair.recorded = nth.map(|nth| recorded_span(rest.remove(nth)));
    }
    pairs.extend(rest.into_iter().map(|leg| Pair {
        purpose: Some(leg.purpose.clone()),
        name: leg.name.clone(),
        live: None,
        recorded: Some(recorded_span(leg)),
        mismatch: None,
    }));
    pairs
}

fn pair(party: &Participant, leg: &Leg, session: Option<&RecordedLeg>) -> Pair {
    Pair {
        purpose: Some(party.purpose.clone()),
        name: party.name.clone(),
        live: Some(live_span(party, leg)),
        recorded: session.map(recorded_span),
        mismatch: None,
    }
}

impl Eye {
    /// The pair with its disagreement. While one side is not known at all, nothing disagrees with it.
    fn judged(&self, mut pair: Pair, is_live_known: bool) -> Pair {
        if !is_live_known || self.asked.is_none() {
            return pair;
        }
        let (what, from) = match (&pair.live, &pair.recorded) {
            (Some(live), Some(recorded)) if live.is_open != recorded.is_open => {
                if recorded.is_open {
                    (Difference::OpenInAnalytics, live.ended)
                } else {
                    (Difference::OverInAnalytics, live.since)
                }
            }
            (Some(live), None) => (Difference::NotInAnalytics, live.since),
            (None, Some(recorded)) => (Difference::NotLive, recorded.since),
            _ => return pair,
        };
        let is_late = |from: Timestamp| {
            self.asked
                .is_some_and(|asked| since(from, asked) <= self.lag)
        };
        pair.mismatch = Some(Mismatch {
            what,
            may_be_late: from.is_some_and(is_late),
        });
        pair
    }
}

#[cfg(test)]
mod tests;
