//! Messages: as a leg lists them, and whole with their text.

use super::{Lens, time};
use crate::sandbox::world::conversation::{
    Content, Conversation, Leg, Message, MessageType, Participant, Purpose, Side,
};
use serde_json::{Value, json};

impl Lens<'_> {
    pub(super) fn messages(self, one: &Conversation, party: &Participant, leg: &Leg) -> Vec<Value> {
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
                Purpose::Agent | Purpose::User => leg.connected.is_some(),
                Purpose::Workflow | Purpose::Botflow => {
                    self.machine_legs_list_messages && message.side != Side::Agent
                }
                Purpose::Acd => false,
            }
    }
}

/// `MessageData`: one message with its text.
pub(in crate::sandbox) fn message(one: &Conversation, message: &Message) -> Value {
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
        "messengerType": one.message_type.word(),
        "fromAddress": from,
        "toAddress": to,
        "status": status(message.side),
        "normalizedMessage": {
            "id": message.id,
            "type": kind(message),
            "text": message.text,
            "content": message.content.as_deref().map(|content| json!([content_of(content)])),
            "direction": if inbound { "Inbound" } else { "Outbound" },
            "originatingEntity": if message.side == Side::Bot { "Bot" } else { "Human" },
            "channel": {
                "platform": platform(one.message_type),
                "type": "Private",
                "time": time(message.at),
                "from": { "id": from.clone().unwrap_or_default(), "idType": "Opaque" },
                "to": { "id": to.clone().unwrap_or_default() },
            },
        },
        "selfUri": format!("/api/v2/conversations/messages/{}/messages/{}", one.id, message.id),
    })
}

fn details(one: &Conversation, message: &Message) -> Value {
    json!({
        "messageId": message.id,
        "messageURI": format!("/api/v2/conversations/messages/{}/messages/{}", one.id, message.id),
        "messageStatus": status(message.side),
        "messageSegmentCount": 1,
        "messageTime": time(message.at),
        "media": message.content.as_deref().and_then(media),
        "messageMetadata": {
            "type": kind(message),
            "content": message.content.as_deref().map(|content| json!([described(content)])),
        },
    })
}

/// A button that was pressed makes a message structured; a file that came along does not.
fn kind(message: &Message) -> &'static str {
    match message.content.as_deref() {
        Some(Content::QuickReply { .. }) => "Structured",
        Some(Content::File { .. }) | None => "Text",
    }
}

/// `ConversationMessageContent`.
fn content_of(content: &Content) -> Value {
    match content {
        Content::QuickReply { text, payload } => json!({
            "contentType": "ButtonResponse",
            "buttonResponse": { "type": "QuickReply", "text": text, "payload": payload },
        }),
        Content::File {
            id,
            name,
            media,
            size,
            url,
        } => json!({
            "contentType": "Attachment",
            "attachment": {
                "id": id,
                "mediaType": content.media_type(),
                "url": url,
                "mime": media,
                "filename": name,
                "contentSizeBytes": size,
            },
        }),
    }
}

/// `ConversationMessageMetadataContent`.
fn described(content: &Content) -> Value {
    match content {
        Content::QuickReply { .. } => {
            json!({ "contentType": "ButtonResponse", "subType": "QuickReply" })
        }
        Content::File { .. } => {
            json!({ "contentType": "Attachment", "subType": content.media_type() })
        }
    }
}

/// The files of a message, as its leg lists them.
fn media(content: &Content) -> Option<Value> {
    match content {
        Content::QuickReply { .. } => None,
        Content::File {
            id,
            name,
            media,
            size,
            url,
        } => Some(json!([{
            "id": id,
            "name": name,
            "mediaType": media,
            "contentLengthBytes": size,
            "url": url,
        }])),
    }
}

fn status(side: Side) -> &'static str {
    match side {
        Side::Customer => "received",
        Side::Agent => "delivery-success",
        Side::Bot => "sent",
    }
}

/// The word of `ConversationMessagingChannel.platform`.
fn platform(message_type: MessageType) -> &'static str {
    match message_type {
        MessageType::WebMessaging => "WebMessaging",
        MessageType::WhatsApp => "Whatsapp",
        MessageType::Sms => "Sms",
        MessageType::Facebook => "Facebook",
        MessageType::Open => "Open",
    }
}
