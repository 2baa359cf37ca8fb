//! A comparison as a table of 80 columns.

use crate::domain::recipe::{COLUMNS, Compared};
use crate::domain::text::fit;

/// The width of a recipe's name; a longer one is cut.
const NAME: usize = 21;

/// Lines under their heads.
pub(super) fn table(rows: &[Compared]) -> String {
    let heads = COLUMNS.map(|(head, _)| head.to_owned());
    let mut text = line("RECIPE", &heads);
    for row in rows {
        text.push_str(&line(&row.recipe, &row.cells()));
    }
    text
}

fn line(name: &str, cells: &[String]) -> String {
    let mut text = fit(name, NAME);
    for (cell, (_, width)) in cells.iter().zip(COLUMNS) {
        text.push(' ');
        text.push_str(&fit(cell, width));
    }
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_has_its_place_in_80_cells() {
        let widths: usize = COLUMNS.iter().map(|(_, width)| width + 1).sum();
        assert_eq!(NAME + widths, 80);
    }
}
