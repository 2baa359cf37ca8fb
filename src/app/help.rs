//! The help: the keys of the screen below, from the table of actions, and the filter language, from its own. Typing searches both, and
//! the keys of all other screens. What is off now says why.

mod layout;
mod sections;

pub use layout::{EXAMPLE_ROOM, column_count, columns, has_more, key_room, legend_rows, size};
pub use sections::words_of;

use jiff::Timestamp;
use tui_input::Input;

use super::action::Action;
use super::msg::Key;
use super::page::scroll;
use super::tone::Tone;
use super::{App, Overlay};

/// The help.
#[derive(Debug, Default)]
pub struct Help {
    /// What is looked for: typed.
    pub typed: Input,
    /// The first line on screen.
    pub top: usize,
    /// The filter language is in view, instead of keys.
    pub is_syntax: bool,
}

impl Help {
    /// Something is looked for.
    pub fn is_searching(&self) -> bool {
        !self.typed.value().trim().is_empty()
    }
}

/// The help at the filter language, for whoever is typing a filter.
pub(crate) fn syntax() -> Help {
    Help {
        is_syntax: true,
        ..Help::default()
    }
}

/// A line of the help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// An empty line.
    Blank,
    /// What stands below it.
    Heading(String),
    /// Keys, and what they do.
    Keys {
        /// The keys, the most important first; none where the words go on from the line above.
        keys: Vec<Key>,
        /// What stands in their place where there is none: what is typed.
        typed: String,
        /// What they do.
        words: String,
        /// How the words are said: what is off now is dim.
        tone: Tone,
    },
    /// An example, or a code, and what it means.
    Example(String, String),
    /// A sentence.
    Text(Tone, String),
}

/// What codes and glyphs mean.
pub const LEGEND: [&str; 3] = [
    "PARTIES  C customer A agent Q queue B bot E other  + open - left . never",
    "         ! ringing  ~ parked  w owes wrap-up  ? not read",
    "SEV      ∙ fresh  ◦ watch  ▴ stale  ▪ stuck  ? unknown",
];

/// What is typed changes.
pub(crate) fn typed(app: &mut App, edit: impl FnOnce(&mut Input) -> bool) {
    if let Some(Overlay::Help(help)) = &mut app.overlay
        && edit(&mut help.typed)
    {
        help.top = 0;
    }
}

/// Scrolls the help or turns its page; one step back ends the search first, then closes it.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) {
    let Some(Overlay::Help(help)) = &app.overlay else {
        return;
    };
    let (rows, count) = layout::extent_of(app, help, now);
    let Some(Overlay::Help(help)) = &mut app.overlay else {
        return;
    };
    match action {
        Action::FilterSyntax => {
            help.is_syntax = !help.is_syntax;
            help.typed = Input::default();
            help.top = 0;
        }
        Action::Back if help.is_searching() => {
            help.typed = Input::default();
            help.top = 0;
        }
        Action::Back => app.overlay = None,
        action => help.top = scroll(help.top, action, rows, count),
    }
}

/// Keeps the help within what there is to scroll.
pub(crate) fn fit(app: &mut App, now: Timestamp) {
    let Some(Overlay::Help(help)) = &app.overlay else {
        return;
    };
    let (rows, count) = layout::extent_of(app, help, now);
    if let Some(Overlay::Help(help)) = &mut app.overlay {
        help.top = help.top.min(count.saturating_sub(rows));
    }
}
