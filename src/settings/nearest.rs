//! The valid word nearest to one that is not valid, for messages that say the mend.

/// The candidate with the fewest edits to `said`, unless none is near enough to be meant.
pub(super) fn nearest<'a>(
    said: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    candidates
        .into_iter()
        .map(|candidate| (edits(said, candidate), candidate))
        .min()
        .filter(|(edits, candidate)| *edits <= 2.max(candidate.chars().count() / 3))
        .map(|(_, candidate)| candidate.to_owned())
}

/// How many insertions, deletions and replacements lie between two words; long texts are cut, for they are no typing mistake.
fn edits(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(60).collect();
    let b: Vec<char> = b.chars().take(60).collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, left) in a.iter().enumerate() {
        let mut diagonal = row;
        let mut before = row + 1;
        let mut line = vec![before];
        for (right, up) in b.iter().zip(above.iter().skip(1)) {
            before = (diagonal + usize::from(left != right))
                .min(before + 1)
                .min(up + 1);
            diagonal = *up;
            line.push(before);
        }
        above = line;
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_mistake_finds_its_word_and_nonsense_finds_none() {
        let keys = ["client_id", "region", "wrap_up"];
        assert_eq!(nearest("regoin", keys).as_deref(), Some("region"));
        assert_eq!(nearest("clientid", keys).as_deref(), Some("client_id"));
        assert_eq!(nearest("wrapup", keys).as_deref(), Some("wrap_up"));
        assert_eq!(nearest("zzzzzzzzz", keys), None);
        assert_eq!(nearest("x", []), None);
    }
}
