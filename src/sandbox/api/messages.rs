//! Messages with their texts, and an agent's message to the guest.

use super::picture::message as message_data;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::conversation::{Message, Purpose, Side};
use crate::sandbox::world::{Changing, Words};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Messages that one transcript request may name.
const TRANSCRIPT_MAX: usize = 1000;
/// Characters that an agent may write to a guest at once.
const TEXT_MAX: usize = 4000;

/// `POST …/messages/bulk`: the texts of the named messages; unknown ids are left out.
pub(in crate::sandbox) fn several(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let one = service.read(call)?;
    let Value::Array(ids) = &call.body else {
        return Err(Refusal::bad_request(
            "The request must be a list of message ids.",
        ));
    };
    let wanted: Vec<&str> = ids.iter().filter_map(Value::as_str).collect();
    if wanted.len() > TRANSCRIPT_MAX {
        return Err(Refusal::bad_request(
            "A request may name 1000 messages at most.",
        ));
    }
    let wanted: BTreeSet<Uuid> = wanted
        .into_iter()
        .filter_map(|id| Uuid::try_parse(id).ok())
        .collect();
    let found = one
        .messages
        .iter()
        .filter(|message| wanted.contains(&message.id));
    let entities: Vec<Value> = found.map(|message| message_data(one, message)).collect();
    Ok(Answer::ok(json!({ "entities": entities })))
}

/// `GET …/messages/{id}/messages/{mid}`.
pub(in crate::sandbox) fn one(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let conversation = service.read(call)?;
    let id = call.pieces.get(1).and_then(|id| Uuid::try_parse(id).ok());
    let mut messages = conversation.messages.iter();
    let message = messages.find(|message| Some(message.id) == id);
    let message = message.ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(message_data(conversation, message)))
}

/// `GET /conversations/messages/{mid}/details`: a message whose conversation is not known.
pub(in crate::sandbox) fn anywhere(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let id = call.pieces.first().and_then(|id| Uuid::try_parse(id).ok());
    let found = id.and_then(|id| service.world.find_message(id));
    let (conversation, message) = found
        .filter(|(one, _)| service.is_readable(one, call.now))
        .ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(message_data(conversation, message)))
}

/// `POST …/communications/{cid}/messages`: an agent writes to the guest.
pub(in crate::sandbox) fn send(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let text = text_of(&call.body)?;
    let leg = leg_to_write_on(service, call)?;
    let line = service.world.line(Side::Agent, Some(leg));
    let words = Words::from(text);
    let message = Message {
        id: line.id,
        at: call.now,
        side: line.side,
        text: words.text.clone(),
        content: None,
    };
    let change = Changing::Say(line, words);
    let world = &mut service.world;
    world.accept(index, change, &call.by, call.applying, call.now);
    let conversation = service.read(call)?;
    let mut written = conversation.messages.iter().rev();
    let written = written.find(|one| one.id == message.id);
    let shown = written.unwrap_or(&message);
    Ok(Answer::ok(message_data(conversation, shown)))
}

fn text_of(body: &Value) -> Result<String, Refusal> {
    let asks = |name: &str| {
        body.get(name)
            .is_some_and(|value| !value.is_null() && value != &json!([]))
    };
    if asks("mediaIds") || asks("messagingTemplate") {
        return Err(Refusal::bad_request(
            "The sandbox sends text only. Leave mediaIds and messagingTemplate out.",
        ));
    }
    let text = body.get("textBody").and_then(Value::as_str).unwrap_or("");
    let length = text.chars().count();
    if length == 0 || length > TEXT_MAX {
        return Err(Refusal::bad_request(format!(
            "The field [textBody] must have from 1 to {TEXT_MAX} characters; it has {length}."
        )));
    }
    Ok(text.to_owned())
}

/// The connected leg of an agent that the second piece of the path names.
fn leg_to_write_on(service: &Service, call: &Call<'_>) -> Result<Uuid, Refusal> {
    let conversation = service.read(call)?;
    let id = call.pieces.get(1).and_then(|id| Uuid::try_parse(id).ok());
    let found = id.and_then(|id| conversation.leg(id));
    let (party, leg) = found.ok_or_else(Refusal::not_conversation_participant)?;
    if party.purpose != Purpose::Agent {
        return Err(Refusal::not_active_participant());
    }
    if !leg.is_connected() || !leg.is_open_message() {
        return Err(Refusal::no_active_conversations());
    }
    Ok(leg.id)
}
