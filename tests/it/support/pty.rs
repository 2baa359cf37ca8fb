//! The real binary in a terminal: keys in, screen out, waiting for what is to be seen and never for time.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

use super::Home;

/// No condition may take longer: a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the echo of a key is waited for before it is typed again: a confirmation is deaf at first.
const ECHO: Duration = Duration::from_millis(250);

/// Between two keys of a phrase, counted from the echo of the first, so that whoever reads them finds at least this between them: keys less
/// than 5 ms apart are taken for a paste.
const PACE: Duration = Duration::from_millis(15);

/// A terminal with a program in it.
pub(crate) struct Pty {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    child: Option<Box<dyn Child + Send + Sync>>,
    bytes: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    /// Everything that the program wrote, as it was written.
    pub(crate) raw: Vec<u8>,
    /// The beginning of a character whose end has not come.
    kept: Vec<u8>,
    found: String,
}

impl Pty {
    /// Opens a terminal of this size and starts the program in it.
    pub(crate) fn start(
        program: &Path,
        arguments: &[&str],
        home: &Home,
        more: &[(&str, &str)],
    ) -> Self {
        let (rows, columns) = (30, 100);
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        for (name, value) in home.variables() {
            command.env(name, value);
        }
        for (name, value) in more {
            command.env(name, value);
        }
        let found = modes(pair.master.as_ref());
        let child = pair.slave.spawn_command(command).unwrap();
        // Held open here, the terminal would never end.
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (told, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 16 * 1024];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if told.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            master: Some(pair.master),
            writer: Some(writer),
            child: Some(child),
            bytes,
            parser: vt100::Parser::new(cells(rows), cells(columns), 0),
            raw: Vec::new(),
            kept: Vec::new(),
            found,
        }
    }

    /// Starts `unstick` with these arguments.
    pub(crate) fn unstick(arguments: &[&str], home: &Home) -> Self {
        Self::start(Home::binary(), arguments, home, &[])
    }

    /// Types, as one write.
    pub(crate) fn keys(&mut self, keys: &str) {
        let writer = self.writer.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Types a key until these words are on the screen: a confirmation is deaf at times.
    pub(crate) fn until(&mut self, key: &str, words: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.keys(key);
            let soon = Instant::now() + ECHO;
            if self.wait_until(soon, |screen| screen.contents().contains(words)) {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "never seen: {words}\n{}",
                self.text()
            );
        }
    }

    /// Types a phrase into a confirmation: its first letter until it is taken, then the rest.
    pub(crate) fn phrase(&mut self, phrase: &str) {
        let first = &phrase[..1];
        let echo = format!("> {first}");
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.keys(first);
            if self.wait_until(Instant::now() + ECHO, |screen| {
                screen.contents().contains(&echo)
            }) {
                break;
            }
            assert!(
                Instant::now() < deadline,
                "the phrase is not taken:\n{}",
                self.text()
            );
        }
        // At a person's pace, which is that of the echo and no faster: what comes close together is a paste.
        for end in 1..phrase.len() {
            thread::sleep(PACE);
            self.keys(&phrase[end..=end]);
            let typed = &phrase[..=end];
            self.wait_for(typed, |screen| is_in_the_field(screen, typed));
        }
        // Nor may the key that comes next be close.
        thread::sleep(PACE);
    }

    /// What is on the screen.
    pub(crate) fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// Waits until this is on the screen.
    #[track_caller]
    pub(crate) fn wait_for_text(&mut self, words: &str) {
        self.wait_for(words, |screen| screen.contents().contains(words));
    }

    /// Leaves with Esc what shows these words, and waits until they are gone: a key that comes together with Esc is another key.
    #[track_caller]
    pub(crate) fn leave(&mut self, words: &str) {
        self.wait_for_text(words);
        self.keys("\x1b");
        self.wait_for(&format!("`{words}` gone"), |screen| {
            !screen.contents().contains(words)
        });
    }

    /// Waits until this is true of the screen.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) {
        let is_there = self.wait_until(Instant::now() + PATIENCE, is_so);
        assert!(is_there, "never seen: {what}\n{}", self.text());
    }

    fn wait_until(&mut self, deadline: Instant, is_so: impl Fn(&vt100::Screen) -> bool) -> bool {
        loop {
            if is_so(self.parser.screen()) {
                return true;
            }
            match self
                .bytes
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// Takes in what the program writes until then.
    pub(crate) fn drain(&mut self, until: Instant) {
        self.wait_until(until, |_| false);
    }

    fn take(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.kept.extend_from_slice(bytes);
        // This parser leaves out a `�`, which other terminals show; a character that has not come whole waits for its rest.
        let whole = match std::str::from_utf8(&self.kept) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.kept.len(),
        };
        let rest = self.kept.split_off(whole);
        let text = String::from_utf8_lossy(&std::mem::replace(&mut self.kept, rest))
            .replace('\u{fffd}', "¿");
        self.parser.process(text.as_bytes());
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits until the program has stopped itself.
    pub(crate) fn stopped(&self) {
        let (_, status) = waitpid(Some(self.pid()), WaitOptions::UNTRACED)
            .unwrap()
            .unwrap();
        assert!(status.stopped(), "it ended instead");
    }

    /// Waits until it is suspended and has given the terminal back, as it found it.
    pub(crate) fn suspended(&mut self) {
        self.stopped();
        self.wait_for("the terminal given back", |screen| {
            !screen.alternate_screen()
        });
        self.is_as_found();
    }

    /// Its number, for a look into `/proc`.
    pub(crate) fn process_id(&self) -> i32 {
        self.pid().as_raw_nonzero().get()
    }

    fn pid(&self) -> Pid {
        let pid = self.child.as_ref().unwrap().process_id().unwrap();
        Pid::from_raw(i32::try_from(pid).unwrap()).unwrap()
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, rows: u16, columns: u16) {
        let size = PtySize {
            rows,
            cols: columns,
            pixel_width: 0,
            pixel_height: 0,
        };
        self.master.as_ref().unwrap().resize(size).unwrap();
        self.parser
            .screen_mut()
            .set_size(cells(rows), cells(columns));
    }

    /// Takes the terminal away, as a lost connection does, and waits for the program to go; answers how long that took, and how it went.
    pub(crate) fn hang_up(self) -> (Duration, ExitStatus) {
        self.hang_up_and(|| {})
    }

    /// The same, with something that happens right afterwards.
    pub(crate) fn hang_up_and(mut self, then: impl FnOnce()) -> (Duration, ExitStatus) {
        let since = Instant::now();
        // The reading thread holds the terminal open until it has something to tell that nobody hears.
        self.bytes = channel().1;
        drop(self.writer.take());
        drop(self.master.take());
        then();
        let (told, gone) = channel();
        let mut child = self.child.take().unwrap();
        thread::spawn(move || told.send(child.wait()));
        let status = gone.recv_timeout(PATIENCE).unwrap().unwrap();
        (since.elapsed(), status)
    }

    /// Waits for the program to end, with everything that it wrote.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self
                .bytes
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Disconnected) => {
                    return self.child.as_mut().unwrap().wait().unwrap();
                }
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.text()),
            }
        }
    }

    /// The terminal is as it was found: modes of the screen, and those of the line.
    #[track_caller]
    pub(crate) fn is_as_found(&self) {
        let screen = self.parser.screen();
        assert!(!screen.alternate_screen(), "still in the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is on");
        assert_eq!(
            self.count("\x1b[?1004h"),
            self.count("\x1b[?1004l"),
            "focus is reported"
        );
        for mode in ["1000", "1006"] {
            assert_eq!(
                self.count(&format!("\x1b[?{mode}h")),
                self.count(&format!("\x1b[?{mode}l")),
                "the mouse is reported"
            );
        }
        assert_eq!(
            self.count("\x1b[>5u"),
            self.count("\x1b[<1u"),
            "keys are still told by the kitty protocol"
        );
        assert_eq!(
            self.count("\x1b[22;2t"),
            self.count("\x1b[23;2t"),
            "the title is not given back"
        );
        assert_eq!(
            self.count("\x1b[?1049h"),
            self.count("\x1b[?1049l"),
            "left twice or never"
        );
        if let Some(master) = &self.master {
            assert_eq!(
                modes(master.as_ref()),
                self.found,
                "the line's modes differ"
            );
        }
    }

    /// How often the program wrote this.
    pub(crate) fn count(&self, sequence: &str) -> usize {
        String::from_utf8_lossy(&self.raw).matches(sequence).count()
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

fn modes(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios())
}

/// The field for a phrase holds this, and its cursor stands behind it.
fn is_in_the_field(screen: &vt100::Screen, typed: &str) -> bool {
    let field = format!("> {typed}");
    let (_, columns) = screen.size();
    (0..)
        .zip(screen.rows(0, columns.into()))
        .any(|(row, text)| {
            let Some((before, _)) = text.split_once(field.trim_end()) else {
                return false;
            };
            let cursor = u16::try_from(before.chars().count() + field.len()).unwrap();
            screen.cell(row, cursor).is_some_and(vt100::Cell::inverse)
        })
}
