//! What a frame of a channel's socket says.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::event::Body;
use crate::domain::sighting::Event;
use crate::domain::text::Text;

/// What one frame says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Frame {
    /// Something happened in a conversation.
    Event(Box<Event>),
    /// The service is there: a heartbeat, a pong, or something that does not concern us.
    Alive,
    /// This connection is closed soon.
    Closing,
    /// The channel, or the connection to it, gave way to another, or its time is over; in the service's words.
    Gone(Text),
    /// The token of the channel was revoked.
    Revoked,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    topic_name: Option<String>,
    #[serde(default)]
    event_body: Value,
    /// Of an answer to a request over the socket.
    result: Option<String>,
}

/// What the service says of a channel.
#[derive(Deserialize)]
struct System {
    message: Option<String>,
}

impl Frame {
    /// What a text says that came now. What makes no sense says that somebody is there, and no more.
    pub(super) fn of(text: &str, now: Timestamp) -> Self {
        let Ok(wire) = serde_json::from_str::<Wire>(text) else {
            return Self::Alive;
        };
        let topic = wire.topic_name.unwrap_or_default();
        if topic.starts_with("v2.routing.queues.") {
            let body: Option<Body> = serde_json::from_value(wire.event_body).ok();
            let event = body.and_then(|body| body.event(now));
            return event.map_or(Self::Alive, |event| Self::Event(Box::new(event)));
        }
        if topic.starts_with("v2.system.socket_closing") {
            return Self::Closing;
        }
        if topic.starts_with("v2.system.token_revoked") {
            return Self::Revoked;
        }
        if topic.starts_with("v2.system.no_longer_subscribed") {
            let said: Option<System> = serde_json::from_value(wire.event_body).ok();
            let words = said.and_then(|said| said.message);
            return Self::Gone(Text::clean(words.as_deref().unwrap_or("it gave way")));
        }
        if wire.result.as_deref() == Some("404") {
            return Self::Gone(Text::clean("the service does not know it any more"));
        }
        Self::Alive
    }
}
