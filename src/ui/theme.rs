//! Themes: how each role is painted. Those that ship are `assets/themes/`; an operator's own is a file of the same form. A theme sets no
//! background and no ordinary foreground: those are the terminal's.

use std::str::FromStr;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::app::tone::Tone;

/// The themes that ship, by name.
const SHIPPED: [(&str, &str); 5] = [
    ("auto", include_str!("../../assets/themes/auto.toml")),
    ("dark", include_str!("../../assets/themes/dark.toml")),
    ("light", include_str!("../../assets/themes/light.toml")),
    (
        "high-contrast",
        include_str!("../../assets/themes/high-contrast.toml"),
    ),
    ("mono", include_str!("../../assets/themes/mono.toml")),
];

/// How each role is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    roles: Roles,
    /// The background that its colours were chosen for, where its file says so.
    pub(super) ground: Option<Color>,
}

/// What is written of each role; what is not written is as without colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Roles {
    plain: Paint,
    dim: Paint,
    strong: Paint,
    accent: Paint,
    good: Paint,
    warn: Paint,
    bad: Paint,
    badge: Paint,
    hit: Paint,
}

/// A file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The background that the colours were chosen for, for whoever computes contrasts or draws a picture.
    #[serde(default)]
    ground: Option<Ground>,
    roles: Roles,
}

/// A colour that is written, and only looked at.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Ground(Color);

/// A style as it is written: a colour and modifiers in any order, `#f4511e bold`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct Paint(Style);

const BOLD: Paint = with(Modifier::BOLD);

const fn with(modifiers: Modifier) -> Paint {
    Paint(Style::new().add_modifier(modifiers))
}

impl Default for Roles {
    /// Without colours, words and signs say everything, and what matters is bold.
    fn default() -> Self {
        Self {
            plain: with(Modifier::empty()),
            dim: with(Modifier::DIM),
            strong: BOLD,
            accent: BOLD,
            good: with(Modifier::empty()),
            warn: with(Modifier::empty()),
            bad: BOLD,
            badge: with(Modifier::REVERSED),
            hit: with(Modifier::BOLD.union(Modifier::UNDERLINED)),
        }
    }
}

impl Default for Theme {
    /// The theme `auto`.
    fn default() -> Self {
        Self::shipped("auto").unwrap_or_else(Self::mono)
    }
}

impl Theme {
    /// The names of those that ship.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.into_iter().map(|(name, _)| name)
    }

    /// The one of this name that ships.
    pub fn shipped(name: &str) -> Option<Self> {
        let (_, text) = SHIPPED.into_iter().find(|(known, _)| *known == name)?;
        Self::read(text).ok()
    }

    /// No colour at all, whatever any file says. No command for a colour may reach the terminal either: a bare reset would also end a
    /// reversed row.
    pub fn mono() -> Self {
        Self {
            roles: Roles::default(),
            ground: None,
        }
    }

    /// Reads a theme. The error names line, column, and what would do.
    pub fn read(text: &str) -> Result<Self, String> {
        match toml::from_str::<File>(text) {
            Ok(file) => Ok(Self {
                roles: file.roles,
                ground: file.ground.map(|ground| ground.0),
            }),
            Err(error) => {
                let place = error.span().map_or_else(String::new, |span| {
                    let before = text.get(..span.start).unwrap_or_default();
                    let line = before.matches('\n').count() + 1;
                    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                    format!("{line}:{column}: ")
                });
                Err(format!("{place}{}", error.message()))
            }
        }
    }

    /// The background that a theme's file says it was made for.
    pub fn ground(text: &str) -> Option<Color> {
        Some(toml::from_str::<File>(text).ok()?.ground?.0)
    }

    /// The style of a role.
    pub fn style(&self, tone: Tone) -> Style {
        let roles = &self.roles;
        let paint = match tone {
            Tone::Plain => roles.plain,
            Tone::Dim => roles.dim,
            Tone::Strong => roles.strong,
            Tone::Accent => roles.accent,
            Tone::Good => roles.good,
            Tone::Warn => roles.warn,
            Tone::Bad => roles.bad,
            Tone::Badge => roles.badge,
            Tone::Hit => roles.hit,
        };
        paint.0
    }
}

/// The modifiers that a role may have. Blinking, hiding and striking through are no way to say anything.
const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

impl TryFrom<String> for Paint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut style = Style::new();
        for word in text.split_whitespace() {
            if let Some((_, modifier)) = MODIFIERS.iter().find(|(known, _)| *known == word) {
                style = style.add_modifier(*modifier);
            } else if style.fg.is_some() {
                return Err(format!("`{word}` would be a second colour"));
            } else {
                style = style.fg(colour(word)?);
            }
        }
        Ok(Self(style))
    }
}

impl TryFrom<String> for Ground {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        colour(&text).map(Self)
    }
}

fn colour(word: &str) -> Result<Color, String> {
    match Color::from_str(word) {
        Ok(Color::DarkGray | Color::Indexed(8)) => Err(format!(
            "`{word}` is the background of some palettes: nothing could be read. Take `dim`, or #rrggbb"
        )),
        Ok(Color::Reset) | Err(_) => Err(format!(
            "`{word}` is neither a colour (`#5aa9ff`, `light-blue`, `0` to `255`) nor one of {}",
            MODIFIERS.map(|(word, _)| word).join(", ")
        )),
        Ok(found) => Ok(found),
    }
}

#[cfg(test)]
mod tests;
