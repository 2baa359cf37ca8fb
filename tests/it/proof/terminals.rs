//! Doctor in a real terminal: what it asks of it, what it says when nothing answers, and how it leaves it.

use crate::proof::Findings;
use crate::support::Home;
use crate::support::pty::Pty;

#[test]
fn a_terminal_that_answers_nothing_is_left_alone_and_as_it_was_found() {
    let home = Home::new();
    let mut terminal = Pty::unstick(&["doctor"], &home);
    let left = terminal.ended();
    assert!(left.success());
    let text = terminal.text();
    assert!(text.contains("does not answer within 200 ms"), "{text}");
    assert!(text.contains("100x30, normal"), "{text}");
    terminal.is_as_found();
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    assert!(raw.contains("\x1b[6n"), "it was asked");
    assert!(!raw.contains("\x1b]52"), "nothing is copied unasked");
}

#[test]
fn the_clipboard_is_tested_only_on_request() {
    let home = Home::new();
    let mut terminal = Pty::unstick(&["doctor", "--test-clipboard"], &home);
    assert!(terminal.ended().success());
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    assert!(raw.contains("\x1b]52;c;"), "{raw:?}");
    // Nothing answers a copy, so that only a paste can tell.
    let line = terminal
        .text()
        .lines()
        .find(|line| line.contains("clipboard"))
        .unwrap()
        .to_owned();
    assert!(
        line.contains("unknown") && line.contains("sent to the terminal (OSC 52); paste to see"),
        "{line}"
    );
    terminal.is_as_found();
}

#[test]
fn doctor_says_whose_the_mouse_is() {
    for (lines, words) in [
        ("", "scrolls and selects"),
        (
            "[ui]\nmouse = false\n",
            "left to the terminal by ui.mouse = false",
        ),
    ] {
        let home = Home::new();
        home.write("home/config/config.toml", lines);
        let ran = home.run(&["doctor", "--json", "--sandbox=quiet"]);
        Findings::of(&ran).says("mouse", "ok", words);
    }
}
