//! What a guest says: messages, and the events that are dressed as messages.

use super::asking::ATTRIBUTES_MAX;
use super::configuring::expiry;
use super::desk::Desk;
use super::entry::{Author, Entry, Presence, What};
use super::envelope::Envelope;
use super::sent::{Sent, SentContent, SentMessage};
use super::session::{Key, Pending, State};
use super::{Guests, Reply, SECOND};
use crate::sandbox::exchange::SocketId;
use crate::sandbox::scenario::OnDisconnect;
use crate::sandbox::world::Words;
use crate::sandbox::world::conversation::Content;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use uuid::Uuid;

/// The longest text of a guest, in bytes.
const TEXT_MAX: usize = 4096;

impl Guests {
    /// `onMessage`.
    pub(super) fn listen(&mut self, socket: SocketId, sent: &Sent, desk: &mut Desk<'_>) -> Reply {
        let key = self.alive(socket, sent)?;
        self.count_message(key, desk.now)?;
        let session = self.sessions.get(&key).ok_or_else(Envelope::failed)?;
        if session.state == State::ReadOnly {
            let words = "Session is read-only, no new messages allowed";
            return Err(Envelope::refused(409, words));
        }
        let message = sent.message.as_ref().ok_or_else(Envelope::failed)?;
        if message.kind.as_deref() == Some("Event") {
            return self.notice(key, message, sent.tracing_id.as_deref(), desk);
        }
        let words = self.words(key, message)?;
        let attributes = sent.attributes();
        if attributes.is_some_and(|one| size_of(one) > ATTRIBUTES_MAX) {
            let words = format!(
                "Custom Attributes in channel metadata is larger than {ATTRIBUTES_MAX} bytes"
            );
            return Err(Envelope::refused(4013, words));
        }
        let pending = Pending {
            tracing: sent.tracing_id.clone(),
            metadata: strings(message.metadata.as_ref()),
        };
        self.say(key, words, pending, attributes, desk);
        // The echo comes back from the world, to every socket of this guest.
        Ok(None)
    }

    fn count_message(&mut self, key: Key, now: Timestamp) -> Result<(), Envelope> {
        let allowed = self.rules.messages_per_second;
        let words = "Message rate too high for this session";
        let session = self.sessions.get_mut(&key).ok_or_else(Envelope::failed)?;
        let counted = session.messages.take(allowed, SECOND, now);
        counted.map_err(|seconds| Envelope::too_many(seconds, words))
    }

    /// The words of a message, if it is one that a guest can write.
    fn words(&self, key: Key, message: &SentMessage) -> Result<Words, Envelope> {
        let mut text = message.text.clone().unwrap_or_default();
        let content = message.content.as_deref().unwrap_or_default();
        let content = match content {
            [] => None,
            [one] => Some(self.content(key, one)?),
            _ => return Err(Envelope::failed()),
        };
        let is_known = match message.kind.as_deref() {
            Some("Text") => true,
            Some("Structured") => matches!(content, Some(Content::QuickReply { .. })),
            None => matches!(content, Some(Content::File { .. })),
            Some(_) => false,
        };
        if let Some(Content::QuickReply { text: shown, .. }) = &content
            && text.is_empty()
        {
            text.clone_from(shown);
        }
        if !is_known || (text.is_empty() && content.is_none()) {
            return Err(Envelope::failed());
        }
        if text.len() > TEXT_MAX {
            let words = format!("Message length {} is larger than {TEXT_MAX}", text.len());
            return Err(Envelope::refused(4011, words));
        }
        Ok(Words {
            text: Cow::Owned(text),
            content,
        })
    }

    fn content(&self, key: Key, content: &SentContent) -> Result<Content, Envelope> {
        let session = self.sessions.get(&key).ok_or_else(Envelope::failed)?;
        match content.content_type.as_deref() {
            Some("Attachment") => {
                let file = content.attachment.as_ref();
                let id = file.and_then(|file| file.id.as_deref());
                self.attached(session, id.ok_or_else(Envelope::failed)?)
            }
            Some("ButtonResponse") => {
                let button = content.button_response.as_ref();
                let button = button.ok_or_else(Envelope::failed)?;
                Ok(Content::QuickReply {
                    text: button.text.clone().ok_or_else(Envelope::failed)?,
                    payload: button.payload.clone().unwrap_or_default(),
                })
            }
            _ => Err(Envelope::failed()),
        }
    }

    fn say(
        &mut self,
        key: Key,
        words: Words,
        pending: Pending,
        attributes: Option<&Map<String, Value>>,
        desk: &mut Desk<'_>,
    ) {
        let name = attributes.and_then(|one| one.get("name")?.as_str());
        let going_on = self.going_on(key, desk);
        let index = going_on.unwrap_or_else(|| self.start(key, name, desk));
        let id = desk.world.guest_writes(index, words, desk.now);
        if let Some(attributes) = attributes {
            let said = strings(Some(attributes)).into_iter();
            // Where they go is what flows call them by; that it is so in participant data is unverified.
            let said = said.filter_map(|(name, value)| {
                Some((format!("context.{name}"), value.as_str()?.to_owned()))
            });
            desk.world.guest_is(index, said.collect(), desk.now);
        }
        let expires = expiry(key, desk.now, desk.world);
        if let Some(session) = self.sessions.get_mut(&key) {
            session.is_over = false;
            session.expires = expires;
            if let Some(id) = id {
                session.pending.insert(id, pending);
            }
        }
    }

