//! The requests that change something: what is accepted, what is refused, and with which words.
//!
//! Nothing is applied here; the world makes an appointment for what is accepted.

use super::wrap_up;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::scenario::AlreadyEnded;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::conversation::{Medium, Participant};
use crate::sandbox::world::{Changing, Ending};
use serde_json::{Value, json};
use uuid::Uuid;

/// What a participant can be brought to, in the words of `MediaParticipantRequest.state`.
const STATES: [&str; 2] = ["connected", "disconnected"];

/// What a `state` member asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted<'a> {
    Nothing,
    Connected,
    Disconnected,
    Other(&'a str),
}

/// The word is one of the platform's: the document was asked before.
fn wanted_state(body: &Value) -> Wanted<'_> {
    let Some(state) = body.get("state").and_then(Value::as_str) else {
        return Wanted::Nothing;
    };
    match state.to_ascii_lowercase().as_str() {
        "disconnected" => Wanted::Disconnected,
        "connected" => Wanted::Connected,
        _ => Wanted::Other(state),
    }
}

/// `PATCH /conversations/messages/{id}`: every message leg of everybody. A conversation that has
/// ended already answers 200 as well (not verified on the platform).
pub(in crate::sandbox) fn close(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let body = &call.body;
    if wanted_state(body) == Wanted::Nothing {
        return Err(Refusal::bad_request("The state is required."));
    }
    if wanted_state(body) != Wanted::Disconnected {
        let state = body.get("state").and_then(Value::as_str).unwrap_or("");
        return Err(Refusal::invalid_value(state, "State", &["disconnected"]));
    }
    if service.read(call)?.ended.is_some()
        && service.platform.already_ended == AlreadyEnded::NotFound
    {
        return Err(Refusal::conversation_not_found());
    }
    let ending = Ending {
        medium: Some(Medium::Message),
        spares_bots: service.platform.close_spares_bots,
        ..Ending::of_all_legs(service.platform.disconnect_type)
    };
    accept_ending(service, index, ending, call);
    let one = service.read(call)?;
    Ok(Answer::ok(service.lens().conversation(one)))
}

fn accept_ending(service: &mut Service, index: usize, ending: Ending, call: &Call<'_>) {
    let world = &mut service.world;
    world.accept_end_of_all(index, ending, &call.by, call.applying, call.now);
}

/// `PATCH …/participants/{pid}`: one participant's legs, its wrap-up, or both. Below `messages` only
/// message legs are meant.
pub(in crate::sandbox) fn end_participant(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let party = participant(service, call)?;
    let id = party.id;
    let legs = party.open_legs(medium(call));
    let body = &call.body;
    let wish = wrap_up::wish_in(service, party, body)?;
    let wanted = wanted_state(body);
    if let Wanted::Other(state) = wanted {
        return Err(Refusal::invalid_value(state, "State", &STATES));
    }
    if wanted != Wanted::Nothing {
        may_change_legs(service, call, party)?;
        if legs.is_empty() {
            has_ended(service)?;
        }
    }
    if wish.is_some() {
        wrap_up::may_settle(service, call, party)?;
    }
    match wanted {
        Wanted::Disconnected => {
            let how = service.platform.disconnect_type;
            let world = &mut service.world;
            world.accept_leg_ends(index, &legs, how, &call.by, call.applying, call.now);
        }
        Wanted::Connected => connect(service, index, &legs, call),
        Wanted::Nothing | Wanted::Other(_) => {}
    }
    if let Some(wish) = wish {
        let world = &mut service.world;
        world.accept_wrap_up(index, id, wish, &call.by, call.applying, call.now);
    }
    Ok(Answer::empty(202))
}

/// Alerting legs are answered, parked ones taken up; a connected one is what it is to be.
fn connect(service: &mut Service, index: usize, legs: &[Uuid], call: &Call<'_>) {
    for leg in legs {
        let one = service.world.conversations.get(index);
        let Some((_, seen)) = one.and_then(|one| one.leg(*leg)) else {
            continue;
        };
        let change = if seen.is_alerting() {
            Changing::Answer(*leg)
        } else if seen.is_parked() {
            Changing::Resume(*leg)
        } else {
            continue;
        };
        let world = &mut service.world;
        world.accept(index, change, &call.by, call.applying, call.now);
    }
}

