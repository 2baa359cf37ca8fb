//! The sockets of channels: who may connect, what is heard, heartbeats, closings, deaths of channels.

use super::channel::{Channel, after};
use super::frames::{self, Reply};
use super::subscribing::Clearance;
use super::{Hub, Listener, Wish};
use crate::sandbox::exchange::{Push, Request, SocketId};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::world::World;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// How long before a closing it is announced, where there is time.
const NOTICE: SignedDuration = SignedDuration::from_secs(60);
/// The close code of everything that is no error.
const NORMAL: u16 = 1000;
/// The close code of maintenance.
const GOING_AWAY: u16 = 1001;

/// One open socket.
#[derive(Debug)]
pub(super) struct Wire {
    /// The id of its channel, which may be gone.
    channel: String,
    /// The next heartbeat.
    beat: Timestamp,
    /// When it is to close.
    closes: Option<Timestamp>,
    /// Whether that was announced.
    announced: bool,
}

/// Why a channel is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Death {
    /// Another channel took its place.
    Evicted,
    /// Its 24 h are over, or its token's time.
    Expired,
    /// Its token was revoked.
    Revoked,
}

impl Wire {
    /// Sets or takes back the time of closing.
    pub(super) fn close_at(&mut self, at: Option<Timestamp>) {
        self.closes = at;
        self.announced = false;
    }

    fn announcement(&self) -> Option<Timestamp> {
        let closes = self.closes.filter(|_| !self.announced)?;
        closes.checked_sub(NOTICE).ok()
    }
}

impl Hub {
    /// Whether a path is a channel's socket.
    pub(in crate::sandbox) fn is_theirs(path: &str) -> bool {
        path.starts_with("/channels/")
    }

    /// A socket opens, or is refused with the answer to its upgrade. It replaces the one before.
    pub(in crate::sandbox) fn open(
        &mut self,
        socket: SocketId,
        request: &Request,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let id = request.path.strip_prefix("/channels/").unwrap_or("");
        let channel = self.channels.used(id).ok_or_else(Refusal::not_found)?;
        let before = channel.socket.replace(socket);
        let channel = channel.clone();
        if let Some(before) = before {
            self.say_goodbye(before, &channel, Death::Evicted, now);
            let reason = "Another connection to this channel was opened.".to_owned();
            self.close(before, NORMAL, reason);
        }
        let wire = Wire {
            channel: channel.id,
            beat: after(now, self.heartbeat),
            closes: self.mischiefs.closing(now),
            announced: false,
        };
        self.wires.insert(socket, wire);
        Ok(())
    }

    /// A client sent a text frame. Nothing happens where the socket is nobody's here.
    pub(in crate::sandbox) fn heard(
        &mut self,
        socket: SocketId,
        text: &str,
        clearance: Clearance<'_>,
        now: Timestamp,
    ) {
        let Some(wire) = self.wires.get(&socket) else {
            return;
        };
        let id = wire.channel.clone();
        let frame: Value = serde_json::from_str(text).unwrap_or(Value::Null);
        let correlation = frame.get("correlationId").filter(|id| id.is_string());
        let answer = match self.channels.used(&id) {
            None => Reply::Gone.frame(correlation),
            Some(_) if frame.get("message") == Some(&json!("ping")) => frames::pong(),
            Some(channel) => {
                let (owner, token) = (channel.owner.clone(), channel.token.clone());
                let by = Listener {
                    owner: &owner,
                    token: &token,
                };
                let reply = self.asked(&id, by, &frame, clearance, now);
                reply.frame(correlation)
            }
        };
        self.send(socket, answer, now);
    }

    fn asked(
        &mut self,
        channel: &str,
        by: Listener<'_>,
        frame: &Value,
        clearance: Clearance<'_>,
        now: Timestamp,
    ) -> Reply {
        let wanted = frame.get("message").and_then(Value::as_str);
        let subscribes = match wanted {
            Some("subscribe") => true,
            Some("unsubscribe") => false,
            _ => {
                let words = "The frame must be a JSON object whose `message` is ping, subscribe or unsubscribe.";
                return Reply::Failed(words.to_owned());
            }
        };
        let topics = frame.get("topics").and_then(Value::as_array);
        let names: Option<Vec<String>> = topics.and_then(|all| {
            let names = all.iter().map(|name| name.as_str().map(str::to_owned));
            names.collect()
        });
        let Some(names) = names else {
            return Reply::Failed("The frame needs `topics`, a list of topic names.".to_owned());
        };
        if !subscribes {
            self.channels.unsubscribe(channel, &names);
            return Reply::Done("unsubscribed");
        }
        let wish = Wish {
            names: &names,
            instead: false,
            ignore_errors: false,
        };
        match self.subscribe(channel, by, &wish, clearance, now) {
            Ok(_) => Reply::Done("subscribed"),
            Err(problem) => Reply::Failed(problem.to_string()),
        }
    }

    /// A socket is gone, whoever closed it.
    pub(in crate::sandbox) fn closed(&mut self, socket: SocketId) {
        let Some(wire) = self.wires.remove(&socket) else {
            return;
        };
        let holds = |one: &Channel| one.socket == Some(socket);
        if self.channels.get(&wire.channel).is_some_and(holds)
            && let Some(channel) = self.channels.used(&wire.channel)
        {
            channel.socket = None;
        }
    }

