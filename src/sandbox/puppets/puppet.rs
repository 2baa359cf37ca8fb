//! What a simulated guest does with what it hears: the rules of the official client, as a value.
//!
//! Pure: it is told what came and how late it is, and says what to send.

use crate::sandbox::names;
use crate::sandbox::random::Random;
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// How often a guest asks whether anybody is there. The platform allows two in a minute.
const ECHO_EVERY: Duration = Duration::from_secs(31);
/// The tracing id by which the answer to that is known.
const ECHO: &str = "SGVhbHRoQ2hlY2tNZXNzYWdlSWQ=";

/// How a guest's client stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// The socket is open, nothing is answered yet.
    Connected,
    /// The guest may write.
    Configured,
    /// The other side ended the conversation, and the guest has seen it.
    Ended,
    /// The same, and the guest may write no more.
    ReadOnly,
    /// The guest wiped everything and waits to be told to go.
    Cleared,
    /// The token is worth nothing any more.
    Failed,
    /// The client has closed its socket.
    Gone,
}

/// What a guest does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Send(Value),
    /// Close the socket with 1000.
    Close,
}

/// One simulated guest.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Puppet {
    pub(super) token: Uuid,
    pub(super) deployment: Uuid,
    /// It takes no notice of a disconnect.
    pub(super) is_naive: bool,
    /// It writes from time to time, so long after each other, in milliseconds.
    pub(super) writes_every: Option<(u32, u32)>,
    /// A `Join` begins a conversation.
    pub(super) joins: bool,
    pub(super) standing: Standing,
    /// How many of its messages were refused.
    pub(super) refused: u32,
    random: Random,
}

impl Puppet {
    pub(in crate::sandbox) fn new(token: Uuid, deployment: Uuid, random: Random) -> Self {
        Self {
            token,
            deployment,
            is_naive: false,
            writes_every: None,
            joins: false,
            standing: Standing::Connected,
            refused: 0,
            random,
        }
    }

    /// It writes from time to time.
    pub(in crate::sandbox) fn writing(self, every: (u32, u32)) -> Self {
        Self {
            writes_every: Some(every),
            ..self
        }
    }

    /// It takes no notice of a disconnect.
    pub(in crate::sandbox) fn naive(self, is_naive: bool) -> Self {
        Self { is_naive, ..self }
    }

    /// It joins as soon as it is known, for the deployment begins conversations so.
    pub(in crate::sandbox) fn joining(self, joins: bool) -> Self {
        Self { joins, ..self }
    }

    /// The socket is open.
    pub(super) fn opened(&mut self) -> Act {
        self.standing = Standing::Connected;
        self.sent(json!({
            "action": "configureSession",
            "deploymentId": self.deployment,
            "startNew": false,
        }))
    }

