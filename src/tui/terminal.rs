//! The terminal, taken over and given back exactly as it was found: on the way out, on an error, on a panic, before a suspension.
//! Everything that is switched on is switched off in one place, once, however many ask for it.

use std::io::{self, IsTerminal, Stdout, Write};
use std::panic;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::thread;
use std::time::{Duration, Instant};

use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange,
    KeyboardEnhancementFlags, PopKeyboardEnhancementFlags, PushKeyboardEnhancementFlags,
};
use crossterm::execute;
use crossterm::style::Print;
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode,
};
use jiff::Timestamp;
use ratatui::Viewport;
use tokio::sync::{mpsc, oneshot};

use super::canvas::Canvas;
use super::clipboard::Copying;
use super::input;
use super::pager::Pager;
use super::rest::Rest;
use super::screen::{NO_BROWSER, Screen, Slow};
use crate::app::manners::Notify;
use crate::app::mouse::Spot;
use crate::app::opening::Opening;
use crate::app::{App, Msg};
use crate::domain::text::Text;
use crate::ui::Look;

/// No frame takes longer to draw, but to a terminal that takes nothing.
const FRAME_TIME: Duration = Duration::from_millis(200);
/// Remembers the window's title, and brings it back (xterm; others ignore it).
const KEEP_TITLE: &str = "\x1b[22;2t";
const RETURN_TITLE: &str = "\x1b[23;2t";
const BELL: &str = "\x07";
/// Buttons and wheel, with places beyond column 223. Not every move of the mouse, as crossterm's own command asks for: each would wake us.
#[cfg(unix)]
const REPORT_MOUSE: Print<&str> = Print("\x1b[?1000h\x1b[?1006h");
#[cfg(unix)]
const LEAVE_MOUSE: Print<&str> = Print("\x1b[?1006l\x1b[?1000l");
/// Keys that would be ambiguous or not sent at all, as Ctrl with a letter of another script. Letters that are typed stay letters, and
/// releases are not reported.
const KITTY: KeyboardEnhancementFlags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES
    .union(KeyboardEnhancementFlags::REPORT_ALTERNATE_KEYS);
#[cfg(not(unix))]
use crossterm::event::{DisableMouseCapture as LEAVE_MOUSE, EnableMouseCapture as REPORT_MOUSE};

/// The real terminal. Gives itself back when dropped.
#[derive(Debug)]
pub struct Terminal {
    canvas: Canvas<Stdout>,
    modes: Modes,
    browser: Browser,
    /// A private folder, for what no clipboard takes and for what a pager reads.
    folder: Option<PathBuf>,
    /// Held while a text is put into a clipboard.
    copying: Arc<Mutex<()>>,
    /// The thread that reads the keyboard.
    keyboard: Option<Arc<Rest>>,
    /// What the terminal is lent to.
    pager: Option<Pager>,
}

/// What opens an address in a browser, where there is one.
pub type Browser = fn(&str) -> io::Result<()>;

