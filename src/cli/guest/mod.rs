//! `sandbox guest`: a guest's chat in a terminal, line by line, on a sandbox that runs. What is written goes to stdout, advice to stderr.

mod dial;
mod talk;

use std::io::{self, IsTerminal};
use std::time::Duration;

use anyhow::{Context, anyhow};
use clap::Args;
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes, Error, Message};
use uuid::Uuid;

use super::exit::Exit;
use super::trouble::Trouble;
use super::{beacon, output, pretend};
use crate::app::Signal;
use crate::domain::text::whole;
use crate::settings::Paths;
use crate::settings::region::shown;
use crate::tui;
use dial::{Socket, dial};
use talk::{Heard, Step, Talk};

/// Lines that may wait to be sent.
const WAITING: usize = 64;
/// Between two messages that are piped: the platform takes five a second.
const APART: Duration = Duration::from_millis(250);
/// Between two signs of life, as the official client gives them.
const PING_EVERY: Duration = Duration::from_secs(15);
/// How long the other side may take to close.
const FAREWELL: Duration = Duration::from_millis(500);

/// `sandbox guest`.
#[derive(Debug, Args)]
pub(super) struct Guest {
    /// The sandbox's address; the running one of this user where none is given
    url: Option<String>,
    /// What the guest is called
    #[arg(long)]
    name: Option<String>,
    /// Take a chat up again: the token that an earlier guest was told when it left
    #[arg(long, value_name = "UUID")]
    token: Option<Uuid>,
    /// Where the guest comes in, by name or id
    #[arg(long, value_name = "NAME|ID")]
    deployment: Option<String>,
    /// Show every frame, in and out
    #[arg(long)]
    frames: bool,
    /// With lines piped in: how long to wait for answers after the last one
    #[arg(long, value_name = "SECONDS", default_value_t = 5)]
    wait: u16,
}

/// A deployment, as the sandbox lists it.
#[derive(Debug, Deserialize)]
struct Deployment {
    id: String,
    name: String,
    disconnect: String,
}

/// How a chat came to its end.
enum End {
    /// The guest left.
    Left,
    /// The other side told the guest to go.
    SentAway,
    /// The connection broke, or the sandbox closed it: the reason, where there is one.
    Lost(String),
}

impl Guest {
    /// Chats until the guest leaves.
    pub(super) async fn run(self, paths: &Paths) -> Result<Exit, Trouble> {
        let url = match &self.url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => beacon::find(paths).ok_or_else(|| {
                Trouble::said(Exit::Unreachable, "no sandbox is running")
                    .hint("start one in another terminal: unstick sandbox serve")
            })?,
        };
        let deployment = self.deployment(&url, paths).await?;
        let mut stops = tui::stops()?;
        let trusted = beacon::trusted(paths, &url);
        let path = format!(
            "/v1?deploymentId={}&application=unstick-guest-{}",
            deployment.id,
            env!("CARGO_PKG_VERSION")
        );
        let socket = dial(&url, &path, trusted.as_deref()).await;
        let socket = socket.map_err(|error| not_let_in(&url, error))?;
        let is_typed = io::stdin().is_terminal();
        output::words(&format!(
            "Guest of {}.\nWhen a chat is ended from outside, {}.\n\
             Type a line to write it; /help shows what else there is.",
            whole(&deployment.name),
            told_words(&deployment.disconnect)
        ));
        let token = self.token.unwrap_or_else(Uuid::new_v4);
        let mut chat = Chat {
            talk: Talk::new(token, deployment.id, self.name, is_typed),
            socket,
            shows_frames: self.frames,
        };
        let patience = (!is_typed).then(|| Duration::from_secs(self.wait.into()));
        let end = chat.go_on(lines(), patience, &mut stops).await?;
        chat.say_goodbye().await;
        output::words(&format!(
            "To take this chat up again: --token {}",
            chat.talk.token
        ));
        match end {
            End::Left | End::SentAway if !is_typed && chat.talk.was_refused => Ok(Exit::Refused),
            End::Left | End::SentAway => Ok(Exit::Done),
            End::Lost(why) => Err(Trouble::said(
                Exit::Unreachable,
                format!("the connection was closed by the other side{why}"),
            )
            .hint("the chat itself may go on: connect again with --token")),
        }
    }

    /// The deployment that was asked for; the first where none was.
    async fn deployment(&self, url: &str, paths: &Paths) -> Result<Deployment, Trouble> {
        let listed = pretend::get(url, "/sandbox/deployments", paths).await?;
        let listed: Result<Vec<Deployment>, serde_json::Error> =
            listed.lines().map(serde_json::from_str).collect();
        let listed = listed.with_context(|| format!("{} is not a sandbox of unstick", shown(url)));
        let listed = listed.map_err(|error| Trouble::new(Exit::Unreachable, error))?;
        let names: Vec<String> = listed
            .iter()
            .map(|one| format!("`{}`", whole(&one.name)))
            .collect();
        let mut all = listed.into_iter();
        let found = match &self.deployment {
            None => all.next(),
            Some(wanted) => all.find(|one| {
                one.id.eq_ignore_ascii_case(wanted) || one.name.eq_ignore_ascii_case(wanted)
            }),
        };
        found.ok_or_else(|| {
            let wanted = whole(self.deployment.as_deref().unwrap_or_default());
            Trouble::usage(format!("there is no deployment `{wanted}`"))
                .hint(format!("there are: {}", names.join(", ")))
        })
    }
}

