//! The conversation service's two pictures of a conversation, as it is this very moment.
//!
//! `Conversation` nests the state in each leg; `MessageConversation` carries it on the participant
//! and names no leg. They are different shapes on the platform too.

use crate::sandbox::world::conversation::{
    Conversation, Leg, Message, Participant, Purpose, Side, WrapUp,
};
use crate::sandbox::world::directory::{Directory, Entry, Queue};
use jiff::Timestamp;
use serde_json::{Value, json};

const PROVIDER: &str = "PureCloud Messaging";
/// How long an agent is alerted, in milliseconds.
const ALERTING_TIMEOUT_MS: u32 = 30_000;

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

impl<'a> Lens<'a> {
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
            "divisions": self.divisions(),
            "recentTransfers": [],
            "securePause": false,
            "inactivityTimeout": maybe_time(one.inactivity_timeout.filter(|_| one.ended.is_none())),
            "selfUri": format!("/api/v2/conversations/{}", one.id),
        })
    }

    /// `MessageConversation`.
    pub(in crate::sandbox) fn message_conversation(self, one: &Conversation) -> Value {
        let participants: Vec<Value> = one
            .participants
            .iter()
            .map(|party| self.media_participant(one, party))
            .collect();
        json!({
            "id": one.id,
            "participants": participants,
            "otherMediaUris": [],
            "recentTransfers": [],
            "inactivityTimeout": maybe_time(one.inactivity_timeout.filter(|_| one.ended.is_none())),
            "divisions": self.divisions(),
            "selfUri": format!("/api/v2/conversations/messages/{}", one.id),
        })
    }

    fn divisions(self) -> Value {
        json!([{ "division": reference(&self.directory.division, "authorization/divisions"), "entities": [] }])
    }

    fn queue(self, party: &Participant) -> Option<&'a Queue> {
        self.directory.queues.get(party.queue?)
    }

    fn participant(self, one: &Conversation, party: &Participant) -> Value {
        let queue = self.queue(party);
        let legs: Vec<Value> = party
            .legs
            .iter()
            .map(|leg| self.leg(one, party, leg))
            .collect();
        json!({
            "id": party.id,
            "startTime": time(party.joined),
            "endTime": maybe_time(party.ended().map(|(at, _)| at)),
            "connectedTime": maybe_time(party.legs.last().and_then(|leg| leg.connected)),
            "name": party.name,
            "userId": party.user,
            "userUri": party.user.map(|id| format!("/api/v2/users/{id}")),
            "queueId": queue.map(|queue| queue.id),
            "queueName": queue.map(|queue| &queue.name),
            "purpose": party.purpose.word(),
            "wrapupRequired": party.wrap_up.required,
            "wrapupPrompt": prompt(party),
            "wrapupTimeoutMs": (party.purpose == Purpose::Agent).then_some(0),
            "wrapupSkipped": party.wrap_up.skipped.then_some(true),
            "wrapup": wrap_up(&party.wrap_up),
            "alertingTimeoutMs": (party.purpose == Purpose::Agent).then_some(ALERTING_TIMEOUT_MS),
            "startAcwTime": maybe_time(party.wrap_up.started),
            "endAcwTime": maybe_time(after_call_work_end(&party.wrap_up)),
            "attributes": {},
            "messages": legs,
        })
    }

    fn leg(self, one: &Conversation, party: &Participant, leg: &Leg) -> Value {
        let initial = if leg.alerting.is_some() {
            "alerting"
        } else {
            "connected"
        };
        let last = party.legs.last().is_some_and(|last| last.id == leg.id);
        let after_call_work = WrapUp::default();
        let after_call_work = if last {
            &party.wrap_up
        } else {
            &after_call_work
        };
        json!({
            "id": leg.id,
            "state": leg.state(),
            "initialState": initial,
            "direction": "inbound",
            "held": false,
            "provider": PROVIDER,
            "type": "webmessaging",
            "authenticated": false,
            "startAlertingTime": maybe_time(leg.alerting),
            "connectedTime": maybe_time(leg.connected),
            "disconnectedTime": maybe_time(leg.ended.map(|(at, _)| at)),
            "disconnectType": leg.ended.map(|(_, how)| how.word()),
            "parkTime": maybe_time(leg.parked.map(|(since, _)| since)),
            "resumeTime": maybe_time(leg.parked.map(|(_, until)| until)),
            "toAddress": to_address(one),
            "fromAddress": from_address(one),
            "messages": self.messages(one, party, leg),
            "wrapup": wrap_up(after_call_work),
            "afterCallWork": {
                "state": after_call_work_state(after_call_work),
                "startTime": maybe_time(after_call_work.started),
                "endTime": maybe_time(after_call_work_end(after_call_work)),
            },
            "afterCallWorkRequired": party.wrap_up.required,
        })
    }

    fn media_participant(self, one: &Conversation, party: &Participant) -> Value {
        let leg = party.legs.last();
        let agent = party.user.map(
            |id| json!({ "id": id, "name": party.name, "selfUri": format!("/api/v2/users/{id}") }),
        );
        json!({
            "id": party.id,
            "name": party.name,
            "startTime": time(party.joined),
            "startAlertingTime": maybe_time(leg.and_then(|leg| leg.alerting)),
            "connectedTime": maybe_time(leg.and_then(|leg| leg.connected)),
            "endTime": maybe_time(party.ended().map(|(at, _)| at)),
            "purpose": party.purpose.word(),
            "state": leg.map(Leg::state),
            "direction": "inbound",
            "disconnectType": party.ended().map(|(_, how)| how.word()),
            "held": false,
            "wrapupRequired": party.wrap_up.required,
            "wrapupPrompt": prompt(party),
            "wrapupTimeoutMs": (party.purpose == Purpose::Agent).then_some(0),
            "wrapupSkipped": party.wrap_up.skipped.then_some(true),
            "wrapup": wrap_up(&party.wrap_up),
            "alertingTimeoutMs": (party.purpose == Purpose::Agent).then_some(ALERTING_TIMEOUT_MS),
            "startAcwTime": maybe_time(party.wrap_up.started),
            "endAcwTime": maybe_time(after_call_work_end(&party.wrap_up)),
            "user": agent,
            "queue": self.queue(party).map(|queue| reference(queue, "routing/queues")),
            "attributes": {},
            "provider": PROVIDER,
            "type": "webmessaging",
            "authenticated": false,
            "parkTime": maybe_time(leg.and_then(|leg| leg.parked).map(|(since, _)| since)),
            "resumeTime": maybe_time(leg.and_then(|leg| leg.parked).map(|(_, until)| until)),
            "toAddress": to_address(one),
            "fromAddress": from_address(one),
            "messages": leg.map(|leg| self.messages(one, party, leg)),
        })
    }

    fn messages(self, one: &Conversation, party: &Participant, leg: &Leg) -> Vec<Value> {
        let listed = one
            .messages
            .iter()
            .filter(|message| self.lists(party, leg, message));
        listed.map(|message| details(one, message)).collect()
    }

    /// A leg lists what was written while it was up. The platform names no sender.
    fn lists(self, party: &Participant, leg: &Leg, message: &Message) -> bool {
        let present = leg.began().is_some_and(|from| message.at >= from)
            && leg.ended.is_none_or(|(until, _)| message.at <= until);
        present
            && match party.purpose {
                Purpose::Customer => true,
                Purpose::Agent => leg.connected.is_some(),
                Purpose::Workflow | Purpose::Botflow => {
                    self.machine_legs_list_messages && message.side != Side::Agent
                }
                Purpose::Acd => false,
            }
    }

    /// `MessageData`: one message with its text.
    pub(in crate::sandbox) fn message(self, one: &Conversation, message: &Message) -> Value {
        let inbound = message.side == Side::Customer;
        let guest = one.participants.first().map(|party| party.id.to_string());
        let deployment = Some(one.deployment.to_string());
        let (from, to) = if inbound {
            (&guest, &deployment)
        } else {
            (&deployment, &guest)
        };
        json!({
            "id": message.id,
            "conversationId": one.id,
            "timestamp": time(message.at),
            "direction": if inbound { "inbound" } else { "outbound" },
            "messengerType": "webmessaging",
            "fromAddress": from,
            "toAddress": to,
            "status": status(message.side),
            "normalizedMessage": {
                "id": message.id,
                "type": "Text",
                "text": message.text,
                "direction": if inbound { "Inbound" } else { "Outbound" },
                "originatingEntity": if message.side == Side::Bot { "Bot" } else { "Human" },
                "channel": {
                    "platform": "WebMessaging",
                    "type": "Private",
                    "time": time(message.at),
                    "from": { "id": from.clone().unwrap_or_default(), "idType": "Opaque" },
                    "to": { "id": to.clone().unwrap_or_default() },
                },
            },
            "selfUri": format!("/api/v2/conversations/messages/{}/messages/{}", one.id, message.id),
        })
    }
}

