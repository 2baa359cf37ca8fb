//! How things look: a theme, and characters as ASCII. Code says `bad`, never a colour; every state has a glyph and a word besides.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use super::theme::Theme;
use crate::app::action::key_name;
use crate::app::tone::Tone;
use crate::app::{Key, KeyCode};

/// A set of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// Unicode, each of them one cell wide everywhere.
    #[default]
    Unicode,
    /// Plain ASCII.
    Ascii,
}

/// Colours and characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Colours.
    pub theme: Theme,
    /// Characters.
    pub glyphs: Glyphs,
}

impl Look {
    /// The style of a role.
    pub fn style(self, tone: Tone) -> Style {
        self.theme.style(tone)
    }

    /// The style laid over a row under the cursor: one colour throughout, for a coloured or dim cell turned around is a blot.
    pub fn chosen(self) -> Style {
        Style::new()
            .fg(Color::Reset)
            .remove_modifier(Modifier::DIM)
            .add_modifier(Modifier::REVERSED)
    }

    /// A key's name: a word where the sign for it is no ASCII, because `^` and `_` would be keys of their own.
    pub fn spelled(self, key: Key) -> String {
        match (self.glyphs, key.code) {
            (Glyphs::Ascii, KeyCode::Enter | KeyCode::Up | KeyCode::Down) => {
                format!("{:?}", key.code)
            }
            (Glyphs::Ascii, KeyCode::Char(' ')) => "Space".to_owned(),
            _ => key_name(key),
        }
    }

    /// Puts the characters of the set in: everything is drawn in Unicode and translated here, once, so that nothing is missed.
    #[expect(
        clippy::disallowed_methods,
        reason = "puts in nothing but characters of its own table"
    )]
    pub fn translate(self, buffer: &mut Buffer) {
        if self.glyphs == Glyphs::Unicode {
            return;
        }
        for cell in &mut buffer.content {
            if let Some(plain) = ascii(cell.symbol()) {
                cell.set_symbol(plain);
            }
        }
    }
}

/// The ASCII character for each of ours; other people's characters stay.
fn ascii(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "∙" => ".",
        "◦" => "o",
        "▴" => "!",
        "▪" | "█" => "#",
        "▸" => ">",
        "✓" => "+",
        "–" | "─" | "┤" | "├" | "┌" | "┐" | "└" | "┘" => "-",
        "↻" => "~",
        "↷" => "s",
        "✗" => "X",
        "━" | "═" | "╔" | "╗" | "╚" | "╝" => "=",
        "│" | "║" => "|",
        "░" | "▂" => ".",
        "▁" => "_",
        "▃" => ":",
        "▄" => "=",
        "▅" => "+",
        "▆" => "*",
        "▇" => "%",
        "…" => "~",
        "▾" => "v",
        "↵" => "^",
        "␣" => "_",
        "↑" => "^",
        "↓" => "v",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
