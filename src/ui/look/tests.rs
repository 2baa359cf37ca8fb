#![expect(
    clippy::disallowed_methods,
    reason = "what is drawn here is no text from outside"
)]

use ratatui::layout::Rect;

use super::*;

fn look(theme: Theme) -> Look {
    Look {
        theme,
        glyphs: Glyphs::Ascii,
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
    look(Theme::default()).translate(&mut buffer);
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
    for name in Theme::names() {
        let theme = Theme::shipped(name).unwrap();
        for tone in Tone::ALL {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 1, 1));
            buffer.set_string(0, 0, "x", look(theme).style(tone));
            buffer.set_style(buffer.area, look(theme).chosen());
            let cell = &buffer.content[0];
            assert_eq!(cell.fg, Color::Reset, "{name} {tone:?}");
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
    let ascii = look(Theme::default());
    assert_eq!(ascii.spelled(key(KeyCode::Enter)), "Enter");
    assert_eq!(ascii.spelled(key(KeyCode::Char(' '))), "Space");
    assert_eq!(Look::default().spelled(key(KeyCode::Enter)), "↵");
}