/// `PATCH …/communications/{cid}`: one leg.
pub(in crate::sandbox) fn end_communication(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let (leg, open) = leg(service, call)?;
    if wanted_state(&call.body) != Wanted::Disconnected {
        return Err(Refusal::state_required());
    }
    may_change_legs(service, call, participant(service, call)?)?;
    if !open {
        has_ended(service)?;
    }
    let how = service.platform.disconnect_type;
    let world = &mut service.world;
    world.accept_leg_ends(index, &[leg], how, &call.by, call.applying, call.now);
    Ok(Answer::empty(202))
}

/// `POST /conversations/{id}/disconnect`: every medium, with a system code for what is owed.
pub(in crate::sandbox) fn teardown(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let ending = Ending {
        teardown: Some(service.world.system_code()),
        ..Ending::of_all_legs(service.platform.teardown_disconnect_type)
    };
    accept_ending(service, index, ending, call);
    Ok(Answer::json(202, json!("Accepted")))
}

/// `DELETE /conversations/{id}`: every leg of every medium. It deletes nothing, and settles nothing.
pub(in crate::sandbox) fn remove(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    if service.read(call)?.ended.is_some()
        && service.platform.already_ended == AlreadyEnded::NotFound
    {
        return Err(Refusal::conversation_not_found());
    }
    let ending = Ending::of_all_legs(service.platform.disconnect_type);
    accept_ending(service, index, ending, call);
    Ok(Answer::empty(service.platform.delete_status))
}

/// `POST /conversations/callbacks/bulk/disconnect`: all of them, or none where one is not there.
pub(in crate::sandbox) fn callbacks(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let named = call.body.get("callbackDisconnectIdentifiers");
    let named = named
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let found: Result<Vec<(usize, Uuid)>, Refusal> =
        named.iter().map(|one| callback(service, one)).collect();
    let how = service.platform.disconnect_type;
    for (index, leg) in found? {
        let world = &mut service.world;
        world.accept_leg_ends(index, &[leg], how, &call.by, call.applying, call.now);
    }
    Ok(Answer::empty(202))
}

fn callback(service: &Service, named: &Value) -> Result<(usize, Uuid), Refusal> {
    let text = |name: &str| named.get(name).and_then(Value::as_str).unwrap_or("");
    let index = service.world.find(text("conversationId"));
    let index = index.ok_or_else(Refusal::conversation_not_found)?;
    let leg = Uuid::try_parse(text("callbackId")).ok();
    let one = service.world.conversations.get(index);
    let found = one.zip(leg).and_then(|(one, leg)| one.leg(leg));
    match found {
        Some((_, leg)) if leg.medium == Medium::Callback => Ok((index, leg.id)),
        _ => Err(Refusal::not_found()),
    }
}

/// The medium that the path speaks of; nothing where it speaks of the conversation as a whole.
fn medium(call: &Call<'_>) -> Option<Medium> {
    let segments = call.request.segments();
    let of_messages = segments.get(3).is_some_and(|piece| *piece == "messages");
    of_messages.then_some(Medium::Message)
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
pub(super) fn has_ended(service: &Service) -> Result<(), Refusal> {
    match service.platform.already_ended {
        AlreadyEnded::Refused => Err(Refusal::no_active_conversations()),
        AlreadyEnded::NotFound => Err(Refusal::conversation_not_found()),
        AlreadyEnded::Accepted => Ok(()),
    }
}

/// A user may change legs of its own; whoever may end any leg, those of others too. A client of its
/// own takes part in nothing, so every leg is somebody else's.
fn may_change_legs(service: &Service, call: &Call<'_>, party: &Participant) -> Result<(), Refusal> {
    let own = call.caller.user.is_some() && party.user == call.caller.user;
    let permitted = service.holds(call, "conversation:communication:disconnect");
    if own || (permitted && service.platform.legs_of_others) {
        Ok(())
    } else {
        Err(Refusal::not_active_participant())
    }
}
