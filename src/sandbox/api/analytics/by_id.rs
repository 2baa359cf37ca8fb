//! Conversation details by id.

use super::record::{self, Record};
use super::sight::Sight;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use serde_json::json;

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
    let found: Vec<Record<'_>> = ids
        .iter()
        .filter_map(|id| find(service, call, id))
        .collect();
    Ok(Answer::ok(json!({ "conversations": found })))
}

/// `GET /analytics/conversations/{id}/details`.
pub(in crate::sandbox) fn one(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = call.pieces.first().copied().unwrap_or("");
    find(service, call, id)
        .map(|one| record::answer(&one))
        .ok_or_else(Refusal::not_found)
}

fn find<'a>(service: &'a Service, call: &Call<'_>, id: &str) -> Option<Record<'a>> {
    let world = &service.world;
    let sight = Sight {
        directory: &world.directory,
        horizon: service.horizon(call.now),
    };
    let one = world.conversations.get(world.find(id)?)?;
    Some(sight.of(one)?.record(false))
}
