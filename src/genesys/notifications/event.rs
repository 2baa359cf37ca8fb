//! The body of an event of `v2.routing.queues.{id}.conversations.messages` (`QueueConversationMessageEventTopicMessageConversation`): the
//! state stands on the party, no leg is named, and a message's id is at `message.id`. What cannot be read of it is left out: the event is a
//! reason to read all the same.

use jiff::Timestamp;
use serde::Deserialize;

use crate::domain::conversation::{Message, Purpose, Side, attribute};
use crate::domain::sighting::{Event, Person, Sighting};
use crate::genesys::wire::Word;
use crate::genesys::{parse, wire};

/// States of a party that is not, or not yet, there.
const ABSENT: [&str; 4] = ["disconnected", "terminated", "none", "scheduled"];

/// The event's body.
#[derive(Debug, Deserialize)]
pub(super) struct Body {
    id: Option<String>,
    participants: Option<Vec<Party>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Party {
    id: Option<String>,
    purpose: Option<String>,
    state: Option<String>,
    connected_time: Option<String>,
    messages: Option<Vec<Details>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Details {
    message: Option<Reference>,
    message_time: Option<String>,
    message_status: Option<String>,
    message_metadata: Option<Metadata>,
}

#[derive(Debug, Deserialize)]
struct Metadata {
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Reference {
    id: Option<String>,
}

impl Body {
    /// The event; nothing where it does not say of which conversation.
    pub(super) fn event(self, heard: Timestamp) -> Option<Event> {
        let conversation = self.id.as_deref()?.parse().ok()?;
        let mut people = Vec::new();
        let mut listed = Vec::new();
        for party in self.participants.unwrap_or_default() {
            let purpose = Purpose::from(party.purpose.clone().unwrap_or_default());
            let by_machine = !purpose.is_human();
            people.extend(party.person(purpose));
            for details in party.messages.into_iter().flatten() {
                let kind = details.message_metadata.and_then(|said| said.kind);
                let id = details.message.and_then(|message| message.id);
                let message = wire::ListedMessage {
                    id: id.map(Word::from),
                    status: details.message_status.map(Word::from),
                    time: details.message_time.map(Word::from),
                    metadata: Some(wire::MessageMetadata {
                        kind: kind.map(Word::from),
                    }),
                };
                let path = format_args!("message");
                let parsed = parse::listed_message(path, &message, by_machine);
                listed.extend(parsed.ok().flatten());
            }
        }
        Some(Event {
            conversation,
            sighting: Sighting {
                heard,
                people,
                written: newest(&attribute(&listed)),
            },
        })
    }
}

impl Party {
    fn person(&self, purpose: Purpose) -> Option<Person> {
        let state = self.state.as_deref()?;
        if !purpose.is_human() || ABSENT.contains(&state) {
            return None;
        }
        let since = parse::time("connectedTime", self.connected_time.as_deref());
        Some(Person {
            participant: self.id.as_deref()?.parse().ok()?,
            purpose,
            since: since.ok().flatten(),
        })
    }
}

/// The newest of each side.
fn newest(messages: &[Message]) -> Vec<Message> {
    let of = |side| {
        let mut all = messages.iter().rev();
        all.find(|message| message.from == side).cloned()
    };
    [Side::Customer, Side::Agent]
        .into_iter()
        .filter_map(of)
        .collect()
}
