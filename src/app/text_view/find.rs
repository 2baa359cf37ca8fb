//! Every place where a needle stands in lines, whatever the case, and lines with those places marked.

use super::PageLine;
use crate::app::tone::{Piece, Tone, Words};

/// A place where the needle stands, in characters of a line's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Which line.
    pub line: usize,
    /// Its first character.
    pub from: usize,
    /// The character behind it.
    pub to: usize,
}

/// Characters are compared one by one, so that places in what is compared are places in what is shown.
fn folded(text: &str) -> Vec<char> {
    text.chars()
        .map(|letter| letter.to_lowercase().next().unwrap_or(letter))
        .collect()
}

/// All hits, not only the first one of a line.
pub fn hits(lines: &[PageLine], needle: &str) -> Vec<Hit> {
    let needle = folded(needle);
    if needle.is_empty() {
        return Vec::new();
    }
    lines
        .iter()
        .enumerate()
        .flat_map(|(line, page_line)| {
            let text = folded(&page_line.words.text());
            places(&text, &needle)
                .into_iter()
                .map(move |(from, to)| Hit { line, from, to })
        })
        .collect()
}

fn places(text: &[char], needle: &[char]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        if rest.len() < needle.len() {
            break;
        }
        if rest.starts_with(needle) {
            found.push((at, at + needle.len()));
            at += needle.len();
        } else {
            at += 1;
        }
    }
    found
}

/// A line with its hits marked.
pub fn marked(words: &Words, hits: &[Hit]) -> Words {
    if hits.is_empty() {
        return words.clone();
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    for piece in &words.pieces {
        for letter in piece.text.chars() {
            let is_hit = hits.iter().any(|hit| (hit.from..hit.to).contains(&at));
            let tone = if is_hit { Tone::Hit } else { piece.tone };
            match pieces.last_mut() {
                Some(last) if last.tone == tone => last.text.push(letter),
                _ => pieces.push(Piece {
                    text: letter.to_string(),
                    tone,
                }),
            }
            at += 1;
        }
    }
    Words {
        pieces,
        is_chosen: words.is_chosen,
    }
}
