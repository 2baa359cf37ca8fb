//! The conversation service's reads: live, never late.

use super::caller;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::conversation::{Conversation, Medium};
use serde_json::{Value, json};

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

/// `GET /conversations`: those of the user who is signed in. A client of its own has none.
pub(in crate::sandbox) fn own_conversations(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let wanted = call.request.query_values("communicationType");
    let fits = |one: &Conversation| {
        let carries = |word: &String| match word.to_ascii_lowercase().as_str() {
            "message" => one.carries(Medium::Message),
            "callback" => one.carries(Medium::Callback),
            "call" => one.carries(Medium::Call),
            _ => false,
        };
        wanted.is_empty() || wanted.iter().any(carries)
    };
    let lens = service.lens();
    let own = own(service, call).into_iter().filter(|one| fits(one));
    let shown: Vec<Value> = own.map(|one| lens.conversation(one)).collect();
    Ok(Answer::ok(whole(&shown, call)))
}

/// `GET /conversations/messages`: the same, as message conversations.
pub(in crate::sandbox) fn own_message_conversations(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let lens = service.lens();
    let own = own(service, call).into_iter();
    let shown: Vec<Value> = own.map(|one| lens.message_conversation(one)).collect();
    Ok(Answer::ok(whole(&shown, call)))
}

/// The open conversations in which the caller has an open leg.
fn own<'a>(service: &'a Service, call: &Call<'_>) -> Vec<&'a Conversation> {
    let Some(user) = caller::user(service, call) else {
        return Vec::new();
    };
    let all = service.world.conversations.iter();
    let active = all.filter(|one| {
        let mut parties = one.participants.iter();
        !one.lost && parties.any(|party| party.user == Some(user.id) && party.is_open())
    });
    active.collect()
}

/// All of a list on one page: a user has few conversations at a time.
fn whole(shown: &[Value], call: &Call<'_>) -> Value {
    let path = &call.request.path;
    json!({
        "entities": shown,
        "pageSize": shown.len().max(1),
        "pageNumber": 1,
        "total": shown.len(),
        "pageCount": 1,
        "firstUri": path,
        "selfUri": path,
        "lastUri": path,
    })
}
