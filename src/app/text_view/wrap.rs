//! A line in as many rows as it takes. Broken at a blank where one is near, else between two groups of characters; nothing is lost.

use unicode_segmentation::UnicodeSegmentation;

use super::PageLine;
use crate::app::tone::{Piece, Tone, Words};
use crate::domain::text::cells;

/// The rows of a line in so many columns; the further ones are indented by its hang.
pub fn wrapped(line: &PageLine, width: usize) -> Vec<Words> {
    let width = width.max(8);
    if cells(&line.words.text()) <= width {
        return vec![line.words.clone()];
    }
    let hang = line.hang.min(width / 2);
    let groups: Vec<(&str, Tone)> = line
        .words
        .pieces
        .iter()
        .flat_map(|piece| piece.text.graphemes(true).map(|group| (group, piece.tone)))
        .collect();
    let mut rows = Vec::new();
    let mut rest = groups.as_slice();
    while !rest.is_empty() {
        let indent = if rows.is_empty() { 0 } else { hang };
        let (row, after) = rest.split_at(row_end(rest, width - indent));
        rows.push(row_of(indent, row, line.words.is_chosen));
        rest = after;
    }
    rows
}

/// How many groups fit.
fn row_end(groups: &[(&str, Tone)], room: usize) -> usize {
    let mut used = 0;
    let mut fitting = 0;
    for (group, _) in groups {
        used += cells(group);
        if used > room {
            break;
        }
        fitting += 1;
    }
    if fitting == groups.len() {
        return fitting;
    }
    let fitting = fitting.max(1);
    let blank = groups
        .iter()
        .take(fitting)
        .rposition(|(group, _)| *group == " ");
    blank
        .filter(|at| *at > fitting / 2)
        .map_or(fitting, |at| at + 1)
}

fn row_of(indent: usize, groups: &[(&str, Tone)], is_chosen: bool) -> Words {
    let mut words = Words::blank().chosen(is_chosen);
    if indent > 0 {
        words = words.and(Tone::Plain, " ".repeat(indent));
    }
    for (group, tone) in groups {
        match words.pieces.last_mut() {
            Some(last) if last.tone == *tone => last.text.push_str(group),
            _ => words.pieces.push(Piece {
                text: (*group).to_owned(),
                tone: *tone,
            }),
        }
    }
    words
}
