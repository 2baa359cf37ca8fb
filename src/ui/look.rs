//! How things look: roles to styles, states to glyphs. Code says `bad`, never a colour; every state has a glyph and a word besides.

/// A set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// The terminal's own palette.
    #[default]
    Auto,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// Black, white and modifiers.
    HighContrast,
    /// No colour at all: `NO_COLOR`, `--no-color`, `TERM=dumb`.
    Mono,
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
