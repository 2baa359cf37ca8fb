//! Users: who works here, who is asking, and who fits a search.

mod search;
mod user;

pub(super) use user::definition;

use super::caller;
use super::listing::{Pages, in_order, narrowed, page};
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::directory::{User, UserState};
use serde_json::Value;
use user::Glass;

/// Users that one request may name.
const IDS_MAX: usize = 100;

/// `GET /users`: those who are active, unless another state is asked for.
pub(in crate::sandbox) fn users(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let request = call.request;
    if request.query_values("id").len() > IDS_MAX {
        return Err(Refusal::max_user_ids());
    }
    let state = request.query_text("state");
    let state = state.as_deref().unwrap_or(UserState::Active.word());
    let mut found = narrowed(request, service.world.directory.users());
    found.retain(|user| state == "any" || user.state.word() == state);
    // Nobody here has an address of the old chat.
    if !request.query_values("jabberId").is_empty() {
        found.clear();
    }
    in_order(
        request,
        &mut found,
        &[("name", &|user: &User| user.name.to_lowercase())],
    )?;
    let expand = request.query_values("expand");
    let glass = Glass::new(service, &expand);
    page(request, &found, Pages::USUAL, |user| glass.user(user))
}

/// `GET /users/{id}`.
pub(in crate::sandbox) fn user(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.pieces.last().copied().unwrap_or("");
    let wanted = call.request.query_text("state");
    let deleted = wanted.as_deref() == Some(UserState::Deleted.word());
    let mut users = service.world.directory.users();
    let user = users
        .find(|user| user.id.to_string() == id && (user.state == UserState::Deleted) == deleted)
        .ok_or_else(Refusal::user_not_found)?;
    let expand = call.request.query_values("expand");
    let glass = Glass::new(service, &expand);
    Ok(Answer::ok(glass.user(user)))
}

/// `GET /users/me`: the user who signed in; a program that signed in for itself is none.
pub(in crate::sandbox) fn me(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let user = caller::user(service, call).ok_or_else(Refusal::not_a_user)?;
    let expand = call.request.query_values("expand");
    let mut shown = Glass::new(service, &expand).user(user);
    let more = user::of_oneself(service, call, &expand);
    if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
        shown.extend(more);
    }
    Ok(Answer::ok(shown))
}

/// `POST /users/search`.
pub(in crate::sandbox) fn search(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    search::answer(service, &call.body)
}
