//! The terminal, taken over and given back exactly as it was found: on the way out, on an error, on a panic, before a suspension.
//! Everything that is switched on is switched off in one place, once, however many ask for it.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::mem::ManuallyDrop;
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
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    SetTitle, disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use jiff::Timestamp;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect};

use crate::app::App;
use crate::domain::text::Text;
use crate::ui::{self, Look};

/// A whole frame fits, so that it leaves in one write.
const FRAME: usize = 64 * 1024;
/// No frame takes longer to draw, but to a terminal that takes nothing.
const FRAME_TIME: Duration = Duration::from_millis(200);
/// The longest text that terminals take into the clipboard, in bytes; base64 makes 74,994 of it.
const COPIED: usize = 56_245;
/// Remembers the window's title, and brings it back (xterm; others ignore it).
const KEEP_TITLE: &str = "\x1b[22;2t";
const RETURN_TITLE: &str = "\x1b[23;2t";

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

    /// The terminal is still there.
    fn is_there(&self) -> bool;

    /// It was given back so that a panic could be reported, and is not drawn on any more.
    fn is_given_back(&self) -> bool;
}

/// The real terminal. Gives itself back when dropped.
#[derive(Debug)]
pub struct Terminal {
    /// Never dropped: dropping it shows the cursor, which `Modes` does, and prints where that fails, which panics without a terminal.
    inner: ManuallyDrop<ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>>,
    modes: Modes,
    title: String,
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
        let output = BufWriter::with_capacity(FRAME, io::stdout());
        let inner = ratatui::Terminal::new(CrosstermBackend::new(output)).inspect_err(|_| {
            modes.leave();
        })?;
        Ok(Self {
            inner: ManuallyDrop::new(inner),
            modes,
            title: String::new(),
            browser,
        })
    }

    fn name(&mut self, title: &str) -> io::Result<()> {
        if self.title != title {
            title.clone_into(&mut self.title);
            // Profile names come from files: what a title may not hold is taken out here as everywhere.
            queue!(
                self.inner.backend_mut(),
                SetTitle(Text::clean(title).as_str())
            )?;
        }
        Ok(())
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
        self.name(&app.title())?;
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        let drawn = self
            .inner
            .draw(|frame| ui::draw(frame, app, look, now))
            .map(drop);
        // Ended on the way of an error too: a terminal that waits for the end shows nothing.
        execute!(self.inner.backend_mut(), EndSynchronizedUpdate)?;
        drawn
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        self.inner.size().map(|size| (size.width, size.height))
    }

    fn clear(&mut self) -> io::Result<()> {
        // `Terminal::clear` asks the terminal where its cursor is, and the keyboard would take the answer; this clears the same.
        let size = self.inner.size()?;
        self.inner.resize(Rect::from((Position::ORIGIN, size)))
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.modes.leave();
        stop_until_continued()?;
        self.modes.enter()?;
        // The title that was kept is that of whoever wrote it last.
        self.title.clear();
        self.clear()
    }

    fn copy(&mut self, text: &str) -> io::Result<&'static str> {
        copy_through(self.inner.backend_mut(), text)
    }

    fn browse(&mut self, page: &str) -> io::Result<&'static str> {
        if (self.browser)(page).is_ok() {
            return Ok("opened in your browser");
        }
        self.copy(page)?;
        Ok(NO_BROWSER)
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
        if entered.is_err() {
            self.leave();
        }
        entered
    }

    /// The same from any thread: a frame that somebody is drawing would go on afterwards, and hide the cursor again. Whoever panics while
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
fn stop_until_continued() -> io::Result<()> {
    use rustix::process::{Signal, getpid, kill_process};
    kill_process(getpid(), Signal::STOP).map_err(io::Error::from)
}

#[cfg(not(unix))]
fn stop_until_continued() -> io::Result<()> {
    Ok(())
}
