//! A channel's socket.

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{StatusCode, Upgraded};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::domain::text::Text;
use crate::genesys::upgrade::{self, NotOpened};

/// The service's own health check (`genesys-api.md` 4.2).
const PING: &str = r#"{"message":"ping"}"#;

/// An open socket.
pub(super) struct Socket(WebSocketStream<Upgraded>);

/// Why there is no socket.
#[derive(Debug)]
pub(super) enum NotDialled {
    /// The service does not know the channel any more.
    Gone,
    /// Anything else, in words.
    Failed(Text),
}

impl Socket {
    /// Opens a socket at an address that was compared with the profile's. No token is sent: the address is the key.
    pub(super) async fn dial(http: &reqwest::Client, address: &str) -> Result<Self, NotDialled> {
        let failed = |words: &str| NotDialled::Failed(Text::clean(words));
        match upgrade::open(http, address).await {
            Ok(stream) => Ok(Self(stream)),
            Err(NotOpened::Answered(answer)) => Err(match answer.status() {
                StatusCode::NOT_FOUND | StatusCode::GONE => NotDialled::Gone,
                other => failed(&format!("it was refused with {}", other.as_u16())),
            }),
            Err(NotOpened::OtherProtocol) => {
                Err(failed("whoever answered speaks another protocol"))
            }
            Err(NotOpened::Unreached(error)) => {
                // The address is left out of what is said: it is as good as a key.
                let error = error.without_url();
                let why = if error.is_timeout() {
                    "it did not open in time"
                } else if error.is_connect() {
                    "it cannot be reached"
                } else {
                    "it broke while it opened"
                };
                tracing::info!(%error, "the socket of notifications cannot be opened");
                Err(failed(why))
            }
        }
    }

    /// The next text; nothing when the socket is closed, and why. May be dropped at any moment.
    pub(super) async fn next(&mut self) -> Result<String, Text> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text.as_str().to_owned()),
                Some(Ok(Message::Close(frame))) => {
                    let code = frame.map_or(1005, |frame| u16::from(frame.code));
                    return Err(Text::clean(&format!("it was closed ({code})")));
                }
                // Pings of the protocol are answered below this.
                Some(Ok(_)) => {}
                Some(Err(tungstenite::Error::Capacity(_))) => {
                    return Err(Text::clean("a frame was too large"));
                }
                Some(Err(_)) | None => return Err(Text::clean("it broke")),
            }
        }
    }

    /// Asks whether anybody is there.
    pub(super) async fn ping(&mut self) -> Result<(), Text> {
        let sent = self.0.send(Message::text(PING)).await;
        sent.map_err(|_| Text::clean("it broke"))
    }
}
