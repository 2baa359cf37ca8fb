use super::*;
use crate::app::tone::Tone;

fn lines(texts: &[&str]) -> Vec<PageLine> {
    texts
        .iter()
        .map(|text| PageLine::of(Words::plain(*text)))
        .collect()
}

const ROOM: Room = Room {
    width: 20,
    rows: 3,
    wraps: true,
};

#[test]
fn every_hit_is_found_in_any_case_and_gone_to_around_the_ends() {
    let page = Page::with_cursor(lines(&["one Connected connected", "none", "CONNECTED"]));
    let mut view = TextView::default();
    view.look_for("connected".to_owned(), &page, ROOM);
    assert_eq!(view.count_words(&page), "match 1 of 3");
    let mut seen = Vec::new();
    for _ in 0..4 {
        assert!(view.go_to_hit(true, &page, ROOM));
        seen.push((view.line, view.count_words(&page)));
    }
    let words: Vec<(usize, &str)> = seen.iter().map(|(at, said)| (*at, said.as_str())).collect();
    assert_eq!(
        words,
        [
            (0, "match 2 of 3"),
            (2, "match 3 of 3"),
            (0, "match 1 of 3"),
            (0, "match 2 of 3")
        ]
    );
    view.go_to_hit(false, &page, ROOM);
    view.go_to_hit(false, &page, ROOM);
    assert_eq!(view.line, 2);
    view.look_for("nowhere".to_owned(), &page, ROOM);
    assert_eq!(view.count_words(&page), "no match");
    assert!(!view.go_to_hit(true, &page, ROOM));
}

#[test]
fn a_hit_that_spans_pieces_is_marked_whole() {
    let words = Words::new(Tone::Dim, "say conn").and(Tone::Plain, "ected now");
    let page_line = PageLine::of(words.clone());
    let marked = marked(&words, &hits(&[page_line], "CONNECTED"));
    let hit: String = marked
        .pieces
        .iter()
        .filter(|piece| piece.tone == Tone::Hit)
        .map(|piece| piece.text.as_str())
        .collect();
    assert_eq!((hit.as_str(), marked.text()), ("connected", words.text()));
}

#[test]
fn a_wrapped_line_loses_nothing_and_no_row_is_too_wide() {
    let text = "the quick brown 日本語のテキスト fox jumps-over-the-lazy-dog-without-a-blank";
    let line = PageLine {
        hang: 4,
        ..PageLine::of(Words::plain(text))
    };
    for width in 8..40 {
        let rows = wrapped(&line, width);
        let hang = 4.min(width / 2);
        let whole: String = rows
            .iter()
            .enumerate()
            .map(|(at, row)| {
                let row = row.text();
                assert!(crate::domain::text::cells(&row) <= width, "{row:?}");
                if at == 0 {
                    row
                } else {
                    row.chars().skip(hang).collect()
                }
            })
            .collect();
        assert_eq!(whole, text);
    }
}

#[test]
fn the_cursor_is_always_in_view() {
    let long = "x".repeat(50);
    let texts: Vec<&str> = (0..30)
        .map(|at| if at % 3 == 0 { long.as_str() } else { "short" })
        .collect();
    let page = Page::with_cursor(lines(&texts));
    let mut view = TextView::default();
    let steps = [
        Move::PageDown,
        Move::Down,
        Move::Last,
        Move::PageUp,
        Move::Up,
        Move::First,
        Move::HalfDown,
    ];
    for step in steps.into_iter().cycle().take(60) {
        view.go(step, &page, ROOM);
        let above: usize = (view.top..view.line)
            .map(|at| wrapped(&page.left[at], ROOM.width).len())
            .sum();
        assert!(view.top <= view.line && above < ROOM.rows, "{view:?}");
    }
}
