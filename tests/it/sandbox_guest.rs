//! A guest of the sandbox: a plain WebSocket client that speaks the guests' protocol, and what it heard.

use crate::sandbox_ear::dial;
use crate::sandbox_support::Bench;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use uuid::Uuid;

/// The longest wait for a frame that must come.
const PATIENCE: Duration = Duration::from_secs(10);
/// Nobody dawdles.
pub(crate) const BRISK: &str = "[life]\nbot_answers_ms = [5, 10]\nagent_answers_ms = [10, 20]\n\
    guest_waits_ms = [20, 40]\n[platform]\napply_ms = [5, 20]\n";

/// One socket of a guest.
pub(crate) struct Guest {
    pub(crate) token: Uuid,
    deployment: String,
    stream: WebSocketStream<TcpStream>,
    barriers: u32,
}

impl Guest {
    /// A socket that has said nothing yet.
    pub(crate) async fn connect(bench: &Bench, token: Uuid) -> Self {
        let deployment = bench.sandbox.welcome().deployment_id.to_string();
        let stream = dial(&address(bench, &deployment)).await.unwrap();
        Self {
            token,
            deployment,
            stream,
            barriers: 0,
        }
    }

    /// A guest who was not there before.
    pub(crate) async fn arrive(bench: &Bench) -> Self {
        Self::resume(bench, Uuid::new_v4()).await.0
    }

    /// A guest with a token, and the answer to its first frame.
    pub(crate) async fn resume(bench: &Bench, token: Uuid) -> (Self, Value) {
        let mut guest = Self::connect(bench, token).await;
        let answer = guest.configure(false).await;
        (guest, answer)
    }

    /// A guest who talks with an agent, and the id of the conversation.
    pub(crate) async fn served(bench: &Bench) -> (Self, String) {
        let mut guest = Self::arrive(bench).await;
        let echo = guest.say("hello").await;
        let id = conversation_of(bench, &echo);
        guest
            .until(|frame| frame["body"]["originatingEntity"] == "Human" && is_text(frame))
            .await;
        (guest, id)
    }

    pub(crate) async fn configure(&mut self, start_new: bool) -> Value {
        let deployment = self.deployment.clone();
        self.send(json!({
            "action": "configureSession",
            "deploymentId": deployment,
            "startNew": start_new,
        }))
        .await;
        self.until(|frame| frame["type"] == "response").await
    }

    /// Writes, and answers the echo, or whatever came in its place.
    pub(crate) async fn say(&mut self, text: &str) -> Value {
        self.message(json!({ "type": "Text", "text": text })).await
    }

    pub(crate) async fn message(&mut self, message: Value) -> Value {
        let tracing = Uuid::new_v4().to_string();
        self.send(json!({ "action": "onMessage", "message": message, "tracingId": tracing }))
            .await;
        self.until(|frame| frame["tracingId"] == *tracing).await
    }

    pub(crate) async fn presence(&mut self, kind: &str) -> Value {
        let event = json!({ "eventType": "Presence", "presence": { "type": kind } });
        self.message(json!({ "type": "Event", "events": [event] }))
            .await
    }

    /// A token for the guest's own history.
    pub(crate) async fn jwt(&mut self) -> String {
        self.send(json!({ "action": "getJwt", "tracingId": "jwt" }))
            .await;
        let answer = self.until(|frame| frame["tracingId"] == "jwt").await;
        answer["body"]["jwt"].as_str().unwrap().to_owned()
    }

    /// Sends a frame with the token put in.
    pub(crate) async fn send(&mut self, mut frame: Value) {
        frame["token"] = json!(self.token);
        self.send_text(&frame.to_string()).await;
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        self.stream.send(message).await.unwrap();
    }

    /// The next frame, or how the socket was closed.
    pub(crate) async fn next_or_close(&mut self) -> Result<Value, Option<CloseFrame>> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.stream.next());
            match next.await.expect("a frame in time") {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    pub(crate) async fn next(&mut self) -> Value {
        match self.next_or_close().await {
            Ok(frame) => frame,
            Err(close) => panic!("closed instead of a frame: {close:?}"),
        }
    }

    /// Skips frames until one is as wished.
    pub(crate) async fn until(&mut self, wished: impl Fn(&Value) -> bool) -> Value {
        let searching = async {
            loop {
                let frame = self.next().await;
                if wished(&frame) {
                    return frame;
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, searching).await;
        found.expect("the frame came in time")
    }

    /// The frames that came before the answer to a question asked now: all that was on its way.
    pub(crate) async fn drain(&mut self) -> Vec<Value> {
        self.barriers += 1;
        let tracing = format!("barrier-{}", self.barriers);
        self.send(json!({ "action": "getConfiguration", "tracingId": tracing }))
            .await;
        let mut heard = Vec::new();
        loop {
            let frame = self.next().await;
            if frame["tracingId"] == *tracing {
                return heard;
            }
            heard.push(frame);
        }
    }

    /// Closes the socket and waits until the other side has.
    pub(crate) async fn hang_up(mut self) {
        self.stream.close(None).await.unwrap();
        while self.next_or_close().await.is_ok() {}
    }
}

pub(crate) fn address(bench: &Bench, deployment: &str) -> String {
    let url = bench.sandbox.welcome().url.replacen("http", "ws", 1);
    format!("{url}/v1?deploymentId={deployment}&application=test-1")
}

pub(crate) fn is_text(frame: &Value) -> bool {
    frame["body"]["type"] == "Text"
}

pub(crate) fn is_disconnect(frame: &Value) -> bool {
    frame["body"]["events"][0]["presence"]["type"] == "Disconnect"
}

/// The conversation that a message was written to, by the ground truth.
pub(crate) fn conversation_of(bench: &Bench, echo: &Value) -> String {
    let id: Uuid = echo["body"]["id"].as_str().unwrap().parse().unwrap();
    let truth = bench.sandbox.truth();
    let mut all = truth.iter();
    let line = all.find(|line| line.message == Some(id));
    line.expect("the message is in the truth")
        .conversation
        .to_string()
}

/// A sandbox with one deployment, whose people are brisk.
pub(crate) async fn bench(deployment: &str) -> Bench {
    Bench::of(&format!(
        "{BRISK}[[deployment]]\nname = \"Test\"\n{deployment}\n"
    ))
    .await
}

/// Reads a conversation until it is as wished.
pub(crate) async fn read_until(bench: &Bench, id: &str, wished: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    let mut turns = tokio::time::interval(Duration::from_millis(20));
    loop {
        turns.tick().await;
        let seen = bench.get(&format!("/api/v2/conversations/{id}")).await;
        if wished(&seen) {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{seen:#}");
    }
}
