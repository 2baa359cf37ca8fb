//! Agents who sign out and in. Signing out ends nothing: that is how `away` chats come about.

use super::{Directory, Presence, Routing, User};
use jiff::Timestamp;
use uuid::Uuid;

impl Directory {
    /// Signs an agent out: offline, and off queue.
    pub(in crate::sandbox) fn sign_out(&mut self, user: Uuid, at: Timestamp) {
        self.move_to(user, Presence::Offline, Routing::OffQueue, at);
    }

    /// Signs an agent in, and on queue.
    pub(in crate::sandbox) fn sign_in(&mut self, user: Uuid, at: Timestamp) {
        self.move_to(user, Presence::OnQueue, Routing::Idle, at);
    }

    fn move_to(&mut self, user: Uuid, presence: Presence, routing: Routing, at: Timestamp) {
        let mut agents = self.agents.iter_mut();
        if let Some(agent) = agents.find(|agent| agent.id == user)
            && let Ok(standing) = agent.standing.changed(Some(presence), Some(routing), at)
        {
            agent.standing = standing;
        }
    }
}

impl User {
    /// Work is routed to the user.
    pub(in crate::sandbox) fn is_on_queue(&self) -> bool {
        self.standing.routing != Routing::OffQueue
    }
}
