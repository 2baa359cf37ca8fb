//! The conversation service's reads: live, never late.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};

/// `GET /conversations/{id}`.
pub(in crate::sandbox) fn conversation(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let one = service.read(call)?;
    Ok(Answer::ok(service.lens().conversation(one)))
}

/// `GET /conversations/messages/{id}`.
pub(in crate::sandbox) fn message_conversation(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    if !service.platform.messages_readable {
        return Err(Refusal::not_active_participant());
    }
    let one = service.read(call)?;
    Ok(Answer::ok(service.lens().message_conversation(one)))
}

/// `GET /conversations`: those of the user who is signed in.
pub(in crate::sandbox) fn own_conversations(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /conversations/messages`: the same, as message conversations.
pub(in crate::sandbox) fn own_message_conversations(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
