//! A strict terminal: it takes the bytes of the program and knows only the sequences that the program has a use for. Everything else is a
//! breach: other sequences, controls, characters that reorder or hide, a sequence that is left open.

use unicode_general_category::{GeneralCategory, get_general_category};

/// What a writer may send beside text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Licence {
    /// Lines: nothing but text and line ends.
    Lines,
    /// Frames of the console: places, styles, no cursor.
    Frames,
    /// The console in a terminal of its own: frames, modes, the title; and the lines before and after it.
    Console,
}

/// Modes that the console switches on and off: the cursor, the mouse, reports of focus, the alternate screen, pastes, synchronised updates.
const MODES: [u16; 7] = [25, 1000, 1004, 1006, 1049, 2004, 2026];

/// Whether a change of style has the form in which the backend writes it: one modifier, or colours by their number.
fn is_style(said: &[u16]) -> bool {
    match said {
        [] => false,
        [one] => matches!(one, 0..=5 | 7 | 9 | 22..=25 | 27 | 29 | 39 | 49 | 59),
        [38 | 48 | 58, 5, 0..=255, rest @ ..] | [39 | 49 | 59, rest @ ..] => {
            rest.is_empty() || is_style(rest)
        }
        _ => false,
    }
}

/// What was wrong, and what was asked for.
#[derive(Debug)]
pub(crate) struct Oracle {
    licence: Licence,
    /// What must not have been sent.
    pub(crate) breaches: Vec<String>,
    /// Titles that were set.
    pub(crate) titles: Vec<String>,
    /// What was put into the clipboard, in base64.
    pub(crate) copied: Vec<String>,
    last: Option<char>,
}

/// Judges everything that a program wrote.
pub(crate) fn judge(bytes: &[u8], licence: Licence) -> Oracle {
    let mut oracle = Oracle {
        licence,
        breaches: Vec::new(),
        titles: Vec::new(),
        copied: Vec::new(),
        last: None,
    };
    if std::str::from_utf8(bytes).is_err() {
        oracle.breaches.push("not UTF-8".to_owned());
    }
    let mut parser = vte::Parser::new();
    parser.advance(&mut oracle, bytes);
    // A sequence that was left open swallows what comes next.
    oracle.last = None;
    parser.advance(&mut oracle, b"Z");
    if oracle.last != Some('Z') {
        oracle.breaches.push("a sequence is left open".to_owned());
    }
    oracle
}

/// Only what is ours was sent.
#[track_caller]
pub(crate) fn expect_clean(bytes: &[u8], licence: Licence, what: &str) -> Oracle {
    let oracle = judge(bytes, licence);
    assert!(
        oracle.breaches.is_empty(),
        "{what}: {:?} in {:?}",
        oracle.breaches,
        String::from_utf8_lossy(bytes)
    );
    oracle
}

/// The terminal of the tests leaves out a `�`, which it takes for a byte that was no UTF-8; others show it in one cell.
pub(crate) fn shown_to_vt100(text: &str) -> String {
    text.replace('\u{fffd}', "¿")
}

/// A character that controls, reorders, hides or is nothing.
pub(crate) fn is_banned(character: char) -> bool {
    use GeneralCategory as Is;
    matches!(
        get_general_category(character),
        Is::Control
            | Is::Format
            | Is::LineSeparator
            | Is::ParagraphSeparator
            | Is::PrivateUse
            | Is::Surrogate
            | Is::Unassigned
    )
}

impl Oracle {
    fn breach(&mut self, what: String) {
        self.breaches.push(what);
    }

    fn is_ours(&self, params: &vte::Params, intermediates: &[u8], action: char) -> bool {
        let said: Vec<u16> = params.iter().flatten().copied().collect();
        let is_console = self.licence == Licence::Console;
        match (intermediates, action, &said[..]) {
            _ if self.licence == Licence::Lines => false,
            // Places are counted from 1, and no terminal of a test is larger.
            (b"", 'H', [1..=200, 1..=400]) => true,
            (b"", 'm', said) => params.iter().all(|param| param.len() == 1) && is_style(said),
            (b"?", 'l', [25]) => true,
            (b"?", 'h' | 'l', [mode]) => is_console && MODES.contains(mode),
            // Cleared after a change of size; the title is kept and brought back.
            (b"", 'J', [2]) | (b"", 't', [22 | 23, 2]) => is_console,
            _ => false,
        }
    }
}

