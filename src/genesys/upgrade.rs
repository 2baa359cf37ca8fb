//! Opens a web socket: dialled by the HTTP client that carries everything else, so that trust and proxies are the same, then upgraded.

use reqwest::{Response, StatusCode, Upgraded, header};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::carrier::BODY_LIMIT;

/// Why there is no socket.
pub(super) enum NotOpened {
    /// No answer came, or what was answered broke.
    Unreached(reqwest::Error),
    /// It was answered, and not with a socket.
    Answered(Response),
    /// Whoever answered speaks another protocol.
    OtherProtocol,
}

/// Opens a socket at an address that was compared with the profile's. No token is sent.
pub(super) async fn open(
    http: &reqwest::Client,
    address: &str,
) -> Result<WebSocketStream<Upgraded>, NotOpened> {
    let key = generate_key();
    let request = http
        .get(address)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, &key);
    let answer = request.send().await.map_err(NotOpened::Unreached)?;
    if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(NotOpened::Answered(answer));
    }
    let accepted = answer.headers().get(header::SEC_WEBSOCKET_ACCEPT);
    if accepted.map(header::HeaderValue::as_bytes)
        != Some(derive_accept_key(key.as_bytes()).as_bytes())
    {
        return Err(NotOpened::OtherProtocol);
    }
    let stream = answer.upgrade().await.map_err(NotOpened::Unreached)?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(BODY_LIMIT))
        .max_frame_size(Some(BODY_LIMIT));
    Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await)
}
