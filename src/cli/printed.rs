//! Tables for people: columns as wide as what is in them, by the cells that a terminal gives each character.

use crate::domain::text::{cells, fit, whole};

/// No cell is wider; names can be long.
const WIDEST: usize = 40;

/// Lines of a table under its heads. The last column is never cut: it is what people copy.
pub(super) fn table<const N: usize>(heads: [&str; N], lines: &[[String; N]]) -> String {
    let mut widths = heads.map(cells);
    for line in lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cells(cell)).min(WIDEST);
        }
    }
    let mut text = row(&heads.map(str::to_owned), &widths);
    for line in lines {
        text.push_str(&row(line, &widths));
    }
    text
}

fn row(line: &[String], widths: &[usize]) -> String {
    let last = line.len().saturating_sub(1);
    let mut text = String::new();
    for (index, (cell, width)) in line.iter().zip(widths).enumerate() {
        if index == last {
            text.push_str(&whole(cell));
        } else {
            text.push_str(&fit(cell, *width));
            text.push_str("  ");
        }
    }
    format!("{}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_the_cells_they_take() {
        let lines = [
            ["東京".to_owned(), "x".to_owned()],
            ["abc".to_owned(), "y".to_owned()],
        ];
        assert_eq!(table(["A", "B"], &lines), "A     B\n東京  x\nabc   y\n");
    }

    #[test]
    fn a_long_name_is_cut_and_the_id_is_not() {
        let name = "n".repeat(60);
        let id = "i".repeat(60);
        let text = table(["NAME", "ID"], &[[name, id.clone()]]);
        assert!(text.contains(&id));
        assert!(text.contains(&format!("{}…  ", "n".repeat(WIDEST - 1))));
    }
}
