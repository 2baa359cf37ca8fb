//! The roster: the conversations known now, from the list (late, organisation-wide) and from reads (true when read, one at a time).

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::beside::Beside;
use super::conversation::Conversation;
use super::diagnosis::{self, Diagnosis};
use super::failure::{Failure, Receipt};
use super::ids::ConversationId;
use super::kind::Kind;
use super::moment::since;
use super::recorded::Recorded;
use super::rules::Rules;
use super::skew;
use super::text::Text;

/// A conversation as the list shows it: minutes late, and not enough to judge by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The conversation.
    pub id: ConversationId,
    /// When it began.
    pub started: Timestamp,
    /// Whether the customer ever took part, if the list says (analytics `customerParticipation`).
    pub took_part: Option<bool>,
    /// The customer's name.
    pub customer: Option<Text>,
    /// The newest agent's name.
    pub agent: Option<Text>,
    /// Everything else that the same answer of analytics said.
    pub recorded: Option<Arc<Recorded>>,
}

impl Listed {
    /// A conversation of which only this is known.
    pub fn new(id: ConversationId, started: Timestamp) -> Self {
        Self {
            id,
            started,
            took_part: None,
            customer: None,
            agent: None,
            recorded: None,
        }
    }
}

/// One read of one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What it showed.
    pub conversation: Conversation,
    /// When the request left, by this machine's clock.
    pub read_at: Timestamp,
    /// When the answer was whole.
    pub arrived: Timestamp,
    /// How it went.
    pub receipt: Receipt,
}

/// What analytics knows of the end of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// When it ended; absent while analytics knows of no end.
    pub ended: Option<Timestamp>,
    /// How the request went.
    pub receipt: Receipt,
}

/// Why there is no newer reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedRead {
    /// What went wrong.
    pub failure: Failure,
    /// When.
    pub at: Timestamp,
}

/// A conversation on the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// As listed.
    pub listed: Listed,
    /// As read last, if it was read at all.
    pub reading: Option<Arc<Reading>>,
    /// The read that failed since.
    pub failed_read: Option<FailedRead>,
    /// Since when it is known to be over or no longer listed: kept a while as a ghost.
    pub over_since: Option<Timestamp>,
    /// What other sources say.
    pub beside: Beside,
    /// The operator's rules and guards; the roster hands them to every row of its own.
    pub rules: Option<Arc<Rules>>,
}

impl Row {
    /// A row that was listed, and no more.
    pub fn new(listed: Listed) -> Self {
        Self {
            listed,
            reading: None,
            failed_read: None,
            over_since: None,
            beside: Beside::default(),
            rules: None,
        }
    }

    /// Why it is still open.
    pub fn diagnosis(&self, now: Timestamp) -> Diagnosis {
        diagnosis::of(self, now)
    }

    /// Why it is still open, in one word.
    pub fn kind(&self, now: Timestamp) -> Kind {
        self.diagnosis(now).kind
    }

    /// How long ago it began.
    pub fn age(&self, now: Timestamp) -> SignedDuration {
        since(self.listed.started, self.platform_time(now))
    }

    /// The time by the platform's clock, as far as its answer to the newest read says.
    pub fn platform_time(&self, now: Timestamp) -> Timestamp {
        self.reading.as_ref().map_or(now, |reading| {
            skew::platform_time(reading.receipt.date, reading.arrived, now)
        })
    }

    /// How long nobody has written; unknown until it is read.
    pub fn idle(&self, now: Timestamp) -> Option<SignedDuration> {
        self.reading
            .as_ref()
            .map(|reading| since(reading.conversation.quiet_since(), self.platform_time(now)))
    }
}

/// How long a conversation that is over stays on the list.
pub const GHOST: SignedDuration = SignedDuration::from_secs(10);

/// The conversations known now.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    rows: HashMap<ConversationId, Row>,
    /// Ids seen by the listing under way.
    arriving: Vec<ConversationId>,
    /// When the newest whole listing was finished.
    pub listed_at: Option<Timestamp>,
    /// How many conversations the newest whole listing named, and how many the service counted, where the two differ: the list moved
    /// while its pages were read, so that rows may be missing.
    pub partial: Option<(usize, u32)>,
    /// How many conversations the service counts, as far as the listing under way has got.
    counted: u32,
    /// The operator's rules and guards, for every row.
    rules: Option<Arc<Rules>>,
}

