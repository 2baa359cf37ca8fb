//! What only agents do: parking, listening in, taking over.

use super::{acting, caller};
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::Changing;
use crate::sandbox::world::conversation::{Leg, Purpose};
use crate::sandbox::world::directory::Named;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use uuid::Uuid;

/// How long a leg is parked whose time nobody says (not verified on the platform).
const PARKED: SignedDuration = SignedDuration::from_hours(24);
/// What a leg can be brought to here.
const STATES: [&str; 2] = ["parked", "connected"];

/// `PATCH …/participants/{pid}/parkingstate`.
pub(in crate::sandbox) fn park(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let sent = call.body.get("state").and_then(Value::as_str).unwrap_or("");
    let changing = match sent.to_ascii_lowercase().as_str() {
        "parked" => {
            let until = resume_time(call)?;
            let leg = agents_leg(service, call, |leg| leg.is_connected() || leg.is_parked())?;
            Changing::Park(leg, until)
        }
        "connected" => Changing::Resume(agents_leg(service, call, Leg::is_parked)?),
        _ => return Err(Refusal::invalid_value(sent, "State", &STATES)),
    };
    accept(service, call, changing, 204)
}

fn resume_time(call: &Call<'_>) -> Result<Timestamp, Refusal> {
    let sent = call.body.get("resumeTime").and_then(Value::as_str);
    let Some(text) = sent else {
        return Ok(call.now.checked_add(PARKED).unwrap_or(call.now));
    };
    let until: Timestamp = text.parse().map_err(|_| Refusal::invalid_date())?;
    if until <= call.now {
        return Err(Refusal::bad_request(
            "The field [resumeTime] must lie in the future.",
        ));
    }
    Ok(until)
}

/// `POST …/participants/{pid}/monitor`: the user who calls listens in.
pub(in crate::sandbox) fn monitor(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let changing = as_user(service, call, Leg::is_connected, Changing::Monitor)?;
    accept(service, call, changing, 201)
}

/// `POST …/participants/{pid}/takeover`: the user who calls replaces the agent.
pub(in crate::sandbox) fn take_over(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let fits = |leg: &Leg| leg.is_connected() || leg.is_parked();
    let changing = as_user(service, call, fits, Changing::TakeOver)?;
    accept(service, call, changing, 200)
}

/// What a user does to an agent's leg.
fn as_user(
    service: &Service,
    call: &Call<'_>,
    fits: fn(&Leg) -> bool,
    changing: fn(Uuid, Named) -> Changing,
) -> Result<Changing, Refusal> {
    acting::participant(service, call)?;
    let user = caller::required_user(service, call)?;
    Ok(changing(agents_leg(service, call, fits)?, user))
}

fn accept(
    service: &mut Service,
    call: &Call<'_>,
    changing: Changing,
    status: u16,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let world = &mut service.world;
    world.accept(index, changing, &call.by, call.applying, call.now);
    Ok(Answer::empty(status))
}

/// The message leg of the agent that the path names, in a state that allows it.
fn agents_leg(service: &Service, call: &Call<'_>, fits: fn(&Leg) -> bool) -> Result<Uuid, Refusal> {
    let party = acting::participant(service, call)?;
    if party.purpose != Purpose::Agent {
        return Err(Refusal::not_conversation_participant());
    }
    let mut legs = party.legs.iter();
    let leg = legs.find(|leg| leg.is_open_message() && fits(leg));
    leg.map(|leg| leg.id)
        .ok_or_else(Refusal::no_active_conversations)
}
