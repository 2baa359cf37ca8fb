//! Conversation details by id.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};

/// `GET /analytics/conversations/details?id=…`.
pub(in crate::sandbox) fn several(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /analytics/conversations/{id}/details`.
pub(in crate::sandbox) fn one(_service: &mut Service, _call: &Call<'_>) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
