//! The keys of every screen in words, for those who read instead of press: the README and the man page. What stands here is what the
//! table says, each row once; the help of the console says the same of one screen, with what is marked and what is off now.

use super::{Action, Binding, Group, Mode, TABLE, in_mode};
use crate::app::action::keymap::written;
use crate::app::msg::Key;

/// A row: where, keys by their names (none: by its words behind `:`), what they do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The keys, the most important first; `:name` where there is none.
    pub keys: Vec<String>,
    /// What they do, and where else.
    pub words: String,
}

/// Actions that stand on one line, and what they do together.
const TOGETHER: [(&[Action], &str); 12] = [
    (&[Action::Down, Action::Up], "row"),
    (&[Action::First, Action::Last], "first, last"),
    (&[Action::HalfDown, Action::HalfUp], "half a page"),
    (&[Action::PageDown, Action::PageUp], "a page"),
    (
        &[Action::NextChat, Action::PreviousChat],
        "next, previous chat",
    ),
    (&[Action::Sort, Action::Reverse], "sort, reverse"),
    (
        &[Action::View1, Action::View2, Action::View3],
        "views: all, stuck, stale",
    ),
    (
        &[Action::NextTab, Action::PreviousTab],
        "next, previous page",
    ),
    (
        &[Action::NextHit, Action::PreviousHit],
        "next, previous match",
    ),
    (&[Action::Fold, Action::Unfold], "fold, open (JSON)"),
    (
        &[Action::FoldAll, Action::UnfoldAll],
        "all of it; also zM zR",
    ),
    (
        &[
            Action::Tab1,
            Action::Tab2,
            Action::Tab3,
            Action::Tab4,
            Action::Tab5,
            Action::Tab6,
        ],
        "pages",
    ),
];

/// So many screens are named; more are most of them.
const FEW: usize = 4;

/// The screens, dialogs and fields, as one comes to them.
const ORDER: [Mode; 24] = [
    Mode::Chats,
    Mode::Filter,
    Mode::Sort,
    Mode::Copy,
    Mode::Inspect,
    Mode::Find,
    Mode::Plan,
    Mode::Note,
    Mode::Confirm,
    Mode::Board,
    Mode::Trace,
    Mode::Quit,
    Mode::Report,
    Mode::Runs,
    Mode::Requests,
    Mode::Pulse,
    Mode::Rules,
    Mode::Profiles,
    Mode::Welcome,
    Mode::Recipes,
    Mode::Messages,
    Mode::Palette,
    Mode::Explain,
    Mode::Help,
];

/// What is everywhere, moving about, and then every screen with what only it has.
pub fn sections() -> Vec<(&'static str, Vec<Listed>)> {
    let mut said: Vec<&'static Binding> = Vec::new();
    let mut sections = vec![
        ("anywhere", section(Mode::Chats, is_anywhere, &mut said)),
        (
            "lists",
            section(Mode::Chats, |row| row.group == Group::Move, &mut said),
        ),
    ];
    let modes = ORDER.into_iter().chain(Mode::ALL);
    for mode in modes {
        sections.push((mode.words(), section(mode, |_| true, &mut said)));
    }
    sections.retain(|(_, rows)| !rows.is_empty());
    sections
}

/// It is on every screen.
pub(crate) fn is_anywhere(row: &Binding) -> bool {
    let is_in = |mode| in_mode(mode).any(|other| other.action == row.action);
    row.group != Group::Move && is_in(Mode::Chats) && is_in(Mode::Messages) && is_in(Mode::Board)
}

/// The rows of a mode that were not said yet.
fn section(
    mode: Mode,
    wanted: fn(&Binding) -> bool,
    said: &mut Vec<&'static Binding>,
) -> Vec<Listed> {
    let is_new =
        |row: &&'static Binding| wanted(row) && !said.iter().any(|other| is_same(other, row));
    let rows: Vec<&'static Binding> = in_mode(mode).filter(is_new).collect();
    said.extend(&rows);
    let mut listed: Vec<Listed> = Vec::new();
    let mut is_taken = vec![false; rows.len()];
    for (place, row) in rows.iter().enumerate() {
        if is_taken.get(place).copied().unwrap_or(true) {
            continue;
        }
        let (members, words) = with(row, &rows);
        for (taken, other) in is_taken.iter_mut().zip(&rows) {
            *taken |= members.iter().any(|member| is_same(member, other));
        }
        listed.push(Listed {
            keys: keys_of(&members),
            words: format!("{words}{}", also(mode, row)),
        });
    }
    listed
}

/// Two rows that say the same, one of which has a hint where the other has none.
fn is_same(row: &Binding, other: &Binding) -> bool {
    row.action == other.action && row.words == other.words && row.keys == other.keys
}

/// What stands on one line with a row, and what that does together.
pub(crate) fn joined(row: &Binding) -> Option<(&'static [Action], &'static str)> {
    let found = TOGETHER
        .iter()
        .find(|(actions, _)| actions.contains(&row.action));
    // The welcome has another use for the keys of views.
    let found = found.filter(|_| !row.modes.contains(&Mode::Welcome) || row.group == Group::Move);
    found.map(|(actions, words)| (*actions, *words))
}

/// The rows that stand on one line with this one, and what they do together: those that do the same under several names, too.
fn with(row: &'static Binding, rows: &[&'static Binding]) -> (Vec<&'static Binding>, &'static str) {
    let found = |action: &Action| rows.iter().find(|row| row.action == *action).copied();
    let members = joined(row).map(|(actions, words)| (actions.iter().map(found).collect(), words));
    if let Some((Some(members), words)) = members {
        return (members, words);
    }
    let same = |other: &&&'static Binding| other.words == row.words;
    (rows.iter().filter(same).copied().collect(), row.words)
}

fn keys_of(rows: &[&'static Binding]) -> Vec<String> {
    let keys: Vec<Vec<Key>> = rows.iter().map(|row| row.keys.to_vec()).collect();
    let keys: Vec<String> = in_turn(&keys).into_iter().map(written).collect();
    match (keys.is_empty(), rows.first()) {
        (true, Some(row)) => vec![format!(":{}", row.id)],
        _ => keys,
    }
}

/// Where else a row holds, unless it is one that holds everywhere.
fn also(mode: Mode, row: &'static Binding) -> String {
    let same = TABLE.iter().filter(|other| is_same(other, row));
    let others = same
        .flat_map(|row| row.modes)
        .filter(|other| **other != mode);
    let others: Vec<&str> = others.map(|other| other.words()).collect();
    if others.is_empty() || is_anywhere(row) || row.group == Group::Move {
        return String::new();
    }
    if others.len() > FEW {
        return " (also on most other screens)".to_owned();
    }
    format!(" (also: {})", others.join(", "))
}

/// The first key of each, then the second of each: `j k ↓ ↑`.
pub(crate) fn in_turn(keys: &[Vec<Key>]) -> Vec<Key> {
    let most = keys.iter().map(Vec::len).max().unwrap_or(0);
    (0..most)
        .flat_map(|place| keys.iter().filter_map(move |keys| keys.get(place).copied()))
        .collect()
}