impl Terminal {
    /// Takes the terminal over, and makes sure that a panic anywhere gives it back before it is reported. `kitty`: with keys told by the
    /// kitty protocol; a terminal that does not know it ignores the wish.
    pub fn enter(browser: Browser, folder: Option<PathBuf>, kitty: bool) -> io::Result<Self> {
        let modes = Modes {
            kitty,
            ..Modes::default()
        };
        let guard = modes.clone();
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            guard.has_fallen.store(true, Ordering::SeqCst);
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
            folder,
            copying: Arc::default(),
            keyboard: None,
            pager: None,
        })
    }

    /// What is typed from now on, and what else the terminal reports.
    pub fn keyboard(&mut self) -> io::Result<mpsc::Receiver<Msg>> {
        let rest = Arc::new(Rest::default());
        self.keyboard = Some(Arc::clone(&rest));
        input::keyboard(rest)
    }

    /// Draws while nobody gives the terminal back.
    fn undisturbed(
        &mut self,
        draw: impl FnOnce(&mut Canvas<Stdout>) -> io::Result<()>,
    ) -> io::Result<()> {
        let frame = Arc::clone(&self.modes.frame);
        let _drawing = frame.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_given_back() {
            return Err(io::Error::other(
                "it was given back after an internal error",
            ));
        }
        draw(&mut self.canvas)
    }

    /// The terminal is another program's, or was: nobody reads it here, and nothing is drawn.
    fn give_back(&mut self) -> Result<(), String> {
        let rests = self.keyboard.as_ref().is_none_or(|rest| rest.begin());
        if !rests {
            return Err("the keyboard is busy: try again".to_owned());
        }
        self.modes.leave();
        Ok(())
    }

    fn take_over(&mut self) -> io::Result<()> {
        if self.modes.has_fallen.load(Ordering::SeqCst) {
            return Err(io::Error::other("an internal error"));
        }
        self.modes.enter()?;
        if let Some(rest) = &self.keyboard {
            rest.end();
        }
        self.canvas.forget();
        Ok(())
    }
}

impl Screen for Terminal {
    fn draw(&mut self, app: &App, look: &Look, now: Timestamp) -> io::Result<()> {
        self.undisturbed(|canvas| canvas.draw(app, look, now))
    }

    fn draw_opening(&mut self, opening: &Opening, look: &Look, now: Timestamp) -> io::Result<()> {
        self.undisturbed(|canvas| canvas.draw_opening(opening, look, now))
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
        self.take_over()
    }

    fn copy(&mut self, what: &'static str, text: &str) -> io::Result<Slow> {
        let copying = Copying::begin(self.canvas.output(), what, text)?;
        let (folder, turn) = (self.folder.clone(), Arc::clone(&self.copying));
        Ok(Box::new(move || {
            // One after the other, so that the newest stays.
            let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
            copying.finish(folder.as_deref())
        }))
    }

    fn lend(&mut self, text: &str) -> Result<oneshot::Receiver<()>, String> {
        let folder = self.folder.clone();
        let folder = folder.ok_or("there is no private folder for the page")?;
        self.give_back()?;
        match Pager::start(text, &folder) {
            Ok((pager, ended)) => {
                self.pager = Some(pager);
                Ok(ended)
            }
            Err(why) => {
                // Where it cannot be taken over either, the next frame says so.
                let _ = self.take_over();
                Err(why)
            }
        }
    }

    fn take_back(&mut self) -> io::Result<Option<String>> {
        let said = self.pager.take().and_then(Pager::finish);
        self.take_over()?;
        Ok(said)
    }

    fn browse(&mut self, page: &str) -> io::Result<Slow> {
        if (self.browser)(page).is_ok() {
            return Ok(Box::new(|| "opened in your browser".to_owned()));
        }
        let rest = self.copy("link", page)?;
        Ok(Box::new(move || {
            rest();
            NO_BROWSER.to_owned()
        }))
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
        let is_lent = self.pager.is_some();
        self.modes.has_fallen.load(Ordering::SeqCst) || !self.modes.is_entered() && !is_lent
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A pager goes first, and leaves the line as it found it.
        drop(self.pager.take());
        self.modes.leave();
    }
}

/// What is switched on. Shared with the panic hook, which may run on any thread.
#[derive(Debug, Clone, Default)]
struct Modes {
    are_on: Arc<AtomicBool>,
    /// Something panicked: they are not switched on again.
    has_fallen: Arc<AtomicBool>,
    /// Keys are told by the kitty protocol while they are on.
    kitty: bool,
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
            // Each of the two screens has flags of its own: on this one, and taken off before it is left.
            if self.kitty {
                // A console of Windows that has no such thing says so, and is none the worse.
                let _ = execute!(io::stdout(), PushKeyboardEnhancementFlags(KITTY));
            }
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
        if self.kitty {
            let _ = execute!(output, PopKeyboardEnhancementFlags);
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
