//! The nearest of some words: for mends that name what was probably meant.

/// Letters beyond this do not count: the work grows with the square, and names are shorter.
const LONGEST: usize = 60;

/// The candidate that takes the fewest single-letter changes to reach; of equals the first. Case does not count, and a candidate that
/// begins with what was said is nearer than any other.
pub fn nearest<'a>(said: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let said = said.to_lowercase();
    candidates.into_iter().min_by_key(|candidate| {
        let candidate = candidate.to_lowercase();
        let begins = !said.is_empty() && candidate.starts_with(&said);
        (!begins, distance(&said, &candidate))
    })
}

/// How many letters must be put in, taken out, replaced, or swapped with their neighbour.
pub(super) fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().take(LONGEST).collect();
    let to: Vec<char> = to.chars().take(LONGEST).collect();
    let mut table = vec![vec![0; to.len() + 1]; from.len() + 1];
    let at = |table: &[Vec<usize>], row: usize, column: usize| -> usize {
        table
            .get(row)
            .and_then(|cells| cells.get(column))
            .copied()
            .unwrap_or_default()
    };
    for row in 0..=from.len() {
        for column in 0..=to.len() {
            let best = if row == 0 || column == 0 {
                row + column
            } else {
                let is_same = from.get(row - 1) == to.get(column - 1);
                let replaced = at(&table, row - 1, column - 1) + usize::from(!is_same);
                let shorter = at(&table, row - 1, column).min(at(&table, row, column - 1)) + 1;
                let is_swap = row > 1
                    && column > 1
                    && from.get(row - 1) == to.get(column - 2)
                    && from.get(row - 2) == to.get(column - 1);
                let swapped = if is_swap {
                    at(&table, row - 2, column - 2) + 1
                } else {
                    usize::MAX
                };
                replaced.min(shorter).min(swapped)
            };
            if let Some(cell) = table.get_mut(row).and_then(|cells| cells.get_mut(column)) {
                *cell = best;
            }
        }
    }
    at(&table, from.len(), to.len())
}
