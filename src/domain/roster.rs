//! The roster: the conversations known now, from the list (late, organisation-wide) and from reads (true when read, one at a time).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::beside::Beside;
use super::conversation::Conversation;
use super::diagnosis::{self, Diagnosis, Thresholds};
use super::failure::{Failure, Receipt};
use super::ids::ConversationId;
use super::kind::Kind;
use super::moment::{short, since};
use super::names::Names;
use super::reach::Reach;
use super::recorded::Recorded;
use super::rules::Rules;
use super::skew;
use super::text::Text;

use sources::Sources;

pub use sources::agents_in_question;

mod sources;

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
    /// When the request left whose answer named it, by this machine's clock; absent where no list has.
    pub seen_at: Option<Timestamp>,
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
            seen_at: None,
            recorded: None,
        }
    }
}

/// How long the list may go on naming what has ended; what it names after that is a stray of analytics. The lag of analytics is
/// not published; seconds to minutes are usual.
pub const LIST_LAG: SignedDuration = SignedDuration::from_mins(30);

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
    /// When the question was sent, by this machine's clock.
    pub asked_at: Timestamp,
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
    /// What ids are called: the roster's, shared by all rows.
    pub names: Arc<Names>,
    /// The figures that it is judged by.
    pub thresholds: Arc<Thresholds>,
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
            names: Arc::default(),
            thresholds: Arc::default(),
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

    /// Where what is known of it is from, and when that was asked.
    pub fn source(&self) -> Source {
        match (&self.reading, self.listed.seen_at) {
            (Some(reading), _) => Source::Read(reading.read_at),
            (None, Some(at)) => Source::List(at),
            (None, None) => Source::Nowhere,
        }
    }

    /// The newest read showed that it has ended, and the list is not so much later that it ought to know.
    fn has_ended(&self) -> bool {
        let ended = self
            .reading
            .as_ref()
            .and_then(|reading| reading.conversation.ended);
        ended.is_some_and(|ended| {
            let seen = self.listed.seen_at;
            seen.is_none_or(|seen| since(ended, seen) < LIST_LAG)
        })
    }

    /// How long nobody has written; unknown until it is read.
    pub fn idle(&self, now: Timestamp) -> Option<SignedDuration> {
        self.reading
            .as_ref()
            .map(|reading| since(reading.conversation.quiet_since(), self.platform_time(now)))
    }
}

/// Where facts are from, and when the request for them left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A read of this one conversation: true at that time.
    Read(Timestamp),
    /// The list: late, and not enough to judge by.
    List(Timestamp),
    /// Nothing but its id is known.
    Nowhere,
}

impl Source {
    /// In words, with its age: `read 3s ago`; `listed 40s ago, not read`.
    pub fn words(self, now: Timestamp) -> String {
        match self {
            Self::Read(at) => format!("read {} ago", short(since(at, now))),
            Self::List(at) => format!("listed {} ago, not read", short(since(at, now))),
            Self::Nowhere => "not read".to_owned(),
        }
    }

    /// In one word, for data.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read(_) => "read",
            Self::List(_) => "list",
            Self::Nowhere => "none",
        }
    }
}

/// How long a conversation that is over stays on the list.
pub const GHOST: SignedDuration = SignedDuration::from_secs(10);

/// The conversations known now.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    rows: HashMap<ConversationId, Row>,
    /// Of those, which are over: so that a tick need not look at every row.
    over: HashSet<ConversationId>,
    /// When the newest round of listing was done.
    pub listed_at: Option<Timestamp>,
    /// How far the list reaches.
    pub reach: Reach,
    sources: Sources,
}

impl Roster {
    /// From now on these rules and guards hold for every row, those that come included.
    pub fn follow(&mut self, rules: Option<Arc<Rules>>) {
        for row in self.rows.values_mut() {
            row.rules.clone_from(&rules);
        }
        self.sources.rules = rules;
    }

    /// What ids are called, as far as it is known.
    pub fn names(&self) -> &Arc<Names> {
        &self.sources.names
    }

    /// Names came: every row goes by them.
    pub fn absorb_names(&mut self, names: &Arc<Names>) {
        self.sources.names = Arc::clone(names);
        for row in self.rows.values_mut() {
            row.names = Arc::clone(names);
        }
    }

