//! One guest as the platform remembers it: by the guest's own token, over any number of connections.

use super::attachment::Attachment;
use super::entry::Entry;
use super::window::Window;
use crate::sandbox::exchange::SocketId;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// Whose session: a token is good for the deployment that it was first shown to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) deployment: Uuid,
    pub(super) token: Uuid,
}

/// What a guest may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Write.
    Active,
    /// Read: the conversation was ended, and this one is for nothing else any more.
    ReadOnly,
    /// Nothing: the guest was silent too long.
    Expired,
    /// Nothing: the guest wiped it.
    Cleared,
}

/// A guest.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) state: State,
    /// Those that are configured for it, oldest first.
    pub(super) sockets: Vec<SocketId>,
    /// The history, oldest first.
    pub(super) entries: Vec<Entry>,
    /// The one that the guest writes to.
    pub(super) conversation: Option<Uuid>,
    /// The present conversation was ended by the other side, and the guest has not written since.
    pub(super) is_over: bool,
    /// Which sign-in it belongs to, where the guest signed in.
    pub(super) account: Option<String>,
    pub(super) expires: Timestamp,
    /// How long the guest may be silent, in seconds.
    pub(super) duration: i64,
    /// Requests whose message is not yet seen in the world.
    pub(super) pending: HashMap<Uuid, Pending>,
    pub(super) attachments: BTreeMap<String, Attachment>,
    pub(super) messages: Window,
    pub(super) configures: Window,
    pub(super) reads: Window,
    newest: Timestamp,
}

/// What comes back with the echo of a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Pending {
    pub(super) tracing: Option<String>,
    pub(super) metadata: Map<String, Value>,
}

impl Session {
    pub(super) fn new(now: Timestamp, expires: Timestamp, duration: i64) -> Self {
        Self {
            state: State::Active,
            sockets: Vec::new(),
            entries: Vec::new(),
            conversation: None,
            is_over: false,
            account: None,
            expires,
            duration,
            pending: HashMap::new(),
            attachments: BTreeMap::new(),
            messages: Window::default(),
            configures: Window::default(),
            reads: Window::default(),
            newest: now
                .checked_sub(SignedDuration::from_millis(1))
                .unwrap_or(now),
        }
    }

    /// A new one for the same token: the history is out of reach, connections and limits stay.
    pub(super) fn anew(&mut self, now: Timestamp, expires: Timestamp) {
        let fresh = Self::new(now, expires, self.duration);
        let old = std::mem::replace(self, fresh);
        self.sockets = old.sockets;
        self.configures = old.configures;
        self.messages = old.messages;
        self.reads = old.reads;
        self.newest = self.newest.max(old.newest);
    }

    /// Not expired and not cleared.
    pub(super) fn is_alive(&self) -> bool {
        matches!(self.state, State::Active | State::ReadOnly)
    }

    /// A time for something that is pushed now: never the same twice, and never going back.
    pub(super) fn stamp(&mut self, at: Timestamp) -> Timestamp {
        let next = self.newest.checked_add(SignedDuration::from_millis(1));
        self.newest = at.max(next.unwrap_or(self.newest));
        self.newest
    }

    /// The same for a history that begins before the session was first heard of.
    pub(super) fn begin_at(&mut self, start: Timestamp) {
        let before = start.checked_sub(SignedDuration::from_millis(1));
        self.newest = before.unwrap_or(start);
    }
}
