//! The terminal, taken over and given back exactly as it was found: on the way out, on an error, on a panic, before a suspension.
//! Everything that is switched on is switched off in one place, once, however many ask for it.

use std::io::{self, IsTerminal, Stdout, Write};
use std::panic;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange,
};
use crossterm::execute;
use crossterm::style::Print;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use jiff::Timestamp;
use ratatui::Viewport;

use super::canvas::Canvas;
use crate::app::App;
use crate::app::manners::Notify;
use crate::app::mouse::Spot;
use crate::domain::text::Text;
use crate::ui::Look;

/// No frame takes longer to draw, but to a terminal that takes nothing.
const FRAME_TIME: Duration = Duration::from_millis(200);
/// The longest text that terminals take into the clipboard, in bytes; base64 makes 74,994 of it.
const COPIED: usize = 56_245;
/// Remembers the window's title, and brings it back (xterm; others ignore it).
const KEEP_TITLE: &str = "\x1b[22;2t";
const RETURN_TITLE: &str = "\x1b[23;2t";
const BELL: &str = "\x07";
/// Buttons and wheel, with places beyond column 223. Not every move of the mouse, as crossterm's own command asks for: each would wake us.
#[cfg(unix)]
const REPORT_MOUSE: Print<&str> = Print("\x1b[?1000h\x1b[?1006h");
#[cfg(unix)]
const LEAVE_MOUSE: Print<&str> = Print("\x1b[?1006l\x1b[?1000l");
#[cfg(not(unix))]
use crossterm::event::{DisableMouseCapture as LEAVE_MOUSE, EnableMouseCapture as REPORT_MOUSE};

/// Said where no browser can be opened, as over SSH.
const NO_BROWSER: &str = "no browser here: the address was copied; it is on page 1 of the chat";

/// Where a console is drawn.
pub trait Screen {
    /// Draws one frame.
    fn draw(&mut self, app: &App, look: &Look, now: Timestamp) -> io::Result<()>;

    /// Columns and rows.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Forgets what is on the screen: the next frame is drawn whole.
    fn clear(&mut self) -> io::Result<()>;

    /// Gives the terminal back, stops the program until it is continued, and takes the terminal over again.
    fn suspend(&mut self) -> io::Result<()>;

    /// Puts a text into the clipboard; the words say by which way.
    fn copy(&mut self, text: &str) -> io::Result<&'static str>;

    /// Opens a page in a browser where there is one, else copies its address; the words say which.
    fn browse(&mut self, page: &str) -> io::Result<&'static str> {
        self.copy(page)?;
        Ok(NO_BROWSER)
    }

    /// What the newest frame showed at a place.
    fn spot(&self, _x: u16, _y: u16) -> Option<Spot> {
        None
    }

    /// Has the mouse reported, or no more.
    fn report_mouse(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }

    /// Tells somebody who looks elsewhere.
    fn notify(&mut self, _way: Notify, _words: &str) -> io::Result<()> {
        Ok(())
    }

    /// The console has left: what was not shown yet is, where it would stay to be read.
    fn say_rest(&mut self, _app: &App) -> io::Result<()> {
        Ok(())
    }

    /// The terminal is still there.
    fn is_there(&self) -> bool;

    /// It was given back so that a panic could be reported, and is not drawn on any more.
    fn is_given_back(&self) -> bool;
}

/// The real terminal. Gives itself back when dropped.
#[derive(Debug)]
pub struct Terminal {
    canvas: Canvas<Stdout>,
    modes: Modes,
    browser: Browser,
}

/// What opens an address in a browser, where there is one.
pub type Browser = fn(&str) -> io::Result<()>;

impl Terminal {
    /// Takes the terminal over, and makes sure that a panic anywhere gives it back before it is reported.
    pub fn enter(browser: Browser) -> io::Result<Self> {
        let modes = Modes::default();
        let guard = modes.clone();
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            guard.leave_between_frames();
            report(panic);
        }));
        modes.enter()?;
        let canvas = Canvas::new(io::stdout(), Viewport::Fullscreen).inspect_err(|_| {
            modes.leave();
        })?;
        Ok(Self {
            canvas,
            modes,
            browser,
        })
    }
}

impl Screen for Terminal {
    fn draw(&mut self, app: &App, look: &Look, now: Timestamp) -> io::Result<()> {
        let frame = Arc::clone(&self.modes.frame);
        let _drawing = frame.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_given_back() {
            return Err(io::Error::other(
                "it was given back after an internal error",
            ));
        }
        self.canvas.draw(app, look, now)
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        self.canvas.size()
    }

    fn clear(&mut self) -> io::Result<()> {
        self.canvas.clear();
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.modes.leave();
        stop_until_continued()?;
        self.modes.enter()?;
        self.canvas.forget();
        Ok(())
    }

