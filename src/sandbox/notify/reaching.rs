//! What passes between guests and agents beside messages: that a guest types, and that nobody was there.

use super::fitting::fitted;
use super::moment::Moment;
use crate::sandbox::api::picture::time;
use crate::sandbox::truth::Change;
use crate::sandbox::world::conversation::{Conversation, Message, Purpose, Side};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// How long typing is shown, in milliseconds, where nobody says otherwise.
const TYPING_MS: u32 = 5000;

/// The users who talk to the guest now.
pub(super) fn agents(one: &Conversation) -> Vec<Uuid> {
    let parties = one.participants.iter();
    let agents = parties.filter(|party| party.purpose == Purpose::Agent && party.is_open());
    agents.filter_map(|party| party.user).collect()
}

/// The guest types.
pub(super) fn typing(one: &Conversation, now: Timestamp) -> Value {
    let guest = one.participants.first();
    let body = json!({
        "conversationId": one.id,
        "normalizedMessage": {
            "type": "Event",
            "direction": "Inbound",
            "channel": {
                "platform": "WebMessaging",
                "time": time(now),
                "to": { "id": one.deployment },
                "from": {
                    "id": guest.map(|guest| guest.id),
                    "idType": "Opaque",
                    "nickname": guest.map(|guest| &guest.name),
                },
            },
            "events": [{
                "eventType": "Typing",
                "typing": { "type": "On", "duration": TYPING_MS },
            }],
        },
    });
    fitted(
        "V2ConversationMessageTypingEventForUserTopicMessageData",
        body,
    )
}

/// The message to the guest that a change is about, where it is about one.
pub(super) fn outbound<'a>(moment: &Moment<'a>) -> Option<&'a Message> {
    if moment.truth.what != Change::MessageWritten {
        return None;
    }
    let mut newest_first = moment.one.messages.iter().rev();
    let found = newest_first.find(|message| Some(message.id) == moment.truth.message);
    found.filter(|message| message.side != Side::Customer)
}

/// Nobody was there to receive it; it waits until a time.
pub(super) fn undelivered(one: &Conversation, message: &Message, until: Timestamp) -> Value {
    let at = message.at.as_millisecond();
    let guest = one.participants.first();
    let leg = guest.and_then(|guest| guest.legs.last());
    let body = json!({
        "conversationId": one.id,
        "deploymentId": one.deployment,
        "participantId": guest.map(|guest| guest.id),
        "communicationId": leg.map(|leg| leg.id),
        "sessionExpiry": until.as_second(),
        "messages": [{ "id": message.id, "eventTimeMs": at }],
        "eventTimeMs": at,
    });
    fitted(
        "V2WebMessagingUndeliveredMessageTopicWebMessagingUndeliveredMessageEventBody",
        body,
    )
}
