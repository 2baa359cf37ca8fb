//! The help as somebody sees it who opens it for the first time: what the screen is for comes first, and no sentence is cut.

use unstick::app::{Key, KeyCode, Msg};

use crate::console_desk::Desk;
use crate::console_forms::SIZES;

/// The rows inside of the help's box.
fn rows_of_help(desk: &mut Desk) -> Vec<String> {
    let text = desk.text();
    let lines: Vec<Vec<char>> = text.lines().map(|line| line.chars().collect()).collect();
    let place = |corner| {
        let find =
            |(y, line): (usize, &Vec<char>)| Some((y, line.iter().position(|c| *c == corner)?));
        lines.iter().enumerate().find_map(find).unwrap()
    };
    let ((top, left), (_, right), (last, _)) = (place('┌'), place('┐'), place('└'));
    let inside = |line: &Vec<char>| line[left + 1..right].iter().collect();
    lines[top + 1..last].iter().map(inside).collect()
}

/// How to come to a screen.
pub(crate) type Stage = fn(&mut Desk);

/// Every screen, and how one comes to it from the list.
pub(crate) const STAGES: [(&str, Stage); 13] = [
    ("chats", |_| {}),
    ("inspect", |desk| desk.keys("\r")),
    ("plan", Desk::plan),
    ("board", Desk::run_half),
    ("trace", |desk| {
        desk.run_half();
        desk.keys("\r");
    }),
    ("report", Desk::run_whole),
    ("runs", |desk| {
        desk.keys("H");
        desk.history();
    }),
    ("requests", |desk| desk.keys("L")),
    ("pulse", |desk| desk.keys("P")),
    ("profiles", |desk| desk.keys("O")),
    ("rules", |desk| desk.keys("W")),
    ("recipes", |desk| desk.keys("F")),
    ("welcome", |desk| desk.keys(":welcome\r")),
];

#[test]
fn no_row_of_a_help_is_cut_on_any_screen_and_what_ends_chats_is_on_the_first_page() {
    for (width, height) in SIZES {
        for (name, stage) in STAGES {
            // What the smallest size refuses to open, a terminal that shrinks later still has to explain.
            let mut desk = Desk::full(width.max(80), height.max(24));
            stage(&mut desk);
            desk.tell(Msg::Resized { width, height });
            for typed in ["?", "syntax", "\u{1b}?e"] {
                match typed {
                    "syntax" => desk.press(Key::plain(KeyCode::F(1))),
                    keys => desk.keys(keys),
                }
                for page in 0..40 {
                    let rows = rows_of_help(&mut desk);
                    let cut = rows.iter().find(|row| row.contains('…'));
                    assert_eq!(cut, None, "{name} at {width}x{height}, page {page}");
                    let ends = rows.iter().any(|row| row.contains("plan to end 3f2a9c41"));
                    let is_due = name == "chats" && typed == "?" && page == 0;
                    assert!(ends || !is_due, "{rows:#?}");
                    desk.press(Key::plain(KeyCode::PageDown));
                    if rows_of_help(&mut desk) == rows {
                        break;
                    }
                }
            }
        }
    }
}
