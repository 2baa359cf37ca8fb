use std::collections::HashSet;

use super::keymap::Keymap;
use super::*;

#[test]
fn no_key_is_bound_twice_in_one_mode() {
    for mode in Mode::ALL {
        let mut taken = HashSet::new();
        for row in in_mode(mode) {
            for key in row.keys {
                assert!(
                    taken.insert(*key),
                    "{} is bound twice in {}",
                    key_name(*key),
                    mode.words()
                );
            }
        }
    }
}

#[test]
fn every_mode_can_be_left_without_harm() {
    for mode in Mode::ALL.into_iter().filter(|mode| *mode != Mode::Starting) {
        let esc = Keymap::default().action(mode, Key::plain(KeyCode::Esc));
        let expected = if mode == Mode::Board {
            Action::StopRun
        } else {
            Action::Back
        };
        assert_eq!(esc, Some(expected), "{}", mode.words());
    }
}

#[test]
fn keys_that_terminals_keep_for_themselves_are_not_bound() {
    for row in TABLE {
        for key in row.keys {
            assert!(!key.alt, "{}", row.id);
            let kept = key.ctrl
                && matches!(
                    key.code,
                    KeyCode::Char('s' | 'q' | 'a' | 'b' | 'h' | 'i' | 'j' | 'm' | ' ' | '\\')
                );
            assert!(!kept, "{}", row.id);
        }
    }
}

#[test]
fn no_key_that_moves_on_one_screen_acts_on_another() {
    let of_group = |group| TABLE.iter().filter(move |row| row.group == group);
    for moving in of_group(Group::Move).flat_map(|row| row.keys) {
        let acts = of_group(Group::Act).find(|row| row.keys.contains(moving));
        let acts = acts.map(|row| row.id);
        assert_eq!(acts, None, "{}", key_name(*moving));
    }
}

#[test]
fn nothing_needs_a_key_that_is_missing_on_some_keyboards() {
    let is_everywhere = |key: &Key| match key.code {
        KeyCode::Char(character) => !"[]{}\\|~@".contains(character),
        KeyCode::F(_) | KeyCode::Home | KeyCode::End | KeyCode::PageUp | KeyCode::PageDown => false,
        _ => true,
    };
    let is_convenience = |row: &Binding| matches!(row.action, Action::PageUp | Action::PageDown);
    for row in TABLE
        .iter()
        .filter(|row| !row.keys.is_empty() && !is_convenience(row))
    {
        assert!(
            row.keys.iter().any(is_everywhere),
            "{}: {}",
            row.id,
            row.words
        );
    }
}

#[test]
fn opening_a_plan_and_confirming_it_are_different_keys() {
    let keys = |action| {
        TABLE
            .iter()
            .filter(move |row| row.action == action)
            .flat_map(|row| row.keys.iter().copied())
            .collect::<HashSet<_>>()
    };
    assert!(keys(Action::Plan).is_disjoint(&keys(Action::Terminate)));
    assert!(keys(Action::Terminate).is_disjoint(&keys(Action::Accept)));
}
