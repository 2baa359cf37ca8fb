//! Keys that the operator gives to actions: read from the names of the file, and checked against the table. Text fields and dialogs
//! keep their own keys, so that Esc always leaves and a letter is always a letter there.

use super::layouts::latin;
use super::{Action, Binding, Mode, TABLE, in_mode, key_name};
use crate::app::msg::{Key, KeyCode};
use crate::app::spoken::commands;
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

/// The keys in force: those of the table, but for actions that were given others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    chosen: Vec<(&'static str, Vec<Key>)>,
    /// Words name what is typed as a line, not what is pressed.
    is_spoken: bool,
}

impl Keymap {
    /// The keys of a file, and what of it cannot be used: there the keys of the table stand.
    pub fn of(chosen: &[(String, Vec<String>)]) -> (Self, Vec<BadKeys>) {
        let (chosen, bad) = understand(chosen);
        let keys = Self {
            chosen,
            is_spoken: false,
        };
        (keys, bad)
    }

    /// The keys of a row of the table in a mode. Text fields and dialogs keep their own.
    pub fn keys<'a>(&'a self, mode: Mode, row: &'a Binding) -> &'a [Key] {
        let chosen = self.chosen.iter().find(|(id, _)| *id == row.id);
        match chosen {
            Some((_, keys)) if is_free(mode) => keys,
            _ => row.keys,
        }
    }

    /// What a key does in a mode. A held key does what a pressed one does; dialogs look for themselves. A letter that no action has counts
    /// as the Latin one in its place, but where it is typed.
    pub fn action(&self, mode: Mode, key: Key) -> Option<Action> {
        let pressed = Key {
            is_repeat: false,
            is_quick: false,
            ..key
        };
        let bound = |key: Key| {
            in_mode(mode)
                .find(|row| self.keys(mode, row).contains(&key))
                .map(|row| row.action)
        };
        let elsewhere = || match pressed.code {
            KeyCode::Char(letter) if pressed.ctrl || !mode.is_text() => {
                let code = KeyCode::Char(latin(letter)?);
                bound(Key { code, ..pressed })
            }
            _ => None,
        };
        bound(pressed).or_else(elsewhere)
    }

    /// The first key of an action in a mode.
    pub fn first(&self, mode: Mode, action: Action) -> Option<Key> {
        let row = in_mode(mode).find(|row| row.action == action)?;
        self.keys(mode, row).first().copied()
    }

    /// From now on words name the commands of the spoken console.
    pub(crate) fn speak(&mut self) {
        self.is_spoken = true;
    }

    /// Words name the commands of the spoken console.
    pub(crate) fn is_spoken(&self) -> bool {
        self.is_spoken
    }

    /// The same, by the name that words on the screen call it by.
    pub fn name(&self, mode: Mode, action: Action) -> String {
        if self.is_spoken {
            return commands::name(mode, action);
        }
        let key = self.first(mode, action);
        key.map_or_else(String::new, said)
    }
}

/// The actions whose keys can be chosen, each once, in the order of the table.
pub fn remappable() -> Vec<&'static str> {
    let mut ids = Vec::new();
    for row in TABLE.iter().filter(|row| may_be_chosen(row)) {
        if !ids.contains(&row.id) {
            ids.push(row.id);
        }
    }
    ids
}

/// The keys of this row can be chosen: it applies where they can.
pub fn may_be_chosen(row: &Binding) -> bool {
    row.modes.iter().any(|mode| is_free(*mode))
}

/// Keys can be chosen here.
fn is_free(mode: Mode) -> bool {
    let is_dialog = matches!(
        mode,
        Mode::Starting | Mode::Quit | Mode::Help | Mode::Sort | Mode::Columns | Mode::Recipe
    );
    !mode.is_text() && !is_dialog
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
    let has_own = TABLE.iter().any(|row| row.id == id && !row.keys.is_empty());
    if (names.is_empty() && has_own) || names.len() > MOST {
        return Err(format!(
            "`{action}` has {} keys. Give it one to {MOST}",
            names.len()
        ));
    }
    let keys: Result<Vec<Key>, String> = names.iter().map(|name| key(name)).collect();
    let keys = keys?;
    match why_not(id, &keys) {
        Some(why) => Err(why),
        None => Ok((id, keys)),
    }
}

