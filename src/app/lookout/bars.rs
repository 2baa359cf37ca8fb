//! Bars and lines of blocks. Each stands beside its number: nothing is told by a length alone.

/// A bar of `width` cells, `part` of `whole` of it full; what is there at all fills at least one cell.
pub fn bar(width: usize, part: usize, whole: usize) -> String {
    let full = match (part, whole) {
        (0, _) | (_, 0) => 0,
        (part, whole) => (part.min(whole) * width / whole).max(1).min(width),
    };
    format!("{}{}", "█".repeat(full), "░".repeat(width - full))
}

/// A block for each number, the higher the larger.
pub fn blocks(numbers: impl Iterator<Item = usize> + Clone) -> String {
    const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = numbers.clone().max().unwrap_or(0).max(1);
    let level = |number: usize| number * (LEVELS.len() - 1) / most;
    numbers
        .filter_map(|number| LEVELS.get(level(number)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_shows_its_part_and_never_nothing_of_something() {
        assert_eq!(bar(4, 2, 4), "██░░");
        assert_eq!(bar(4, 1, 1000), "█░░░");
        assert_eq!(bar(4, 0, 1000), "░░░░");
        assert_eq!(bar(4, 9, 4), "████");
        assert_eq!(bar(4, 1, 0), "░░░░");
        assert_eq!(bar(0, 1, 2), "");
    }

    #[test]
    fn blocks_rise_with_their_numbers() {
        assert_eq!(blocks([0, 1, 2, 7].into_iter()), "▁▂▃█");
        assert_eq!(blocks([0, 0].into_iter()), "▁▁");
    }
}
