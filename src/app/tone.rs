//! What a piece of text means, so that it can be styled without saying a colour; and the characters that stand for states.

use crate::domain::text::cells;

/// The role of a piece of text. `ui` maps roles to styles, and only there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// Secondary text.
    Dim,
    /// A heading, or what is typed.
    Strong,
    /// Where the eye should go.
    Accent,
    /// Went well.
    Good,
    /// Needs an eye.
    Warn,
    /// Went wrong, or is stuck.
    Bad,
    /// Who and where: the profile's label.
    Badge,
    /// What was looked for.
    Hit,
}

impl Tone {
    /// Every role.
    pub const ALL: [Self; 9] = [
        Self::Plain,
        Self::Dim,
        Self::Strong,
        Self::Accent,
        Self::Good,
        Self::Warn,
        Self::Bad,
        Self::Badge,
        Self::Hit,
    ];
}

/// Text with its role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Its role.
    pub tone: Tone,
}

/// One line of a page that is read from top to bottom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Its pieces, left to right.
    pub pieces: Vec<Piece>,
    /// The cursor is on it.
    pub is_chosen: bool,
}

impl Words {
    /// A line without words.
    pub fn blank() -> Self {
        Self::default()
    }

    /// A line in one role.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self::default().and(tone, text)
    }

    /// Ordinary text.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(Tone::Plain, text)
    }

    /// With one more piece.
    pub fn and(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.pieces.push(Piece {
            text: text.into(),
            tone,
        });
        self
    }

    /// With the cursor on it, or not.
    pub fn chosen(mut self, is_chosen: bool) -> Self {
        self.is_chosen = is_chosen;
        self
    }

    /// The text alone.
    pub fn text(&self) -> String {
        self.pieces
            .iter()
            .map(|piece| piece.text.as_str())
            .collect()
    }
}

/// A sentence in lines of at most `room` cells, broken at blanks.
pub fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if cells(line) + 1 + cells(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A label and what stands beside it, in as many lines as `room` asks for; the further lines stand below the first one's text.
pub fn folded(mut label: Words, text: &str, tone: Tone, room: usize) -> Vec<Words> {
    let beside = cells(&label.text());
    let lines = wrap(text, room.saturating_sub(beside + 1).max(16));
    lines
        .into_iter()
        .map(|line| {
            let below = Words::plain(" ".repeat(beside));
            std::mem::replace(&mut label, below).and(tone, line)
        })
        .collect()
}

/// Characters for states. Each is one cell wide in every locale; the ASCII set of `ui` has its own for each.
pub mod glyph {
    /// Fresh, or waiting.
    pub const FRESH: &str = "∙";
    /// Worth an eye.
    pub const WATCH: &str = "◦";
    /// Stale.
    pub const STALE: &str = "▴";
    /// Stuck.
    pub const STUCK: &str = "▪";
    /// Not known.
    pub const UNKNOWN: &str = "?";
    /// The cursor, or something under way.
    pub const CURSOR: &str = "▸";
    /// Marked, or done.
    pub const DONE: &str = "✓";
    /// Not needed.
    pub const NEEDLESS: &str = "–";
    /// Tried again.
    pub const AGAIN: &str = "↻";
    /// Left alone.
    pub const SKIPPED: &str = "↷";
    /// Failed.
    pub const FAILED: &str = "✗";
}

#[cfg(test)]
mod tests;
