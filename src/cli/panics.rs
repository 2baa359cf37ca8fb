//! A bug that panics, said so that nobody is harmed by it: no terminal obeys what is printed, and nothing is printed or logged that may
//! hold what a customer wrote or what a server answered.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{self, PanicHookInfo};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::output;

/// From now on every panic, on whatever thread, is said in this way. Where a console is open it gives the terminal back first. What is
/// answered says whether there was one: however well the rest went on, that was an internal error.
pub(super) fn say_safely() -> Arc<AtomicBool> {
    let was_one = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&was_one);
    panic::set_hook(Box::new(move |panic| {
        noted.store(true, Ordering::SeqCst);
        let place = panic
            .location()
            .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        tracing::error!(?place, "panicked");
        let said = own_words(panic).map_or_else(String::new, |said| format!(": {said}"));
        output::words(&format!(
            "internal error: panicked at {place}{said}\n\nhint: what was done is in the journal: unstick runs"
        ));
        let trace = Backtrace::capture();
        if trace.status() == BacktraceStatus::Captured {
            output::words(&trace.to_string());
        }
    }));
    was_one
}

/// Words that stand in the source. Words that were put together may quote anything, so they are left out; the place says enough.
fn own_words<'a>(panic: &PanicHookInfo<'a>) -> Option<&'a str> {
    panic.payload().downcast_ref::<&'static str>().copied()
}
