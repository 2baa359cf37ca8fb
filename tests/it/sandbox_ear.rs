//! An ear on a channel of the sandbox: a plain WebSocket client, and what it heard.

use crate::sandbox_support::Bench;
use futures_util::{SinkExt, StreamExt};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// The longest wait for a frame that must come.
const PATIENCE: Duration = Duration::from_secs(10);
pub(crate) const CHANNELS: &str = "/api/v2/notifications/channels";

/// A connection to one channel.
pub(crate) struct Ear {
    pub(crate) channel: String,
    stream: WebSocketStream<TcpStream>,
}

impl Ear {
    /// A new channel, connected.
    pub(crate) async fn open(bench: &Bench) -> Self {
        let channel = new_channel(bench).await;
        Self::connect(&channel).await
    }

    /// A connection to a channel, as `POST /channels` showed it.
    pub(crate) async fn connect(channel: &Value) -> Self {
        let uri = channel["connectUri"].as_str().unwrap();
        let stream = dial(uri).await.expect("the channel can be connected to");
        let channel = channel["id"].as_str().unwrap().to_owned();
        Self { channel, stream }
    }

    /// The same, subscribed to topics.
    pub(crate) async fn on(bench: &Bench, topics: &[String]) -> Self {
        let ear = Self::open(bench).await;
        let (status, body) = subscribe(bench, &ear.channel, topics).await;
        assert_eq!(status, 200, "{body}");
        ear
    }

    pub(crate) async fn say(&mut self, frame: &Value) {
        self.say_text(&frame.to_string()).await;
    }

    pub(crate) async fn say_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.unwrap();
    }

    /// The next frame; an error or a close frame ends the test.
    pub(crate) async fn next(&mut self) -> Value {
        match self.next_or_close().await {
            Ok(frame) => frame,
            Err(close) => panic!("closed instead of a frame: {close:?}"),
        }
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

    /// The next event of a topic.
    pub(crate) async fn event(&mut self, topic: &str) -> Value {
        self.until(|frame| frame["topicName"] == topic).await
    }

    /// Everything that was on its way: what comes before the answer to a ping sent now.
    pub(crate) async fn drain(&mut self) -> Vec<Value> {
        self.say(&json!({ "message": "ping" })).await;
        let mut heard = Vec::new();
        loop {
            let frame = self.next().await;
            if frame["eventBody"]["message"] == "pong" {
                return heard;
            }
            if frame["topicName"] != "channel.metadata" {
                heard.push(frame);
            }
        }
    }

    /// Closes the connection and waits until the other side has.
    pub(crate) async fn hang_up(mut self) {
        self.stream.close(None).await.unwrap();
        while self.next_or_close().await.is_ok() {}
    }
}

/// Opens a WebSocket in plain text.
pub(crate) async fn dial(uri: &str) -> Result<WebSocketStream<TcpStream>, Error> {
    let host = uri.strip_prefix("ws://").expect("a plain socket");
    let host = host.split('/').next().unwrap();
    let stream = TcpStream::connect(host).await.unwrap();
    client_async(uri, stream).await.map(|(stream, _)| stream)
}

pub(crate) async fn new_channel(bench: &Bench) -> Value {
    let (status, channel) = bench.ask(Method::POST, CHANNELS, None).await;
    assert_eq!(status, 200, "{channel}");
    channel
}

/// `POST …/subscriptions`.
pub(crate) async fn subscribe(bench: &Bench, channel: &str, topics: &[String]) -> (u16, Value) {
    let path = format!("{CHANNELS}/{channel}/subscriptions");
    let topics: Vec<Value> = topics.iter().map(|id| json!({ "id": id })).collect();
    let (status, body) = bench.ask(Method::POST, &path, Some(&json!(topics))).await;
    (status.as_u16(), body)
}
