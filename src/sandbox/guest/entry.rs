//! A message or an event as a guest sees it: pushed when it happens, and found in the history later.

use crate::sandbox::world::conversation::Content;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

/// How long typing is shown, in milliseconds.
const TYPING_MS: u32 = 5000;

/// One entry of a guest's history.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: Uuid,
    /// Unique for its guest: clients know entries apart by it.
    pub(super) at: Timestamp,
    pub(super) from: Author,
    pub(super) what: What,
    /// Strings, whatever they say.
    pub(super) metadata: Map<String, Value>,
}

/// Who an entry comes from.
#[derive(Clone, Debug)]
pub(super) enum Author {
    /// The guest, under the id that the channel gave it.
    Guest {
        message: Uuid,
    },
    /// An agent, or the platform in one's place.
    Human {
        name: Option<String>,
    },
    Bot {
        name: Option<String>,
    },
}

/// What an entry is.
#[derive(Clone, Debug)]
pub(super) enum What {
    Text(String, Option<Content>),
    Presence(Presence),
    /// Somebody types. No history keeps it.
    Typing,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Join,
    Clear,
    Disconnect,
}

impl Entry {
    /// The body of its frame.
    pub(super) fn body(&self) -> Value {
        let mut channel = self.channel();
        if !self.is_inbound() {
            channel.insert("type".to_owned(), json!("Private"));
            channel.entry("from").or_insert_with(|| json!({}));
            channel.insert("to".to_owned(), json!({}));
        }
        self.with(channel)
    }

    /// As the history lists it.
    pub(super) fn shown(&self) -> Value {
        self.with(self.channel())
    }

    fn channel(&self) -> Map<String, Value> {
        let mut channel = Map::new();
        channel.insert("time".to_owned(), json!(format!("{:.3}", self.at)));
        match &self.from {
            Author::Guest { message } => {
                channel.insert("messageId".to_owned(), json!(message));
            }
            Author::Human { name: Some(name) } | Author::Bot { name: Some(name) } => {
                channel.insert("from".to_owned(), json!({ "nickname": name }));
            }
            Author::Human { name: None } | Author::Bot { name: None } => {}
        }
        channel
    }

    fn with(&self, channel: Map<String, Value>) -> Value {
        let id = self.id.simple().to_string();
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        match self.from {
            Author::Guest { .. } => put("direction", json!("Inbound")),
            Author::Human { .. } | Author::Bot { .. } => put("direction", json!("Outbound")),
        };
        match self.from {
            Author::Guest { .. } => None,
            Author::Human { .. } => put("originatingEntity", json!("Human")),
            Author::Bot { .. } => put("originatingEntity", json!("Bot")),
        };
        match &self.what {
            What::Text(text, content) => {
                let is_reply = matches!(content, Some(Content::QuickReply { .. }));
                put("type", json!(if is_reply { "Structured" } else { "Text" }));
                put("text", json!(text));
                if let Some(content) = content {
                    put("content", json!([shown_content(content, &id)]));
                }
            }
            What::Presence(presence) => {
                let presence = json!({ "type": presence.word() });
                let event = json!({ "eventType": "Presence", "presence": presence });
                put("type", json!("Event"));
                put("events", json!([event]));
            }
            What::Typing => {
                let typing = json!({ "type": "On", "duration": TYPING_MS });
                let event = json!({ "eventType": "Typing", "typing": typing });
                put("type", json!("Event"));
                put("events", json!([event]));
            }
        }
        put("channel", Value::Object(channel));
        put("metadata", Value::Object(self.metadata.clone()));
        put("id", Value::String(id));
        Value::Object(body)
    }

    pub(super) fn is_inbound(&self) -> bool {
        matches!(self.from, Author::Guest { .. })
    }

    /// What the ground truth calls it; nothing where it is not worth a line.
    pub(super) fn word(&self) -> Option<&'static str> {
        Some(match &self.what {
            What::Typing => return None,
            What::Text(_, None) => "text",
            What::Text(_, Some(Content::QuickReply { .. })) => "structured",
            What::Text(_, Some(Content::File { .. })) => "attachment",
            What::Presence(Presence::Join) => "presence-join",
            What::Presence(Presence::Clear) => "presence-clear",
            What::Presence(Presence::Disconnect) => "presence-disconnect",
        })
    }
}

impl Presence {
    fn word(self) -> &'static str {
        match self {
            Self::Join => "Join",
            Self::Clear => "Clear",
            Self::Disconnect => "Disconnect",
        }
    }
}

fn shown_content(content: &Content, message: &str) -> Value {
    match content {
        Content::QuickReply { text, payload } => json!({
            "contentType": "ButtonResponse",
            "buttonResponse": {
                "type": "QuickReply",
                "text": text,
                "payload": payload,
                "originatingMessageId": message,
            },
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
                "fileSize": size,
            },
        }),
    }
}
