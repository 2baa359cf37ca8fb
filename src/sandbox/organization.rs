//! Names: the organisation, the token's owner, users, queues and wrap-up codes.

use super::acting;
use super::conversations::{reference, time};
use super::exchange::{Answer, Request};
use super::refusal::Refusal;
use super::routes::Operation;
use super::service::{Call, Service};
use super::world::directory::Named;
use serde_json::{Value, json};

const PAGE_SIZE: usize = 25;
const PAGE_SIZE_MAX: usize = 100;

/// The answers of this file.
pub(super) fn answer(service: &Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let last = call.pieces.last().copied();
    match call.route.operation {
        Operation::Organization => Ok(Answer::ok(organization(service))),
        Operation::Token => Ok(Answer::ok(token(service, call))),
        Operation::TokenAlive => Ok(Answer::empty(200)),
        Operation::Users => listing(call.request, &directory.agents, user),
        Operation::User => single(&directory.agents, last, user),
        Operation::Queues => listing(call.request, &directory.queues, queue),
        Operation::Queue => single(&directory.queues, last, queue),
        Operation::Codes => listing(call.request, &directory.codes, code),
        Operation::Code => single(&directory.codes, last, code),
        Operation::QueueCodes => {
            single(&directory.queues, last, queue)?;
            listing(call.request, &directory.codes, code)
        }
        Operation::AllowedCodes => {
            acting::participant(service, call)?;
            let codes: Vec<Value> = directory.codes.iter().map(code).collect();
            Ok(Answer::ok(json!(codes)))
        }
        _ => Err(Refusal::not_found()),
    }
}

fn organization(service: &Service) -> Value {
    let (id, name) = &service.organization;
    json!({
        "id": id,
        "name": name,
        "defaultLanguage": "en-us",
        "defaultCountryCode": "IE",
        "domain": "sandbox",
        "version": 1,
        "state": "active",
        "productPlatform": "GenesysCloud",
        "features": {},
        "selfUri": "/api/v2/organizations/me",
    })
}

fn token(service: &Service, call: &Call<'_>) -> Value {
    let (id, name) = &service.organization;
    let owner = json!({ "id": id, "name": name });
    json!({
        "organization": owner,
        "homeOrganization": owner,
        "authorizedScope": [],
        "dateTokenIdles": service.tokens.expiry(&call.token).map(time),
        "OAuthClient": {
            "id": service.tokens.client_id,
            "name": "unstick sandbox client",
            "authorizedGrantType": "CLIENT-CREDENTIALS",
            "scope": [],
            "roleDivisions": [],
            "state": "active",
            "organization": owner,
        },
    })
}

fn user(named: &Named) -> Value {
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

fn queue(named: &Named) -> Value {
    reference(named, "routing/queues")
}

fn code(named: &Named) -> Value {
    reference(named, "routing/wrapupcodes")
}

fn single(list: &[Named], id: Option<&str>, show: fn(&Named) -> Value) -> Result<Answer, Refusal> {
    let mut all = list.iter();
    all.find(|named| Some(named.id.to_string().as_str()) == id)
        .map(|named| Answer::ok(show(named)))
        .ok_or_else(Refusal::not_found)
}

/// A page of a list, narrowed by repeated `id` and by `name`, `*` standing for any end.
fn listing(
    request: &Request,
    list: &[Named],
    show: fn(&Named) -> Value,
) -> Result<Answer, Refusal> {
    let size = number(request, "pageSize", PAGE_SIZE)?;
    let page = number(request, "pageNumber", 1)?;
    if size > PAGE_SIZE_MAX {
        return Err(Refusal::bad_request(
            "The page size may not be more than 100.",
        ));
    }
    let ids = request.query_values("id");
    let names = request.query_values("name");
    let fits = |named: &&Named| {
        let by_id = ids.is_empty() || ids.contains(&named.id.to_string());
        let own = named.name.to_lowercase();
        let by_name = names.is_empty()
            || names.iter().map(|name| name.to_lowercase()).any(|name| {
                let start = name.strip_suffix('*');
                start.map_or(own == name, |start| own.starts_with(start))
            });
        by_id && by_name
    };
    let found: Vec<&Named> = list.iter().filter(fits).collect();
    let entities: Vec<Value> = found
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|one| show(one))
        .collect();
    let path = &request.path;
    Ok(Answer::ok(json!({
        "entities": entities,
        "pageSize": size,
        "pageNumber": page,
        "total": found.len(),
        "pageCount": found.len().div_ceil(size),
        "firstUri": format!("{path}?pageSize={size}&pageNumber=1"),
        "selfUri": format!("{path}?pageSize={size}&pageNumber={page}"),
    })))
}

fn number(request: &Request, name: &str, usual: usize) -> Result<usize, Refusal> {
    match request.query_values(name).first() {
        None => Ok(usual),
        Some(text) => text
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .ok_or_else(|| {
                Refusal::bad_request(format!("{name} must be a whole number of at least 1."))
            }),
    }
}
