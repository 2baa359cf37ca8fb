//! The screen before there is a console: what it waits for and since when, in every form; and that only keys that leave do anything there.

use jiff::SignedDuration;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use unstick::app::action::keymap::Keymap;
use unstick::app::extent::{Class, Extent};
use unstick::app::opening::{Awaited, Opening, Wish};
use unstick::app::{Key, KeyCode};
use unstick::ui::{Glyphs, Look, Theme, draw_opening};

use crate::console_desk::{styled, text_of};
use crate::console_forms::{EDGES, SIZES, check_paint};
use crate::console_screens::mono;
use crate::console_world::start;

fn opening() -> Opening {
    Opening {
        label: "PROD".to_owned(),
        profile: "acme-prod".to_owned(),
        place: "eu-central-1".to_owned(),
        writes: true,
        keys: Keymap::default(),
        awaited: Awaited::SignIn,
        began: start(),
    }
}

/// As it is after three seconds.
fn seen(opening: &Opening, (width, height): (u16, u16), look: &Look) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let now = start() + SignedDuration::from_millis(3200);
    let drawn = terminal.draw(|frame| draw_opening(frame, opening, look, now));
    drawn.unwrap();
    terminal.backend().buffer().clone()
}

fn shoot(name: &str, opening: &Opening) {
    for (width, height) in SIZES {
        let look = Look::default();
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            let shown = styled(&seen(opening, (width, height), &look));
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), shown);
            if (width, height) == SIZES[0] {
                let plain = styled(&seen(opening, (width, height), &mono()));
                insta::assert_snapshot!(format!("{name}_ascii_mono_{width}x{height}"), plain);
            }
        });
    }
}

#[test]
fn what_a_start_waits_for() {
    shoot("opening", &opening());
}

#[test]
fn it_can_be_seen_in_every_theme_and_size_and_is_ascii_where_that_is_asked_for() {
    let opening = opening();
    for size in SIZES.into_iter().chain(EDGES) {
        for theme in Theme::names() {
            let theme_of = Theme::shipped(theme).unwrap();
            for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
                let look = Look {
                    theme: theme_of,
                    glyphs,
                };
                check_paint("opening", theme, &seen(&opening, size, &look));
            }
        }
        let text = text_of(&seen(&opening, size, &mono()));
        assert!(text.is_ascii(), "{size:?}\n{text}");
        let (width, height) = size;
        let row = text.lines().next().unwrap();
        if (Extent { width, height }).class() > Class::TooSmall {
            assert!(row.contains("[PROD acme-prod]"), "{size:?}\n{text}");
            let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains("Ctrl-C quits"), "{size:?}\n{text}");
        } else if width > 20 {
            assert!(text.contains("q quit"), "{size:?}\n{text}");
        }
    }
}

#[test]
fn each_thing_that_is_waited_for_has_words_of_its_own() {
    let all = [
        Awaited::Ready,
        Awaited::SignIn,
        Awaited::Identity,
        Awaited::Code,
        Awaited::Dialect,
        Awaited::Records,
    ];
    let headlines = all.map(|awaited| {
        let one = Opening {
            awaited,
            ..opening()
        };
        let (headline, lines) = one.words(start() + SignedDuration::from_secs(75));
        assert!(headline.len() <= 40, "{headline}");
        assert!(lines[0].starts_with("75.0s so far."), "{lines:?}");
        headline
    });
    let mut distinct = headlines.to_vec();
    distinct.dedup();
    assert_eq!(distinct.len(), all.len(), "{headlines:?}");
}

#[test]
fn only_keys_that_leave_do_anything_and_the_operators_own_are_among_them() {
    let opening = opening();
    for leaves in [
        Key::char('q'),
        // Where that letter stands on a Russian keyboard.
        Key::char('й'),
        Key::plain(KeyCode::Esc),
        Key::ctrl('c'),
    ] {
        assert_eq!(opening.wish(leaves), Some(Wish::Leave), "{leaves:?}");
    }
    assert_eq!(opening.wish(Key::ctrl('z')), Some(Wish::Suspend));
    let others = (' '..='~').filter(|letter| *letter != 'q').map(Key::char);
    let enter = Key::plain(KeyCode::Enter);
    for other in others.chain([enter, Key::plain(KeyCode::Tab)]) {
        assert_eq!(opening.wish(other), None, "{other:?}");
    }
    let (keys, bad) = Keymap::of(&[("quit".to_owned(), vec!["f9".to_owned()])]);
    assert!(bad.is_empty(), "{bad:?}");
    let own = Opening { keys, ..opening };
    assert_eq!(own.wish(Key::plain(KeyCode::F(9))), Some(Wish::Leave));
    assert_eq!(own.wish(Key::char('q')), None);
    assert!(own.words(start()).1[0].contains("F9, Esc"));
}
