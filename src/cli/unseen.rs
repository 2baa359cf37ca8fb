//! A secret typed into the terminal: nothing of it is shown, and the terminal is given back however that ends.

use std::io;

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use secrecy::zeroize::Zeroizing;
use tokio::sync::mpsc;

use super::exit::Exit;
use super::output;
use super::trouble::Trouble;
use crate::app::Signal;

/// No secret is longer, in bytes.
const LONGEST: usize = 4096;

/// Asks for it. An empty answer is an answer; a wish to stop is none.
pub(super) async fn ask(
    question: &str,
    stops: &mut mpsc::Receiver<Signal>,
) -> Result<Zeroizing<String>, Trouble> {
    // Before the question, so that not even what is typed at once is shown.
    let raw = Raw::begin()?;
    output::question(&format!("{question} (it is not shown):"));
    let typed = tokio::task::spawn_blocking(typed);
    let answer = tokio::select! {
        typed = typed => typed.map_err(io::Error::other)??,
        _ = stops.recv() => None,
    };
    drop(raw);
    output::words("");
    answer.ok_or_else(|| {
        Trouble::said(Exit::Interrupted, "no secret was given").hint("nothing was written")
    })
}

/// The terminal shows nothing and obeys nothing while this lives.
struct Raw;

impl Raw {
    fn begin() -> io::Result<Self> {
        enable_raw_mode()?;
        Ok(Self)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        let _ = disable_raw_mode();
    }
}

/// What is typed up to Enter; nothing where it was given up.
fn typed() -> io::Result<Option<Zeroizing<String>>> {
    // As large as it can become, so that no half of it stays behind where it was before it grew.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST));
    loop {
        let Event::Key(key) = event::read()? else {
            continue;
        };
        match take(&mut text, key) {
            Typed::More => {}
            Typed::Whole => return Ok(Some(text)),
            Typed::GivenUp => return Ok(None),
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Typed {
    More,
    Whole,
    GivenUp,
}

fn take(text: &mut String, key: KeyEvent) -> Typed {
    if key.kind == KeyEventKind::Release {
        return Typed::More;
    }
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Enter => return Typed::Whole,
        // A pasted end of line can come as Ctrl-J.
        KeyCode::Char('j' | 'm') if is_control => return Typed::Whole,
        KeyCode::Esc => return Typed::GivenUp,
        KeyCode::Char('c' | 'd') if is_control => return Typed::GivenUp,
        KeyCode::Char('u') if is_control => text.clear(),
        KeyCode::Backspace => {
            text.pop();
        }
        KeyCode::Char(letter) if !is_control && text.len() + letter.len_utf8() <= LONGEST => {
            text.push(letter);
        }
        _ => {}
    }
    Typed::More
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_taken_mended_and_ended_and_nothing_else_counts() {
        let mut text = String::new();
        let plain = |code| KeyEvent::new(code, KeyModifiers::NONE);
        let control = |letter| KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL);
        for key in [
            plain(KeyCode::Char('x')),
            control('u'),
            plain(KeyCode::Char('a')),
            plain(KeyCode::Char('ß')),
            plain(KeyCode::Backspace),
            plain(KeyCode::Up),
            control('a'),
            plain(KeyCode::Char('b')),
        ] {
            assert_eq!(take(&mut text, key), Typed::More);
        }
        assert_eq!(text, "ab");
        assert_eq!(take(&mut text, plain(KeyCode::Enter)), Typed::Whole);
        assert_eq!(take(&mut text, control('j')), Typed::Whole);
        for key in [control('c'), control('d'), plain(KeyCode::Esc)] {
            assert_eq!(take(&mut text, key), Typed::GivenUp);
        }
        for _ in 0..LONGEST + 9 {
            take(&mut text, plain(KeyCode::Char('z')));
        }
        assert_eq!((text.len(), text.capacity() >= LONGEST), (LONGEST, true));
    }
}
