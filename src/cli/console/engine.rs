//! The engine behind a console: begun with it, and let to settle once it has closed.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::cli::connect::Connection;
use crate::cli::output;
use crate::cli::trouble::Trouble;
use crate::domain::feed::{Command, Fact};
use crate::engine::Engine;
use crate::journal::Journal;
use crate::tui;

/// How long requests in flight may take to settle after the console has closed.
const SETTLE: Duration = Duration::from_secs(37);

/// An engine that may carry plans out, or one that can only look.
pub(super) fn engine(
    connection: &Connection,
    journal: Option<Journal>,
    facts: mpsc::Sender<Fact>,
) -> Result<(Engine, JoinHandle<()>), Trouble> {
    if let Some(journal) = journal {
        return Ok(Engine::spawn(connection.parts(journal, true)?, facts));
    }
    Ok(Engine::spawn_read_only(
        connection.client.clone(),
        connection.clock,
        connection.limiter.clone(),
        connection.profile.limits.horizon_days,
        facts,
    ))
}

/// `may_print`: the terminal is given back. Starts nothing new and waits for what is in flight; a signal stops the waiting, the next one exits.
pub(super) async fn settle(engine: &Engine, mut task: JoinHandle<()>, may_print: bool) {
    engine.send(Command::Shutdown);
    let Ok(mut stops) = tui::stops() else { return };
    let quick = Duration::from_millis(300);
    if tokio::time::timeout(quick, &mut task).await.is_ok() {
        return;
    }
    if may_print {
        output::words("letting what is in flight settle (35 s at most; Ctrl-C leaves at once)");
    }
    tokio::select! {
        _ = &mut task => {}
        _ = stops.recv() => {}
        () = tokio::time::sleep(SETTLE) => {}
    }
}
