//! Notifications: channels, what they are subscribed to, and the events they are sent.
//!
//! Pure: frames come in as text, frames go out as pushes. An event is a projection of the world, made
//! when the world changed; nothing is kept for a channel that nobody listens to.

use super::exchange::{Outbox, Request, SocketId};
use super::refusal::Refusal;
use super::truth::Truth;
use super::world::World;
use jiff::Timestamp;

/// Every channel.
#[derive(Debug, Default)]
pub(super) struct Hub {}

impl Hub {
    /// Whether a path is a channel's socket.
    pub(super) fn is_theirs(path: &str) -> bool {
        path.starts_with("/channels/")
    }

    /// A socket opens, or is refused with the answer to its upgrade.
    pub(super) fn open(
        &mut self,
        _socket: SocketId,
        _request: &Request,
        _now: Timestamp,
    ) -> Result<(), Refusal> {
        Err(Refusal::not_served())
    }

    /// A client sent a text frame.
    pub(super) fn heard(
        &mut self,
        _socket: SocketId,
        _text: &str,
        _now: Timestamp,
        _out: &mut Outbox,
    ) {
    }

    /// A socket is gone.
    pub(super) fn closed(&mut self, _socket: SocketId, _now: Timestamp) {}

    /// What happened in the world since the last time, oldest first.
    pub(super) fn observe(&mut self, _world: &World, _news: &[Truth], _out: &mut Outbox) {}

    /// Does what is due by now.
    pub(super) fn tick(&mut self, _now: Timestamp, _out: &mut Outbox) {}

    /// When something is due next.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        None
    }
}