    /// The conversation that a message of this guest belongs to, where it belongs to one still.
    fn going_on(&self, key: Key, desk: &Desk<'_>) -> Option<usize> {
        let session = self.sessions.get(&key)?;
        let index = desk.world.find(&session.conversation?.to_string())?;
        let one = desk.world.conversations.get(index)?;
        let deployment = desk.world.directory.deployment(key.deployment)?;
        let untold = deployment.disconnect == OnDisconnect::Off && !self.rules.revives_untold;
        let stays_over = one.ended.is_some() && untold;
        (!stays_over && desk.world.continues(index, desk.now)).then_some(index)
    }

    fn start(&mut self, key: Key, name: Option<&str>, desk: &mut Desk<'_>) -> usize {
        let index = desk.world.guest_starts(name, key.deployment, desk.now);
        let one = desk.world.conversations.get(index);
        if let (Some(id), Some(session)) = (one.map(|one| one.id), self.sessions.get_mut(&key)) {
            session.conversation = Some(id);
            self.by_conversation.insert(id, key);
        }
        index
    }

    /// An event: the guest is there, types, or wipes everything.
    fn notice(
        &mut self,
        key: Key,
        message: &SentMessage,
        tracing: Option<&str>,
        desk: &mut Desk<'_>,
    ) -> Reply {
        let events = message.events.as_deref().unwrap_or_default();
        let [event] = events else {
            return Err(Envelope::failed());
        };
        match event.presence() {
            Some("Join") => self.join(key, tracing, desk),
            Some("Clear") => self.clear(key, tracing, desk)?,
            // Nobody is told of it here but the agent, who hears of it by a notification.
            None if event.is_typing() => {
                let session = self.sessions.get(&key);
                self.typing
                    .extend(session.and_then(|session| session.conversation));
            }
            _ => return Err(Envelope::failed()),
        }
        Ok(None)
    }

    fn join(&mut self, key: Key, tracing: Option<&str>, desk: &mut Desk<'_>) {
        let deployment = desk.world.directory.deployment(key.deployment);
        let starts = deployment.is_some_and(|one| one.auto_start);
        if starts && self.going_on(key, desk).is_none() {
            self.start(key, None, desk);
        }
        self.echo_presence(key, Presence::Join, tracing, desk);
    }

    fn clear(
        &mut self,
        key: Key,
        tracing: Option<&str>,
        desk: &mut Desk<'_>,
    ) -> Result<(), Envelope> {
        let deployment = desk.world.directory.deployment(key.deployment);
        if !deployment.is_some_and(|one| one.clear) {
            let words = "Presence events Conversation Clear are not supported";
            return Err(Envelope::refused(403, words));
        }
        let conversation = self.wipe(key, tracing, desk);
        let index = conversation.and_then(|id| desk.world.find(&id.to_string()));
        if let Some(index) = index {
            desk.world.guest_clears(index, desk.now);
        }
        Ok(())
    }

    /// Every socket of a guest hears that all is cleared, and is sent away.
    pub(super) fn wipe(
        &mut self,
        key: Key,
        tracing: Option<&str>,
        desk: &mut Desk<'_>,
    ) -> Option<Uuid> {
        self.echo_presence(key, Presence::Clear, tracing, desk);
        let session = self.sessions.get_mut(&key)?;
        let conversation = session.conversation;
        session.state = State::Cleared;
        session.entries.clear();
        let cleared = Envelope::cleared().about(conversation);
        self.tell_all(key, &cleared, desk);
        self.send_away(key, None, None, desk);
        conversation
    }

    /// What a guest says of its presence comes back to all of its sockets.
    fn echo_presence(
        &mut self,
        key: Key,
        presence: Presence,
        tracing: Option<&str>,
        desk: &mut Desk<'_>,
    ) {
        let (id, message) = (self.chance.uuid(), self.chance.uuid());
        let metadata = self.correlated(Map::new());
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        let entry = Entry {
            id,
            at: session.stamp(desk.now),
            from: Author::Guest { message },
            what: What::Presence(presence),
            metadata,
        };
        let envelope = Envelope::message(&entry).traced(tracing);
        let envelope = envelope.about(session.conversation);
        session.entries.push(entry);
        self.tell_all(key, &envelope, desk);
    }

    /// Metadata with the id that every message gets.
    pub(super) fn correlated(&mut self, mut metadata: Map<String, Value>) -> Map<String, Value> {
        let id = self.chance.uuid();
        metadata.insert("correlationId".to_owned(), json!(id.to_string()));
        metadata
    }
}

fn size_of(attributes: &Map<String, Value>) -> usize {
    Value::Object(attributes.clone()).to_string().len()
}

/// Metadata holds strings and nothing else.
fn strings(metadata: Option<&Map<String, Value>>) -> Map<String, Value> {
    let all = metadata.into_iter().flatten();
    let kept = all.filter_map(|(name, value)| match value {
        Value::String(_) => Some((name.clone(), value.clone())),
        Value::Bool(_) | Value::Number(_) => Some((name.clone(), json!(value.to_string()))),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    });
    kept.collect()
}
