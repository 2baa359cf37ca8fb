//! Keys that the operator gives to actions: read from the names of the file, and checked against the table. Text fields and dialogs
//! keep their own keys, so that Esc always leaves and a letter is always a letter there.

use super::{Binding, Mode, TABLE, key_name};
use crate::app::msg::{Key, KeyCode};
use crate::domain::filter::nearest;

/// The most keys of one action.
const MOST: usize = 3;

/// What an action or a key of the file cannot be, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadKeys {
    /// The action, as written.
    pub action: String,
    /// What is wrong, with the mend.
    pub what: String,
}

/// The actions whose keys can be chosen, each once, in the order of the table.
pub fn remappable() -> Vec<&'static str> {
    let mut ids = Vec::new();
    for row in TABLE
        .iter()
        .filter(|row| row.modes.iter().any(|mode| is_free(*mode)))
    {
        if !ids.contains(&row.id) {
            ids.push(row.id);
        }
    }
    ids
}

/// Keys can be chosen here.
fn is_free(mode: Mode) -> bool {
    !mode.is_text() && !matches!(mode, Mode::Starting | Mode::Quit | Mode::Help | Mode::Sort)
}

/// Every complaint about these keys: unknown actions and keys, too many, and keys that two actions would share somewhere.
pub fn check(chosen: &[(String, Vec<String>)]) -> Vec<BadKeys> {
    understand(chosen).1
}

/// The keys of the file that can be used, by action; and what is wrong with the rest. An action that clashes keeps its own keys.
pub fn understand(
    chosen: &[(String, Vec<String>)],
) -> (Vec<(&'static str, Vec<Key>)>, Vec<BadKeys>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for (action, names) in chosen {
        match keys_of(action, names) {
            Ok(row) => good.push(row),
            Err(what) => bad.push(BadKeys {
                action: action.clone(),
                what,
            }),
        }
    }
    // Taking one clash away can bring another: an action goes back to a key that a third was given.
    while let Some((loser, what)) = clash(&good) {
        good.retain(|(action, _)| *action != loser);
        bad.push(BadKeys {
            action: loser.to_owned(),
            what,
        });
    }
    (good, bad)
}

fn keys_of(action: &str, names: &[String]) -> Result<(&'static str, Vec<Key>), String> {
    let known = remappable();
    let Some(id) = known.iter().copied().find(|id| *id == action) else {
        let near = nearest(action, known.iter().copied()).unwrap_or("mark");
        return Err(format!(
            "no action is called `{action}`. Did you mean `{near}`?"
        ));
    };
    if names.is_empty() || names.len() > MOST {
        return Err(format!(
            "`{action}` has {} keys. Give it one to {MOST}",
            names.len()
        ));
    }
    let keys: Result<Vec<Key>, String> = names.iter().map(|name| key(name)).collect();
    Ok((id, keys?))
}

/// The name of every key that has one.
const NAMES: [(&str, KeyCode); 14] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pageup", KeyCode::PageUp),
];

/// A key by its name: `x`, `X`, `space`, `ctrl-d`, `f1`.
fn key(name: &str) -> Result<Key, String> {
    if let Some(letter) = name.strip_prefix("ctrl-") {
        let mut letters = letter.chars();
        return match (letters.next(), letters.next()) {
            (Some(letter), None) if letter.is_ascii_lowercase() => Ok(Key::ctrl(letter)),
            _ => Err(unknown(name)),
        };
    }
    if name == "pagedown" {
        return Ok(Key::plain(KeyCode::PageDown));
    }
    if let Some((_, code)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Ok(Key::plain(*code));
    }
    let number = name
        .strip_prefix('f')
        .and_then(|number| number.parse().ok());
    if let Some(number) = number.filter(|number| (1..=12).contains(number)) {
        return Ok(Key::plain(KeyCode::F(number)));
    }
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if !letter.is_control() && !letter.is_whitespace() => {
            Ok(Key::char(letter))
        }
        _ => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> String {
    let said = crate::domain::text::Text::clean(name);
    format!(
        "`{said}` is no key. Keys are letters and signs, `ctrl-` with a letter, `f1` to `f12`, and: {}, pagedown",
        NAMES.map(|(name, _)| name).join(", ")
    )
}

/// A key's name in the file.
pub fn written(key: Key) -> String {
    let named = NAMES.iter().find(|(_, code)| *code == key.code);
    match (key.code, named) {
        (KeyCode::Char(letter), _) if key.ctrl => format!("ctrl-{letter}"),
        (_, Some((name, _))) => (*name).to_owned(),
        (KeyCode::PageDown, _) => "pagedown".to_owned(),
        (KeyCode::F(number), _) => format!("f{number}"),
        (KeyCode::Char(letter), _) => letter.to_string(),
        _ => key_name(key),
    }
}

/// The first two actions that share a key somewhere, as the one that was given it and the words for both.
fn clash(good: &[(&'static str, Vec<Key>)]) -> Option<(&'static str, String)> {
    let chosen = |row: &'static Binding| {
        let own = good.iter().find(|(action, _)| *action == row.id);
        own.map_or(row.keys, |(_, keys)| keys.as_slice())
    };
    for mode in Mode::ALL.into_iter().filter(|mode| is_free(*mode)) {
        let rows: Vec<&'static Binding> = super::in_mode(mode).collect();
        for (place, row) in rows.iter().enumerate() {
            for other in rows
                .iter()
                .skip(place + 1)
                .filter(|other| other.id != row.id)
            {
                let shared = chosen(row).iter().find(|key| chosen(other).contains(key));
                let Some(shared) = shared else { continue };
                let was_given = |id| good.iter().any(|(action, _)| *action == id);
                let loser = if was_given(other.id) {
                    other.id
                } else {
                    row.id
                };
                return Some((
                    loser,
                    format!(
                        "`{}` and `{}` share the key `{}` in the {}. `{loser}` keeps the keys it had",
                        row.id,
                        other.id,
                        written(*shared),
                        mode.words()
                    ),
                ));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
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
}
