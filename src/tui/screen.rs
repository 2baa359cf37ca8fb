//! Where a console is drawn, and what else it asks of a terminal: the real one, or a stand-in in tests.

use std::future::pending;
use std::io;

use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::app::App;
use crate::app::manners::Notify;
use crate::app::mouse::Spot;
use crate::app::opening::Opening;
use crate::ui::Look;

/// Said where no browser can be opened, as over SSH.
pub(super) const NO_BROWSER: &str =
    "no browser here: the address was copied; it is on page 1 of the chat";

/// What takes time, away from the loop, which goes on meanwhile; its words are said afterwards.
pub type Slow = Box<dyn FnOnce() -> String + Send>;

/// Where a console is drawn.
pub trait Screen {
    /// Draws one frame.
    fn draw(&mut self, app: &App, look: &Look, now: Timestamp) -> io::Result<()>;

    /// Draws one frame of a console that is being opened; nothing where none is drawn before it is open.
    fn draw_opening(&mut self, _: &Opening, _: &Look, _: Timestamp) -> io::Result<()> {
        Ok(())
    }

    /// Everything that was drawn can be read. Where writing may be held back, it is waited for by [`Screen::shown`].
    fn is_shown(&self) -> bool {
        true
    }

    /// Waits until what was drawn last is out, where it is not.
    fn shown(&mut self) -> impl Future<Output = io::Result<()>> {
        pending()
    }

    /// Columns and rows.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Forgets what is on the screen: the next frame is drawn whole.
    fn clear(&mut self) -> io::Result<()>;

    /// Gives the terminal back, stops the program until it is continued, and takes the terminal over again.
    fn suspend(&mut self) -> io::Result<()>;

    /// Puts a text into the clipboard: at once what is quick, the rest where nobody waits for it; the words say what it is, and by which way
    /// it went.
    fn copy(&mut self, what: &'static str, text: &str) -> io::Result<Slow>;

    /// Lends the terminal to a pager that shows this text, until it has ended, which is told; or says why it cannot be.
    fn lend(&mut self, _text: &str) -> Result<oneshot::Receiver<()>, String> {
        Err("there is no pager here".to_owned())
    }

    /// Takes the terminal back from a pager that has ended; what there is to say about it.
    fn take_back(&mut self) -> io::Result<Option<String>> {
        Ok(None)
    }

    /// Opens a page in a browser where there is one, else copies its address; the words say which.
    fn browse(&mut self, page: &str) -> io::Result<Slow> {
        let rest = self.copy("link", page)?;
        Ok(Box::new(move || {
            rest();
            NO_BROWSER.to_owned()
        }))
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