fn to_address(one: &Conversation) -> Value {
    json!({ "addressNormalized": one.deployment })
}

fn from_address(one: &Conversation) -> Value {
    let guest = one.participants.first();
    json!({ "name": guest.map(|party| &party.name), "addressNormalized": guest.map(|party| party.id) })
}

fn details(one: &Conversation, message: &Message) -> Value {
    json!({
        "messageId": message.id,
        "messageURI": format!("/api/v2/conversations/messages/{}/messages/{}", one.id, message.id),
        "messageStatus": status(message.side),
        "messageSegmentCount": 1,
        "messageTime": time(message.at),
        "messageMetadata": { "type": "Text" },
    })
}

fn status(side: Side) -> &'static str {
    match side {
        Side::Customer => "received",
        Side::Agent => "delivery-success",
        Side::Bot => "sent",
    }
}

fn prompt(party: &Participant) -> Option<&'static str> {
    (party.purpose == Purpose::Agent).then_some(if party.wrap_up.required {
        "mandatory"
    } else {
        "optional"
    })
}

/// After-call work ends only where it began; a code that came earlier ends nothing.
fn after_call_work_end(wrap_up: &WrapUp) -> Option<Timestamp> {
    wrap_up.started.and(wrap_up.ended)
}

fn after_call_work_state(wrap_up: &WrapUp) -> &'static str {
    if wrap_up.is_owed() {
        "pending"
    } else if wrap_up.skipped {
        "skipped"
    } else if wrap_up.code.is_some() {
        "complete"
    } else {
        "notApplicable"
    }
}

fn wrap_up(wrap_up: &WrapUp) -> Value {
    wrap_up.code.as_ref().map_or(Value::Null, |code| {
        json!({ "code": code.id, "name": code.name, "notes": code.notes, "endTime": maybe_time(wrap_up.ended) })
    })
}
