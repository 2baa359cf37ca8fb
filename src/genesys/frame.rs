//! A frame on a web socket of guests, as a recipe may want it: a socket is opened for it, it is sent once, its answer is taken, and the
//! socket is closed. Only on this machine, and without a token: an operator has no guest's socket, so what a thread of a forum says of one
//! is tried on a pretend organisation alone. What an answer means stands in `guest-protocol.md` 3, by its code.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::{Upgraded, Url};
use serde::Deserialize;
use serde_json::Value;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{self, Message};

use super::carrier::Exchange;
use super::client::Client;
use super::ledger::{Errand, Leaving, asker};
use super::upgrade::{self, NotOpened};
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::recipe::Sending;
use crate::domain::rulings::Case;
use crate::domain::text::Text;
use crate::engine::ports::{Pass, RateHeaders, SendPermit};
use crate::settings::region::BaseUrl;

/// How long an answer is waited for, at most. A guest's client is answered within a second.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(4);
/// How long the other side may take to close.
const FAREWELL: Duration = Duration::from_millis(500);

type Socket = WebSocketStream<Upgraded>;

/// What came back: of the socket that was asked for, or over it.
enum Back {
    /// An answer over HTTP: there is no socket.
    NotLetIn(Exchange),
    /// An answer to the frame.
    Answered(Exchange, Answer),
}

/// An answer on the socket, as far as it says what became of a frame.
#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "type")]
    kind: String,
    code: u16,
    #[serde(default)]
    body: Value,
}

/// Sends the frame that the permit is for, once.
pub(super) async fn speak(
    client: &Client,
    permit: &SendPermit,
    sending: &Sending,
    mut pass: Pass,
) -> Result<Receipt, Failure> {
    crate::crash::panic_if_told("request");
    let not_sent = |why: &str| Failure::local(FailureKind::NotSent, why);
    let address = address(client.funnel.base(), &sending.path)
        .ok_or_else(|| not_sent("a frame goes to the guests' socket of a sandbox, nowhere else"))?;
    let body = sending.body.as_ref();
    let frame = body.ok_or_else(|| not_sent("there is no frame to send"))?;
    let ledger = client.funnel.ledger();
    let id = permit.conversation();
    let (method, path) = (sending.method.word(), address.path().to_owned());
    let errand = Errand {
        by: asker(pass.lane()),
        attempt: ledger.tries(method, &path, Some(id)) + 1,
        waited: pass.waited(),
    };
    let leaving = Leaving::frame(client.funnel.now(), method, path, id, errand);
    let back = exchange(client, &address, frame).await;
    ledger.note(leaving, back.as_ref().map(Back::exchange));
    match back? {
        Back::Answered(exchange, answer) => answer.verdict(&exchange),
        Back::NotLetIn(exchange) => {
            exchange.accepted()?;
            let why = "no socket was opened";
            Err(exchange.failure(FailureKind::WrongRoute, why))
        }
    }
}

/// The guests' socket of a pretend organisation: a loopback address, and that path alone.
fn address(base: &BaseUrl, path: &str) -> Option<Url> {
    if !base.is_loopback() {
        return None;
    }
    let base = Url::parse(base.as_str()).ok()?;
    let url = base.join(path).ok()?;
    let is_there = url.origin() == base.origin() && url.path() == "/v1" && path.starts_with("/v1?");
    is_there.then_some(url)
}

/// Opens a socket, sends the frame and takes its answer. Until the frame leaves, nothing was sent, whatever broke.
async fn exchange(client: &Client, address: &Url, frame: &Value) -> Result<Back, Failure> {
    let carrier = client.funnel.carrier();
    let sent_at = (carrier.now)();
    let timed = |mut failure: Failure| {
        failure.receipt.took_ms = carrier.since(sent_at);
        failure
    };
    let mut socket = match upgrade::open(&client.sockets, address.as_str()).await {
        Ok(socket) => socket,
        Err(NotOpened::Answered(answer)) => {
            return Ok(Back::NotLetIn(carrier.take(answer, sent_at).await));
        }
        Err(NotOpened::Unreached(error)) => return Err(timed(unopened(error))),
        Err(NotOpened::OtherProtocol) => {
            let why = "whoever answered speaks another protocol";
            return Err(timed(Failure::local(FailureKind::WrongRoute, why)));
        }
    };
    let talk = ask(&mut socket, frame);
    let answered = tokio::time::timeout(client.patience, talk).await;
    let (answer, bytes) = match answered {
        Ok(Ok(answer)) => answer,
        Ok(Err(failure)) => return Err(timed(failure)),
        Err(_) => {
            say_goodbye(socket).await;
            let why = format!("nothing came on the socket in {:?}", client.patience);
            return Err(timed(Failure::local(FailureKind::TimedOut, &why)));
        }
    };
    let took_ms = carrier.since(sent_at);
    tracing::info!(
        method = "SOCKET",
        path = address.path(),
        status = answer.code,
        took_ms,
        "answered"
    );
    say_goodbye(socket).await;
    let receipt = Receipt {
        status: Some(answer.code),
        took_ms,
        ..Receipt::default()
    };
    let exchange = Exchange {
        status: answer.code,
        content_type: None,
        allow: None,
        retry_after: answer.retry_after(),
        // The rate of guests is none of the API's.
        rate: RateHeaders::default(),
        receipt,
        sent_at,
        arrived: (carrier.now)(),
        body: Ok(bytes),
    };
    Ok(Back::Answered(exchange, answer))
}

