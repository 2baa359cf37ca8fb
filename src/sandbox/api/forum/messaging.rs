//! Thread 3: a status of a messaging conversation, its `/close`, a routing status of the interaction. All of
//! them answer 409 to what is over already.

use super::{accept, is_active, of_messages, refusals, rules, shown};
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::scenario::{MessagingClose, RoutingStatus, StatusPatch};
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::{Aftermath, Whose};

/// `PATCH /messaging/conversations/{id}` `{"status":"closed"}`.
pub(super) fn status(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    must_be_open(service, call)?;
    let is_strict = rules(service).status_patch == StatusPatch::RefusedWhileActive;
    if is_strict && is_active(service, call)? {
        return Err(refusals::active_on_the_client());
    }
    end(service, call)
}

/// `POST /messaging/conversations/{id}/close`, as `close_messaging_conversation` would send it.
pub(super) fn close(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    must_be_open(service, call)?;
    let is_strict = rules(service).messaging_close == MessagingClose::RefusedWhileHeld;
    let id = service.read(call)?.id;
    if is_strict && service.guests.is_on_a_socket(id) {
        return Err(refusals::held_by_a_socket());
    }
    end(service, call)
}

/// `PUT /interactions/{id}/routingStatus` `{"status":"completed"}` or `closed`: the interaction is the
/// conversation, and the reason is taken and told to nobody.
pub(super) fn routing_status(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    must_be_open(service, call)?;
    match rules(service).routing_status {
        RoutingStatus::Ends => end(service, call),
        RoutingStatus::Nothing => shown(service, call),
    }
}

fn must_be_open(service: &Service, call: &Call<'_>) -> Result<(), Refusal> {
    if service.read(call)?.ended.is_some() {
        return Err(refusals::already_closed());
    }
    Ok(())
}

fn end(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let ending = of_messages(service, Whose::Everybody, Aftermath::default());
    accept(service, call, ending)?;
    shown(service, call)
}
