//! Queues and wrap-up codes.

use super::listing::{Key, Pages, in_order, narrowed, page, single};
use super::picture::{reference, time};
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::directory::{Code, Directory, InactivityAction, Queue};
use serde_json::{Value, json};

/// The pages of the views by division: a hundred rows, five of them.
const VIEWS: Pages = Pages {
    last: Some(5),
    ..Pages::USUAL
};
/// The pages of everything at once.
const ALL: Pages = Pages {
    most: 500,
    ..Pages::USUAL
};

/// `GET /routing/queues`.
pub(in crate::sandbox) fn queues(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let mut found = queues_of(directory, call);
    // No queue here has a peer in another organisation, nor a library of canned responses.
    let elsewhere = call.request.query_text("hasPeer").as_deref() == Some("true")
        || !call.request.query_values("peerId").is_empty()
        || call.request.query_text("cannedResponseLibraryId").is_some();
    if elsewhere {
        found.clear();
    }
    in_order(call.request, &mut found, &[("name", &queue_name)])?;
    page(call.request, &found, Pages::USUAL, |queue| {
        shown_queue(directory, queue)
    })
}

/// `GET /routing/queues/{id}`.
pub(in crate::sandbox) fn queue(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let queue = single(&directory.queues, call.pieces.last().copied())?;
    Ok(Answer::ok(shown_queue(directory, queue)))
}

/// `GET /routing/queues/divisionviews`.
pub(in crate::sandbox) fn queue_views(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let mut found = queues_of(directory, call);
    let keys: [Key<'_, Queue>; 3] = [
        ("name", &queue_name),
        ("id", &|queue| queue.id.to_string()),
        ("divisionId", &|queue| queue.division.to_string()),
    ];
    in_order(call.request, &mut found, &keys)?;
    page(call.request, &found, VIEWS, |queue| {
        queue_view(directory, queue)
    })
}

/// `GET /routing/queues/divisionviews/all`.
pub(in crate::sandbox) fn all_queue_views(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let mut found: Vec<&Queue> = directory.queues.iter().collect();
    in_order(call.request, &mut found, &[("name", &queue_name)])?;
    page(call.request, &found, ALL, |queue| {
        queue_view(directory, queue)
    })
}

/// `GET /routing/queues/{id}/wrapupcodes`.
pub(in crate::sandbox) fn codes_of_queue(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    single(&directory.queues, call.pieces.first().copied())?;
    let mut found = narrowed(call.request, &directory.codes);
    in_order(call.request, &mut found, &[("name", &code_name)])?;
    page(call.request, &found, Pages::USUAL, |code| {
        shown_code(directory, code)
    })
}

/// `GET /routing/wrapupcodes`.
pub(in crate::sandbox) fn codes(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let mut found = codes_of(&directory.codes, call);
    let keys: [Key<'_, Code>; 2] = [("name", &code_name), ("id", &|code| code.id.to_string())];
    in_order(call.request, &mut found, &keys)?;
    page(call.request, &found, Pages::USUAL, |code| {
        shown_code(directory, code)
    })
}

/// `GET /routing/wrapupcodes/divisionviews`.
pub(in crate::sandbox) fn code_views(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let deleted = std::slice::from_ref(&directory.deleted_code);
    let mut found = match call.request.query_text("includeState").as_deref() {
        Some("Deleted") => codes_of(deleted, call),
        Some("ActiveAndDeleted") => codes_of(directory.codes.iter().chain(deleted), call),
        _ => codes_of(&directory.codes, call),
    };
    in_order(call.request, &mut found, &[("name", &code_name)])?;
    page(call.request, &found, Pages::USUAL, |code| {
        shown_code(directory, code)
    })
}

/// `GET /routing/wrapupcodes/{id}`.
pub(in crate::sandbox) fn code(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let code = single(&directory.codes, call.pieces.last().copied())?;
    Ok(Answer::ok(shown_code(directory, code)))
}

fn queues_of<'a>(directory: &'a Directory, call: &Call<'_>) -> Vec<&'a Queue> {
    let divisions = call.request.query_values("divisionId");
    let mut found = narrowed(call.request, &directory.queues);
    found.retain(|queue| divisions.is_empty() || divisions.contains(&queue.division.to_string()));
    found
}

fn codes_of<'a>(list: impl IntoIterator<Item = &'a Code>, call: &Call<'_>) -> Vec<&'a Code> {
    let divisions = call.request.query_values("divisionId");
    let mut found = narrowed(call.request, list);
    found.retain(|code| divisions.is_empty() || divisions.contains(&code.division.to_string()));
    found
}

fn queue_name(queue: &Queue) -> String {
    queue.name.to_lowercase()
}

fn code_name(code: &Code) -> String {
    code.name.to_lowercase()
}

fn queue_view(directory: &Directory, queue: &Queue) -> Value {
    let division = directory.division(queue.division);
    json!({
        "id": queue.id,
        "name": queue.name,
        "division": reference(division, "authorization/divisions"),
        "selfUri": format!("/api/v2/routing/queues/{}", queue.id),
    })
}

fn shown_queue(directory: &Directory, queue: &Queue) -> Value {
    let mut shown = queue_view(directory, queue);
    let members = directory.agents.len();
    let more = json!({
        "dateCreated": time(directory.since),
        "dateModified": time(directory.since),
        "memberCount": members,
        "userMemberCount": members,
        "joinedMemberCount": members,
        "mediaSettings": { "message": message_settings(directory, queue) },
        "acwSettings": {
            "wrapupPrompt": queue.wrap_up_prompt.word(),
            "timeoutMs": queue.wrap_up_timeout_ms,
        },
        "scoringMethod": "TimestampAndPriority",
        "skillEvaluationMethod": "ALL",
        "autoAnswerOnly": false,
        "enableTranscription": false,
        "enableManualAssignment": false,
    });
    if let (Some(shown), Value::Object(more)) = (shown.as_object_mut(), more) {
        shown.extend(more);
    }
    shown
}

/// `MessageMediaSettings`.
fn message_settings(directory: &Directory, queue: &Queue) -> Value {
    let inactivity = queue.inactivity.map(|(seconds, action)| {
        let action = match action {
            InactivityAction::Disconnect => "DISCONNECT",
            InactivityAction::Flow => "SEND_TO_ARCHITECT_FLOW",
        };
        let flow = directory
            .flows
            .iter()
            .find(|flow| Some(flow.id) == queue.inactivity_flow);
        let flow = flow.map(|flow| reference(flow, "flows"));
        json!({ "timeoutSeconds": seconds, "actionType": action, "flowId": flow })
    });
    json!({
        "enableAutoAnswer": false,
        "alertingTimeoutSeconds": queue.alerting_seconds,
        "serviceLevel": { "percentage": 0.8, "durationMs": 20_000 },
        "enableInactivityTimeout": queue.inactivity.is_some(),
        "inactivityTimeoutSettings": inactivity,
    })
}

fn shown_code(directory: &Directory, code: &Code) -> Value {
    let division = directory.division(code.division);
    json!({
        "id": code.id,
        "name": code.name,
        "division": reference(division, "authorization/divisions"),
        "dateCreated": time(directory.since),
        "selfUri": format!("/api/v2/routing/wrapupcodes/{}", code.id),
    })
}