/// A refused upgrade is no broken network.
fn not_let_in(url: &str, error: Error) -> Trouble {
    match error {
        Error::Http(answer) => Trouble::said(
            Exit::SignIn,
            format!("{} does not let this guest in: status {}", shown(url), answer.status()),
        )
        .hint("403 is for a deployment that allows certain pages only, 429 for too many guests at once"),
        other => {
            let what = anyhow!(other).context(format!("no guest's socket opens at {}", shown(url)));
            Trouble::new(Exit::Unreachable, what).hint("start one: unstick sandbox serve")
        }
    }
}

fn told_words(disconnect: &str) -> &'static str {
    match disconnect {
        "off" => "the guest is told nothing",
        "send" => "the guest is told, and may write on",
        "read-only" => "the guest is told, and may write no more",
        _ => "what the guest is told is not known",
    }
}

/// The lines of stdin, read aside: nobody else is held up by somebody who types.
fn lines() -> mpsc::Receiver<String> {
    let (told, lines) = mpsc::channel(WAITING);
    std::thread::spawn(move || {
        for line in io::stdin().lines() {
            let Ok(line) = line else { return };
            if told.blocking_send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// A guest's side of the protocol, and its socket.
struct Chat {
    talk: Talk,
    socket: Socket,
    shows_frames: bool,
}

impl Chat {
    /// Sends and shows until somebody ends it. `patience` is for what is piped: how long answers are waited for after the last line.
    async fn go_on(
        &mut self,
        mut lines: mpsc::Receiver<String>,
        patience: Option<Duration>,
        stops: &mut mpsc::Receiver<Signal>,
    ) -> Result<End, Trouble> {
        let mut pings = interval(PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let first = self.talk.configure(false);
        if let Err(lost) = self.send(&first).await? {
            return Ok(lost);
        }
        let mut is_open = true;
        let mut turn = Instant::now();
        let mut end = None;
        loop {
            let sent = tokio::select! {
                biased;
                _ = stops.recv() => return Ok(End::Left),
                frame = self.socket.next() => match self.hear(frame).await? {
                    Some(end) => return Ok(end),
                    None => Ok(()),
                },
                _ = pings.tick() => {
                    let ping = self.socket.send(Message::Ping(Bytes::new())).await;
                    ping.map_err(|error| lost(&error))
                }
                line = next_line(&mut lines, patience.map(|_| turn)), if is_open => {
                    if let Some(line) = line {
                        turn = Instant::now() + APART;
                        match self.talk.line(&line) {
                            Step::Leave => return Ok(End::Left),
                            Step::Show(text) => {
                                output::words(&text);
                                Ok(())
                            }
                            Step::Send(frames) => self.send_all(&frames).await?,
                        }
                    } else {
                        let Some(patience) = patience else {
                            return Ok(End::Left);
                        };
                        is_open = false;
                        end = Some(Instant::now() + patience);
                        Ok(())
                    }
                }
                () = until(end) => return Ok(End::Left),
            };
            if let Err(lost) = sent {
                return Ok(lost);
            }
        }
    }

    async fn hear(
        &mut self,
        frame: Option<Result<Message, Error>>,
    ) -> Result<Option<End>, Trouble> {
        match frame {
            Some(Ok(Message::Text(text))) => {
                if self.shows_frames {
                    output::json_lines(&format!("< {text}\n"))?;
                }
                let frame: Value = serde_json::from_str(&text).unwrap_or_default();
                let Heard { lines, send, leave } = self.talk.heard(&frame);
                for line in lines {
                    output::data(&format!("{line}\n"))?;
                }
                if leave {
                    return Ok(Some(End::SentAway));
                }
                Ok(self.send_all(&send).await?.err())
            }
            Some(Ok(Message::Close(close))) => {
                let why = close
                    .map(|close| format!(" ({} {})", u16::from(close.code), whole(&close.reason)));
                Ok(Some(End::Lost(why.unwrap_or_default())))
            }
            Some(Ok(_)) => Ok(None),
            Some(Err(error)) => Ok(Some(lost(&error))),
            None => Ok(Some(End::Lost(String::new()))),
        }
    }

    async fn send_all(&mut self, frames: &[Value]) -> Result<Result<(), End>, Trouble> {
        for frame in frames {
            if let Err(lost) = self.send(frame).await? {
                return Ok(Err(lost));
            }
        }
        Ok(Ok(()))
    }

    /// Sends a frame; the inner error is the connection's, the outer one that nobody reads our output any more.
    async fn send(&mut self, frame: &Value) -> Result<Result<(), End>, Trouble> {
        let text = frame.to_string();
        if self.shows_frames {
            output::json_lines(&format!("> {text}\n"))?;
        }
        let sent = self.socket.send(Message::text(text)).await;
        Ok(sent.map_err(|error| lost(&error)))
    }

    /// Closes as the official client does. The chat goes on without its guest.
    async fn say_goodbye(&mut self) {
        let close = CloseFrame {
            code: CloseCode::Normal,
            reason: "The user has closed the connection.".into(),
        };
        let closing = async {
            let _ = self.socket.close(Some(close)).await;
            while let Some(Ok(_)) = self.socket.next().await {}
        };
        let _ = tokio::time::timeout(FAREWELL, closing).await;
    }
}

fn lost(error: &Error) -> End {
    End::Lost(format!(" ({})", whole(&error.to_string())))
}

/// The next line, not before its turn where lines are piped.
async fn next_line(lines: &mut mpsc::Receiver<String>, turn: Option<Instant>) -> Option<String> {
    if let Some(turn) = turn {
        sleep_until(turn).await;
    }
    lines.recv().await
}

/// Waits for a time, or for ever.
async fn until(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