/// What keeps a socket from being opened: the frame never left.
fn unopened(error: reqwest::Error) -> Failure {
    let mut failure = super::carrier::transport_failure(error);
    if matches!(failure.kind, FailureKind::Broken | FailureKind::TimedOut) {
        failure.kind = FailureKind::Unreachable;
    }
    failure
}

/// Sends the frame, and waits for what answers it. What is pushed to whoever listens is no answer.
async fn ask(socket: &mut Socket, frame: &Value) -> Result<(Answer, Vec<u8>), Failure> {
    let broken = |why: &str| Failure::local(FailureKind::Broken, why);
    let sent = socket.send(Message::text(frame.to_string())).await;
    sent.map_err(|_| broken("the socket broke while the frame was sent"))?;
    loop {
        match socket.next().await {
            Some(Ok(Message::Text(text))) => {
                let answer = serde_json::from_str::<Answer>(&text);
                if let Some(answer) = answer.ok().filter(|answer| answer.kind == "response") {
                    return Ok((answer, text.as_str().as_bytes().to_vec()));
                }
            }
            Some(Ok(Message::Close(close))) => {
                let code = close.map_or(1005, |close| u16::from(close.code));
                let why = format!("the socket was closed ({code}) before the frame was answered");
                return Err(broken(&why));
            }
            // Pings of the protocol are answered below this.
            Some(Ok(_)) => {}
            Some(Err(tungstenite::Error::Capacity(_))) => {
                return Err(Failure::local(
                    FailureKind::TooLarge,
                    "the answer is larger than 8 MiB",
                ));
            }
            Some(Err(_)) | None => {
                return Err(broken("the socket broke before the frame was answered"));
            }
        }
    }
}

/// Closes as a guest's client does.
async fn say_goodbye(mut socket: Socket) {
    let close = CloseFrame {
        code: CloseCode::Normal,
        reason: "".into(),
    };
    let closing = async {
        let _ = socket.close(Some(close)).await;
        while let Some(Ok(_)) = socket.next().await {}
    };
    let _ = tokio::time::timeout(FAREWELL, closing).await;
}

impl Back {
    fn exchange(&self) -> &Exchange {
        match self {
            Self::NotLetIn(exchange) | Self::Answered(exchange, _) => exchange,
        }
    }
}

impl Answer {
    /// For how many seconds it asks for silence.
    fn retry_after(&self) -> Option<u32> {
        let seconds = self.body.get("retryAfter")?.as_u64()?;
        u32::try_from(seconds).ok()
    }

    /// Accepted, or why not. A refusal of the guests' protocol says that nothing was done; 408, 5xx and 5000 say nothing of the kind.
    fn verdict(&self, exchange: &Exchange) -> Result<Receipt, Failure> {
        let case = match self.code {
            200..=299 => return Ok(exchange.receipt.clone()),
            429 => Case::RateLimited,
            300..=407 | 409..=499 | 4000..=4999 => Case::Refused,
            _ => Case::ServiceFault,
        };
        let kind = case.kind(Vec::new(), self.retry_after());
        Err(exchange.failure(kind, Text::clean(self.words()).as_str()))
    }

    fn words(&self) -> &str {
        let message = self.body.get("errorMessage").unwrap_or(&self.body);
        message.as_str().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_goes_to_the_guests_socket_of_this_machine_and_nowhere_else() {
        let here = BaseUrl::api("http://127.0.0.1:8080").unwrap();
        let path = "/v1?deploymentId=d-1";
        assert_eq!(
            address(&here, path).map(String::from).as_deref(),
            Some("http://127.0.0.1:8080/v1?deploymentId=d-1")
        );
        for wrong in [
            "/v1",
            "/api/v2/x?deploymentId=d-1",
            "//10.0.0.1/v1?deploymentId=d-1",
            "http://10.0.0.1/v1?deploymentId=d-1",
            "/v1/../v2?deploymentId=d-1",
            "/v1?a/../../v1",
        ] {
            let found = address(&here, wrong);
            let strays = found.filter(|url| url.origin().ascii_serialization() != here.as_str());
            assert_eq!(strays, None, "{wrong}");
        }
        for wrong in ["/v1", "/api/v2/x?d=1", "//10.0.0.1/v1?d=1", "/v2?d=1"] {
            assert_eq!(address(&here, wrong), None, "{wrong}");
        }
        let real = BaseUrl::api("https://api.mypurecloud.ie").unwrap();
        assert_eq!(address(&real, path), None);
    }
}
