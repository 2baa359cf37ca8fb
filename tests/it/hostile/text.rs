//! The sanitiser over the whole corpus: safe, short, seen, and as wide as the screen will draw it.
#![expect(
    clippy::disallowed_methods,
    reason = "asks how wide the screen draws what was made safe"
)]

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unstick::domain::text::{Text, cell, cells, json, lines, whole};

use super::oracle::{Licence, expect_clean, is_banned, shown_to_vt100};
use super::payloads;

/// The cells that the screen fills with a text.
fn drawn(text: &str) -> usize {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 4000, 1));
    let (end, _) = buffer.set_stringn(0, 0, text, 4000, Style::new());
    usize::from(end)
}

/// Where a terminal's cursor is after a text.
fn advanced(text: &str) -> usize {
    let width = std::num::NonZero::new(4000).unwrap();
    let mut parser = vt100::Parser::new(std::num::NonZero::<u16>::MIN, width, 0);
    parser.process(shown_to_vt100(text).as_bytes());
    usize::from(parser.screen().cursor_position().1)
}

#[test]
fn the_corpus_is_large_and_every_payload_says_why_it_is_there() {
    let all = payloads();
    assert!(all.len() >= 200, "{}", all.len());
    let mut names: Vec<&str> = all.iter().map(|payload| payload.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len(), "a name is there twice");
    assert!(all.iter().all(|payload| payload.why.len() > 5));
}

#[test]
fn every_payload_comes_out_safe_short_and_as_wide_as_it_is_drawn() {
    for payload in payloads() {
        let (name, raw) = (&payload.name, payload.raw());
        let text = Text::clean(&raw);
        let said = text.as_str();
        expect_clean(said.as_bytes(), Licence::Frames, name);
        assert!(said.chars().count() <= Text::MAX + 1, "{name}");
        assert_eq!(Text::clean(said).as_str(), said, "{name}");
        assert_eq!(drawn(said), cells(said), "{name}: {said:?}");
        assert_eq!(advanced(said), cells(said), "{name}: {said:?}");
        expect_clean(whole(&raw).as_bytes(), Licence::Frames, name);
        expect_clean(lines(&raw).as_bytes(), Licence::Lines, name);
        let as_json = serde_json::to_string(&raw).unwrap();
        let inert = json(&as_json);
        expect_clean(inert.as_bytes(), Licence::Lines, name);
        assert_eq!(
            serde_json::from_str::<String>(&inert).unwrap(),
            raw,
            "{name}"
        );
        let in_a_table = cell(&raw);
        expect_clean(in_a_table.as_bytes(), Licence::Lines, name);
        assert!(
            !in_a_table
                .trim_start()
                .starts_with(['=', '+', '-', '@', '＝']),
            "{name}: {in_a_table:?}"
        );
    }
}

/// Joiners, marks of direction, variation selectors and skin tones, which go without a trace; line ends and tabs, which become blanks.
fn may_vanish(character: char) -> bool {
    matches!(
        character,
        '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{200c}'..='\u{200f}'
    )
}

#[test]
fn what_is_hostile_is_seen_and_what_is_not_stays_as_it_was() {
    for payload in payloads() {
        let raw = payload.raw();
        let said = Text::clean(&raw);
        let hostile = raw
            .chars()
            .filter(|c| is_banned(*c) && !may_vanish(*c))
            .count();
        let seen = said.as_str().matches('\u{fffd}').count();
        let is_cut = said.as_str().ends_with('…');
        assert!(
            seen >= hostile || is_cut,
            "{}: {raw:?} became {said:?}",
            payload.name
        );
        if raw.is_ascii() && hostile == 0 && !raw.contains(['\t', '\n', '\r']) && !is_cut {
            assert_eq!(said.as_str(), raw.trim(), "{}", payload.name);
        }
    }
}
