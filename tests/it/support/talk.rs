//! Somebody who talks to the program over pipes: a line in, lines out.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::Home;
use super::served::Served;
use super::waiting::{PATIENCE, wait_until};

/// How long somebody reads a question before the phrase is typed: it is deaf for less.
pub(crate) const READING: Duration = Duration::from_millis(500);

/// Somebody who talks to the program.
pub(crate) struct Talk {
    pub(crate) child: Child,
    input: Option<ChildStdin>,
    bytes: Receiver<Vec<u8>>,
    /// Everything that it wrote.
    pub(crate) raw: Vec<u8>,
    /// How much of it was waited for already.
    heard: usize,
    /// Nothing is read while a test holds this.
    gate: &'static Mutex<()>,
}

impl Talk {
    /// Starts it, without a terminal on any side.
    pub(crate) fn start(home: &Home, arguments: &[&str], more: &[(&str, &str)]) -> Self {
        let mut command = home.command(arguments);
        command.envs(more.iter().copied());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut output = child.stdout.take().unwrap();
        let (told, bytes) = channel();
        // For as long as the tests take: a guard of it outlives whoever talks.
        let gate: &'static Mutex<()> = Box::leak(Box::default());
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                drop(gate.lock().unwrap());
                if told.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            input: child.stdin.take(),
            child,
            bytes,
            raw: Vec::new(),
            heard: 0,
            gate,
        }
    }

    /// Opens it on a served sandbox, and waits for the first prompt.
    pub(crate) fn open(home: &Home, served: &Served) -> Self {
        let mut talk = Self::start(home, &["--accessible", &served.flag()], &[]);
        talk.wait("Command (help for list):");
        talk
    }

    /// Types a line.
    pub(crate) fn line(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Types a line, and gives what is said until the next prompt.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.line(line);
        self.wait("Command:")
    }

    /// Waits until these words are said, and gives everything since what was waited for last.
    #[track_caller]
    pub(crate) fn wait(&mut self, words: &str) -> String {
        match self.said_until(words, Instant::now() + PATIENCE) {
            Some(said) => said,
            None => panic!("never said: {words}\n{}", self.text()),
        }
    }

    fn said_until(&mut self, words: &str, deadline: Instant) -> Option<String> {
        loop {
            let new = String::from_utf8_lossy(&self.raw[self.heard..]).into_owned();
            if let Some(at) = new.find(words) {
                self.heard += at + words.len();
                return Some(new[..at + words.len()].to_owned());
            }
            match self
                .bytes
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.raw.extend_from_slice(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// Types the phrase, once, when the question has been there for long enough to be read.
    #[track_caller]
    pub(crate) fn phrase(&mut self, phrase: &str, taken: &str) {
        self.listen(READING);
        self.line(phrase);
        self.wait(taken);
    }

    /// Listens for so long, and waits for nothing.
    pub(crate) fn listen(&mut self, time: Duration) {
        let until = Instant::now() + time;
        while let Ok(bytes) = self
            .bytes
            .recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            self.raw.extend_from_slice(&bytes);
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    /// Reads nothing until what this gives is dropped.
    pub(crate) fn stall(&self) -> MutexGuard<'static, ()> {
        self.gate.lock().unwrap()
    }

    /// Waits for its end, whatever is still to be read.
    #[track_caller]
    pub(crate) fn is_gone(&mut self) {
        wait_until(
            || self.child.try_wait().unwrap().is_some(),
            || "it does not end".to_owned(),
        );
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Nobody types any more.
    pub(crate) fn hang_up(&mut self) {
        drop(self.input.take());
    }

    /// Waits for its end: the exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self
                .bytes
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.raw.extend_from_slice(&bytes),
                Err(RecvTimeoutError::Disconnected) => return self.child.wait().unwrap().code(),
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.text()),
            }
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
