use super::*;

fn chosen(rows: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    rows.iter()
        .map(|(action, keys)| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            ((*action).to_owned(), keys)
        })
        .collect()
}

#[test]
fn a_clash_names_both_actions_and_the_rest_applies() {
    let (good, bad) = understand(&chosen(&[
        ("invert", &["x"]),
        ("refresh", &["f5"]),
        ("mark", &["space", "a"]),
    ]));
    assert_eq!(
        good.iter().map(|(id, _)| *id).collect::<Vec<_>>(),
        ["refresh", "mark"]
    );
    assert_eq!(bad.len(), 1);
    assert!(
        bad[0]
            .what
            .contains("`plan` and `invert` share the key `x` in the chats list"),
        "{bad:?}"
    );
    assert_eq!(bad[0].action, "invert");
}

#[test]
fn keys_can_change_places() {
    let swapped = chosen(&[("plan", &["!"]), ("invert", &["x"])]);
    assert_eq!(check(&swapped), []);
}

#[test]
fn an_action_that_goes_back_to_its_own_key_finds_it_taken_and_says_so() {
    // `plan` takes `!`, `invert` takes a key that is none: it keeps `!`, and the two clash.
    let (good, bad) = understand(&chosen(&[("plan", &["!"]), ("invert", &["hyper-x"])]));
    assert!(good.is_empty());
    assert_eq!(bad.len(), 2);
    assert!(bad[1].what.contains("`plan` and `invert`"), "{bad:?}");
}

#[test]
fn what_is_misspelt_names_the_nearest_and_dialogs_keep_their_keys() {
    let bad = check(&chosen(&[
        ("marck", &["m"]),
        ("accept", &["y"]),
        ("mark", &[]),
    ]));
    assert!(bad[0].what.contains("Did you mean `mark`?"), "{bad:?}");
    assert!(
        bad[1].what.contains("no action is called `accept`"),
        "{bad:?}"
    );
    assert!(bad[2].what.contains("one to 3"), "{bad:?}");
}

#[test]
fn every_key_of_the_table_can_be_written_and_read_again() {
    for row in TABLE {
        for own in row.keys {
            assert_eq!(key(&written(*own)), Ok(*own), "{}", row.id);
        }
    }
}

#[test]
fn what_is_on_the_way_to_ending_chats_is_given_letters_and_signs_only_and_never_one_key_twice() {
    for (action, key) in [
        ("terminate", "enter"),
        ("terminate", "space"),
        ("plan", "enter"),
        ("plan", "down"),
        ("resume", "ctrl-r"),
        ("resume", "f5"),
        ("terminate", "tab"),
    ] {
        let bad = check(&chosen(&[(action, &["X", key])]));
        assert_eq!(bad.len(), 1, "{action} {key}");
        assert!(bad[0].what.contains("pressed on purpose"), "{bad:?}");
    }
    // Each of them is free on its own screen; one key for both would lead from the list to the phrase.
    for rows in [
        &[("plan", &["T"][..])][..],
        &[("terminate", &["x"])],
        &[("plan", &["X"]), ("terminate", &["X"])],
    ] {
        let bad = check(&chosen(rows));
        assert!(bad[0].what.contains("on the way to the phrase"), "{bad:?}");
    }
    assert_eq!(
        check(&chosen(&[("plan", &["T"]), ("terminate", &["x"])])),
        []
    );
}

#[test]
fn the_keys_that_always_leave_stay_and_those_that_terminals_keep_are_refused() {
    for (action, keys, keeps) in [
        ("back", &["backspace"][..], "esc"),
        ("stop-run", &["c"], "esc"),
        ("interrupt", &["ctrl-x"], "ctrl-c"),
    ] {
        let bad = check(&chosen(&[(action, keys)]));
        assert!(bad[0].what.contains(keeps), "{bad:?}");
    }
    assert_eq!(check(&chosen(&[("back", &["esc", "backspace"])])), []);
    for letter in ["s", "q", "a", "b", "h", "i", "j", "m"] {
        let key = format!("ctrl-{letter}");
        let bad = check(&chosen(&[("refresh", &[key.as_str()])]));
        assert!(bad[0].what.contains("terminals keep it"), "{bad:?}");
    }
    // Nothing else gets them: somewhere they lead out.
    for key in ["esc", "ctrl-c"] {
        assert_eq!(check(&chosen(&[("refresh", &[key])])).len(), 1, "{key}");
    }
}

#[test]
fn a_chosen_key_counts_on_screens_and_not_in_text_fields_or_dialogs() {
    let (keys, bad) = Keymap::of(&chosen(&[("down", &["i"]), ("back", &["esc", "b"])]));
    assert_eq!(bad.len(), 1, "`b` shows the run in the list: {bad:?}");
    let i = Key::char('i');
    assert_eq!(keys.action(Mode::Chats, i), Some(Action::Down));
    assert_eq!(keys.action(Mode::Chats, Key::char('j')), None);
    assert_eq!(keys.action(Mode::Sort, i), None);
    assert_eq!(keys.action(Mode::Sort, Key::char('j')), Some(Action::Down));
    for mode in [Mode::Filter, Mode::Find, Mode::Note, Mode::Confirm] {
        assert_eq!(keys.action(mode, i), None);
    }
    assert_eq!(keys.name(Mode::Chats, Action::Down), "i");
    assert_eq!(keys.name(Mode::Sort, Action::Down), "j");
}
