//! Who wrote when. The platform names no sender on a message, so it is told from the status and from whose legs list it.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::text::Text;

/// Which side wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The customer.
    Customer,
    /// A human agent.
    Agent,
}

/// One message; its text stays on the platform until somebody asks for the transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The platform's message id.
    pub id: Text,
    /// When it was written, by the platform's clock.
    pub at: Timestamp,
    /// Who wrote it.
    pub from: Side,
}

/// A message as one leg lists it, before it is known who wrote it.
#[derive(Debug, Clone)]
pub struct ListedMessage {
    /// The platform's message id.
    pub id: Text,
    /// When it was written.
    pub at: Timestamp,
    /// The service's status word; `received` means that the platform received it, so the customer wrote it.
    pub status: Text,
    /// `messageMetadata.type`; absent counts as text.
    pub form: Option<Text>,
    /// The listing leg belongs to a machine.
    pub by_machine: bool,
}

/// Who wrote: the platform names no sender. Each message counts once; only text and structured ones count; `received` is the
/// customer's; any other is a human agent's unless a machine's leg lists it too.
pub fn attribute(listed: &[ListedMessage]) -> Vec<Message> {
    let mut by_id: HashMap<&str, (&ListedMessage, bool)> = HashMap::new();
    for message in listed {
        let counts = message
            .form
            .as_ref()
            .is_none_or(|form| matches!(form.as_str(), "Text" | "Structured"));
        if counts {
            let entry = by_id.entry(message.id.as_str()).or_insert((message, false));
            entry.1 |= message.by_machine;
        }
    }
    let mut messages: Vec<Message> = by_id
        .into_values()
        .filter_map(|(message, by_machine)| {
            let from = if message.status.as_str() == "received" {
                Side::Customer
            } else {
                Side::Agent
            };
            (from == Side::Customer || !by_machine).then(|| Message {
                id: message.id.clone(),
                at: message.at,
                from,
            })
        })
        .collect();
    messages.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.id.cmp(&b.id)));
    messages
}
