//! How a console is heard, before it has a screen: by lines, by the keys of a terminal, or as the console before it was.

use tokio::sync::mpsc;

use crate::app::{Msg, Signal};
use crate::cli::browser;
use crate::cli::choice::Choice;
use crate::cli::trouble::Trouble;
use crate::clock::WallClock;
use crate::settings::Paths;
use crate::settings::paths::private_folder;
use crate::tui::{self, Seat, Terminal};

/// How a console is heard.
pub(super) enum Ears {
    /// By lines.
    Lines {
        input: mpsc::Receiver<Msg>,
        stops: mpsc::Receiver<Signal>,
    },
    /// By the keys of a terminal that is taken over for it.
    Keys { stops: mpsc::Receiver<Signal> },
    /// As the console before was.
    Seat(Box<Seat<Terminal>>),
}

/// As the console before was, if there was one; else as the flags say.
pub(super) fn ears(
    seat: Option<Seat<Terminal>>,
    choice: &Choice,
    clock: WallClock,
) -> Result<Ears, Trouble> {
    if let Some(seat) = seat {
        return Ok(Ears::Seat(Box::new(seat)));
    }
    if choice.is_spoken() {
        return Ok(Ears::Lines {
            input: tui::lines(clock)?,
            stops: tui::signals()?,
        });
    }
    Ok(Ears::Keys {
        stops: tui::signals()?,
    })
}

/// The terminal, taken over. Without a folder of our own, what is too long for a clipboard is not copied.
pub(super) fn terminal(paths: &Paths, kitty: bool) -> std::io::Result<Terminal> {
    let folder = private_folder(&paths.run);
    let folder = folder.is_ok().then(|| paths.run.clone());
    Terminal::enter(browser::open, folder, kitty)
}
