//! Wrap-up: codes that may be chosen, the one that was, and settling what an agent owes.

use super::acting;
use super::picture::reference;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::conversation::{ChosenCode, Participant, Prompt, Purpose};
use crate::sandbox::world::{Changing, WrapUpWish};
use serde_json::{Value, json};

/// `POST …/wrapup`: settles what an agent owes.
pub(in crate::sandbox) fn assign(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let party = acting::participant(service, call)?;
    let id = party.id;
    acting::leg(service, call)?;
    owes_to_queues(party)?;
    let wish = chosen_code(service, &call.body)?;
    may_settle(service, call, party)?;
    let world = &mut service.world;
    world.accept_wrap_up(index, id, wish, &call.by, call.applying, call.now);
    Ok(Answer::empty(202))
}

/// What the body of a participant's update wishes for its wrap-up.
pub(super) fn wish_in(
    service: &Service,
    party: &Participant,
    body: &Value,
) -> Result<Option<WrapUpWish>, Refusal> {
    if body.get("wrapupSkipped").and_then(Value::as_bool) == Some(true) {
        owes_to_queues(party)?;
        if party.wrap_up.prompt.requires() {
            return Err(Refusal::wrap_up_cannot_be_skipped());
        }
        return Ok(Some(WrapUpWish::Skip));
    }
    match body.get("wrapup") {
        None | Some(Value::Null) => Ok(None),
        Some(wrap_up) => {
            owes_to_queues(party)?;
            chosen_code(service, wrap_up).map(Some)
        }
    }
}

/// Only agents have after-call work.
fn owes_to_queues(party: &Participant) -> Result<(), Refusal> {
    if party.purpose == Purpose::Agent {
        Ok(())
    } else {
        Err(Refusal::bad_request(
            "The participant is no agent, so it has no wrap-up.",
        ))
    }
}

/// A user may settle its own wrap-up; whether anybody may settle those of others is a switch.
pub(super) fn may_settle(
    service: &Service,
    call: &Call<'_>,
    party: &Participant,
) -> Result<(), Refusal> {
    let own = call.caller.user.is_some() && party.user == call.caller.user;
    if own || service.platform.wrap_up_of_others {
        Ok(())
    } else {
        Err(Refusal::not_active_participant())
    }
}

/// The code that a wrap-up names; only what is provisional may do without one.
fn chosen_code(service: &Service, body: &Value) -> Result<WrapUpWish, Refusal> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let provisional = body.get("provisional").and_then(Value::as_bool) == Some(true);
    let wanted = text("code").unwrap_or("");
    let mut codes = service.world.directory.codes.iter();
    let code = codes.find(|code| code.id.to_string() == wanted);
    if code.is_none() && !(provisional && wanted.is_empty()) {
        return Err(Refusal::wrap_up_code_required());
    }
    let tags = body.get("tags").and_then(Value::as_array);
    let tags = tags.map_or(&[][..], Vec::as_slice).iter();
    let chosen = ChosenCode {
        id: wanted.to_owned(),
        name: code.map_or_else(String::new, |code| code.name.clone()),
        notes: text("notes").map(str::to_owned),
        tags: tags.filter_map(Value::as_str).map(str::to_owned).collect(),
        duration_seconds: body.get("durationSeconds").and_then(Value::as_i64),
    };
    Ok(if provisional {
        WrapUpWish::Provisional(chosen)
    } else {
        WrapUpWish::Code(chosen)
    })
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

/// `GET …/participants/{pid}/wrapup`: the code that was assigned, or with `provisional=true` what was
/// noted so far. Nothing but an empty object where there is neither (not verified on the platform).
pub(in crate::sandbox) fn of_participant(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let party = acting::participant(service, call)?;
    Ok(assigned(party, call))
}

/// `GET …/communications/{cid}/wrapup`. A leg that came down before the last one owes nothing.
pub(in crate::sandbox) fn of_communication(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let (leg, _) = acting::leg(service, call)?;
    let party = acting::participant(service, call)?;
    if party.last_leg().is_none_or(|last| last.id != leg) {
        return Ok(Answer::ok(json!({})));
    }
    Ok(assigned(party, call))
}

fn assigned(party: &Participant, call: &Call<'_>) -> Answer {
    let wrap_up = &party.wrap_up;
    let provisional = call.request.query_values("provisional");
    let provisional = provisional.iter().any(|value| value == "true");
    let settled = wrap_up.code.as_ref().filter(|_| wrap_up.ended.is_some());
    let noted = wrap_up.provisional.as_ref().filter(|_| provisional);
    let Some(code) = settled.or(noted) else {
        return Answer::ok(json!({}));
    };
    Answer::ok(json!({
        "code": (!code.id.is_empty()).then_some(&code.id),
        "notes": code.notes,
        "tags": code.tags,
        "durationSeconds": code.duration_seconds,
        "endTime": wrap_up.ended.map(super::picture::time),
    }))
}

/// `PATCH /conversations/aftercallwork/…`: whether the agent will owe after-call work. Only for
/// connected legs; a queue that insists on a code cannot be overruled.
pub(in crate::sandbox) fn after_call_work(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let (leg, _) = acting::leg(service, call)?;
    let party = acting::participant(service, call)?;
    owes_to_queues(party)?;
    let id = party.id;
    let mut legs = party.legs.iter();
    if !legs.any(|one| one.id == leg && one.is_connected()) {
        return Err(Refusal::no_active_conversations());
    }
    let field = call.body.get("afterCallWorkRequired");
    let required = field.and_then(Value::as_bool).unwrap_or(false);
    let prompt = party.wrap_up.prompt;
    if !required && prompt.requires() {
        return Err(Refusal::wrap_up_cannot_be_skipped());
    }
    if required && prompt == Prompt::Optional {
        return Err(Refusal::bad_request(
            "The queue does not let agents request after-call work.",
        ));
    }
    may_settle(service, call, party)?;
    let change = Changing::AfterCallWork(id, required);
    let world = &mut service.world;
    world.accept(index, change, &call.by, call.applying, call.now);
    Ok(Answer::ok(json!({ "afterCallWorkRequired": required })))
}
