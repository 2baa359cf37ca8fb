//! `POST /sandbox/users`: somebody comes, goes, or takes no more work.

use super::read;
use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::scenario::nearest;
use crate::sandbox::service::Service;
use crate::sandbox::world::directory::{Directory, Presence, Routing, User};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

/// The body. At least one of the two is named.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    /// An id or a name.
    user: String,
    presence: Option<Presence>,
    routing: Option<Routing>,
}

/// Changes at once whether somebody is there.
pub(super) fn answer(
    service: &mut Service,
    request: &Request,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    let Order {
        user: name,
        presence,
        routing,
    } = read(request)?;
    if presence.is_none() && routing.is_none() {
        let problem = "The order changes nothing. Name a `presence`, a `routing`, or both.";
        return Err(Refusal::bad_request(problem));
    }
    let directory = &mut service.world.directory;
    let Some(user) = directory.user_mut(&name) else {
        return Err(unknown(directory, &name));
    };
    user.standing = user.standing.changed(presence, routing, now).map_err(|_| {
        let problem = "Nobody is offline and gets work. Leave `routing` out, or say `off-queue`.";
        Refusal::bad_request(problem)
    })?;
    let User { id, standing, .. } = user;
    Ok(Answer::ok(json!({
        "user": id,
        "presence": standing.presence.word(),
        "routing": standing.routing.word(),
    })))
}

fn unknown(directory: &Directory, name: &str) -> Refusal {
    let names: Vec<&str> = directory.users().map(|user| user.name.as_str()).collect();
    let mend = nearest(name, &names).unwrap_or("an id or a name that `GET /api/v2/users` lists");
    Refusal::bad_request(format!("There is no user `{name}`. Use `{mend}`."))
}
