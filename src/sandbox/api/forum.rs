//! Operations that five forum threads name and the platform does not publish: `dialect = "forum"`.
//!
//! They go through the same door as the published ones, and end legs in the same world; only what is
//! answered, and what an ending leaves out, is the threads'. Without the dialect nobody knows them.
//!
//! | question | where |
//! |---|---|
//! | which there are, what they take, whom they are for | `forum/table.rs`, of `assets/forum/operations.json` |
//! | which trap is a switch | `scenario/forum.rs` |
//! | a whole conversation is closed (threads 1, 2, 4, 5) | `forum/wrapper.rs` |
//! | one participant is closed (threads 4, 5) | `forum/participant.rs` |
//! | `status` and `/close` of thread 3 | `forum/messaging.rs` |
//! | `DELETE` (threads 1, 4) | `forum/deleting.rs` |
//! | the words of refusals | `forum/refusals.rs` |

mod deleting;
mod messaging;
mod participant;
mod refusals;
mod table;
mod wrapper;

pub(in crate::sandbox) use table::{grants, routes};

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::scenario::{Again, Forum};
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::conversation::{Medium, Purpose};
use crate::sandbox::world::{Aftermath, Ending, Whose};

/// The switches of this organisation.
fn rules(service: &Service) -> Forum {
    service.forum.clone().unwrap_or_default()
}

/// An ending of message legs, as most of these operations mean it.
fn of_messages(service: &Service, whose: Whose, aftermath: Aftermath) -> Ending {
    Ending {
        whose,
        medium: Some(Medium::Message),
        aftermath,
        ..Ending::of_all_legs(service.platform.disconnect_type)
    }
}

/// Accepts an ending of what the path names first. Of what is over already nothing changes.
fn accept(service: &mut Service, call: &Call<'_>, ending: Ending) -> Result<(), Refusal> {
    let index = service.index(call)?;
    if service.read(call)?.ended.is_none() {
        let world = &mut service.world;
        world.accept_end_of_all(index, ending, &call.by, call.applying, call.now);
    }
    Ok(())
}

/// What closing earns that comes too late, where the threads do not agree about it.
fn may_be_over(service: &Service, call: &Call<'_>) -> Result<(), Refusal> {
    let is_over = service.read(call)?.ended.is_some();
    if is_over && rules(service).again == Again::Conflict {
        return Err(refusals::already_closed());
    }
    Ok(())
}

/// What the threads call active: the customer's leg is up.
fn is_active(service: &Service, call: &Call<'_>) -> Result<bool, Refusal> {
    Ok(service.read(call)?.open(Purpose::Customer).is_some())
}

/// 200 with the conversation as it is when it is answered.
fn shown(service: &Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let one = service.read(call)?;
    Ok(Answer::ok(service.lens().conversation(one)))
}
