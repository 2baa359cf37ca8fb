//! What a guest sends: one JSON object a frame. Fields that nobody knows are ignored.

use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// One frame. What an action needs is asked for when the action is carried out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Sent {
    pub(super) action: Option<String>,
    token: Option<String>,
    pub(super) deployment_id: Option<String>,
    pub(super) tracing_id: Option<String>,
    pub(super) start_new: Option<bool>,
    pub(super) close_all_connections: Option<bool>,
    pub(super) data: Option<SignIn>,
    pub(super) message: Option<SentMessage>,
    /// Beside the message: where some clients put what others put inside it.
    channel: Option<SentChannel>,
    pub(super) attachment_id: Option<String>,
    pub(super) file_name: Option<String>,
    pub(super) file_type: Option<String>,
    pub(super) file_size: Option<u64>,
    pub(super) errors_as_json: Option<bool>,
}

/// What a guest signs in with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SignIn {
    pub(super) code: Option<String>,
}

/// A message, or an event dressed as one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SentMessage {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) text: Option<String>,
    pub(super) content: Option<Vec<SentContent>>,
    pub(super) events: Option<Vec<SentEvent>>,
    pub(super) metadata: Option<Map<String, Value>>,
    channel: Option<SentChannel>,
}

/// What a message holds beside its text.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SentContent {
    pub(super) content_type: Option<String>,
    pub(super) attachment: Option<SentAttachment>,
    pub(super) button_response: Option<SentButton>,
}

/// A file, by the id that it was announced with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SentAttachment {
    pub(super) id: Option<String>,
}

/// A button that the guest pressed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SentButton {
    pub(super) text: Option<String>,
    pub(super) payload: Option<String>,
}

/// An event.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct SentEvent {
    pub(super) event_type: Option<String>,
    pub(super) presence: Option<SentPresence>,
}

/// Whether the guest is there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SentPresence {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct SentChannel {
    metadata: Option<SentMetadata>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SentMetadata {
    custom_attributes: Option<Map<String, Value>>,
}

impl Sent {
    /// Reads a frame; nothing where it is no object, or a field has a type that it cannot have.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The guest's token: a UUID of the guest's own making.
    pub(super) fn token(&self) -> Option<Uuid> {
        Uuid::try_parse(self.token.as_deref()?).ok()
    }

    /// The custom attributes, wherever the client put them.
    pub(super) fn attributes(&self) -> Option<&Map<String, Value>> {
        let inside = self.message.as_ref().and_then(|one| one.channel.as_ref());
        let channels = [inside, self.channel.as_ref()];
        let mut all = channels.into_iter().flatten();
        all.find_map(|channel| channel.metadata.as_ref()?.custom_attributes.as_ref())
    }
}

impl SentEvent {
    /// The type of a presence event.
    pub(super) fn presence(&self) -> Option<&str> {
        let is_presence = self.event_type.as_deref() == Some("Presence");
        let presence = self.presence.as_ref().filter(|_| is_presence)?;
        presence.kind.as_deref()
    }

    pub(super) fn is_typing(&self) -> bool {
        self.event_type.as_deref() == Some("Typing")
    }
}
