//! The log at its finest level, kept in memory for one test: what the program would have written to its file.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// A log in memory; it captures what is logged on this thread until it is dropped.
pub(crate) struct Captured {
    lines: Lines,
    _guard: DefaultGuard,
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Captured {
    /// The same form and the same filter as the program's own log, at `trace`.
    pub(crate) fn start() -> Self {
        let lines = Lines::default();
        let log = tracing_subscriber::fmt()
            .json()
            .with_env_filter(EnvFilter::new("off,unstick=trace"))
            .with_writer(lines.clone())
            .finish();
        Self {
            lines,
            _guard: tracing::subscriber::set_default(log),
        }
    }

    /// Begins anew.
    pub(crate) fn forget(&self) {
        self.lines.0.lock().unwrap().clear();
    }

    /// Everything so far.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.lines.0.lock().unwrap().clone()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
