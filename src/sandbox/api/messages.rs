//! Messages with their texts, and an agent's message to the guest.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use serde_json::{Value, json};

/// Messages that one transcript request may name.
const TRANSCRIPT_MAX: usize = 1000;

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
    let lens = service.lens();
    let found = one.messages.iter().filter(|message| {
        let id = message.id.to_string();
        wanted.iter().any(|want| want.eq_ignore_ascii_case(&id))
    });
    let entities: Vec<Value> = found.map(|message| lens.message(one, message)).collect();
    Ok(Answer::ok(json!({ "entities": entities })))
}

/// `GET …/messages/{id}/messages/{mid}`.
pub(in crate::sandbox) fn one(_service: &mut Service, _call: &Call<'_>) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /conversations/messages/{mid}/details`: a message whose conversation is not known.
pub(in crate::sandbox) fn anywhere(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `POST …/communications/{cid}/messages`: an agent writes to the guest.
pub(in crate::sandbox) fn send(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
