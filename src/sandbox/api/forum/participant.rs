//! One participant is closed: threads 4 and 5. Only its own legs come down.

use super::{accept, of_messages, refusals, rules};
use crate::sandbox::api::acting;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::scenario::Again;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::conversation::{Participant, Purpose};
use crate::sandbox::world::{Aftermath, Whose};
use serde_json::Value;
use uuid::Uuid;

/// `POST /conversations/webmessaging/{id}/participants/{pid}/end` `{"ended":true}`, thread 4.
pub(super) fn end(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    if call.body.get("ended").and_then(Value::as_bool) != Some(true) {
        return Err(Refusal::bad_request("A participant can only be ended.").about("ended"));
    }
    status(service, call)
}

/// `PATCH` and `POST /conversations/webchat/{id}/participants/{pid}` `{"status":"closed"}`, thread 5.
pub(super) fn status(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let party = Party::of(acting::participant(service, call)?);
    close(service, call, &party)
}

/// `POST /conversations/webchat/{id}/participants` `{"disposition":"closed"}`, thread 5: of the participant
/// that the body names, or of the guest.
pub(super) fn disposition(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let one = service.read(call)?;
    let named = call.body.get("participantId").and_then(Value::as_str);
    let found = if let Some(id) = named {
        Uuid::try_parse(id).ok().and_then(|id| one.participant(id))
    } else {
        let mut parties = one.participants.iter();
        parties.find(|party| party.purpose == Purpose::Customer)
    };
    let party = Party::of(found.ok_or_else(Refusal::not_conversation_participant)?);
    close(service, call, &party)
}

/// What is asked of a participant before it is closed.
struct Party {
    id: Uuid,
    is_up: bool,
    is_customer: bool,
}

impl Party {
    fn of(party: &Participant) -> Self {
        Self {
            id: party.id,
            is_up: party.is_in_chat(),
            is_customer: party.purpose == Purpose::Customer,
        }
    }
}

/// Repeated, it changes nothing: thread 5 wants that, thread 3 would answer 409.
fn close(service: &mut Service, call: &Call<'_>, party: &Party) -> Result<Answer, Refusal> {
    let rules = rules(service);
    if party.is_up {
        let aftermath = Aftermath {
            code: None,
            guest_returns: rules.guest_returns && party.is_customer,
        };
        let ending = of_messages(service, Whose::One(party.id), aftermath);
        accept(service, call, ending)?;
    } else if rules.again == Again::Conflict {
        return Err(refusals::already_closed());
    }
    Ok(Answer::empty(202))
}
