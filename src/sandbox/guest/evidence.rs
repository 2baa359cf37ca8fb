//! What was really handed to guests' sockets, after whatever trouble was ordered: the proof of who was
//! told what.

use crate::sandbox::exchange::SocketId;
use crate::sandbox::truth::Framed;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use uuid::Uuid;

/// Frames that are kept; older ones go first. An hour of 200 guests is less.
const KEPT: usize = 50_000;

/// What is known of a frame beside its text, from when it is made until it goes out.
#[derive(Clone, Debug)]
pub(super) struct Label {
    /// The guest's token.
    pub(super) guest: Option<Uuid>,
    pub(super) conversation: Option<Uuid>,
    /// What the ground truth calls it; nothing where it is not worth a line.
    pub(super) word: Option<&'static str>,
}

/// One frame that went out.
#[derive(Debug)]
struct Written {
    at: Timestamp,
    guest: Option<Uuid>,
    /// The socket's number, counted over all sockets of the sandbox.
    socket: u64,
    conversation: Option<Uuid>,
    frame: Value,
}

/// All that went out, oldest first, and what has not yet.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    written: VecDeque<Written>,
    /// Frames of one socket never overtake each other, however late they are made to come.
    expected: HashMap<SocketId, VecDeque<Label>>,
}

impl Evidence {
    /// A frame is on its way.
    pub(super) fn expect(&mut self, socket: SocketId, label: Label) {
        self.expected.entry(socket).or_default().push_back(label);
    }

    /// The next frame of a socket goes out; what the ground truth is to know of it, if it is worth a
    /// line. Sockets of others are not known here.
    pub(super) fn wrote(
        &mut self,
        socket: SocketId,
        text: &str,
        at: Timestamp,
    ) -> Option<(Uuid, Framed)> {
        let label = self.expected.get_mut(&socket)?.pop_front()?;
        let mut frame: Value = serde_json::from_str(text).unwrap_or_default();
        // A token that is good for a minute is a secret all the same.
        if let Some(jwt) = frame.pointer_mut("/body/jwt") {
            *jwt = json!("[withheld]");
        }
        if self.written.len() >= KEPT {
            self.written.pop_front();
        }
        self.written.push_back(Written {
            at,
            guest: label.guest,
            socket: socket.0,
            conversation: label.conversation,
            frame,
        });
        let framed = Framed {
            guest: label.guest?,
            socket: socket.0,
            kind: label.word?.to_owned(),
        };
        Some((label.conversation?, framed))
    }

    /// A socket is gone, and with it what was on its way there.
    pub(super) fn forget(&mut self, socket: SocketId) {
        self.expected.remove(&socket);
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
