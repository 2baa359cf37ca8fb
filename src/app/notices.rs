//! Short messages for the status row: the newest is shown, six seconds for a piece of news, until a key for trouble.

use jiff::{SignedDuration, Timestamp};

use super::tone::Tone;
use crate::domain::moment::since;

/// How long a piece of news stays.
const LIFETIME: SignedDuration = SignedDuration::from_secs(6);

/// A message.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What is said.
    pub text: String,
    /// How grave it is.
    pub tone: Tone,
    at: Timestamp,
    until_key: bool,
}

/// The messages.
#[derive(Debug, Default)]
pub struct Notices {
    newest: Option<Notice>,
}

impl Notices {
    /// News.
    pub(crate) fn tell(&mut self, text: impl Into<String>, now: Timestamp) {
        self.newest = Some(Notice {
            text: text.into(),
            tone: Tone::Accent,
            at: now,
            until_key: false,
        });
    }

    /// Trouble, or a refusal with its reason: stays until a key is pressed.
    pub(crate) fn warn(&mut self, text: impl Into<String>, now: Timestamp) {
        self.newest = Some(Notice {
            text: text.into(),
            tone: Tone::Warn,
            at: now,
            until_key: true,
        });
    }

    /// A key was pressed.
    pub(crate) fn key_pressed(&mut self) {
        if self.newest.as_ref().is_some_and(|notice| notice.until_key) {
            self.newest = None;
        }
    }

    /// What is to be shown now.
    pub fn current(&self, now: Timestamp) -> Option<&Notice> {
        self.newest
            .as_ref()
            .filter(|notice| notice.until_key || since(notice.at, now) < LIFETIME)
    }
}
