//! Writes on a thread of its own. Somebody who does not read what is written, or holds a terminal's output back (Ctrl-S), keeps that thread
//! waiting and nobody else: signals are heard, and a run can be stopped.

use std::future::pending;
use std::io::{self, Write};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use tokio::sync::mpsc;

/// A text, and what is done when it is out.
type Job = (String, Option<fn()>);

/// Who writes. One text at a time, so that nothing piles up here.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: Sender<Job>,
    done: mpsc::UnboundedReceiver<io::Result<()>>,
    is_busy: bool,
}

impl Writer {
    /// Starts the thread. It ends with the program, or with this.
    pub(super) fn start(mut out: impl Write + Send + 'static) -> io::Result<Self> {
        let (jobs, wanted) = channel::<Job>();
        let (told, done) = mpsc::unbounded_channel();
        thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                for (text, then) in wanted {
                    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
                    if let Some(then) = then {
                        then();
                    }
                    if told.send(written).is_err() {
                        return;
                    }
                }
            })?;
        Ok(Self {
            jobs,
            done,
            is_busy: false,
        })
    }

    /// A text is being written.
    pub(super) fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// Has a text written, and something done when it is out. Asked for only while nothing is being written.
    pub(super) fn put(&mut self, text: String, then: Option<fn()>) -> io::Result<()> {
        let gone = |_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody writes any more");
        self.jobs.send((text, then)).map_err(gone)?;
        self.is_busy = true;
        Ok(())
    }

    /// Waits until the text is out. Waits for ever where there is none.
    pub(super) async fn written(&mut self) -> io::Result<()> {
        if !self.is_busy {
            return pending().await;
        }
        let written = self.done.recv().await;
        self.is_busy = false;
        written.unwrap_or_else(|| Err(io::ErrorKind::BrokenPipe.into()))
    }
}
