//! Signals that mean "leave", told one by one: a second one is a stronger wish than the first.

use std::io;

use tokio::sync::mpsc;

use crate::app::Signal;

/// Signals waiting to be heard; more than three mean nothing new.
const WAITING: usize = 4;

/// Every SIGINT, SIGTERM and SIGHUP from now on.
#[cfg(unix)]
pub fn stops() -> io::Result<mpsc::Receiver<Signal>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let (told, heard) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
                () = told.closed() => return,
            }
            let _ = told.try_send(Signal::Stop);
        }
    });
    Ok(heard)
}

/// Every Ctrl-C from now on.
#[cfg(not(unix))]
pub fn stops() -> io::Result<mpsc::Receiver<Signal>> {
    let (told, heard) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if let Err(mpsc::error::TrySendError::Closed(_)) = told.try_send(Signal::Stop) {
                return;
            }
        }
    });
    Ok(heard)
}