    /// One page of a list. Known rows keep their readings; the same id on two pages is one row.
    pub fn absorb_page(&mut self, page: &[Listed]) {
        for listed in page {
            let row = self
                .rows
                .entry(listed.id)
                .or_insert_with(|| self.sources.row(listed.clone()));
            row.listed = listed.clone();
            // A read that showed the end wins over the list, which is late.
            if !row.has_ended() {
                row.over_since = None;
                self.over.remove(&listed.id);
            }
        }
    }

    /// The list was made anew and no longer names these. A reading newer than that wins, and is told after it.
    pub fn lose(&mut self, ids: &[ConversationId], at: Timestamp) {
        for id in ids {
            if let Some(row) = self.rows.get_mut(id) {
                row.over_since = row.over_since.or(Some(at));
                self.over.insert(*id);
            }
        }
    }

    /// A round of listing is done.
    pub fn finish_listing(&mut self, at: Timestamp) {
        self.listed_at = Some(at);
    }

    /// How many conversations the list named, and how many the service counts, where the two differ though all of it was listed: it moved
    /// meanwhile, so that rows may be missing or be over.
    pub fn partial(&self) -> Option<(u32, u32)> {
        let reach = &self.reach;
        let is_all = reach.is_whole && reach.refused == 0;
        let told = reach.named.saturating_add(reach.unreadable);
        let is_off = is_all && !reach.is_exact && told != reach.counted;
        is_off.then_some((reach.named, reach.counted))
    }

    /// A conversation that was asked for by id and is not on the list: when it began is not known yet.
    pub fn expect(&mut self, id: ConversationId, now: Timestamp) {
        self.rows
            .entry(id)
            .or_insert_with(|| self.sources.row(Listed::new(id, now)));
    }

    /// A read came back.
    pub fn absorb_reading(&mut self, id: ConversationId, reading: Arc<Reading>) {
        let at = reading.arrived;
        let started = reading.conversation.started;
        let row = self
            .rows
            .entry(id)
            .or_insert_with(|| self.sources.row(Listed::new(id, started)));
        if row
            .reading
            .as_ref()
            .is_some_and(|known| known.read_at > reading.read_at)
        {
            return;
        }
        row.failed_read = None;
        // A row that was asked for by id did not know when the conversation began.
        row.listed.started = reading.conversation.started;
        row.reading = Some(reading);
        self.sources.stand_beside(row);
        if row.has_ended() {
            row.over_since = row.over_since.or(Some(at));
            self.over.insert(id);
        } else {
            row.over_since = None;
            self.over.remove(&id);
        }
    }

    /// A read failed; the older reading stays, marked as old.
    pub fn absorb_failed_read(&mut self, id: ConversationId, failure: Failure, at: Timestamp) {
        if let Some(row) = self.rows.get_mut(&id) {
            row.note_failed_read(failure, at);
        }
    }

    /// Forgets rows that have been over for a while, except those that `keep` names (marked rows stay visible). Answers whether any went.
    pub fn forget_ghosts(&mut self, now: Timestamp, keep: impl Fn(ConversationId) -> bool) -> bool {
        let rows = &mut self.rows;
        let before = self.over.len();
        self.over.retain(|id| {
            let over = rows.get(id).and_then(|row| row.over_since);
            let is_kept = over.is_some_and(|over| since(over, now) < GHOST) || keep(*id);
            if !is_kept {
                rows.remove(id);
            }
            is_kept
        });
        self.over.len() < before
    }

    /// The same of these conversations alone.
    #[must_use]
    pub fn only(&self, ids: impl IntoIterator<Item = ConversationId>) -> Self {
        let wanted = ids.into_iter();
        let rows = wanted.filter_map(|id| Some((id, self.rows.get(&id)?.clone())));
        Self {
            rows: rows.collect(),
            over: HashSet::new(),
            listed_at: self.listed_at,
            reach: self.reach.clone(),
            sources: self.sources.clone(),
        }
    }

    /// A row by its id.
    pub fn row(&self, id: ConversationId) -> Option<Row> {
        self.rows.get(&id).cloned()
    }

    /// Every row, in no order.
    pub fn rows(&self) -> impl Iterator<Item = Row> + Clone {
        self.rows.values().cloned()
    }

    /// The same conversation is known.
    pub fn has(&self, id: ConversationId) -> bool {
        self.rows.contains_key(&id)
    }

    /// The ids of all rows, in no order.
    pub fn ids(&self) -> impl Iterator<Item = ConversationId> {
        self.rows.keys().copied()
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
mod tests;
