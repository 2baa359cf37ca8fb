//! Conversations as the conversation service's events show them: its own pictures, fitted.

use super::fitting::fitted;
use crate::sandbox::api::picture::Lens;
use crate::sandbox::world::conversation::Conversation;
use serde_json::{Value, json};

/// Topics whose events show a whole conversation, below a queue or a user.
pub(super) const WHOLE: &str = "conversations";
/// Topics whose events show the message legs alone.
pub(super) const MESSAGES: &str = "conversations.messages";

/// All media: the legs nest in their participants.
pub(super) fn whole(lens: Lens<'_>, one: &Conversation) -> Value {
    // The definitions of queues and of users differ in nothing but their names.
    fitted(
        "QueueConversationEventTopicConversation",
        lens.conversation(one),
    )
}

/// Messages alone: the state stands on the participant, and a message is named by reference.
pub(super) fn messages(lens: Lens<'_>, one: &Conversation) -> Value {
    let mut shown = lens.message_conversation(one);
    let parties = shown.get_mut("participants").and_then(Value::as_array_mut);
    for party in parties.into_iter().flatten() {
        let details = party.get_mut("messages").and_then(Value::as_array_mut);
        for detail in details.into_iter().flatten() {
            let id = detail.get("messageId").cloned();
            if let (Some(members), Some(id)) = (detail.as_object_mut(), id) {
                members.insert("message".to_owned(), json!({ "id": id }));
            }
        }
    }
    fitted(
        "QueueConversationMessageEventTopicMessageConversation",
        shown,
    )
}
