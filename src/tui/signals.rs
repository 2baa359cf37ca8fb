//! What the system wants, told wish by wish: a second wish to leave is a stronger one than the first.

use std::io;

use tokio::sync::mpsc;

use crate::app::Signal;

/// Signals waiting to be heard; more than three mean nothing new.
const WAITING: usize = 4;

/// Every SIGINT, SIGTERM and SIGHUP from now on.
pub fn stops() -> io::Result<mpsc::Receiver<Signal>> {
    let (told, heard) = mpsc::channel(WAITING);
    watch::stops(&told)?;
    Ok(heard)
}

/// Every SIGTSTP from now on, which suspends nothing by itself any more.
pub fn suspensions() -> io::Result<mpsc::Receiver<Signal>> {
    let (told, heard) = mpsc::channel(WAITING);
    watch::suspensions(&told)?;
    Ok(heard)
}

/// All of them.
pub fn signals() -> io::Result<mpsc::Receiver<Signal>> {
    let (told, heard) = mpsc::channel(WAITING);
    watch::stops(&told)?;
    watch::suspensions(&told)?;
    Ok(heard)
}

#[cfg(unix)]
mod watch {
    use std::io;

    use rustix::process::Signal as Number;
    use tokio::signal::unix::{SignalKind, signal};
    use tokio::sync::mpsc;

    use crate::app::Signal;

    pub(super) fn stops(told: &mpsc::Sender<Signal>) -> io::Result<()> {
        tell(Number::INT, Signal::Interrupt, told.clone())?;
        tell(Number::TERM, Signal::Stop, told.clone())?;
        tell(Number::HUP, Signal::HangUp, told.clone())
    }

    pub(super) fn suspensions(told: &mpsc::Sender<Signal>) -> io::Result<()> {
        tell(Number::TSTP, Signal::Suspend, told.clone())
    }

    fn tell(number: Number, wish: Signal, told: mpsc::Sender<Signal>) -> io::Result<()> {
        let mut heard = signal(SignalKind::from_raw(number.as_raw()))?;
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = heard.recv() => {}
                    () = told.closed() => return,
                }
                let _ = told.try_send(wish);
                // A terminal that goes away may say so twice; nobody wished anything harder by that. Later ones change nothing.
                if number == Number::HUP {
                    return;
                }
            }
        });
        Ok(())
    }
}

#[cfg(not(unix))]
mod watch {
    use std::io;

    use tokio::sync::mpsc;

    use crate::app::Signal;

    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(super) fn stops(told: &mpsc::Sender<Signal>) -> io::Result<()> {
        let told = told.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                let sent = told.try_send(Signal::Interrupt);
                if let Err(mpsc::error::TrySendError::Closed(_)) = sent {
                    return;
                }
            }
        });
        Ok(())
    }

    /// There is no such signal here: the channel stays silent.
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(super) fn suspensions(told: &mpsc::Sender<Signal>) -> io::Result<()> {
        let told = told.clone();
        tokio::spawn(async move { told.closed().await });
        Ok(())
    }
}
