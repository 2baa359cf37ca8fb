//! The console leaves a terminal as it found it, however it is left.

use std::time::Duration;

use rustix::process::Signal;

use crate::console_forms::styles_in;
use crate::support::Home;
use crate::support::pty::Pty;

/// The console on a sandbox in its own process, once its list is there.
fn open(home: &Home) -> Pty {
    let mut pty = Pty::unstick(&["--sandbox=quiet"], home);
    pty.wait_for_text("orphan");
    pty
}

#[test]
fn ctrl_c_on_the_list_leaves_and_restores() {
    let home = Home::new();
    let mut pty = open(&home);
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
}

#[test]
fn sigterm_and_sighup_leave_and_restore() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let home = Home::new();
        let mut pty = open(&home);
        pty.signal(signal);
        pty.ended();
        pty.is_as_found();
    }
}

#[test]
fn a_terminal_that_goes_away_takes_the_console_with_it() {
    let home = Home::new();
    let pty = open(&home);
    let (took, status) = pty.hang_up();
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_ne!(status.exit_code(), 70, "it fell over instead of leaving");
}

#[test]
fn an_error_at_the_start_leaves_the_terminal_alone() {
    let home = Home::new();
    let mut pty = Pty::unstick(&["--profile", "nobody"], &home);
    assert_eq!(pty.ended().exit_code(), 2);
    assert!(
        pty.text().contains("error: there is no profile `nobody`"),
        "{}",
        pty.text()
    );
    pty.is_as_found();
}

#[test]
fn an_error_once_the_terminal_was_taken_over_gives_it_back() {
    let home = Home::new();
    let told = [("UNSTICK_CRASH_AT", "error-at-keyboard")];
    let mut pty = Pty::start(Home::binary(), &["--sandbox=quiet"], &home, &told);
    assert_ne!(pty.ended().exit_code(), 0, "{}", pty.text());
    assert_eq!(pty.count("\x1b[?1049h"), 1, "it was not taken over");
    pty.is_as_found();
}

#[test]
fn ctrl_z_gives_the_terminal_back_until_the_program_is_continued() {
    let home = Home::new();
    let mut pty = open(&home);
    pty.keys("\x1a");
    pty.suspended();
    pty.signal(Signal::CONT);
    pty.wait_for("the console again", |screen| {
        screen.alternate_screen() && screen.contents().contains("orphan")
    });
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
}

/// What takes the reversal from the rest of a row, if anything does: a command for styles that puts everything back, as crossterm prints one
/// without a number for a colour that may not be shown, with text behind it in its frame. At the end of a frame it does no harm.
fn what_undoes_a_reversal(raw: &str) -> Option<String> {
    raw.split("\x1b[?2026l").find_map(undone_in_a_frame)
}

fn undone_in_a_frame(frame: &str) -> Option<String> {
    let mut is_reversed = false;
    let mut undone = None;
    let mut pieces = frame.split("\x1b[");
    pieces.next()?;
    for piece in pieces {
        let at = piece.find(|c: char| matches!(c, '@'..='~'))?;
        let (style, rest) = piece.split_at(at);
        let text = &rest[1..];
        if rest.starts_with('m') {
            for part in style.split(';') {
                let is_bare = part.is_empty();
                if is_bare || (part == "0" && is_reversed) {
                    undone.get_or_insert_with(|| format!("ESC[{style}m"));
                }
                is_reversed = part == "7" || (is_reversed && part != "27");
            }
        }
        if undone.is_some() && !text.is_empty() {
            return undone;
        }
    }
    None
}