    fn copy(&mut self, text: &str) -> io::Result<&'static str> {
        copy_through(self.canvas.output(), text)
    }

    fn browse(&mut self, page: &str) -> io::Result<&'static str> {
        if (self.browser)(page).is_ok() {
            return Ok("opened in your browser");
        }
        self.copy(page)?;
        Ok(NO_BROWSER)
    }

    fn spot(&self, x: u16, y: u16) -> Option<Spot> {
        self.canvas.spots().at(x, y)
    }

    fn report_mouse(&mut self, on: bool) -> io::Result<()> {
        self.modes.report_mouse(on)
    }

    fn notify(&mut self, way: Notify, words: &str) -> io::Result<()> {
        let output = self.canvas.output();
        match way {
            Notify::None => Ok(()),
            Notify::Bell => execute!(output, Print(BELL)),
            Notify::Osc9 => execute!(output, Print(format!("\x1b]9;{}\x07", Text::clean(words)))),
        }
    }

    fn is_there(&self) -> bool {
        io::stdout().is_terminal() && !self.is_given_back()
    }

    fn is_given_back(&self) -> bool {
        !self.modes.is_entered()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.modes.leave();
    }
}

/// What is switched on. Shared with the panic hook, which may run on any thread.
#[derive(Debug, Clone, Default)]
struct Modes {
    are_on: Arc<AtomicBool>,
    /// The mouse is to be reported while they are on.
    mouse: Arc<AtomicBool>,
    /// Held while a frame is drawn.
    frame: Arc<Mutex<()>>,
}

impl Modes {
    fn is_entered(&self) -> bool {
        self.are_on.load(Ordering::SeqCst)
    }

    fn enter(&self) -> io::Result<()> {
        self.are_on.store(true, Ordering::SeqCst);
        let entered = enable_raw_mode().and_then(|()| {
            execute!(
                io::stdout(),
                Print(KEEP_TITLE),
                EnterAlternateScreen,
                EnableBracketedPaste,
                EnableFocusChange,
                Hide
            )
        });
        let entered = entered.and_then(|()| {
            if self.mouse.load(Ordering::SeqCst) {
                execute!(io::stdout(), REPORT_MOUSE)?;
            }
            Ok(())
        });
        if entered.is_err() {
            self.leave();
        }
        entered
    }

    /// Has the mouse reported from now on, or no more. Between frames, and not once everything is switched off.
    fn report_mouse(&self, on: bool) -> io::Result<()> {
        let _no_frame = self.frame.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_entered() || self.mouse.swap(on, Ordering::SeqCst) == on {
            return Ok(());
        }
        if on {
            execute!(io::stdout(), REPORT_MOUSE)
        } else {
            execute!(io::stdout(), LEAVE_MOUSE)
        }
    }

    /// Switches everything off from any thread: a frame that somebody is drawing would go on afterwards, and hide the cursor again. Whoever panics while
    /// drawing is not waited for: that is itself.
    fn leave_between_frames(&self) {
        let until = Instant::now() + FRAME_TIME;
        let _no_frame = loop {
            match self.frame.try_lock() {
                Ok(free) => break Some(free),
                Err(TryLockError::Poisoned(free)) => break Some(free.into_inner()),
                Err(TryLockError::WouldBlock) if Instant::now() > until => break None,
                Err(TryLockError::WouldBlock) => thread::yield_now(),
            }
        };
        self.leave();
    }

    /// Switches everything off, in the reverse order; the second time does nothing. Errors have nowhere to go: the terminal is gone.
    fn leave(&self) {
        if !self.are_on.swap(false, Ordering::SeqCst) {
            return;
        }
        let mut output = io::stdout();
        if self.mouse.load(Ordering::SeqCst) {
            let _ = execute!(output, LEAVE_MOUSE);
        }
        let _ = execute!(
            output,
            EndSynchronizedUpdate,
            Show,
            DisableFocusChange,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            Print(RETURN_TITLE)
        );
        let _ = output.flush();
        let _ = disable_raw_mode();
    }
}

/// Puts a text into the clipboard by the way that this terminal takes; the words say which.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that copies, on the copy key and for the test of the way"
)]
pub fn copy_through(output: &mut impl Write, text: &str) -> io::Result<&'static str> {
    if std::env::var_os("TMUX").is_some() && into_tmux(text).is_ok() {
        return Ok("copied (tmux)");
    }
    if text.len() > COPIED {
        return Ok("not copied: too long for a terminal's clipboard");
    }
    execute!(output, CopyToClipboard::to_clipboard_from(text))?;
    Ok("copied (through the terminal)")
}

/// Stock tmux drops what programs write to the clipboard, and takes what it is given by its own command.
fn into_tmux(text: &str) -> io::Result<()> {
    let mut tmux = Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        // It needs no secret of ours.
        .env_remove("UNSTICK_CLIENT_SECRET")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = tmux.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    if tmux.wait()?.success() {
        Ok(())
    } else {
        Err(io::Error::other("tmux did not take it"))
    }
}

/// SIGSTOP, not SIGTSTP: an orphaned process group ignores the latter.
#[cfg(unix)]
pub(super) fn stop_until_continued() -> io::Result<()> {
    use rustix::process::{Signal, getpid, kill_process};
    kill_process(getpid(), Signal::STOP).map_err(io::Error::from)
}

#[cfg(not(unix))]
pub(super) fn stop_until_continued() -> io::Result<()> {
    Ok(())
}
