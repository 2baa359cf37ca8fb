use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

use super::*;
use crate::ui::theme::Theme;

fn frame(rows: &[(&str, Style)]) -> Buffer {
    let height = u16::try_from(rows.len()).unwrap();
    let mut buffer = Buffer::empty(Rect::new(0, 0, 20, height));
    for ((text, style), y) in rows.iter().zip(0..) {
        #[expect(clippy::disallowed_methods, reason = "a frame for a test")]
        buffer.set_string(0, y, text, *style);
    }
    buffer
}

fn on(theme: &str) -> Paper {
    Paper::of(&Theme::shipped(theme).unwrap())
}

/// What is painted between the title bar and the end.
fn drawn(rows: &[(&str, Style)]) -> String {
    let svg = picture(&frame(rows), &on("dark"), "title");
    let (_, screen) = svg.split_once("<g transform").unwrap();
    screen.to_owned()
}

#[test]
fn what_people_are_called_is_text_and_nothing_else() {
    let name = "<script>&\"']]>\u{7}\u{ffff}";
    let mut hostile = frame(&[("", Style::new())]);
    for (cell, character) in hostile.content.iter_mut().zip(name.chars()) {
        #[expect(clippy::disallowed_methods, reason = "whatever would come that far")]
        cell.set_char(character);
    }
    let svg = picture(&hostile, &on("dark"), name);
    assert!(!svg.contains("<script"), "{svg}");
    let text = "&lt;script&gt;&amp;\"']]&gt;\u{fffd}\u{fffd}";
    // Title, the bar, what is read out, what is seen.
    assert_eq!(svg.matches(text).count(), 4, "{svg}");
    assert!(!svg.contains(['\u{7}', '\u{ffff}']));
}

#[test]
fn letters_have_a_place_each_and_one_blank_between_words_is_kept() {
    let svg = drawn(&[("ab c  日本e", Style::new())]);
    assert!(
        svg.contains("<text y=\"14\" x=\"0 9 18 27\">ab c</text>"),
        "{svg}"
    );
    assert!(
        svg.contains("<text y=\"14\" x=\"54 72 90\">日本e</text>"),
        "{svg}"
    );
    // What is more than one character to some readers has one place.
    let svg = drawn(&[("ae\u{301}x𝕏y", Style::new())]);
    for text in [
        "x=\"0\">a<",
        "x=\"9\">e\u{301}<",
        "x=\"18\">x<",
        "x=\"27\">𝕏<",
        "x=\"36\">y<",
    ] {
        assert!(svg.contains(text), "{text} is not in {svg}");
    }
}

#[test]
fn styles_are_what_a_terminal_makes_of_them() {
    let red = Style::new().fg(Color::Red);
    let svg = drawn(&[
        ("bold", red.add_modifier(Modifier::BOLD)),
        ("turned", red.add_modifier(Modifier::REVERSED)),
        (
            "under line",
            Style::new().add_modifier(Modifier::UNDERLINED),
        ),
        (
            "exact",
            Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Indexed(231)),
        ),
        ("grey", Style::new().fg(Color::Indexed(232))),
    ]);
    let wanted = [
        "<text fill=\"#ff6b68\" font-weight=\"700\" y=\"14\" x=\"0 9 18 27\">bold</text>",
        "<text fill=\"#1e1e1e\" y=\"32\"",
        // One ground for all six, one line under both words.
        "<path fill=\"#ff6b68\" shape-rendering=\"crispEdges\" d=\"M0 18h54v18h-54z\"/>",
        "d=\"M0 52h90v1h-90z\"/>",
        "<text fill=\"#010203\" y=\"68\"",
        "<path fill=\"#ffffff\" shape-rendering=\"crispEdges\" d=\"M0 54h45v18h-45z\"/>",
        "<text fill=\"#080808\"",
    ];
    for part in wanted {
        assert!(svg.contains(part), "{part} is not in {svg}");
    }
}

#[test]
fn lines_are_drawn_and_join() {
    let svg = drawn(&[
        ("┌──┐", Style::new()),
        ("│ab│", Style::new()),
        ("└──┘", Style::new()),
    ]);
    let path = svg.split("d=\"").nth(1).unwrap().split('"').next().unwrap();
    // Above and below, left and right: each of them one piece from corner to corner.
    let mut pieces: Vec<&str> = path.split_inclusive('z').collect();
    pieces.sort_unstable();
    assert_eq!(
        pieces,
        [
            "M31 8h1v37h-1z",
            "M4 44h28v1h-28z",
            "M4 8h1v37h-1z",
            "M4 8h28v1h-28z"
        ],
        "{svg}"
    );
    assert!(!svg.contains('│') && svg.contains(">ab<"), "{svg}");
    let svg = drawn(&[("██░░", Style::new())]);
    assert!(
        svg.contains("M0 0h18v18h-18z") && svg.contains("M18 0h18v18h-18z"),
        "{svg}"
    );
}

#[test]
fn a_theme_has_the_paper_that_it_was_made_for() {
    assert_eq!(on("light").ground, Rgb(255, 255, 255));
    assert_eq!(on("dark").ground, Rgb(0x1e, 0x1e, 0x1e));
    for theme in ["auto", "high-contrast", "mono"] {
        assert_eq!(on(theme), on("dark"), "{theme}");
    }
    let own = Theme::read("ground = \"#fffbe6\"\n[roles]").unwrap();
    assert_eq!(Paper::of(&own).ground, Rgb(0xff, 0xfb, 0xe6));
    assert_eq!(Paper::of(&own).ink, on("light").ink);
}

/// As WCAG has it, in hundredths.
fn contrast(one: Rgb, other: Rgb) -> u32 {
    let light = |colour: Rgb| {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * part(colour.0) + 0.7152 * part(colour.1) + 0.0722 * part(colour.2) + 0.05
    };
    let (one, other) = (light(one), light(other));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and 21"
    )]
    let hundredths = (100.0 * one.max(other) / one.min(other)) as u32;
    hundredths
}

#[test]
fn every_colour_can_be_read_on_its_paper_and_what_is_dim_too() {
    for theme in ["dark", "light"] {
        let paper = on(theme);
        let dim = paper.ink.towards(paper.ground, 36);
        assert!(contrast(dim, paper.ground) >= 450, "{theme}: {dim}");
        // Black and white are the ground of some palettes, 8 the shadow of one.
        for number in (1..=15).filter(|number| ![7, 8, 15].contains(number)) {
            let colour = paper.colour(Color::Indexed(number)).unwrap();
            let contrast = contrast(colour, paper.ground);
            assert!(contrast >= 450, "{theme} {number}: {contrast}");
        }
    }
}
