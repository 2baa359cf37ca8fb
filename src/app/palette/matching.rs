//! How well an action fits what is typed: by its name first, then by its words, at last by letters of its name in their order.

use super::Entry;
use crate::app::action::keymap::written;

/// How well it fits, 0 best; absent when it does not. Every word that is typed has to fit, and the worst of them counts.
pub(super) fn rank(typed: &str, entry: &Entry, also: &str) -> Option<u8> {
    if entry.key.is_some_and(|key| written(key) == typed) {
        return Some(0);
    }
    let typed = typed.to_lowercase().replace('-', " ");
    let name = entry.name.to_lowercase();
    if name == typed {
        return Some(0);
    }
    if name.starts_with(&typed) {
        return Some(1);
    }
    let said = format!("{name} {} {also}", entry.words.to_lowercase());
    let mut worst = 0;
    for word in typed.split_whitespace() {
        worst = worst.max(rank_of_word(word, &name, &said)?);
    }
    Some(worst)
}

fn rank_of_word(word: &str, name: &str, said: &str) -> Option<u8> {
    let begins_in = |text: &str| {
        text.split(|letter: char| !letter.is_alphanumeric())
            .any(|one| one.starts_with(word))
    };
    if begins_in(name) {
        Some(2)
    } else if begins_in(said) {
        Some(3)
    } else if said.contains(word) {
        Some(4)
    } else {
        has_in_order(name, word).then_some(5)
    }
}

/// The letters of a word are in a name in this order, and the first begins the name: `mkal` is in `mark all`.
fn has_in_order(name: &str, word: &str) -> bool {
    let mut letters = name.chars();
    let mut wanted = word.chars();
    wanted.next() == letters.next() && wanted.all(|letter| letters.any(|other| other == letter))
}

#[cfg(test)]
mod tests {
    use super::has_in_order;

    #[test]
    fn letters_of_a_name_fit_in_their_order_from_its_beginning() {
        assert!(has_in_order("mark all", "mkal"));
        assert!(has_in_order("filter", "fltr"));
        assert!(!has_in_order("mark all", "akm"));
        assert!(!has_in_order("unmark", "mk"));
    }
}
