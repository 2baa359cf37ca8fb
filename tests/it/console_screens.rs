//! Every screen as text and styles, at the four sizes, with fixed times.

use crate::console_world::{Desk, chats, settings};
use unstick::app::Key;
use unstick::ui::{Glyphs, Look, Theme};

const SIZES: [(u16, u16); 4] = [(80, 24), (140, 40), (60, 14), (40, 10)];

fn shoot(name: &str, mut stage: impl FnMut(u16, u16) -> Desk) {
    for (width, height) in SIZES {
        let mut desk = stage(width, height);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "snapshots" }, {
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), desk.styled());
        });
    }
}

#[test]
fn the_list_of_chats() {
    shoot("chats", Desk::full);
}

#[test]
fn the_list_with_marks() {
    shoot("chats_marked", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("2    ");
        desk
    });
}

#[test]
fn one_chat() {
    shoot("inspect", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("\r");
        desk
    });
}

#[test]
fn help_over_the_list() {
    shoot("help", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("?");
        desk
    });
}

#[test]
fn the_list_without_colours_and_in_ascii() {
    let mut desk = Desk::full(80, 24);
    desk.look = Look {
        theme: Theme::Mono,
        glyphs: Glyphs::Ascii,
    };
    desk.press(Key::char(' '));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("chats_ascii_mono_80x24", desk.styled());
    });
}

#[test]
fn a_read_only_console_says_so() {
    let mut desk = Desk::new(settings("PROD", false), 80, 24);
    desk.list(&chats());
    desk.keys("x");
    let text = desk.text();
    assert!(text.contains("READ-ONLY"), "{text}");
    assert!(text.contains("x: acme-prod is read-only"), "{text}");
}
