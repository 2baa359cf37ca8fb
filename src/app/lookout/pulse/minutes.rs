//! How many chats there were, minute by minute, for as long as the console is open; and what that comes to in words. A minute in which
//! nobody knew is left out, and minutes that knew less are not compared with those that know more.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::domain::ids::ConversationId;
use crate::domain::kind::{Kind, Severity};
use crate::domain::moment::{short, since};
use crate::domain::shown::place_words;

/// How many minutes are kept,
const MINUTES: usize = 60;
/// and how many changes.
const CHANGES: usize = 20;
/// So many stuck chats are told apart, at most: of more than that nobody reads which ones came and went, and each has to be looked at.
const NAMED: usize = 1_000;
/// A list that is older tells nothing of the minute.
const FRESH: SignedDuration = SignedDuration::from_mins(2);
/// How far back a change is counted; the minute may be half a one older.
const BACK: SignedDuration = SignedDuration::from_secs(630);

/// What was counted in a minute.
#[derive(Debug, Clone, Copy)]
struct Minute {
    at: Timestamp,
    open: usize,
    stuck: usize,
    /// Everything was listed.
    is_whole: bool,
    /// And everything was read.
    is_read: bool,
}

/// Some chats became stuck, or are not any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// When that was seen.
    pub at: Timestamp,
    /// How many: above nothing where they became stuck.
    pub by: isize,
    /// Which.
    pub words: String,
}

/// How many chats there were.
#[derive(Debug, Default)]
pub struct Minutes {
    counted: VecDeque<Minute>,
    at: Option<Timestamp>,
    /// The stuck ones of the newest minute, with what is said of each.
    stuck: Option<BTreeMap<ConversationId, String>>,
    changes: VecDeque<Change>,
}

impl Minutes {
    /// Notes how it stands, once a minute.
    pub(crate) fn note(&mut self, app: &App, now: Timestamp) {
        let minute = SignedDuration::from_mins(1);
        let is_due = self.at.is_none_or(|at| since(at, now) >= minute);
        let is_known = app.link.listed_at.is_some_and(|at| since(at, now) <= FRESH);
        if !is_due || !is_known {
            return;
        }
        self.at = Some(now);
        let counts = app.chats.counts;
        if self.counted.len() >= MINUTES {
            self.counted.pop_front();
        }
        let is_whole = app.link.reach.is_whole;
        self.counted.push_back(Minute {
            at: now,
            open: counts.open,
            stuck: counts.stuck,
            is_whole,
            is_read: is_whole && counts.gap().is_none(),
        });
        self.note_stuck(app, now);
    }

    /// Which became stuck since the minute before, and which are not any more. What the first minute finds is no change.
    fn note_stuck(&mut self, app: &App, now: Timestamp) {
        if app.chats.counts.stuck > NAMED {
            self.stuck = None;
            return;
        }
        let stuck = stuck_of(app);
        let Some(before) = self.stuck.replace(stuck) else {
            return;
        };
        let now_stuck = self.stuck.iter().flatten();
        let came = now_stuck.filter(|(id, _)| !before.contains_key(id));
        let came = said(came, |_| String::new());
        let is_over = |id: &ConversationId| {
            let row = app.roster.row(*id);
            row.is_none_or(|row| row.over_since.is_some())
        };
        let still = self.stuck.as_ref();
        let gone = before
            .iter()
            .filter(|(id, _)| still.is_none_or(|still| !still.contains_key(id)));
        let gone = said(gone, |id| {
            if is_over(&id) {
                ": over".to_owned()
            } else {
                ": stuck no more".to_owned()
            }
        });
        let came = came.into_iter().map(|(words, count)| (words, count, 1));
        let gone = gone.into_iter().map(|(words, count)| (words, count, -1));
        for (words, count, sign) in came.chain(gone) {
            let count = isize::try_from(count).unwrap_or(isize::MAX);
            self.changes.push_front(Change {
                at: now,
                by: sign * count,
                words,
            });
        }
        self.changes.truncate(CHANGES);
    }

