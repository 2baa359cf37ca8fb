//! The console as lines (`--accessible`): lines in, lines out, nothing drawn over, no escape sequence and no colour. What is said was worked
//! out by `app::spoken`; here it is written, and the prompt kept at the end.

use std::io::{self, BufRead, IsTerminal, Read as _};
use std::thread;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::screen::{Screen, Slow};
use super::terminal::stop_until_continued;
use super::writer::Writer;
use crate::app::spoken::{QUESTION, Spoken};
use crate::app::{App, Msg};
use crate::engine::ports::Clock;
use crate::ui::Look;

/// Lines waiting to be folded.
const WAITING: usize = 64;
/// The longest line that is taken, in bytes.
const LONGEST: u64 = 4096;
/// Said of a line that is too long,
const TOO_LONG: &str = "that line is too long: nothing was done";
/// and of one that has no end.
const CUT_OFF: &str = "input ended in the middle of a line: nothing was done with it";
/// The room that screens beneath reckon with; nobody sees it.
const ROOM: (u16, u16) = (80, 24);

/// Where lines are written.
#[derive(Debug)]
pub struct Voice {
    writer: Writer,
    /// There is more to be said than was handed to the writer.
    is_behind: bool,
    /// What is typed shows beside the prompt: a terminal echoes it, and ends the line.
    has_echo: bool,
    /// How many lines were written.
    told: u64,
    /// How many lines had been typed, and how often Ctrl-C was pressed, when it wrote last.
    typed: (u64, u64),
    /// Something stands in the last line, and the next one has to begin below it.
    is_in_line: bool,
    /// The prompt that stands last.
    prompt: String,
}

impl Voice {
    /// On standard output.
    pub fn new() -> io::Result<Self> {
        Ok(Self {
            writer: Writer::start(io::stdout())?,
            is_behind: false,
            has_echo: io::stdin().is_terminal(),
            told: 0,
            typed: (0, 0),
            is_in_line: false,
            prompt: String::new(),
        })
    }

    /// Everything that was not written yet, each line whole.
    fn write_new(&mut self, spoken: &Spoken) -> String {
        let typed = (spoken.typed(), spoken.interrupted());
        if typed.0 != self.typed.0 {
            self.is_in_line = false;
            self.prompt.clear();
        }
        if typed.1 != self.typed.1 {
            self.is_in_line = self.has_echo;
            self.prompt.clear();
        }
        self.typed = typed;
        let mut text = String::new();
        let lost = spoken.lost(self.told);
        let lost =
            (lost > 0).then(|| format!("{lost} lines were left out: they were not read in time."));
        for line in lost.as_deref().into_iter().chain(spoken.after(self.told)) {
            if std::mem::take(&mut self.is_in_line) {
                text.push('\n');
            }
            text.push_str(line);
            text.push('\n');
            self.prompt.clear();
        }
        self.told = spoken.count();
        text
    }

    /// The prompt, where it does not stand there already.
    fn prompt(&mut self, prompt: Option<&str>) -> String {
        let Some(prompt) = prompt.filter(|prompt| *prompt != self.prompt) else {
            return String::new();
        };
        let begin = if self.is_in_line { "\n" } else { "" };
        let end = if self.has_echo { " " } else { "\n" };
        self.is_in_line = self.has_echo;
        prompt.clone_into(&mut self.prompt);
        format!("{begin}{prompt}{end}")
    }

    /// Has it written. Where something is still being written, it waits: what is new by then is said in one go.
    fn put(&mut self, text: impl FnOnce(&mut Self) -> String) -> io::Result<()> {
        self.is_behind = self.writer.is_busy();
        if self.is_behind {
            return Ok(());
        }
        let had_question = self.prompt == QUESTION;
        let text = text(self);
        if text.is_empty() {
            return Ok(());
        }
        let asks = self.prompt == QUESTION && !had_question;
        let then: Option<fn()> = (asks && self.has_echo).then_some(forget_typed);
        self.writer.put(text, then)
    }
}

impl Screen for Voice {
    fn draw(&mut self, app: &App, _look: &Look, _now: Timestamp) -> io::Result<()> {
        let Some(spoken) = &app.spoken else {
            return Ok(());
        };
        self.put(|voice| voice.write_new(spoken) + &voice.prompt(spoken.prompt(app)))
    }

