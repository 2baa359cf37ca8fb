//! Divisions, what the caller may do, and the scopes that there are.

use super::listing::{Key, Pages, in_order, narrowed, page};
use super::picture::time;
use crate::sandbox::exchange::Answer;
use crate::sandbox::identity::roles::Role;
use crate::sandbox::identity::scopes as known_scopes;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::directory::{Directory, Named};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// `GET /authorization/divisions`.
pub(in crate::sandbox) fn divisions(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let request = call.request;
    let counted = request.query_text("objectCount").as_deref() == Some("true");
    let mut found = narrowed(request, directory.divisions());
    let keys: [Key<'_, Named>; 2] = [
        ("name", &|one| one.name.to_lowercase()),
        ("id", &|one| one.id.to_string()),
    ];
    in_order(request, &mut found, &keys)?;
    page(request, &found, Pages::USUAL, |one| {
        division(directory, one, counted)
    })
}

/// `GET /authorization/subjects/me`: the roles of the user who signed in, or else of the client.
pub(in crate::sandbox) fn subject(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let caller = &call.caller;
    let directory = &service.world.directory;
    let user = caller.user.map(|id| id.to_string());
    let id = user.as_ref().unwrap_or(&caller.client);
    let name = match directory.user(id) {
        Some(user) => user.name.as_str(),
        None => service
            .identity
            .client(&caller.client)
            .map_or("", |client| client.name),
    };
    let brief = call.request.query_text("includeFullRoles").as_deref() == Some("false");
    let grants = service.identity.roles.of(caller).map(|role| {
        let held = |name: &str| service.identity.roles.hold(caller, name);
        json!({
            "subjectId": id,
            // Every role holds in every division: so the platform writes that.
            "division": { "id": "*", "name": "*", "description": "All Divisions", "homeDivision": false },
            "role": {
                "id": role.id,
                "name": role.name,
                "description": format!("{} of the sandbox", role.name),
                "default": false,
                "policies": (!brief).then(|| policies(role, held)),
                "selfUri": format!("/api/v2/authorization/roles/{}", role.id),
            },
            "grantMadeAt": time(directory.since),
        })
    });
    let grants: Vec<Value> = grants.collect();
    Ok(Answer::ok(json!({
        "id": id,
        "name": name,
        "grants": grants,
        "version": 1,
        "selfUri": format!("/api/v2/authorization/subjects/{id}"),
    })))
}

/// `GET /oauth/scopes`.
pub(in crate::sandbox) fn scopes(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let all = known_scopes::all().into_iter().map(|scope| {
        let description = match scope.strip_suffix(":readonly") {
            Some(family) => format!("Read {family}"),
            None => format!("Read and change {scope}"),
        };
        json!({ "id": scope, "description": description, "selfUri": format!("/api/v2/oauth/scopes/{scope}") })
    });
    let all: Vec<Value> = all.collect();
    let total = all.len();
    Ok(Answer::ok(json!({
        "total": total,
        "entities": all,
        "selfUri": "/api/v2/oauth/scopes",
    })))
}

/// `AuthzDivision`.
fn division(directory: &Directory, one: &Named, counted: bool) -> Value {
    let home = one.id == directory.division.id;
    let counts = json!({
        "QUEUE": directory.queues.iter().filter(|queue| queue.division == one.id).count(),
        "USER": directory.users().filter(|user| user.division == one.id).count(),
        "FLOW": directory.flows.iter().filter(|flow| flow.division == one.id).count(),
        "WRAPUPCODE": directory.codes.iter().filter(|code| code.division == one.id).count(),
    });
    json!({
        "id": one.id,
        "name": one.name,
        "description": if home { "The home division" } else { "A division away from home" },
        "homeDivision": home,
        "objectCounts": counted.then_some(counts),
        "selfUri": format!("/api/v2/authorization/divisions/{}", one.id),
    })
}

/// The permissions of a role that are held, by what they are about: a permission is written
/// `domain:entity:action`.
fn policies(role: &Role, held: impl Fn(&str) -> bool) -> Value {
    let mut actions: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for permission in role.permissions.iter().filter(|name| held(name)) {
        let mut pieces = permission.splitn(3, ':');
        if let (Some(domain), Some(entity), Some(action)) =
            (pieces.next(), pieces.next(), pieces.next())
        {
            actions.entry((domain, entity)).or_default().push(action);
        }
    }
    let all = actions.into_iter().map(|((domain, entity), actions)| {
        json!({ "domain": domain, "entityName": entity, "actions": actions })
    });
    Value::Array(all.collect())
}
