//! The frames of a channel's socket, as text.

use serde_json::{Value, json};

/// The version that every event carries.
const VERSION: &str = "2";

/// `channel.metadata`: the service's own words, heartbeats and pongs.
fn metadata(message: &str) -> String {
    let frame = json!({ "topicName": "channel.metadata", "eventBody": { "message": message } });
    frame.to_string()
}

pub(super) fn heartbeat() -> String {
    metadata("WebSocket Heartbeat")
}

pub(super) fn pong() -> String {
    metadata("pong")
}

/// One event of a topic.
pub(super) fn event(topic: &str, body: &Value, correlation: &str) -> String {
    let frame = json!({
        "topicName": topic,
        "version": VERSION,
        "eventBody": body,
        "metadata": { "CorrelationId": correlation },
    });
    frame.to_string()
}

/// What a request over the socket is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// `subscribed` or `unsubscribed`.
    Done(&'static str),
    /// Why nothing was done.
    Failed(String),
    /// The channel is gone.
    Gone,
}

impl Reply {
    /// The frame; it repeats the request's correlation id where that had one.
    pub(super) fn frame(&self, correlation: Option<&Value>) -> String {
        let mut frame = match self {
            Self::Done(status) => json!({ "result": "200", "status": status }),
            Self::Failed(message) => {
                json!({ "result": "400", "status": "failure", "message": message })
            }
            Self::Gone => json!({
                "result": "404",
                "status": "failure",
                "message": "The channel does not exist any more. Create a new one.",
            }),
        };
        if let (Some(members), Some(correlation)) = (frame.as_object_mut(), correlation) {
            members.insert("correlationId".to_owned(), correlation.clone());
        }
        frame.to_string()
    }
}
