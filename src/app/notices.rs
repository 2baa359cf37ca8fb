//! Short messages for the status row: the newest is shown, six seconds for a piece of news, until a key for trouble; what answers a key,
//! until the next one that does something. All are kept for the page of messages, the newest five hundred.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::tone::Tone;
use crate::domain::failure::Failure;
use crate::domain::moment::since;

/// How long a piece of news stays at most.
const LIFETIME: SignedDuration = SignedDuration::from_secs(6);
/// The most messages that are kept.
pub const MOST: usize = 500;

/// A message.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What is said.
    pub text: String,
    /// How grave it is.
    pub tone: Tone,
    /// When it was said.
    pub at: Timestamp,
    /// The id by which the service knows the request that failed.
    pub correlation: Option<String>,
    /// Which message it is, counted from the first; no two have the same.
    pub number: u64,
    /// It is about what happens in the run under way, which the board shows and the line mode says by itself.
    pub is_of_run: bool,
    ends: Ends,
    /// One of a kind of which there can be as many as chats.
    is_one_of_many: bool,
}

/// What takes a message out of the status row before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// Nothing: it came by itself.
    WithTime,
    /// A key that does something: it answered another key.
    AtADeed,
    /// Any key, and nothing else.
    AtAnyKey,
}

/// The messages.
#[derive(Debug, Default)]
pub struct Notices {
    newest: Option<Notice>,
    kept: VecDeque<Notice>,
    count: u64,
    /// What is told now comes of a key.
    is_of_key: bool,
}

impl Notices {
    /// News.
    pub(crate) fn tell(&mut self, text: impl Into<String>, now: Timestamp) {
        let notice = self.keep(text.into(), Tone::Accent, None, now);
        self.newest = Some(notice);
    }

    /// Trouble, or a refusal with its reason: stays until a key is pressed.
    pub(crate) fn warn(&mut self, text: impl Into<String>, now: Timestamp) {
        self.warn_of(text, None, now);
    }

    /// The same, of a request that the service knows by this id.
    pub(crate) fn warn_of(
        &mut self,
        text: impl Into<String>,
        correlation: Option<String>,
        now: Timestamp,
    ) {
        let mut notice = self.keep(text.into(), Tone::Warn, correlation, now);
        notice.ends = Ends::AtAnyKey;
        self.newest = Some(notice);
    }

    /// Something that the screen says elsewhere, kept with the id of the request that it rests on.
    pub(crate) fn record_of(
        &mut self,
        tone: Tone,
        text: impl Into<String>,
        correlation: Option<String>,
        now: Timestamp,
    ) {
        self.keep(text.into(), tone, correlation, now);
    }

    /// The same of something of which there can be as many as chats: it goes before others do, once there are too many.
    pub(crate) fn record_one_of_many(
        &mut self,
        tone: Tone,
        text: impl Into<String>,
        correlation: Option<String>,
        now: Timestamp,
    ) {
        self.record_of(tone, text, correlation, now);
        if let Some(newest) = self.kept.front_mut() {
            newest.is_one_of_many = true;
        }
    }

    /// A request failed, and the screen says so elsewhere: kept with the id of the request, not shown in the status row.
    pub(crate) fn record(&mut self, what: &str, failure: &Failure, now: Timestamp) {
        let correlation = failure.receipt.correlation.as_ref();
        let correlation = correlation.map(ToString::to_string);
        let text = format!("{what}: {}", failure.words());
        self.keep(text, Tone::Bad, correlation, now);
    }

    /// Something came right again, and the screen shows it elsewhere.
    pub(crate) fn record_news(&mut self, text: impl Into<String>, now: Timestamp) {
        self.keep(text.into(), Tone::Accent, None, now);
    }

    /// What was said last is about what happens in the run under way.
    pub(crate) fn was_of_run(&mut self) {
        if let Some(newest) = self.kept.front_mut() {
            newest.is_of_run = true;
        }
    }

    fn keep(
        &mut self,
        text: String,
        tone: Tone,
        correlation: Option<String>,
        now: Timestamp,
    ) -> Notice {
        self.count += 1;
        let notice = Notice {
            text,
            tone,
            at: now,
            correlation,
            number: self.count,
            is_of_run: false,
            ends: if self.is_of_key {
                Ends::AtADeed
            } else {
                Ends::WithTime
            },
            is_one_of_many: false,
        };
        self.kept.push_front(notice.clone());
        if self.kept.len() > MOST {
            let of_many = self.kept.iter().rposition(|notice| notice.is_one_of_many);
            match of_many {
                Some(place) => drop(self.kept.remove(place)),
                None => self.kept.truncate(MOST),
            }
        }
        notice
    }

    /// What is told from here on comes of a key, or by itself.
    pub(crate) fn begin(&mut self, is_of_key: bool) {
        self.is_of_key = is_of_key;
    }

    /// A key was pressed. One that does something also takes the answer to another key away: it would stand over what comes of this one.
    pub(crate) fn key_pressed(&mut self, does_something: bool) {
        self.newest.take_if(|notice| match notice.ends {
            Ends::AtAnyKey => true,
            Ends::AtADeed => does_something,
            Ends::WithTime => false,
        });
    }

    /// The newest stays until a key is pressed, so it may take what room it needs.
    pub fn stays(&self) -> bool {
        self.newest
            .as_ref()
            .is_some_and(|notice| notice.ends == Ends::AtAnyKey)
    }

    /// What is to be shown now.
    pub fn current(&self, now: Timestamp) -> Option<&Notice> {
        self.newest
            .as_ref()
            .filter(|notice| notice.ends == Ends::AtAnyKey || since(notice.at, now) < LIFETIME)
    }

    /// All that are kept, newest first.
    pub fn kept(&self) -> impl ExactSizeIterator<Item = &Notice> + DoubleEndedIterator {
        self.kept.iter()
    }
}