    /// Does what is due by now: channels that die, heartbeats, closings, events that were kept back.
    pub(in crate::sandbox) fn tick(
        &mut self,
        world: &World,
        clearance: Clearance<'_>,
        now: Timestamp,
    ) {
        let dead = self.channels.all().filter_map(|one| {
            let death = death(one, clearance, now)?;
            Some((one.id.clone(), death))
        });
        for (id, death) in dead.collect::<Vec<_>>() {
            if let Some(channel) = self.channels.remove(&id) {
                self.tell_death(&channel, death, now);
            }
        }
        self.tell_depths(world, now);
        for (socket, frame) in self.mischiefs.released(now) {
            self.send(socket, frame, now);
        }
        let sockets: Vec<SocketId> = self.wires.keys().copied().collect();
        for socket in sockets {
            self.attend(socket, now);
        }
    }

    /// When something is due next.
    pub(in crate::sandbox) fn next_due(&self, clearance: Clearance<'_>) -> Option<Timestamp> {
        let channels = self.channels.all();
        let channels = channels.flat_map(|one| [Some(one.expires), clearance.expiry(&one.token)]);
        let wires = self.wires.values();
        let wires = wires.flat_map(|one| [Some(one.beat), one.closes, one.announcement()]);
        let more = [self.mischiefs.next_due(), self.depths.next_due()];
        let all = channels.chain(wires).chain(more);
        all.flatten().min()
    }

    fn attend(&mut self, socket: SocketId, now: Timestamp) {
        let heartbeat = self.heartbeat;
        let Some(wire) = self.wires.get_mut(&socket) else {
            return;
        };
        let channel = wire.channel.clone();
        let announces = wire.announcement().is_some_and(|at| at <= now);
        wire.announced |= announces;
        let closes = wire.closes.is_some_and(|at| at <= now);
        let beats = wire.beat <= now;
        if beats {
            wire.beat = after(now, heartbeat);
        }
        if announces {
            let body = json!({
                "channelId": channel,
                "organizationId": self.organization,
                "message": "The connection will be closed for maintenance. Open another one.",
            });
            self.send_system(socket, "v2.system.socket_closing", &body, now);
        }
        if closes {
            self.close(socket, GOING_AWAY, "Maintenance.".to_owned());
        } else if beats && self.channels.get(&channel).is_some() {
            self.send(socket, frames::heartbeat(), now);
        }
    }

    /// Tells the socket of a channel that is gone, which then stays open and hears nothing more.
    pub(super) fn tell_death(&mut self, channel: &Channel, death: Death, now: Timestamp) {
        if let Some(socket) = channel.socket {
            self.say_goodbye(socket, channel, death, now);
        }
    }

    fn say_goodbye(&mut self, socket: SocketId, channel: &Channel, death: Death, now: Timestamp) {
        let (kind, reason, message) = match death {
            Death::Evicted => (
                "no_longer_subscribed",
                Some("another_channel_subscribed"),
                "Another channel or connection took the place of this one.",
            ),
            Death::Expired => (
                "no_longer_subscribed",
                None,
                "The channel or its token has expired.",
            ),
            Death::Revoked => (
                "token_revoked",
                Some("user_tokens_revoked"),
                "The token of the channel was revoked.",
            ),
        };
        let mut body = json!({
            "channelId": channel.id,
            "systemTopicType": kind,
            "organizationId": self.organization,
            "oauthClientId": channel.owner.client,
            "oauthClientOrgId": self.organization,
            "message": message,
        });
        if let Some(members) = body.as_object_mut() {
            members.extend(reason.map(|reason| ("reason".to_owned(), json!(reason))));
            let user = channel.owner.user;
            members.extend(user.map(|user| ("userId".to_owned(), json!(user))));
        }
        let topic = format!("v2.system.{kind}.{}", channel.id);
        self.send_system(socket, &topic, &body, now);
    }

    /// What the service itself says needs no subscription.
    fn send_system(&mut self, socket: SocketId, topic: &str, body: &Value, now: Timestamp) {
        let correlation = self.correlation.uuid().to_string();
        self.send(socket, frames::event(topic, body, &correlation), now);
    }

    pub(super) fn send_event(&mut self, socket: SocketId, frame: &str, now: Timestamp) {
        for _ in 0..self.mischiefs.copies(socket, frame, now) {
            self.send(socket, frame.to_owned(), now);
        }
    }

    fn send(&mut self, socket: SocketId, frame: String, now: Timestamp) {
        if !self.mischiefs.is_silent(now) {
            self.out.push((socket, Push::Text(frame)));
        }
    }

    fn close(&mut self, socket: SocketId, code: u16, reason: String) {
        self.out.push((socket, Push::Close(code, reason)));
        self.closed(socket);
    }
}

/// Why a channel is to go now.
fn death(channel: &Channel, clearance: Clearance<'_>, now: Timestamp) -> Option<Death> {
    match clearance.expiry(&channel.token) {
        None => Some(Death::Revoked),
        Some(expiry) if expiry <= now => Some(Death::Expired),
        Some(_) if channel.expires <= now => Some(Death::Expired),
        Some(_) => None,
    }
}
