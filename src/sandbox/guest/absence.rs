//! What notifications tell of guests: which of them are not there to receive, and who types.

use super::Guests;
use super::session::Session;
use crate::sandbox::world::World;
use crate::sandbox::world::conversation::Conversation;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

impl Guests {
    /// Until when something that was written at a time waits for the guest of a conversation; nothing
    /// where the guest has a socket open. Guests who never had one are offline.
    pub(in crate::sandbox) fn waits_until(
        &self,
        one: &Conversation,
        at: Timestamp,
        world: &World,
    ) -> Option<Timestamp> {
        let key = self.by_conversation.get(&one.id);
        let session = key.and_then(|key| self.sessions.get(key));
        match session.filter(|session| session.is_alive()) {
            Some(Session { sockets, .. }) if !sockets.is_empty() => None,
            Some(session) => Some(session.expires),
            None => {
                let deployment = world.directory.deployment(one.deployment)?;
                let span = SignedDuration::from_secs(deployment.silence_seconds);
                at.checked_add(span).ok()
            }
        }
    }

    /// The conversations whose guests began to type since this was asked last.
    pub(in crate::sandbox) fn take_typing(&mut self) -> Vec<Uuid> {
        std::mem::take(&mut self.typing)
    }
}
