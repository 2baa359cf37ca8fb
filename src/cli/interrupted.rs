//! Work that changes nothing, and is left at once when a signal asks to leave.

use tokio::sync::mpsc;

use super::exit::Exit;
use super::trouble::Trouble;
use crate::app::Signal;

/// Works until it is done or a signal comes, whichever is first.
pub(super) fn unless_stopped<T>(
    stops: &mut mpsc::Receiver<Signal>,
    work: impl Future<Output = Result<T, Trouble>>,
) -> impl Future<Output = Result<T, Trouble>> {
    // On the heap: a whole command is a large thing to carry through every future that waits for it.
    let work = Box::pin(work);
    async move {
        tokio::select! {
            biased;
            _ = stops.recv() => Err(interrupted()),
            done = work => done,
        }
    }
}

/// Interrupted before anything was sent.
pub(super) fn interrupted() -> Trouble {
    Trouble::said(Exit::Interrupted, "interrupted before anything was sent")
}