impl Roster {
    /// From now on these rules and guards hold for every row, those that come included.
    pub fn follow(&mut self, rules: Option<Arc<Rules>>) {
        for row in self.rows.values_mut() {
            row.rules.clone_from(&rules);
        }
        self.rules = rules;
    }

    /// A listing begins: what it does not name is over when it ends.
    pub fn begin_listing(&mut self) {
        self.arriving.clear();
    }

    /// One page of a listing. Known rows keep their readings; the same id on two pages is one row.
    pub fn absorb_page(&mut self, page: &[Listed]) {
        for listed in page {
            self.arriving.push(listed.id);
            if let Some(row) = self.rows.get_mut(&listed.id) {
                // A read that showed the end wins over the list, which is late.
                if row
                    .reading
                    .as_ref()
                    .is_none_or(|reading| reading.conversation.ended.is_none())
                {
                    row.over_since = None;
                }
                row.listed = listed.clone();
            } else {
                let row = Row::new(listed.clone()).under(self.rules.clone());
                self.rows.insert(listed.id, row);
            }
        }
    }

    /// How many conversations the service counts in all that was listed so far.
    pub fn count(&mut self, total: u32) {
        self.counted = total;
    }

    /// A listing is done. Rows it did not name are over from now on; but a reading wins over the list, which is late.
    pub fn finish_listing(&mut self, at: Timestamp) {
        let named: std::collections::HashSet<ConversationId> = self.arriving.drain(..).collect();
        for row in self.rows.values_mut() {
            if named.contains(&row.listed.id) {
                continue;
            }
            row.over_since = row.over_since.or(Some(at));
        }
        self.listed_at = Some(at);
        let is_whole = u32::try_from(named.len()) == Ok(self.counted);
        self.partial = (!is_whole).then_some((named.len(), self.counted));
    }

    /// A conversation that was asked for by id and is not on the list: when it began is not known yet.
    pub fn expect(&mut self, id: ConversationId, now: Timestamp) {
        self.rows
            .entry(id)
            .or_insert_with(|| Row::new(Listed::new(id, now)).under(self.rules.clone()));
    }

    /// A read came back.
    pub fn absorb_reading(&mut self, id: ConversationId, reading: Arc<Reading>) {
        let is_over = reading.conversation.ended.is_some();
        let at = reading.arrived;
        let started = reading.conversation.started;
        let row = self
            .rows
            .entry(id)
            .or_insert_with(|| Row::new(Listed::new(id, started)).under(self.rules.clone()));
        if row
            .reading
            .as_ref()
            .is_some_and(|known| known.read_at > reading.read_at)
        {
            return;
        }
        row.over_since = if is_over {
            row.over_since.or(Some(at))
        } else {
            None
        };
        row.failed_read = None;
        // A row that was asked for by id did not know when the conversation began.
        row.listed.started = reading.conversation.started;
        row.reading = Some(reading);
    }

    /// A read failed; the older reading stays, marked as old.
    pub fn absorb_failed_read(&mut self, id: ConversationId, failure: Failure, at: Timestamp) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.failed_read = Some(FailedRead { failure, at });
        }
    }

    /// Forgets rows that have been over for a while, except those that `keep` names (marked rows stay visible).
    pub fn forget_ghosts(&mut self, now: Timestamp, keep: impl Fn(ConversationId) -> bool) {
        self.rows.retain(|id, row| {
            row.over_since.is_none_or(|over| since(over, now) < GHOST) || keep(*id)
        });
    }

    /// A row by its id.
    pub fn row(&self, id: ConversationId) -> Option<&Row> {
        self.rows.get(&id)
    }

    /// Every row, in no order.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.rows.values()
    }

    /// How many rows there are, ghosts included.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// No conversation is known.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_that_is_missing_from_one_listing_and_back_in_the_next_is_not_over() {
        let now = Timestamp::from_second(1_000_000).unwrap_or_default();
        let listed = Listed::new(ConversationId::from_u128(1), now);
        let mut roster = Roster::default();
        for page in [vec![listed.clone()], Vec::new(), vec![listed.clone()]] {
            roster.begin_listing();
            roster.absorb_page(&page);
            roster.finish_listing(now);
            let is_over = roster
                .row(listed.id)
                .is_some_and(|row| row.over_since.is_some());
            assert_eq!(is_over, page.is_empty());
        }
    }
}
