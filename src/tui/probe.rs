//! What a terminal answers when it is asked: how wide it draws a character, and which modes it knows. A terminal that stays silent is left
//! alone after a fifth of a second. Nothing of it stays on the screen.

use std::io::{self, Read, Write};

/// What a terminal told of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// How many cells each character took, in the order in which they were asked for.
    pub widths: Vec<u16>,
    /// Bracketed paste is known; nothing where it does not say.
    pub paste: Option<bool>,
    /// Synchronized updates are known; nothing where it does not say.
    pub synchronized: Option<bool>,
}

/// Asks the terminal that this process sits in; nothing where it does not answer.
#[cfg(unix)]
pub fn ask_terminal(characters: &[&str]) -> io::Result<Option<Told>> {
    use rustix::termios::{OptionalActions, SpecialCodeIndex, tcgetattr, tcsetattr};
    let mut terminal = std::fs::File::options()
        .read(true)
        .write(true)
        .open("/dev/tty")?;
    let found = tcgetattr(&terminal)?;
    let mut raw = found.clone();
    raw.make_raw();
    // A read waits for two tenths of a second at most.
    raw.special_codes[SpecialCodeIndex::VMIN] = 0;
    raw.special_codes[SpecialCodeIndex::VTIME] = 2;
    tcsetattr(&terminal, OptionalActions::Now, &raw)?;
    let told = converse(&mut terminal, characters);
    // What came too late is nobody's input.
    tcsetattr(&terminal, OptionalActions::Flush, &found)?;
    told
}

/// Asks the terminal that this process sits in; not possible here.
#[cfg(not(unix))]
pub fn ask_terminal(_characters: &[&str]) -> io::Result<Option<Told>> {
    Ok(None)
}

/// No answer is longer, in bytes; what is, is somebody typing.
const LONGEST: usize = 256;

fn converse(terminal: &mut (impl Read + Write), characters: &[&str]) -> io::Result<Option<Told>> {
    let mut told = Told::default();
    // Modes are asked for together with the cursor: a terminal that knows nothing of modes answers the latter alone.
    let asked = "\r\x1b[?2004$p\x1b[?2026$p\x1b[6n";
    let Some(answer) = answer(terminal, asked)? else {
        return Ok(None);
    };
    told.paste = mode(&answer, "2004");
    told.synchronized = mode(&answer, "2026");
    for character in characters {
        let asked = format!("\r{character}\x1b[6n");
        let column = answer_column(terminal, &asked)?;
        terminal.write_all(b"\r\x1b[K")?;
        let Some(column) = column else {
            return Ok(None);
        };
        told.widths.push(column.saturating_sub(1));
    }
    terminal.flush()?;
    Ok(Some(told))
}

fn answer_column(terminal: &mut (impl Read + Write), asked: &str) -> io::Result<Option<u16>> {
    Ok(answer(terminal, asked)?.as_deref().and_then(column))
}

/// Asks, and takes what comes until the cursor's place has come.
fn answer(terminal: &mut (impl Read + Write), asked: &str) -> io::Result<Option<String>> {
    terminal.write_all(asked.as_bytes())?;
    terminal.flush()?;
    let mut said = String::new();
    let mut buffer = [0; 64];
    while said.len() < LONGEST {
        let count = terminal.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else {
            return Ok(None);
        };
        said.push_str(&String::from_utf8_lossy(bytes));
        if column(&said).is_some() {
            return Ok(Some(said));
        }
    }
    Ok(None)
}

/// The column of a cursor report, `ESC [ row ; column R`.
fn column(said: &str) -> Option<u16> {
    let (before, _) = said.rsplit_once('R')?;
    let (_, report) = before.rsplit_once("\x1b[")?;
    let (row, column) = report.split_once(';')?;
    row.parse::<u16>().ok()?;
    column.parse().ok()
}

/// Whether a mode is known, by `ESC [ ? mode ; state $ y`: a state of 0 says that it is not.
fn mode(said: &str, number: &str) -> Option<bool> {
    let (_, rest) = said.split_once(&format!("\x1b[?{number};"))?;
    let (state, _) = rest.split_once("$y")?;
    state.parse::<u8>().ok().map(|state| state != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A terminal that gives these answers, one a read, and keeps what was written.
    struct Scripted(Vec<&'static str>, Vec<u8>);

    impl Read for Scripted {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let next = self.0.remove(0).as_bytes();
            buffer[..next.len()].copy_from_slice(next);
            Ok(next.len())
        }
    }

    impl Write for Scripted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.1.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn told(answers: &[&'static str]) -> (Option<Told>, String) {
        let mut terminal = Scripted(answers.to_vec(), Vec::new());
        let told = converse(&mut terminal, &["x", "東"]).unwrap();
        (told, String::from_utf8(terminal.1).unwrap())
    }

    #[test]
    fn widths_and_modes_are_read_from_the_answers_and_nothing_stays_on_the_screen() {
        let (found, written) = told(&[
            "\x1b[?2004;2$y\x1b[?20",
            "26;0$y\x1b[5;1R",
            "\x1b[5;2R",
            "\x1b[5;3R",
        ]);
        let wanted = Told {
            widths: vec![1, 2],
            paste: Some(true),
            synchronized: Some(false),
        };
        assert_eq!(found, Some(wanted));
        assert!(written.ends_with("東\x1b[6n\r\x1b[K"), "{written:?}");
    }

    #[test]
    fn a_terminal_that_knows_no_modes_still_says_widths_and_a_silent_one_nothing() {
        let (found, _) = told(&["\x1b[5;1R", "\x1b[5;2R", "\x1b[5;2R"]);
        assert_eq!(
            found.map(|told| (told.widths, told.paste)),
            Some((vec![1, 1], None))
        );
        assert_eq!(told(&[]).0, None);
        assert_eq!(told(&["\x1b[5;1R", "typed"]).0, None);
    }
}
