//! The console as lines (`--accessible`): lines in, lines out, nothing drawn over, no escape sequence and no colour. What is said was worked
//! out by `app::spoken`; here it is written, and the prompt kept at the end.

use std::io::{self, BufRead, IsTerminal, Read, Stdout, Write};
use std::thread;

use jiff::Timestamp;
use tokio::sync::mpsc;

use super::screen::Screen;
use super::terminal::stop_until_continued;
use crate::app::spoken::Spoken;
use crate::app::{App, Msg};
use crate::ui::Look;

/// Lines waiting to be folded.
const WAITING: usize = 64;
/// The longest line that is taken, in bytes.
const LONGEST: u64 = 4096;
/// The room that screens beneath reckon with; nobody sees it.
const ROOM: (u16, u16) = (80, 24);

/// Where lines are written.
#[derive(Debug)]
pub struct Voice<W = Stdout> {
    out: W,
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
    pub fn new() -> Self {
        Self::of(io::stdout(), io::stdin().is_terminal())
    }
}

impl Default for Voice {
    fn default() -> Self {
        Self::new()
    }
}

impl<W: Write> Voice<W> {
    /// On any output; whether a terminal shows what is typed beside it.
    pub fn of(out: W, has_echo: bool) -> Self {
        Self {
            out,
            has_echo,
            told: 0,
            typed: (0, 0),
            is_in_line: false,
            prompt: String::new(),
        }
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
        for line in spoken.after(self.told) {
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

    fn put(&mut self, text: &str) -> io::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }
}

impl<W: Write> Screen for Voice<W> {
    fn draw(&mut self, app: &App, _look: &Look, _now: Timestamp) -> io::Result<()> {
        let Some(spoken) = &app.spoken else {
            return Ok(());
        };
        let mut text = self.write_new(spoken);
        text += &self.prompt(spoken.prompt(app));
        self.put(&text)
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

    fn copy(&mut self, _text: &str) -> io::Result<String> {
        Ok("nothing was copied: copy it from these lines".to_owned())
    }

    fn say_rest(&mut self, app: &App) -> io::Result<()> {
        let Some(spoken) = &app.spoken else {
            return Ok(());
        };
        let mut text = self.write_new(spoken);
        if std::mem::take(&mut self.is_in_line) {
            text.push('\n');
        }
        self.put(&text)
    }

    fn is_there(&self) -> bool {
        true
    }

    fn is_given_back(&self) -> bool {
        false
    }
}

/// Every line of standard input from now on, and its end; and where else to tell something in their order.
///
/// On a thread of its own, which the end of the program ends: nobody can break off a read of a terminal.
pub fn lines() -> io::Result<(mpsc::Sender<Msg>, mpsc::Receiver<Msg>)> {
    let (told, heard) = mpsc::channel(WAITING);
    let teller = told.clone();
    thread::Builder::new()
        .name("lines".to_owned())
        .spawn(move || {
            loop {
                let msg = next_line(&mut io::stdin().lock());
                let is_last = matches!(msg, Msg::InputEnded);
                if told.blocking_send(msg).is_err() || is_last {
                    return;
                }
            }
        })?;
    Ok((teller, heard))
}

/// The next line. One that is too long is dropped whole: half of a command is another command.
fn next_line(input: &mut impl BufRead) -> Msg {
    let mut line = Vec::new();
    let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line);
    if read.is_err() || line.is_empty() {
        return Msg::InputEnded;
    }
    let mut is_whole = line.ends_with(b"\n");
    let is_long = !is_whole && line.len() as u64 >= LONGEST;
    while is_long && !is_whole {
        line.clear();
        let read = input.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        is_whole = line.ends_with(b"\n") || line.is_empty() || read.is_err();
    }
    if is_long {
        return Msg::Said("that line is too long: nothing was done".to_owned());
    }
    Msg::Line(String::from_utf8_lossy(&line).trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut input: &[u8]) -> Vec<String> {
        let mut told = Vec::new();
        loop {
            match next_line(&mut input) {
                Msg::Line(line) => told.push(line),
                Msg::Said(words) => told.push(format!("said: {words}")),
                _ => return told,
            }
        }
    }

    #[test]
    fn lines_come_whole_and_what_is_too_long_is_dropped_whole() {
        assert_eq!(all(b"list\r\n\nmark 1-3"), ["list", "", "mark 1-3"]);
        let long = [b"mark ".repeat(2000), b"\nplan\n".to_vec()].concat();
        let told = all(&long);
        assert_eq!(told.len(), 2);
        assert!(told[0].starts_with("said: that line is too long"));
        assert_eq!(told[1], "plan");
        let endless = b"x".repeat(20_000);
        assert_eq!(all(&endless).len(), 1);
        assert_eq!(all(b"\xff\xfe\n"), ["\u{fffd}\u{fffd}"]);
    }
}
