//! `terminate` in a terminal asks for the phrase, and takes nothing else for it.

use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

fn ask(home: &Home, served: &Served) -> Pty {
    let flag = served.flag();
    let mut pty = Pty::unstick(&["terminate", &flag, "--filter", "kind:orphan"], home);
    pty.wait_for_text("Type `sandbox 1` to end them");
    pty
}

#[test]
fn the_phrase_that_is_typed_starts_the_run() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = ask(&home, &served);
    pty.keys("sandbox 1\r");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    assert_eq!(served.ended(&home).len(), 1);
}

#[test]
fn enter_alone_and_other_words_send_nothing() {
    for typed in ["\r", "y\r", "sandbox\r"] {
        let home = Home::new();
        let served = Served::start(&home, &["quiet"]);
        let mut pty = ask(&home, &served);
        pty.keys(typed);
        assert_eq!(pty.ended().exit_code(), 5, "{}", pty.text());
        assert!(served.changed_by_us(&home).is_empty());
    }
}

#[test]
fn ctrl_c_before_anything_was_sent_is_exit_130() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = ask(&home, &served);
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 130, "{}", pty.text());
    assert!(served.changed_by_us(&home).is_empty());
}
