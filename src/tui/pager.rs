//! The operator's pager, to which the terminal is lent: `$PAGER` by its name alone, else `less`. No shell runs it, and no argument comes from
//! outside. It reads from a file without a name, so nothing of what it shows is left behind however anything ends.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, getpid, kill_process, waitid};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::sync::oneshot;

/// What is run where nobody chose.
const DEFAULT: &str = "less";
/// A pager that comes back sooner has shown nothing that anybody could read.
const GLANCE: Duration = Duration::from_millis(500);
/// How long a pager may take to end when the console does, looked at in steps.
const ENDING: (u32, Duration) = (50, Duration::from_millis(20));

/// A pager that has the terminal.
#[derive(Debug)]
pub(super) struct Pager {
    child: Child,
    program: String,
    since: Instant,
    /// The line's modes before: a pager that falls over does not give them back.
    line: Option<Termios>,
}

impl Pager {
    /// Starts it on this text. The terminal must have been given back. What is received says that it has ended.
    pub(super) fn start(
        text: &str,
        folder: &Path,
    ) -> Result<(Self, oneshot::Receiver<()>), String> {
        let program = program();
        let shown = program.to_string_lossy().into_owned();
        let failed = |error: io::Error| {
            format!(
                "{shown} cannot be started: {error}. Install it, or set PAGER to one that is there"
            )
        };
        let input = nameless(folder, text)
            .map_err(|error| format!("the page cannot be handed over: {error}"))?;
        let mut command = Command::new(&program);
        if Path::new(&program)
            .file_name()
            .is_some_and(|name| name == OsStr::new(DEFAULT))
        {
            // Whatever LESS says: a page that fits the screen is not gone before it was read.
            command.arg("-+F");
        }
        let line = tcgetattr(io::stdin()).ok();
        let child = command
            // No shell, no other file and no preprocessor from within, and no record of what was looked for.
            .env("LESSSECURE", "1")
            .env("LESSHISTFILE", "-")
            // It needs no secret of ours.
            .env_remove("UNSTICK_CLIENT_SECRET")
            .stdin(Stdio::from(input))
            .spawn()
            .map_err(failed)?;
        let (told, ended) = oneshot::channel();
        let process = pid(&child);
        thread::spawn(move || {
            if let Some(process) = process {
                watch(process);
            }
            // Nobody listens any more once the console has left.
            let _ = told.send(());
        });
        let pager = Self {
            child,
            program: shown,
            since: Instant::now(),
            line,
        };
        Ok((pager, ended))
    }

    /// It has ended, or is waited for until it has: what there is to say about that.
    pub(super) fn finish(mut self) -> Option<String> {
        let status = self.child.wait();
        self.give_line_back();
        let program = &self.program;
        match status {
            Err(error) => Some(format!("{program}: {error}")),
            Ok(status) if !status.success() => Some(format!(
                "{program} failed ({status}). PAGER names another one"
            )),
            Ok(_) if self.since.elapsed() < GLANCE => Some(format!(
                "{program} came back at once. Set PAGER to one that waits, as less does"
            )),
            Ok(_) => None,
        }
    }

    fn give_line_back(&self) {
        if let Some(line) = &self.line {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, line);
        }
    }
}

impl Drop for Pager {
    /// The console leaves first: two programs must not be left to read one terminal.
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        if let Some(process) = pid(&self.child) {
            let _ = kill_process(process, Signal::TERM);
        }
        let (steps, pause) = ENDING;
        for _ in 0..steps {
            if !matches!(self.child.try_wait(), Ok(None)) {
                self.give_line_back();
                return;
            }
            thread::park_timeout(pause);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.give_line_back();
    }
}

/// Waits until it has ended, and stops with it: a shell takes the terminal back only when all of a job has stopped. Its end is looked at
/// and not taken away: until then its number is nobody else's.
fn watch(process: Pid) {
    let pager = || WaitId::Pid(process);
    let all = WaitIdOptions::EXITED | WaitIdOptions::STOPPED | WaitIdOptions::NOWAIT;
    loop {
        match waitid(pager(), all) {
            Ok(Some(status)) if status.stopped() => {
                let _ = waitid(pager(), WaitIdOptions::STOPPED | WaitIdOptions::NOHANG);
                let _ = kill_process(getpid(), Signal::STOP);
            }
            Err(rustix::io::Errno::INTR) => {}
            _ => return,
        }
    }
}

fn pid(child: &Child) -> Option<Pid> {
    Pid::from_raw(i32::try_from(child.id()).ok()?)
}

/// The program that `$PAGER` names: what stands behind its name is for other programs' output.
fn program() -> OsString {
    let said = std::env::var_os("PAGER").unwrap_or_default();
    let said = said.to_string_lossy();
    let first = said.split_whitespace().next();
    first.unwrap_or(DEFAULT).into()
}

/// A file that holds a text and that only its owner could open, which nobody can any more: its name is taken away before anybody reads.
fn nameless(folder: &Path, text: &str) -> io::Result<File> {
    let path = folder.join(format!("unstick-page-{}.txt", uuid::Uuid::new_v4()));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&path)?;
    fs::remove_file(&path)?;
    file.write_all(text.as_bytes())?;
    file.rewind()?;
    Ok(file)
}
