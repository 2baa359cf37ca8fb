//! How things look: roles to styles, characters to ASCII. Code says `bad`, never a colour; every state has a glyph and a word besides.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

use crate::app::action::key_name;
use crate::app::tone::Tone;
use crate::app::{Key, KeyCode};

/// A set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// The terminal's own palette; neither foreground nor background is set.
    #[default]
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// Modifiers instead of colours.
    HighContrast,
    /// No colour at all: `NO_COLOR`, `--no-color`, `TERM=dumb`.
    Mono,
}

impl Theme {
    /// Every theme by its word.
    pub const ALL: [(&'static str, Self); 5] = [
        ("auto", Self::Auto),
        ("dark", Self::Dark),
        ("light", Self::Light),
        ("high-contrast", Self::HighContrast),
        ("mono", Self::Mono),
    ];

    /// The theme of this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find_map(|(known, theme)| (known == word).then_some(theme))
    }
}

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

/// Good, warn and bad of a theme. Blue is good: red and green are one colour to many. Never ANSI 8, which some palettes hide.
fn colours(theme: Theme) -> [Color; 3] {
    match theme {
        Theme::Auto => [Color::LightBlue, Color::Yellow, Color::Red],
        Theme::Dark => [
            Color::Rgb(0x5a, 0xa9, 0xff),
            Color::Rgb(0xff, 0xe0, 0x82),
            Color::Rgb(0xf4, 0x51, 0x1e),
        ],
        Theme::Light => [
            Color::Rgb(0x0b, 0x5c, 0xad),
            Color::Rgb(0x94, 0x6b, 0x00),
            Color::Rgb(0x8b, 0x00, 0x00),
        ],
        // No command for a colour may reach the terminal: a bare reset would also end a reversed row.
        Theme::HighContrast | Theme::Mono => [Color::Reset; 3],
    }
}

impl Look {
    /// The style of a role.
    pub fn style(self, tone: Tone) -> Style {
        let [good, warn, bad] = colours(self.theme);
        let plain = Style::new();
        let stands_out = if self.theme == Theme::HighContrast {
            Modifier::UNDERLINED
        } else {
            Modifier::empty()
        };
        match tone {
            Tone::Plain => plain,
            Tone::Dim => plain.add_modifier(Modifier::DIM),
            Tone::Strong | Tone::Accent => plain.add_modifier(Modifier::BOLD),
            Tone::Good => plain.fg(good),
            Tone::Warn => plain.fg(warn).add_modifier(stands_out),
            Tone::Bad => plain.fg(bad).add_modifier(Modifier::BOLD | stands_out),
            Tone::Badge => plain.add_modifier(Modifier::REVERSED),
            Tone::Hit => plain.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
        }
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
        "░" => ".",
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
