//! Flows and integrations by name.

use super::listing::{Key, Pages, in_order, narrowed, page};
use super::picture::{reference, time};
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::directory::{Directory, Flow, FlowKind, Named};
use jiff::Timestamp;
use serde_json::{Value, json};

/// `GET /flows/divisionviews`.
pub(in crate::sandbox) fn views(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let request = call.request;
    let kinds = request.query_values("type");
    let divisions = request.query_values("divisionId");
    let version = request.query_text("publishVersionId");
    let since = directory.since;
    let after = moment(call, "publishedAfter")?;
    let before = moment(call, "publishedBefore")?;
    let mut found = narrowed(request, &directory.flows);
    found.retain(|flow| {
        let kind = kind_word(flow.kind).to_lowercase();
        (kinds.is_empty() || kinds.contains(&kind))
            && (divisions.is_empty() || divisions.contains(&flow.division.to_string()))
            && version.as_ref().is_none_or(|version| version == VERSION)
            && after.is_none_or(|after| since > after)
            && before.is_none_or(|before| since < before)
    });
    sorted(call, &mut found)?;
    page(request, &found, Pages::USUAL, |flow| view(directory, flow))
}

/// `GET /flows/lookup`: by id, whoever may see them.
pub(in crate::sandbox) fn lookup(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let mut found = narrowed(call.request, &directory.flows);
    sorted(call, &mut found)?;
    page(call.request, &found, Pages::USUAL, |flow| {
        let mut shown = view(directory, flow);
        if let Some(members) = shown.as_object_mut() {
            members.insert("active".to_owned(), json!(true));
            members.insert("system".to_owned(), json!(false));
            members.insert("deleted".to_owned(), json!(false));
        }
        shown
    })
}

/// `GET /integrations`: what else is connected. The first one works, the others are switched off.
pub(in crate::sandbox) fn integrations(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let all = &service.world.directory.integrations;
    let request = call.request;
    let ids = request.query_values("ids");
    let state = request.query_text("reportedState");
    let kind = request.query_text("integrationType");
    // No integration here keeps credentials.
    let by_credential = request.query_text("credentialId").is_some();
    let mut found: Vec<&Named> = all
        .iter()
        .filter(|one| {
            (ids.is_empty() || ids.contains(&one.id.to_string()))
                && state
                    .as_ref()
                    .is_none_or(|state| state == reported(all, one))
                && kind.as_ref().is_none_or(|kind| kind == INTEGRATION)
                && !by_credential
        })
        .collect();
    let keys: [Key<'_, Named>; 2] = [
        ("name", &|one| one.name.clone()),
        ("id", &|one| one.id.to_string()),
    ];
    in_order(request, &mut found, &keys)?;
    page(request, &found, Pages::USUAL, |one| {
        let state = reported(all, one);
        let intended = if state == ACTIVE {
            "ENABLED"
        } else {
            "DISABLED"
        };
        json!({
            "id": one.id,
            "name": one.name,
            "integrationType": { "id": INTEGRATION, "name": "Web Services Data Actions" },
            "intendedState": intended,
            "reportedState": { "code": state, "effective": if state == ACTIVE { "Active" } else { "Inactive" } },
            "selfUri": format!("/api/v2/integrations/{}", one.id),
        })
    })
}

/// Every flow here was published once.
const VERSION: &str = "1.0";
const INTEGRATION: &str = "custom-rest-actions";
const ACTIVE: &str = "ACTIVE";

fn reported(all: &[Named], one: &Named) -> &'static str {
    let is_first = all.first().is_some_and(|first| first.id == one.id);
    if is_first { ACTIVE } else { "INACTIVE" }
}

/// A time of the query, which the document lists as any text.
fn moment(call: &Call<'_>, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let text = call.request.query_text(name);
    text.map(|text| text.parse().map_err(|_| Refusal::invalid_date()))
        .transpose()
}

fn sorted(call: &Call<'_>, found: &mut [&Flow]) -> Result<(), Refusal> {
    let keys: [Key<'_, Flow>; 4] = [
        ("id", &|flow| flow.id.to_string()),
        ("name", &|flow| flow.name.to_lowercase()),
        ("type", &|flow| kind_word(flow.kind).to_owned()),
        ("divisionId", &|flow| flow.division.to_string()),
    ];
    in_order(call.request, found, &keys)
}

fn view(directory: &Directory, flow: &Flow) -> Value {
    let division = directory.division(flow.division);
    json!({
        "id": flow.id,
        "name": flow.name,
        "division": reference(division, "authorization/divisions"),
        "type": kind_word(flow.kind),
        "publishedVersion": {
            "id": VERSION,
            "commitVersion": VERSION,
            "type": "PUBLISH",
            "datePublished": time(directory.since),
            "selfUri": format!("/api/v2/flows/{}/versions/{VERSION}", flow.id),
        },
        "selfUri": format!("/api/v2/flows/{}", flow.id),
    })
}

/// The word of `Flow.type`.
fn kind_word(kind: FlowKind) -> &'static str {
    match kind {
        FlowKind::Inbound => "INBOUNDSHORTMESSAGE",
        FlowKind::Bot => "DIGITALBOT",
        FlowKind::InQueue => "INQUEUESHORTMESSAGE",
    }
}
