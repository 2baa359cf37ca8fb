//! What a guest asks and is answered, with nothing changed by it.

use super::desk::Desk;
use super::envelope::Envelope;
use super::sent::Sent;
use super::session::State;
use super::{Guests, MINUTE, Reply, attachment};
use crate::sandbox::exchange::SocketId;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// The largest custom attributes, in bytes of JSON.
pub(super) const ATTRIBUTES_MAX: usize = 2048;

impl Guests {
    /// `echo`: is anybody there? It creates nothing, and is no sign of life.
    pub(super) fn echo(&mut self, socket: SocketId, sent: &Sent, desk: &Desk<'_>) -> Reply {
        let allowed = self.rules.echoes_per_minute;
        if let Some(connection) = self.connections.get_mut(&socket) {
            let counted = connection.echoes.take(allowed, MINUTE, desk.now);
            counted.map_err(|seconds| Envelope::too_many(seconds, "Echo rate too high"))?;
        }
        let bound = self.connections.get(&socket).and_then(|one| one.session);
        let state = bound.and_then(|key| self.sessions.get(&key));
        if state.is_some_and(|one| one.state == State::Expired) {
            return Ok(Some(Envelope::expired(self.rules.expiry_is_response)));
        }
        let key = self.alive(socket, sent)?;
        let (id, message) = (self.chance.uuid(), self.chance.uuid());
        let Some(session) = self.sessions.get_mut(&key) else {
            return Err(Envelope::failed());
        };
        let said = sent.message.as_ref().and_then(|one| one.text.as_deref());
        let time = session.stamp(desk.now);
        Ok(Some(Envelope::echo(json!({
            "id": id.simple().to_string(),
            "type": "Text",
            "text": said.unwrap_or(""),
            "direction": "Inbound",
            "channel": { "time": format!("{time:.3}"), "messageId": message },
            "metadata": {
                "durationSeconds": session.duration.to_string(),
                "expirationDate": session.expires.as_second().to_string(),
            },
        }))))
    }

    /// `getJwt`: a token for the history.
    pub(super) fn issue_jwt(&mut self, socket: SocketId, sent: &Sent, now: Timestamp) -> Reply {
        let key = self.alive(socket, sent)?;
        let (jwt, expiry) = self.accounts.pass(key, self.rules.jwt_seconds, now);
        Ok(Some(Envelope::jwt(&jwt, expiry.as_second())))
    }

    /// `getConfiguration`.
    pub(super) fn configuration(&self, socket: SocketId, desk: &Desk<'_>) -> Reply {
        let connection = self.connections.get(&socket).ok_or_else(Envelope::failed)?;
        let deployment = desk.world.directory.deployment(connection.deployment);
        let seconds = deployment.map_or(0, |one| one.silence_seconds);
        let mut body = self.media_rules();
        body.insert("messageRoutingEnabled".to_owned(), json!(true));
        body.insert("sessionDurationSeconds".to_owned(), json!(seconds));
        Ok(Some(Envelope::configuration(Value::Object(body))))
    }

    /// What may be sent along with text.
    #[expect(clippy::unused_self, reason = "asked of the guests, as all else is")]
    pub(super) fn media_rules(&self) -> Map<String, Value> {
        let inbound = json!({
            "fileTypes": [{ "type": "*/*" }],
            "maxFileSizeKB": attachment::SIZE_MAX_KB,
        });
        let mut body = Map::new();
        body.insert("allowedMedia".to_owned(), json!({ "inbound": inbound }));
        body.insert("blockedExtensions".to_owned(), json!(attachment::BLOCKED));
        body.insert("maxCustomDataBytes".to_owned(), json!(ATTRIBUTES_MAX));
        body
    }
}
