//! What was really written to guests' sockets: the proof of who was told what.

use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::VecDeque;
use uuid::Uuid;

/// Frames that are kept; older ones go first. An hour of 200 guests is less.
const KEPT: usize = 50_000;

/// One frame that went out.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) at: Timestamp,
    /// The guest's token.
    pub(super) guest: Option<Uuid>,
    /// The socket's number, counted over all sockets of the sandbox.
    pub(super) socket: u64,
    pub(super) conversation: Option<Uuid>,
    pub(super) frame: Value,
}

/// All that went out, oldest first.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    written: VecDeque<Written>,
}

impl Evidence {
    pub(super) fn add(&mut self, mut written: Written) {
        if self.written.len() >= KEPT {
            self.written.pop_front();
        }
        // A token that is good for a minute is a secret all the same.
        if let Some(jwt) = written.frame.pointer_mut("/body/jwt") {
            *jwt = json!("[withheld]");
        }
        self.written.push_back(written);
    }

    /// One object a frame.
    pub(super) fn lines(&self) -> impl Iterator<Item = Value> {
        self.written.iter().map(|one| {
            let mut line = json!({ "at": one.at, "socket": one.socket, "frame": one.frame });
            if let Some(members) = line.as_object_mut() {
                if let Some(guest) = one.guest {
                    members.insert("session".to_owned(), json!(guest));
                }
                if let Some(conversation) = one.conversation {
                    members.insert("conversation".to_owned(), json!(conversation));
                }
            }
            line
        })
    }
}
