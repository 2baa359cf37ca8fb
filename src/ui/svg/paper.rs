//! What a picture is drawn on: a dark or a light ground, and what the terminal's sixteen colours are there.

use std::fmt;

use ratatui::style::Color;

use crate::ui::theme::Theme;

/// A colour as pictures have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rgb(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Rgb {
    /// So many hundredths of the way to another colour.
    pub(crate) fn towards(self, other: Self, hundredths: u32) -> Self {
        let mix = |from: u8, to: u8| {
            let sum =
                u32::from(from) * (100 - hundredths.min(100)) + u32::from(to) * hundredths.min(100);
            u8::try_from(sum / 100).unwrap_or(u8::MAX)
        };
        Self(
            mix(self.0, other.0),
            mix(self.1, other.1),
            mix(self.2, other.2),
        )
    }

    fn is_light(self) -> bool {
        u32::from(self.0) * 3 + u32::from(self.1) * 6 + u32::from(self.2) > 5 * u32::from(u8::MAX)
    }
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// Ground, ink and the sixteen colours of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paper {
    /// What is not painted.
    pub(crate) ground: Rgb,
    /// Ordinary text.
    pub(crate) ink: Rgb,
    sixteen: [Rgb; 16],
}

const fn hex(colour: u32) -> Rgb {
    let [_, red, green, blue] = colour.to_be_bytes();
    Rgb(red, green, blue)
}

/// Each of the sixteen, the two that are the ground of some palettes aside, can be read on it.
const DARK: Paper = Paper {
    ground: hex(0x1e_1e1e),
    ink: hex(0xe4_e4e4),
    sixteen: [
        hex(0x00_0000),
        hex(0xff_6b68),
        hex(0x5f_d38d),
        hex(0xe5_c07b),
        hex(0x61_afef),
        hex(0xd7_8aed),
        hex(0x56_c8d8),
        hex(0xc8_c8c8),
        hex(0x80_8080),
        hex(0xff_8785),
        hex(0x8c_e6ac),
        hex(0xff_e082),
        hex(0x8a_c4ff),
        hex(0xe8_b0ff),
        hex(0x8c_e4f0),
        hex(0xff_ffff),
    ],
};
/// The same on white.
const LIGHT: Paper = Paper {
    ground: hex(0xff_ffff),
    ink: hex(0x1f_2328),
    sixteen: [
        hex(0x00_0000),
        hex(0xb3_1d28),
        hex(0x11_6329),
        hex(0x7d_5a00),
        hex(0x05_50ae),
        hex(0x82_1fa8),
        hex(0x0b_6470),
        hex(0x57_606a),
        hex(0x6e_7781),
        hex(0xc9_2a2a),
        hex(0x1a_7f37),
        hex(0x8a_6400),
        hex(0x0b_5cad),
        hex(0x93_37b5),
        hex(0x0e_7482),
        hex(0x1f_2328),
    ],
};

impl Paper {
    /// The one that a theme was made for; dark where it says nothing, as most terminals are.
    pub(crate) fn of(theme: &Theme) -> Self {
        let ground = theme.ground.and_then(|ground| DARK.colour(ground));
        let Some(ground) = ground else { return DARK };
        let like = if ground.is_light() { LIGHT } else { DARK };
        Self { ground, ..like }
    }

    /// A colour of the terminal on it; none is its own.
    pub(crate) fn colour(&self, colour: Color) -> Option<Rgb> {
        let number = match colour {
            Color::Reset => return None,
            Color::Rgb(red, green, blue) => return Some(Rgb(red, green, blue)),
            Color::Indexed(number) => number,
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::Gray => 7,
            Color::DarkGray => 8,
            Color::LightRed => 9,
            Color::LightGreen => 10,
            Color::LightYellow => 11,
            Color::LightBlue => 12,
            Color::LightMagenta => 13,
            Color::LightCyan => 14,
            Color::White => 15,
        };
        let named = self.sixteen.get(usize::from(number)).copied();
        Some(named.unwrap_or_else(|| indexed(number)))
    }
}

/// The colours behind the sixteen, which are the same everywhere: a cube of six by six by six, then greys.
fn indexed(number: u8) -> Rgb {
    if number >= 232 {
        let grey = 8 + 10 * (number - 232);
        return Rgb(grey, grey, grey);
    }
    let place = number.saturating_sub(16);
    let level = |nth: u8| if nth == 0 { 0 } else { 55 + 40 * nth };
    Rgb(level(place / 36), level(place / 6 % 6), level(place % 6))
}