#[test]
fn whatever_undoes_a_reversal_before_its_row_ends_is_told() {
    for bytes in [
        "\x1b[7m\x1b[1m\x1b[;m STUCK",
        "\x1b[7m\x1b[m STUCK",
        "\x1b[7m\x1b[1;;m STUCK",
        "\x1b[7;1m STUCK\x1b[0m 6h12m\x1b[27m",
    ] {
        assert!(what_undoes_a_reversal(bytes).is_some(), "{bytes:?}");
    }
    for bytes in [
        "\x1b[7m\x1b[1m STUCK\x1b[22m 6h12m\x1b[27m",
        "\x1b[7m STUCK\x1b[39m\x1b[49m\x1b[59m\x1b[0m\x1b[?2026l\x1b[?2026h\x1b[2;1H 6h12m",
        "\x1b[7m STUCK\x1b[m\x1b[m\x1b[m\x1b[0m\x1b[?2026l",
    ] {
        assert_eq!(what_undoes_a_reversal(bytes), None, "{bytes:?}");
    }
}

/// The row of the cursor is reversed from its first cell to its last.
fn the_row_of_the_cursor_is_whole(screen: &vt100::Screen) -> bool {
    let columns = screen.size().1.get();
    let mut rows = (0..).zip(screen.rows(0, columns));
    let Some((row, _)) = rows.find(|(_, text)| text.starts_with('▸')) else {
        return false;
    };
    (0..columns).all(|x| screen.cell(row, x).is_some_and(vt100::Cell::inverse))
}

#[test]
fn without_colours_the_row_of_the_cursor_stays_reversed_and_no_colour_is_sent() {
    let home = Home::new();
    let mut pty = Pty::start(
        Home::binary(),
        &["--sandbox=quiet"],
        &home,
        &[("NO_COLOR", "1")],
    );
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.wait_for("a whole row", the_row_of_the_cursor_is_whole);
    pty.keys(" ");
    pty.wait_for("a marked row, and a whole one", |screen| {
        screen.contents().contains("1 marked") && the_row_of_the_cursor_is_whole(screen)
    });
    pty.keys("q");
    pty.ended();
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert_eq!(what_undoes_a_reversal(&raw), None);
    for style in styles_in(raw.as_bytes()) {
        let is_colour = style.split(';').any(|number| {
            matches!(number.len(), 2 | 3)
                && number.starts_with(['3', '4', '9', '1'])
                && number != "39"
                && number != "49"
        });
        assert!(!is_colour, "a colour was sent: {style:?}");
    }
}

#[test]
fn the_kitty_protocol_is_asked_for_where_it_is_wanted_and_on_the_alternate_screen_alone() {
    let home = Home::new();
    let mut plain = open(&home);
    plain.keys("q");
    plain.ended();
    assert_eq!(plain.count("\x1b[>5u"), 0);
    let home = Home::new();
    let config = home.write("kitty.toml", "[keys]\nkitty = true\n");
    let config = config.display().to_string();
    let mut pty = Pty::unstick(&["--sandbox=quiet", "--config", &config], &home);
    pty.wait_for_text("orphan");
    // Ctrl-C on a keyboard that is Russian just now, as such a terminal tells it.
    pty.keys("\x1b[1089::99;5u");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    let at = |sequence: &str| raw.find(sequence).unwrap_or_else(|| panic!("{sequence:?}"));
    assert!(at("\x1b[?1049h") < at("\x1b[>5u"), "on the wrong screen");
    assert!(at("\x1b[>5u") < at("\x1b[<1u"));
    assert!(at("\x1b[<1u") < at("\x1b[?1049l"), "taken off too late");
}

#[test]
fn a_terminal_of_one_cell_and_back_again_is_survived() {
    let home = Home::new();
    let mut pty = open(&home);
    pty.resize(1, 1);
    pty.resize(30, 100);
    pty.wait_for("the list again", |screen| {
        screen.contents().contains("orphan")
    });
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_reported() {
    let home = Home::new();
    let told = [("UNSTICK_CRASH_AT", "panic-in-console")];
    let mut pty = Pty::start(Home::binary(), &["--sandbox=quiet"], &home, &told);
    assert_eq!(pty.ended().exit_code(), 70, "{}", pty.text());
    pty.is_as_found();
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    let left = raw
        .find("\x1b[?1049l")
        .expect("the alternate screen was left");
    let reported = raw
        .find("told to by UNSTICK_CRASH_AT")
        .expect("the panic was reported");
    assert!(left < reported, "the report went to the alternate screen");
}
