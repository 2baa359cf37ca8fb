//! Who calls: a user, or a client of its own. Only a user takes part in conversations.

use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::directory::{Named, User};

/// The user whose token it is; nothing for a token of client credentials.
pub(super) fn user<'a>(service: &'a Service, call: &Call<'_>) -> Option<&'a User> {
    let id = call.caller.user?;
    service.world.directory.users().find(|user| user.id == id)
}

/// The same, where nobody else may call.
pub(super) fn required_user(service: &Service, call: &Call<'_>) -> Result<Named, Refusal> {
    let user = user(service, call).ok_or_else(Refusal::not_authorized)?;
    Ok(Named {
        id: user.id,
        name: user.name.clone(),
    })
}
