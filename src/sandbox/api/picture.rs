//! The conversation service's two pictures of a conversation, as it is this very moment.
//!
//! `Conversation` nests the state in each leg; `MessageConversation` carries it on the participant
//! and names no leg. They are different shapes on the platform too.

mod legs;
mod messages;
mod parties;

pub(in crate::sandbox) use messages::message;

use crate::sandbox::world::conversation::{Conversation, Destination, Medium, Transfer};
use crate::sandbox::world::directory::{Directory, Entry};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What the projections need beside the conversation.
#[derive(Clone, Copy)]
pub(in crate::sandbox) struct Lens<'a> {
    pub(in crate::sandbox) directory: &'a Directory,
    /// Whether a bot's leg lists the messages it saw.
    pub(in crate::sandbox) machine_legs_list_messages: bool,
}

/// A time as the platform writes it.
pub(in crate::sandbox) fn time(at: Timestamp) -> Value {
    Value::String(format!("{at:.3}"))
}

fn maybe_time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, time)
}

/// An id, a name and where to read more.
pub(in crate::sandbox) fn reference(one: &impl Entry, path: &str) -> Value {
    let id = one.id();
    json!({ "id": id, "name": one.name(), "selfUri": format!("/api/v2/{path}/{id}") })
}

impl Lens<'_> {
    /// `Conversation`.
    pub(in crate::sandbox) fn conversation(self, one: &Conversation) -> Value {
        let participants: Vec<Value> = one
            .participants
            .iter()
            .map(|party| self.participant(one, party))
            .collect();
        json!({
            "id": one.id,
            "startTime": time(one.started),
            "endTime": maybe_time(one.ended),
            "address": one.deployment,
            "participants": participants,
            "recordingState": "NONE",
            "divisions": self.divisions(one),
            "recentTransfers": self.transfers(one),
            "securePause": false,
            "inactivityTimeout": maybe_time(one.inactivity_timeout.filter(|_| one.ended.is_none())),
            "selfUri": format!("/api/v2/conversations/{}", one.id),
        })
    }

    /// `MessageConversation`.
    pub(in crate::sandbox) fn message_conversation(self, one: &Conversation) -> Value {
        let parties = one.participants.iter();
        let participants: Vec<Value> = parties
            .filter(|party| party.last_leg().is_some())
            .map(|party| self.media_participant(one, party))
            .collect();
        let others = [(Medium::Call, "calls"), (Medium::Callback, "callbacks")];
        let others = others
            .into_iter()
            .filter(|(medium, _)| one.carries(*medium));
        let others: Vec<String> = others
            .map(|(_, path)| format!("/api/v2/conversations/{path}/{}", one.id))
            .collect();
        json!({
            "id": one.id,
            "participants": participants,
            "otherMediaUris": others,
            "recentTransfers": self.transfers(one),
            "inactivityTimeout": maybe_time(one.inactivity_timeout.filter(|_| one.ended.is_none())),
            "divisions": self.divisions(one),
            "selfUri": format!("/api/v2/conversations/messages/{}", one.id),
        })
    }

    fn divisions(self, one: &Conversation) -> Value {
        let division = self.directory.division_of(one.queue());
        json!([{ "division": reference(division, "authorization/divisions"), "entities": [] }])
    }

    /// The newest first.
    fn transfers(self, one: &Conversation) -> Vec<Value> {
        let newest_first = one.transfers.iter().rev();
        newest_first
            .map(|transfer| self.transfer(transfer))
            .collect()
    }

    /// `TransferResponse`. A queue is named by its id, as the document has no field of its own for it.
    fn transfer(self, transfer: &Transfer) -> Value {
        let destination = match transfer.to {
            Destination::Queue(index) => {
                let queue = self.directory.queues.get(index);
                json!({ "address": queue.map(|queue| queue.id) })
            }
            Destination::Agent(user) => json!({ "userId": user }),
        };
        json!({
            "id": transfer.id,
            "state": transfer.state.word(),
            "dateIssued": time(transfer.at),
            "initiator": { "userId": transfer.by },
            "destination": destination,
            "transferType": "Unattended",
        })
    }
}
