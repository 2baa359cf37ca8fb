//! The start of the console in a real terminal, against a platform that is slow, dead or unwilling: a frame at once, keys that leave, words
//! that stay to be read; and nothing that was typed meanwhile is a command afterwards.

use rustix::process::Signal;
use serde_json::json;

use crate::cli_login::Place;
use crate::support::Home;
use crate::support::pty::Pty;

const TOKEN: &str = "/oauth/token";

/// A profile whose platform stands still at this request.
fn held_at(path: &str, lines: &str) -> Place {
    let place = Place::new();
    let profile = place.served.profile("near", lines);
    place.home.write("home/config/config.toml", &profile);
    hold(&place, path);
    place
}

fn hold(place: &Place, path: &str) {
    let fault = json!({ "path": path, "times": 0, "hold": true });
    place.served.order(&json!({ "fault": [fault] }));
}

fn release(place: &Place) {
    let released = json!({ "clear": true, "release": true });
    place.served.order(&released);
}

fn pinned(place: &Place) -> String {
    format!("org_id = \"{}\"\nwrite = true", place.said("org_id"))
}

fn start(place: &Place, secret: &str) -> Pty {
    let more = [("UNSTICK_CLIENT_SECRET", secret)];
    Pty::start(Home::binary(), &[], &place.home, &more)
}

fn start_rightly(place: &Place) -> Pty {
    start(place, &place.said("client_secret"))
}

#[test]
fn a_platform_that_never_answers_is_waited_for_in_view_and_left_by_a_key() {
    let place = held_at(TOKEN, "");
    for key in ["q", "\x1b", "\x03"] {
        let mut pty = start_rightly(&place);
        pty.wait_for_text("Signing in to 127.0.0.1");
        let row = pty.text().lines().next().unwrap().to_owned();
        assert!(row.contains("[SANDBOX near]"), "{row}");
        assert!(row.contains("READ-ONLY"), "{row}");
        // Time goes by in view.
        pty.wait_for("how long it has been", |screen| {
            let text = screen.contents();
            let line = text
                .lines()
                .find(|line| line.contains("q, Esc or Ctrl-C quits"));
            line.is_some_and(|line| !line.contains(" 0."))
        });
        pty.keys(key);
        assert_eq!(pty.ended().exit_code(), 130, "{key:?}: {}", pty.text());
        pty.is_as_found();
        let text = pty.text();
        assert!(text.contains("interrupted before anything"), "{text}");
    }
}

#[test]
fn signals_leave_it_and_a_suspension_gives_the_terminal_back_meanwhile() {
    let place = held_at(TOKEN, "");
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let mut pty = start_rightly(&place);
        pty.wait_for_text("Signing in");
        pty.signal(signal);
        assert_eq!(pty.ended().exit_code(), 130, "{}", pty.text());
        pty.is_as_found();
    }
    let mut pty = start_rightly(&place);
    pty.wait_for_text("Signing in");
    for by_key in [true, false] {
        if by_key {
            pty.keys("\x1a");
        } else {
            pty.signal(Signal::TSTP);
        }
        pty.suspended();
        pty.signal(Signal::CONT);
        pty.wait_for("the frame again", |screen| {
            screen.alternate_screen() && screen.contents().contains("Signing in")
        });
    }
    pty.resize(14, 60);
    pty.wait_for("the frame in its new place", |screen| {
        let text = screen.contents();
        let row = text.lines().nth(5);
        row.is_some_and(|row| row.contains("Signing in"))
    });
    let (_, status) = pty.hang_up();
    assert_eq!(status.exit_code(), 130);
}

#[test]
fn what_was_typed_meanwhile_is_no_command_afterwards() {
    let place = Place::new();
    let profile = place.served.profile("near", &pinned(&place));
    place.home.write("home/config/config.toml", &profile);
    for path in [TOKEN, "/organizations/me"] {
        hold(&place, path);
        let mut pty = start_rightly(&place);
        pty.wait_for_text(match path {
            TOKEN => "Signing in to 127.0.0.1",
            _ => "Asking 127.0.0.1",
        });
        pty.keys("2*xT");
        pty.keys("near 3\r");
        pty.keys("\x1b[200~xT near 3\r\x1b[201~");
        pty.keys("R:?H");
        // A size is answered by a frame, behind all that was typed.
        pty.resize(30, 90);
        pty.wait_for("the frame", |screen| {
            let row = screen.rows(0, 90).next().unwrap_or_default();
            row.contains("opening ") && row.trim_end().ends_with('s')
        });
        release(&place);
        pty.wait_for_text("3 stuck and 1 stale of 7");
        let text = pty.text();
        assert!(text.contains("[1 All"), "a view was opened:\n{text}");
        assert!(text.contains("READ-WRITE"), "it was narrowed:\n{text}");
        assert!(!text.contains('✓'), "chats were marked:\n{text}");
        assert_eq!(pty.count("\x1b[?1049h"), 1, "it was no one screen");
        pty.keys("q");
        assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
        pty.is_as_found();
    }
    let asked = place.served.told("requests");
    let changing = asked.iter().filter(|one| one["method"] == "PATCH");
    assert_eq!(changing.count(), 0);
}

#[test]
fn a_sign_in_that_fails_is_told_where_it_stays_to_be_read() {
    let place = Place::new();
    let profile = place.served.profile("near", "");
    place.home.write("home/config/config.toml", &profile);
    let mut pty = start(&place, "wrong-canary");
    assert_eq!(pty.ended().exit_code(), 3, "{}", pty.text());
    pty.is_as_found();
    let text = pty.text();
    assert!(
        text.contains("error: the organisation of profile `near`"),
        "{text}"
    );
    assert!(text.contains("hint: "), "{text}");
    assert_eq!(pty.count("\x1b[?1049h"), 1, "nothing was shown meanwhile");
    // What was printed came after the terminal was given back.
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    let (_, after) = raw.rsplit_once("\x1b[?1049l").unwrap();
    assert!(after.contains("error: "), "{raw:?}");
}

#[test]
fn what_there_is_to_note_is_among_the_messages_and_stays_behind_the_screen() {
    let place = Place::new();
    let profile = place.served.profile("near", "");
    place.home.write("home/config/config.toml", &profile);
    let mut pty = start_rightly(&place);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys(":messages\r");
    pty.leave("profile `near` is not pinned");
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    pty.is_as_found();
    assert!(pty.text().contains("is not pinned"), "{}", pty.text());
}