impl vte::Perform for Oracle {
    fn print(&mut self, character: char) {
        self.last = Some(character);
        if is_banned(character) {
            self.breach(format!("the character {character:?}"));
        }
    }

    fn execute(&mut self, byte: u8) {
        let is_line_end = byte == b'\n' && self.licence != Licence::Frames;
        // A terminal turns the end of a line into two characters.
        let is_return = byte == b'\r' && self.licence == Licence::Console;
        if !is_line_end && !is_return {
            self.breach(format!("the control {byte:#04x}"));
        }
    }

    fn csi_dispatch(
        &mut self,
        params: &vte::Params,
        intermediates: &[u8],
        ignore: bool,
        action: char,
    ) {
        if ignore || !self.is_ours(params, intermediates, action) {
            self.breach(format!("CSI {intermediates:?} {params:?} {action}"));
        }
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _bell: bool) {
        let text = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
        match params {
            [b"0", title] if self.licence == Licence::Console => {
                let title = text(title);
                if title.chars().any(is_banned) {
                    self.breach(format!("the title {title:?}"));
                }
                self.titles.push(title);
            }
            [b"52", b"c", copied] if self.licence == Licence::Console => {
                self.copied.push(text(copied));
            }
            _ => self.breach(format!(
                "OSC {:?}",
                params.iter().map(|part| text(part)).collect::<Vec<_>>()
            )),
        }
    }

    fn esc_dispatch(&mut self, intermediates: &[u8], _ignore: bool, byte: u8) {
        let ends_a_string =
            intermediates.is_empty() && byte == b'\\' && self.licence == Licence::Console;
        if !ends_a_string {
            self.breach(format!("ESC {intermediates:?} {:?}", char::from(byte)));
        }
    }

    fn hook(&mut self, _params: &vte::Params, _intermediates: &[u8], _ignore: bool, action: char) {
        self.breach(format!("DCS {action}"));
    }
}

#[test]
fn the_oracle_knows_what_is_ours_and_nothing_else() {
    let ours = "\x1b[1;1H\x1b[38;5;9mAna Lima\x1b[0m\x1b[?25l";
    expect_clean(ours.as_bytes(), Licence::Frames, "ours");
    let session = format!(
        "\x1b[22;2t\x1b[?1049h\x1b]0;unstick\x07\x1b[?2026h{ours}\x1b[?2026l\x1b[?1049l\x1b[23;2tended\r\n"
    );
    let oracle = expect_clean(session.as_bytes(), Licence::Console, "a session");
    assert_eq!(oracle.titles, ["unstick"]);
    for payload in super::payloads() {
        let raw = payload.raw();
        let is_hostile = raw.chars().any(is_banned);
        for licence in [Licence::Lines, Licence::Frames] {
            let is_caught = !judge(raw.as_bytes(), licence).breaches.is_empty();
            let is_line =
                licence == Licence::Lines && raw.chars().all(|c| c == '\n' || !is_banned(c));
            // The one sequence of the corpus that the backend writes in this very form, at the end of each frame.
            let is_like_ours = licence == Licence::Frames && payload.name == "csi-reset-style";
            assert_eq!(
                is_caught,
                is_hostile && !is_line && !is_like_ours,
                "{}: {:?}",
                payload.name,
                judge(raw.as_bytes(), licence)
            );
        }
    }
    for open in ["\x1b[12", "\x1b]0;x", "\x1bPx", "\x1b_x", "\x1b"] {
        assert!(
            !judge(open.as_bytes(), Licence::Console).breaches.is_empty(),
            "{open:?}"
        );
    }
    assert!(!judge(b"\x9b2J", Licence::Lines).breaches.is_empty());
}
