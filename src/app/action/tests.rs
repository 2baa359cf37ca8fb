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

/// Alt, function keys, and what needs `AltGr` on a German, Spanish or Italian keyboard.
fn is_easy(key: Key) -> bool {
    let is_hard = matches!(
        key.code,
        KeyCode::F(_) | KeyCode::Char('[' | ']' | '{' | '}' | '\\' | '|' | '~' | '@' | '#' | '€')
    );
    !key.alt && !is_hard
}

/// The mouse does what keys do: it goes through these rows.
#[test]
fn everything_can_be_done_without_alt_altgr_function_keys_and_mouse() {
    let has_easy = |row: &Binding| row.keys.iter().any(|key| is_easy(*key));
    for mode in Mode::ALL {
        // A screen's actions are all in its palette, and that is typed in letters.
        let has_palette = in_mode(mode).any(|row| row.action == Action::Palette && has_easy(row));
        assert_eq!(has_palette, mode.is_screen(), "{}", mode.words());
        for row in in_mode(mode) {
            assert!(
                has_easy(row) || has_palette,
                "{} of the {}",
                row.id,
                mode.words()
            );
        }
    }
}

#[test]
fn the_listing_says_each_row_of_the_table_and_each_of_its_keys() {
    let sections = listing::sections();
    for row in TABLE {
        let keys: Vec<String> = row.keys.iter().map(|key| keymap::written(*key)).collect();
        let is_said = |listed: &listing::Listed| {
            keys.iter().all(|key| listed.keys.contains(key))
                && (!keys.is_empty() || listed.keys == [format!(":{}", row.id)])
        };
        let said = sections.iter().flat_map(|(_, rows)| rows);
        assert!(said.clone().any(is_said), "{} {keys:?}", row.id);
    }
    let headings: HashSet<&str> = sections.iter().map(|(heading, _)| *heading).collect();
    assert_eq!(headings.len(), sections.len(), "a heading stands twice");
}

#[test]
fn a_letter_of_another_script_does_what_the_key_in_its_place_does_and_is_typed_as_it_is() {
    let keys = Keymap::default();
    let at = |mode, letter| keys.action(mode, Key::char(letter));
    assert_eq!(at(Mode::Chats, 'о'), Some(Action::Down));
    assert_eq!(at(Mode::Chats, 'κ'), Some(Action::Up));
    assert_eq!(at(Mode::Plan, 'Е'), Some(Action::Terminate));
    assert_eq!(at(Mode::Filter, 'о'), None);
    assert_eq!(at(Mode::Confirm, 'о'), None);
    let ctrl_c = keys.action(Mode::Confirm, Key::ctrl('с'));
    assert_eq!(ctrl_c, Some(Action::Interrupt));
    // A letter that was given to an action is that action's.
    let chosen = [("down".to_owned(), vec!["л".to_owned()])];
    let own = Keymap::of(&chosen).0;
    assert_eq!(own.action(Mode::Chats, Key::char('л')), Some(Action::Down));
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
