//! Wrap-up: codes that may be chosen, the one that was, and settling what an agent owes.

use super::acting;
use super::picture::reference;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::WrapUpWish;
use crate::sandbox::world::conversation::ChosenCode;
use serde_json::{Value, json};

/// `POST …/wrapup`: settles what an agent owes.
pub(in crate::sandbox) fn assign(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let id = acting::participant(service, call)?.id;
    acting::leg(service, call)?;
    let wish = chosen_code(service, &call.body)?;
    service
        .world
        .accept_wrap_up(index, id, wish, &call.by, call.applying, call.now);
    Ok(Answer::empty(202))
}

/// The code that a wrap-up names.
pub(in crate::sandbox) fn chosen_code(
    service: &Service,
    body: &Value,
) -> Result<WrapUpWish, Refusal> {
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

/// `GET …/participants/{pid}/wrapupcodes`.
pub(in crate::sandbox) fn allowed_codes(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    acting::participant(service, call)?;
    let codes = service.world.directory.codes.iter();
    let codes: Vec<Value> = codes
        .map(|code| reference(code, "routing/wrapupcodes"))
        .collect();
    Ok(Answer::ok(json!(codes)))
}

/// `GET …/participants/{pid}/wrapup`.
pub(in crate::sandbox) fn of_participant(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET …/communications/{cid}/wrapup`.
pub(in crate::sandbox) fn of_communication(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `PATCH /conversations/aftercallwork/…`.
pub(in crate::sandbox) fn after_call_work(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
