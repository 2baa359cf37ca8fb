//! One socket of a guest.

use super::session::Key;
use super::window::Window;
use jiff::Timestamp;
use uuid::Uuid;

/// A socket, from its upgrade to its end.
#[derive(Debug)]
pub(super) struct Connection {
    /// The deployment of its address.
    pub(super) deployment: Uuid,
    /// Whose it is, once it is configured.
    pub(super) session: Option<Key>,
    /// Whose it was last, for the record of its frames.
    pub(super) token: Option<Uuid>,
    /// It was told to go.
    pub(super) is_leaving: bool,
    /// When a frame came in last.
    pub(super) heard: Timestamp,
    pub(super) requests: Window,
    pub(super) echoes: Window,
}

impl Connection {
    pub(super) fn new(deployment: Uuid, now: Timestamp) -> Self {
        Self {
            deployment,
            session: None,
            token: None,
            is_leaving: false,
            heard: now,
            requests: Window::default(),
            echoes: Window::default(),
        }
    }
}
