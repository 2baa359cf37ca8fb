//! Guests: their sockets, their state, and what they are told when somebody ends their conversation.
//!
//! Pure: frames come in as text, frames go out as pushes. Sockets are the server's.

use super::exchange::{Outbox, Request, SocketId};
use super::refusal::Refusal;
use super::truth::Truth;
use super::world::World;
use jiff::Timestamp;

/// Every guest of every deployment.
#[derive(Debug, Default)]
pub(super) struct Guests {}

impl Guests {
    /// Whether a path is the guests' socket.
    pub(super) fn is_theirs(path: &str) -> bool {
        path == "/v1"
    }

    /// A socket opens, or is refused with the answer to its upgrade.
    pub(super) fn open(
        &mut self,
        _socket: SocketId,
        _request: &Request,
        _world: &mut World,
        _now: Timestamp,
    ) -> Result<(), Refusal> {
        Err(Refusal::not_served())
    }

    /// A guest sent a text frame.
    pub(super) fn heard(
        &mut self,
        _socket: SocketId,
        _text: &str,
        _world: &mut World,
        _now: Timestamp,
        _out: &mut Outbox,
    ) {
    }

    /// A socket is gone.
    pub(super) fn closed(&mut self, _socket: SocketId, _now: Timestamp) {}

    /// What happened in the world since the last time, oldest first.
    pub(super) fn observe(&mut self, _world: &World, _news: &[Truth], _out: &mut Outbox) {}

    /// Does what is due by now.
    pub(super) fn tick(&mut self, _world: &mut World, _now: Timestamp, _out: &mut Outbox) {}

    /// When something is due next.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        None
    }
}
