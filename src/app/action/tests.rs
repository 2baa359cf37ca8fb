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