/// Letters that a terminal or a multiplexer keeps for itself when they come with Ctrl, or sends as another key.
const KEPT: [char; 8] = ['s', 'q', 'a', 'b', 'h', 'i', 'j', 'm'];
/// What is on the way to ending chats: pressed on purpose, never by a key that one leans on.
const GRAVE: [&str; 3] = ["plan", "terminate", "resume"];

/// Why an action may not have these keys.
fn why_not(id: &str, keys: &[Key]) -> Option<String> {
    let is_kept = |key: &&Key| {
        key.ctrl && matches!(key.code, KeyCode::Char(letter) if KEPT.contains(&letter))
    };
    if let Some(kept) = keys.iter().find(is_kept) {
        let kept = written(*kept);
        return Some(format!(
            "`{kept}` does not arrive, or as another key: terminals keep it. Choose another for `{id}`"
        ));
    }
    let always = match id {
        "back" | "stop-run" => Some(Key::plain(KeyCode::Esc)),
        "interrupt" => Some(Key::ctrl('c')),
        _ => None,
    };
    if let Some(always) = always.filter(|always| !keys.contains(always)) {
        let always = written(always);
        return Some(format!(
            "`{id}` keeps `{always}`: name it among its keys, for it always leaves"
        ));
    }
    let is_sign = |key: &Key| {
        !key.ctrl && matches!(key.code, KeyCode::Char(letter) if !letter.is_whitespace())
    };
    let leant_on = keys.iter().find(|key| !is_sign(key));
    leant_on.filter(|_| GRAVE.contains(&id)).map(|key| {
        let key = written(*key);
        format!("`{id}` is pressed on purpose: give it a letter or a sign, not `{key}`")
    })
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

/// A key in a sentence of the screen: as it stands on a keyboard, with a word where the hints have a sign.
fn said(key: Key) -> String {
    match key.code {
        KeyCode::Enter | KeyCode::Up | KeyCode::Down => format!("{:?}", key.code),
        KeyCode::Char(' ') => "Space".to_owned(),
        _ => key_name(key),
    }
}

/// The first two actions that share a key somewhere, as the one that was given it and the words for both.
fn clash(good: &[(&'static str, Vec<Key>)]) -> Option<(&'static str, String)> {
    let chosen = |row: &'static Binding| {
        let own = good.iter().find(|(action, _)| *action == row.id);
        own.map_or(row.keys, |(_, keys)| keys.as_slice())
    };
    let shared = |row: &'static Binding, other: &'static Binding| {
        let mut keys = chosen(row).iter();
        keys.find(|key| chosen(other).contains(key)).copied()
    };
    let told = |row: &Binding, other: &Binding, key, place: &str| {
        let was_given = good.iter().any(|(action, _)| *action == other.id);
        let loser = if was_given { other.id } else { row.id };
        let words = format!(
            "`{}` and `{}` share the key `{}` {place}. `{loser}` keeps the keys it had",
            row.id,
            other.id,
            written(key),
        );
        (loser, words)
    };
    for mode in Mode::ALL.into_iter().filter(|mode| is_free(*mode)) {
        let rows: Vec<&'static Binding> = in_mode(mode).collect();
        for (place, row) in rows.iter().enumerate() {
            let others = rows.iter().skip(place + 1);
            for other in others.filter(|other| other.id != row.id) {
                if let Some(key) = shared(row, other) {
                    return Some(told(row, other, key, &format!("in the {}", mode.words())));
                }
            }
        }
    }
    // Who presses the key of a plan twice must not be at the phrase.
    let row = |action| TABLE.iter().find(|row| row.action == action);
    let (plan, terminate) = (row(Action::Plan)?, row(Action::Terminate)?);
    let key = shared(plan, terminate)?;
    Some(told(plan, terminate, key, "on the way to the phrase"))
}

#[cfg(test)]
mod tests;
