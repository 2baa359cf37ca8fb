//! The roster: the conversations known now, from the list (late, organisation-wide) and from reads (true when read, one at a time).

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::beside::Beside;
use super::conversation::Conversation;
use super::diagnosis::{self, Diagnosis, Thresholds};
use super::failure::{Failure, FailureKind, Receipt};
use super::ids::{ByConversation, ConversationId};
use super::kind::Kind;
use super::moment::{short, since};
use super::names::Names;
use super::reach::Reach;
use super::recorded::Recorded;
use super::rules::Rules;
use super::skew;
use super::text::Text;

use counted::Counted;
use ghosts::has_ended;
use packed::Packed;
use sources::Sources;

pub use ghosts::{GHOST, LIST_LAG};
pub use sources::agents_in_question;

mod counted;
mod ghosts;
mod packed;
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

/// The conversations known now. Rows are kept packed, and made when they are asked for: looking at one costs a microsecond or two, looking
/// at all of a long list is no work for one frame.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    known: Counted<Known>,
    /// When the newest round of listing was done.
    pub listed_at: Option<Timestamp>,
    /// How far the list reaches.
    pub reach: Reach,
}

/// What rows are made of.
#[derive(Debug, Clone, Default)]
struct Known {
    packed: Packed,
    /// Which are over, and since when: so that a tick need not look at every row.
    over: ByConversation<Timestamp>,
    /// The reads that failed since.
    failed: ByConversation<FailedRead>,
    /// Since when reads have answered that it is not there.
    missing: ByConversation<Timestamp>,
    sources: Sources,
}

impl Roster {
    /// From now on these rules and guards hold for every row, those that come included.
    pub fn follow(&mut self, rules: Option<Arc<Rules>>) {
        self.known.change().sources.rules = rules;
    }

    /// What ids are called, as far as it is known.
    pub fn names(&self) -> &Arc<Names> {
        &self.known.sources.names
    }

    /// Names came: every row goes by them.
    pub fn absorb_names(&mut self, names: &Arc<Names>) {
        self.known.change().sources.names = Arc::clone(names);
    }

    /// One page of a list. Known rows keep their readings; the same id on two pages is one row.
    pub fn absorb_page(&mut self, page: &[Listed]) {
        let known = self.known.change();
        for listed in page {
            let reading = known.packed.get(listed.id).and_then(|(_, reading)| reading);
            known.packed.put(listed, reading.as_ref());
            // A read that showed the end wins over the list, which is late.
            if !has_ended(listed, reading.as_ref()) {
                known.over.remove(&listed.id);
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
        if !self.has(id) {
            let row = Listed::new(id, now);
            self.known.change().packed.put(&row, None);
        }
    }

    /// A read came back.
    pub fn absorb_reading(&mut self, id: ConversationId, reading: &Reading) {
        let started = reading.conversation.started;
        let before = self.known.packed.get(id);
        let (mut listed, before) = before.unwrap_or_else(|| (Listed::new(id, started), None));
        if before.is_some_and(|before| before.read_at > reading.read_at) {
            return;
        }
        let known = self.known.change();
        known.failed.remove(&id);
        known.missing.remove(&id);
        // A row that was asked for by id did not know when the conversation began.
        listed.started = started;
        known.packed.put(&listed, Some(reading));
        if has_ended(&listed, Some(reading)) {
            known.over.entry(id).or_insert(reading.arrived);
        } else {
            known.over.remove(&id);
        }
    }

    /// A read failed; the older reading stays, marked as old. One that may go better the next time says nothing against what an answer
    /// showed.
    pub fn absorb_failed_read(&mut self, id: ConversationId, failure: Failure, at: Timestamp) {
        if !self.has(id) {
            return;
        }
        let known = self.known.change();
        if failure.kind == FailureKind::NotFound {
            known.missing.entry(id).or_insert(at);
        }
        let shows_nothing = |failed: &FailedRead| failed.failure.kind.shows_nothing();
        let failed = FailedRead { failure, at };
        let is_unreadable =
            known.missing.contains_key(&id) || known.failed.get(&id).is_some_and(shows_nothing);
        if shows_nothing(&failed) || !is_unreadable {
            known.failed.insert(id, failed);
        }
    }

    /// The same of these conversations alone.
    #[must_use]
    pub fn only(&self, ids: impl IntoIterator<Item = ConversationId>) -> Self {
        let known = &self.known;
        let mut only = Self {
            listed_at: self.listed_at,
            reach: self.reach.clone(),
            ..Self::default()
        };
        let these = only.known.change();
        these.sources = known.sources.clone();
        for id in ids {
            if let Some((listed, reading)) = known.packed.get(id) {
                these.packed.put(&listed, reading.as_ref());
                these.over.extend(known.over.get_key_value(&id));
                these.missing.extend(known.missing.get_key_value(&id));
                let failed = known.failed.get(&id).cloned();
                these.failed.extend(failed.map(|failed| (id, failed)));
            }
        }
        only
    }

    /// A row by its id, as everything that is known makes it.
    pub fn row(&self, id: ConversationId) -> Option<Row> {
        let known = &self.known;
        let (listed, reading) = known.packed.get(id)?;
        let mut row = known.sources.row(listed, reading.map(Arc::new));
        row.failed_read = known.failed.get(&id).cloned();
        row.over_since = known.over.get(&id).copied();
        row.beside.missing_since = known.missing.get(&id).copied();
        Some(row)
    }

    /// How often rows may have changed: what was made of one stands while this is the same.
    pub fn changes(&self) -> u64 {
        self.known.changes()
    }

    /// Every row, in no order.
    pub fn rows(&self) -> impl Iterator<Item = Row> + Clone {
        self.ids().filter_map(|id| self.row(id))
    }

    /// It is known.
    pub fn has(&self, id: ConversationId) -> bool {
        self.known.packed.has(id)
    }

    /// The ids of all rows, in no order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = ConversationId> + Clone {
        self.known.packed.ids()
    }

    /// How many rows there are, ghosts included.
    pub fn len(&self) -> usize {
        self.ids().len()
    }

    /// No conversation is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests;
