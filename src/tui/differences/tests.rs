//! Against the library's own comparison, on which everything else of its drawing relies.

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, prop_oneof, proptest};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::differences;

const AREA: Rect = Rect::new(3, 5, 9, 3);

/// Something written at a place of the area, as [`Buffer::set_string`] does: also over one half of something wide.
type Stroke = (u16, u16, &'static str, Style);

fn stroke() -> impl Strategy<Value = Stroke> {
    let text = prop_oneof![
        Just("a"),
        Just("b"),
        Just(" "),
        Just("│"),
        Just("é"),
        Just("e\u{301}"),
        Just("ab cd"),
        Just("日本"),
        Just("日a"),
        Just("✔\u{fe0f}"),
        Just("⌨\u{fe0f}x"),
        Just("👩\u{200d}👩\u{200d}👧"),
        Just("ｶﾞ"),
    ];
    let style = prop_oneof![
        Just(Style::new()),
        Just(Style::new().fg(Color::Red)),
        Just(Style::new().bg(Color::Blue)),
        Just(Style::new().add_modifier(Modifier::BOLD)),
        Just(Style::new().add_modifier(Modifier::REVERSED)),
        Just(Style::new().underline_color(Color::Green)),
    ];
    (0..AREA.width, 0..AREA.height, text, style)
}

#[expect(
    clippy::disallowed_methods,
    reason = "whatever may stand in a cell, and not only what a pen lets pass"
)]
fn painted(strokes: &[Stroke]) -> Buffer {
    let mut buffer = Buffer::empty(AREA);
    for (x, y, text, style) in strokes {
        buffer.set_string(AREA.x + x, AREA.y + y, text, *style);
    }
    buffer
}

proptest! {
    /// Frames that have much in common, as frames do, and frames that have nothing.
    #[test]
    fn what_a_frame_changes_is_what_the_library_says(
        common in vec(stroke(), 0..12),
        before in vec(stroke(), 0..6),
        after in vec(stroke(), 0..6),
    ) {
        let before = painted(&[common.clone(), before].concat());
        let drawn = painted(&[common, after].concat());
        let ours: Vec<_> = differences(&before, &drawn).collect();
        let theirs: Vec<_> = before.diff_iter(&drawn).collect();
        assert_eq!(ours, theirs);
    }
}
