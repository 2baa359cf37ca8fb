//! The screen before there is a console: what is waited for, for how long now, and which keys leave. Nothing else that is typed here does
//! anything, and none of it is for the console.

use jiff::Timestamp;

use super::action::keymap::Keymap;
use super::action::{Action, Mode};
use super::clock_text::tenths;
use super::msg::{Key, KeyCode};
use crate::domain::moment::since;

/// What is waited for, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Awaited {
    /// What needs no request to a real organisation: its secret and whom to trust; a pretend one, which is staged or joined.
    Ready,
    /// A token.
    SignIn,
    /// For which organisation the token stands.
    Identity,
    /// The wrap-up code of the profile.
    Code,
    /// Which dialect a pretend organisation speaks; no real one is asked.
    Dialect,
    /// What is on record of earlier runs.
    Records,
}

/// What a key asks for here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// To leave.
    Leave,
    /// To suspend the program.
    Suspend,
}

/// A console that is being opened.
#[derive(Debug, Clone)]
pub struct Opening {
    /// The profile's label.
    pub label: String,
    /// Its name.
    pub profile: String,
    /// Where its organisation is, in words.
    pub place: String,
    /// Conversations could be ended.
    pub writes: bool,
    /// The operator's keys.
    pub keys: Keymap,
    /// What is waited for.
    pub awaited: Awaited,
    /// Since when.
    pub began: Timestamp,
}

impl Opening {
    /// What a key asks for; nothing, of most. Those that leave the list leave here, and Esc does, which has nowhere else to go back to.
    pub fn wish(&self, key: Key) -> Option<Wish> {
        match self.keys.action(Mode::Chats, key) {
            Some(Action::Quit | Action::Interrupt) => Some(Wish::Leave),
            Some(Action::Suspend) => Some(Wish::Suspend),
            _ => (key.code == KeyCode::Esc).then_some(Wish::Leave),
        }
    }

    /// Headline, and the lines below it.
    pub fn words(&self, now: Timestamp) -> (String, [String; 2]) {
        let place = &self.place;
        let headline = match self.awaited {
            Awaited::Ready => format!("Getting {} ready", self.profile),
            Awaited::SignIn => format!("Signing in to {place}"),
            Awaited::Identity => format!("Asking {place} who we are"),
            Awaited::Code => "Looking up the wrap-up code".to_owned(),
            Awaited::Dialect => format!("Asking {place} what it speaks"),
            Awaited::Records => "Looking at earlier runs".to_owned(),
        };
        let quit = self.keys.name(Mode::Chats, Action::Quit);
        let waited = self.waited(now);
        let lines = [
            format!("{waited} so far. {quit}, Esc or Ctrl-C quits."),
            "Other keys do nothing yet, and are not kept.".to_owned(),
        ];
        (headline, lines)
    }

    /// How long it has taken so far: `0.4s`.
    pub fn waited(&self, now: Timestamp) -> String {
        format!("{}s", tenths(since(self.began, now).as_millis()))
    }
}
