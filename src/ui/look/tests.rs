#![expect(
    clippy::disallowed_methods,
    reason = "what is drawn here is no text from outside"
)]

use ratatui::layout::Rect;

use super::*;

const TONES: [Tone; 8] = [
    Tone::Plain,
    Tone::Dim,
    Tone::Strong,
    Tone::Accent,
    Tone::Good,
    Tone::Warn,
    Tone::Bad,
    Tone::Badge,
];

const THEMES: [Theme; 5] = [
    Theme::Auto,
    Theme::Dark,
    Theme::Light,
    Theme::HighContrast,
    Theme::Mono,
];

fn look(theme: Theme) -> Look {
    Look {
        theme,
        glyphs: Glyphs::Ascii,
    }
}

#[test]
fn without_colours_no_role_has_one() {
    for tone in TONES {
        for theme in [Theme::Mono, Theme::HighContrast] {
            let style = look(theme).style(tone);
            assert!(matches!(style.fg, None | Some(Color::Reset)), "{tone:?}");
            assert_eq!(style.bg, None, "{tone:?}");
        }
    }
}

#[test]
fn the_colour_that_some_palettes_hide_is_never_used_and_no_ground_is_set() {
    for tone in TONES {
        for theme in THEMES {
            let style = look(theme).style(tone);
            assert_ne!(style.fg, Some(Color::DarkGray), "{theme:?} {tone:?}");
            assert_eq!(style.bg, None, "{theme:?} {tone:?}");
        }
    }
}

#[test]
fn bad_and_good_differ_even_without_colours() {
    for theme in THEMES {
        let look = look(theme);
        assert_ne!(look.style(Tone::Bad), look.style(Tone::Good), "{theme:?}");
    }
}

#[test]
fn the_ascii_set_leaves_none_of_our_characters_and_all_of_other_peoples() {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 1));
    buffer.set_string(
        0,
        0,
        "∙◦▴▪▸✓–↻↷✗━─│║═█░┤┌┐└┘╔╗╚╝…▾↵␣↑↓ Ærø 日本",
        Style::new(),
    );
    look(Theme::Auto).translate(&mut buffer);
    let text: String = buffer
        .content
        .iter()
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    let foreign: String = text.chars().filter(|c| !c.is_ascii()).collect();
    assert_eq!(foreign, "Æø日本");
}

#[test]
fn the_row_under_the_cursor_has_one_colour_and_nothing_dim_on_it() {
    for theme in THEMES {
        for tone in TONES {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 1, 1));
            buffer.set_string(0, 0, "x", look(theme).style(tone));
            buffer.set_style(buffer.area, look(theme).chosen());
            let cell = &buffer.content[0];
            assert_eq!(cell.fg, Color::Reset, "{theme:?} {tone:?}");
            assert!(!cell.modifier.contains(Modifier::DIM), "{tone:?}");
            assert!(cell.modifier.contains(Modifier::REVERSED), "{tone:?}");
        }
    }
}

#[test]
fn in_the_ascii_set_keys_are_named_by_words() {
    let key = |code| Key {
        code,
        ctrl: false,
        alt: false,
        is_repeat: false,
        is_quick: false,
    };
    let ascii = look(Theme::Auto);
    assert_eq!(ascii.spelled(key(KeyCode::Enter)), "Enter");
    assert_eq!(ascii.spelled(key(KeyCode::Char(' '))), "Space");
    assert_eq!(Look::default().spelled(key(KeyCode::Enter)), "↵");
}