    /// A frame came.
    pub(super) fn heard(&mut self, frame: &Value) -> Option<Act> {
        let body = frame.get("body")?;
        match frame.get("class")?.as_str()? {
            "SessionResponse" => self.configured(body),
            "StructuredMessage" => {
                self.told(body);
                None
            }
            "SessionClearedEvent" => {
                self.standing = Standing::Cleared;
                None
            }
            "ConnectionClosedEvent" => {
                self.standing = Standing::Gone;
                Some(Act::Close)
            }
            "SessionExpiredEvent" => self.fail(),
            "string" => match frame.get("code")?.as_u64()? {
                4006 | 4007 => self.fail(),
                409 => {
                    self.refused += 1;
                    None
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn configured(&mut self, body: &Value) -> Option<Act> {
        let says = |name| body.get(name).and_then(Value::as_bool).unwrap_or(false);
        if says("readOnly") {
            self.standing = Standing::ReadOnly;
            return None;
        }
        if !says("connected") {
            return None;
        }
        self.standing = Standing::Configured;
        let join = json!({
            "type": "Event",
            "events": [{ "eventType": "Presence", "presence": { "type": "Join" } }],
        });
        let joins = self.joins && says("newSession");
        joins.then(|| self.sent(json!({ "action": "onMessage", "message": join })))
    }

    /// What is read-only is said by the event, never by the deployment.
    fn told(&mut self, body: &Value) {
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
        let is_end = text("/direction") == Some("Outbound")
            && text("/events/0/presence/type") == Some("Disconnect");
        if is_end && !self.is_naive {
            self.standing = if text("/metadata/readOnly") == Some("true") {
                Standing::ReadOnly
            } else {
                Standing::Ended
            };
        }
    }

    fn fail(&mut self) -> Option<Act> {
        self.standing = Standing::Failed;
        self.token = self.random.uuid();
        None
    }

    /// The next message, if this guest has something to say.
    pub(super) fn speak(&mut self) -> Option<Act> {
        if self.standing != Standing::Configured {
            return None;
        }
        let text = self.random.word(&names::GUEST_LINES);
        let message = json!({ "type": "Text", "text": text });
        Some(self.sent(json!({ "action": "onMessage", "message": message })))
    }

    /// Is anybody there?
    pub(super) fn echo(&self) -> Option<Act> {
        let asks = matches!(
            self.standing,
            Standing::Configured | Standing::Ended | Standing::ReadOnly
        );
        let message = json!({ "type": "Text", "text": "ping" });
        asks.then(|| self.sent(json!({ "action": "echo", "message": message, "tracingId": ECHO })))
    }

    /// How long until it writes next.
    pub(super) fn pause(&mut self) -> Option<Duration> {
        let (shortest, longest) = self.writes_every?;
        let wait = self.random.between(shortest.into(), longest.into());
        Some(Duration::from_millis(wait.unsigned_abs()))
    }

    pub(super) fn echo_every() -> Duration {
        ECHO_EVERY
    }

    fn sent(&self, mut frame: Value) -> Act {
        if let Some(members) = frame.as_object_mut() {
            members.insert("token".to_owned(), json!(self.token));
        }
        Act::Send(frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn puppet() -> Puppet {
        let mut puppet = Puppet::new(Uuid::new_v4(), Uuid::new_v4(), Random::stream(1, "test"));
        puppet.opened();
        puppet
    }

    fn known(new: bool, read_only: bool) -> Value {
        let body = json!({ "connected": true, "newSession": new, "readOnly": read_only });
        json!({ "type": "response", "class": "SessionResponse", "code": 200, "body": body })
    }

    fn end(read_only: &Value) -> Value {
        let event = json!({ "eventType": "Presence", "presence": { "type": "Disconnect" } });
        let body = json!({ "type": "Event", "direction": "Outbound", "events": [event], "metadata": read_only });
        json!({ "type": "message", "class": "StructuredMessage", "code": 200, "body": body })
    }

    fn of_class(class: &str) -> Value {
        json!({ "type": "message", "class": class, "code": 200, "body": {} })
    }

    #[test]
    fn it_joins_where_a_new_guest_begins_by_itself_and_never_else() {
        for (joins, new, sent) in [
            (true, true, true),
            (true, false, false),
            (false, true, false),
        ] {
            let mut puppet = puppet().joining(joins);
            assert_eq!(puppet.heard(&known(new, false)).is_some(), sent);
            assert_eq!(puppet.standing, Standing::Configured);
        }
    }

    #[test]
    fn it_is_read_only_by_the_word_true_alone_and_stays_silent_once_told() {
        for (metadata, standing) in [
            (json!({ "readOnly": "true" }), Standing::ReadOnly),
            (json!({ "readOnly": "false" }), Standing::Ended),
            (json!({}), Standing::Ended),
        ] {
            let mut puppet = puppet();
            puppet.heard(&known(false, false));
            assert!(puppet.speak().is_some());
            puppet.heard(&end(&metadata));
            assert_eq!(puppet.standing, standing, "{metadata}");
            assert!(puppet.speak().is_none());
        }
        let mut returned = puppet();
        returned.heard(&known(false, true));
        assert_eq!(returned.standing, Standing::ReadOnly);
    }

    #[test]
    fn a_naive_one_writes_on_and_counts_what_is_refused() {
        let mut puppet = puppet().naive(true);
        puppet.heard(&known(false, false));
        puppet.heard(&end(&json!({ "readOnly": "true" })));
        assert!(puppet.speak().is_some());
        puppet.heard(&json!({ "type": "response", "class": "string", "code": 409, "body": "no" }));
        assert_eq!((puppet.refused, puppet.standing), (1, Standing::Configured));
    }

    #[test]
    fn it_goes_when_it_is_told_to_and_only_then() {
        let mut puppet = puppet();
        puppet.heard(&known(false, false));
        assert_eq!(puppet.heard(&of_class("SessionClearedEvent")), None);
        assert_eq!(puppet.standing, Standing::Cleared);
        let act = puppet.heard(&of_class("ConnectionClosedEvent"));
        assert_eq!((act, puppet.standing), (Some(Act::Close), Standing::Gone));
    }

    #[test]
    fn a_token_that_is_over_is_dropped() {
        let over = [
            of_class("SessionExpiredEvent"),
            json!({ "type": "response", "class": "string", "code": 4006, "body": "x" }),
            json!({ "type": "response", "class": "string", "code": 4007, "body": "x" }),
        ];
        for frame in over {
            let mut puppet = puppet();
            puppet.heard(&known(false, false));
            let token = puppet.token;
            assert_eq!(puppet.heard(&frame), None);
            assert_eq!(puppet.standing, Standing::Failed);
            assert_ne!(puppet.token, token);
            assert!(puppet.echo().is_none() && puppet.speak().is_none());
        }
    }

    #[test]
    fn its_own_echo_of_a_disconnect_word_means_nothing() {
        let mut puppet = puppet();
        puppet.heard(&known(false, false));
        let mut inbound = end(&json!({}));
        inbound["body"]["direction"] = json!("Inbound");
        puppet.heard(&inbound);
        for odd in [
            json!(null),
            json!([]),
            json!({}),
            json!({ "class": 3, "body": {} }),
        ] {
            assert_eq!(puppet.heard(&odd), None);
        }
        assert_eq!(puppet.standing, Standing::Configured);
    }
}
