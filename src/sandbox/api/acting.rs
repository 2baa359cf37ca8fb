//! The requests that change something: what is accepted, what is refused, and with which words.
//!
//! Nothing is applied here; the world makes an appointment for what is accepted.

use super::wrap_up;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::scenario::AlreadyEnded;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::WrapUpWish;
use crate::sandbox::world::conversation::{ChosenCode, Disconnect, Participant};
use serde_json::{Value, json};
use uuid::Uuid;

/// What a `state` member asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Nothing,
    Disconnected,
    Other,
}

/// The word is one of the platform's: the document was asked before.
fn wanted_state(body: &Value) -> Wanted {
    match body.get("state").and_then(Value::as_str) {
        None => Wanted::Nothing,
        Some(state) if state.eq_ignore_ascii_case("disconnected") => Wanted::Disconnected,
        Some(_) => Wanted::Other,
    }
}

/// `PATCH /conversations/messages/{id}`: every message leg of everybody. A conversation that has
/// ended already answers 200 as well (not verified on the platform).
pub(in crate::sandbox) fn close(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let body = &call.body;
    match wanted_state(body) {
        Wanted::Disconnected => {}
        Wanted::Nothing => return Err(Refusal::bad_request("The state is required.")),
        Wanted::Other => {
            let state = body.get("state").and_then(Value::as_str).unwrap_or("");
            return Err(Refusal::invalid_value(state, "State", &["disconnected"]));
        }
    }
    if service.read(call)?.ended.is_some()
        && service.platform.already_ended == AlreadyEnded::NotFound
    {
        return Err(Refusal::conversation_not_found());
    }
    let how = service.platform.disconnect_type;
    service
        .world
        .accept_end_of_all(index, how, None, &call.by, call.applying, call.now);
    let one = service.read(call)?;
    Ok(Answer::ok(service.lens().conversation(one)))
}

/// `PATCH …/participants/{pid}`: one participant's legs, its wrap-up, or both.
pub(in crate::sandbox) fn end_participant(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let party = participant(service, call)?;
    let id = party.id;
    let legs: Vec<Uuid> = party
        .legs
        .iter()
        .filter(|leg| leg.is_open())
        .map(|leg| leg.id)
        .collect();
    let body = &call.body;
    let wish = wish_in(service, body)?;
    match wanted_state(body) {
        Wanted::Disconnected => {
            may_end_legs_of_others(service, call)?;
            if legs.is_empty() {
                has_ended(service)?;
            }
            let how = service.platform.disconnect_type;
            service
                .world
                .accept_leg_ends(index, &legs, how, &call.by, call.applying, call.now);
        }
        Wanted::Other if legs.is_empty() => return Err(Refusal::no_active_conversations()),
        Wanted::Other | Wanted::Nothing => {}
    }
    if let Some(wish) = wish {
        service
            .world
            .accept_wrap_up(index, id, wish, &call.by, call.applying, call.now);
    }
    Ok(Answer::empty(202))
}

/// `PATCH …/communications/{cid}`: one leg.
pub(in crate::sandbox) fn end_communication(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let (leg, open) = leg(service, call)?;
    let body = &call.body;
    if wanted_state(body) != Wanted::Disconnected {
        return Err(Refusal::state_required());
    }
    may_end_legs_of_others(service, call)?;
    if !open {
        has_ended(service)?;
    }
    let how = service.platform.disconnect_type;
    service
        .world
        .accept_leg_ends(index, &[leg], how, &call.by, call.applying, call.now);
    Ok(Answer::empty(202))
}

/// `POST /conversations/{id}/disconnect`: everything, with a system code for what is owed.
pub(in crate::sandbox) fn teardown(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let code = &service.world.directory.system_code;
    let wish = WrapUpWish::Code(ChosenCode {
        id: code.id.to_string(),
        name: code.name.clone(),
        notes: None,
    });
    let how = Disconnect::System;
    service
        .world
        .accept_end_of_all(index, how, Some(wish), &call.by, call.applying, call.now);
    Ok(Answer::json(202, json!("Accepted")))
}

/// The participant that the second piece of the path names.
pub(in crate::sandbox) fn participant<'a>(
    service: &'a Service,
    call: &Call<'_>,
) -> Result<&'a Participant, Refusal> {
    let one = service.read(call)?;
    let id = call.pieces.get(1).and_then(|id| Uuid::try_parse(id).ok());
    id.and_then(|id| one.participant(id))
        .ok_or_else(Refusal::not_conversation_participant)
}

/// The leg that the third piece names, and whether it is up.
pub(in crate::sandbox) fn leg(service: &Service, call: &Call<'_>) -> Result<(Uuid, bool), Refusal> {
    let party = participant(service, call)?;
    let id = call.pieces.get(2).and_then(|id| Uuid::try_parse(id).ok());
    let mut legs = party.legs.iter();
    let found = legs.find(|leg| Some(leg.id) == id);
    found
        .map(|leg| (leg.id, leg.is_open()))
        .ok_or_else(Refusal::not_conversation_participant)
}

/// What an ending of an ended participant or leg earns.
fn has_ended(service: &Service) -> Result<(), Refusal> {
    match service.platform.already_ended {
        AlreadyEnded::Refused => Err(Refusal::no_active_conversations()),
        AlreadyEnded::NotFound => Err(Refusal::conversation_not_found()),
        AlreadyEnded::Accepted => Ok(()),
    }
}

/// A client takes part in nothing, so every leg is somebody else's.
fn may_end_legs_of_others(service: &Service, call: &Call<'_>) -> Result<(), Refusal> {
    let permitted = service.holds(call, "conversation:communication:disconnect");
    if permitted && service.platform.legs_of_others {
        Ok(())
    } else {
        Err(Refusal::not_active_participant())
    }
}

fn wish_in(service: &Service, body: &Value) -> Result<Option<WrapUpWish>, Refusal> {
    if body.get("wrapupSkipped").and_then(Value::as_bool) == Some(true) {
        return Ok(Some(WrapUpWish::Skip));
    }
    match body.get("wrapup") {
        None | Some(Value::Null) => Ok(None),
        Some(wrap_up) => wrap_up::chosen_code(service, wrap_up).map(Some),
    }
}

/// `DELETE /conversations/{id}`.
pub(in crate::sandbox) fn remove(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `POST /conversations/callbacks/bulk/disconnect`.
pub(in crate::sandbox) fn callbacks(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
