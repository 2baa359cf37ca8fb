//! The requests that change something: what is accepted, what is refused, and with which words.
//!
//! Nothing is applied here; the world makes an appointment for what is accepted.

use super::exchange::{Answer, Request};
use super::refusal::Refusal;
use super::scenario::AlreadyEnded;
use super::service::{Call, Service};
use super::world::WrapUpWish;
use super::world::conversation::{ChosenCode, Disconnect, Participant};
use serde_json::{Value, json};
use uuid::Uuid;

/// The states that the platform's documents know for a participant.
const STATES: [&str; 12] = [
    "alerting",
    "dialing",
    "contacting",
    "offering",
    "connected",
    "disconnected",
    "terminated",
    "converting",
    "uploading",
    "transmitting",
    "parked",
    "none",
];
/// Messages that one transcript request may name.
const TRANSCRIPT_MAX: usize = 1000;

/// What a `state` member asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Nothing,
    Disconnected,
    Other,
}

/// The body as JSON; an empty one is null.
pub(super) fn json_body(request: &Request) -> Result<Value, Refusal> {
    if !request.has_body() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&request.body).map_err(|cause| {
        Refusal::bad_request(format!("The request could not be read as JSON: {cause}"))
    })
}

fn wanted_state(body: &Value) -> Result<Wanted, Refusal> {
    match body.get("state") {
        None | Some(Value::Null) => Ok(Wanted::Nothing),
        Some(Value::String(state)) if state.eq_ignore_ascii_case("disconnected") => {
            Ok(Wanted::Disconnected)
        }
        Some(Value::String(state)) => {
            if STATES.iter().any(|known| known.eq_ignore_ascii_case(state)) {
                Ok(Wanted::Other)
            } else {
                Err(Refusal::invalid_value(state, "State", &STATES))
            }
        }
        Some(other) => Err(Refusal::invalid_value(&other.to_string(), "State", &STATES)),
    }
}

/// `PATCH /conversations/messages/{id}`: every message leg of everybody. A conversation that has
/// ended already answers 200 as well (not verified on the platform).
pub(super) fn close(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let body = json_body(call.request)?;
    match wanted_state(&body)? {
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
pub(super) fn end_participant(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let party = participant(service, call)?;
    let id = party.id;
    let legs: Vec<Uuid> = party
        .legs
        .iter()
        .filter(|leg| leg.is_open())
        .map(|leg| leg.id)
        .collect();
    let body = json_body(call.request)?;
    let wish = wish_in(service, &body)?;
    match wanted_state(&body)? {
        Wanted::Disconnected => {
            may_end_legs_of_others(service)?;
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
pub(super) fn end_communication(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let (leg, open) = leg(service, call)?;
    let body = json_body(call.request)?;
    if wanted_state(&body)? != Wanted::Disconnected {
        return Err(Refusal::state_required());
    }
    may_end_legs_of_others(service)?;
    if !open {
        has_ended(service)?;
    }
    let how = service.platform.disconnect_type;
    service
        .world
        .accept_leg_ends(index, &[leg], how, &call.by, call.applying, call.now);
    Ok(Answer::empty(202))
}

/// `POST …/wrapup`: settles what an agent owes.
pub(super) fn wrap_up(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let id = participant(service, call)?.id;
    leg(service, call)?;
    let body = json_body(call.request)?;
    let wish = chosen_code(service, &body)?;
    service
        .world
        .accept_wrap_up(index, id, wish, &call.by, call.applying, call.now);
    Ok(Answer::empty(202))
}

/// `POST /conversations/{id}/disconnect`: everything, with a system code for what is owed.
pub(super) fn teardown(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
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

/// `POST …/messages/bulk`: the texts of the named messages; unknown ids are left out.
pub(super) fn transcript(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let one = service.read(call)?;
    let body = json_body(call.request)?;
    let wanted: Vec<&str> = match &body {
        Value::Array(ids) => ids.iter().filter_map(Value::as_str).collect(),
        _ => {
            return Err(Refusal::bad_request(
                "The request must be a list of message ids.",
            ));
        }
    };
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

/// The participant that the second piece of the path names.
pub(super) fn participant<'a>(
    service: &'a Service,
    call: &Call<'_>,
) -> Result<&'a Participant, Refusal> {
    let one = service.read(call)?;
    let id = call.pieces.get(1).and_then(|id| Uuid::try_parse(id).ok());
    id.and_then(|id| one.participant(id))
        .ok_or_else(Refusal::not_conversation_participant)
}

/// The leg that the third piece names, and whether it is up.
fn leg(service: &Service, call: &Call<'_>) -> Result<(Uuid, bool), Refusal> {
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
fn may_end_legs_of_others(service: &Service) -> Result<(), Refusal> {
    let permitted = service
        .permissions
        .contains("conversation:communication:disconnect");
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
        Some(wrap_up) => chosen_code(service, wrap_up).map(Some),
    }
}

fn chosen_code(service: &Service, body: &Value) -> Result<WrapUpWish, Refusal> {
    let wanted = body.get("code").and_then(Value::as_str).unwrap_or("");
    let mut codes = service.world.directory.codes.iter();
    let code = codes
        .find(|code| code.id.to_string() == wanted)
        .ok_or_else(Refusal::wrap_up_code_required)?;
    Ok(WrapUpWish::Code(ChosenCode {
        id: wanted.to_owned(),
        name: code.name.clone(),
        notes: body.get("notes").and_then(Value::as_str).map(str::to_owned),
    }))
}
