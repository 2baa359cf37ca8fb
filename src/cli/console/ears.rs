//! How a console is heard, before it has a screen: by lines, or by the keys of a terminal.

use tokio::sync::mpsc;

use crate::app::{Msg, Signal};
use crate::cli::browser;
use crate::settings::Paths;
use crate::settings::paths::private_folder;
use crate::tui::{Seat, Terminal};

/// How a console is heard.
pub(super) enum Ears {
    /// By lines.
    Lines {
        input: mpsc::Receiver<Msg>,
        stops: mpsc::Receiver<Signal>,
    },
    /// By the keys of a terminal: that on which it was waited for, or that of the console before.
    Seat(Box<Seat<Terminal>>),
}

/// The terminal, taken over. Without a folder of our own, what is too long for a clipboard is not copied.
pub(super) fn terminal(paths: &Paths, kitty: bool) -> std::io::Result<Terminal> {
    let folder = private_folder(&paths.run);
    let folder = folder.is_ok().then(|| paths.run.clone());
    Terminal::enter(browser::open, folder, kitty)
}
