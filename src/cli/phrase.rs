//! The phrase that a person types, or a flag says, before anything is ended or removed: proof that exactly this is meant.

use std::io::{self, BufRead, IsTerminal};

use tokio::sync::mpsc;

use super::choice::Choice;
use super::exit::Exit;
use super::interrupted::interrupted;
use super::output;
use super::trouble::Trouble;
use crate::app::Signal;
use crate::domain::text::Text;

/// What a phrase is asked for.
pub(super) struct Asked {
    /// What it lets happen.
    pub(super) deed: &'static str,
    /// What has not happened before it.
    pub(super) so_far: &'static str,
}

/// The phrase of a run.
pub(super) const END: Asked = Asked {
    deed: "end them",
    so_far: "nothing was sent",
};

/// Makes sure that somebody means exactly this: by the flag, or by typing the phrase where there is a terminal.
pub(super) async fn confirm(
    asked: &Asked,
    phrase: &str,
    given: Option<&str>,
    choice: &Choice,
    stops: &mut mpsc::Receiver<Signal>,
) -> Result<(), Trouble> {
    let typed = match given {
        Some(given) => given.to_owned(),
        None if choice.no_input || !io::stdin().is_terminal() => {
            return Err(
                Trouble::usage("the phrase is missing, and there is nobody to type it").hint(
                    format!("{}; if you mean it: --confirm '{phrase}'", asked.so_far),
                ),
            );
        }
        None => {
            output::words(&format!(
                "Type `{phrase}` to {}, or Enter to leave:",
                asked.deed
            ));
            tokio::select! {
                biased;
                _ = stops.recv() => return Err(interrupted()),
                line = tokio::task::spawn_blocking(typed_line) => line.unwrap_or_default(),
            }
        }
    };
    if typed.trim() == phrase {
        return Ok(());
    }
    Err(Trouble::said(
        Exit::Refused,
        format!(
            "the phrase is `{phrase}`, not `{}`",
            Text::clean(typed.trim())
        ),
    )
    .hint(format!(
        "{}; look at what is planned, then type the phrase",
        asked.so_far
    )))
}

fn typed_line() -> String {
    let mut line = String::new();
    // Without a line nothing is confirmed.
    let _ = io::stdin().lock().read_line(&mut line);
    line
}
