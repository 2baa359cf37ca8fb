//! Web deployments, and a guest's own history.

use super::listing::Pages;
use super::picture::{reference, time};
use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::guest::configuration::{LANGUAGE, VERSION, messenger};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::directory::{Deployment, Directory};
use serde_json::{Map, Value, json};

/// Deployments on a page where no other number is asked for.
const PAGE: usize = 300;

/// `GET /webdeployments/deployments`: in pages that begin after one deployment, or end before one.
pub(in crate::sandbox) fn all(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let all = &directory.deployments;
    let size = match call.request.query_text("pageSize") {
        None => PAGE,
        Some(text) => {
            let size = text.parse().ok().filter(|size| (1..=PAGE).contains(size));
            size.ok_or_else(|| {
                Refusal::bad_request(format!("pageSize must be a whole number from 1 to {PAGE}."))
            })?
        }
    };
    let place = |name: &str| -> Result<Option<usize>, Refusal> {
        let Some(cursor) = call.request.query_text(name) else {
            return Ok(None);
        };
        let at = all
            .iter()
            .position(|one| one.named.id.to_string() == cursor);
        let wrong = || Refusal::bad_request(format!("{name} is no cursor of this listing."));
        at.map(Some).ok_or_else(wrong)
    };
    let (after, before) = (place("after")?, place("before")?);
    let start = match (after, before) {
        (Some(after), _) => after + 1,
        (None, Some(before)) => before.saturating_sub(size),
        (None, None) => 0,
    };
    let end = before.unwrap_or(all.len()).min(start.saturating_add(size));
    let shown: Vec<&Deployment> = all.iter().take(end).skip(start).collect();
    let expands = call.request.query_values("expand");
    let expanded = expands
        .iter()
        .any(|one| one.eq_ignore_ascii_case("Configuration"));
    let entities: Vec<Value> = shown
        .iter()
        .map(|one| {
            let configuration = if expanded {
                configuration(directory, one)
            } else {
                configuration_reference(one)
            };
            deployment(directory, one, &configuration)
        })
        .collect();
    let uri = |cursor: &str, one: Option<&&Deployment>| {
        one.map(|one| uri(call.request, size, cursor, &one.named.id.to_string()))
    };
    Ok(Answer::ok(json!({
        "entities": entities,
        "total": all.len(),
        "nextUri": uri("after", shown.last().filter(|_| end < all.len())),
        "previousUri": uri("before", shown.first().filter(|_| start > 0)),
        "selfUri": call.request.path,
    })))
}

/// The way to another page, which asks for the same otherwise.
fn uri(request: &Request, size: usize, cursor: &str, id: &str) -> String {
    let path = &request.path;
    let expands = request.query_values("expand");
    let expands = expands.iter().map(|one| format!("&expand={one}"));
    let expands: String = expands.collect();
    format!("{path}?pageSize={size}&{cursor}={id}{expands}")
}

/// `GET /webdeployments/deployments/{id}`.
pub(in crate::sandbox) fn one(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let mut all = directory.deployments.iter();
    let id = call.pieces.first().copied();
    let found = all.find(|one| Some(one.named.id.to_string().as_str()) == id);
    let found = found.ok_or_else(Refusal::not_found)?;
    let shown = deployment(directory, found, &configuration_reference(found));
    Ok(Answer::ok(shown))
}

fn deployment(directory: &Directory, one: &Deployment, configuration: &Value) -> Value {
    let flow = one.flow.and_then(|id| {
        let mut flows = directory.flows.iter();
        flows.find(|flow| flow.id == id)
    });
    let flow = flow.map(|flow| {
        json!({ "id": flow.id, "name": flow.name, "selfUri": format!("/api/v2/flows/{}", flow.id) })
    });
    let domains = one.allowed_domains.as_deref();
    let content = &directory.supported_content;
    json!({
        "id": one.named.id,
        "name": one.named.name,
        "description": "A deployment of the sandbox.",
        "allowAllDomains": domains.is_none(),
        "allowedDomains": domains.unwrap_or_default(),
        "supportedContent": reference(content, "conversations/messaging/supportedcontent"),
        "dateCreated": time(directory.since),
        "dateModified": time(directory.since),
        "flow": flow,
        "status": "Active",
        "pushIntegrations": [],
        "configuration": configuration,
        "selfUri": format!("/api/v2/webdeployments/deployments/{}", one.named.id),
    })
}

fn configuration_uri(one: &Deployment) -> String {
    let id = one.configuration.id;
    format!("/api/v2/webdeployments/configurations/{id}/versions/{VERSION}")
}

fn configuration_reference(one: &Deployment) -> Value {
    json!({
        "id": one.configuration.id,
        "name": one.configuration.name,
        "version": VERSION,
        "selfUri": configuration_uri(one),
    })
}

/// The active version of a configuration, as its guests are served by it.
fn configuration(directory: &Directory, one: &Deployment) -> Value {
    let mut members = match configuration_reference(one) {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let since = time(directory.since);
    let more = json!({
        "languages": [LANGUAGE],
        "defaultLanguage": LANGUAGE,
        "messenger": messenger(one),
        "journeyEvents": { "enabled": false },
        "authenticationSettings": one.sign_in.then(|| json!({
            "enabled": true,
            "integrationId": one.configuration.id,
            "allowSessionUpgrade": true,
        })),
        "dateCreated": since,
        "dateModified": since,
        "datePublished": since,
        "status": "Active",
    });
    if let Value::Object(more) = more {
        members.extend(more);
    }
    Value::Object(members)
}

/// `GET /webmessaging/messages`. The token is the guest's own.
pub(in crate::sandbox) fn guest_history(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let number = |name: &str, usual: usize, most: usize| {
        let Some(text) = call.request.query_text(name) else {
            return Ok(usual);
        };
        let number = text
            .parse()
            .ok()
            .filter(|number| (1..=most).contains(number));
        number.ok_or_else(|| {
            Refusal::bad_request(format!("{name} must be a whole number from 1 to {most}."))
        })
    };
    let Pages { usual, most, .. } = Pages::USUAL;
    let size = number("pageSize", usual, most)?;
    let page = number("pageNumber", 1, usize::MAX)?;
    let shown = service.guests.history(&call.token, page, size, call.now)?;
    Ok(Answer::ok(shown))
}
