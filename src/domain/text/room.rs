//! How much room a text takes on a terminal, and texts cut to the room that there is. Counted as the screen counts when it draws: one
//! group of characters at a time, by the same tables, so that what is reckoned here and what is drawn never differ.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{is_plain, whole};

/// How many cells of a terminal a text takes once it is made safe.
pub fn cells(text: &str) -> usize {
    if let Some(even) = even(text) {
        return even;
    }
    whole(text)
        .graphemes(true)
        .map(UnicodeWidthStr::width)
        .sum()
}

/// How many cells a text takes of which every character is safe, is one letter and takes one cell: what the console itself draws, and most
/// names. Nothing for any other, in which groups of characters have to be looked for.
pub fn even(text: &str) -> Option<usize> {
    if is_plain(text) {
        return Some(text.len());
    }
    text.chars().all(is_even).then(|| text.chars().count())
}

fn is_even(character: char) -> bool {
    matches!(character,
        ' '..='~' | '\u{c0}'..='\u{17f}' | '\u{2500}'..='\u{257f}' | '\u{2580}'..='\u{2593}'
        | '·' | '–' | '…' | '∙' | '◦' | '▪' | '▴' | '▾' | '▸' | '●' | '○' | '✓' | '✗' | '↻' | '↷' | '↑' | '↓')
}

/// A text of at most `room` cells, made safe; what was cut ends in an ellipsis.
pub fn cut(text: &str, room: usize) -> String {
    if let Some(even) = even(text) {
        if even <= room {
            return text.to_owned();
        }
        let kept = text.chars().take(room.saturating_sub(1));
        return kept.chain((room > 0).then_some('…')).collect();
    }
    let text = whole(text);
    if cells(&text) <= room {
        return text.into_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for group in text.graphemes(true) {
        used += group.width();
        if used + 1 > room {
            break;
        }
        out.push_str(group);
    }
    if room > 0 {
        out.push('…');
    }
    out
}

/// A text in exactly `room` cells, made safe, cut or filled up on the right.
pub fn fit(text: &str, room: usize) -> String {
    let mut out = cut(text, room);
    let wide = cells(&out);
    out.extend(std::iter::repeat_n(' ', room.saturating_sub(wide)));
    out
}
