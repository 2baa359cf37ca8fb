//! Reports of a terminal become messages.

use super::*;

fn report(code: crossterm::event::KeyCode, modifiers: KeyModifiers, kind: KeyEventKind) -> Event {
    Event::Key(KeyEvent::new_with_kind(code, modifiers, kind))
}

fn key(event: Event) -> Option<Key> {
    match message(event, false) {
        Some(Msg::Key(key)) => Some(key),
        _ => None,
    }
}

#[test]
fn a_release_is_no_key() {
    let x = crossterm::event::KeyCode::Char('x');
    assert_eq!(
        key(report(x, KeyModifiers::NONE, KeyEventKind::Release)),
        None
    );
    assert_eq!(
        key(report(x, KeyModifiers::NONE, KeyEventKind::Press)),
        Some(Key::char('x'))
    );
}

#[test]
fn a_held_key_says_so() {
    let enter = crossterm::event::KeyCode::Enter;
    let held = key(report(enter, KeyModifiers::NONE, KeyEventKind::Repeat)).unwrap();
    assert!(held.is_repeat);
    assert_eq!(held.code, KeyCode::Enter);
}

#[test]
fn control_and_a_capital_are_told_apart() {
    let c = crossterm::event::KeyCode::Char('c');
    let capital = crossterm::event::KeyCode::Char('T');
    assert_eq!(
        key(report(c, KeyModifiers::CONTROL, KeyEventKind::Press)),
        Some(Key::ctrl('c'))
    );
    assert_eq!(
        key(report(capital, KeyModifiers::SHIFT, KeyEventKind::Press)),
        Some(Key::char('T'))
    );
}

#[test]
fn what_comes_with_super_hyper_or_meta_is_no_plain_letter() {
    let x = crossterm::event::KeyCode::Char('x');
    for with in [KeyModifiers::SUPER, KeyModifiers::HYPER, KeyModifiers::META] {
        let pressed = key(report(x, with, KeyEventKind::Press));
        assert!(pressed.is_some_and(|key| key.alt), "{with:?}");
    }
}

#[test]
fn a_paste_is_never_taken_for_keys() {
    let pasted = message(Event::Paste("xT sandbox 9\r".to_owned()), false);
    assert!(matches!(pasted, Some(Msg::Paste(text)) if text == "xT sandbox 9\r"));
}

#[test]
fn of_the_mouse_two_buttons_and_the_wheel_count_and_its_ways_do_not() {
    let at = |kind| {
        let mouse = MouseEvent {
            kind,
            column: 7,
            row: 3,
            modifiers: KeyModifiers::NONE,
        };
        match message(Event::Mouse(mouse), false) {
            Some(Msg::Mouse(mouse)) => Some((mouse.what, mouse.x, mouse.y, mouse.on)),
            _ => None,
        }
    };
    let left = MouseButton::Left;
    for (kind, what) in [
        (MouseEventKind::Down(left), Stroke::Press),
        (MouseEventKind::Down(MouseButton::Right), Stroke::Menu),
        (MouseEventKind::ScrollUp, Stroke::Up),
        (MouseEventKind::ScrollDown, Stroke::Down),
    ] {
        assert_eq!(at(kind), Some((what, 7, 3, None)));
    }
    for kind in [
        MouseEventKind::Up(left),
        MouseEventKind::Drag(left),
        MouseEventKind::Moved,
        MouseEventKind::Down(MouseButton::Middle),
    ] {
        assert_eq!(at(kind), None);
    }
}

#[test]
fn the_focus_is_told() {
    assert!(matches!(
        message(Event::FocusGained, false),
        Some(Msg::Focus(true))
    ));
    assert!(matches!(
        message(Event::FocusLost, false),
        Some(Msg::Focus(false))
    ));
}
