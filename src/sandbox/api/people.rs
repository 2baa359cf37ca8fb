//! Users: the agents of the directory.

use super::listing::{Pages, narrowed, page, single};
use super::picture::reference;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::directory::User;
use serde_json::{Value, json};

/// `GET /users`.
pub(in crate::sandbox) fn users(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let found = narrowed(call.request, &service.world.directory.agents);
    page(call.request, &found, Pages::USUAL, |user| shown(user))
}

/// `GET /users/{id}`.
pub(in crate::sandbox) fn user(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    single(&service.world.directory.agents, call.pieces.last().copied())
        .map(|user| Answer::ok(shown(user)))
}

/// `GET /users/me`.
pub(in crate::sandbox) fn me(_service: &mut Service, _call: &Call<'_>) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `POST /users/search`.
pub(in crate::sandbox) fn search(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

fn shown(named: &User) -> Value {
    let mut user = reference(named, "users");
    if let Some(members) = user.as_object_mut() {
        let address = format!(
            "{}@sandbox.invalid",
            named.name.to_lowercase().replace(' ', ".")
        );
        members.insert("username".to_owned(), json!(address));
        members.insert("email".to_owned(), json!(address));
        members.insert("state".to_owned(), json!("active"));
        members.insert("version".to_owned(), json!(1));
    }
    user
}
