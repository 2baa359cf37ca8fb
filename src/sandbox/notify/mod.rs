//! Notifications: channels, what they are subscribed to, and the events they are sent.
//!
//! Pure: frames come in as text, frames go out as pushes. An event is a projection of the world, made
//! when the world changed; nothing is kept for a channel that nobody listens to, nothing is replayed.
//!
//! | question | where |
//! |---|---|
//! | which topics there are, who may listen | `topic.rs`, `subscribing.rs` |
//! | how long a channel lives, which gives way | `channel.rs` |
//! | one connection each, heartbeats, closings | `wire.rs`, its words in `frames.rs` |
//! | which topics a change is told on | `telling.rs` |
//! | what an event says | `picture.rs`, `details.rs`, `metrics.rs`, `depths.rs`, `reaching.rs`, held to the document by `fitting.rs` |
//! | what goes wrong on order | `mischief.rs` |
//!
//! What the reference leaves open is chosen like this. A channel that is gone leaves its socket open:
//! it is told why, hears nothing more, and whatever it asks is answered 404. A second connection to a
//! channel replaces the first, which is told the same and closed. A channel lives by the token that
//! subscribed last. Permissions are asked for when a topic is subscribed to, and not again.

mod channel;
mod depths;
mod details;
mod fitting;
mod frames;
mod metrics;
mod mischief;
mod moment;
mod picture;
mod reaching;
mod subscribing;
mod telling;
#[cfg(test)]
mod tests;
pub(super) mod topic;
mod wire;

pub(super) use channel::{Channel, Owner};
pub(super) use mischief::Mischief;
pub(super) use subscribing::{Clearance, Judged, Problem};
pub(super) use telling::Issued;

use super::exchange::{Outbox, SocketId};
use super::random::Random;
use channel::Channels;
use depths::Depths;
use jiff::{SignedDuration, Timestamp};
use mischief::Mischiefs;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;
use wire::{Death, Wire};

/// Every channel.
#[derive(Debug)]
pub(super) struct Hub {
    channels: Channels,
    wires: BTreeMap<SocketId, Wire>,
    mischiefs: Mischiefs,
    depths: Depths,
    out: Outbox,
    /// Where clients reach this sandbox's sockets.
    address: String,
    organization: String,
    /// The time between two heartbeats.
    heartbeat: SignedDuration,
    correlation: Random,
}

/// Who asks something of the hub over HTTP.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listener<'a> {
    pub(super) owner: &'a Owner,
    pub(super) token: &'a str,
}

impl Hub {
    pub(super) fn new(seed: u64, organization: Uuid, heartbeat_ms: u32) -> Self {
        Self {
            channels: Channels::new(seed),
            wires: BTreeMap::new(),
            mischiefs: Mischiefs::new(seed),
            depths: Depths::default(),
            out: Outbox::new(),
            address: String::new(),
            organization: organization.to_string(),
            heartbeat: SignedDuration::from_millis(i64::from(heartbeat_ms.max(1))),
            correlation: Random::stream(seed, "notifications"),
        }
    }

    /// Learns the address of this sandbox: `http` becomes `ws`, `https` becomes `wss`.
    pub(super) fn reach_at(&mut self, url: &str) {
        self.address = url.replacen("http", "ws", 1);
    }

    /// Where a channel's socket is.
    pub(super) fn connect_uri(&self, channel: &str) -> String {
        format!("{}/channels/{channel}", self.address)
    }

    /// Opens a channel. The 21st takes the place of the one that was used least recently, of those
    /// without a connection where there are any.
    pub(super) fn open_channel(&mut self, by: Listener<'_>, now: Timestamp) -> Channel {
        let (channel, evicted) = self.channels.open(by.owner, by.token, now);
        let channel = channel.clone();
        if let Some(evicted) = evicted {
            self.tell_death(&evicted, Death::Evicted, now);
        }
        channel
    }

    /// The channels of an owner, or only those that live by a token.
    pub(super) fn channels_of<'a>(
        &'a self,
        owner: &'a Owner,
        token: Option<&'a str>,
    ) -> impl Iterator<Item = &'a Channel> {
        let own = self.channels.all().filter(move |one| one.owner == *owner);
        own.filter(move |one| token.is_none_or(|token| one.token == token))
    }

    /// A channel of the caller's, which counts as used.
    pub(super) fn channel(&mut self, by: Listener<'_>, id: &str) -> Option<&Channel> {
        self.channels.get(id).filter(|one| one.owner == *by.owner)?;
        self.channels.used(id).map(|one| &*one)
    }

    /// Subscribes a channel of the caller's to topics: all of them, or, where errors are ignored, those
    /// that the caller may listen to. From then on the channel lives by the caller's token.
    pub(super) fn subscribe(
        &mut self,
        channel: &str,
        by: Listener<'_>,
        wish: &Wish<'_>,
        clearance: Clearance<'_>,
        now: Timestamp,
    ) -> Result<Vec<Judged>, Problem> {
        let judged = subscribing::judge(wish.names, by.token, clearance)?;
        let (open, closed): (Vec<Judged>, Vec<Judged>) = judged
            .iter()
            .cloned()
            .partition(|one| one.rejection.is_none());
        if !closed.is_empty() && !wish.ignore_errors {
            return Err(Problem::Forbidden(closed));
        }
        let topics: Vec<_> = open.into_iter().map(|one| one.topic).collect();
        let done = self.channels.subscribe(channel, &topics, wish.instead, now);
        done.map_err(|channel::TooMany| Problem::TooMany)?;
        if let Some(channel) = self.channels.used(channel) {
            by.token.clone_into(&mut channel.token);
        }
        Ok(judged)
    }

    /// Takes every topic off a channel.
    pub(super) fn clear(&mut self, channel: &str) {
        self.channels.clear(channel);
    }

    /// Takes new orders for what is to go wrong; open sockets are closed as they say.
    pub(super) fn misbehave(&mut self, orders: Mischief, now: Timestamp) {
        let once = orders.close_ms.map(|span| mischief::later(now, span));
        self.mischiefs.obey(orders, now);
        let closing = self.mischiefs.closing(now);
        for wire in self.wires.values_mut() {
            wire.close_at([once, closing].into_iter().flatten().min());
        }
    }

    /// What is to go out since the last time this was asked.
    pub(super) fn take_pushes(&mut self) -> Outbox {
        std::mem::take(&mut self.out)
    }

    /// An event for whoever listens to a topic; it is made only where somebody does.
    fn tell(
        &mut self,
        topic: &str,
        correlation: Option<&str>,
        now: Timestamp,
        body: impl FnOnce() -> Value,
    ) {
        let sockets = self.channels.sockets_of(topic);
        if sockets.is_empty() {
            return;
        }
        let own = self.correlation.uuid().to_string();
        let frame = frames::event(topic, &body(), correlation.unwrap_or(&own));
        for socket in sockets {
            self.send_event(socket, &frame, now);
        }
    }
}

/// What a caller wants to listen to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish<'a> {
    pub(super) names: &'a [String],
    /// Instead of what the channel has, not beside it.
    pub(super) instead: bool,
    /// Leave out what the caller may not listen to.
    pub(super) ignore_errors: bool,
}
