//! `WebSocket`s: reads frames for the service and writes what it pushes, and lets the world go on by itself.
//!
//! Holds no rule of its own, like the server beside it.

use super::clock;
use super::exchange::{Outbox, Push, SocketId};
use super::server::Shared;
use super::wire::Line;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// Frames that may wait for one reader. Who is slower than that is cut off, as by any server.
const WAITING_MAX: usize = 1024;
/// How long one frame may take to leave.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the world sleeps at most: its clock is the wall's, which can be set.
const SLEEP_MAX: Duration = Duration::from_secs(1);

/// Where each open socket's pushes go.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    open: Mutex<HashMap<SocketId, mpsc::Sender<Push>>>,
}

impl Sockets {
    /// A new socket's pushes. Asked while the service is locked, so that none is missed.
    pub(super) fn add(&self, socket: SocketId) -> mpsc::Receiver<Push> {
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(socket, sender);
        receiver
    }

    /// Hands pushes over, in their order. Called while the service is locked, for the same reason.
    pub(super) fn deliver(&self, pushes: Outbox) {
        if pushes.is_empty() {
            return;
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        for (socket, push) in pushes {
            let full = open
                .get(&socket)
                .is_some_and(|sender| sender.try_send(push).is_err());
            if full {
                open.remove(&socket);
            }
        }
    }

    fn remove(&self, socket: SocketId) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.remove(&socket);
    }
}

/// Serves one socket until either side ends it.
pub(super) async fn attend(
    mut stream: WebSocket,
    socket: SocketId,
    mut pushes: mpsc::Receiver<Push>,
    shared: Shared,
    line: Line,
) {
    let mut stop = shared.stop.clone();
    loop {
        tokio::select! {
            push = pushes.recv() => {
                // Nothing more comes: the reader was too slow.
                let Some(push) = push else { line.cut(); break };
                if !write(&mut stream, push, &line).await {
                    break;
                }
            }
            frame = stream.recv() => match frame {
                Some(Ok(Message::Text(text))) => shared.heard(socket, text.as_str()),
                // What is not text is refused like any text that makes no sense.
                Some(Ok(Message::Binary(bytes))) => {
                    shared.heard(socket, &String::from_utf8_lossy(&bytes));
                }
                // Pings are answered below this.
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
            },
            () = stopped(&mut stop) => {
                write(&mut stream, Push::Close(1001, "Going away".to_owned()), &line).await;
                break;
            }
        }
    }
    shared.sockets.remove(socket);
    shared.hung_up(socket);
}

/// Returns when the sandbox stops or was dropped.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// Writes one push; false when it was the last.
async fn write(stream: &mut WebSocket, push: Push, line: &Line) -> bool {
    let (message, more) = match push {
        Push::Text(text) => (Message::Text(text.into()), true),
        Push::Close(code, reason) => {
            let frame = CloseFrame {
                code,
                reason: reason.into(),
            };
            (Message::Close(Some(frame)), false)
        }
        Push::Cut | Push::Reset => {
            line.cut_now(push == Push::Reset);
            return false;
        }
    };
    let sent = tokio::time::timeout(PATIENCE, stream.send(message)).await;
    more && matches!(sent, Ok(Ok(())))
}

/// Lets the world go on when nobody asks, so that what happens is told when it happens.
pub(super) async fn pulse(shared: Shared) {
    loop {
        let due = shared.let_happen();
        let wait = due.map_or(SLEEP_MAX, |at| {
            let wait = at.duration_since(clock::now());
            Duration::try_from(wait)
                .unwrap_or(Duration::ZERO)
                .min(SLEEP_MAX)
        });
        tokio::select! {
            () = tokio::time::sleep(wait.max(Duration::from_millis(1))) => {}
            () = shared.pulse.notified() => {}
        }
    }
}
