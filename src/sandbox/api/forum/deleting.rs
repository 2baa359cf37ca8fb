//! `DELETE` of threads 1 and 4: refused while the customer is there, and no deleting after it either.

use super::{accept, is_active, refusals, rules};
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::scenario::{Delete, Deleted};
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::{Changing, Ending};

/// `DELETE /conversations/webmessaging/{id}`, thread 1.
pub(super) fn web_messaging(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    delete(service, call, refusals::ACTIVE)
}

/// `DELETE /conversations/messaging/{id}`, thread 4.
pub(super) fn messaging(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    delete(service, call, refusals::NOT_WHILE_ACTIVE)
}

fn delete(service: &mut Service, call: &Call<'_>, words: &str) -> Result<Answer, Refusal> {
    let rules = rules(service);
    if is_active(service, call)? && rules.delete != Delete::Accepted {
        return Err(refusals::conflict(words));
    }
    match rules.deleted {
        Deleted::Ended => {
            let ending = Ending::of_all_legs(service.platform.disconnect_type);
            accept(service, call, ending)?;
        }
        Deleted::Forgotten => {
            let index = service.index(call)?;
            let world = &mut service.world;
            world.accept(index, Changing::Forget, &call.by, call.applying, call.now);
        }
    }
    Ok(Answer::empty(service.platform.delete_status))
}