    fn is_shown(&self) -> bool {
        !self.is_behind && !self.writer.is_busy()
    }

    async fn shown(&mut self) -> io::Result<()> {
        self.writer.written().await
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        Ok(ROOM)
    }

    fn clear(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        stop_until_continued()?;
        // Whatever stands there now is not ours.
        self.is_in_line = false;
        self.prompt.clear();
        Ok(())
    }

    fn copy(&mut self, _what: &'static str, _text: &str) -> io::Result<Slow> {
        Ok(Box::new(|| {
            "nothing was copied: copy it from these lines".to_owned()
        }))
    }

    fn say_rest(&mut self, app: &App) -> io::Result<()> {
        let Some(spoken) = &app.spoken else {
            return Ok(());
        };
        self.put(|voice| {
            let mut text = voice.write_new(spoken);
            if std::mem::take(&mut voice.is_in_line) {
                text.push('\n');
            }
            text
        })
    }

    fn is_there(&self) -> bool {
        true
    }

    fn is_given_back(&self) -> bool {
        false
    }
}

/// What was typed in a terminal before the question was out, without its Enter, is no beginning of the phrase.
#[cfg(unix)]
fn forget_typed() {
    // Where it cannot be forgotten, the time at which the line is read still counts.
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
}

#[cfg(not(unix))]
fn forget_typed() {}

/// Every line of standard input from now on, and its end.
///
/// On a thread of its own, which the end of the program ends: nobody can break off a read of a terminal. Each line with the time at which
/// it was read, wherever it waits afterwards.
pub fn lines(clock: impl Clock) -> io::Result<mpsc::Receiver<Msg>> {
    let (told, heard) = mpsc::channel(WAITING);
    thread::Builder::new()
        .name("lines".to_owned())
        .spawn(move || {
            loop {
                let msg = match next_line(&mut io::stdin().lock()) {
                    Read::Line(line) => Msg::Line(line, clock.now()),
                    Read::TooLong => Msg::Said(TOO_LONG.to_owned()),
                    Read::CutOff => {
                        let _ = told.blocking_send(Msg::Said(CUT_OFF.to_owned()));
                        break;
                    }
                    // It is one even where more can be typed behind it, as in a terminal.
                    Read::End => break,
                };
                if told.blocking_send(msg).is_err() {
                    return;
                }
            }
            let _ = told.blocking_send(Msg::InputEnded);
        })?;
    Ok(heard)
}

/// What came of reading a line.
#[derive(Debug)]
enum Read {
    Line(String),
    /// It was dropped whole: half of a command is another command.
    TooLong,
    /// Input ended in the middle of it. Without Enter it is no line: half of a command is another one, and a phrase needs its Enter.
    CutOff,
    End,
}

fn next_line(input: &mut impl BufRead) -> Read {
    let mut line = Vec::new();
    let mut is_long = false;
    loop {
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        if line.ends_with(b"\n") {
            return if is_long {
                Read::TooLong
            } else {
                Read::Line(String::from_utf8_lossy(&line).trim_end().to_owned())
            };
        }
        if read.is_err() || (line.len() as u64) < LONGEST {
            return if line.is_empty() && !is_long {
                Read::End
            } else {
                Read::CutOff
            };
        }
        is_long = true;
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut input: &[u8]) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            match next_line(&mut input) {
                Read::Line(line) => told.push(line),
                Read::TooLong => told.push("too long".to_owned()),
                Read::CutOff => told.push("cut off".to_owned()),
                Read::End => return told,
            }
        }
    }

    #[test]
    fn lines_come_whole_and_what_is_too_long_is_dropped_whole() {
        // Without Enter it is no line.
        assert_eq!(all(b"list\r\n\nmark 1-3"), ["list", "", "cut off"]);
        let long = [b"mark ".repeat(2000), b"\nplan\n".to_vec()].concat();
        let told = all(&long);
        assert_eq!(told, ["too long", "plan"]);
        let endless = b"x".repeat(20_000);
        assert_eq!(all(&endless), ["cut off"]);
        assert_eq!(all(b"\xff\xfe\n"), ["\u{fffd}\u{fffd}"]);
    }
}
