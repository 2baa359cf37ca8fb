//! What the system wants, told wish by wish: a second wish to leave is a stronger one than the first.

use std::io;

use tokio::sync::mpsc;

use crate::app::{Key, Msg, Signal};

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

/// For a console without keys: Ctrl-C is the key that it is on the others, told where lines are told; the other signals are as ever.
pub fn signals_beside(lines: &mpsc::Sender<Msg>) -> io::Result<mpsc::Receiver<Signal>> {
    let (told, heard) = mpsc::channel(WAITING);
    watch::endings(&told)?;
    watch::suspensions(&told)?;
    let lines = lines.clone();
    watch::interrupts(move || {
        // More than can be folded mean nothing new.
        let _ = lines.try_send(Msg::Key(Key::ctrl('c')));
    })?;
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
        endings(told)
    }

    pub(super) fn endings(told: &mpsc::Sender<Signal>) -> io::Result<()> {
        for number in [Number::TERM, Number::HUP] {
            tell(number, Signal::Stop, told.clone())?;
        }
        Ok(())
    }

    pub(super) fn interrupts(each: impl Fn() + Send + 'static) -> io::Result<()> {
        let mut heard = signal(SignalKind::interrupt())?;
        tokio::spawn(async move {
            while heard.recv().await.is_some() {
                each();
            }
        });
        Ok(())
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
                if let Err(mpsc::error::TrySendError::Closed(_)) = told.try_send(Signal::Stop) {
                    return;
                }
            }
        });
        Ok(())
    }

    /// There is no such signal here.
    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(super) fn endings(_told: &mpsc::Sender<Signal>) -> io::Result<()> {
        Ok(())
    }

    #[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
    pub(super) fn interrupts(each: impl Fn() + Send + 'static) -> io::Result<()> {
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                each();
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