    /// Chats that were not over, oldest minute first.
    pub fn open(&self) -> impl Iterator<Item = usize> + Clone {
        self.counted.iter().map(|minute| minute.open)
    }

    /// Stuck ones.
    pub fn stuck(&self) -> impl Iterator<Item = usize> + Clone {
        self.counted.iter().map(|minute| minute.stuck)
    }

    /// How many minutes there are.
    pub fn len(&self) -> usize {
        self.counted.len()
    }

    /// There is none yet.
    pub fn is_empty(&self) -> bool {
        self.counted.is_empty()
    }

    /// What changed, newest first.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }

    /// `last 12 minutes`, or of how many these are.
    pub fn span_words(&self, now: Timestamp) -> String {
        let count = self.len();
        let Some(first) = self.counted.front().filter(|_| count > 1) else {
            return "counted from now on, minute by minute".to_owned();
        };
        let span = usize::try_from(since(first.at, now).as_mins()).unwrap_or(0) + 1;
        if span > count + 1 {
            format!("{count} of the last {span} minutes")
        } else {
            format!("last {count} minutes")
        }
    }

    /// How the open ones changed in ten minutes, or in as many as there are: `up 9 in 10m`. Nothing while not everything was listed.
    pub fn open_change(&self, open: usize, now: Timestamp) -> Option<String> {
        let minute = self.minute_back(now, |minute| minute.is_whole)?;
        Some(change(minute.open, open, since(minute.at, now)))
    }

    /// The same of the stuck ones; nothing while not everything was read: what is read for the first time has not changed.
    pub fn stuck_change(&self, stuck: usize, now: Timestamp) -> Option<String> {
        let minute = self.minute_back(now, |minute| minute.is_read)?;
        self.counted.back().filter(|newest| newest.is_read)?;
        Some(change(minute.stuck, stuck, since(minute.at, now)))
    }

    fn minute_back(&self, now: Timestamp, knows: impl Fn(&Minute) -> bool) -> Option<&Minute> {
        let mut counted = self.counted.iter();
        let found = counted.find(|minute| since(minute.at, now) <= BACK && knows(minute))?;
        (since(found.at, now) >= SignedDuration::from_mins(1)).then_some(found)
    }
}

fn change(before: usize, now: usize, span: SignedDuration) -> String {
    let span = short(span);
    match now.cmp(&before) {
        std::cmp::Ordering::Greater => format!("up {} in {span}", now - before),
        std::cmp::Ordering::Less => format!("down {} in {span}", before - now),
        std::cmp::Ordering::Equal => format!("as {span} ago"),
    }
}

/// Every stuck chat, with its place and kind.
fn stuck_of(app: &App) -> BTreeMap<ConversationId, String> {
    let stuck = app.chats.so_grave(Severity::Stuck);
    let rows = stuck.filter_map(|id| app.roster.row(id));
    rows.filter(|row| row.over_since.is_none())
        .map(|row| {
            let id = row.listed.id;
            let kind = app.chats.kind(id).map_or("", Kind::word);
            let place = place_words(&row).map_or_else(String::new, |place| format!("{place}, "));
            (id, format!("{place}{kind}"))
        })
        .collect()
}

/// Those of which the same is said together; one alone by its id.
fn said<'a>(
    chats: impl Iterator<Item = (&'a ConversationId, &'a String)>,
    more: impl Fn(ConversationId) -> String,
) -> Vec<(String, usize)> {
    let mut grouped: BTreeMap<String, Vec<ConversationId>> = BTreeMap::new();
    for (id, words) in chats {
        let words = format!("{words}{}", more(*id));
        grouped.entry(words).or_default().push(*id);
    }
    let words = |(words, ids): (String, Vec<ConversationId>)| match ids.as_slice() {
        [id] => (format!("{}  {words}", id.short()), 1),
        ids => (words, ids.len()),
    };
    grouped.into_iter().map(words).collect()
}
