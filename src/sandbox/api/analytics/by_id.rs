//! Conversation details by id.

use super::sight::Sight;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use serde_json::{Value, json};

/// As many ids are taken at once: the usual figure, not verified on the platform.
const IDS_MAX: usize = 100;

/// `GET /analytics/conversations/details?id=…`, repeated or separated by commas. What is not known is left out.
pub(in crate::sandbox) fn several(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let mut ids = call.request.query_values("id");
    ids.retain(|id| !id.is_empty());
    if ids.is_empty() || ids.len() > IDS_MAX {
        return Err(Refusal::bad_request(format!(
            "The parameter [id] is needed, with 1 to {IDS_MAX} ids, repeated or separated by commas."
        )));
    }
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    let found: Vec<Value> = ids
        .iter()
        .filter_map(|id| record(service, call, id))
        .collect();
    Ok(Answer::ok(json!({ "conversations": found })))
}

/// `GET /analytics/conversations/{id}/details`.
pub(in crate::sandbox) fn one(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.pieces.first().copied().unwrap_or("");
    record(service, call, id)
        .map(Answer::ok)
        .ok_or_else(Refusal::not_found)
}

fn record(service: &Service, call: &Call<'_>, id: &str) -> Option<Value> {
    let world = &service.world;
    let sight = Sight {
        directory: &world.directory,
        horizon: service.horizon(call.now),
    };
    let one = world.conversations.get(world.find(id)?)?;
    Some(sight.of(one)?.record(false))
}
